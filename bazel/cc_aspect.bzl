"""Generates C++ code from each proto_library with a protoc plugin, and compiles it once.

An aspect follows `deps`, so the code of a proto_library is generated and compiled once, however
many rules use it. A rule builds only the code of the proto_libraries that it names, not of those
that they import.
"""

load("@com_google_protobuf//bazel/common:proto_info.bzl", "ProtoInfo")
load("@rules_cc//cc:find_cc_toolchain.bzl", "find_cc_toolchain", "use_cc_toolchain")
load("@rules_cc//cc/common:cc_common.bzl", "cc_common")
load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")
load(
    "//bazel:message_headers.bzl",
    "MessageHeadersInfo",
    "PROTOC",
    "base_paths",
    "message_headers_aspect",
    "run_protoc",
)

def _compile(ctx, name, generated, messages, runtime):
    """Compiles generated code; its users link it with the messages.

    Returns:
      struct(cc_info, archives): the library, and its archives for building it alone.
    """
    toolchain = find_cc_toolchain(ctx)
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    _, outputs = cc_common.compile(
        actions = ctx.actions,
        feature_configuration = features,
        cc_toolchain = toolchain,
        name = name,
        srcs = generated.sources,
        public_hdrs = generated.headers,
        private_hdrs = messages.headers.to_list(),
        system_includes = [generated.include] + messages.includes.to_list(),
        user_compile_flags = ["-std=c++17"],
        compilation_contexts = [runtime.compilation_context],
    )
    linking_context, linked = cc_common.create_linking_context_from_compilation_outputs(
        actions = ctx.actions,
        feature_configuration = features,
        cc_toolchain = toolchain,
        name = name,
        compilation_outputs = outputs,
        linking_contexts = [runtime.linking_context],
        # A shared library would have to depend on those of the messages.
        disallow_dynamic_library = True,
    )

    # Users include the generated headers, but not the second copy of the messages' headers.
    own = cc_common.create_compilation_context(
        headers = depset(generated.headers),
        system_includes = depset([generated.include]),
    )
    cc_info = cc_common.merge_cc_infos(cc_infos = [
        CcInfo(compilation_context = own, linking_context = linking_context),
        runtime,
    ])
    library = linked.library_to_link
    return struct(cc_info = cc_info, archives = [library.static_library or library.pic_static_library])

def _generate(ctx, info, protos, options, suffix, inputs = []):
    """Runs the plugin once for all `protos`, compiles the output, and returns it as an `info`."""
    name = ctx.label.name + suffix
    paths = {path: None for proto in protos for path in proto.paths}.keys()
    plugin = ctx.attr._plugin[DefaultInfo].files_to_run
    out_flag = "--plugin_out=%s:%%s" % options
    proto_infos = [proto.info for proto in protos]
    generated = run_protoc(ctx, proto_infos, paths, "_trestle/" + name, suffix, out_flag, plugin, inputs)
    messages = struct(
        headers = depset(transitive = [proto.messages.headers for proto in protos]),
        includes = depset(transitive = [proto.messages.includes for proto in protos]),
    )
    runtime = cc_common.merge_cc_infos(cc_infos = [dep[CcInfo] for dep in ctx.attr._runtime])
    compiled = _compile(ctx, name, generated, messages, runtime)
    return info(
        archives = compiled.archives,
        cc_info = compiled.cc_info,
        base_paths = paths,
        files = generated.headers + generated.sources,
        protos = protos,
    )

def cc_plugin_providers(target, ctx, info, options, suffix):
    """Returns the providers of an aspect.

    Args:
      target: the aspect's target: a proto_library, or a rule with proto_libraries in its deps.
      ctx: the aspect's context.
      info: the provider to return, with the fields CC_PLUGIN_FIELDS.
      options: the plugin's options.
      suffix: the suffix of the generated files, ".gateway" for x.gateway.h and x.gateway.cc.

    Returns:
      a list of one provider.
    """
    paths = base_paths(target[ProtoInfo]) if ProtoInfo in target else []
    if not paths:
        return [_merge(info, [dep[info] for dep in getattr(ctx.rule.attr, "deps", []) if info in dep])]
    proto = struct(info = target[ProtoInfo], paths = paths, messages = target[MessageHeadersInfo])
    return [_generate(ctx, info, [proto], options, suffix)]

