// GatewayMain with a program's own middleware, handlers and files: the real example, over real
// sockets, with flags of the gateway.

#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "trestle/tests/e2e/raw_http.h"
#include "trestle/tests/testing/gateway_process.h"
#include "trestle/tests/testing/generic_backend.h"
#include "trestle/tests/testing/process.h"

namespace trestle {
namespace {

constexpr char kProgram[] = "examples/embedded/with_flags";
constexpr char kKey[] = "X-Api-Key: open-sesame\r\n";

GenericBackend::Response Greet(const GenericBackend::Call&) {
  return {{"\n\5Hello"}, grpc::Status::OK, {}, {}, false};  // {string text = 1}
}

std::vector<std::string> Command(const std::vector<std::string>& arguments) {
  std::vector<std::string> command = {kProgram};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

// Returns the program's exit code and the rest of its stderr, after "exit ".
std::string Outcome(const std::vector<std::string>& arguments, const std::string& setup = "") {
  Process process(ShellCommand(setup, Command(arguments)));
  const std::string output = process.ReadAllOutput();
  const std::string errors = process.ReadAllErrors();
  return absl::StrCat("exit ", process.Wait(), "\n", output, errors);
}

// The example, which serves with `flags`.
class Configured : public testing::Test {
 protected:
  void Start(std::vector<std::string> flags) {
    flags.push_back("--listen=127.0.0.1:0");
    flags.push_back(absl::StrCat("--backend=", backend_.target()));
    process_.emplace(Command(flags));
    port_ = AwaitPort("listening on ");
  }

  // Returns the port at the end of the next line of the log that has `text`.
  int AwaitPort(const std::string& text) {
    std::string line;
    do {
      line = process_->ReadErrorLine();
    } while (!absl::StrContains(line, text) && !line.empty());
    int port = 0;
    EXPECT_TRUE(absl::SimpleAtoi(line.substr(line.rfind(':') + 1), &port)) << line;
    return port;
  }

  HttpResponse Get(const std::string& path, const std::string& headers = "") const {
    return Exchange(port_, "GET", path, headers, "");
  }

  int Stop() { return process_->Stop(SIGTERM); }

  GenericBackend backend_{Greet};
  absl::optional<Process> process_;
  int port_ = 0;
};

std::string Dump(const HttpResponse& http) { return absl::StrCat(http.status, " ", http.body); }

TEST_F(Configured, ServesWhatTheProgramAddsAndWhatTheFlagsAdd) {
  Start({"--health_path=/health", "--error_shape=status"});
  const struct {
    const char* what;
    const char* path;
    const char* headers;
    std::string response;
  } rows[] = {
      {"an RPC passes the program's middleware", "/v1/hello/World", kKey,
       R"(200 {"text":"Hello"})"},
      {"which may refuse it", "/v1/hello/World", "",
       R"(403 {"error":{"code":403,"message":"X-Api-Key is missing or unknown",)"
       R"("status":"PERMISSION_DENIED","details":[]}})"},
      {"a handler of the program", "/version", "", R"(200 {"version":"1.0"})"},
      {"a page of a flag", "/health/livez", "", "200 ok\n"},
      {"errors of files have the shape that a flag chooses", "/ui/nope", "",
       R"(404 {"code":5,"message":"no file for \"/ui/nope\""})"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(Dump(Get(row.path, row.headers)), row.response) << row.what;
  }
  const HttpResponse page = Get("/ui/");
  EXPECT_TRUE(absl::StrContains(page.body, "<title>Hello</title>")) << Dump(page);
  EXPECT_EQ(Stop(), 0);
}

// The order of the chain: what the middleware of the program refuses has a request id, and is
// observed.
TEST_F(Configured, RunsItsMiddlewareInsideThatOfTheFlags) {
  const std::string log = absl::StrCat(testing::TempDir(), "/configure_access.log");
  Start({absl::StrCat("--access_log=", log)});
  const HttpResponse refused = Get("/v1/hello/World", "X-Request-Id: r1\r\n");
  EXPECT_EQ(refused.status, 403);
  ASSERT_NE(FindField(refused.headers, "X-Request-Id"), nullptr);
  EXPECT_EQ(*FindField(refused.headers, "X-Request-Id"), "r1");
  EXPECT_EQ(Get("/v1/hello/World", absl::StrCat(kKey, "X-Request-Id: r2\r\n")).status, 200);
  EXPECT_EQ(Stop(), 0);
  std::ostringstream lines;
  lines << std::ifstream(log).rdbuf();
  EXPECT_TRUE(absl::StrContains(lines.str(), "request_id=r1")) << lines.str();
  EXPECT_TRUE(absl::StrContains(lines.str(), "owner=ali-baba")) << lines.str();
}

TEST_F(Configured, CountsItsHandlersInTheMetrics) {
  process_.emplace(Command({"--admin=127.0.0.1:0", "--listen=127.0.0.1:0",
                            absl::StrCat("--backend=", backend_.target())}));
  const int admin = AwaitPort("admin pages on ");
  port_ = AwaitPort("listening on ");
  EXPECT_EQ(Get("/version").status, 200);
  const std::string metrics = Exchange(admin, "GET", "/metrics", "", "").body;
  EXPECT_TRUE(absl::StrContains(metrics, R"(http_route="/version")")) << metrics;
  EXPECT_EQ(Stop(), 0);
}

// An invalid configuration ends the program before it listens, and `check` finds it among the rest.
TEST(ConfigureTest, ReportsAnError) {
  const std::string no_folder = "with_flags: cannot serve \"/nope\": No such file or directory\n";
  const std::string backend = "--backend=127.0.0.1:9";
  const std::string setup = "export PAGE_FOLDER=/nope";
  const struct {
    const char* what;
    std::vector<std::string> arguments;
    std::string setup;
    std::string outcome;
  } rows[] = {
      {"an error of configure ends the program",
       {backend, "--listen=127.0.0.1:0"},
       setup,
       absl::StrCat("exit 2\n", no_folder)},
      {"check reports it", {"check", backend}, setup, absl::StrCat("exit 2\n", no_folder)},
      {"check reports it among the others",
       {"check", backend, "--access_log=/nope/log"},
       setup,
       absl::StrCat("exit 2\n", no_folder,
                    "with_flags: --access_log: cannot open \"/nope/log\": No such file or "
                    "directory\n")},
      {"check is fine without a fault", {"check", backend}, "", "exit 0\nno problems found\n"},
      {"a wrong flag is reported first",
       {"--lisen=x"},
       setup,
       "exit 2\nwith_flags: unknown flag --lisen: did you mean --listen? --help lists all flags\n"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(Outcome(row.arguments, row.setup), row.outcome) << row.what;
  }
}

}  // namespace
}  // namespace trestle
