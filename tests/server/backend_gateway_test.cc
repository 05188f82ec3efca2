// The stand-alone gateway in front of more than one backend, of TLS, and of files that are wrong.

#include <google/protobuf/descriptor.pb.h>
#include <grpcpp/security/server_credentials.h>
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "tests/testing/fleet.pb.h"
#include "trestle/tests/testing/await.h"
#include "trestle/tests/testing/certificate_authority.h"
#include "trestle/tests/testing/gateway_process.h"
#include "trestle/tests/testing/generic_backend.h"
#include "trestle/tests/testing/process.h"
#include "trestle/tests/testing/raw_backend.h"
#include "trestle/tests/testing/raw_client.h"

namespace trestle {
namespace {

namespace pb = google::protobuf;
using Response = GenericBackend::Response;
using Call = GenericBackend::Call;

std::string Write(const std::string& name, const std::string& bytes) {
  std::string path = absl::StrCat(testing::TempDir(), "/", name);
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

void AddWithImports(const pb::FileDescriptor& file, pb::FileDescriptorSet* set) {
  for (int i = 0; i < file.dependency_count(); ++i) AddWithImports(*file.dependency(i), set);
  file.CopyTo(set->add_file());
}

// The flag that serves both services.
std::string SetFlag() {
  pb::FileDescriptorSet set;
  AddWithImports(*test::fleet::Ship::descriptor()->file(), &set);
  return absl::StrCat("--descriptor_set=", Write("fleet.pb", set.SerializeAsString()));
}

std::string ShipOf(const std::string& name) {
  test::fleet::Ship ship;
  ship.set_name(name);
  return ship.SerializeAsString();
}

// Responds with its name and the method.
GenericBackend::Responder Named(const std::string& name) {
  return [name](const Call& call) {
    const std::string method = call.method.substr(call.method.rfind('/') + 1);
    return Response{{ShipOf(absl::StrCat(name, " ", method))}, grpc::Status::OK, {}, {}, false};
  };
}

class Gateway {
 public:
  explicit Gateway(std::vector<std::string> flags) : gateway_(WithSet(std::move(flags))) {}

  // "200 body" of a GET, or of a POST if there is a body.
  std::string Ask(const std::string& path, const std::string& body = "") {
    RawClient client(gateway_.port());
    client.Send(absl::StrCat(body.empty() ? "GET " : "POST ", path,
                             " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer x\r\n"
                             "Content-Type: application/json\r\nContent-Length: ",
                             body.size(), "\r\n\r\n", body));
    const std::string head = client.ReadHead();
    if (head.empty()) return "no response";
    return absl::StrCat(StatusOf(head), " ", client.ReadBody(head));
  }

  // Ends it, and returns the rest of its log.
  std::string Stop() {
    gateway_.process().Signal(SIGTERM);
    return gateway_.process().ReadAllErrors();
  }

 private:
  static std::vector<std::string> WithSet(std::vector<std::string> flags) {
    flags.push_back(SetFlag());
    return flags;
  }

  GatewayProcess gateway_;
};

constexpr char kShips[] = "trestle.test.fleet.Ships";
constexpr char kPorts[] = "trestle.test.fleet.Ports";

std::string For(const char* service, const std::string& target) {
  return absl::StrCat("--backend=", service, "=", target);
}
std::string ForAll(const std::string& target) { return absl::StrCat("--backend=", target); }

std::string Unavailable(const std::string& why = "") {
  return absl::StrCat("503 {\"error\":{\"code\":503,\"message\":\"backend unavailable", why,
                      "\",\"status\":\"UNAVAILABLE\",\"details\":[]}}");
}

TEST(BackendGatewayTest, EachServiceHasItsBackend) {
  GenericBackend a(Named("a")), b(Named("b"));
  const struct {
    const char* what;
    std::vector<std::string> flags;
    std::string ships, ports;
  } kRows[] = {
      {"one for all", {ForAll(a.target())}, "a", "a"},
      {"one each", {For(kShips, a.target()), For(kPorts, b.target())}, "a", "b"},
      {"one of its own, one for the rest", {ForAll(a.target()), For(kPorts, b.target())}, "a", "b"},
      {"in the other order", {For(kShips, b.target()), ForAll(a.target())}, "b", "a"},
      {"one target twice", {For(kShips, a.target()), For(kPorts, a.target())}, "a", "a"},
      {"one for a service that is all there is",
       {For(kShips, b.target()), absl::StrCat("--service=", kShips)},
       "b",
       ""},
  };
  for (const auto& row : kRows) {
    Gateway gateway(row.flags);
    EXPECT_EQ(gateway.Ask("/v1/ships/1"),
              absl::StrCat("200 {\"name\":\"", row.ships, " GetShip\"}"))
        << row.what;
    EXPECT_EQ(gateway.Ask("/v1/ships", "{}"),
              absl::StrCat("200 {\"name\":\"", row.ships, " RenameShip\"}"))
        << row.what;
    if (row.ports.empty()) {
      EXPECT_TRUE(absl::StartsWith(gateway.Ask("/v1/ports/1"), "404 ")) << row.what;
      continue;
    }
    EXPECT_EQ(gateway.Ask("/v1/ports/1"),
              absl::StrCat("200 {\"name\":\"", row.ports, " GetPort\"}"))
        << row.what;
  }
}

TEST(BackendGatewayTest, ABackendThatIsAwayLeavesTheOthersAlone) {
  GenericBackend ships(Named("a"));
  auto ports = std::make_unique<GenericBackend>(Named("b"));
  const int port = ports->port();
  Gateway gateway({For(kShips, ships.target()), For(kPorts, ports->target())});
  EXPECT_EQ(gateway.Ask("/v1/ports/1"), "200 {\"name\":\"b GetPort\"}");
  for (int life = 0; life < 2; ++life) {
    ports.reset();
    for (int i = 0; i < 5; ++i) {
      EXPECT_EQ(gateway.Ask("/v1/ports/1"), Unavailable());
      EXPECT_EQ(gateway.Ask("/v1/ships/1"), "200 {\"name\":\"a GetShip\"}");
    }
    ports = std::make_unique<GenericBackend>(Named("b"), port);
    const absl::Time until = absl::Now() + absl::Seconds(20);
    std::string response;
    while ((response = gateway.Ask("/v1/ports/1")) == Unavailable() && absl::Now() < until) {
    }
    EXPECT_EQ(response, "200 {\"name\":\"b GetPort\"}");
  }
}

// The lines of `log` that contain `words`.
std::vector<std::string> LinesWith(const std::string& words, const std::string& log) {
  std::vector<std::string> lines;
  for (absl::string_view line : absl::StrSplit(log, '\n')) {
    if (absl::StrContains(line, words)) lines.emplace_back(line);
  }
  return lines;
}

TEST(BackendGatewayTest, AnOutageIsTwoLinesOfTheLog) {
  auto backend = std::make_unique<GenericBackend>(Named("a"));
  const int port = backend->port();
  const std::string target = backend->target();
  backend.reset();
  Gateway gateway({ForAll(target)});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(gateway.Ask("/v1/ships/1"), Unavailable());
  backend = std::make_unique<GenericBackend>(Named("a"), port);
  AwaitTrue("the backend takes calls", [&] { return gateway.Ask("/v1/ships/1") != Unavailable(); });
  EXPECT_EQ(gateway.Ask("/v1/ships/1"), "200 {\"name\":\"a GetShip\"}");
  const std::string log = gateway.Stop();
  const std::vector<std::string> warnings =
      LinesWith(absl::StrCat(" warning backend ", target), log);
  ASSERT_EQ(warnings.size(), 1U) << log;
  EXPECT_TRUE(absl::StrContains(warnings[0], "Connection refused")) << warnings[0];
  EXPECT_EQ(LinesWith(absl::StrCat(" info backend ", target, ": reachable again"), log).size(), 1U)
      << log;
}

TEST(BackendGatewayTest, TheLogHasTheReasonOfAnOutage) {
  GenericBackend plaintext(Named("a"));
  const Authority authority;
  const Identity identity = authority.Issue("DNS:fleet.test");
  grpc::SslServerCredentialsOptions ssl;
  ssl.pem_key_cert_pairs = {{identity.key, identity.certificate}};
  GenericBackend tls(Named("a"), "127.0.0.1:0", grpc::SslServerCredentials(ssl));
  RawBackend http([](uint32_t) { return RawBackend::Response(); });
  http.set_greeting("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
  const struct {
    const char* what;
    std::string target;
    const char* reason;
  } kRows[] = {
      {"a name that is none", "no-such-host.invalid:9190", "no-such-host.invalid"},
      {"a port that speaks HTTP/1.1", http.target(), "Trying to connect an http1.x server"},
      {"TLS to plaintext", "tls+" + plaintext.target(), "Ssl handshake failed"},
      {"a certificate that is not trusted", "tls+" + tls.target(), "certificate verify failed"},
      {"plaintext to TLS", tls.target(), "it may want TLS, or not speak gRPC"},
  };
  for (const auto& row : kRows) {
    Gateway gateway({ForAll(row.target), "--backend_connect_timeout=500ms"});
    EXPECT_TRUE(absl::StartsWith(gateway.Ask("/v1/ships/1"), "503 ")) << row.what;
    const std::string log = gateway.Stop();
    const std::vector<std::string> warnings = LinesWith(" warning backend ", log);
    ASSERT_EQ(warnings.size(), 1U) << row.what << log;
    EXPECT_TRUE(absl::StrContains(warnings[0], row.reason)) << row.what << warnings[0];
  }
}

TEST(BackendGatewayTest, TheDebugLogHasEachAttemptToConnect) {
  std::string target;
  { target = GenericBackend(Named("a")).target(); }
  Gateway gateway({ForAll(target), "--log_level=debug"});
  EXPECT_EQ(gateway.Ask("/v1/ships/1"), Unavailable());
  const std::string log = gateway.Stop();
  const std::vector<std::string> lines = LinesWith("debug gRPC: ", log);
  EXPECT_TRUE(absl::c_any_of(lines, [&](const std::string& line) {
    return absl::StrContains(line, target) && absl::StrContains(line, "Connection refused");
  })) << log;
}

TEST(BackendGatewayTest, TlsForSomeAndPlaintextForOthers) {
  const Authority authority, clients;
  const Identity server = authority.Issue("DNS:fleet.test");
  grpc::SslServerCredentialsOptions ssl;
  ssl.pem_key_cert_pairs = {{server.key, server.certificate}};
  ssl.pem_root_certs = clients.certificate();
  ssl.client_certificate_request = GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY;
  const auto authorization = [](const Call& call) {
    const std::string value = call.metadata.find("authorization")->second;
    return Response{{ShipOf(absl::StrCat(value, " at ", call.authority))}, {}, {}, {}, false};
  };
  GenericBackend secret(authorization, "127.0.0.1:0", grpc::SslServerCredentials(ssl));
  GenericBackend open(authorization);
  const Identity identity = clients.Issue("DNS:gateway.test");
  const std::string ca =
      absl::StrCat("--backend_ca_file=", Write("ca.pem", authority.certificate()));
  const std::string certificate =
      absl::StrCat("--backend_certificate_file=", Write("own.pem", identity.certificate));
  const std::string key = absl::StrCat("--backend_key_file=", Write("key.pem", identity.key));
  const std::string name = "--backend_server_name=fleet.test";
  const std::string secret_response = "200 {\"name\":\"Bearer x at fleet.test\"}";
  const std::string open_response =
      absl::StrCat("200 {\"name\":\"Bearer x at ", open.target(), "\"}");
  {
    Gateway gateway(
        {For(kShips, "tls+" + secret.target()), ForAll(open.target()), ca, certificate, key, name});
    EXPECT_EQ(gateway.Ask("/v1/ships/1"), secret_response);
    EXPECT_EQ(gateway.Ask("/v1/ports/1"), open_response);
  }
  {
    Gateway gateway({ForAll(secret.target()), For(kPorts, "plaintext+" + open.target()),
                     "--backend_tls", ca, certificate, key, name});
    EXPECT_EQ(gateway.Ask("/v1/ships/1"), secret_response);
    EXPECT_EQ(gateway.Ask("/v1/ports/1"), open_response);
  }
  {
    Gateway gateway({ForAll(secret.target()), "--backend_tls", ca, name});
    EXPECT_EQ(gateway.Ask("/v1/ships/1"), Unavailable());
  }
  {
    Gateway gateway({ForAll(secret.target()), "--backend_tls", certificate, key, name});
    EXPECT_EQ(gateway.Ask("/v1/ships/1"), Unavailable(": its certificate is not trusted"));
  }
  {
    Gateway gateway({ForAll(secret.target()), "--backend_tls", ca, certificate, key});
    EXPECT_EQ(gateway.Ask("/v1/ships/1"), Unavailable(": its certificate is for another name"));
  }
}

TEST(BackendGatewayTest, RetriesByAFile) {
  std::atomic<int> failures{0};
  GenericBackend backend([&](const Call& call) {
    if (failures-- > 0) {
      return Response{{}, {grpc::StatusCode::UNAVAILABLE, "not yet"}, {}, {}, false};
    }
    return Named("a")(call);
  });
  const std::string config = Write("retry.json", R"({
    "methodConfig": [{
      "name": [{"service": "trestle.test.fleet.Ships"}],
      "retryPolicy": {
        "maxAttempts": 3, "initialBackoff": "0.01s", "maxBackoff": "0.1s", "backoffMultiplier": 2,
        "retryableStatusCodes": ["UNAVAILABLE"]
      }
    }]
  })");
  Gateway gateway({ForAll(backend.target()), absl::StrCat("--grpc_service_config=", config)});
  failures = 2;
  EXPECT_EQ(gateway.Ask("/v1/ships/1"), "200 {\"name\":\"a GetShip\"}");
  failures = 1;
  EXPECT_TRUE(absl::StartsWith(gateway.Ask("/v1/ports/1"), "503 ")) << "not in the file";
}

TEST(BackendGatewayTest, MessagesBeyondTheLimits) {
  GenericBackend backend([](const Call& call) {
    test::fleet::Ship ship;
    ship.ParseFromString(call.request);
    const size_t size = ship.name() == "ships/1" ? 1100 : 100;
    return Response{{ShipOf(std::string(size, 'x'))}, grpc::Status::OK, {}, {}, false};
  });
  Gateway gateway(
      {ForAll(backend.target()), "--backend_max_sent_message=1KiB", "--max_response_body=1KiB"});
  EXPECT_TRUE(absl::StartsWith(gateway.Ask("/v1/ships/2"), "200 "));
  EXPECT_EQ(gateway.Ask("/v1/ships/1"),
            "502 {\"error\":{\"code\":502,\"message\":\"the backend's response is too large: 1103 "
            "bytes, and at most 1024 are allowed (--max_response_body)\","
            "\"status\":\"INTERNAL\",\"details\":[]}}");
  const std::string large =
      gateway.Ask("/v1/ships", absl::StrCat("{\"name\":\"", std::string(1100, 'x'), "\"}"));
  EXPECT_TRUE(absl::StartsWith(large, "413 ")) << large;
  EXPECT_TRUE(absl::StrContains(large, "the request is too large for the backend")) << large;
}

TEST(BackendGatewayTest, MetadataBeyondTheLimit) {
  GenericBackend backend([](const Call& call) {
    test::fleet::Ship ship;
    ship.ParseFromString(call.request);
    if (ship.name() != "ships/1") {
      return Response{{}, {grpc::StatusCode::NOT_FOUND, std::string(9000, 'x')}, {}, {}, false};
    }
    return Response{
        {ShipOf("a")}, grpc::Status::OK, {{"x-first", std::string(9000, 'x')}}, {}, false};
  });
  Gateway usual({ForAll(backend.target())});
  EXPECT_TRUE(absl::StartsWith(usual.Ask("/v1/ships/1"), "200 "));
  EXPECT_TRUE(absl::StartsWith(usual.Ask("/v1/ships/2"), "404 "));
  Gateway narrow({ForAll(backend.target()), "--backend_max_metadata=8KiB"});
  const std::string at_most = "bytes, and at most 8192 are allowed (--backend_max_metadata)";
  for (const char* path : {"/v1/ships/1", "/v1/ships/2"}) {
    const std::string response = narrow.Ask(path);
    EXPECT_TRUE(absl::StartsWith(response, "502 ")) << response;
    EXPECT_TRUE(absl::StrContains(response, at_most)) << response;
  }
}

TEST(BackendGatewayTest, AMethodThatTheBackendDoesNotHave) {
  GenericBackend backend([](const Call&) {
    return Response{{}, {grpc::StatusCode::UNIMPLEMENTED, ""}, {}, {}, false};
  });
  Gateway gateway({ForAll(backend.target())});
  EXPECT_EQ(gateway.Ask("/v1/ships/1"),
            "501 {\"error\":{\"code\":501,\"message\":\"the backend does not implement "
            "/trestle.test.fleet.Ships/GetShip\",\"status\":\"UNIMPLEMENTED\",\"details\":[]}}");
}

// ---- at the start

TEST(BackendGatewayTest, WhatIsWrongIsOneLineAndExitCode2) {
  const Authority authority;
  const Identity identity = authority.Issue("DNS:gateway.test");
  const std::string certificate = Write("start.pem", identity.certificate);
  const std::string other_key = Write("start_key.pem", authority.Issue("DNS:x.test").key);
  const std::string not_json = Write("not.json", "{\n  \"methodConfig\": [,]\n}\n");
  const std::string refused = Write("refused.json", "{\"methodConfig\": 3}");
  const struct {
    std::vector<std::string> flags;
    std::string line;
  } kRows[] = {
      {{For(kShips, "x")},
       absl::StrCat("service \"", kPorts, "\" has no backend: --backend=", kPorts,
                    "=TARGET names one, --backend=TARGET one for all")},
      {{For("a.B", "x"), ForAll("y")}, "--backend: service \"a.B\" is not served"},
      {{For("trestle.test.fleet", "x"), ForAll("y")},
       "--backend: service \"trestle.test.fleet\" is not served"},
      {{For(kShips, "x"), ForAll("y"), absl::StrCat("--service=", kPorts)},
       absl::StrCat("--backend: service \"", kShips, "\" is not served")},
      {{For(kShips, "x"), For(kShips, "y"), ForAll("z")},
       absl::StrCat("--backend: service \"", kShips, "\" has two backends, \"x\" and \"y\"")},
      {{ForAll("ipv4:fleet.test:1")},
       "backend \"ipv4:fleet.test:1\": \"fleet.test\" is not an IPv4 address: write "
       "dns:///name:port for a name"},
      {{ForAll("http://127.0.0.1:9190")},
       "backend \"http://127.0.0.1:9190\": a gRPC target is not a URL: write 127.0.0.1:9190"},
      {{ForAll("9190")},
       "backend \"9190\": a number is not a host: write localhost:9190 for a port of this machine"},
      {{For(kShips, ":9190"), ForAll("x")},
       "backend \":9190\": there is no host: write localhost:9190 for a backend on this machine"},
      {{ForAll("tls+127.0.0.1:99999")},
       "backend \"127.0.0.1:99999\": \"99999\" is not a port: write a number from 1 to 65535"},
      {{ForAll("x"), "--grpc_service_config=/no/such.json"},
       "gRPC service config \"/no/such.json\": No such file or directory"},
      {{ForAll("x"), absl::StrCat("--grpc_service_config=", testing::TempDir())},
       absl::StrCat("gRPC service config \"", testing::TempDir(), "\": Is a directory")},
      {{ForAll("x"), absl::StrCat("--grpc_service_config=", not_json)},
       absl::StrCat("gRPC service config \"", not_json, "\": invalid JSON at line 2, column 20")},
      {{ForAll("x"), absl::StrCat("--grpc_service_config=", refused)},
       absl::StrCat("gRPC service config \"", refused,
                    "\": gRPC rejects it: [field:methodConfig error:is not an array]")},
      {{ForAll("tls+x"), "--backend_ca_file=/no/such.pem"},
       "CA file \"/no/such.pem\": No such file or directory"},
      {{ForAll("tls+x"), absl::StrCat("--backend_ca_file=", other_key)},
       absl::StrCat("CA file \"", other_key, "\": no PEM certificate found")},
      {{ForAll("tls+x"), absl::StrCat("--backend_certificate_file=", certificate),
        absl::StrCat("--backend_key_file=", other_key)},
       absl::StrCat("key file \"", other_key, "\": it is not the key of the certificate")},
  };
  for (const auto& row : kRows) {
    std::vector<std::string> command = {GatewayProgram(), "--listen=127.0.0.1:0", SetFlag()};
    command.insert(command.end(), row.flags.begin(), row.flags.end());
    Process process(command);
    EXPECT_EQ(process.ReadAllErrors(), absl::StrCat("trestle: ", row.line, "\n"));
    EXPECT_EQ(process.Wait(), 2) << row.line;
  }
}

}  // namespace
}  // namespace trestle
