"""The gateways to compare: programs, command lines, and the cases that they do not support."""

import dataclasses
import os
import pathlib
import string
import sys
from typing import Callable

import install
from process import Failure, Process, free_port, run

TRESTLE, GENERATED, GRPC_GATEWAY, ENVOY, NAIVE = (
    "Trestle", "Trestle, generated", "grpc-gateway", "Envoy", "naive")
PEERS = (GRPC_GATEWAY, ENVOY)
CONNECTIONS = "connections"  # idle ones and waiting requests, chosen like a case


@dataclasses.dataclass(frozen=True)
class Gateway:
    name: str
    program: pathlib.Path
    command: Callable  # takes the ports of the gateway and of the backend
    version: str
    cannot: frozenset = frozenset()  # names of cases, and CONNECTIONS

    def start(self, bench):
        """Starts the gateway in front of the backend."""
        port = free_port()
        command = self.command(port, bench.backend.port)
        return Process(self.name, command, port, bench.cache / f"{self.program.name}.log")


def trestle_flags(port, backend_port):
    return [f"--listen=127.0.0.1:{port}", f"--backend=127.0.0.1:{backend_port}",
            "--log_level=off", "--max_connections=20000"]


def _trestle(programs, descriptors):
    program = programs / "server/trestle"
    return Gateway(TRESTLE, program, lambda port, backend: [
        program, *trestle_flags(port, backend), f"--descriptor_set={descriptors}"],
        run([program, "--version"]).strip())


def _generated(programs):
    program = programs / "bench/peers/generated"
    return Gateway(GENERATED, program,
                   lambda port, backend: [program, *trestle_flags(port, backend)],
                   run([program, "--version"]).strip())


def _grpc_gateway(root, cache):
    program = install.grpc_gateway(root, cache)
    module = (root / "bench/peers/grpc_gateway/go.mod").read_text()
    version = module.partition("grpc-gateway/v2 v")[2].split()[0]
    return Gateway(GRPC_GATEWAY, program,
                   lambda port, backend: [program, f"127.0.0.1:{port}", f"127.0.0.1:{backend}"],
                   f"grpc-gateway {version}, {run(['go', 'version']).split()[2]}")


def envoy_command(program, root, cache, descriptors, services):
    """Returns the command line of an Envoy for these services, as a function of the ports."""
    template = string.Template((root / "bench/peers/envoy.yaml").read_text())

    def command(port, backend):
        config = cache / "envoy.yaml"  # read once, when it starts
        config.write_text(template.substitute(port=port, backend_port=backend,
                                              descriptor_set=descriptors, services=services))
        return [program, "-c", config, "--concurrency", str(os.cpu_count()),
                "--disable-hot-restart", "--log-level", "error"]
    return command


def _envoy(root, cache, descriptors):
    program = install.envoy(cache)
    return Gateway(ENVOY, program, envoy_command(program, root, cache, descriptors, "shop.v1.Shop"),
                   "Envoy " + run([program, "--version"]).partition("version: ")[2].split("/")[1])


def _naive(programs):
    program = programs / "bench/peers/naive"
    return Gateway(NAIVE, program, lambda port, backend: [program, str(port), f"127.0.0.1:{backend}"],
                   "cpp-httplib, protobuf's JSON, blocking stub",
                   frozenset({"get-1000", "stream", CONNECTIONS}))


def _makers(bench):
    return {TRESTLE: lambda: _trestle(bench.programs, bench.descriptors),
            GENERATED: lambda: _generated(bench.programs),
            GRPC_GATEWAY: lambda: _grpc_gateway(bench.root, bench.cache),
            ENVOY: lambda: _envoy(bench.root, bench.cache, bench.descriptors),
            NAIVE: lambda: _naive(bench.programs)}


def one_gateway(bench, name):
    makers = _makers(bench)
    if name not in makers:
        raise Failure(f'there is no gateway "{name}": {", ".join(makers)}')
    return makers[name]()


def all_gateways(bench):
    """Returns the available gateways; missing ones are reported on stderr and in the report."""
    found, skipped = [], []
    for name, make in _makers(bench).items():
        try:
            found.append(make())
        except (Failure, OSError) as error:
            if name not in PEERS:
                raise
            print(f"bench: without {name}: {error}", file=sys.stderr)
            skipped.append((name, str(error).splitlines()[0]))
    return found, skipped
