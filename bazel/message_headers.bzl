"""The x.pb.h of proto_libraries, for an aspect that compiles against them.

On Bazel 4, an aspect cannot see the output of cc_proto_library's own aspect. Generated code is
therefore compiled against a second, identical copy of the messages' headers, and linked with the
messages that cc_proto_library compiles, which are compiled only once.
"""

load("@com_google_protobuf//bazel/common:proto_info.bzl", "ProtoInfo")

MessageHeadersInfo = provider(
    doc = "Headers of a proto_library's messages and of those it imports.",
    fields = {
        "headers": "depset of files",
        "includes": "depset of include directories",
    },
)

def import_path(proto_info, file):
    """Returns the path by which .proto files import `file`, for any strip_import_prefix."""
    for prefix in [proto_info.proto_source_root, file.root.path, file.owner.workspace_root]:
        if prefix and prefix != "." and file.path.startswith(prefix + "/"):
            return file.path[len(prefix) + 1:]
    return file.path

def base_paths(proto_info):
    """Returns the import paths of a proto_library's own files, without their extension.

    Omits files that come with protobuf, because its library has their messages.
    """
    paths = [import_path(proto_info, file) for file in proto_info.direct_sources]
    return [path[:-len(".proto")] for path in paths if not path.startswith("google/protobuf/")]

def run_protoc(ctx, proto_infos, paths, directory, suffix, out_flag, plugin = None, inputs = []):
    """Generates x<suffix>.h and x<suffix>.cc for each of `paths`, in one run.

    Args:
      ctx: the context of an aspect or rule with an attribute _protoc.
      proto_infos: the ProtoInfo of each proto_library.
      paths: their base_paths; at least one.
      directory: the directory for the files, relative to that of the package.
      suffix: the suffix of the files.
      out_flag: "--cpp_out=%s", with a placeholder for the output directory.
      plugin: a FilesToRunProvider, or None.
      inputs: files that the plugin reads.

    Returns:
      struct(headers, sources, include): the files, and the include directory.
    """
    headers = [ctx.actions.declare_file("%s/%s%s.h" % (directory, path, suffix)) for path in paths]
    sources = [ctx.actions.declare_file("%s/%s%s.cc" % (directory, path, suffix)) for path in paths]
    include = headers[0].path[:-len("/%s%s.h" % (paths[0], suffix))]

    args = ctx.actions.args()
    if plugin:
        args.add("--plugin=protoc-gen-plugin=" + plugin.executable.path)
    args.add(include, format = out_flag)
    proto_path = depset(transitive = [info.transitive_proto_path for info in proto_infos])
    args.add_all(proto_path, format_each = "-I%s")
    args.add("-I.")
    args.add_all([path + ".proto" for path in paths])
    ctx.actions.run(
        mnemonic = "TrestleProtoc",
        progress_message = "Generating *%s.h of %s" % (suffix, ctx.label),
        executable = ctx.executable._protoc,
        arguments = [args],
        inputs = depset(inputs, transitive = [info.transitive_sources for info in proto_infos]),
        tools = [plugin] if plugin else [],
        outputs = headers + sources,
    )
    return struct(headers = headers, sources = sources, include = include)

PROTOC = attr.label(
    default = "@com_google_protobuf//:protoc",
    executable = True,
    allow_files = True,
    cfg = "exec",
)

def _message_headers_impl(target, ctx):
    below = [dep[MessageHeadersInfo] for dep in getattr(ctx.rule.attr, "deps", []) if MessageHeadersInfo in dep]
    headers = []
    includes = []
    paths = base_paths(target[ProtoInfo]) if ProtoInfo in target else []
    if paths:
        directory = "_trestle/%s.pb" % ctx.label.name
        generated = run_protoc(ctx, [target[ProtoInfo]], paths, directory, ".pb", "--cpp_out=%s")
        headers = generated.headers
        includes = [generated.include]
    return [MessageHeadersInfo(
        headers = depset(headers, transitive = [dep.headers for dep in below]),
        includes = depset(includes, transitive = [dep.includes for dep in below]),
    )]

message_headers_aspect = aspect(
    implementation = _message_headers_impl,
    attr_aspects = ["deps"],
    provides = [MessageHeadersInfo],
    attrs = {"_protoc": PROTOC},
)