CC_PLUGIN_FIELDS = {
    "archives": "archives of the compiled code",
    "base_paths": "import paths of the .proto files, without the extension",
    "cc_info": "the generated code, compiled",
    "files": "the generated files",
    "protos": "for each proto_library: its ProtoInfo, base_paths, and MessageHeadersInfo",
}

def _merge(info, deps):
    return info(
        archives = [archive for dep in deps for archive in dep.archives],
        cc_info = cc_common.merge_cc_infos(cc_infos = [dep.cc_info for dep in deps]),
        base_paths = [path for dep in deps for path in dep.base_paths],
        files = [file for dep in deps for file in dep.files],
        protos = [proto for dep in deps for proto in dep.protos],
    )

def cc_plugin_attrs(plugin, runtime, attrs = {}):
    """Returns the attributes of an aspect, or of a rule that generates code itself.

    Args:
      plugin: the label of a protoc plugin.
      runtime: the labels of the libraries that its output includes.
      attrs: further attributes.
    """
    return dict(
        attrs,
        _cc_toolchain = attr.label(default = "@bazel_tools//tools/cpp:current_cc_toolchain"),
        _plugin = attr.label(default = plugin, executable = True, allow_files = True, cfg = "exec"),
        _protoc = PROTOC,
        _runtime = attr.label_list(default = runtime),
    )

def cc_plugin_aspect(implementation, attrs):
    """Returns an aspect; its implementation calls cc_plugin_providers, its attrs are cc_plugin_attrs."""
    return aspect(
        implementation = implementation,
        attr_aspects = ["deps"],
        required_aspect_providers = [MessageHeadersInfo],
        fragments = ["cpp"],
        toolchains = use_cc_toolchain(),
        attrs = attrs,
    )

def cc_plugin_rule_providers(ctx, info, options = "", suffix = "", inputs = [], generate = False):
    """Returns the providers of a rule that uses such an aspect: those of a C++ library.

    Args:
      ctx: the rule's context.
      info: the aspect's provider.
      options: the plugin's options, if the rule generates code itself.
      suffix: the suffix of the generated files, in the same case.
      inputs: files that the plugin reads.
      generate: True if the rule generates code itself. Code from the aspect is shared with other
        rules, so it cannot depend on the attributes of one of them.
    """
    generated = _merge(info, [dep[info] for dep in ctx.attr.deps])
    if generate:
        generated = _generate(ctx, info, generated.protos, options, suffix, inputs)

    # In this order, because linkers search libraries after the code that needs them.
    cc_infos = [generated.cc_info] + [dep[CcInfo] for dep in ctx.attr.deps]
    return [
        # With the archives, `bazel build` of the rule compiles its code.
        DefaultInfo(files = depset(generated.files + generated.archives)),
        cc_common.merge_cc_infos(cc_infos = cc_infos),
        generated,
    ]

def cc_plugin_rule(implementation, generate, attrs = {}):
    """Returns a rule over cc_proto_libraries; its implementation calls cc_plugin_rule_providers.

    Args:
      implementation: the rule's implementation.
      generate: the aspect.
      attrs: cc_plugin_attrs, if the rule may generate code itself.
    """
    return rule(
        implementation = implementation,
        attrs = dict(attrs, deps = attr.label_list(
            providers = [CcInfo],
            aspects = [message_headers_aspect, generate],
            mandatory = True,
        )),
        fragments = ["cpp"],
        toolchains = use_cc_toolchain(),
        provides = [CcInfo],
    )
