"""The gateways set up for growth: large messages are let through, many connections too."""

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
    """The same gateway with these services; grpc-gateway has those that were compiled into it."""
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
    folder: pathlib.Path  # for what is made to measure with
    gateways: tuple       # that serve the shop and growth.proto
    seconds: int          # of each run of wrk

    def of(self, *names):
        """The gateways of these names, as far as they could be had."""
        return [gateway for gateway in self.gateways if gateway.name in names]

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def item(self):
        """An item of the shop, as the first gateway prints it."""
        process = self.gateways[0].start(self.bench)
        try:
            return ask(process.port, "GET", "/v1/items/clock-7")[1]
        finally:
            process.stop()

    def api_set(self, routes):
        """(descriptor set, services, file of paths) of a made-up API with so many routes."""
        descriptors, paths = self.folder / f"routes{routes}.pb", self.folder / f"routes{routes}.txt"
        services = run([self.bench.programs / "bench/peers/write_api_set", descriptors, str(routes),
                        paths])
        return descriptors, services.split(), paths


def set_up(bench, seconds):
    """(the stage, the gateways that there are not and why)."""
    folder = bench.cache / "growth"
    descriptors = api.descriptor_set(bench.root, folder)
    found, skipped = gateways.all_gateways(bench)
    measured = [serving(bench, gateway, descriptors, SERVICES) for gateway in found
                if gateway.name in (gateways.TRESTLE, *gateways.PEERS)]
    return Stage(bench, folder, tuple(measured), seconds), skipped
