// The profiles, over real sockets: the real program in front of a real gRPC server, and
// what a client of each gets to see, to the byte (mapping.md section 11).

#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "tests/server/gateway/profile.pb.h"
#include "trestle/tests/testing/gateway_process.h"
#include "trestle/tests/testing/generic_backend.h"
#include "trestle/tests/testing/raw_client.h"

namespace trestle {
namespace {

namespace pb = google::protobuf;
using Response = GenericBackend::Response;
using Call = GenericBackend::Call;
using test::profile::Book;
using test::profile::GetBookRequest;
using test::profile::PutBookRequest;

// ---- the backend: its response depends on the name of the book

// All metadata but what gRPC itself adds, as tags: "cookie=a".
void AddMetadata(const Call& call, Book* book) {
  for (const auto& [key, value] : call.metadata) {
    if (key == "user-agent" || key == "x-request-id" || absl::StartsWith(key, "grpc-")) continue;
    book->add_tags(absl::StrCat(key, "=", value));
  }
}

grpc::Status Overloaded() {
  google::rpc::Status status;
  status.set_code(8);
  status.set_message("slow down");
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(3);
  status.add_details()->PackFrom(retry);
  return {grpc::StatusCode::RESOURCE_EXHAUSTED, "slow down", status.SerializeAsString()};
}

Book FullBook() {
  Book book;
  book.set_name("books/full");
  book.set_page_count(7);
  book.set_copies(9007199254740993);
  book.set_genre(test::profile::GENRE_POETRY);
  book.add_tags("a");
  (*book.mutable_counts())["k"] = 1;
  book.mutable_author()->set_name("W");
  book.set_edition(0);
  book.set_paper("");
  return book;
}

Response RespondToGet(const Call& call) {
  GetBookRequest request;
  request.ParseFromString(call.request);
  const std::string& name = request.name();
  if (name == "books/missing") {
    return {{}, {grpc::StatusCode::NOT_FOUND, "no such book"}, {}, {}, false};
  }
  if (name == "books/busy") return {{}, Overloaded(), {}, {}, false};
  if (name == "books/huge") return {{std::string(5000000, '\n')}, grpc::Status::OK, {}, {}, false};
  Book book;
  if (name == "books/full") book = FullBook();
  if (name == "books/metadata") AddMetadata(call, &book);
  if (name == "books/asked" || name.empty()) {
    book.set_name(name);
    book.set_page_count(request.version());
    *book.mutable_tags() = request.tags();
  }
  return {{book.SerializeAsString()},
          grpc::Status::OK,
          {{"x-initial", "i"}, {"x-raw-bin", std::string("\0\xff", 2)}, {"date", "never"}},
          {{"x-trailing", "t"}},
          false};
}

Response RespondToPut(const Call& call) {
  PutBookRequest request;
  request.ParseFromString(call.request);
  request.mutable_book()->set_paper(request.name());
  return {{request.book().SerializeAsString()}, grpc::Status::OK, {}, {}, false};
}

// Two books, and for some names an error behind or before them.
Response RespondToWatch(const Call& call) {
  GetBookRequest request;
  request.ParseFromString(call.request);
  Book first, second;
  first.set_name("a");
  second.set_name("b");
  Response response;
  response.initial = {{"x-initial", "i"}};
  response.trailing = {{"x-trailing", "t"}};
  if (request.name() == "books/none") return response;
  if (request.name() == "books/missing") {
    response.status = {grpc::StatusCode::NOT_FOUND, "no such book"};
    return response;
  }
  response.messages = {first.SerializeAsString(), second.SerializeAsString()};
  if (request.name() == "books/lost") {
    response.messages.pop_back();
    response.status = {grpc::StatusCode::DATA_LOSS, "lost"};
  }
  return response;
}

Response Respond(const Call& call) {
  if (absl::EndsWith(call.method, "/PutBook")) return RespondToPut(call);
  if (absl::EndsWith(call.method, "/WatchBook")) return RespondToWatch(call);
  if (absl::EndsWith(call.method, "/Upload")) {
    Book book;
    book.set_name(absl::StrCat(call.request.size()));
    return {{book.SerializeAsString()}, grpc::Status::OK, {}, {}, false};
  }
  return RespondToGet(call);
}

// ---- the gateway

void AddWithImports(const pb::FileDescriptor& file, std::set<std::string>* added,
                    pb::FileDescriptorSet* set) {
  if (!added->insert(file.name()).second) return;
  for (int i = 0; i < file.dependency_count(); ++i) AddWithImports(*file.dependency(i), added, set);
  file.CopyTo(set->add_file());
}

std::string DescriptorSetFile() {
  pb::FileDescriptorSet set;
  std::set<std::string> added;
  AddWithImports(*Book::descriptor()->file(), &added, &set);
  AddWithImports(*google::rpc::RetryInfo::descriptor()->file(), &added, &set);
  std::string path = absl::StrCat(testing::TempDir(), "/profile.pb");
  std::ofstream(path, std::ios::binary) << set.SerializeAsString();
  return path;
}

struct Row {
  const char* what;
  std::string request;  // its head without Host and the empty line, lines ended by "\n"
  std::string body;
  std::string response;  // status, headers that matter, and body
};

class ProfileTest : public testing::Test {
 protected:
  void Start(std::vector<std::string> flags) {
    flags.push_back(absl::StrCat("--backend=", backend_.target()));
    flags.push_back(absl::StrCat("--descriptor_set=", DescriptorSetFile()));
    gateway_ = std::make_unique<GatewayProcess>(flags);
  }

