// Headers and metadata on their whole way: the stand-alone gateway, on fibers and on threads,
// between sockets and the stock gRPC server.

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.pb.h>
#include <grpcpp/support/status.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/testing/fleet.pb.h"
#include "trestle/tests/server/grpc/waiting_backend.h"
#include "trestle/tests/testing/gateway_process.h"
#include "trestle/tests/testing/generic_backend.h"
#include "trestle/tests/testing/raw_client.h"

namespace trestle {
namespace {

namespace pb = google::protobuf;
using Response = GenericBackend::Response;
using Call = GenericBackend::Call;

constexpr const char* kModes[] = {"--concurrency=fibers", "--concurrency=threads"};

void AddWithImports(const pb::FileDescriptor& file, pb::FileDescriptorSet* set) {
  for (int i = 0; i < file.dependency_count(); ++i) AddWithImports(*file.dependency(i), set);
  file.CopyTo(set->add_file());
}

std::string SetFlag() {
  pb::FileDescriptorSet set;
  AddWithImports(*test::fleet::Ship::descriptor()->file(), &set);
  const std::string path = absl::StrCat(testing::TempDir(), "/fleet.pb");
  std::ofstream(path, std::ios::binary) << set.SerializeAsString();
  return absl::StrCat("--descriptor_set=", path);
}

std::string ShipOf(const std::string& name) {
  test::fleet::Ship ship;
  ship.set_name(name);
  return ship.SerializeAsString();
}

// Responds with the metadata that came, "key=value;" each, but for those of every request.
Response ShowMetadata(const Call& call) {
  std::string shown = "saw ";
  for (const auto& [key, value] : call.metadata) {
    if (key == "user-agent" || key == "x-forwarded-for" || key == "x-forwarded-host" ||
        key == "x-request-id") {
      continue;
    }
    absl::StrAppend(&shown, key, "=", value, ";");
  }
  return Response{{ShipOf(shown)}, grpc::Status::OK, {}, {}, false};
}

// "200 name", or "400 body"; "no response" if there is none.
std::string ReadResponse(RawClient& client) {
  const std::string head = client.ReadHead();
  if (head.empty()) return "no response";
  std::string body = client.ReadBody(head);
  if (StatusOf(head) == "200") {
    body = body.substr(body.find(":\"") + 2);
    body = body.substr(0, body.rfind('"'));
  }
  return absl::StrCat(StatusOf(head), " ", body);
}

class MetadataGateway {
 public:
  MetadataGateway(const std::string& target, std::vector<std::string> flags)
      : gateway_(WithBackend(target, std::move(flags))) {}

  // A client that has sent a GET with `lines`, each ended by CRLF.
  std::unique_ptr<RawClient> Ask(const std::string& lines) {
    auto client = std::make_unique<RawClient>(gateway_.port());
    client->Send(absl::StrCat("GET /v1/ships/1 HTTP/1.1\r\nHost: h\r\n", lines, "\r\n"));
    return client;
  }
  std::string Get(const std::string& lines) { return ReadResponse(*Ask(lines)); }

 private:
  static std::vector<std::string> WithBackend(const std::string& target,
                                              std::vector<std::string> flags) {
    flags.push_back(absl::StrCat("--backend=", target));
    flags.push_back(SetFlag());
    return flags;
  }

