// The admin pages of the gateway program: the flags, its log and the signals.

#include <grpcpp/support/status.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "tests/testing/fleet.pb.h"
#include "trestle/tests/testing/await.h"
#include "trestle/tests/testing/descriptor_file.h"
#include "trestle/tests/testing/gateway_process.h"
#include "trestle/tests/testing/generic_backend.h"
#include "trestle/tests/testing/raw_client.h"

namespace trestle {
namespace {

// Returns "200 body".
std::string Ask(RawClient& client, const std::string& line, const std::string& body = "") {
  client.Send(absl::StrCat(line, " HTTP/1.1\r\nHost: a\r\nContent-Length: ", body.size(),
                           "\r\n\r\n", body));
  const std::string head = client.ReadHead();
  return absl::StrCat(StatusOf(head), " ", client.ReadBody(head));
}

class AdminGatewayTest : public testing::Test {
 protected:
  AdminGatewayTest() { EXPECT_NE(mkdtemp(&folder_[0]), nullptr); }
  ~AdminGatewayTest() override { rmdir(folder_.c_str()); }

  // Returns `flags` and those that every test needs.
  std::vector<std::string> With(std::vector<std::string> flags) const {
    flags.push_back(absl::StrCat("--admin=unix:", Socket()));
    flags.push_back(DescriptorSetFlag(*test::fleet::Ship::descriptor()->file(), "fleet.pb"));
    return flags;
  }
  std::string Socket() const { return absl::StrCat(folder_, "/admin"); }
  std::string AskAdmin(const std::string& line, const std::string& body = "") const {
    RawClient client(Socket());
    return Ask(client, line, body);
  }