  // "200\ncontent-type: application/json\n\n{}": without the headers that every response has.
  std::string Ask(const std::string& request, const std::string& body) {
    std::vector<std::string> lines = absl::StrSplit(request, '\n');
    lines[0] += " HTTP/1.1";
    lines.insert(lines.begin() + 1, "Host: h");
    if (!body.empty()) lines.push_back(absl::StrCat("Content-Length: ", body.size()));
    RawClient client(gateway_->port());
    client.Send(absl::StrCat(absl::StrJoin(lines, "\r\n"), "\r\n\r\n", body));
    const std::string head = client.ReadHead();
    std::string response = absl::StrCat(StatusOf(head), "\n", HeadersOf(head), "\n");
    if (absl::StartsWith(request, "HEAD")) return response;
    return absl::StrCat(response, client.ReadBody(head));
  }

  void Check(const std::vector<Row>& rows) {
    for (const Row& row : rows) {
      EXPECT_EQ(Ask(row.request, row.body), row.response) << row.what << "\n" << row.request;
    }
  }

  GenericBackend backend_{Respond};
  std::unique_ptr<GatewayProcess> gateway_;

 private:
  static std::string HeadersOf(const std::string& head) {
    const std::set<std::string> usual = {"date", "x-request-id", "content-length",
                                         "transfer-encoding"};
    std::vector<std::string> lines = absl::StrSplit(head, "\r\n", absl::SkipEmpty());
    // In which order they come says nothing (RFC 9110 5.3).
    std::multimap<std::string, std::string> by_name;
    for (size_t i = 1; i < lines.size(); ++i) {
      by_name.insert({absl::AsciiStrToLower(lines[i].substr(0, lines[i].find(':'))), lines[i]});
    }
    std::string kept;
    EXPECT_EQ(by_name.count("x-content-type-options"), 1) << head;  // E17
    by_name.erase("x-content-type-options");
    for (const auto& [name, line] : by_name) {
      if (usual.count(name) == 0) absl::StrAppend(&kept, line, "\n");
    }
    return kept;
  }
};

constexpr char kForm[] = "Content-Type: application/x-www-form-urlencoded";

// What the backend's metadata of GetBook become: names behind prefixes, sorted.
constexpr char kOwnMetadata[] =
    "Content-Type: application/json\nx-initial: i\nx-raw-bin: AP8=\nx-trailing: t\n\n";
constexpr char kGrpcGatewayMetadata[] =
    "Content-Type: application/json\nGrpc-Metadata-date: never\nGrpc-Metadata-x-initial: i\n"
    "Grpc-Metadata-x-raw-bin: AP8=\nGrpc-Trailer-x-trailing: t\n\n";

std::string Ours(const std::string& json) { return absl::StrCat("200\n", kOwnMetadata, json); }
std::string Theirs(const std::string& json) {
  return absl::StrCat("200\n", kGrpcGatewayMetadata, json);
}
// Without metadata.
std::string Plain(const std::string& status, const std::string& json) {
  return absl::StrCat(status, "\nContent-Type: application/json\n\n", json);
}

// A book as grpc-gateway prints it: the fields at their default, too.
std::string Unset(const std::string& name, int pages, const std::string& tags,
                  const std::string& more = "") {
  return absl::StrCat("{\"name\":\"", name, "\",\"pageCount\":", pages,
                      ",\"copies\":\"0\",\"genre\":\"GENRE_UNSPECIFIED\",\"tags\":[", tags,
                      "],\"counts\":{},\"author\":null", more, "}");
}

TEST_F(ProfileTest, Default) {
  Start({"--profile=default"});
  Check({
      {"defaults are left out", "GET /v1/books/empty", "", Ours("{}")},
      {"what is set is not", "GET /v1/books/full", "",
       Ours(R"({"name":"books/full","pageCount":7,"copies":"9007199254740993",)"
            R"("genre":"GENRE_POETRY","tags":["a"],"counts":{"k":1},"author":{"name":"W"},)"
            R"("edition":0,"paper":""})")},
      {"an unknown key", "PUT /v1/books/a", R"({"nope":1})",
       Plain(
           "400",
           R"({"error":{"code":400,"message":"line 1, column 2: \"book.nope\" is not a known field",)"
           R"("status":"INVALID_ARGUMENT","details":[{"@type":)"
           R"("type.googleapis.com/google.rpc.BadRequest","fieldViolations":[)"
           R"({"field":"book.nope","description":"is not a known field"}]}]}})")},
      {"an unknown parameter", "GET /v1/books/a?nope=1", "",
       Plain("400",
             R"({"error":{"code":400,"message":"query parameter \"nope\" is not known",)"
             R"("status":"INVALID_ARGUMENT","details":[{"@type":)"
             R"("type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"nope",)"
             R"("description":"is not known"}]}]}})")},
      {"an error of the backend", "GET /v1/books/busy", "",
       "429\nContent-Type: application/json\nRetry-After: 3\n\n"
       R"({"error":{"code":429,"message":"slow down","status":"RESOURCE_EXHAUSTED","details":[)"
       R"({"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"3s"}]}})"},
      {"a stream", "GET /v1/books/a:watch", "",
       "200\nContent-Type: application/json\nx-initial: i\n\n"
       R"([{"name":"a"},{"name":"b"}])"},
      {"a form", absl::StrCat("POST /v1/books/a\n", kForm), "version=3",
       "405\nAllow: GET, HEAD, OPTIONS, PATCH, PUT\nContent-Type: application/json\n\n"
       R"({"error":{"code":405,"message":"POST is not allowed for \"/v1/books/a\", only GET, )"
       R"(HEAD, OPTIONS, PATCH, PUT","status":"UNIMPLEMENTED","details":[]}})"},
      {"another type", "PUT /v1/books/a\nContent-Type: text/plain", "{}",
       Plain(
           "415",
           R"({"error":{"code":415,"message":"content type \"text/plain\" is not supported: send )"
           R"(application/json in UTF-8","status":"INVALID_ARGUMENT","details":[]}})")},
      {"headers that nobody asked for", "GET /v1/books/metadata\nCookie: a=b\nX-Tenant: acme", "",
       Ours(R"({"tags":["x-forwarded-for=127.0.0.1","x-forwarded-host=h"]})")},
  });
}