  GatewayProcess gateway_;
};

TEST(MetadataGatewayTest, H1NoHeaderEndsTheProcess) {
  GenericBackend backend(ShowMetadata);
  const std::string long_name(8000, 'k');
  const struct {
    const char* what;
    std::string lines;
    const char* response;
  } kRows[] = {
      {"a key that is the binary suffix alone", "Grpc-Metadata--bin: gA==\r\n", "200 saw "},
      {"the same without the prefix", "-bin: gA==\r\n", "200 saw "},
      {"text in it", "Grpc-Metadata--bin: text\r\n", "200 saw "},
      {"a key that gRPC uses inside the process", "Grpc-Metadata-grpclb_client_stats: x\r\n",
       "200 saw "},
      {"the same without the prefix", "GRPCLB_Client_Stats: x\r\n", "200 saw "},
      {"the shortest binary key", "Grpc-Metadata-X-Bin: eA==\r\n", "200 saw x-bin=x;"},
      {"the same without the prefix", "X-Bin: eA==\r\n", "200 saw x-bin=x;"},
      {"keys that gRPC reads itself",
       "Grpc-Metadata-lb-token: x\r\nGrpc-Metadata-lb-cost-bin: eA==\r\n"
       "Grpc-Metadata-endpoint-load-metrics-bin: eA==\r\nGrpc-Metadata-User-Agent: x\r\n",
       "200 saw "},
      {"no key", "Grpc-Metadata-: x\r\n", "200 saw "},
      {"a pseudo-header field", "Grpc-Metadata-:path: /x\r\n", "200 saw "},
      {"a value beyond ASCII", "Grpc-Metadata-A: caf\xc3\xa9\r\nB: \xff\r\n", "200 saw "},
      {"a tab in a value", "Grpc-Metadata-A: a\tb\r\n", "200 saw "},
      {"empty values", "Grpc-Metadata-A:\r\nX-A-Bin:\r\nb: \r\n", "200 saw a=;b=;x-a-bin=;"},
      {"white space around a value", "Grpc-Metadata-A:   a  \r\n", "200 saw a=a;"},
      {"a deadline beyond all clocks", "Grpc-Timeout: 99999999H\r\n", "200 saw "},
      {"a client's claims", "X-Client-Cert-Subject: a\r\nGrpc-Metadata-X-Client-Cert-Dns: a\r\n",
       "200 saw "},
      {"an ordinary request after all that", "Grpc-Metadata-Tenant: acme\r\n",
       "200 saw tenant=acme;"},
  };
  for (const char* mode : kModes) {
    MetadataGateway gateway(backend.target(), {mode, "--forward_header=*"});
    for (const auto& row : kRows) {
      EXPECT_EQ(gateway.Get(row.lines), row.response) << row.what << ", " << mode;
    }
    const std::string response = gateway.Get(absl::StrCat("Grpc-Metadata-", long_name, ": x\r\n"));
    EXPECT_NE(response, "no response") << "a long key, " << mode;
    EXPECT_EQ(gateway.Get(""), "200 saw ") << "after a long key, " << mode;
  }
}

// The stock server ends other calls of the connection, too, when one has too much metadata.
TEST(MetadataGatewayTest, H1TooMuchMetadataFailsOnlyItsOwnRequest) {
  constexpr size_t kCalls = 300;
  std::string thirty_headers;
  for (int i = 0; i < 30; ++i) {
    absl::StrAppend(&thirty_headers, "Grpc-Metadata-X-", i, ": ", std::string(300, 'x'), "\r\n");
  }
  const struct {
    const char* what;
    std::string lines;
  } kRows[] = {
      {"one long header", absl::StrCat("Authorization: ", std::string(9000, 'x'), "\r\n")},
      {"many headers", thirty_headers},
      {"a binary header, which is longer in base64",
       absl::StrCat("Grpc-Metadata-X-Bin: ", std::string(9000, 'A'), "\r\n")},
      {"a long name", absl::StrCat("Grpc-Metadata-", std::string(9000, 'x'), ": x\r\n")},
      {"a long User-Agent", absl::StrCat("User-Agent: ", std::string(9000, 'x'), "\r\n")},
  };
  for (const char* mode : kModes) {
    WaitingBackend backend(ShipOf("done"));
    MetadataGateway gateway(backend.target(), {mode, "--threads=400"});
    std::vector<std::unique_ptr<RawClient>> others;
    for (size_t i = 0; i < kCalls; ++i) others.push_back(gateway.Ask(""));
    backend.AwaitCalls(kCalls);
    for (const auto& row : kRows) {
      for (int i = 0; i < 4; ++i) {
        const std::string response = gateway.Get(row.lines);
        EXPECT_THAT(response, testing::HasSubstr("431 {")) << row.what << ", " << mode;
        EXPECT_THAT(response, testing::HasSubstr("at most 8192 are allowed "
                                                 "(--backend_max_sent_metadata)"))
            << row.what << ", " << mode;
      }
    }
    backend.Release();
    size_t right = 0;
    for (const auto& other : others) {
      if (ReadResponse(*other) == "200 done") ++right;
    }
    EXPECT_EQ(right, kCalls) << mode;
  }
}

// What the gateway lets through, the stock server takes: with their default limits.
TEST(MetadataGatewayTest, H1CountsMetadataAsTheStockServerDoes) {
  GenericBackend backend(ShowMetadata);
  MetadataGateway gateway(backend.target(), {});
  for (const char* name : {"Authorization", "Grpc-Metadata-A", "Grpc-Metadata-A-Bin"}) {
    int passed = 0, refused = 0;
    for (int size = 6800; size < 8200; size += 28) {  // whole groups of base64
      const std::string response =
          gateway.Get(absl::StrCat(name, ": ", std::string(size, 'A'), "\r\n"));
      const bool passes = response.substr(0, 8) == "200 saw ";
      EXPECT_TRUE(passes || response.find("--backend_max_sent_metadata") != std::string::npos)
          << name << ", " << size << ": " << response;
      passes ? ++passed : ++refused;
    }
    EXPECT_GT(passed, 10) << name;
    EXPECT_GT(refused, 10) << name;
  }
}

TEST(MetadataGatewayTest, H1TheLimitOfMetadataIsAnOption) {
  GenericBackend backend(ShowMetadata);
  MetadataGateway gateway(backend.target(), {"--backend_max_sent_metadata=1KiB"});
  EXPECT_EQ(gateway.Get("Grpc-Metadata-A: 1\r\n"), "200 saw a=1;");
  EXPECT_THAT(gateway.Get(absl::StrCat("Grpc-Metadata-A: ", std::string(1000, 'x'), "\r\n")),
              testing::HasSubstr("at most 1024 are allowed"));
}

// The head of the response to a GET with `lines`, without its first line, and its trailers.
std::string HeadAndTrailers(RawClient& client) {
  const std::string head = client.ReadHead();
  return absl::StrCat(head, client.ReadBody(head));
}

size_t LinesOf(const std::string& head, const std::string& name) {
  size_t lines = 0;
  for (absl::string_view line : absl::StrSplit(head, "\r\n")) {
    if (absl::StartsWithIgnoreCase(line, name + ":")) ++lines;
  }
  return lines;
}

// A backend that writes every field that the gateway writes.
TEST(MetadataGatewayTest, H3AResponseHasEachFieldOnce) {
  const std::multimap<std::string, std::string> written = {
      {"x-request-id", "of the backend"},
      {"www-authenticate", "Basic"},
      {"retry-after", "9"},
      {"date", "then"},
      {"server", "b"},
      {"accept-encoding", "br"},
      {"connection", "close"},
      {"keep-alive", "timeout=5"},
      {"allow", "PUT"},
      {"etag", "\"1\""},
  };
  for (const auto code : {grpc::StatusCode::OK, grpc::StatusCode::UNAUTHENTICATED}) {
    GenericBackend backend([&](const Call&) {
      Response response{{}, grpc::Status(code, "x"), written, written, false};
      if (code == grpc::StatusCode::OK) response.messages.push_back(ShipOf("s"));
      return response;
    });
    for (const char* mode : kModes) {
      MetadataGateway gateway(backend.target(), {mode});
      for (const char* lines : {"", "TE: trailers\r\n", "X-Request-Id: mine\r\n"}) {
        const std::string head = HeadAndTrailers(*gateway.Ask(lines));
        const std::string where = absl::StrCat(code, ", ", mode, ", ", lines, head);
        for (const char* name :
             {"x-request-id", "retry-after", "date", "server", "content-type", "etag"}) {
          EXPECT_EQ(LinesOf(head, name), 1u) << name << ", " << where;
        }
        EXPECT_EQ(LinesOf(head, "www-authenticate"), 2u) << where;
        EXPECT_THAT(head, testing::Not(testing::HasSubstr("Bearer"))) << where;
        EXPECT_THAT(head, testing::Not(testing::HasSubstr("of the backend"))) << where;
        EXPECT_THAT(head, testing::Not(testing::HasSubstr("date: then"))) << where;
        EXPECT_EQ(LinesOf(head, "connection") + LinesOf(head, "keep-alive") +
                      LinesOf(head, "accept-encoding"),
                  0u)
            << where;
      }
    }
  }
}

// H2, over sockets: no client writes the family, and lists are read from the right.
TEST(MetadataGatewayTest, H2TheBackendReadsWhatTheTrustedProxyWrote) {
  GenericBackend backend([](const Call& call) {
    std::string shown;
    for (const auto& [key, value] : call.metadata) {
      if (absl::StrContains(key, "forwarded")) absl::StrAppend(&shown, key, "=", value, ";");
    }
    return Response{{ShipOf(shown)}, grpc::Status::OK, {}, {}, false};
  });
  const char* const forged =
      "Grpc-Metadata-X-Forwarded-For: 6.6.6.6\r\nGrpc-Metadata-X-Forwarded-Proto: https\r\n"
      "Grpc-Metadata-X-Forwarded-Host: evil\r\nGrpc-Metadata-X-Forwarded-Port: 1\r\n"
      "Grpc-Metadata-X-Forwarded-Client-Cert: x\r\nGrpc-Metadata-X_Forwarded_Proto: https\r\n"
      "Grpc-Metadata-X-Forwarded-User-Agent: x\r\nGrpc-Metadata-Forwarded: for=6.6.6.6\r\n"
      "X-Forwarded-Port: 1\r\nX-Forwarded-User-Agent: x\r\nForwarded: for=6.6.6.6\r\n";
  const char* const lists =
      "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 1.1.1.1\r\n"
      "X-Forwarded-Host: evil.example, real.example\r\nX-Forwarded-Proto: gopher\r\n"
      "X-Forwarded-Proto: https\r\n";
  for (const char* mode : kModes) {
    MetadataGateway nobody(backend.target(), {mode, "--forward_header=*"});
    EXPECT_EQ(nobody.Get(absl::StrCat(forged, lists)),
              "200 x-forwarded-for=127.0.0.1;x-forwarded-host=h;");
    MetadataGateway one(backend.target(), {mode, "--forward_header=*", "--trusted_hops=1"});
    EXPECT_EQ(one.Get(absl::StrCat(forged, lists)),
              "200 x-forwarded-for=1.1.1.1, 127.0.0.1;x-forwarded-host=real.example;"
              "x-forwarded-proto=https;");
  }
}

}  // namespace
}  // namespace trestle
