"""The repository com_google_googleapis, for those who have no googleapis of their own."""

_FILES = {
    "api": ["annotations", "client", "field_behavior", "http", "httpbody", "resource"],
    "longrunning": ["operations"],
    "rpc": ["code", "error_details", "status"],
}

def _trestle_googleapis_impl(ctx):
    ctx.file("WORKSPACE", "")
    for package, names in _FILES.items():
        build = 'package(default_visibility = ["//visibility:public"])\n'
        for name in [name + kind for name in names for kind in ["_proto", "_cc_proto"]]:
            build += "alias(name = %r, actual = %r)\n" % (
                name,
                "@trestle//proto/google/%s:%s" % (package, name),
            )
        ctx.file("google/%s/BUILD.bazel" % package, build)

# The labels of the public googleapis repository, as far as Trestle carries its files.
trestle_googleapis = repository_rule(implementation = _trestle_googleapis_impl)