TEST_F(ProfileTest, GrpcGatewayPrintsDefaults) {
  Start({"--profile=grpc-gateway"});
  Check({
      {"of an empty message", "GET /v1/books/empty", "", Theirs(Unset("", 0, ""))},
      {"of no message that is not there", "GET /v1/books/full", "",
       Theirs(R"({"name":"books/full","pageCount":7,"copies":"9007199254740993",)"
              R"("genre":"GENRE_POETRY","tags":["a"],"counts":{"k":1},"author":{"name":"W"},)"
              R"("edition":0,"paper":""})")},
      {"but not for HEAD, which has no body", "HEAD /v1/books/empty", "", Theirs("")},
  });
}

TEST_F(ProfileTest, GrpcGatewayTakesAlmostAnything) {
  Start({"--profile=grpc-gateway"});
  const std::string put = Plain("200", Unset("n", 0, "", ",\"paper\":\"books/a\""));
  Check({
      {"keys that are unknown", "PUT /v1/books/a", R"({"name":"n","nope":[1,{}]})", put},
      {"parameters that are unknown", "GET /v1/books/asked?nope=1&version=3", "",
       Theirs(Unset("books/asked", 3, ""))},
      {"no type", "PUT /v1/books/a", R"({"name":"n"})", put},
      {"text", "PUT /v1/books/a\nContent-Type: text/plain", R"({"name":"n"})", put},
      {"JSON of a form's type, as curl sends it", absl::StrCat("PUT /v1/books/a\n", kForm),
       R"({"name":"n"})", put},
      {"another charset", "PUT /v1/books/a\nContent-Type: application/json; charset=x",
       R"({"name":"n"})", put},
      {"but not what is no JSON", "PUT /v1/books/a\nContent-Type: text/plain", "name=n",
       Plain("400", R"({"code":3,"message":"line 1, column 1: invalid JSON value",)"
                    R"("details":[{"@type":"type.googleapis.com/google.rpc.BadRequest",)"
                    R"("fieldViolations":[{"field":"","description":"invalid JSON value",)"
                    R"("reason":"","localizedMessage":null}]}]})")},
      {"an upload keeps its type", "POST /v1/books:upload\nContent-Type: image/png", "12345",
       Plain("200", Unset("18", 0, ""))},
  });
}

