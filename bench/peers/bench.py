"""Compares Trestle with other gateways in front of the same backend. ./dev bench runs it:

  bench.py --programs BAZEL_BIN --cache DIR peers [--quick] [CASE...]
  bench.py --programs BAZEL_BIN --cache DIR footprint
  bench.py --programs BAZEL_BIN --cache DIR profile CASE [--gateway NAME]
  bench.py --programs BAZEL_BIN --cache DIR growth [--quick | --draw] [--out DIR] [NAME...]
"""

import argparse
import dataclasses
import pathlib
import shlex
import signal
import sys
import time

import cases
import connections
import footprint
import gateways
import install
import load
import profile
import report
from growth import command as growth
from growth import record
from process import Failure, Process, free_port, say

ROOT = pathlib.Path(__file__).resolve().parents[2]


@dataclasses.dataclass
class Bench:
    """The common state of all measurements."""
    programs: pathlib.Path
    cache: pathlib.Path
    root: pathlib.Path = ROOT
    descriptors: pathlib.Path = None
    backend: Process = None
    failures: list = dataclasses.field(default_factory=list)

    def attempt(self, results, key, measure):
        """Adds the result of `measure()` to the list under `key`. A failure ends only this measurement,
        unless it is the backend's."""
        try:
            results.setdefault(key, []).append(measure())
        except (Failure, OSError) as failure:
            say(failure)
            self.failures.append(failure)
        self.backend.check()


@dataclasses.dataclass(frozen=True)
class Pace:
    rounds: int
    seconds: float  # for each run of wrk
    warm_up: float
    idle_seconds: float
    idle: int = 4000
    parked: int = 2000


LIMIT_SECONDS = 15 * 60  # for measuring, without the installation
FULL = Pace(rounds=3, seconds=4, warm_up=1, idle_seconds=4)
QUICK = Pace(rounds=1, seconds=1, warm_up=1, idle_seconds=1)


def _out_of_time(*_):
    say(f"not done within {LIMIT_SECONDS // 60} minutes")
    sys.exit(1)  # not a Failure, which would end only the current measurement


def prepare(arguments):
    """Starts the backend and prepares the files of the gateways."""
    arguments.cache.mkdir(parents=True, exist_ok=True)
    bench = Bench(arguments.programs.resolve(), arguments.cache.resolve())
    bench.descriptors = install.descriptor_set(bench.root, bench.cache)
    port = free_port()
    bench.backend = Process("the backend", [bench.programs / "bench/peers/backend", f"127.0.0.1:{port}"],
                            port, bench.cache / "backend.log")
    return bench


def measure_cases(bench, chosen, processes, bodies, pace):
    """Returns {case: {gateway: Figures}}. In each round, every case is run for all gateways in turn."""
    runs = {case.name: {} for case in chosen}
    for _, process in processes:
        load.measure(process, cases.CASES[1], None, pace.warm_up)
    for number in range(pace.rounds):
        for case in chosen:
            say(f"round {number + 1} of {pace.rounds}: {case.title}")
            for gateway, process in processes:
                if case.name not in gateway.cannot:
                    bench.attempt(runs[case.name], gateway.name, lambda case=case, process=process:
                                  load.measure(process, case, bodies.path(case), pace.seconds))
    return {case: medians(found) for case, found in runs.items()}


def measure_connections(bench, found, pace):
    """Returns {gateway: ConnectionFigures}, with a fresh process for each."""
    def of_one(gateway):
        process = gateway.start(bench)
        try:
            return connections.measure(process, pace.idle, pace.parked, pace.idle_seconds)
        finally:
            process.stop()
    runs = {}
    for number in range(pace.rounds):
        say(f"round {number + 1} of {pace.rounds}: connections")
        for gateway in found:
            if gateways.CONNECTIONS not in gateway.cannot:
                bench.attempt(runs, gateway.name, lambda gateway=gateway: of_one(gateway))
    return medians(runs)


def medians(runs):
    return {name: load.median(several) for name, several in runs.items() if several}


def chosen_cases(names):
    known = [case.name for case in cases.CASES] + [gateways.CONNECTIONS]
    for name in names:
        if name not in known:
            raise Failure(f'there is no case "{name}": {", ".join(known)}')
    chosen = [case for case in cases.CASES if not names or case.name in names]
    return chosen, not names or gateways.CONNECTIONS in names


