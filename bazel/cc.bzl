"""cc rules with the common settings of Trestle's C++ code: language version, warnings, include paths.

Headers are included as "trestle/transcoding/http.h", here and in a user's workspace.
"""

load("@rules_cc//cc:cc_binary.bzl", "cc_binary")
load("@rules_cc//cc:cc_library.bzl", "cc_library")
load("@rules_cc//cc:cc_test.bzl", "cc_test")

_COPTS = ["-std=c++17", "-Wall", "-Wextra"]

def trestle_cc_library(name, copts = [], **kwargs):
    cc_library(name = name, copts = _COPTS + copts, include_prefix = "trestle/" + native.package_name(), **kwargs)

def trestle_cc_binary(name, copts = [], **kwargs):
    cc_binary(name = name, copts = _COPTS + copts, **kwargs)

def trestle_cc_test(name, copts = [], deps = [], **kwargs):
    cc_test(
        name = name,
        copts = _COPTS + copts,
        deps = deps + ["@com_google_googletest//:gtest_main"],
        **kwargs
    )