TEST_F(ProfileTest, GrpcGatewayErrors) {
  Start({"--profile=grpc-gateway"});
  Check({
      {"of the backend", "GET /v1/books/missing", "",
       Plain("404", R"({"code":5,"message":"no such book","details":[]})")},
      {"of the backend, with details", "GET /v1/books/busy", "",
       "429\nContent-Type: application/json\nRetry-After: 3\n\n"
       R"({"code":8,"message":"slow down","details":[)"
       R"({"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"3s"}]})"},
      {"no route", "GET /v1/nope", "",
       Plain("404", R"({"code":5,"message":"no route for \"/v1/nope\"","details":[]})")},
      {"another method", "DELETE /v1/books/a", "",
       "405\nAllow: GET, HEAD, OPTIONS, PATCH, PUT\nContent-Type: application/json\n\n"
       R"({"code":12,"message":"DELETE is not allowed for \"/v1/books/a\", only GET, HEAD, OPTIONS, PATCH, PUT",)"
       R"("details":[]})"},
      {"a bad parameter", "GET /v1/books/a?version=x", "",
       Plain("400",
             R"({"code":3,"message":"query parameter \"version\": \"x\" is not an int32",)"
             R"("details":[{"@type":"type.googleapis.com/google.rpc.BadRequest",)"
             R"("fieldViolations":[{"field":"version","description":"\"x\" is not an int32",)"
             R"("reason":"","localizedMessage":null}]}]})")},
      {"a bad timeout", "GET /v1/books/a\nGrpc-Timeout: soon", "",
       Plain("400", R"({"code":3,"message":"header Grpc-Timeout: \"soon\" is not a timeout: )"
                    R"(expected 1 to 8 digits and one of H, M, S, m, u and n, such as \"500m\"",)"
                    R"("details":[]})")},
      {"another encoding", "PUT /v1/books/a\nContent-Encoding: br", "x",
       "415\nAccept-Encoding: gzip\nContent-Type: application/json\n\n"
       R"({"code":3,"message":"content encoding \"br\" is not supported: send gzip, or none",)"
       R"("details":[]})"},
      {"a response that is too large", "GET /v1/books/huge", "",
       Plain("502", R"({"code":13,"message":"the backend's response is too large: 5000000 bytes, )"
                    R"j(and at most 4194304 are allowed (--max_response_body)","details":[]})j")},
  });
}

TEST_F(ProfileTest, GrpcGatewayStreams) {
  Start({"--profile=grpc-gateway"});
  const std::string head = "200\nContent-Type: application/json\nGrpc-Metadata-x-initial: i\n\n";
  const std::string first = absl::StrCat("{\"result\":", Unset("a", 0, ""), "}\n");
  const std::string second = absl::StrCat("{\"result\":", Unset("b", 0, ""), "}\n");
  Check({
      {"results", "GET /v1/books/a:watch", "", absl::StrCat(head, first, second)},
      {"results, for who accepts JSON", "GET /v1/books/a:watch\nAccept: application/json", "",
       absl::StrCat(head, first, second)},
      {"trailers", "GET /v1/books/a:watch\nTE: trailers", "",
       absl::StrCat(head, first, second, "grpc-status: 0\r\nGrpc-Trailer-x-trailing: t\r\n")},
      {"an error behind a result", "GET /v1/books/lost:watch", "",
       absl::StrCat(head, first,
                    "{\"error\":{\"code\":15,\"message\":\"lost\",\"details\":[]}}\n")},
      {"an error alone", "GET /v1/books/missing:watch", "",
       "404\nContent-Type: application/json\nGrpc-Metadata-x-initial: i\n"
       "Grpc-Trailer-x-trailing: t\n\n"
       "{\"error\":{\"code\":5,\"message\":\"no such book\",\"details\":[]}}\n"},
      {"nothing", "GET /v1/books/none:watch", "", head},
      {"an error of ours", "GET /v1/books/a:watch?version=x", "",
       Plain("400",
             R"({"code":3,"message":"query parameter \"version\": \"x\" is not an int32",)"
             R"("details":[{"@type":"type.googleapis.com/google.rpc.BadRequest",)"
             R"("fieldViolations":[{"field":"version","description":"\"x\" is not an int32",)"
             R"("reason":"","localizedMessage":null}]}]})")},
  });
}

