// The flags about backends: what each makes of the options, and the words for what is wrong.

#include "trestle/server/flags/backend_choice.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "trestle/server/flags/flags.h"

namespace trestle {
namespace {

// "service | security | target", or what is wrong.
std::string Parsed(const std::string& text) {
  const absl::StatusOr<BackendChoice> choice = ParseBackendChoice(text);
  if (!choice.ok()) return std::string(choice.status().message());
  const char* const kSecurity[] = {"by flag", "plaintext", "tls"};
  return absl::StrCat(choice->service, " | ", kSecurity[static_cast<int>(choice->security)], " | ",
                      choice->target);
}

TEST(ParseBackendChoiceTest, TakesTheServiceAndTheSecurityFromTheTarget) {
  const struct {
    const char* text;
    const char* parsed;
  } kRows[] = {
      {"localhost:9090", " | by flag | localhost:9090"},
      {"dns:///library.test:9090", " | by flag | dns:///library.test:9090"},
      {"unix:/run/library.sock", " | by flag | unix:/run/library.sock"},
      {"ipv4:1.2.3.4:1,5.6.7.8:2", " | by flag | ipv4:1.2.3.4:1,5.6.7.8:2"},
      {"[::1]:9090", " | by flag | [::1]:9090"},
      {"library.v1.LibraryService=localhost:9090",
       "library.v1.LibraryService | by flag | localhost:9090"},
      {"Library=unix:/run/library.sock", "Library | by flag | unix:/run/library.sock"},
      {"_x.Y_2=a", "_x.Y_2 | by flag | a"},
      {"tls+localhost:9090", " | tls | localhost:9090"},
      {"plaintext+unix:/a", " | plaintext | unix:/a"},
      {"a.B=tls+dns:///b:443", "a.B | tls | dns:///b:443"},
      // A target's own "=" stands behind a ":" or a "/".
      {"unix:/run/a=b.sock", " | by flag | unix:/run/a=b.sock"},
      {"xds:///a?b=c", " | by flag | xds:///a?b=c"},
      {"a.B=unix:/run/a=b.sock", "a.B | by flag | unix:/run/a=b.sock"},
      {"a.B=c.D=e", "a.B | by flag | c.D=e"},
      // "tls" alone is a host.
      {"tls:443", " | by flag | tls:443"},
      {"a-b=c", " | by flag | a-b=c"},
      {"", "\"\" has no target"},
      {"a.B=", "\"a.B=\" has no target"},
      {"tls+", "\"tls+\" has no target"},
      {"a.B=plaintext+", "\"a.B=plaintext+\" has no target"},
      {"=a", "\"\" in \"=a\" is not a service's full name"},
      {".a.B=c", "\".a.B\" in \".a.B=c\" is not a service's full name"},
      {"a..B=c", "\"a..B\" in \"a..B=c\" is not a service's full name"},
      {"a.=c", "\"a.\" in \"a.=c\" is not a service's full name"},
      {"a.2=c", "\"a.2\" in \"a.2=c\" is not a service's full name"},
      {"127.0.0.1=c", "\"127.0.0.1\" in \"127.0.0.1=c\" is not a service's full name"},
  };
  for (const auto& row : kRows) EXPECT_EQ(Parsed(row.text), row.parsed) << row.text;
}

absl::StatusOr<GatewayFlags> Parse(const std::vector<std::string>& flags) {
  std::vector<const char*> argv = {"trestle"};
  for (const std::string& flag : flags) argv.push_back(flag.c_str());
  return ParseFlags(static_cast<int>(argv.size()), argv.data());
}

// Of a command line that is right.
BackendChoices Chosen(std::vector<std::string> flags) {
  flags.emplace_back("--backend=x");
  const absl::StatusOr<GatewayFlags> parsed = Parse(flags);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  return parsed.ok() ? parsed->backend : BackendChoices();
}

TEST(BackendFlagsTest, SetTheirOption) {
  const BackendOptions usual = Chosen({}).options;
  EXPECT_EQ(usual.channels, 2);
  EXPECT_EQ(usual.completion_threads, 0);
  EXPECT_EQ(usual.connect_timeout, absl::Seconds(3));
  // More than the 5 minutes that gRPC servers allow by default.
  EXPECT_EQ(usual.keepalive_time, absl::Seconds(330));
  EXPECT_EQ(usual.keepalive_timeout, absl::Seconds(20));
  EXPECT_FALSE(usual.keepalive_without_calls);
  EXPECT_FALSE(usual.wait_for_ready);
  EXPECT_FALSE(usual.transparent_retries);
  EXPECT_EQ(usual.max_sent_message, std::numeric_limits<size_t>::max());

  const BackendOptions other =
      Chosen({"--backend_channels=4", "--backend_threads=3", "--backend_connect_timeout=250ms",
              "--backend_keepalive_time=5m", "--backend_keepalive_timeout=1s",
              "--backend_keepalive_without_calls", "--backend_wait_for_ready",
              "--backend_transparent_retries", "--backend_max_sent_message=1KiB"})
          .options;
  EXPECT_EQ(other.channels, 4);
  EXPECT_EQ(other.completion_threads, 3);
  EXPECT_EQ(other.connect_timeout, absl::Milliseconds(250));
  EXPECT_EQ(other.keepalive_time, absl::Minutes(5));
  EXPECT_EQ(other.keepalive_timeout, absl::Seconds(1));
  EXPECT_TRUE(other.keepalive_without_calls);
  EXPECT_TRUE(other.wait_for_ready);
  EXPECT_TRUE(other.transparent_retries);
  EXPECT_EQ(other.max_sent_message, 1024);

  const BackendChoices files =
      Chosen({"--backend_tls", "--backend_ca_file=ca", "--backend_certificate_file=certificate",
              "--backend_key_file=key", "--backend_server_name=name",
              "--grpc_service_config=config", "--backend=a.B=y", "--backend=a.C=z"});
  EXPECT_TRUE(files.tls);
  EXPECT_EQ(files.tls_files.ca_file, "ca");
  EXPECT_EQ(files.tls_files.certificate_file, "certificate");
  EXPECT_EQ(files.tls_files.key_file, "key");
  EXPECT_EQ(files.tls_files.server_name, "name");
  EXPECT_EQ(files.service_config, "config");
  ASSERT_EQ(files.backends.size(), 3);
  EXPECT_EQ(files.backends[0].service, "a.B");
  EXPECT_EQ(files.backends[1].target, "z");
  EXPECT_EQ(files.backends[2].service, "");
}

TEST(BackendFlagsTest, ATargetsOwnWordStandsBeforeTheFlag) {
  const struct {
    std::vector<std::string> flags;
    std::string backend;
    bool is_tls;
  } kRows[] = {
      {{}, "x", false},
      {{"--backend_tls"}, "x", true},
      {{}, "tls+x", true},
      {{"--backend_tls"}, "plaintext+x", false},
      {{"--backend_tls=false"}, "tls+x", true},
  };
  for (const auto& row : kRows) {
    std::vector<std::string> flags = row.flags;
    flags.push_back("--backend=" + row.backend);
    const absl::StatusOr<GatewayFlags> parsed = Parse(flags);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(IsTls(parsed->backend.backends[0], parsed->backend), row.is_tls)
        << absl::StrJoin(flags, " ");
  }
}

TEST(BackendFlagsTest, O6EachBackendHasAHealthMode) {
  const BackendChoices choices =
      Chosen({"--backend=a.B=y", "--backend=a.C=z", "--backend_health=serving",
              "--backend_health=a.B=ignore", "--backend_optional=a.C"});
  // "a.B", "a.C" and all other services.
  EXPECT_EQ(HealthModeOf(choices.backends[0], choices), BackendHealthMode::kIgnore);
  EXPECT_EQ(HealthModeOf(choices.backends[1], choices), BackendHealthMode::kServing);
  EXPECT_EQ(HealthModeOf(choices.backends[2], choices), BackendHealthMode::kServing);
  EXPECT_TRUE(IsRequired(choices.backends[0], choices));
  EXPECT_FALSE(IsRequired(choices.backends[1], choices));
  EXPECT_TRUE(IsRequired(choices.backends[2], choices));
  const BackendChoices usual = Chosen({});
  EXPECT_EQ(HealthModeOf(usual.backends[0], usual), BackendHealthMode::kConnected);
}

TEST(BackendFlagsTest, SayWhatIsWrong) {
  const struct {
    std::vector<std::string> flags;
    std::string message;
  } kRows[] = {
      {{}, "--backend is required"},
      {{"--backend="}, "--backend: the value is missing: --backend=[SERVICE=]TARGET"},
      {{"--backend=a.B="}, "--backend: \"a.B=\" has no target"},
      {{"--backend=a..B=x"}, "--backend: \"a..B\" in \"a..B=x\" is not a service's full name"},
      {{"--backend=x", "--backend=y"},
       "--backend: all services have two backends, \"x\" and \"y\""},
      {{"--backend=a.B=x", "--backend=z", "--backend=a.B=y"},
       "--backend: service \"a.B\" has two backends, \"x\" and \"y\""},
      {{"--backend=x", "--backend_ca_file=f"},
       "--backend_ca_file: no backend uses TLS; --backend_tls enables it"},
      {{"--backend=x", "--backend_server_name=n"},
       "--backend_server_name: no backend uses TLS; --backend_tls enables it"},
      {{"--backend=plaintext+x", "--backend_tls", "--backend_certificate_file=f",
        "--backend_key_file=f"},
       "--backend_certificate_file: no backend uses TLS; --backend_tls enables it"},
      {{"--backend=tls+x", "--backend_key_file=f"},
       "--backend_certificate_file and --backend_key_file: each requires the other"},
      {{"--backend=tls+x", "--backend_certificate_file=f"},
       "--backend_certificate_file and --backend_key_file: each requires the other"},
      {{"--backend=x", "--backend_channels=0"},
       "--backend_channels: \"0\" is not a number from 1 to 1000"},
      {{"--backend=x", "--backend_threads=many"},
       "--backend_threads: \"many\" is not a number from 0 to 1000"},
      {{"--backend=x", "--backend_connect_timeout=0s"},
       "--backend_connect_timeout: \"0s\" is not a duration such as 30s or 250ms"},
      {{"--backend=x", "--backend_keepalive_time=5"},
       "--backend_keepalive_time: \"5\" is not a duration such as 30s or 250ms"},
      {{"--backend=x", "--backend_max_sent_message=2GiB"},
       "--backend_max_sent_message: \"2GiB\" is not a size such as 4194304 or 4MiB"},
      {{"--backend=x", "--backend_health=good"},
       "--backend_health: \"good\" is not one of connected|serving|ignore"},
      {{"--backend=x", "--backend_health=a..B=serving"},
       "--backend_health: \"a..B\" in \"a..B=serving\" is not a service's full name"},
      {{"--backend=x", "--backend_health=a.B="},
       "--backend_health: \"\" is not one of connected|serving|ignore"},
      {{"--backend=x", "--backend_health=a.B=serving"},
       "--backend_health: no --backend is for the service \"a.B\""},
      {{"--backend=x", "--backend_optional=a.B"},
       "--backend_optional: no --backend is for the service \"a.B\""},
      {{"--backend=x", "--admin=9901"},
       "--admin: listen address \"9901\": the host is missing: 127.0.0.1:9901 is this machine "
       "alone, :9901 is all of its addresses"},
      {{"--backend=x", "--admin=https://a:1"},
       "--admin: admin address \"https://a:1\": TLS is not supported here"},
      {{"--backend=x", "--health_path=health/"},
       "--health_path: health path \"health/\": it must begin with \"/\", and not end with it"},
      {{"--backend=x", "--backend_tls=maybe"}, "--backend_tls: \"maybe\" is not true or false"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(Parse(row.flags).status().message(), row.message) << absl::StrJoin(row.flags, " ");
  }
}

TEST(BackendFlagsTest, HelpHasThemInOneGroup) {
  const absl::StatusOr<GatewayFlags> help = Parse({"--help"});
  ASSERT_TRUE(help.ok()) << help.status();
  const size_t begin = help->only_print.find("\nBackend:\n");
  ASSERT_NE(begin, std::string::npos) << help->only_print;
  const std::string group =
      help->only_print.substr(begin, help->only_print.find("\n\n", begin) - begin);
  for (const char* flag :
       {"--backend ", "--backend_tls ", "--backend_ca_file ", "--backend_certificate_file ",
        "--backend_key_file ", "--backend_server_name ", "--backend_channels ",
        "--backend_threads ", "--backend_connect_timeout ", "--backend_keepalive_time ",
        "--backend_keepalive_timeout ", "--backend_keepalive_without_calls ",
        "--backend_max_sent_message ", "--backend_wait_for_ready ",
        "--backend_transparent_retries ", "--grpc_service_config "}) {
    EXPECT_TRUE(absl::StrContains(group, flag)) << flag;
  }
}

}  // namespace
}  // namespace trestle
