// Flags as people type them, and what the command line makes of them.

#include "trestle/server/flags/flag_names.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "trestle/server/flags/flags.h"

namespace trestle {
namespace {

absl::StatusOr<GatewayFlags> Parse(const std::vector<std::string>& words) {
  std::vector<const char*> argv = {"trestle", "--backend=127.0.0.1:9090"};
  for (const std::string& word : words) argv.push_back(word.c_str());
  return ParseFlags(static_cast<int>(argv.size()), argv.data());
}

// What is wrong, or "".
std::string WrongWith(const std::vector<std::string>& words) {
  return std::string(Parse(words).status().message());
}

TEST(FlagNamesTest, DashesAreUnderscores) {
  const std::vector<std::vector<std::string>> kRows = {
      {"--default-timeout=250ms"}, {"--default-timeout", "250ms"}, {"--default_timeout=250ms"}};
  for (const auto& words : kRows) {
    const auto flags = Parse(words);
    ASSERT_TRUE(flags.ok()) << flags.status();
    EXPECT_EQ(flags->server.mapping.timeouts.unary, absl::Milliseconds(250));
  }
  const auto mixed = Parse({"--json-original_names", "--access-log", "--tls-client_auth=none"});
  ASSERT_TRUE(mixed.ok()) << mixed.status();
  EXPECT_TRUE(mixed->server.mapping.write.original_names);
  EXPECT_EQ(mixed->access_log.file, "-");
}

TEST(FlagNamesTest, DashesInValuesStay) {
  const auto flags = Parse({"--service=a-b", "--forward-header=x-tenant", "--service", "c-d"});
  ASSERT_TRUE(flags.ok()) << flags.status();
  EXPECT_EQ(absl::StrJoin(flags->services, " "), "a-b c-d");
  EXPECT_EQ(absl::StrJoin(flags->server.mapping.headers.forward, " "), "x-tenant");
}

TEST(FlagNamesTest, HelpHasAShortName) {
  for (const char* word : {"-h", "--help", "-help"}) {
    const auto flags = Parse({word});
    ASSERT_TRUE(flags.ok()) << word << ": " << flags.status();
    EXPECT_NE(flags->only_print.find("--listen"), std::string::npos) << word;
  }
}

TEST(FlagNamesTest, WhatIsUnknownGetsTheNearestFlag) {
  const struct {
    std::string word;
    std::string message;
  } kRows[] = {
      {"--lisen=:8080", "unknown flag --lisen: did you mean --listen?"},
      {"--lsiten", "unknown flag --lsiten: did you mean --listen?"},
      {"--Listen=:8080", "unknown flag --Listen: did you mean --listen?"},
      {"-listen=:8080", "unknown flag -listen: did you mean --listen?"},
      {"---listen=:8080", "unknown flag ---listen: did you mean --listen?"},
      {"--default-timeuot=1s", "unknown flag --default-timeuot: did you mean --default_timeout?"},
      {"--backends=x", "unknown flag --backends: did you mean --backend?"},
      {"--descriptor-sets=x", "unknown flag --descriptor-sets: did you mean --descriptor_set?"},
      {"--port=8080", "unknown flag --port: did you mean --listen?"},
      {"--timeout=1s", "unknown flag --timeout: did you mean --default_timeout?"},
      {"--upstream=x", "unknown flag --upstream: did you mean --backend?"},
      {"--verbose", "unknown flag --verbose: did you mean --log_level?"},
      {"--no-access-log", "unknown flag --no-access-log: did you mean --access_log=false?"},
      {"--client", "unknown flag --client: did you mean --tls_client_ca or --tls_client_auth?"},
      {"--nope=1", "unknown flag --nope:"},
      {"-v", "unknown flag -v:"},
      {"-", "unknown flag -:"},
      {"--=1", "unknown flag --:"},
      {"--a\x1b[2J\n=1", "unknown flag --a\\u001b[2J\\n:"},
      {"a\n", "unexpected argument \"a\\n\": flags begin with --;"},
      {absl::StrCat("--lisen", std::string(200'000, 'x')),
       absl::StrCat("unknown flag --lisen", std::string(93, 'x'), "...:")},
      {"extra", "unexpected argument \"extra\": flags begin with --;"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(WrongWith({row.word}), absl::StrCat(row.message, " --help lists all flags"));
  }
}

TEST(FlagNamesTest, ValuesThatAreMissingOrGivenTwice) {
  const struct {
    std::vector<std::string> words;
    std::string message;
  } kRows[] = {
      {{"--listen="}, "--listen: the value is missing: --listen=ADDRESS"},
      {{"--listen"}, "--listen: the value is missing: --listen=ADDRESS"},
      {{"--descriptor-set="}, "--descriptor_set: the value is missing: --descriptor_set=FILE"},
      {{"--tls_key", "--access_log"}, "--tls_key: the value is missing: --tls_key=FILE"},
      {{"--default_timeout="},
       "--default_timeout: the value is missing: --default_timeout=DURATION"},
      {{"--threads="}, "--threads: the value is missing: --threads=N"},
      {{"--log_level="},
       "--log_level: the value is missing: --log_level=trace|debug|info|warn|error|off"},
      {{"--backend=", "--descriptor_set=x"},
       "--backend: the value is missing: --backend=[SERVICE=]TARGET"},
      {{"--config=", "--threads=1"}, "--config: the value is missing: --config=FILE"},
      {{"--format=", "--threads=1"}, "--format: the value is missing: --format=text|json"},
      {{"--max_requests=", "7"}, "--max_requests: the value is missing: --max_requests=N"},
      {{"--service=a", "--service="}, "--service: the value is missing: --service=NAME"},
      {{"--threads=1", "--threads=2"}, "--threads: given more than once"},
      {{"--threads=1", "--threads", "1"}, "--threads: given more than once"},
      {{"--access_log", "--access-log=false"}, "--access_log: given more than once"},
      {{"--tls_key=a", "--tls_key=b"}, "--tls_key: given more than once"},
      {{"--profile=envoy", "--profile=default"}, "--profile: given more than once"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(WrongWith(row.words), row.message) << absl::StrJoin(row.words, " ");
  }
}

TEST(FlagNamesTest, NumbersAreDigitsInARange) {
  for (const char* text : {"many", "0", "10001", "-1", "+1", "0x10", "1e3", "1.5", " 1", "1 ",
                           "99999999999999999999"}) {
    EXPECT_EQ(WrongWith({absl::StrCat("--threads=", text)}),
              absl::StrCat("--threads: \"", text, "\" is not a number from 1 to 10000"));
  }
  EXPECT_EQ(Parse({"--threads=010"})->server.work.threads, 10);
  EXPECT_EQ(WrongWith({"--min_body_rate=-1"}),
            "--min_body_rate: \"-1\" is not a number from 0 to 1000000000");
  EXPECT_EQ(Parse({"--min_body_rate=0"})->server.connections.min_body_rate, 0);
}

}  // namespace
}  // namespace trestle
