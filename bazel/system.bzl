"""Debian's libraries as Bazel repositories, under the labels that their own Bazel modules use.

Everything is taken from the machine and nothing is downloaded: headers from /usr/include,
flags from pkg-config. A project that uses its own version of one of these repositories declares it
before calling trestle_dependencies() (repositories.bzl).

With -c opt, the libraries in _STATIC are linked statically (docs/decisions/0010), unless
--define=trestle_libraries=shared is given.
"""

def _fail_missing(what, package):
    fail("%s not found: apt-get install %s" % (what, package))

def _which(ctx, program, package):
    path = ctx.which(program)
    if not path:
        _fail_missing(program, package)
    return path

def _pkg_config(ctx, module, package):
    """Returns struct(defines, linkopts) of a pkg-config module."""
    result = ctx.execute([_which(ctx, "pkg-config", "pkg-config"), "--cflags", "--libs", module])
    if result.return_code != 0:
        _fail_missing("library %s" % module, package)
    flags = [flag for flag in result.stdout.strip().split(" ") if flag]
    return struct(
        defines = [flag[2:] for flag in flags if flag.startswith("-D")],
        linkopts = [flag for flag in flags if not flag.startswith("-D") and not flag.startswith("-I")],
    )

# Prefixes of the names of libraries that shipped programs link statically.
_STATIC = ["absl_", "address_sorting", "boost_context", "gpr", "grpc", "jemalloc", "protobuf", "protoc", "re2", "upb", "yaml-cpp"]

def _is_static(library):
    return any([library.startswith(name) for name in _STATIC])

def _static(ctx, linkopts):
    """Returns the linkopts with archives for the libraries that are linked statically."""
    triple = ctx.execute(["cc", "-print-multiarch"]).stdout.strip()
    result = []
    for flag in linkopts:
        archive = "lib%s.a" % flag[2:]
        known = flag.startswith("-l") and _is_static(flag[2:])
        has_archive = known and ctx.path("/usr/lib/%s/%s" % (triple, archive)).exists
        result.append("-l:" + archive if has_archive else flag)
    return result

def _library(ctx, name, flags, deps = []):
    return "cc_library(name = %r, defines = %r, linkopts = select(%r), deps = %r)\n" % (
        name,
        flags.defines,
        {
            ":opt_shared": flags.linkopts,
            ":opt": _static(ctx, flags.linkopts),
            "//conditions:default": flags.linkopts,
        },
        deps,
    )

_PUBLIC = """
package(default_visibility = ["//visibility:public"])

config_setting(
    name = "opt",
    values = {"compilation_mode": "opt"},
)

config_setting(
    name = "opt_shared",
    values = {
        "compilation_mode": "opt",
        "define": "trestle_libraries=shared",
    },
)

"""

# One repository of one or more pkg-config libraries: {label name: [module, Debian package]}.
def _pkg_config_repository_impl(ctx):
    build = _PUBLIC
    for name, (module, package) in ctx.attr.libraries.items():
        build += _library(ctx, name, _pkg_config(ctx, module, package))
    ctx.file("WORKSPACE", "")
    ctx.file("BUILD.bazel", build)

pkg_config_repository = repository_rule(
    implementation = _pkg_config_repository_impl,
    attrs = {"libraries": attr.string_list_dict()},
    local = True,
)

# A library without pkg-config: a header in /usr/include and a name to link.
def _plain_library_repository_impl(ctx):
    if not ctx.path("/usr/include/" + ctx.attr.header).exists:
        _fail_missing("library %s" % ctx.attr.library, ctx.attr.package)
    flags = struct(defines = [], linkopts = ["-l" + ctx.attr.library])
    ctx.file("WORKSPACE", "")
    ctx.file("BUILD.bazel", _PUBLIC + _library(ctx, ctx.name, flags))

plain_library_repository = repository_rule(
    implementation = _plain_library_repository_impl,
    attrs = {
        "library": attr.string(),
        "header": attr.string(),
        "package": attr.string(),
    },
    local = True,
)

# Abseil's packages, with the libraries that Trestle or its users are likely to need.
_ABSL = {
    "base": ["base", "core_headers", "log_severity"],
    "algorithm": ["container"],
    "cleanup": ["cleanup"],
    "container": ["btree", "fixed_array", "flat_hash_map", "flat_hash_set", "inlined_vector"],
    "functional": ["bind_front", "function_ref"],
    "hash": ["hash"],
    "memory": ["memory"],
    "numeric": ["bits", "int128"],
    "random": ["random"],
    "status": ["status", "statusor"],
    "strings": ["cord", "str_format", "strings"],
    "synchronization": ["synchronization"],
    "time": ["time"],
    "types": ["optional", "span", "variant"],
}

# Labels whose pkg-config module is not absl_<label>.
_ABSL_MODULES = {"algorithm:container": "absl_algorithm_container", "random:random": "absl_random_random"}

def _system_absl_impl(ctx):
    ctx.file("WORKSPACE", "")
    for directory, names in _ABSL.items():
        build = _PUBLIC
        for name in names:
            module = _ABSL_MODULES.get("%s:%s" % (directory, name), "absl_" + name)
            build += _library(ctx, name, _pkg_config(ctx, module, "libabsl-dev"))
        ctx.file("absl/%s/BUILD.bazel" % directory, build)

system_absl = repository_rule(implementation = _system_absl_impl, local = True)

