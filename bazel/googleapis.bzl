"""The repository com_google_googleapis, for projects that do not declare their own."""

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

# Has the labels of the public googleapis repository for the files that Trestle contains.
trestle_googleapis = repository_rule(implementation = _trestle_googleapis_impl)