def peers(arguments):
    chosen, with_connections = chosen_cases(arguments.cases)
    pace = QUICK if arguments.quick else FULL
    if connections.raise_file_limit() < pace.idle + 200:
        raise Failure(f"{pace.idle} connections need more file descriptors: ulimit -Hn")
    bench = prepare(arguments)
    found, skipped = gateways.all_gateways(bench)
    names = [gateway.name for gateway in found]
    processes = [(gateway, gateway.start(bench)) for gateway in found]
    bodies = cases.Bodies(processes[0][1].port, bench.cache)
    cases.compare(chosen, processes, bodies)
    signal.alarm(LIMIT_SECONDS)
    print(report.surroundings(found, skipped, command_line()))
    print(f"{pace.rounds} x {pace.seconds} s of `wrk -t1` a case; an item is "
          f"{bodies.size('item')} bytes of JSON, a list {bodies.size('list')}.\n", flush=True)
    if chosen:
        print(report.figures_of_cases(names, chosen, measure_cases(bench, chosen, processes, bodies, pace)))
    for _, process in processes:
        process.stop()
    if with_connections:
        print(report.figures_of_connections(names, pace.idle, pace.parked,
                                            measure_connections(bench, found, pace)))
    if bench.failures:
        raise Failure(f"{len(bench.failures)} measurements failed; the figures are of the others")


def footprints(arguments):
    bench = prepare(arguments)
    found, skipped = gateways.all_gateways(bench)
    large = footprint.large_commands(bench)
    print(report.surroundings(found, skipped, command_line()))
    print(report.figures_of_footprints(
        {gateway.name: footprint.measure(bench, gateway, large.get(gateway.name)) for gateway in found}))


def profiled(arguments):
    chosen, _ = chosen_cases([arguments.case])
    if not chosen:
        raise Failure(f'"{arguments.case}" cannot be profiled')
    case = chosen[0]
    bench = prepare(arguments)
    gateway = gateways.one_gateway(bench, arguments.gateway)
    process = gateway.start(bench)
    bodies = cases.Bodies(process.port, bench.cache)
    process.stop()
    print(f"{gateway.name}, {case.title}:")
    print(profile.profile(bench, gateway, case, bodies.path(case), 5))


def grown(arguments):
    """Draws charts of the new and the earlier measurements."""
    chosen = growth.chosen(arguments.names)
    records = record.load(arguments.out / growth.RECORD)
    if arguments.draw:
        growth.draw(records, arguments.out)
        print(growth.tables(records))
        return
    connections.raise_file_limit()
    bench = prepare(arguments)
    signal.alarm(LIMIT_SECONDS)
    pace = growth.QUICK if arguments.quick else growth.FULL
    for name, found in growth.measure(bench, chosen, pace, command_line()):
        records[name] = found
        growth.draw(records, arguments.out)
    print(growth.tables(records))
    if bench.failures:
        raise Failure(f"{len(bench.failures)} measurements failed; the charts are of the others")


def command_line():
    return shlex.join(["./dev", "bench", *sys.argv[5:]])


def parse():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--programs", type=pathlib.Path, required=True)
    parser.add_argument("--cache", type=pathlib.Path, required=True)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("peers")
    command.add_argument("--quick", action="store_true", help="run each case once for a second (about a minute in all)")
    command.add_argument("cases", nargs="*", metavar="CASE")
    command.set_defaults(run=peers)
    commands.add_parser("footprint").set_defaults(run=footprints)
    command = commands.add_parser("profile")
    command.add_argument("case", metavar="CASE")
    command.add_argument("--gateway", default=gateways.TRESTLE, help="the gateway to profile (default: %(default)s)")
    command.set_defaults(run=profiled)
    command = commands.add_parser("growth")
    pace = command.add_mutually_exclusive_group()
    pace.add_argument("--quick", action="store_true", help="measure each point once (about three minutes in all)")
    pace.add_argument("--draw", action="store_true", help="redraw the charts of the last measurement")
    command.add_argument("--out", type=pathlib.Path, default=ROOT / "docs/charts")
    command.add_argument("names", nargs="*", metavar="NAME")
    command.set_defaults(run=grown)
    return parser.parse_args()


def main():
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    signal.signal(signal.SIGALRM, _out_of_time)
    arguments = parse()
    started = time.monotonic()
    try:
        arguments.run(arguments)
    except Failure as failure:
        say(failure)
        return 1
    except KeyboardInterrupt:
        return 130
    say(f"took {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
