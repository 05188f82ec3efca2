"""Tests of the server that run on fibers and on threads alike."""

load("//bazel:cc.bzl", "trestle_cc_test")

def both_ways_test(name, **kwargs):
    """A test `name`, and a second one `name`_on_threads of the same program."""
    trestle_cc_test(name = name, **kwargs)
    trestle_cc_test(
        name = name + "_on_threads",
        env = {"TRESTLE_TEST_CONCURRENCY": "threads"},
        **kwargs
    )