  std::string folder_ = "/tmp/admin_gateway_test.XXXXXX";  // the path of a socket must be short
};

// A server without grpc.health.v1.
GenericBackend::Response AnswerTo(const GenericBackend::Call& call) {
  const bool is_health = absl::StartsWith(call.method, "/grpc.health.v1.Health/");
  return {{""},
          is_health ? grpc::Status(grpc::StatusCode::UNIMPLEMENTED, "") : grpc::Status::OK,
          {},
          {},
          false};
}

TEST_F(AdminGatewayTest, TheMetricsCountLossesOfTheAccessLogAndSpans) {
  const GatewayProcess gateway(
      With({"--backend=127.0.0.1:1", "--access_log=/dev/full", "--otlp_endpoint=127.0.0.1:1"}), "");
  const auto scrape_has = [&](absl::string_view line) {
    return absl::StrContains(AskAdmin("GET /metrics"), absl::StrCat("\n", line, "\n"));
  };
  EXPECT_TRUE(scrape_has("trestle_log_lines_lost_total 0"));
  EXPECT_TRUE(scrape_has("trestle_spans_sent_total 0"));
  EXPECT_TRUE(scrape_has("trestle_spans_dropped_total 0"));
  RawClient client(gateway.port());
  Ask(client, "GET /");
  AwaitTrue("a line is lost", [&] { return scrape_has("trestle_log_lines_lost_total 1"); });
}

TEST_F(AdminGatewayTest, O4ShowsTheFlagsWithTheirSources) {
  GatewayProcess gateway(With({"--backend=127.0.0.1:1", "--access_log"}),
                         "export TRESTLE_HEAD_TIMEOUT=7s");
  const std::string table = AskAdmin("GET /config?format=text");
  const std::vector<std::string> kLines = {"NAME VALUE SOURCE",
                                           "listen 127.0.0.1:0 command line",
                                           "backend 127.0.0.1:1 command line",
                                           "access_log true command line",
                                           "head_timeout 7s TRESTLE_HEAD_TIMEOUT",
                                           "body_timeout 30s default",
                                           "reuse_port false default",
                                           "tls_key - default"};
  for (const std::string& expected : kLines) {
    bool is_there = false;
    for (absl::string_view line : absl::StrSplit(absl::StripPrefix(table, "200 "), '\n')) {
      std::string words(line);
      absl::RemoveExtraAsciiWhitespace(&words);
      is_there |= words == expected;
    }
    EXPECT_TRUE(is_there) << expected << "\n" << table;
  }
}

TEST_F(AdminGatewayTest, O4ReadsAndSetsTheLogLevel) {
  GatewayProcess gateway(With({"--backend=127.0.0.1:1"}));
  EXPECT_EQ(AskAdmin("GET /loglevel"), "200 info\n");
  EXPECT_TRUE(absl::StrContains(AskAdmin("PUT /loglevel", "loud"),
                                "the log level \\\"loud\\\" is unknown: expected trace, debug, "
                                "info, warn, error or off"));
  EXPECT_EQ(AskAdmin("PUT /loglevel", "error"), "200 error\n");
  EXPECT_EQ(AskAdmin("GET /loglevel"), "200 error\n");
  gateway.process().Signal(SIGTERM);
  const std::string log = gateway.process().ReadAllErrors();
  EXPECT_TRUE(absl::StrContains(log, "the log level is error")) << log;
  EXPECT_FALSE(absl::StrContains(log, "draining")) << log;  // below that level
  EXPECT_EQ(gateway.process().Wait(), 0);
}

TEST_F(AdminGatewayTest, O4DrainsAsBySigterm) {
  GatewayProcess gateway(With({"--backend=127.0.0.1:1"}));
  EXPECT_EQ(AskAdmin("POST /drain"), "202 draining\n");
  const std::string log = gateway.process().ReadAllErrors();
  EXPECT_TRUE(absl::StrContains(log, " info draining\n")) << log;
  EXPECT_TRUE(absl::StrContains(log, " info stopped\n")) << log;
  EXPECT_EQ(gateway.process().Wait(), 0);
}

TEST_F(AdminGatewayTest, O2O16ReadinessFailsDuringTheDrainDelay) {
  GatewayProcess gateway(With({"--backend=127.0.0.1:1", "--backend_health=ignore",
                               "--drain_delay=1h", "--health_path=/health"}));
  RawClient client(gateway.port());
  EXPECT_EQ(Ask(client, "GET /health/readyz"), "200 ok\n");
  EXPECT_EQ(AskAdmin("POST /drain"), "202 draining\n");
  std::string answer;
  AwaitTrue("readiness fails", [&] {
    answer = AskAdmin("GET /readyz");
    return absl::StartsWith(answer, "503");
  });
  EXPECT_EQ(answer, "503 the server is draining\n");
  RawClient other(gateway.port());
  EXPECT_EQ(Ask(other, "GET /health/readyz"), "503 the server is draining\n");
  // This would end the process at once if it were a second SIGTERM.
  EXPECT_EQ(AskAdmin("POST /drain"), "202 draining\n");
  EXPECT_EQ(AskAdmin("GET /livez"), "200 ok\n");
}

TEST_F(AdminGatewayTest, O6EachBackendHasItsMode) {
  GenericBackend server(AnswerTo);
  GatewayProcess gateway(
      With({"--backend=127.0.0.1:1",
            absl::StrCat("--backend=trestle.test.fleet.Ports=127.0.0.1:", server.port()),
            "--backend_health=trestle.test.fleet.Ports=serving"}));
  AwaitTrue("the first backend is not ready",
            [&] { return absl::StartsWith(AskAdmin("GET /readyz"), "503 "); });
  const std::string verbose = AskAdmin("GET /readyz?verbose");
  EXPECT_TRUE(absl::StrContains(verbose, "[-]backend 127.0.0.1:1: backend 127.0.0.1:1: "))
      << verbose;
  EXPECT_TRUE(absl::StrContains(verbose, "Connection refused")) << verbose;
  EXPECT_TRUE(
      absl::StrContains(verbose, absl::StrCat("[+]backend 127.0.0.1:", server.port(), ": ok\n")))
      << verbose;
  AwaitTrue("the second backend was asked", [&] { return server.counts().done >= 2; });
  RawClient client(gateway.port());
  EXPECT_EQ(Ask(client, "GET /v1/ports/a"), "200 {}");
  EXPECT_TRUE(absl::StrContains(AskAdmin("GET /healthz?service=trestle.test.fleet.Ports"),
                                "UNIMPLEMENTED"));
  gateway.process().Signal(SIGTERM);
  const std::string log = gateway.process().ReadAllErrors();
  // Once, though there are two connections.
  constexpr char kWarning[] = "does not implement grpc.health.v1.Health: it counts as serving";
  const std::vector<std::string> parts = absl::StrSplit(log, kWarning);
  EXPECT_EQ(parts.size(), 2u) << log;
}

TEST_F(AdminGatewayTest, O6ABackendMayBeOptional) {
  GenericBackend server(AnswerTo);
  GatewayProcess gateway(With({absl::StrCat("--backend=127.0.0.1:", server.port()),
                               "--backend=trestle.test.fleet.Ports=127.0.0.1:1",
                               "--backend_optional=trestle.test.fleet.Ports"}));
  std::string verbose;
  AwaitTrue("the optional backend is not ready", [&] {
    verbose = AskAdmin("GET /readyz?verbose");
    return absl::StrContains(verbose, "[~]backend 127.0.0.1:1: ");
  });
  EXPECT_TRUE(absl::StrContains(verbose, "readyz passed")) << verbose;
  EXPECT_EQ(AskAdmin("GET /readyz"), "200 ok\n");
}

TEST_F(AdminGatewayTest, O1WarnsOfAnAddressThatOtherHostsCanReach) {
  std::vector<std::string> flags = With({"--backend=127.0.0.1:1"});
  flags[1] = "--admin=0.0.0.0:0";
  GatewayProcess gateway(flags);
  const std::vector<std::string>& log = gateway.before_listening();
  ASSERT_EQ(log.size(), 2u);
  EXPECT_TRUE(absl::StrContains(log[0], " warn")) << log[0];
  EXPECT_TRUE(absl::StrContains(log[0], "can be reached from other hosts")) << log[0];
  EXPECT_TRUE(absl::StrContains(log[1], "admin pages on http://0.0.0.0:")) << log[1];
}

}  // namespace
}  // namespace trestle
