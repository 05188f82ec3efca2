// Request lines, targets and field lines.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "trestle/tests/server/http/http1_rows.h"

namespace trestle {
namespace {

constexpr Http1Row::Connection kOpen = Http1Row::kOpen, kClosed = Http1Row::kClosed;

constexpr char kRoot[] = "200 GET / 0:";
constexpr char kBadLine[] = "400 the request line is not `method target version`";
constexpr char kBadMethod[] = "400 the request's method is not a token";
constexpr char kBadVersion[] = "400 the request line does not end in an HTTP version";
constexpr char kOtherVersion[] = "505 only HTTP/1.0 and HTTP/1.1 are supported";
constexpr char kNoCrlf[] = "400 a line of the request's head does not end in CRLF";
constexpr char kBadTarget[] = "400 the request target is neither a path nor an http URL";
constexpr char kBadByte[] = "400 the request target contains a character that must be encoded";
constexpr char kBadAuthority[] = "400 the request target has no valid host";
constexpr char kLongTarget[] = "414 the request target is longer than 200 bytes";
constexpr char kLongMethod[] = "501 the method is longer than 64 bytes";
constexpr char kBadHost[] = "400 the Host header is not a valid host";
constexpr char kTwoHosts[] = "400 the request has more than one Host header";
constexpr char kNoHost[] = "400 the request has no Host header";
constexpr char kBadField[] = "400 a header line is not `name: value`";
constexpr char kControl[] = "400 the header A contains a control character";
constexpr char kLongHead[] = "431 the request's head is longer than 1000 bytes";
constexpr char kManyLines[] = "431 the request has more than 10 headers";

// A request with `line` as its request line.
std::string Line(absl::string_view line) { return absl::StrCat(line, "\nHost: h\n\n"); }

std::string GetOf(absl::string_view target) {
  return Line(absl::StrCat("GET ", target, " HTTP/1.1"));
}

std::string WithHost(absl::string_view host) {
  return absl::StrCat("GET / HTTP/1.1\nHost: ", host, "\n\n");
}

// A request whose response lists the fields that the handler got.
std::string ListFields(absl::string_view fields) {
  return absl::StrCat("GET /fields HTTP/1.1\n", fields, "\n");
}

// A head of exactly `size` bytes on the wire.
std::string HeadOf(size_t size) {
  const size_t rest = OnTheWire(Get("A: \n")).size();
  return Get(absl::StrCat("A: ", Long(size - rest), "\n"));
}

std::string FieldLines(int count) {
  std::string lines;
  for (int i = 1; i < count; ++i) absl::StrAppend(&lines, "A: b\n");
  return Get(lines);  // and Host
}

}  // namespace

std::vector<Http1Row> LineEndRows() {
  return {
      {"2.2", "CRLF", Get(), kRoot, kOpen},
      {"2.2", "an empty line before it", "\n" + Get(), kRoot, kOpen},
      {"2.2", "two empty lines before it", "\n\n" + Get(), kBadLine, kClosed},
      {"2.2", "three empty lines before it", "\n\n\n" + Get(), kBadLine, kClosed},
      {"2.2", "a bare LF before it", "{LF}" + Get(), kNoCrlf, kClosed},
      {"2.2", "a bare CR before it", "{CR}" + Get(), kBadMethod, kClosed},
      {"2.2", "a blank before it", " " + Get(), kBadLine, kClosed},
      {"2.2", "every line in bare LF", "GET / HTTP/1.1{LF}Host: h{LF}{LF}", kNoCrlf, kClosed},
      {"2.2", "the request line in bare LF", "GET / HTTP/1.1{LF}Host: h\n\n", kNoCrlf, kClosed},
      {"2.2", "a field line in bare LF", "GET / HTTP/1.1\nHost: h{LF}\n", kNoCrlf, kClosed},
      {"2.2", "the last line in bare LF", "GET / HTTP/1.1\nHost: h\n{LF}", kNoCrlf, kClosed},
      {"2.2", "a request line that ends in CR CR LF", Line("GET / HTTP/1.1{CR}"), kBadVersion,
       kClosed},
      {"2.2", "a request line in bare CR", "GET / HTTP/1.1{CR}Host: h\n\n", kBadLine, kClosed},
      {"2.2", "a bare CR at the end of the version", "GET / HTTP/1.1{CR}A\nHost: h\n\n",
       kBadVersion, kClosed},
      {"2.2", "a blank before the first header", "GET / HTTP/1.1\n Host: h\n\n", kBadField,
       kClosed},
  };
}

std::vector<Http1Row> RequestLineRows() {
  return {
      {"3", "two spaces before the target", Line("GET  / HTTP/1.1"), kBadLine, kClosed},
      {"3", "two spaces before the version", Line("GET /  HTTP/1.1"), kBadLine, kClosed},
      {"3", "a space at the end", Line("GET / HTTP/1.1 "), kBadLine, kClosed},
      {"3", "tabs for spaces", Line("GET\t/\tHTTP/1.1"), kBadLine, kClosed},
      {"3", "form feeds for spaces", Line("GET\x0c/\x0cHTTP/1.1"), kBadLine, kClosed},
      {"3", "no target", Line("GET HTTP/1.1"), kBadLine, kClosed},
      {"3", "an empty target", Line("GET  HTTP/1.1"), kBadTarget, kClosed},
      {"3", "no version: HTTP/0.9", "GET /\n\n", kBadLine, kClosed},
      {"3", "one word", "hello\n\n", kBadLine, kClosed},
      {"3.1", "an unregistered method", Line("LIST / HTTP/1.1"), "200 LIST / 0:", kOpen},
      {"3.1", "methods are case-sensitive", Line("get / HTTP/1.1"), "200 get / 0:", kOpen},
      {"3.1", "a method of marks", Line("!#$%&'*+-.^_`|~ / HTTP/1.1"),
       "200 !#$%&'*+-.^_`|~ / 0:", kOpen},
      {"3.1", "a method with a delimiter", Line("G(T / HTTP/1.1"), kBadMethod, kClosed},
      {"3.1", "a method in quotes", Line("\"GET\" / HTTP/1.1"), kBadMethod, kClosed},
      {"3.1", "a method that is not ASCII", Line("GET\xc3\xa4 / HTTP/1.1"), kBadMethod, kClosed},
      {"3.1", "a method with NUL", Line("GET{NUL} / HTTP/1.1"), kBadMethod, kClosed},
      {"3.1", "a method of 64 bytes", Line(Long(64) + " / HTTP/1.1"),
       absl::StrCat("200 ", Long(64), " / 0:"), kOpen},
      {"3.1", "a method of 65 bytes", Line(Long(65) + " / HTTP/1.1"), kLongMethod, kClosed},
      {"3.1", "an endless method", Long(2000), kLongMethod, kClosed},
      {"3.2.3", "CONNECT", Line("CONNECT h:80 HTTP/1.1"), "501 CONNECT is not supported", kClosed},
      {"3.2.3", "CONNECT of a path", Line("CONNECT / HTTP/1.1"), "501 CONNECT is not supported",
       kClosed},
      {"9110 9.3.8", "TRACE is left to the handler, and not echoed",
       "TRACE / HTTP/1.1\nHost: h\nAuthorization: secret\n\n", "200 TRACE / 0:", kOpen},
  };
}

std::vector<Http1Row> VersionRows() {
  return {
      {"2.3", "HTTP/1.0", "GET / HTTP/1.0\n\n", kRoot, kClosed},
      {"2.3", "HTTP/1.2", Line("GET / HTTP/1.2"), kOtherVersion, kClosed},
      {"2.3", "HTTP/0.9", Line("GET / HTTP/0.9"), kOtherVersion, kClosed},
      {"2.3", "HTTP/2.0", Line("GET / HTTP/2.0"), kOtherVersion, kClosed},
      {"9113 3.4", "the preface of HTTP/2", "PRI * HTTP/2.0\n\nSM\n\n", kOtherVersion, kClosed},
      {"2.3", "HTTP/3", Line("GET / HTTP/3"), kBadVersion, kClosed},
      {"2.3", "HTTP/1.10", Line("GET / HTTP/1.10"), kBadVersion, kClosed},
      {"2.3", "HTTP/01.1", Line("GET / HTTP/01.1"), kBadVersion, kClosed},
      {"2.3", "HTTP/1,1", Line("GET / HTTP/1,1"), kBadVersion, kClosed},
      {"2.3", "HTTP/+1.1", Line("GET / HTTP/+1.1"), kBadVersion, kClosed},
      {"2.3", "http/1.1", Line("GET / http/1.1"), kBadVersion, kClosed},
      {"2.3", "HTTPS/1.1", Line("GET / HTTPS/1.1"), kBadVersion, kClosed},
      {"2.3", "a long version", Line("GET / HTTP/1." + Long(90)), kBadVersion, kClosed},
  };
}

std::vector<Http1Row> TargetRows() {
  return {
      {"3.2.1", "a path and a query", GetOf("/a/b?c=d?e"), "200 GET /a/b ?c=d?e 0:", kOpen},
      {"3.2.1", "is not decoded", GetOf("/a%2Fb/../c%00?d=%20"),
       "200 GET /a%2Fb/../c%00 ?d=%20 0:", kOpen},
      {"3.2.1", "two slashes are a path", GetOf("//a/b"), "200 GET //a/b 0:", kOpen},
      {"3.2.1", "no slash", GetOf("a"), kBadTarget, kClosed},
      {"3.2.1", "a query alone", GetOf("?a"), kBadTarget, kClosed},
  };
}

std::vector<Http1Row> TargetFormRows() {
  return {
      {"3.2.2", "an http URL", GetOf("http://a/b?c"), "200 GET /b ?c 0:", kOpen},
      {"3.2.2", "an https URL", GetOf("https://a/b"), "200 GET /b 0:", kOpen},
      {"3.2.2", "schemes are case-insensitive", GetOf("HTTP://a/b"), "200 GET /b 0:", kOpen},
      {"3.2.2", "a URL without a path", GetOf("http://a"), kRoot, kOpen},
      {"3.2.2", "a URL without a path, with a query", GetOf("http://a?c"),
       "200 GET / ?c 0:", kOpen},
      {"3.2.2", "a URL with a port", GetOf("http://a:80/b"), "200 GET /b 0:", kOpen},
      {"3.2.2", "a URL's host replaces that of Host", "GET http://a:1/fields HTTP/1.1\nHost: b\n\n",
       "200 Host=a:1;", kOpen},
      {"3.2.2", "and is added if there is none", "GET http://a/fields HTTP/1.0\n\n", "200 Host=a;",
       kClosed},
      {"3.2.2", "a URL does not replace Host", "GET http://a/ HTTP/1.1\n\n", kNoHost, kClosed},
      {"3.2.2", "nor a bad one", "GET http://a/ HTTP/1.1\nHost: a b\n\n", kBadHost, kClosed},
      {"3.2.2", "a URL without a host", GetOf("http:///b"), kBadAuthority, kClosed},
      {"3.2.2", "a URL of nothing", GetOf("http://"), kBadAuthority, kClosed},
      {"9110 4.2.4", "a URL with a user", GetOf("http://u@a/b"), kBadAuthority, kClosed},
      {"3.2.2", "a URL with a bad port", GetOf("http://a:b/"), kBadAuthority, kClosed},
      {"3.2.2", "a URL with a backslash", GetOf("http://a\\b/"), kBadAuthority, kClosed},
      {"3.2.2", "another scheme", GetOf("ftp://a/b"), kBadTarget, kClosed},
      {"3.2.2", "a scheme alone", GetOf("http"), kBadTarget, kClosed},
      {"3.2.2", "a scheme and a colon", GetOf("https:"), kBadTarget, kClosed},
      {"3.2.2", "a URL in a query", GetOf("/a?http://b/c"), "200 GET /a ?http://b/c 0:", kOpen},
      {"3.2.2", "a scheme with one slash", GetOf("http:/a/b"), kBadTarget, kClosed},
      {"3.2.3", "an authority is for CONNECT", GetOf("h:80"), kBadTarget, kClosed},
      {"3.2.4", "OPTIONS *", Line("OPTIONS * HTTP/1.1"), "200 OPTIONS * 0:", kOpen},
      {"3.2.4", "OPTIONS of a URL without a path", Line("OPTIONS http://a HTTP/1.1"),
       "200 OPTIONS * 0:", kOpen},
      {"3.2.4", "OPTIONS of a URL's root", Line("OPTIONS http://a/ HTTP/1.1"),
       "200 OPTIONS / 0:", kOpen},
      {"3.2.4", "GET *", GetOf("*"), kBadTarget, kClosed},
      {"3.2.4", "OPTIONS *?", Line("OPTIONS *? HTTP/1.1"), kBadTarget, kClosed},
  };
}

std::vector<Http1Row> TargetByteRows() {
  return {
      {"3.2", "a space", GetOf("/a b"), kBadLine, kClosed},
      {"3.2", "a fragment", GetOf("/a#b"), kBadByte, kClosed},
      {"3.2", "a tab", GetOf("/a\tb"), kBadByte, kClosed},
      {"3.2", "NUL", GetOf("/a{NUL}b"), kBadByte, kClosed},
      {"3.2", "a bare CR", GetOf("/a{CR}b"), kBadByte, kClosed},
      {"3.2", "DEL", GetOf("/a\x7f"), kBadByte, kClosed},
      {"3.2", "a control character", GetOf("/a\x01"), kBadByte, kClosed},
      {"3.2", "UTF-8", GetOf("/\xc3\xa4"), kBadByte, kClosed},
      {"3", "200 bytes", GetOf("/" + Long(199)), absl::StrCat("200 GET /", Long(199), " 0:"),
       kOpen},
      {"3", "201 bytes", GetOf("/" + Long(200)), kLongTarget, kClosed},
      {"3", "200 bytes of the longest method", Line(Long(64) + " /" + Long(199) + " HTTP/1.1"),
       absl::StrCat("200 ", Long(64), " /", Long(199), " 0:"), kOpen},
      {"3", "a long query", GetOf("/?" + Long(199)), kLongTarget, kClosed},
      {"3", "longer than a head may be", GetOf("/" + Long(2000)), kLongTarget, kClosed},
      {"3", "no end", "GET /" + Long(2000), kLongTarget, kClosed},
  };
}

std::vector<Http1Row> HostRows() {
  return {
      {"3.2", "none", "GET / HTTP/1.1\n\n", kNoHost, kClosed},
      {"3.2", "none in HTTP/1.0", "GET / HTTP/1.0\n\n", kRoot, kClosed},
      {"3.2", "two", "GET / HTTP/1.1\nHost: a\nHost: b\n\n", kTwoHosts, kClosed},
      {"3.2", "two equal ones", "GET / HTTP/1.1\nHost: a\nhost: a\n\n", kTwoHosts, kClosed},
      {"3.2", "two in HTTP/1.0", "GET / HTTP/1.0\nHost: a\nHost: a\n\n", kTwoHosts, kClosed},
      {"3.2", "a bad one in HTTP/1.0", "GET / HTTP/1.0\nHost: a b\n\n", kBadHost, kClosed},
      {"3.2", "an empty one", WithHost(""), kRoot, kOpen},
      {"9110 7.2", "a name", WithHost("shop.example"), kRoot, kOpen},
      {"9110 7.2", "a name and a port", WithHost("shop.example:8080"), kRoot, kOpen},
      {"3986 3.2.3", "an empty port", WithHost("shop.example:"), kRoot, kOpen},
      {"3986 3.2.2", "an IPv4 address", WithHost("127.0.0.1:80"), kRoot, kOpen},
      {"3986 3.2.2", "an IPv6 address", WithHost("[::1]"), kRoot, kOpen},
      {"3986 3.2.2", "an IPv6 address and a port", WithHost("[2001:db8::1]:80"), kRoot, kOpen},
      {"3986 3.2.2", "an encoded name", WithHost("%C3%A4.example"), kRoot, kOpen},
      {"3986 3.2.2", "an underscore", WithHost("my_shop"), kRoot, kOpen},
      {"3986 3.2.2", "a bad escape", WithHost("%zz"), kBadHost, kClosed},
      {"3986 3.2.2", "half an escape", WithHost("a%4"), kBadHost, kClosed},
      {"3986 3.2.2", "an IPv6 address without brackets", WithHost("::1"), kBadHost, kClosed},
      {"3986 3.2.2", "an open bracket", WithHost("[::1"), kBadHost, kClosed},
      {"3986 3.2.2", "a closing bracket", WithHost("::1]"), kBadHost, kClosed},
      {"3986 3.2.2", "empty brackets", WithHost("[]"), kBadHost, kClosed},
      {"3986 3.2.2", "a name in brackets", WithHost("[shop]"), kBadHost, kClosed},
      {"3986 3.2.2", "something after brackets", WithHost("[::1]a"), kBadHost, kClosed},
      {"3986 3.2.3", "a port that is no number", WithHost("h:80a"), kBadHost, kClosed},
      {"3986 3.2.3", "a signed port", WithHost("h:+80"), kBadHost, kClosed},
      {"3986 3.2.3", "a port beyond 65535", WithHost("h:65536"), kBadHost, kClosed},
      {"3986 3.2.3", "two ports", WithHost("h:80:81"), kBadHost, kClosed},
      {"3986 3.2.3", "a port alone", WithHost(":80"), kBadHost, kClosed},
      {"9110 4.2.4", "a user", WithHost("u@h"), kBadHost, kClosed},
      {"9110 7.2", "two words", WithHost("a b"), kBadHost, kClosed},
      {"9110 7.2", "a list", WithHost("a, b"), kBadHost, kClosed},
      {"9110 7.2", "a list without blanks", WithHost("a,b"), kBadHost, kClosed},
      {"9110 7.2", "a path", WithHost("h/x"), kBadHost, kClosed},
      {"9110 7.2", "a query", WithHost("h?x"), kBadHost, kClosed},
      {"9110 7.2", "a URL", WithHost("http://h"), kBadHost, kClosed},
      {"9110 7.2", "UTF-8", WithHost("\xc3\xa4"), kBadHost, kClosed},
      {"9110 7.2", "a long name", WithHost(Long(900)), kRoot, kOpen},
  };
}

std::vector<Http1Row> FieldRows() {
  return {
      {"5", "in their order, and untouched", ListFields("b: 1\nHost: h\nA:2\nb: 3\n"),
       "200 b=1;Host=h;A=2;b=3;", kOpen},
      {"5.1", "blanks around a value", ListFields("Host: \t h\t \n"), "200 Host=h;", kOpen},
      {"5.1", "blanks inside a value", ListFields("Host: h\nA: b \t c\n"), "200 Host=h;A=b \t c;",
       kOpen},
      {"9110 5.5", "an empty value", ListFields("Host: h\nA:\n"), "200 Host=h;A=;", kOpen},
      {"9110 5.5", "a value of blanks", ListFields("Host: h\nA: \t\n"), "200 Host=h;A=;", kOpen},
      {"9110 5.5", "a value that is not ASCII", ListFields("Host: h\nA: \xc3\xa4\n"),
       "200 Host=h;A=\xc3\xa4;", kOpen},
      {"9110 5.6.2", "a name of marks", ListFields("Host: h\n!#$%&'*+-.^_`|~: b\n"),
       "200 Host=h;!#$%&'*+-.^_`|~=b;", kOpen},
  };
}

std::vector<Http1Row> BadFieldRows() {
  return {
      {"5.1", "a space before the colon", Get("A : b\n"), kBadField, kClosed},
      {"5.1", "a tab before the colon", Get("A\t: b\n"), kBadField, kClosed},
      {"5.1", "a space before Host's colon", "GET / HTTP/1.1\nHost : h\n\n", kBadField, kClosed},
      {"5.1", "a space before Content-Length's", Post("Content-Length : 3\n", "abc"), kBadField,
       kClosed},
      {"5.1", "a space before Transfer-Encoding's", Post("Transfer-Encoding : chunked\n", "0\n\n"),
       kBadField, kClosed},
      {"5", "no colon", Get("A\n"), kBadField, kClosed},
      {"5", "no name", Get(": b\n"), kBadField, kClosed},
      {"5", "a colon alone", Get(":\n"), kBadField, kClosed},
      {"9110 5.1", "a name of two words", Get("A B: c\n"), kBadField, kClosed},
      {"9110 5.1", "a name in quotes", Get("\"A\": b\n"), kBadField, kClosed},
      {"9110 5.1", "a name that is not ASCII", Get("\xc3\xa4: b\n"), kBadField, kClosed},
      {"9110 5.1", "NUL in a name", Get("A{NUL}: b\n"), kBadField, kClosed},
      {"9110 5.1", "a bare CR in a name", Get("A{CR}B: c\n"), kBadField, kClosed},
      {"9110 5.1", "a bare CR before a name", Get("{CR}A: b\n"), kBadField, kClosed},
      {"5.2", "a folded line", Get("A: b\n c\n"), kBadField, kClosed},
      {"5.2", "a line folded by a tab", Get("A: b\n\tc\n"), kBadField, kClosed},
      {"5.2", "a folded line that looks like a header", Get("A: b\n Content-Length: 3\n"),
       kBadField, kClosed},
      {"5.2", "a folded Transfer-Encoding", Post("Transfer-Encoding:\n chunked\n", "0\n\n"),
       kBadField, kClosed},
      {"5.2", "a line of blanks", Get("A: b\n \n"), kBadField, kClosed},
      {"2.2", "a line that is a bare CR", Get("{CR}\n"), kBadField, kClosed},
      {"9110 5.5", "NUL in a value", Get("A: b{NUL}c\n"), kControl, kClosed},
      {"9110 5.5", "a bare CR in a value", Get("A: b{CR}c\n"), kControl, kClosed},
      {"9110 5.5", "a bare CR at a value's end", Get("A: b{CR}\n"), kControl, kClosed},
      {"9110 5.5", "a bare CR at a value's start", Get("A:{CR} b\n"), kControl, kClosed},
      {"2.2", "a bare LF in a value", Get("A: b{LF}c: d\n"), kNoCrlf, kClosed},
      {"9110 5.5", "a control character in a value", Get("A: b\x01\n"), kControl, kClosed},
      {"9110 5.5", "a vertical tab before a value", Get("A:\x0b b\n"), kControl, kClosed},
      {"9110 5.5", "DEL in a value", Get("A: b\x7f\n"), kControl, kClosed},
  };
}

std::vector<Http1Row> LongHeadRows() {
  return {
      {"6585 5", "10 lines", FieldLines(10), kRoot, kOpen},
      {"6585 5", "11 lines", FieldLines(11), kManyLines, kClosed},
      {"6585 5", "a head of 1000 bytes", HeadOf(1000), kRoot, kOpen},
      {"6585 5", "a head of 1001 bytes", HeadOf(1001), kLongHead, kClosed},
      {"6585 5", "a head of 5000 bytes", HeadOf(5000), kLongHead, kClosed},
      {"6585 5", "an endless value", "GET / HTTP/1.1\nA: " + Long(1500), kLongHead, kClosed},
      {"6585 5", "an endless name", "GET / HTTP/1.1\n" + Long(1500), kLongHead, kClosed},
  };
}

}  // namespace trestle
