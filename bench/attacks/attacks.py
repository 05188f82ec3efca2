"""Attacks the gateway in front of a real backend. ./dev bench attacks runs it:

  attacks.py --programs BAZEL_BIN [--program PATH]... [--list] [NAME...]

For each attack it starts a gateway, sends requests of well-behaved clients at a steady rate from another
process, attacks, and judges: the gateway lives, no other client's request fails, memory is within its
bound, the attackers get what they should, and SIGTERM stops the gateway in its time. It prints a table, and
exits with 1 if an attack has succeeded. No verdict depends on a time, except where a wait would never end.
"""

import argparse
import pathlib
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "peers"))

import backend_attacks
import bodies
import heads
import process_attacks
import report
import response_attacks
import streams
import tls_attacks
from attack import Attack
from client import Ended
from process import Failure, say
from stage import Bench, Stage

ATTACKS = (*heads.ATTACKS, *bodies.ATTACKS, *streams.ATTACKS, *tls_attacks.ATTACKS, *backend_attacks.ATTACKS,
           *response_attacks.ATTACKS, *process_attacks.ATTACKS)


def chosen(names: list) -> list[Attack]:
    """Returns the Attacks with these names, or all; raises Failure for an unknown name."""
    known = {attack.name: attack for attack in ATTACKS}
    for name in names:
        if name not in known:
            raise Failure(f'there is no attack "{name}": {", ".join(known)}')
    return [known[name] for name in names] or list(ATTACKS)


def run_attack(bench, attack):
    """Runs one attack on its own gateway."""
    stage = Stage(bench, attack)
    try:
        try:
            stage.start()
            attack.run(stage)
        except (Ended, Failure, OSError, ValueError) as error:
            stage.require(False, f"the attack broke off: {error}")
        stage.finish()
    finally:
        stage.stop()
    watch = stage.watch
    return report.Result(attack.name, attack.title, stage.verdict, tuple(stage.violations),
                         watch and watch.cpu_seconds, watch and watch.peak_bytes,
                         stage.neighbours if watch else None, dict(stage.tally), tuple(stage.notes))


def run_all(program, programs, attacks):
    results = []
    with tempfile.TemporaryDirectory(prefix="trestle-attacks-") as scratch:
        bench = Bench(program, programs, pathlib.Path(scratch))
        bench.prepare()
        for attack in attacks:
            say(f"{attack.name}: {attack.title}")
            results.append(run_attack(bench, attack))
            for note in results[-1].notes:
                say(f"  {note}")
            for violation in results[-1].violations:
                say(f"  FAULT: {violation}")
    return results


def parse():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--programs", type=pathlib.Path, required=True)
    parser.add_argument("--program", type=pathlib.Path, action="append", dest="gateways", metavar="PATH",
                        help="a gateway with the same flags, such as an older build; may be repeated")
    parser.add_argument("--list", action="store_true", help="list the attacks with the weakness that each targets")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these attacks")
    return parser.parse_args()


def main():
    arguments = parse()
    attacks = chosen(arguments.names)
    if arguments.list:
        for attack in attacks:
            print(f"{attack.name}: {attack.title}\n    {attack.weakness}")
        return 0
    succeeded = 0
    for program in arguments.gateways or [arguments.programs / "server/trestle"]:
        began = time.monotonic()
        results = run_all(program.resolve(), arguments.programs.resolve(), attacks)
        succeeded += sum(not result.withstood for result in results)
        print(f"{program}: {sum(result.withstood for result in results)} of {len(results)} attacks withstood, "
              f"in {time.monotonic() - began:.0f} s\n\n{report.table(results)}\n", flush=True)
    return 1 if succeeded else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        say(failure)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
