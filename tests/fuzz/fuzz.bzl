"""A fuzz target: what libFuzzer drives, and its corpus as an ordinary test."""

load("//bazel:cc.bzl", "trestle_cc_binary", "trestle_cc_library", "trestle_cc_test")

def fuzz_target(name, corpus, deps):
    """NAME.cc, which defines LLVMFuzzerTestOneInput, in two programs.

    NAME_corpus_test feeds it the files `corpus` of corpus/NAME, with any compiler.
    NAME_fuzzer needs clang: run.sh builds it.
    """
    trestle_cc_library(
        name = name,
        testonly = True,
        srcs = [name + ".cc"],
        deps = deps + [":check"],
        alwayslink = True,
    )
    trestle_cc_test(
        name = name + "_corpus_test",
        size = "small",
        srcs = ["corpus_test.cc"],
        data = ["corpus/%s/%s" % (name, file) for file in corpus],
        local_defines = ['TRESTLE_CORPUS=\\"%s/corpus/%s\\"' % (native.package_name(), name)],
        deps = [":" + name],
    )
    trestle_cc_binary(
        name = name + "_fuzzer",
        testonly = True,
        linkopts = ["-fsanitize=fuzzer"],
        tags = ["manual"],
        deps = [":" + name],
    )
