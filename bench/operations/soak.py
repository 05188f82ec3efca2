"""A gateway with all operations features, under load while what they depend on fails. ./dev soak operations
runs it:

  soak.py BAZEL_BIN [SECONDS]

SECONDS (120) are divided as PLAN says; the log on stderr has no reader at any time. It prints a table, and
exits with 1 if a check fails. No check depends on a latency.
"""

import collections
import json
import pathlib
import signal
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path += [str(HERE.parent / "peers"), str(HERE.parent / "attacks")]

from client import Ended
from crowd import Crowd
from faults import Collector, Disk, StuckLog, StuckScrapes
from process import Failure, Process, free_port, say
from stage import Gateway, summary
from verdict import Verdict
from watch import Watch, metrics

# (fraction of the time, method of Soak)
PLAN = ((0.15, "begin_faults"), (0.25, "restart_backend"), (0.35, "silence_collector"),
        (0.50, "restart_backend"), (0.60, "revive_collector"), (0.70, "end_scrapes"), (0.75, "free_disk"))
RECOVERED = 0.85
DOWN_SECONDS = 2      # the backend, at each restart
RECOVERY_SECONDS = 5  # in which the gateway may still respond with 503 after that
SETTLE_SECONDS = 90   # a request to the collector is retried for a minute
DRAIN_SECONDS = 5
END_SECONDS = DRAIN_SECONDS + 5  # docs/options.md, --drain_timeout
# 1 MiB of spans (--otlp_queue) and a batch in progress, 4 MiB of access log, 1 MiB of log, the responses
# to scrapes that are not read, and 64 MiB for everything else: the program, gRPC and its buffers.
RESIDENT_LIMIT = 80 << 20
MORE_THREADS, MORE_DESCRIPTORS = 3, 2  # gRPC keeps threads that it once needed


class Soak:
    def __init__(self, programs, folder):
        self._programs, self._folder = programs / "bench/peers", folder
        self.disk, self.collector = Disk(folder), Collector(self._programs / "collector", folder)
        self._backend_port, self.admin = free_port(), free_port()
        self._log, self._scrapes, self.outages = StuckLog(folder), None, []
        self.stuck_clients, self.freed_at = 0, None
        self._start_backend()
        self.gateway = self._start_gateway()
        self._log.fill()

    def _start_backend(self):
        self._backend = Process("backend", [self._programs / "backend", f"127.0.0.1:{self._backend_port}"],
                                self._backend_port, self._folder / "backend.log")

    def _start_gateway(self):
        port = free_port()
        command = [self._programs / "generated", f"--listen=127.0.0.1:{port}", f"--admin=127.0.0.1:{self.admin}",
                   f"--backend=127.0.0.1:{self._backend_port}", "--log_level=debug", "--log_format=json",
                   f"--access_log={self.disk.log}", "--access_log_format=json", "--health_path=/health",
                   f"--otlp_endpoint=127.0.0.1:{self.collector.port}", "--trace_ratio=1", "--otlp_queue=1MiB", "--otlp_batch=64KiB",
                   f"--drain_timeout={DRAIN_SECONDS}s"]
        return Gateway("the gateway", command, port, self._log.path)

    def begin_faults(self):
        self.disk.fill(self.gateway)
        self.collector.die()
        self._scrapes = StuckScrapes(self.admin)

    def restart_backend(self):
        begin = time.monotonic()
        self._backend.stop()
        time.sleep(DOWN_SECONDS)
        back = time.monotonic()
        self._start_backend()
        self.outages.append((begin, back, time.monotonic() + RECOVERY_SECONDS))

    def silence_collector(self):
        self.collector.fall_silent()

    def revive_collector(self):
        self.collector.live()

    def end_scrapes(self):
        self._scrapes.stop()
        self.stuck_clients += self._scrapes.opened

    def free_disk(self):
        self.disk.free(self.gateway)
        self.freed_at = time.time()

    def stop_gateway(self):
        """Returns the seconds until SIGTERM has ended the gateway, or None; scrapes are stuck meanwhile."""
        scrapes = StuckScrapes(self.admin)
        time.sleep(1)
        began = time.monotonic()
        self.gateway.signal(signal.SIGTERM)
        in_time = self.gateway.ends_within(END_SECONDS)
        seconds = time.monotonic() - began
        scrapes.stop()
        return seconds if in_time else None


def run(soak, seconds):
    """Runs the plan. Returns (Seen, Watch, the time of the start)."""
    crowd = Crowd(soak.gateway.port)
    watch = Watch(soak.gateway, soak.admin)
    began = time.monotonic()
    for part, action in PLAN:
        time.sleep(max(0, began + part * seconds - time.monotonic()))
        say(f"{time.monotonic() - began:.0f} s: {action.replace('_', ' ')}")
        getattr(soak, action)()
    time.sleep(max(0, began + seconds - time.monotonic()))
    watch.stop()
    return crowd.stop(), watch, began


def check_requests(verdict, soak, seen):
    """503 only during the outages, and a response for every request."""
    wrong, refused = collections.Counter(), 0
    for sent, ended, result in seen.failed:
        if result == "503" and any(begin <= ended and sent <= end for begin, _, end in soak.outages):
            refused += 1
        else:
            wrong[result] += 1
    verdict.check("requests", not wrong and seen.served,
                  f"{len(seen.served)} served, {refused} got 503 while the backend restarted, others: {summary(wrong)}")


