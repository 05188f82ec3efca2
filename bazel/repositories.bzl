"""The repositories that a WORKSPACE needs in addition to Trestle."""

load("//bazel:googleapis.bzl", "trestle_googleapis")
load(
    "//bazel:system.bzl",
    "no_coverage_tools",
    "pkg_config_repository",
    "plain_library_repository",
    "system_absl",
    "system_grpc",
    "system_protobuf",
    "system_rules_cc",
)

# Repository: {library: [pkg-config module, Debian package]}.
_PKG_CONFIG = {
    "cli11": {"cli11": ["CLI11", "libcli11-dev"]},
    "com_github_google_benchmark": {"benchmark": ["benchmark", "libbenchmark-dev"]},
    "com_github_nlohmann_json": {"json": ["nlohmann_json", "nlohmann-json3-dev"]},
    "com_google_googletest": {
        "gtest": ["gmock", "libgmock-dev"],
        "gtest_main": ["gmock_main", "libgmock-dev"],
    },
    "cpp_httplib": {"httplib": ["cpp-httplib", "libcpp-httplib-dev"]},
    "jemalloc": {"jemalloc": ["jemalloc", "libjemalloc-dev"]},
    "openssl": {"openssl": ["openssl", "libssl-dev"]},
    "simdjson": {"simdjson": ["simdjson", "libsimdjson-dev"]},
    "spdlog": {"spdlog": ["spdlog", "libspdlog-dev"]},
    "sqlite3": {"sqlite3": ["sqlite3", "libsqlite3-dev"]},
    "yaml_cpp": {"yaml_cpp": ["yaml-cpp", "libyaml-cpp-dev"]},
    "zlib": {"zlib": ["zlib", "zlib1g-dev"]},
}

# Repository: [library to link, a header of it, Debian package]; for those without pkg-config.
_PLAIN = {
    "boost_context": ["boost_context", "boost/context/fiber.hpp", "libboost-context-dev"],
}

_LOCAL = {
    "platforms": "/usr/share/bazel/platforms",
    "rules_java": "/usr/share/bazel/rules/java",
    "rules_proto": "/usr/share/bazel/rules/proto",
}

def _declare(rule, name, **kwargs):
    if not native.existing_rule(name):
        rule(name = name, **kwargs)

def trestle_dependencies():
    """Declares the repositories that the WORKSPACE has not declared before."""
    _declare(system_absl, "com_google_absl")
    _declare(system_grpc, "com_github_grpc_grpc")
    _declare(system_protobuf, "com_google_protobuf")
    _declare(system_rules_cc, "rules_cc")
    _declare(no_coverage_tools, "remote_coverage_tools")
    _declare(trestle_googleapis, "com_google_googleapis")
    for name, libraries in _PKG_CONFIG.items():
        _declare(pkg_config_repository, name, libraries = libraries)
    for name, (library, header, package) in _PLAIN.items():
        _declare(plain_library_repository, name, library = library, header = header, package = package)
    for name, path in _LOCAL.items():
        _declare(native.local_repository, name, path = path)
