// Whole requests to a router with many bindings. Checks that protobuf can read the message of an
// accepted request, and that a client's request for it reaches the same route with the same
// message. An input is
//
//   METHOD target
//   Content-Type
//   body ...

#include "trestle/transcoding/request.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/message.h"
#include "tests/transcoding/mapping.pb.h"
#include "trestle/server/routing/router.h"
#include "trestle/tests/fuzz/canonical.h"
#include "trestle/tests/fuzz/check.h"
#include "trestle/transcoding/codec/violation.h"
#include "trestle/transcoding/error.h"
#include "trestle/transcoding/media_type.h"

namespace trestle {
namespace {

using google::protobuf::Message;
using test::mapping::Request;
using test::mapping::UpdateBook;

// Each has a separate path, so that a request that is encoded again must reach the same rule.
const Rule kRequestRules[] = {
    {"GET", "/name/{name}", "", ""},
    {"GET", "/read/{name=shelves/*/books/*}:read", "", ""},
    {"DELETE", "/rest/{name=**}", "", ""},
    {"GET", "/tail/{name=**}/tail:verb", "", ""},
    {"GET", "/texts/{page_size}/{genre}/{flag}/{i64}/{u64}/{dbl}/{raw}", "", ""},
    {"GET", "/types/{time}/{span}/{mask}/{maybe}/{text}", "", ""},
    {"*", "/choice/{left}", "", ""},
    {"POST", "/whole/{name}", "*", ""},
    {"POST", "/deep/{book.author.name=a/**}", "*", ""},
    {"PUT", "/book/{book.name}", "book", ""},
    {"PUT", "/tags/{name}", "tags", ""},
    {"PUT", "/labels/{name}", "labels", ""},
    {"PUT", "/people/{name}", "people", ""},
    {"PUT", "/left/{name}", "left", ""},
    {"PUT", "/p/{name}", "p", ""},
    {"PUT", "/value/{name}", "value", ""},
    {"PUT", "/file/{name}", "file", ""},
};
const Rule kUpdateRules[] = {
    {"PATCH", "/update/{book.name}", "book", ""},
    {"PATCH", "/all/{book.name}", "*", ""},
};

// Every rule as a route, whose `rpc` is the type of the message.
class Api {
 public:
  Api() {
    for (const Rule& rule : kRequestRules) Add(rule, Request::default_instance());
    for (const Rule& rule : kUpdateRules) Add(rule, UpdateBook::default_instance());
  }

  Match Find(const HttpRequest& http) const { return router_.Find(http.method, http.path); }

 private:
  void Add(const Rule& rule, const Message& type) {
    const Schema& schema = SchemaPool::Generated().Get(*type.GetDescriptor());
    auto route = std::make_unique<Route>();
    route->rpc = type.GetTypeName();
    route->binding = *Bind(rule, schema, schema);
    Check(router_.Add(route.get()).ok(), "the rules differ", rule.path);
    routes_.push_back(std::move(route));
  }

  std::vector<std::unique_ptr<Route>> routes_;
  Router router_;
};

const Message& TypeOf(const Route& route) {
  if (route.rpc == Request().GetTypeName()) return Request::default_instance();
  return UpdateBook::default_instance();
}

HttpRequest Parse(absl::string_view input) {
  const std::vector<std::string> lines = absl::StrSplit(input, absl::MaxSplits('\n', 2));
  const std::vector<std::string> start = absl::StrSplit(lines[0], absl::MaxSplits(' ', 1));
  HttpRequest http;
  http.method = start[0];
  const std::string target = start.size() > 1 ? start[1] : "/";
  http.path = target.substr(0, target.find('?'));
  if (http.path != target) http.query = target.substr(http.path.size() + 1);
  if (lines.size() > 1) http.headers.push_back({"Content-Type", lines[1]});
  if (lines.size() > 2) http.body = lines[2];
  return http;
}

void CheckRefusal(const absl::Status& status) {
  const int code = HttpStatusOf(status);
  Check(code == 400 || code == 415, "a bad request is the client's fault", status.ToString());
  Check(code == 415 || status.GetPayload(kBadRequestUrl).has_value(),
        "an error names the field (R88)", status.message());
}

absl::string_view ContentType(const HttpRequest& http) {
  return http.headers.empty() ? absl::string_view() : http.headers[0].value;
}

// Returns true for requests that the HTTP server accepts.
bool IsHttp(const HttpRequest& http) {
  const absl::string_view type = ContentType(http);
  return std::none_of(type.begin(), type.end(), absl::ascii_iscntrl) &&
         absl::StripAsciiWhitespace(type) == type;
}

void CheckResent(const Api& api, const Route& route, const std::string& wire) {
  const auto resent = EncodeRequest(route.binding, wire);
  Check(resent.ok(), "what was sent can be sent again", resent.status().ToString());
  const Match match = api.Find(*resent);
  Check(match.route == &route, "to the same route", resent->path);
  std::string back;
  const absl::Status status = DecodeRequest(route.binding, match.captures, *resent,
                                            FormatOfBody(resent->headers), {}, &back);
  Check(status.ok(), "where it is accepted", status.message());
  Check(Canonical(back, TypeOf(route)) == Canonical(wire, TypeOf(route)), "and means the same",
        resent->path + "?" + resent->query + "\n" + resent->body);
}

void CheckRequest(const HttpRequest& http) {
  static const auto* const kApi = new Api;
  if (!IsHttp(http)) return;
  const Match match = kApi->Find(http);
  if (match.route == nullptr) return;
  const BodyFormat format = FormatOfBody(http.headers);
  std::string wire;
  const absl::Status status =
      DecodeRequest(match.route->binding, match.captures, http, format, {}, &wire);
  if (!status.ok()) return CheckRefusal(status);
  if (format == BodyFormat::kProtobuf) return;  // not checked further
  Check(Canonical(wire, TypeOf(*match.route)).has_value(), "protobuf reads what is written");
  CheckResent(*kApi, *match.route, wire);
}

}  // namespace
}  // namespace trestle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  trestle::CheckRequest(trestle::Parse(trestle::ToText(data, size)));
  return 0;
}
