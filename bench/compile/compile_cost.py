"""Measures the compile time of the generated code of a service: ./dev bench compile.

Compiles what protobuf, gRPC and Trestle generate, one file at a time, and prints a table of
the processor time and the size of each.
"""

import argparse
import dataclasses
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile

import api

ROOT = pathlib.Path(__file__).resolve().parents[2]

# As Bazel compiles with -c opt on Debian, and with the language of bazel/cc_aspect.bzl.
FLAGS = ["-U_FORTIFY_SOURCE", "-fstack-protector", "-Wall", "-fno-omit-frame-pointer", "-g0", "-O2",
         "-D_FORTIFY_SOURCE=1", "-DNDEBUG", "-ffunction-sections", "-fdata-sections", "-std=c++17"]

MESSAGES, STUBS, ROUTES, CLIENT = "shop.pb.cc", "shop.grpc.pb.cc", "shop.gateway.cc", "shop.client.cc"
OWNERS = {MESSAGES: "protobuf", STUBS: "gRPC", ROUTES: "Trestle, routes", CLIENT: "Trestle, client"}


@dataclasses.dataclass(frozen=True)
class Cost:
    seconds: float  # of CPU, user and system
    section_bytes: int
    file_bytes: int

    def __add__(self, other):
        return Cost(*(mine + its for mine, its in zip(dataclasses.astuple(self),
                                                      dataclasses.astuple(other))))


def generate(rpcs, folder, plugin):
    """Writes the service and the code of each generator."""
    (folder / "shop.proto").write_text(api.proto(rpcs), encoding="utf-8")
    protoc = ["protoc", f"-I{folder}", f"-I{ROOT / 'proto'}", f"--cpp_out={folder}"]
    run([*protoc, "google/api/annotations.proto", "google/api/http.proto"])
    grpc = run(["which", "grpc_cpp_plugin"]).strip()
    run([*protoc, f"--plugin=protoc-gen-grpc={grpc}", f"--grpc_out={folder}", "shop.proto"])
    for target in ["cpp_gateway", "cpp_client"]:
        run([*protoc, f"--plugin=protoc-gen-trestle={plugin}",
             f"--trestle_out=target={target},warnings=print:{folder}", "shop.proto"])
    (folder / "trestle").symlink_to(ROOT)  # for #include "trestle/..."


def run(command):
    result = subprocess.run(command, text=True, capture_output=True, check=False)
    if result.returncode != 0:
        sys.exit(f"{command[0]} ended with {result.returncode}:\n{result.stderr}")
    return result.stdout


def cpu_seconds():
    """Returns the CPU time of all child processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def compile_once(source):
    before = cpu_seconds()
    run(["g++", *FLAGS, f"-I{source.parent}", "-c", source, "-o", source.with_suffix(".o")])
    return cpu_seconds() - before


def section_bytes(listing):
    """Returns the bytes of code and data in a listing of `size`, without bss."""
    text, data = listing.splitlines()[1].split()[:2]
    return int(text) + int(data)


def measure(source, rounds):
    seconds = statistics.median(compile_once(source) for _ in range(rounds))
    built = source.with_suffix(".o")
    return Cost(seconds, section_bytes(run(["size", built])), built.stat().st_size)


def measure_service(rpcs, plugin, rounds):
    """Returns {file: its Cost} for a service with `rpcs` RPCs."""
    with tempfile.TemporaryDirectory() as folder:
        generate(rpcs, pathlib.Path(folder), plugin)
        return {name: measure(pathlib.Path(folder) / name, rounds) for name in OWNERS}


def table(rpcs, one, many):
    """Returns Markdown with a row for each file, and Trestle's code relative to the other code."""
    theirs = many[MESSAGES] + many[STUBS]
    theirs_one = one[MESSAGES] + one[STUBS]
    lines = [f"| | 1 RPC | {rpcs} RPCs | each further RPC | text and data | object file | "
             "share in seconds | in text and data | in files |", "| --- " * 9 + "|"]

    def row(name, small, large, shares):
        seconds = (large.seconds - small.seconds) / (rpcs - 1) * 1e3
        lines.append(f"| {name} | {small.seconds:.2f} s | {large.seconds:.2f} s | {seconds:.2f} ms | "
                     f"{large.section_bytes / 1e3:,.0f} KB | {large.file_bytes / 1e3:,.0f} KB | "
                     + " | ".join(shares) + " |")

    for name, owner in OWNERS.items():
        is_ours = name in (ROUTES, CLIENT)
        row(f"{owner}: `{name}`", one[name], many[name],
            shares_of(many[name], theirs) if is_ours else ["", "", ""])
    row("protobuf and gRPC", theirs_one, theirs, ["", "", ""])
    return "\n".join(lines)


def shares_of(ours, theirs):
    return [f"{mine / its:.1%}" for mine, its in zip(dataclasses.astuple(ours),
                                                     dataclasses.astuple(theirs))]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plugin", required=True, help="protoc-gen-trestle")
    parser.add_argument("--rpcs", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3, help="number of times that each file is compiled")
    flags = parser.parse_args()
    if flags.rpcs < 2 or flags.rounds < 1:
        parser.error("at least 2 RPCs and one round")
    one, many = (measure_service(rpcs, flags.plugin, flags.rounds) for rpcs in (1, flags.rpcs))
    print(f"{run(['g++', '--version']).splitlines()[0]}, -O2; "
          f"CPU seconds, medians of {flags.rounds}\n")
    print(table(flags.rpcs, one, many))


if __name__ == "__main__":
    main()
