// Expectations, persistence, ignored fields, and the form of responses.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "trestle/tests/server/http/http1_rows.h"

namespace trestle {
namespace {

constexpr Http1Row::Connection kOpen = Http1Row::kOpen, kClosed = Http1Row::kClosed;

constexpr char kRoot[] = "200 GET / 0:";
constexpr char kAbc[] = "200 POST / 3:abc";
constexpr char kContinued[] = "(100) 200 POST / 3:abc";
constexpr char kUnmet[] = "417 unsupported expectation; only `100-continue` is supported";

std::string Expecting(absl::string_view expectation) {
  return Post(absl::StrCat("Content-Length: 3\nExpect: ", expectation, "\n"), "abc");
}

std::string Connect(absl::string_view options) {
  return Get(absl::StrCat("Connection: ", options, "\n"));
}

std::string Old(absl::string_view fields) { return absl::StrCat("GET / HTTP/1.0\n", fields, "\n"); }

std::string Ask(absl::string_view method, absl::string_view path) {
  return absl::StrCat(method, " ", path, " HTTP/1.1\nHost: h\n\n");
}

}  // namespace

std::vector<Http1Row> ExpectRows() {
  return {
      {"9110 10.1.1", "100-continue", Expecting("100-continue"), kContinued, kOpen},
      {"9110 10.1.1", "is case-insensitive", Expecting("100-Continue"), kContinued, kOpen},
      {"9110 10.1.1", "before chunks",
       Post("Transfer-Encoding: chunked\nExpect: 100-continue\n", "3\nabc\n0\n\n"), kContinued,
       kOpen},
      {"9110 10.1.1", "without a body", Get("Expect: 100-continue\n"), kRoot, kOpen},
      {"9110 10.1.1", "before a body of nothing",
       Post("Content-Length: 0\nExpect: 100-continue\n", ""), "200 POST / 0:", kOpen},
      {"9110 10.1.1", "in HTTP/1.0",
       "POST / HTTP/1.0\nContent-Length: 3\nExpect: 100-continue\n\nabc", kAbc, kClosed},
      {"9110 10.1.1", "another one", Expecting("200-ok"), kUnmet, kClosed},
      {"9110 10.1.1", "another one without a body", Get("Expect: a=b\n"), kUnmet, kClosed},
      {"9110 10.1.1", "and another one", Expecting("100-continue, a"), kUnmet, kClosed},
      {"9110 10.1.1", "another one in a second line", Expecting("100-continue\nExpect: a"), kUnmet,
       kClosed},
      {"9110 10.1.1", "twice the same", Expecting("100-continue, 100-continue"), kContinued, kOpen},
      {"9110 10.1.1", "with a parameter", Expecting("100-continue;a=b"), kUnmet, kClosed},
      {"9110 10.1.1", "100", Expecting("100"), kUnmet, kClosed},
      {"9110 5.6.1", "an empty list", Expecting(""), kAbc, kOpen},
      {"9110 10.1.1", "a body that is too large is not waited for",
       Post("Content-Length: 101\nExpect: 100-continue\n", ""),
       "413 the request's body is larger than 100 bytes", kClosed},
      {"9110 10.1.1", "nor is a malformed one",
       Post("Content-Length: -1\nExpect: 100-continue\n", ""),
       "400 the Content-Length is not a number of bytes", kClosed},
  };
}

std::vector<Http1Row> PersistenceRows() {
  const std::string three =
      Ask("GET", "/1") + "POST /2 HTTP/1.1\nHost: h\nContent-Length: 3\n\nabc" + Ask("GET", "/3");
  const std::string responses = "200 GET /1 0: && 200 POST /2 3:abc && 200 GET /3 0:";
  return {
      {"9.3", "HTTP/1.1 stays open", Get(), kRoot, kOpen},
      {"9.3", "until it says close", Connect("close"), kRoot, kClosed},
      {"9.3", "in any case", Connect("CLOSE"), kRoot, kClosed},
      {"9.3", "in a list", Connect("te, close"), kRoot, kClosed},
      {"9.3", "in a second line", Connect("te\nConnection: close"), kRoot, kClosed},
      {"9.3", "even when it says keep-alive, too", Connect("keep-alive, close"), kRoot, kClosed},
      {"9.3", "closed is not close", Connect("closed"), kRoot, kOpen},
      {"9.3", "an empty list", Connect(""), kRoot, kOpen},
      {"9.3", "keep-alive has no effect", Connect("keep-alive"), kRoot, kOpen},
      {"9.3", "nor has Keep-Alive", Get("Keep-Alive: timeout=0\n"), kRoot, kOpen},
      {"9.3", "HTTP/1.0 closes", Old(""), kRoot, kClosed},
      {"9.3", "until it says keep-alive", Old("Connection: keep-alive\n"), kRoot, kOpen},
      {"9.3", "in any case", Old("Connection: Keep-Alive\n"), kRoot, kOpen},
      {"9.3", "not when it says close, too", Old("Connection: keep-alive, close\n"), kRoot,
       kClosed},
      {"9.3", "nor by other fields", Old("Keep-Alive: 5\nProxy-Connection: keep-alive\n"), kRoot,
       kClosed},
      {"9.3", "the body is read first", Post("Content-Length: 3\nConnection: close\n", "abc"), kAbc,
       kClosed},
      {"9.3.2", "pipelined requests in order", three, responses, kOpen},
      {"9.3.2", "with an empty line between them", Get() + "\n" + Get(),
       "200 GET / 0: && 200 GET / 0:", kOpen},
      {"9.3.2", "with two", Get() + "\n\n" + Get(),
       "200 GET / 0: && 400 the request line is not `method target version`", kClosed},
      {"9.3.2", "none after close", three + Connect("close") + three,
       responses + " && 200 GET / 0:", kClosed},
      {"9.3.2", "none after HTTP/1.0", Old("") + three, kRoot, kClosed},
      {"9.3.2", "none after a bad one", Get() + Ask("G(T", "/") + three,
       "200 GET / 0: && 400 the request's method is not a token", kClosed},
      {"9.3.2", "none after a body that is too large",
       Post("Content-Length: 101\n", Long(101)) + three,
       "413 the request's body is larger than 100 bytes", kClosed},
  };
}

std::vector<Http1Row> IgnoredRows() {
  return {
      {"9110 7.8", "Upgrade is ignored",
       Get("Connection: Upgrade, HTTP2-Settings\nUpgrade: h2c\nHTTP2-Settings: AAMAAABk\n"), kRoot,
       kOpen},
      {"6455 4.1", "and so is that of WebSocket",
       Get("Connection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Key: x\n"), kRoot, kOpen},
      {"9110 14.2", "Range is ignored", Get("Range: bytes=0-1\n"), kRoot, kOpen},
      {"9110 14.2", "a malformed one, too", Get("Range: bytes=x\n"), kRoot, kOpen},
      {"9110 8.3", "a form is not decoded",
       Post("Content-Type: application/x-www-form-urlencoded\nContent-Length: 3\n", "a=b"),
       "200 POST / 3:a=b", kOpen},
      {"9110 8.3", "a multipart body is not decoded",
       Post("Content-Type: multipart/form-data; boundary=b\nContent-Length: 3\n", "--b"),
       "200 POST / 3:--b", kOpen},
      {"9110 8.4", "a compressed body is not decoded",
       Post("Content-Encoding: gzip\nContent-Length: 3\n", "abc"), kAbc, kOpen},
  };
}

std::vector<Http1Row> ResponseRows() {
  return {
      {"9110 9.3.2", "HEAD", Ask("HEAD", "/"), "200 (no body)", kOpen},
      {"9110 9.3.2", "HEAD before GET", Ask("HEAD", "/") + Get(),
       "200 (no body) && 200 GET / 0:", kOpen},
      {"9110 9.3.2", "HEAD of chunks", Ask("HEAD", "/pieces"), "200 (no body)", kOpen},
      {"9110 9.3.2", "HEAD of an error of the handler", Ask("HEAD", "/status/404"), "404 (no body)",
       kOpen},
      {"9110 9.3.2", "HEAD in HTTP/1.0", "HEAD / HTTP/1.0\n\n", "200 (no body)", kClosed},
      {"9110 9.3.2", "HEAD that is malformed", "HEAD / HTTP/1.1\n\n", "400 (no body)", kClosed},
      {"9110 9.3.2", "HEAD with a body that is too large",
       "HEAD / HTTP/1.1\nHost: h\nContent-Length: 101\n\n", "413 (no body)", kClosed},
      {"9110 9.3.2", "head is another method", Ask("head", "/"), "200 head / 0:", kOpen},
      {"9110 15.3.5", "204", Ask("GET", "/status/204"), "204 (no body)", kOpen},
      {"9110 15.4.5", "304", Ask("GET", "/status/304"), "304 (no body)", kOpen},
      {"9110 15", "an unregistered status", Ask("GET", "/status/599"),
       "599 GET /status/599 0:", kOpen},
      {"9110 15", "an error", Ask("GET", "/status/404"), "404 GET /status/404 0:", kOpen},
      {"7.1", "a body of unknown length", Ask("GET", "/pieces"), "200 [1,2]x-t: 1X-Evil: 2\r\n",
       kOpen},
      {"6.3", "to HTTP/1.0, without chunks", "GET /pieces HTTP/1.0\nConnection: keep-alive\n\n",
       "200 [1,2]", kClosed},
      {"9112 11.1", "a header cannot split a response", Ask("GET", "/splitting"),
       "200 GET /splitting 0:", kOpen},
      {"9112 11.1", "nor one to HEAD", Ask("HEAD", "/splitting"), "200 (no body)", kOpen},
  };
}

}  // namespace trestle