TEST_F(ProfileTest, GrpcGatewayHeaders) {
  Start({"--profile=grpc-gateway"});
  const auto metadata = [](const std::string& tags) {
    return Theirs(Unset("", 0,
                        absl::StrCat(tags,
                                     "\"x-forwarded-for=127.0.0.1\","
                                     "\"x-forwarded-host=h\"")));
  };
  Check({
      {"what every request has", "GET /v1/books/metadata", "",
       metadata(R"("grpcgateway-host=h",)")},
      {"permanent ones", "GET /v1/books/metadata\nCookie: a=b\nReferer: /x", "",
       metadata(R"("grpcgateway-cookie=a=b","grpcgateway-host=h","grpcgateway-referer=/x",)")},
      {"authorization, both ways", "GET /v1/books/metadata\nAuthorization: Bearer t", "",
       metadata(R"("authorization=Bearer t","grpcgateway-authorization=Bearer t",)"
                R"("grpcgateway-host=h",)")},
      {"named ones", "GET /v1/books/metadata\nGrpc-Metadata-Tenant: acme", "",
       metadata(R"("grpcgateway-host=h","tenant=acme",)")},
      {"no others", "GET /v1/books/metadata\nX-Tenant: acme", "",
       metadata(R"("grpcgateway-host=h",)")},
      {"trailers for who takes them", "GET /v1/books/empty\nTE: trailers", "",
       absl::StrCat("200\nContent-Type: application/json\nGrpc-Metadata-date: never\n"
                    "Grpc-Metadata-x-initial: i\nGrpc-Metadata-x-raw-bin: AP8=\n\n",
                    Unset("", 0, ""), "Grpc-Trailer-x-trailing: t\r\n")},
  });
}

TEST_F(ProfileTest, GrpcGatewayForms) {
  Start({"--profile=grpc-gateway"});
  const std::string form = absl::StrCat("\n", kForm);
  Check({
      {"in place of a query", absl::StrCat("POST /v1/books:find", form),
       "version=3&tags=a+b&tags=%26", Theirs(Unset("", 3, R"("a b","&")"))},
      {"behind a query", absl::StrCat("POST /v1/books:find?tags=q", form), "tags=f",
       Theirs(Unset("", 0, R"("q","f")"))},
      {"for a path that only GET has", absl::StrCat("POST /v1/books/asked", form), "version=3",
       Theirs(Unset("books/asked", 3, ""))},
      {"whose type has parameters", absl::StrCat("POST /v1/books/asked", form, "; charset=UTF-8"),
       "version=3", Theirs(Unset("books/asked", 3, ""))},
      {"of nothing", absl::StrCat("POST /v1/books/asked?version=4", form), "",
       Theirs(Unset("books/asked", 4, ""))},
      {"for a path that none has", absl::StrCat("POST /v1/nope", form), "a=b",
       Plain("404", R"({"code":5,"message":"no route for \"/v1/nope\"","details":[]})")},
      {"the path wins", absl::StrCat("POST /v1/books/asked", form), "name=books%2Fother&version=1",
       Theirs(Unset("books/asked", 1, ""))},
      {"a bad value", absl::StrCat("POST /v1/books:find", form), "version=x",
       Plain("400",
             R"({"code":3,"message":"query parameter \"version\": \"x\" is not an int32",)"
             R"("details":[{"@type":"type.googleapis.com/google.rpc.BadRequest",)"
             R"("fieldViolations":[{"field":"version","description":"\"x\" is not an int32",)"
             R"("reason":"","localizedMessage":null}]}]})")},
      {"JSON is no form", "POST /v1/books/asked\nContent-Type: application/json", "{}",
       "405\nAllow: GET, HEAD, OPTIONS, PATCH, PUT\nContent-Type: application/json\n\n"
       R"({"code":12,"message":"POST is not allowed for \"/v1/books/asked\", only GET, HEAD, OPTIONS, PATCH, PUT",)"
       R"("details":[]})"},
  });
}

TEST_F(ProfileTest, GrpcGatewayMethodOverride) {
  Start({"--profile=grpc-gateway"});
  const std::string form = absl::StrCat("\n", kForm);
  Check({
      {"of a form", absl::StrCat("POST /v1/books/a\nX-HTTP-Method-Override: PATCH", form),
       R"({"name":"n"})", Plain("200", Unset("n", 0, "", ",\"paper\":\"books/a\""))},
      {"in any case", absl::StrCat("POST /v1/books/a\nx-http-method-override: put", form),
       R"({"name":"n"})", Plain("200", Unset("n", 0, "", ",\"paper\":\"books/a\""))},
      {"to GET", absl::StrCat("POST /v1/books/asked\nX-HTTP-Method-Override: GET", form),
       "version=3", Theirs(Unset("books/asked", 3, ""))},
      {"not of JSON",
       "POST /v1/books/a\nX-HTTP-Method-Override: PUT\nContent-Type: application/json", "{}",
       "405\nAllow: GET, HEAD, OPTIONS, PATCH, PUT\nContent-Type: application/json\n\n"
       R"({"code":12,"message":"POST is not allowed for \"/v1/books/a\", only GET, HEAD, OPTIONS, PATCH, PUT",)"
       R"("details":[]})"},
      {"to no method", absl::StrCat("POST /v1/books/a\nX-HTTP-Method-Override: P(T", form), "{}",
       Plain("400",
             R"({"code":3,"message":"header X-HTTP-Method-Override: \"P(T\" is not a method",)"
             R"("details":[]})")},
  });
}

