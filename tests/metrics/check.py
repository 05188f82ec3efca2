"""Checks the metrics with the programs that read them: check.py --gateway PROGRAM --cache FOLDER

promtool reads the text of a scrape, the rules of docs/operations/alerts.yml and all queries of the
pages; the parser of Prometheus's client for Python reads OpenMetrics strictly; and a Prometheus
scrapes a gateway and returns what it has stored. Debian's package prometheus is unpacked in the
cache, not installed: it would start a service.
"""

import argparse
import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

import pages

CLIENT = "prometheus-client==0.21.1"
OPEN_METRICS = "application/openmetrics-text; version=1.0.0"
PARSER = """
import sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
text = sys.stdin.buffer.read().decode("utf-8")
families = list(text_string_to_metric_families(text))
exemplars = sum(1 for family in families for sample in family.samples if sample.exemplar)
print(len(families), "families,", exemplars, "exemplars")
sys.exit(0 if exemplars else "no exemplars")
"""


def run(command, text=""):
    """Runs a command and returns what it prints, or ends this program."""
    done = subprocess.run(command, input=text.encode(), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=600)
    output = done.stdout.decode(errors="replace")
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command[:3]))}: exit code {done.returncode}\n{output}")
    return output.strip()


def prometheus_folder(cache):
    """The folder of promtool and prometheus."""
    folder = cache / "root/usr/bin"
    if not (folder / "promtool").exists():
        cache.mkdir(parents=True, exist_ok=True)
        run(["sh", "-c", 'cd "$1" && apt-get -qq download prometheus', "sh", cache])
        package = sorted(cache.glob("prometheus_*.deb"))[-1]
        run(["dpkg-deb", "-x", package, cache / "root"])
    return folder


def client_python(cache):
    """A Python that has Prometheus's client."""
    python = cache / "venv/bin/python"
    if not python.exists():
        run([sys.executable, "-m", "venv", cache / "venv"])
        run([python, "-m", "pip", "install", "-q", CLIENT])
    return python


def get(url, accept="text/plain"):
    request = urllib.request.Request(url, headers={"Accept": accept})
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.read().decode()
    except urllib.error.HTTPError as error:
        return error.read().decode()


def send_requests(url):
    for path in ("/v1/items/1", "/v1/items/none", "/v1/items/2:watch", "/nowhere"):
        get(url + path)


def check_queries(promtool):
    """Lets promtool parse each query as that of a rule."""
    queries = pages.dashboard_queries() + pages.page_queries()
    rules = [{"record": f"test:query{i}", "expr": query} for i, query in enumerate(queries)]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({"groups": [{"name": "queries", "rules": rules}]}, file)  # YAML, too
        file.flush()
        print(run([promtool, "check", "rules", file.name]).splitlines()[-1].strip())


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def stored(prometheus_url, query):
    """The values that Prometheus has for a query."""
    answer = json.loads(get(f"{prometheus_url}/api/v1/query?" +
                            urllib.parse.urlencode({"query": query})))
    return [result["value"][1] for result in answer["data"]["result"]]


def check_prometheus(program, url, seconds=60):
    """Lets a Prometheus scrape the gateway, and asks it what it has stored."""
    with tempfile.TemporaryDirectory() as folder:
        config = pathlib.Path(folder) / "prometheus.yml"
        config.write_text(
            "global: {scrape_interval: 1s}\n"
            f"rule_files: [{pages.ALERTS}]\n"
            "scrape_configs:\n"
            "- job_name: trestle\n"
            f"  static_configs: [{{targets: ['{url.split('//')[1]}']}}]\n")
        port = free_port()
        server = subprocess.Popen(
            [program, f"--config.file={config}", f"--storage.tsdb.path={folder}/data",
             f"--web.listen-address=127.0.0.1:{port}", "--enable-feature=exemplar-storage"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for_scrapes(f"http://127.0.0.1:{port}", seconds)
        finally:
            server.terminate()
            server.wait()


def wait_for_scrapes(prometheus_url, seconds):
    deadline = time.monotonic() + seconds
    values = []
    while time.monotonic() < deadline:
        try:
            values = stored(prometheus_url, 'up{job="trestle"}')
            if values == ["1"]:
                break
        except (OSError, KeyError, ValueError):
            pass
        time.sleep(0.5)
    if values != ["1"]:
        sys.exit(f"Prometheus has not scraped the gateway: up is {values}")
    route = 'http_server_request_duration_seconds_count{http_route="/v1/{name=items/*}"}'
    if sorted(stored(prometheus_url, route)) != ["1", "1"]:
        sys.exit(f"Prometheus has stored {stored(prometheus_url, route)} for {route}")
    exemplars = get(f"{prometheus_url}/api/v1/query_exemplars?" + urllib.parse.urlencode(
        {"query": "http_server_request_duration_seconds_bucket", "start": "0",
         "end": str(time.time() + 60)}))
    if "ab000000000000000000000000000000" not in exemplars:
        sys.exit(f"Prometheus has stored no exemplars: {exemplars}")
    print("Prometheus has scraped the gateway, its exemplars too")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gateway", type=pathlib.Path, required=True)
    parser.add_argument("--cache", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    programs = prometheus_folder(arguments.cache)
    promtool = programs / "promtool"
    gateway = subprocess.Popen([arguments.gateway], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        url = gateway.stdout.readline().decode().strip()
        send_requests(url)
        problems = run([promtool, "check", "metrics"], get(url + "/metrics"))
        if problems:
            sys.exit(f"promtool check metrics: {problems}")
        print("promtool check metrics: no problems")
        print("OpenMetrics:", run([client_python(arguments.cache), "-c", PARSER],
                                  get(url + "/metrics", OPEN_METRICS)))
        print("alerts:", run([promtool, "check", "rules", pages.ALERTS]).splitlines()[-1].strip())
        print("queries:", end=" ", flush=True)
        check_queries(promtool)
        check_prometheus(programs / "prometheus", url)
    finally:
        gateway.stdin.close()
        gateway.wait()


if __name__ == "__main__":
    main()
