// The gateway inside other programs: with the gRPC service in the same process, and mounted
// into an httplib::Server. The real examples, over real sockets.

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "trestle/tests/e2e/raw_http.h"
#include "trestle/tests/testing/logged_process.h"

namespace trestle {
namespace {

// "200 application/json {…}".
std::string Dump(const HttpResponse& http) {
  const std::string* type = FindField(http.headers, "Content-Type");
  return absl::StrCat(http.status, " ", type == nullptr ? "-" : *type, " ", http.body);
}

// One of the examples, until the end of the scope.
class Example {
 public:
  explicit Example(const std::vector<std::string>& command) : process_(command) {
    const std::string line = process_.ReadLine();
    EXPECT_TRUE(absl::StartsWith(line, "listening on http://127.0.0.1:")) << line;
    port_ = std::atoi(line.substr(line.rfind(':') + 1).c_str());
  }

  HttpResponse Ask(const std::string& method, const std::string& target,
                   const std::string& headers = "", const std::string& body = "") const {
    return Exchange(port_, method, target, headers, body);
  }
  int Stop() { return process_.Stop(SIGTERM); }

 private:
  LoggedProcess process_;
  int port_ = 0;
};

struct Row {
  const char* what;
  std::string method;
  std::string target;
  std::string headers;
  std::string response;
};

void Check(const Example& example, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    const HttpResponse response = example.Ask(row.method, row.target, row.headers);
    EXPECT_EQ(Dump(response), row.response) << row.what;
    if (row.target == "/version") continue;  // the program's own
    const auto is_nosniff = [](const HttpField& field) {
      return field.name == "X-Content-Type-Options" && field.value == "nosniff";
    };
    EXPECT_EQ(absl::c_count_if(response.headers, is_nosniff), 1) << row.what;  // E17
  }
}

// A folder with a page, a script, a hidden file, and a link to what lies outside.
std::string MakeFolder() {
  std::string folder = absl::StrCat(testing::TempDir(), "/files_", getpid());
  EXPECT_EQ(std::system(absl::StrCat("mkdir -p ", folder, "/sub/empty").c_str()), 0);
  std::ofstream(folder + "/index.html") << "<p>page";
  std::ofstream(folder + "/sub/app.js") << "run()";
  std::ofstream(folder + "/.secret") << "secret";
  std::ofstream(folder + "/large.bin") << std::string(200000, 'x');
  EXPECT_EQ(symlink("/etc/passwd", (folder + "/passwd").c_str()), 0);
  return folder;
}

std::string NoFile(const std::string& path) {
  return absl::StrCat(R"(404 application/json {"error":{"code":404,"message":"no file )",
                      "for \\\"", path, R"(\"","status":"NOT_FOUND","details":[]}})");
}