TEST_F(ProfileTest, Envoy) {
  Start({"--profile=envoy"});
  Check({
      {"unknown keys are passed over, whatever the body says it is",
       "PUT /v1/books/a\nContent-Type: text/plain", R"({"name":"n","nope":[1]})",
       Plain("200", R"({"name":"n","paper":"books/a"})")},
      {"defaults are left out", "GET /v1/books/empty", "", Ours("{}")},
      {"an error of the backend", "GET /v1/books/missing", "",
       Plain("404", R"({"code":5,"message":"no such book"})")},
      {"an error with details", "GET /v1/books/busy", "",
       "429\nContent-Type: application/json\nRetry-After: 3\n\n"
       R"({"code":8,"message":"slow down","details":[)"
       R"({"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"3s"}]})"},
      {"no route", "GET /v1/nope", "",
       Plain("404", R"({"code":5,"message":"no route for \"/v1/nope\""})")},
      {"another method", "DELETE /v1/books/a", "",
       "405\nAllow: GET, HEAD, OPTIONS, PATCH, PUT\nContent-Type: application/json\n\n"
       R"({"code":12,"message":"DELETE is not allowed for \"/v1/books/a\", only GET, HEAD, OPTIONS, PATCH, PUT"})"},
      {"headers, unchanged",
       "GET /v1/books/metadata\nCookie: a=b\nX-Tenant: acme\nAuthorization: Bearer t\nAccept: */*",
       "",
       Ours(R"({"tags":["accept=*/*","authorization=Bearer t","cookie=a=b",)"
            R"("x-forwarded-for=127.0.0.1","x-forwarded-host=h","x-tenant=acme"]})")},
      {"but not those that are reserved",
       "GET /v1/books/metadata\nTE: gzip\nKeep-Alive: 1\nUser-Agent: curl\nGrpc-Encoding: x", "",
       Ours(R"({"tags":["x-forwarded-for=127.0.0.1","x-forwarded-host=h",)"
            R"("x-forwarded-user-agent=curl"]})")},
      {"a stream", "GET /v1/books/a:watch", "",
       "200\nContent-Type: application/json\nx-initial: i\n\n"
       R"([{"name":"a"},{"name":"b"}])"},
      {"an empty stream", "GET /v1/books/none:watch", "",
       "200\nContent-Type: application/json\nx-initial: i\n\n[]"},
      {"an error in a stream", "GET /v1/books/lost:watch\nTE: trailers", "",
       "200\nContent-Type: application/json\nx-initial: i\n\n"
       R"([{"name":"a"},{"error":{"code":15,"message":"lost"}}])"
       "grpc-status: 15\r\nx-trailing: t\r\n"},
      {"an error before a stream", "GET /v1/books/missing:watch", "",
       "404\nContent-Type: application/json\nx-initial: i\nx-trailing: t\n\n"
       R"({"code":5,"message":"no such book"})"},
      {"trailers", "GET /v1/books/empty\nTE: trailers", "",
       "200\nContent-Type: application/json\nx-initial: i\nx-raw-bin: AP8=\n\n{}"
       "x-trailing: t\r\n"},
      {"no override", "POST /v1/books/a\nX-HTTP-Method-Override: PUT", "{}",
       "405\nAllow: GET, HEAD, OPTIONS, PATCH, PUT\nContent-Type: application/json\n\n"
       R"({"code":12,"message":"POST is not allowed for \"/v1/books/a\", only GET, HEAD, OPTIONS, PATCH, PUT"})"},
  });
}

// R80: what the front end itself refuses, in the shape that is chosen. The statuses and
// words are the same in both; here is the one, and the code of the other.
struct Refusal {
  const char* what;
  std::string request;
  std::string status;
  std::string name;
  int code;
  std::string message;
};

std::vector<Refusal> Refusals() {
  return {
      {"a body", "PUT /v1/books/a HTTP/1.1\r\nHost: h\r\nContent-Length: 1025\r\n\r\n", "413",
       "RESOURCE_EXHAUSTED", 8, "the request's body is larger than 1024 bytes"},
      {"a body in chunks",
       absl::StrCat(
           "PUT /v1/books/a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n401\r\n",
           std::string(1025, ' '), "\r\n0\r\n\r\n"),
       "413", "RESOURCE_EXHAUSTED", 8, "the request's body is larger than 1024 bytes"},
      {"a target", absl::StrCat("GET /", std::string(200, 'x'), " HTTP/1.1\r\nHost: h\r\n\r\n"),
       "414", "INVALID_ARGUMENT", 3, "the request target is longer than 200 bytes"},
      {"a head",
       absl::StrCat("GET / HTTP/1.1\r\nHost: h\r\nX: ", std::string(1000, 'x'), "\r\n\r\n"), "431",
       "RESOURCE_EXHAUSTED", 8, "the request's head is longer than 1000 bytes"},
      {"lines of a head", "GET / HTTP/1.1\r\nHost: h\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n", "431",
       "RESOURCE_EXHAUSTED", 8, "the request has more than 3 headers"},
      {"a head that does not come", "GET / HT", "408", "DEADLINE_EXCEEDED", 4,
       "the request's head did not arrive in time"},
      {"a body that does not come",
       "PUT /v1/books/a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n", "408",
       "DEADLINE_EXCEEDED", 4, "the request's body did not arrive in time"},
      {"no HTTP", "GET / HTTP/1.1\r\n\r\n", "400", "INVALID_ARGUMENT", 3,
       "the request has no Host header"},
      {"a coding", "GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", "501",
       "UNIMPLEMENTED", 12, "unsupported transfer coding; only `chunked` is supported"},
      {"another HTTP", "GET / HTTP/2.0\r\nHost: h\r\n\r\n", "505", "UNIMPLEMENTED", 12,
       "only HTTP/1.0 and HTTP/1.1 are supported"},
      {"a response", "GET /v1/books/full HTTP/1.1\r\nHost: h\r\n\r\n", "502", "INTERNAL", 13,
       "the backend's response is too large: 44 bytes, and at most 20 are allowed "
       "(--max_response_body)"},
  };
}

TEST_F(ProfileTest, D11LimitsAreFlagsAndTheirErrorsHaveTheShape) {
  const std::vector<std::string> limits = {"--max_request_body=1KiB", "--max_target=200",
                                           "--max_head=1000",         "--max_header_lines=3",
                                           "--head_timeout=200ms",    "--body_timeout=200ms",
                                           "--max_response_body=20"};
  for (const char* profile : {"default", "grpc-gateway", "envoy"}) {
    std::vector<std::string> flags = limits;
    flags.push_back(absl::StrCat("--profile=", profile));
    Start(flags);
    for (const Refusal& row : Refusals()) {
      RawClient client(gateway_->port());
      client.Send(row.request);
      const std::string head = client.ReadHead();
      EXPECT_EQ(StatusOf(head), row.status) << row.what;
      EXPECT_EQ(HeaderOf(head, "Content-Type"), "application/json") << row.what;
      const std::string message = absl::StrCat("\"message\":\"", row.message, "\"");
      const std::string json =
          profile == std::string("default")
              ? absl::StrCat("{\"error\":{\"code\":", row.status, ",", message, ",\"status\":\"",
                             row.name, "\",\"details\":[]}}")
              : absl::StrCat("{\"code\":", row.code, ",", message,
                             profile == std::string("envoy") ? "" : ",\"details\":[]", "}");
      EXPECT_EQ(client.ReadBody(head), json) << row.what;
    }
  }
}

TEST_F(ProfileTest, D11TheDepthOfJson) {
  Start({"--json_max_depth=1"});
  EXPECT_EQ(Ask("PUT /v1/books/a", R"({"name":"n"})"),
            Plain("200", R"({"name":"n","paper":"books/a"})"));
  const std::string beyond = Ask("PUT /v1/books/a", R"({"author":{}})");
  EXPECT_TRUE(absl::StartsWith(
      beyond, Plain("400", R"({"error":{"code":400,"message":"line 1, column 11: )")))
      << beyond;
  EXPECT_TRUE(absl::StrContains(beyond, "nested too deeply")) << beyond;
}

TEST_F(ProfileTest, R80ACrowdHasTheShape) {
  const std::string details =
      R"("details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"1s"}])";
  const std::string status =
      absl::StrCat(R"({"code":14,"message":"the server is overloaded",)", details, "}");
  const struct {
    const char* profile;
    std::string json;
  } kRows[] = {
      {"default", absl::StrCat(R"({"error":{"code":503,"message":"the server is overloaded",)",
                               R"("status":"UNAVAILABLE",)", details, "}}")},
      {"grpc-gateway", status},
      {"envoy", status},
  };
  for (const auto& row : kRows) {
    Start({"--max_connections=1", absl::StrCat("--profile=", row.profile)});
    RawClient first(gateway_->port());
    first.Send("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(StatusOf(first.ReadHead()), "204");
    RawClient second(gateway_->port());
    const std::string response = second.ReadResponse();
    EXPECT_EQ(StatusOf(response), "503");
    EXPECT_EQ(HeaderOf(response, "Content-Type"), "application/json");
    EXPECT_TRUE(absl::EndsWith(response, absl::StrCat("\r\n\r\n", row.json))) << response;
  }
}

// `{"name":"n"}` as gzip writes it; and that with 200,000 blanks behind it.
constexpr char kZipped[] = "1f8b0800000000000203ab56ca4bcc4d55b252ca53aa0500ab6c2a860c000000";
constexpr char kBomb[] =
    "1f8b0800000000000203edc1311100200c04302bdccbc00d032335d0c33b1ad893746a9d9d99ca1d0000000000"
    "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000c0b707a90c35334c0d0300";

TEST_F(ProfileTest, D7BodiesMayBeCompressed) {
  Start({"--max_request_body=1KiB"});
  const std::string zipped = absl::HexStringToBytes(kZipped);
  Check({
      {"gzip", "PUT /v1/books/a\nContent-Encoding: gzip", zipped,
       Plain("200", R"({"name":"n","paper":"books/a"})")},
      {"an upload too: the coding is not its type",
       "POST /v1/books:upload\nContent-Type: text/plain\nContent-Encoding: gzip", zipped,
       Plain("200", R"({"name":"26"})")},  // 2 + 10 and 2 + 12 bytes
      {"a bomb", "PUT /v1/books/a\nContent-Encoding: gzip", absl::HexStringToBytes(kBomb),
       Plain("413",
             R"({"error":{"code":413,"message":"the request's body is larger than 1024 bytes, )"
             R"(uncompressed","status":"RESOURCE_EXHAUSTED","details":[]}})")},
      {"one that is cut", "PUT /v1/books/a\nContent-Encoding: gzip", zipped.substr(0, 20),
       Plain("400",
             R"({"error":{"code":400,"message":"the request's body is cut short: its gzip has no )"
             R"(end","status":"INVALID_ARGUMENT","details":[]}})")},
  });
}

TEST_F(ProfileTest, S1AClientChoosesAStreamsShape) {
  Start({});
  const auto response = [](const std::string& type, const std::string& body) {
    return absl::StrCat("200\nContent-Type: ", type, "\nx-initial: i\n\n", body);
  };
  Check({
      {"lines", "GET /v1/books/a:watch\nAccept: application/x-ndjson", "",
       response("application/x-ndjson", "{\"name\":\"a\"}\n{\"name\":\"b\"}\n")},
      {"events", "GET /v1/books/a:watch\nAccept: text/event-stream", "",
       response("text/event-stream", "data: {\"name\":\"a\"}\n\ndata: {\"name\":\"b\"}\n\n")},
      {"an error in events", "GET /v1/books/lost:watch\nAccept: text/event-stream", "",
       response(
           "text/event-stream",
           "data: {\"name\":\"a\"}\n\nevent: error\ndata: {\"error\":{\"code\":500,\"message\":"
           "\"lost\",\"status\":\"DATA_LOSS\",\"details\":[]}}\n\n")},
      {"no events at all", "GET /v1/books/none:watch\nAccept: text/event-stream", "",
       response("text/event-stream", "")},
  });
}

TEST_F(ProfileTest, R80ABackendThatIsNotThereHasTheShape) {
  int port;
  { port = GenericBackend(Respond).port(); }
  const struct {
    const char* profile;
    const char* json;
  } kRows[] = {
      {"default", R"({"error":{"code":503,"message":"backend unavailable",)"
                  R"("status":"UNAVAILABLE","details":[]}})"},
      {"grpc-gateway", R"({"code":14,"message":"backend unavailable","details":[]})"},
      {"envoy", R"({"code":14,"message":"backend unavailable"})"},
  };
  for (const auto& row : kRows) {
    gateway_ = std::make_unique<GatewayProcess>(std::vector<std::string>{
        absl::StrCat("--backend=127.0.0.1:", port), absl::StrCat("--profile=", row.profile),
        absl::StrCat("--descriptor_set=", DescriptorSetFile())});
    EXPECT_EQ(Ask("GET /v1/books/a", ""), Plain("503", row.json));
  }
}

TEST_F(ProfileTest, AFlagIsAboveItsProfile) {
  Start({"--json_always_print_defaults=false", "--profile=grpc-gateway",
         "--json_null_for_unset=false", "--response_header_prefix="});
  Check({{"defaults are left out again", "GET /v1/books/empty", "",
          "200\nContent-Type: application/json\nGrpc-Trailer-x-trailing: t\nx-initial: i\n"
          "x-raw-bin: AP8=\n\n{}"}});
}

}  // namespace
}  // namespace trestle