def check_health(verdict, soak, watch):
    dead = collections.Counter(result for _, _, result in watch.health["/livez"] if result != "200")
    verdict.check("/livez", not dead, f"{len(watch.health['/livez'])} requests, not 200: {summary(dead)}")
    ready, false = watch.health["/readyz"], collections.Counter()
    for begin, end, result in ready:
        is_down = any(down + 1 < begin and end < back for down, back, _ in soak.outages)
        is_up = not any(down <= end and begin <= late for down, _, late in soak.outages)
        if (is_down and result != "503") or (is_up and result != "200"):
            false[result + (" while down" if is_down else " while up")] += 1
    unready = sum(result == "503" for _, _, result in ready)
    verdict.check("/readyz", not false and unready,
                  f"{len(ready)} requests, {unready} got 503, untrue: {summary(false)}")


def _parse(line):
    try:
        return json.loads(line)
    except ValueError:
        return None


def settle(soak, requests):
    """Waits until every line and span has been written or lost. Returns (metrics, lines)."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while True:
        lines, sums = [_parse(line) for line in soak.disk.lines()], metrics(soak.admin)
        spans = sums["trestle_spans_sent_total"] + sums["trestle_spans_dropped_total"]
        intact = sum(line is not None for line in lines)
        done = intact + sums["trestle_log_lines_lost_total"] == requests and spans == 2 * requests
        if done or time.monotonic() > deadline:
            return sums, lines
        time.sleep(1)


def check_counts(verdict, soak, requests):
    """What is in the log and at the collector, and what the metrics say was lost, make up all requests."""
    sums, lines = settle(soak, requests)
    counted = int(sums["http_server_request_duration_seconds_count"])
    verdict.check("metrics", counted == requests, f"{counted} requests counted, {requests} sent")
    intact, lost = [line for line in lines if line is not None], int(sums["trestle_log_lines_lost_total"])
    verdict.check("access log", len(intact) + lost == requests and lost > 0,
                  f"{len(intact)} lines + {lost} lost = {len(intact) + lost}, {len(lines) - len(intact)} cut")
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(soak.freed_at + 1))
    after = sum(line["time"] > stamp for line in intact)
    verdict.check("after the full disk", after > 0, f"{after} lines")
    sent, dropped = (int(sums[f"trestle_spans_{name}_total"]) for name in ("sent", "dropped"))
    verdict.check("spans", sent + dropped == 2 * requests and dropped > 0,
                  f"{sent} sent + {dropped} dropped = {sent + dropped}, two for each request: {2 * requests}")
    received = soak.collector.spans()
    verdict.check("collector", received >= sent > 0, f"{received} spans received")


def check_process(verdict, watch, began, seconds):
    def at(part):
        return began + part * seconds
    peak = max(sample[1] for sample in watch.samples)
    resident = [watch.median_between(1, at(a), at(b)) / 2**20 for a, b in ((0.05, 0.15), (RECOVERED, 1))]
    verdict.check("resident memory", peak <= RESIDENT_LIMIT,
                  f"{resident[0]:.1f} MiB before the faults, {peak / 2**20:.1f} at most, {resident[1]:.1f} after")
    for column, name, more in ((2, "threads", MORE_THREADS), (3, "descriptors", MORE_DESCRIPTORS)):
        before = watch.median_between(column, at(0.05), at(0.15))
        after = watch.median_between(column, at(RECOVERED), at(1))
        verdict.check(name, after <= before + more, f"{before} before the faults, "
                      f"{max(sample[column] for sample in watch.samples)} at most, {after} after")


def judge(soak, seconds):
    seen, watch, began = run(soak, seconds)
    verdict = Verdict()
    check_requests(verdict, soak, seen)
    p99 = [seen.p99(began + a * seconds, began + b * seconds) for a, b in ((0, .15), (.15, .75), (RECOVERED, 1))]
    verdict.figure("p99", f"{p99[0]:.1f} ms before the faults, {p99[1]:.1f} ms with them, {p99[2]:.1f} ms after")
    scrapes = sorted(watch.scrape_ms)
    verdict.figure("scrapes", f"{scrapes[len(scrapes) // 2]:.1f} ms median, {scrapes[-1]:.1f} ms at most; "
                   f"{soak.stuck_clients} others were never read")
    check_health(verdict, soak, watch)
    check_process(verdict, watch, began, seconds)
    check_counts(verdict, soak, seen.requests())
    ended = soak.stop_gateway()
    verdict.check("SIGTERM", ended is not None and soak.gateway.ended() == "ended with 0",
                  f"{soak.gateway.ended() or 'running'} after {END_SECONDS if ended is None else ended:.1f} s")
    return verdict


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("soak: ended by SIGTERM"))  # and unmounts the disk
    programs, seconds = pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 120
    with tempfile.TemporaryDirectory() as name:
        soak = None
        try:
            soak = Soak(programs, pathlib.Path(name))
            say("the access log is on a " + ("small disk" if soak.disk.is_mounted else "file, then /dev/full"))
            verdict = judge(soak, seconds)
        except (Failure, Ended) as failure:
            sys.exit(f"soak: {failure}")
        finally:
            if soak:
                soak.gateway.stop()
                soak.disk.close()
    verdict.print()
    sys.exit(not verdict.holds)


if __name__ == "__main__":
    main()
