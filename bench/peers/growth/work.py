"""The kinds of work that are measured. Each is a function from the stage to its points."""

import json

import load
from cases import Case
from gateways import ENVOY, TRESTLE
from growth import api
from growth.point import Line, Point
from growth.stage import serving

SIZES = (100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 64 << 20)
ROUTES = CONNECTIONS = (1, 10, 100, 1000, 10_000)
ONE_BY_ONE = 500_000  # bytes; for larger messages, wrk would cut off too many of the requests that it counts
GET = ("GET", "/v1/items/clock-7")
UNKNOWN = "unknown path"


def message_sizes(stage):
    """Lists of items in both directions."""
    item = json.loads(stage.item())
    for size in SIZES:
        body = stage.write(f"items{size}.json", api.items_text(item, size))
        case = Case(f"{size} B", "", "POST", api.ECHO_ITEMS, 8)
        measure = load.one_by_one if size > ONE_BY_ONE else load.measure
        for gateway in stage.gateways:
            yield Point(Line(gateway.name), body.stat().st_size, gateway, case, body, measure,
                        stage.seconds)


def routes(stage):
    """GETs of random routes, and of an unknown path."""
    for count in ROUTES:
        descriptors, services, paths = stage.api_set(count)
        found = Case(f"{count} routes", "", "GET", paths.read_text().split()[0], 32, paths=paths)
        unknown = Case(f"{count} routes, none", "", "GET", "/v1/projects/id-42/locations/id-42/none/7",
                       32, status=404)
        for gateway in stage.of(TRESTLE, ENVOY):
            with_routes = serving(stage.bench, gateway, descriptors, services)
            yield Point(Line(gateway.name), count, with_routes, found, seconds=stage.seconds)
            yield Point(Line(gateway.name, UNKNOWN), count, with_routes, unknown,
                        seconds=stage.seconds)


def connections(stage):
    """The same GET by many connections at once. Includes the cost of accepting them; runs with many
    connections take longer, so that it is a small part."""
    for count in CONNECTIONS:
        for gateway in stage.gateways:
            yield Point(Line(gateway.name), count, gateway, Case(f"{count} connections", "", *GET, count),
                        seconds=max(stage.seconds, count // 2000))


def fields(stage):
    """Messages with a number of fields in both directions."""
    for count in api.FIELDS:
        body = stage.write(f"fields{count}.json", api.fields_text(count))
        for gateway in stage.gateways:
            yield Point(Line(gateway.name), count, gateway,
                        Case(f"{count} fields", "", "POST", api.echo_fields(count), 8), body,
                        seconds=stage.seconds)