# The .proto files that come with protobuf, and their imports.
_WELL_KNOWN = {
    "any": [],
    "api": ["source_context", "type"],
    "compiler_plugin": ["descriptor"],
    "descriptor": [],
    "duration": [],
    "empty": [],
    "field_mask": [],
    "source_context": [],
    "struct": [],
    "timestamp": [],
    "type": ["any", "source_context"],
    "wrappers": [],
}

def _well_known_library(name):
    source = name.replace("compiler_", "compiler/")
    return "proto_library(name = %r, srcs = [%r], deps = %r)\n" % (
        name + "_proto",
        "google/protobuf/%s.proto" % source,
        [":%s_proto" % dep for dep in _WELL_KNOWN[name]],
    )

def _system_protobuf_impl(ctx):
    ctx.file("WORKSPACE", "")
    ctx.symlink(_which(ctx, "protoc", "protobuf-compiler"), "bin/protoc")
    ctx.symlink("/usr/include/google/protobuf", "google/protobuf")
    flags = _pkg_config(ctx, "protobuf", "libprotobuf-dev")
    protoc_flags = struct(defines = [], linkopts = ["-lprotoc"])
    build = _PUBLIC + 'exports_files(["bin/protoc"])\n'
    build += 'alias(name = "protoc", actual = ":bin/protoc")\n'
    build += _library(ctx, "protobuf", flags) + _library(ctx, "protoc_lib", protoc_flags, [":protobuf"])
    build += 'proto_lang_toolchain(name = "cc_toolchain", command_line = "--cpp_out=$(OUT)", '
    build += 'runtime = ":protobuf", blacklisted_protos = %r)\n' % [
        ":%s_proto" % name
        for name in _WELL_KNOWN
    ]
    for name in _WELL_KNOWN:
        build += _well_known_library(name)
    ctx.file("BUILD.bazel", build)

    # The load labels of newer protobuf versions, mapped to this Bazel's built-in rules.
    for directory in ["bazel", "bazel/common", "bazel/private"]:
        ctx.file(directory + "/BUILD.bazel", "")
    ctx.file("bazel/private/native.bzl", "NativeProtoInfo = ProtoInfo\n")
    ctx.file("bazel/common/proto_info.bzl", 'load("//bazel/private:native.bzl", "NativeProtoInfo")\n' +
                                            "ProtoInfo = NativeProtoInfo\n")
    for rule in ["proto_library", "cc_proto_library"]:
        ctx.file("bazel/%s.bzl" % rule, "def %s(**kwargs):\n    native.%s(**kwargs)\n" % (rule, rule))

system_protobuf = repository_rule(implementation = _system_protobuf_impl, local = True)

def _system_grpc_impl(ctx):
    plugin = _which(ctx, "grpc_cpp_plugin", "protobuf-compiler-grpc")
    ctx.file("WORKSPACE", "")
    ctx.symlink(plugin, "bin/grpc_cpp_plugin")

    # All libraries that grpc++ links, because its headers inline abseil; then those of RE2's archive,
    # which newer releases have built on abseil.
    flags = _pkg_config(ctx, "grpc++", "libgrpc++-dev")
    re2 = _pkg_config(ctx, "re2", "libre2-dev")
    flags = struct(defines = flags.defines, linkopts = flags.linkopts + re2.linkopts)
    build = _PUBLIC + 'exports_files(["bin/grpc_cpp_plugin"])\n'
    build += _library(ctx, "grpc++", flags, ["@com_google_protobuf//:protobuf"])
    ctx.file("BUILD.bazel", build)

system_grpc = repository_rule(implementation = _system_grpc_impl, local = True)

_CC_RULES = ["cc_library", "cc_binary", "cc_test", "cc_import"]

def _system_rules_cc_impl(ctx):
    ctx.file("WORKSPACE", "")
    for directory in ["", "cc/", "cc/common/", "cc/private/"]:
        ctx.file(directory + "BUILD.bazel", "")
    ctx.file("cc/private/native.bzl", "NativeCcInfo = CcInfo\nnative_cc_common = cc_common\n")
    for name, native in {"cc_common": "native_cc_common", "cc_info": "NativeCcInfo"}.items():
        symbol = "CcInfo" if name == "cc_info" else name
        ctx.file("cc/common/%s.bzl" % name, 'load("//cc/private:native.bzl", %r)\n%s = %s\n' % (native, symbol, native))
    defs = ""
    for rule in _CC_RULES:
        ctx.file("cc/%s.bzl" % rule, "def %s(**kwargs):\n    native.%s(**kwargs)\n" % (rule, rule))
        defs += 'load("//cc:%s.bzl", _%s = %r)\n' % (rule, rule, rule)
    for rule in _CC_RULES:
        defs += "%s = _%s\n" % (rule, rule)

    # rules_java and Bazel's own packages load these two from here.
    defs += "cc_toolchain = native.cc_toolchain\ncc_toolchain_suite = native.cc_toolchain_suite\n"
    ctx.file("cc/defs.bzl", defs)
    ctx.file("cc/find_cc_toolchain.bzl", """
load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")

find_cc_toolchain = find_cpp_toolchain

def use_cc_toolchain(mandatory = True):
    return ["@bazel_tools//tools/cpp:toolchain_type"]
""")

system_rules_cc = repository_rule(implementation = _system_rules_cc_impl, local = True)

def _no_coverage_tools_impl(ctx):
    ctx.file("WORKSPACE", "")
    ctx.file("BUILD.bazel", _PUBLIC + 'filegroup(name = "coverage_report_generator")\n')

# cc_test depends on this repository even without coverage.
no_coverage_tools = repository_rule(implementation = _no_coverage_tools_impl)
