"""Measures program size, libraries, start-up time and memory of a gateway."""

import dataclasses
import os
import pathlib
import statistics
import subprocess
import time
from typing import Callable, Optional

import gateways
from process import Process, free_port, run

STARTS = 5


@dataclasses.dataclass(frozen=True)
class Footprint:
    file_mb: float
    shared_libraries: int
    start_ms: float      # from exec until it accepts connections
    start_cpu_ms: float  # until half a second later
    resident_mb: float   # then
    large_start_ms: Optional[float] = None  # the same with 15,000 routes
    large_start_cpu_ms: Optional[float] = None
    large_resident_mb: Optional[float] = None


def shared_libraries(program):
    """Returns the number of files that the loader maps in addition to the program, including itself."""
    listed = subprocess.run(["ldd", program], text=True, capture_output=True, check=False)
    return sum("/" in line for line in listed.stdout.splitlines() if listed.returncode == 0)


def _start(name, command, bench):
    """Returns (milliseconds to start, milliseconds of CPU, MB resident), medians of several starts."""
    starts = []
    for _ in range(STARTS):
        port = free_port()
        process = Process(name, command(port, bench.backend.port), port, bench.cache / "footprint.log")
        time.sleep(0.5)
        starts.append((process.start_seconds * 1e3, process.cpu_seconds() * 1e3,
                       process.resident_bytes() / 2**20))
        process.stop()
    return tuple(statistics.median(column) for column in zip(*starts))


def large_commands(bench):
    """Returns {gateway: its command for 15,000 routes}, for those that read them at startup."""
    descriptors = bench.cache / "large.pb"
    services = run([bench.programs / "bench/peers/write_api_set", descriptors]).split()
    trestle = bench.programs / "server/trestle"

    def of_trestle(port, backend):
        return [trestle, *gateways.trestle_flags(port, backend), f"--descriptor_set={descriptors}"]

    def of_envoy(program):
        return gateways.envoy_command(program, bench.root, bench.cache, descriptors,
                                      ", ".join(services))
    return {gateways.TRESTLE: lambda gateway: of_trestle,
            gateways.ENVOY: lambda gateway: of_envoy(gateway.program)}


def measure(bench, gateway, large: Optional[Callable]):
    program = pathlib.Path(os.path.realpath(gateway.program))
    small = _start(gateway.name, gateway.command, bench)
    more = _start(gateway.name, large(gateway), bench) if large else ()
    return Footprint(program.stat().st_size / 2**20, shared_libraries(program), *small, *more)