TEST(Embedding, AServiceItsApiAndMoreInOneProcess) {
  Example example({"examples/embedded/in_process", "127.0.0.1:0", MakeFolder()});
  const std::string token = "Authorization: Bearer open-sesame\r\n";
  Check(example,
        {
            {"the API", "GET", "/v1/hello/World", token,
             R"(200 application/json {"text":"Hello, World!"})"},
            {"behind a middleware that checks", "GET", "/v1/hello/World", "",
             R"(401 application/json {"error":{"code":401,"message":"the bearer token is missing )"
             R"(or unknown","status":"UNAUTHENTICATED","details":[]}})"},
            {"a route of one's own", "GET", "/healthz", "", "200 text/plain; charset=utf-8 ok\n"},
            {"has HEAD", "HEAD", "/healthz", "", "200 text/plain; charset=utf-8 "},
            {"and no other method", "POST", "/healthz", "",
             R"(405 application/json {"error":{"code":405,"message":"POST is not allowed for )"
             R"(\"/healthz\", only GET, HEAD, OPTIONS","status":"UNIMPLEMENTED","details":[]}})"},
            {"a file", "GET", "/ui/sub/app.js", "", "200 text/javascript; charset=utf-8 run()"},
            {"a folder's page", "GET", "/ui/", "", "200 text/html; charset=utf-8 <p>page"},
            {"by its other name", "GET", "/ui", "", "200 text/html; charset=utf-8 <p>page"},
            {"a file of many pieces", "GET", "/ui/large.bin", "",
             "200 application/octet-stream " + std::string(200000, 'x')},
            {"a folder without a page", "GET", "/ui/sub/empty", "", NoFile("/ui/sub/empty")},
            {"no such file", "GET", "/ui/nope", "", NoFile("/ui/nope")},
            {"nothing above the folder", "GET", "/ui/../BUILD", "", NoFile("/ui/../BUILD")},
            {"in any spelling", "GET", "/ui/%2e%2e%2fBUILD", "", NoFile("/ui/%2e%2e%2fBUILD")},
            {"nothing by a link", "GET", "/ui/passwd", "", NoFile("/ui/passwd")},
            {"nothing hidden", "GET", "/ui/.secret", "", NoFile("/ui/.secret")},
        });
  const HttpResponse first = example.Ask("GET", "/ui/sub/app.js");
  const std::string* etag = FindField(first.headers, "ETag");
  ASSERT_NE(etag, nullptr);
  EXPECT_EQ(
      example.Ask("GET", "/ui/sub/app.js", absl::StrCat("If-None-Match: ", *etag, "\r\n")).status,
      304);
  EXPECT_EQ(example.Ask("GET", "/ui/sub/app.js", "If-None-Match: \"other\"\r\n").status, 200);
  EXPECT_EQ(example.Stop(), 0);
}

// As `bazel run` starts it: the files are symbolic links of Bazel's, out of the folder.
TEST(Embedding, ShowsItsPageFromBazelsRunfiles) {
  ASSERT_TRUE(std::filesystem::is_symlink("examples/embedded/files/index.html"));
  Example example({"examples/embedded/in_process", "127.0.0.1:0"});
  const HttpResponse page = example.Ask("GET", "/ui/");
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(absl::StrContains(page.body, "<title>Hello</title>")) << page.body;
  EXPECT_EQ(*FindField(page.headers, "Content-Length"), absl::StrCat(page.body.size()));
}

TEST(Embedding, MountedIntoAServerThatThereIs) {
  Example example({"examples/embedded/mounted", "0"});
  Check(
      example,
      {
          {"a route of the program's", "GET", "/version", "", "200 text/plain 1\n"},
          {"the API", "GET", "/v1/hello/World", "",
           R"(200 application/json {"text":"Hello, World!"})"},
          {"with escapes as they were sent", "GET", "/v1/hello/a%2Fb%3F", "",
           R"(200 application/json {"text":"Hello, a/b?!"})"},
          {"an error in its shape", "GET", "/v1/hello/World?nope=1", "",
           R"(400 application/json {"error":{"code":400,"message":"query parameter \"nope\" is not known",)"
           R"("status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.BadRequest",)"
           R"("fieldViolations":[{"field":"nope","description":"is not known"}]}]}})"},
          {"no route", "GET", "/nope", "",
           R"(404 application/json {"error":{"code":404,"message":"no route for \"/nope\"",)"
           R"("status":"NOT_FOUND","details":[]}})"},
          {"another method", "PUT", "/v1/hello/World", "",
           R"(405 application/json {"error":{"code":405,"message":"PUT is not allowed for )"
           R"(\"/v1/hello/World\", only GET, HEAD, OPTIONS","status":"UNIMPLEMENTED","details":[]}})"},
      });
  // A body that cannot be read does not matter without a route.
  const std::string parts = "Content-Type: multipart/form-data; boundary=x\r\n";
  EXPECT_EQ(example.Ask("POST", "/v1/hello/World", parts, "--x--").status, 405);
  const std::string large((size_t{4} << 20) + 1, 'x');
  EXPECT_EQ(example.Ask("POST", "/v1/hello/World", "", large).status, 405);
  EXPECT_EQ(example.Stop(), 0);
}

}  // namespace
}  // namespace trestle
