"""Trestle's rules: REST gateways, REST clients and gRPC stubs of proto_libraries.

See docs/bazel.md.
"""

load("@com_google_protobuf//bazel:cc_proto_library.bzl", "cc_proto_library")
load("@rules_cc//cc:cc_binary.bzl", "cc_binary")
load(
    "//bazel:cc_aspect.bzl",
    "CC_PLUGIN_FIELDS",
    "cc_plugin_aspect",
    "cc_plugin_attrs",
    "cc_plugin_providers",
    "cc_plugin_rule",
    "cc_plugin_rule_providers",
)
load("//bazel:plugin_flags.bzl", "PLUGIN_FLAG_ATTRS", "plugin_options")
load("//bazel:server_main.bzl", "TrestleGatewayInfo", "trestle_server_main")

_ClientInfo = provider(fields = CC_PLUGIN_FIELDS)
_GrpcInfo = provider(fields = CC_PLUGIN_FIELDS)

def _gateway_aspect_impl(target, ctx):
    return cc_plugin_providers(target, ctx, TrestleGatewayInfo, plugin_options(ctx, "cpp_gateway"), ".gateway")

def _client_aspect_impl(target, ctx):
    return cc_plugin_providers(target, ctx, _ClientInfo, plugin_options(ctx, "cpp_client"), ".client")

def _grpc_aspect_impl(target, ctx):
    return cc_plugin_providers(target, ctx, _GrpcInfo, "", ".grpc.pb")

_GATEWAY_ATTRS = cc_plugin_attrs(
    plugin = "//codegen:protoc-gen-trestle",
    runtime = [
        "//server:service_route",
        "//transcoding:version",
    ],
    attrs = PLUGIN_FLAG_ATTRS,
)

_CLIENT_ATTRS = cc_plugin_attrs(
    plugin = "//codegen:protoc-gen-trestle",
    runtime = [
        "//client/cpp:client",
        "//transcoding:version",
    ],
    attrs = PLUGIN_FLAG_ATTRS,
)

_GRPC_ATTRS = cc_plugin_attrs(
    plugin = "@com_github_grpc_grpc//:bin/grpc_cpp_plugin",
    runtime = ["@com_github_grpc_grpc//:grpc++"],
)

_gateway_aspect = cc_plugin_aspect(_gateway_aspect_impl, _GATEWAY_ATTRS)
_client_aspect = cc_plugin_aspect(_client_aspect_impl, _CLIENT_ATTRS)
_grpc_aspect = cc_plugin_aspect(_grpc_aspect_impl, _GRPC_ATTRS)

def _configured(ctx, info, target, suffix):
    """Returns the providers of a rule with the attributes _CONFIGURED."""
    config = ctx.file.service_config
    unbound = ctx.attr.generate_unbound_methods
    options = plugin_options(ctx, target)
    options += ",service_config=" + config.path if config else ""
    options += ",generate_unbound_methods=true" if unbound else ""
    inputs = [config] if config else []
    return cc_plugin_rule_providers(ctx, info, options, suffix, inputs, generate = bool(config or unbound))

def _gateway_impl(ctx):
    return _configured(ctx, TrestleGatewayInfo, "cpp_gateway", ".gateway")

def _client_impl(ctx):
    return _configured(ctx, _ClientInfo, "cpp_client", ".client")

def _grpc_impl(ctx):
    return cc_plugin_rule_providers(ctx, _GrpcInfo)

_CONFIGURED = {
    "generate_unbound_methods": attr.bool(),
    "service_config": attr.label(allow_single_file = [".json", ".yaml", ".yml"]),
}

_gateway_rule = cc_plugin_rule(_gateway_impl, _gateway_aspect, dict(_GATEWAY_ATTRS, **_CONFIGURED))
_client_rule = cc_plugin_rule(_client_impl, _client_aspect, dict(_CLIENT_ATTRS, **_CONFIGURED))
_grpc_rule = cc_plugin_rule(_grpc_impl, _grpc_aspect)

def _over_messages(rule, name, deps, **kwargs):
    """Instantiates `rule` over the messages of proto_libraries, with a cc_proto_library for each."""
    messages = []
    for index, dep in enumerate(deps):
        messages.append("_%s_messages%s" % (name, index))
        cc_proto_library(
            name = messages[-1],
            deps = [dep],
            tags = ["manual"],
            testonly = kwargs.get("testonly", False),
            visibility = ["//visibility:private"],
        )
    rule(name = name, deps = messages, **kwargs)

def trestle_cc_gateway(name, deps, service_config = None, generate_unbound_methods = False, **kwargs):
    """A C++ library with the REST routes of proto_libraries, and with their messages.

    For library.proto it has library.gateway.h, with a function LibraryServiceRoutes()
    for each service in the namespace of the .proto's package.

    Args:
      name: the name of the library.
      deps: proto_libraries. Those that they import are not part of the gateway.
      service_config: a google.api.Service in YAML or JSON whose http.rules replace annotations.
        The code is then generated for this library alone: a program cannot link another
        gateway library of the same proto_libraries.
      generate_unbound_methods: makes RPCs without a rule reachable by
        POST /package.Service/Method, with the request as the body. The code is then
        generated for this library alone, as with service_config.
      **kwargs: common attributes: visibility, testonly, tags and so on.
    """
    _over_messages(
        _gateway_rule,
        name,
        deps,
        service_config = service_config,
        generate_unbound_methods = generate_unbound_methods,
        **kwargs
    )

def trestle_cc_client(name, deps, service_config = None, generate_unbound_methods = False, **kwargs):
    """A C++ library with typed REST clients for proto_libraries, and with their messages.

    For library.proto it has library.client.h, with a class LibraryServiceClientInterface
    and NewLibraryServiceClient() for each service. It does not depend on gRPC.

    Args:
      name: the name of the library.
      deps: proto_libraries.
      service_config: as in trestle_cc_gateway.
      generate_unbound_methods: as in trestle_cc_gateway.
      **kwargs: common attributes.
    """
    _over_messages(
        _client_rule,
        name,
        deps,
        service_config = service_config,
        generate_unbound_methods = generate_unbound_methods,
        **kwargs
    )

def trestle_cc_grpc(name, deps, **kwargs):
    """A C++ library with the gRPC stubs of proto_libraries, and with their messages.

    For library.proto it has library.grpc.pb.h, with the services that a backend implements.

    Args:
      name: the name of the library.
      deps: proto_libraries.
      **kwargs: common attributes.
    """
    _over_messages(_grpc_rule, name, deps, **kwargs)

def trestle_server(name, deps, **kwargs):
    """A gateway program: `bazel run :name -- --backend=localhost:9090`.

    Args:
      name: the name of the program.
      deps: trestle_cc_gateway libraries; the program serves the routes of all of them.
      **kwargs: common attributes of binaries.
    """
    main = "_%s_main" % name
    trestle_server_main(
        name = main,
        deps = deps,
        tags = ["manual"],
        testonly = kwargs.get("testonly", False),
        visibility = ["//visibility:private"],
    )

    # Does not use deps, so that the rule above reports an invalid one with an explanation.
    cc_binary(
        name = name,
        srcs = [main],
        copts = ["-std=c++17"],
        malloc = kwargs.pop("malloc", str(Label("//server:allocator"))),
        deps = [
            main,
            str(Label("//server:gateway_main")),
        ],
        **kwargs
    )
