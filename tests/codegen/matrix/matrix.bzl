"""Compiles generated code of many small .proto files, with one source file for each kind of code."""

load("@rules_cc//cc:cc_library.bzl", "cc_library")

_KINDS = ["pb", "gateway", "client"]

def _written_impl(ctx):
    ctx.actions.write(ctx.outputs.out, ctx.attr.text)

written = rule(
    doc = "A file with the given text.",
    implementation = _written_impl,
    attrs = {
        "out": attr.output(mandatory = True),
        "text": attr.string(),
    },
)

# Each x.pb.cc has variables with these names in the global namespace.
_INCLUDE = """\
#define schemas schemas_{index}
#define file_default_instances file_default_instances_{index}
#include "{path}"
#undef file_default_instances
#undef schemas
"""

def compiled_protos(name, protos, test_protos = []):
    """A library of the code that protoc and the plugin generate, including RPCs without rules.

    It is compiled with warnings as errors, but for the messages, which are protobuf's.

    Args:
      name: of the library.
      protos: {path: text} of files to write.
      test_protos: paths of files in this package.
    """
    for path, text in protos.items():
        written(name = "%s/%s" % (name, path), out = path, text = text)
    paths = [path[:-len(".proto")] for path in protos.keys() + test_protos]
    outs = ["%s.%s.%s" % (path, kind, end) for path in paths for kind in _KINDS for end in ["h", "cc"]]
    native.genrule(
        name = name + "_code",
        srcs = [path + ".proto" for path in paths],
        outs = outs,
        cmd = """
          out=$(RULEDIR)
          options=target=cpp_gateway,target=cpp_client,generate_unbound_methods=true
          $(execpath @com_google_protobuf//:protoc) --plugin=protoc-gen-trestle=$(execpath //codegen:protoc-gen-trestle) \
            --cpp_out=$$out --trestle_out=$$options:$$out -I$$out -I{package} {files}""".format(
            files = " ".join([path + ".proto" for path in paths]),
            package = native.package_name(),
        ),
        tools = [
            "//codegen:protoc-gen-trestle",
            "@com_google_protobuf//:protoc",
        ],
    )
    for kind in _KINDS:
        all = "%s_all.%s.cc" % (name, kind)
        written(
            name = "%s_%s" % (name, kind),
            out = all,
            text = "".join([_INCLUDE.format(index = index, path = "%s.%s.cc" % (path, kind)) for index, path in enumerate(paths)]),
        )
    flags = ["-I$(GENDIR)/" + native.package_name(), "-std=c++17"]
    cc_library(
        name = name + "_messages",
        testonly = True,
        srcs = [name + "_all.pb.cc"],
        copts = flags,
        textual_hdrs = outs,
        deps = ["@com_google_protobuf//:protobuf"],
    )
    cc_library(
        name = name,
        testonly = True,
        srcs = [name + "_all.gateway.cc", name + "_all.client.cc"],
        copts = flags + ["-Wall", "-Wextra", "-Werror", "-Wno-c++20-compat"],
        includes = ["."],
        textual_hdrs = outs,
        deps = [
            name + "_messages",
            "//client/cpp:client",
            "//server:service_route",
            "//transcoding:version",
        ],
    )
