"""routes_name() in Starlark, held to the same rows as RoutesName() in C++."""

load("//bazel:server_main.bzl", "routes_name")

_ROWS = {
    "2nd": "of_2nd",
    "Library/V1": "of_Library_sV1",
    "__": "of__u_u",
    "a b": "of_a_x20b",
    "a+b~": "of_a_x2bb_x7e",
    "a-b": "of_a_mb",
    "a.b": "of_a_db",
    "a/b_c": "of_a_sb_uc",
    "a_b/c": "of_a_ub_sc",
    "a_s": "of_a_us",
    "class": "of_class",
    "library": "of_library",
    "library/v1/library": "of_library_sv1_slibrary",
}

def check_routes_name():
    """Fails the loading of the package that calls it."""
    for path, name in _ROWS.items():
        if routes_name(path) != name:
            fail("routes_name(%r) is %r, not %r" % (path, routes_name(path), name))
