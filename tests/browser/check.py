"""Checks CORS in a browser: check.py --programs FOLDER [--browser PROGRAM]

A page in headless Chromium calls gateways of another origin, with and without credentials. FOLDER
has the example library's server and backend. Prints a line for each call; fails if the browser
allows or refuses another call than expected.
"""

import argparse
import functools
import http.server
import json
import pathlib
import queue
import subprocess
import sys
import tempfile
import threading

TIMEOUT = 120  # seconds for the browser to run a page

# Makes the calls one after the other, and sends their results to the page's own server. A call that
# the browser refuses has the result "refused".
PAGE = """<!doctype html><title>CORS</title><script>
const text = (response, read) => response.status + " " + (response.headers.get(read) || "-");
const call = async ({url, read, ...options}) => {
  try { return text(await fetch(url, options), read || "x-request-id"); } catch (e) { return "refused"; }
};
const listen = ({url, credentials}) => new Promise((done) => {
  const source = new EventSource(url, {withCredentials: credentials === "include"});
  source.onmessage = () => { source.close(); done("message"); };
  source.onerror = () => { source.close(); done("refused"); };
});
(async () => {
  const calls = await (await fetch("/calls")).json();
  const results = [];
  for (const each of calls) results.push(await (each.events ? listen(each) : call(each)));
  await fetch("/results", {method: "POST", body: JSON.stringify(results)});
})();
</script>"""

JSON = {"Content-Type": "application/json", "Authorization": "Bearer x", "Grpc-Metadata-A": "b"}


def cases(exact, open_to_all, is_allowed):
    """Returns (sentence, call, expected result) for a page that the gateway `exact` allows or not.

    `exact` and `open_to_all` are the URLs of gateways: the one allows an origin with credentials and
    lets it read Content-Type, the other allows "*".
    """
    yes = (lambda result: result) if is_allowed else (lambda result: "refused")
    shelves, shelf = "/v1/shelves", '{"theme":"x"}'
    include = {"credentials": "include"}
    read = {"read": "content-type"}
    return [
        ("a GET", {"url": exact + shelves, **read}, yes("200 application/json")),
        ("a GET with credentials", {"url": exact + shelves, **include, **read},
         yes("200 application/json")),
        ("a header that is not exposed", {"url": exact + shelves}, yes("200 -")),
        ("an error of the gateway", {"url": exact + "/nope", **read}, yes("404 application/json")),
        ("a POST of JSON, with a preflight",
         {"url": exact + shelves + "?nope=1", "method": "POST", "body": shelf, "headers": JSON, **read},
         yes("400 application/json")),
        ("the same with credentials",
         {"url": exact + shelves + "?nope=1", "method": "POST", "body": shelf, "headers": JSON,
          **include, **read}, yes("400 application/json")),
        ("a head that is too large", {"url": exact + shelves, "headers": {"X-Request-Id": "x" * 40000},
                                      **read}, yes("431 application/json")),
        ("a method without a route", {"url": exact + shelves, "method": "DELETE"}, "refused"),
        ("a path without a route", {"url": exact + "/nope", "method": "PUT"}, "refused"),
        ("a header that is not allowed", {"url": exact + shelves, "headers": {"X-Other": "1"}},
         "refused"),
        ("server-sent events", {"url": exact + "/v1/books:search?query=the", "events": True},
         yes("message")),
        ("server-sent events with credentials",
         {"url": exact + "/v1/books:search?query=the", "events": True, **include}, yes("message")),
        ("a GET, open to all", {"url": open_to_all + shelves, **read}, "200 application/json"),
        ("a POST of JSON, open to all",
         {"url": open_to_all + shelves + "?nope=1", "method": "POST", "body": shelf, "headers": JSON,
          **read}, "400 application/json"),
        ("credentials, open to all", {"url": open_to_all + shelves, **include}, "refused"),
    ]


class PageServer:
    """Serves the page on an origin of its own, hands out its calls, and takes the results."""

    def __init__(self, host):
        self.calls = []
        self.results = queue.Queue()
        self._server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(_Handler, self))
        self.origin = f"http://{host}:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()


class _Handler(http.server.BaseHTTPRequestHandler):
    def __init__(self, owner, *rest):
        self._owner = owner
        super().__init__(*rest)

    def do_GET(self):
        if self.path == "/calls":
            self._send("application/json", json.dumps(self._owner.calls))
        else:
            self._send("text/html", PAGE)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._owner.results.put(json.loads(body))
        self._send("text/plain", "")

    def log_message(self, *_):
        pass

    def _send(self, content_type, text):
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())


def browse(browser, url, results):
    """Opens `url` until there are results, and returns them."""
    with tempfile.TemporaryDirectory() as profile:
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                   "--no-first-run", f"--user-data-dir={profile}", "--remote-debugging-port=0", url]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            return results.get(timeout=TIMEOUT)
        except queue.Empty:
            sys.exit(f"{url}: no results of the page after {TIMEOUT} s")
        finally:
            process.terminate()
            process.wait()


def check_page(browser, page, calls):
    """Returns the number of calls with another result than expected."""
    page.calls = [call for _, call, _ in calls]
    faults = 0
    for (sentence, _, expected), result in zip(calls, browse(browser, page.origin + "/", page.results)):
        note = "" if result == expected else f", expected {expected}"
        faults += bool(note)
        print(f"{page.origin}: {sentence}: {result}{note}")
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", type=pathlib.Path, required=True)
    parser.add_argument("--browser", default="chromium")
    args = parser.parse_args()
    pages = [PageServer("127.0.0.1"), PageServer("localhost")]
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(1 if run(args, pages, folder) else 0)


def run(args, pages, folder):
    """Runs the programs and the pages. Returns the number of faults."""
    socket = f"unix:{folder}/backend.sock"
    running = [subprocess.Popen([args.programs / "backend", f"--listen={socket}"],
                                stdout=subprocess.DEVNULL)]
    try:
        urls = []
        for flags in (
            [f"--cors_allow_origin={pages[0].origin}", "--cors_allow_credentials",
             "--cors_expose_headers=content-type"],
            ["--cors_allow_origin=*", "--cors_expose_headers=content-type"],
        ):
            gateway, url = start_gateway(args.programs, socket, flags)
            running.append(gateway)
            urls.append(url)
        return sum(check_page(args.browser, page, cases(*urls, is_allowed=page is pages[0]))
                   for page in pages)
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait()


def start_gateway(programs, backend, flags):
    """Returns a gateway on a free port, and its URL."""
    command = [programs / "server", "--listen=127.0.0.1:0", f"--backend={backend}", *flags]
    gateway = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    for line in gateway.stderr:
        _, mark, rest = line.partition("http://127.0.0.1:")
        if mark:
            threading.Thread(target=gateway.stderr.read, daemon=True).start()
            return gateway, mark + rest.split()[0].strip(",;.")
    sys.exit(f"{' '.join(map(str, command))}: it does not listen")


if __name__ == "__main__":
    main()
