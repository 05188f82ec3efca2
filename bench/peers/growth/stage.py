"""Sets up the gateways for growth, with limits for large messages and many connections."""

import dataclasses
import pathlib

import gateways
from cases import ask
from growth import api
from process import run

LARGE = ["--max_request_body=256MiB", "--max_response_body=256MiB"]
SERVICES = ("shop.v1.Shop", api.SERVICE)


def _trestle_command(program, descriptors):
    return lambda port, backend: [program, *gateways.trestle_flags(port, backend), *LARGE,
                                  f"--descriptor_set={descriptors}"]


def serving(bench, gateway, descriptors, services):
    """Returns the gateway with these services; grpc-gateway keeps those compiled into it."""
    if gateway.name == gateways.GRPC_GATEWAY:
        return gateway
    if gateway.name == gateways.TRESTLE:
        command = _trestle_command(gateway.program, descriptors)
    else:
        command = gateways.envoy_command(gateway.program, bench.root, bench.cache, descriptors,
                                         ", ".join(services))
    return dataclasses.replace(gateway, command=command)


@dataclasses.dataclass(frozen=True)
class Stage:
    bench: object
    folder: pathlib.Path  # for generated files
    gateways: tuple       # which serve the shop and growth.proto
    seconds: int          # for each run of wrk

    def of(self, *names):
        """Returns the available gateways with these names."""
        return [gateway for gateway in self.gateways if gateway.name in names]

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def item(self):
        """Returns an item of the shop as printed by the first gateway."""
        process = self.gateways[0].start(self.bench)
        try:
            return ask(process.port, "GET", "/v1/items/clock-7")[1]
        finally:
            process.stop()

    def api_set(self, routes):
        """Returns (descriptor set, services, file of paths) of an artificial API with `count` routes."""
        descriptors, paths = self.folder / f"routes{routes}.pb", self.folder / f"routes{routes}.txt"
        services = run([self.bench.programs / "bench/peers/write_api_set", descriptors, str(routes),
                        paths])
        return descriptors, services.split(), paths


def set_up(bench, seconds):
    """Returns the stage, and the missing gateways with the reasons."""
    folder = bench.cache / "growth"
    descriptors = api.descriptor_set(bench.root, folder)
    found, skipped = gateways.all_gateways(bench)
    measured = [serving(bench, gateway, descriptors, SERVICES) for gateway in found
                if gateway.name in (gateways.TRESTLE, *gateways.PEERS)]
    return Stage(bench, folder, tuple(measured), seconds), skipped
