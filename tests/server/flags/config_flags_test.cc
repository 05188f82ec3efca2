// Flags in a configuration file and in the environment: which source counts, and the messages.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "trestle/server/flags/flags.h"

namespace trestle {
namespace {

// A configuration file of `text`.
std::string Write(const std::string& text) {
  std::string path = absl::StrCat(testing::TempDir(), "/gateway.toml");
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

// A variable of the environment, as long as it exists.
class Variable {
 public:
  Variable(std::string name, const std::string& value) : name_(std::move(name)) {
    setenv(name_.c_str(), value.c_str(), 1);
  }
  ~Variable() { unsetenv(name_.c_str()); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const std::string name_;
};

absl::StatusOr<GatewayFlags> Parse(std::vector<std::string> words) {
  words.insert(words.begin(), "trestle");
  std::vector<const char*> argv;
  for (const std::string& word : words) argv.push_back(word.c_str());
  return ParseFlags(static_cast<int>(argv.size()), argv.data());
}

// A few flags of each kind, or what is wrong, with "FILE" for the path of the file.
std::string Dump(const absl::StatusOr<GatewayFlags>& flags, const std::string& path) {
  if (!flags.ok()) return absl::StrReplaceAll(flags.status().message(), {{path, "FILE"}});
  return absl::StrCat("listen=", absl::StrJoin(flags->listen, ","),
                      " ignored=", absl::StrJoin(flags->server.mapping.query.ignored, ","),
                      " threads=", flags->server.work.threads,
                      " log=", !flags->access_log.file.empty(),
                      " timeout=", absl::FormatDuration(flags->server.mapping.timeouts.unary));
}

std::string Of(const std::string& text, std::vector<std::string> words = {"--backend=x"}) {
  const std::string path = Write(text);
  words.push_back(absl::StrCat("--config=", path));
  return Dump(Parse(words), path);
}

constexpr char kUsual[] = "listen=127.0.0.1:8080 ignored=$* threads=64 log=0 timeout=30s";

TEST(ConfigFlagsTest, O18TheFileSetsFlagsOfEachKind) {
  EXPECT_EQ(Of(""), kUsual);
  EXPECT_EQ(Of(R"(
backend = "b:1"
listen = ["127.0.0.1:1", "unix:/x"]
query_ignore = ["a", "b"]
threads = 3
access-log = true
default_timeout = "5s"
)",
               {}),
            "listen=127.0.0.1:1,unix:/x ignored=a,b threads=3 log=1 timeout=5s");
  EXPECT_EQ(Of("query_ignore = []\naccess_log = false\ndefault_timeout = inf\nlisten = ':80'"),
            "listen=:80 ignored= threads=64 log=0 timeout=inf");
}

TEST(ConfigFlagsTest, O18TheCommandLineIsStrongerThanTheFileAndTheFileThanTheEnvironment) {
  const std::string text = "threads = 3\nlisten = [':3', ':4']\nprofile = 'envoy'";
  EXPECT_EQ(Of(text, {"--backend=x", "--threads=7", "--listen=:7"}),
            "listen=:7 ignored=$* threads=7 log=0 timeout=30s");
  const Variable threads("TRESTLE_THREADS", "5"), log("TRESTLE_ACCESS_LOG", "true"),
      listen("TRESTLE_LISTEN", ":5"), empty("TRESTLE_DEFAULT_TIMEOUT", "");
  EXPECT_EQ(Of(text), "listen=:3,:4 ignored=$* threads=3 log=1 timeout=30s");
  EXPECT_EQ(Of(text, {"--backend=x", "--threads", "7", "--access_log=false"}),
            "listen=:3,:4 ignored=$* threads=7 log=0 timeout=30s");
  EXPECT_EQ(Dump(Parse({"--backend=x"}), ""), "listen=:5 ignored=$* threads=5 log=1 timeout=30s");
}

TEST(ConfigFlagsTest, O18TheEnvironmentMayNameTheFile) {
  const std::string path = Write("threads = 3\nbackend = 'x'");
  const Variable config("TRESTLE_CONFIG", path);
  EXPECT_EQ(Parse({})->server.work.threads, 3);
  EXPECT_EQ(Parse({})->config, path);
  EXPECT_EQ(Parse({"--config=/no/such"}).status().message(),
            "configuration file \"/no/such\": No such file or directory");
}

TEST(ConfigFlagsTest, O18OtherVariablesAreIgnored) {
  const Variable port("TRESTLE_PORT", "tcp://10.0.0.1:80"), check("TRESTLE_HELP", "true");
  EXPECT_EQ(Dump(Parse({"--backend=x"}), ""), kUsual);
}

TEST(ConfigFlagsTest, O18MessagesNameTheSource) {
  const struct {
    std::string text;
    std::string message;
  } kRows[] = {
      {"\nlisen = ':1'",
       "FILE:2: unknown key \"lisen\": did you mean listen? --help lists all flags"},
      {"port = 1", "FILE:1: unknown key \"port\": did you mean listen? --help lists all flags"},
      {"qqq = 1", "FILE:1: unknown key \"qqq\": --help lists all flags"},
      {"\"\" = 1", "FILE:1: unknown key \"\": --help lists all flags"},
      {"\"--listen\" = 1",
       "FILE:1: unknown key \"--listen\": did you mean listen? --help lists all flags"},
      {"threads = 3\nmax-requests = 1\nmax_requests = 2",
       "FILE:3: the key max_requests is repeated"},
      {"threads = 'many'", "FILE:1: --threads: \"many\" is not a number from 1 to 10000"},
      {"threads = [3]", "FILE:1: threads takes one value, not an array"},
      {"threads = ''", "FILE:1: --threads: the value is missing: --threads=N"},
      {"reuse_port = 1", "FILE:1: --reuse_port: \"1\" is not true or false"},
      {"listen = []", "FILE:1: --listen: the value is missing: --listen=ADDRESS"},
      {"listen = 8080",
       "FILE:1: listen address \"8080\": the host is missing: 127.0.0.1:8080 is this machine "
       "alone, :8080 is all of its addresses"},
      {"tls_key = 'k'", "FILE:1: --tls_key: it needs --tls_certificate"},
      {"config = 'x'", "FILE:1: config can only be given on the command line"},
      {"help = true", "FILE:1: help can only be given on the command line"},
      {"tls_key = ''\ntls_certificate = 'c'",
       "FILE:1: --tls_key: the value is missing: --tls_key=FILE"},
      {"threads = ", "FILE:1: a value is missing after \"=\""},
  };
  for (const auto& row : kRows) EXPECT_EQ(Of(row.text), row.message) << row.text;
  const Variable threads("TRESTLE_THREADS", "many");
  EXPECT_EQ(Of(""), "TRESTLE_THREADS: --threads: \"many\" is not a number from 1 to 10000");
  EXPECT_EQ(Of("", {"--backend=x", "--threads=few"}),
            "--threads: \"few\" is not a number from 1 to 10000");
}

// Returns all problems, a line each.
std::string AllProblems(const std::vector<std::string>& words) {
  std::vector<const char*> argv = {"trestle"};
  for (const std::string& word : words) argv.push_back(word.c_str());
  return absl::StrJoin(ParseAllFlags(static_cast<int>(argv.size()), argv.data()).problems, "\n");
}

TEST(ConfigFlagsTest, O18NothingIsReportedThatAFileMaySet) {
  EXPECT_EQ(AllProblems({"--config=/no/such"}),
            "configuration file \"/no/such\": No such file or directory");
  const std::string broken = Write("threads = ");
  EXPECT_EQ(AllProblems({"--config=" + broken}),
            absl::StrCat(broken, ":1: a value is missing after \"=\""));
  EXPECT_EQ(AllProblems({"--backend=", "--threads=1"}),
            "--backend: the value is missing: --backend=[SERVICE=]TARGET");
  EXPECT_EQ(AllProblems({"--config=" + Write("backend = ''"), "--backend=b:1"}), "");
  EXPECT_EQ(AllProblems({"--backend=b:1", "--config=a\n"}),
            R"(configuration file "a\n": No such file or directory)");
}

TEST(ConfigFlagsTest, O18ManyUnknownKeysAreCounted) {
  std::string text;
  for (int i = 0; i < 5000; ++i) absl::StrAppend(&text, "lisen", i, " = 1\n");
  const std::string path = Write(text);
  const std::vector<std::string> lines =
      absl::StrSplit(AllProblems({"--backend=b:1", "--config=" + path}), '\n');
  ASSERT_EQ(lines.size(), 21u);
  EXPECT_EQ(lines[19], absl::StrCat(path, ":20: unknown key \"lisen19\": --help lists all flags"));
  EXPECT_EQ(lines[20], absl::StrCat(path, ": and 4980 more unknown keys"));
}

TEST(ConfigFlagsTest, O13FlagsOfTheAccessLogNeedIt) {
  const char* const kNeeded[] = {"--access_log_query=all", "--access_log_sample=0.5",
                                 "--access_log_format=json"};
  for (const std::string flag : kNeeded) {
    EXPECT_EQ(AllProblems({"--backend=b:1", flag}),
              absl::StrCat(flag.substr(0, flag.find('=')), ": it needs --access_log"));
    EXPECT_EQ(AllProblems({"--backend=b:1", flag, "--access_log"}), "");
    EXPECT_EQ(AllProblems({"--backend=b:1", flag, "--access_log=false"}), "");
  }
}

TEST(ConfigFlagsTest, HelpDoesNotReadTheFile) {
  for (const char* word : {"--help", "-h", "--version"}) {
    const auto flags = Parse({word, "--config=/no/such"});
    ASSERT_TRUE(flags.ok()) << flags.status();
    EXPECT_NE(flags->only_print, "");
  }
}

}  // namespace
}  // namespace trestle
