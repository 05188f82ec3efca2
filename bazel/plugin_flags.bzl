"""Build flags for protoc-gen-trestle.

They apply to all libraries of a build: the code of a proto_library is shared by the rules that use
it, so it cannot depend on the attributes of one of them.
"""

_FlagInfo = provider(fields = ["value"])

def _flag_impl(ctx):
    return [_FlagInfo(value = ctx.build_setting_value)]

plugin_string_flag = rule(implementation = _flag_impl, build_setting = config.string(flag = True))

plugin_list_flag = rule(implementation = _flag_impl, build_setting = config.string_list(flag = True))

PLUGIN_FLAG_ATTRS = {
    "_allow": attr.label(default = "//bazel:allow"),
    "_warnings": attr.label(default = "//bazel:warnings"),
}

def plugin_options(ctx, target):
    """Returns the plugin's parameter for `target`; ctx must have PLUGIN_FLAG_ATTRS."""
    options = ["target=" + target, "warnings=" + ctx.attr._warnings[_FlagInfo].value]
    return ",".join(options + ["allow=" + name for name in ctx.attr._allow[_FlagInfo].value])
