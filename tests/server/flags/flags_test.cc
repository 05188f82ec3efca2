// The command line: each flag of the mapping and what it makes of the options, profiles
// below them, and the words for what is wrong. And the page that documents them.

#include "trestle/server/flags/flags.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "trestle/server/access_log_options.h"
#include "trestle/server/backend_options.h"
#include "trestle/server/concurrency/concurrency.h"
#include "trestle/server/connection_options.h"
#include "trestle/server/process/log.h"
#include "trestle/tests/server/flags/option_list.h"
#include "trestle/transcoding/profile.h"

namespace trestle {
namespace {

absl::StatusOr<GatewayFlags> Parse(const std::vector<std::string>& flags) {
  std::vector<const char*> argv = {"trestle", "--backend=x"};
  for (const std::string& flag : flags) argv.push_back(flag.c_str());
  return ParseFlags(static_cast<int>(argv.size()), argv.data());
}

// The options that are not the usual ones, or what is wrong.
std::string Changed(const std::vector<std::string>& flags) {
  const auto parsed = Parse(flags);
  return parsed.ok() ? ChangedOptions(parsed->server.mapping)
                     : std::string(parsed.status().message());
}

constexpr char kGrpcGateway[] =
    "read.ignore_unknown_fields=true write.always_print_defaults=true write.null_for_unset=true "
    "query.ignore_unknown=true request.method_override=form_posts request.any_type_as_json=true "
    "request.form_posts=true response.error_shape=status response.stream_shape=result_lines "
    "headers.permanent_prefix=grpcgateway- headers.response_prefix=Grpc-Metadata- "
    "headers.trailer_prefix=Grpc-Trailer-";
constexpr char kEnvoy[] =
    "read.ignore_unknown_fields=true request.any_type_as_json=true response.error_shape=status "
    "headers.forward=*";

struct Row {
  std::vector<std::string> flags;
  std::string changed;
};

// One flag at least for each field.
const Row kFieldRows[] = {
    {{"--json_ignore_unknown_fields"}, "read.ignore_unknown_fields=true"},
    {{"--json_case_insensitive_enums"}, "read.case_insensitive_enums=true"},
    {{"--json_take_short_enum_names"}, "read.short_enum_names=true"},
    {{"--json_max_depth=7"}, "read.max_depth=7"},
    {{"--json_original_names"}, "write.original_names=true"},
    {{"--json_always_print_defaults"}, "write.always_print_defaults=true"},
    {{"--json_null_for_unset"}, "write.null_for_unset=true"},
    {{"--json_enums_as_numbers"}, "write.enums_as_numbers=true"},
    {{"--json_print_short_enum_names"}, "write.short_enum_names=true"},
    {{"--json_int64_as_numbers"}, "write.int64_as_numbers=true"},
    {{"--query_ignore_unknown"}, "query.ignore_unknown=true"},
    {{"--query_ignore=utm_*", "--query_ignore=key"}, "query.ignored=utm_*,key"},
    {{"--query_ignore="}, "query.ignored="},
    {{"--method_override=form_posts"}, "request.method_override=form_posts"},
    {{"--method_override=posts"}, "request.method_override=posts"},
    {{"--dot_segments=refuse"}, "request.dot_segments=refuse"},
    {{"--any_type_as_json"}, "request.any_type_as_json=true"},
    {{"--form_posts"}, "request.form_posts=true"},
    {{"--error_shape=status"}, "response.error_shape=status"},
    {{"--stream_shape=lines"}, "response.stream_shape=lines"},
    {{"--stream_shape=result_lines"}, "response.stream_shape=result_lines"},
    {{"--forward_header=x-tenant", "--forward_header=x-acme-*"},
     "headers.forward=x-tenant,x-acme-*"},
    {{"--forward_header=*"}, "headers.forward=*"},
    {{"--permanent_header_prefix=gw-"}, "headers.permanent_prefix=gw-"},
    {{"--response_header_prefix=Gw-"}, "headers.response_prefix=Gw-"},
    {{"--trailer_prefix=Gwt-"}, "headers.trailer_prefix=Gwt-"},
    {{"--trusted_hops=2"}, "headers.trusted_hops=2"},
    {{"--default_timeout=1m30s"}, "timeouts.unary=1m30s"},
    {{"--default_timeout=inf"}, "timeouts.unary=inf"},
    {{"--max_timeout=250ms"}, "timeouts.max=250ms"},
    {{"--stream_body_timeout=inf"}, "timeouts.stream_body=inf"},
    {{"--stream_write_timeout=10s"}, "timeouts.stream_write=10s"},
    {{"--heartbeat=inf"}, "timeouts.heartbeat=inf"},
    {{"--max_request_body=1KiB"}, "limits.request_body=1024"},
    {{"--max_response_body=1GiB"}, "limits.response_body=1073741824"},
    {{"--max_response_json=1GiB"}, "limits.response_json=1073741824"},
    {{"--max_target=2000"}, "limits.target=2000"},
    {{"--max_head=64KiB"}, "limits.head=65536"},
    {{"--max_header_lines=7"}, "limits.head_lines=7"},
    {{"--duplicate_routes=first_wins"}, "duplicate_routes=first_wins"},
    {{"--duplicate_routes=last_wins"}, "duplicate_routes=last_wins"},
};

TEST(MappingFlags, SetTheirFieldAndNoOther) {
  for (const Row& row : kFieldRows) {
    EXPECT_EQ(Changed(row.flags), row.changed) << absl::StrJoin(row.flags, " ");
  }
}

TEST(MappingFlags, ThereIsOneForEveryField) {
  std::string changed;
  for (const Row& row : kFieldRows) absl::StrAppend(&changed, row.changed, " ");
  for (const auto& [field, value] : ListOptions(Options{})) {
    EXPECT_TRUE(absl::StrContains(changed, field + "=")) << field;
  }
}

TEST(MappingFlags, TheirUsualValueIsTheUsualOne) {
  EXPECT_EQ(Changed({}), "");
  EXPECT_EQ(Changed({"--profile=default",         "--json_ignore_unknown_fields=false",
                     "--json_max_depth=100",      "--query_ignore=$*",
                     "--method_override=never",   "--dot_segments=text",
                     "--any_type_as_json=false",  "--form_posts=false",
                     "--error_shape=error",       "--stream_shape=array",
                     "--forward_header=",         "--permanent_header_prefix=",
                     "--response_header_prefix=", "--trailer_prefix=",
                     "--trusted_hops=0",          "--default_timeout=30s",
                     "--max_timeout=inf",         "--stream_body_timeout=5m",
                     "--stream_write_timeout=5m", "--heartbeat=15s",
                     "--max_request_body=4MiB",   "--max_response_body=4194304",
                     "--max_response_json=32MiB", "--max_target=8KiB",
                     "--max_head=32KiB",          "--max_header_lines=100",
                     "--duplicate_routes=refuse"}),
            "");
}

TEST(Profiles, AreWhatTheMappingSaysOfThem) {
  EXPECT_EQ(Changed({"--profile=default"}), "");
  EXPECT_EQ(Changed({"--profile=grpc-gateway"}), kGrpcGateway);
  EXPECT_EQ(Changed({"--profile=envoy"}), kEnvoy);
  for (const char* name : {"default", "grpc-gateway", "envoy"}) {
    const auto options = OptionsOfProfile(name);
    ASSERT_TRUE(options.ok()) << options.status();
    EXPECT_EQ(ChangedOptions(*options), Changed({absl::StrCat("--profile=", name)}));
  }
}

TEST(Profiles, AreBelowTheFlagsWhereverTheyStand) {
  const std::vector<std::string> off = {"--json_ignore_unknown_fields=false",
                                        "--json_always_print_defaults=false",
                                        "--json_null_for_unset=false",
                                        "--query_ignore_unknown=false",
                                        "--method_override=never",
                                        "--any_type_as_json=false",
                                        "--form_posts=false",
                                        "--error_shape=error",
                                        "--stream_shape=array",
                                        "--permanent_header_prefix=",
                                        "--response_header_prefix=",
                                        "--trailer_prefix="};
  for (const char* profile : {"--profile=grpc-gateway", "--profile=default"}) {
    std::vector<std::string> before = off, behind = off;
    before.insert(before.begin(), profile);
    behind.push_back(profile);
    EXPECT_EQ(Changed(before), "");
    EXPECT_EQ(Changed(behind), "");
  }
  const std::vector<Row> kRows = {
      {{"--forward_header=x-a", "--profile=envoy"},
       "read.ignore_unknown_fields=true request.any_type_as_json=true "
       "response.error_shape=status headers.forward=x-a"},
      {{"--profile=envoy", "--forward_header=", "--any_type_as_json=false"},
       "read.ignore_unknown_fields=true response.error_shape=status"},
      {{"--query_ignore_unknown", "--profile=envoy", "--json_ignore_unknown_fields=false"},
       "query.ignore_unknown=true request.any_type_as_json=true response.error_shape=status "
       "headers.forward=*"},
      {{"--profile=envoy", "--error_shape=error"},
       "read.ignore_unknown_fields=true request.any_type_as_json=true headers.forward=*"},
      {{"--error_shape=error", "--profile=envoy"},
       "read.ignore_unknown_fields=true request.any_type_as_json=true headers.forward=*"},
  };
  for (const Row& row : kRows) {
    EXPECT_EQ(Changed(row.flags), row.changed) << absl::StrJoin(row.flags, " ");
  }
}

TEST(MappingFlags, SayWhatIsWrong) {
  const std::vector<Row> kRows = {
      {{"--profile=nginx"},
       "--profile: unknown profile \"nginx\"; the profiles are: default, grpc-gateway, envoy"},
      {{"--profile=Envoy"},
       "--profile: unknown profile \"Envoy\"; the profiles are: default, grpc-gateway, envoy"},
      {{"--profile="}, "--profile: the value is missing: --profile=NAME"},
      {{"--profile=envoy", "--profile=default"}, "--profile: given more than once"},
      {{"--form_posts=maybe"}, "--form_posts: \"maybe\" is not true or false"},
      {{"--form_posts=TRUE"}, "--form_posts: \"TRUE\" is not true or false"},
      {{"--form_posts=1"}, "--form_posts: \"1\" is not true or false"},
      {{"--json_max_depth=0"}, "--json_max_depth: \"0\" is not a number from 1 to 1000"},
      {{"--json_max_depth=deep"}, "--json_max_depth: \"deep\" is not a number from 1 to 1000"},
      {{"--method_override=always"},
       "--method_override: \"always\" is not one of never|form_posts|posts"},
      {{"--dot_segments=remove"}, "--dot_segments: \"remove\" is not one of text|refuse"},
      {{"--error_shape=json"}, "--error_shape: \"json\" is not one of error|status"},
      {{"--stream_shape=ndjson"},
       "--stream_shape: \"ndjson\" is not one of array|lines|result_lines"},
      {{"--duplicate_routes=allow"},
       "--duplicate_routes: \"allow\" is not one of refuse|first_wins|last_wins"},
      {{"--response_header_prefix=a b"},
       "--response_header_prefix: \"a b\" is not a valid prefix of a header name"},
      {{"--trailer_prefix=X:"}, "--trailer_prefix: \"X:\" is not a valid prefix of a header name"},
      {{"--trusted_hops=-1"}, "--trusted_hops: \"-1\" is not a number from 0 to 100"},
      {{"--max_timeout=0s"}, "--max_timeout: \"0s\" is not a duration such as 30s or 250ms"},
      {{"--max_target=8kb"}, "--max_target: \"8kb\" is not a size such as 4194304 or 4MiB"},
      {{"--max_head=0"}, "--max_head: \"0\" is not a size such as 4194304 or 4MiB"},
      {{"--max_head=2GiB"}, "--max_head: \"2GiB\" is not a size such as 4194304 or 4MiB"},
      {{"--max_header_lines=0"}, "--max_header_lines: \"0\" is not a number from 1 to 100000"},
  };
  for (const Row& row : kRows) {
    EXPECT_EQ(Changed(row.flags), row.changed) << absl::StrJoin(row.flags, " ");
  }
}

TEST(GatewayFlagsTest, D11TheBackendHasTheLimitOfResponsesToo) {
  EXPECT_EQ(Parse({"--max_response_body=1KiB"})->backend.options.max_message, 1024);
}

// ---- the options of connections, threads and backends

// Each flag with the value of its field.
std::vector<std::pair<std::string, std::string>> ListGatewayFlags(const GatewayFlags& flags) {
  const ConnectionOptions& connections = flags.server.connections;
  const WorkOptions& work = flags.server.work;
  const BackendOptions& backend = flags.backend.options;
  constexpr const char* kQueries[] = {"none", "names", "all"};
  const auto text = [](absl::Duration duration) { return absl::FormatDuration(duration); };
  return {
      {"--concurrency", work.concurrency == Concurrency::kFibers ? "fibers" : "threads"},
      {"--loops", absl::StrCat(work.loops)},
      {"--threads", absl::StrCat(work.threads)},
      {"--max_requests", absl::StrCat(connections.max_requests)},
      {"--max_buffered", absl::StrCat(flags.server.max_buffered)},
      {"--max_connections", absl::StrCat(connections.max_connections)},
      {"--head_timeout", text(connections.head_timeout)},
      {"--body_timeout", text(connections.body_timeout)},
      {"--write_timeout", text(connections.write_timeout)},
      {"--min_body_rate", absl::StrCat(connections.min_body_rate)},
      {"--idle_timeout", text(connections.idle_timeout)},
      {"--drain_delay",
       connections.drain_delay == absl::ZeroDuration() ? "0s" : text(connections.drain_delay)},
      {"--drain_timeout", text(connections.drain_grace)},
      {"--backend_channels", absl::StrCat(backend.channels)},
      {"--backend_threads", absl::StrCat(backend.completion_threads)},
      {"--backend_connect_timeout", text(backend.connect_timeout)},
      {"--backend_keepalive_time", text(backend.keepalive_time)},
      {"--backend_keepalive_timeout", text(backend.keepalive_timeout)},
      {"--backend_max_metadata", absl::StrCat(backend.max_metadata)},
      {"--backend_max_sent_metadata", absl::StrCat(backend.max_sent_metadata)},
      {"--log_level", flags.log_level},
      {"--log_format", flags.log_format == LogFormat::kText ? "text" : "json"},
      {"--access_log_format",
       flags.access_log.options.format == AccessLogFormat::kJson ? "json" : "text"},
      {"--access_log_query", kQueries[static_cast<int>(flags.access_log.options.query)]},
      {"--access_log_sample", absl::StrCat(flags.access_log.options.sample)},
      {"--metrics_buckets", absl::StrJoin(flags.metrics.duration_buckets, ",")},
  };
}

// The flags whose fields are not as in GatewayFlags{}, or what is wrong.
std::string ChangedFlags(const std::vector<std::string>& words) {
  const auto parsed = Parse(words);
  if (!parsed.ok()) return std::string(parsed.status().message());
  const auto list = ListGatewayFlags(*parsed), usual = ListGatewayFlags(GatewayFlags{});
  std::string changed = ChangedOptions(parsed->server.mapping);
  for (size_t i = 0; i < list.size(); ++i) {
    if (list[i] != usual[i]) absl::StrAppend(&changed, list[i].first, "=", list[i].second);
  }
  return changed;
}

TEST(GatewayFlagsTest, SetTheirFieldAndNoOther) {
  for (const char* flag : {"--concurrency=threads",
                           "--loops=3",
                           "--threads=3",
                           "--max_requests=3",
                           "--max_buffered=3",
                           "--max_connections=3",
                           "--head_timeout=3ms",
                           "--body_timeout=3ms",
                           "--write_timeout=3ms",
                           "--min_body_rate=3",
                           "--idle_timeout=3ms",
                           "--drain_delay=3ms",
                           "--drain_timeout=3ms",
                           "--backend_channels=3",
                           "--backend_threads=3",
                           "--backend_connect_timeout=3ms",
                           "--backend_keepalive_time=3ms",
                           "--backend_keepalive_timeout=3ms",
                           "--backend_max_metadata=3",
                           "--backend_max_sent_metadata=3",
                           "--log_level=off",
                           "--log_format=json",
                           "--metrics_buckets=0.5,1,2.5"}) {
    EXPECT_EQ(ChangedFlags({flag}), flag);
  }
  for (const char* flag :
       {"--access_log_format=json", "--access_log_query=all", "--access_log_sample=0.25"}) {
    EXPECT_EQ(ChangedFlags({flag, "--access_log=false"}), flag);
  }
}

TEST(GatewayFlagsTest, O13TheAccessLogIsAFileOrStdout) {
  const struct {
    std::vector<std::string> words;
    std::string file;
  } kRows[] = {
      {{}, ""},
      {{"--access_log"}, "-"},
      {{"--access_log", "--threads=3"}, "-"},
      {{"--access_log=-"}, "-"},
      {{"--access_log", "-"}, "-"},
      {{"--access_log=/var/log/access.log"}, "/var/log/access.log"},
      {{"--access_log", "access.log"}, "access.log"},
      // As when it was a switch.
      {{"--access_log=true"}, "-"},
      {{"--access_log=false"}, ""},
  };
  for (const auto& row : kRows) {
    const auto flags = Parse(row.words);
    ASSERT_TRUE(flags.ok()) << flags.status();
    EXPECT_EQ(flags->access_log.file, row.file) << absl::StrJoin(row.words, " ");
  }
  EXPECT_EQ(Parse({"--trusted_hops=2"})->access_log.options.trusted_hops, 2);
}

TEST(GatewayFlagsTest, O5CheckIsASwitch) {
  EXPECT_EQ(Parse({"--check"})->command, Command::kCheck);
  EXPECT_EQ(Parse({"--check=true"})->command, Command::kCheck);
  EXPECT_EQ(Parse({"--check=false"})->command, Command::kServe);
  EXPECT_EQ(Parse({})->command, Command::kServe);
}

TEST(GatewayFlagsTest, SayWhatIsWrongWithFlagsThatRunNothing) {
  const std::vector<Row> kRows = {
      {{"--check=maybe"}, "--check: \"maybe\" is not true or false"},
      {{"--check=maybe", "--loops=all"}, "--check: \"maybe\" is not true or false"},
      {{"--check", "--check"}, "--check: given more than once"},
      {{"--version=foo"}, "--version: it takes no value"},
      {{"--version="}, ""},
      {{"--help=foo"}, ""},
      {{"-h=foo"}, ""},
  };
  for (const Row& row : kRows) {
    EXPECT_EQ(ChangedFlags(row.flags), row.changed) << absl::StrJoin(row.flags, " ");
  }
}

TEST(GatewayFlagsTest, O13SayWhatIsWrongWithTheAccessLog) {
  const std::vector<Row> kRows = {
      {{"--access_log_format=xml"}, "--access_log_format: \"xml\" is not one of text|json"},
      {{"--access_log_query=some"}, "--access_log_query: \"some\" is not one of none|names|all"},
      {{"--access_log_sample=2"}, "--access_log_sample: \"2\" is not a number from 0 to 1"},
      {{"--access_log_sample=-1"}, "--access_log_sample: \"-1\" is not a number from 0 to 1"},
      {{"--access_log_sample=nan"}, "--access_log_sample: \"nan\" is not a number from 0 to 1"},
      {{"--access_log_sample=1%"}, "--access_log_sample: \"1%\" is not a number from 0 to 1"},
      {{"--access_log_sample=."}, "--access_log_sample: \".\" is not a number from 0 to 1"},
  };
  for (const Row& row : kRows) {
    EXPECT_EQ(ChangedFlags(row.flags), row.changed) << absl::StrJoin(row.flags, " ");
  }
}

TEST(GatewayFlagsTest, BucketsOfMetricsAreChecked) {
  const std::vector<Row> kRows = {
      {{"--metrics_buckets=1,a"}, "--metrics_buckets: \"a\" is not a number"},
      {{"--metrics_buckets=1,"}, "--metrics_buckets: \"\" is not a number"},
      {{"--metrics_buckets=0,1"}, "--metrics_buckets: buckets are positive, and at most 1e+09"},
      {{"--metrics_buckets=1,nan"},
       "--metrics_buckets: bucket 2 is nan; buckets are finite numbers, each "
       "larger than the one before"},
      {{"--metrics_buckets=2,1"},
       "--metrics_buckets: bucket 2 is 1; buckets are finite numbers, each "
       "larger than the one before"},
  };
  for (const Row& row : kRows) EXPECT_EQ(ChangedFlags(row.flags), row.changed);
}

// Returns the default that a line of --help shows: "10s" of "--head_timeout DURATION=10s", as CLI11
// writes it up to 2.3, and of "--head_timeout DURATION [10s]", as it does since.
absl::optional<std::string> DefaultIn(const std::vector<std::string>& words) {
  if (words.size() < 2 || words[1][0] == '[') return absl::nullopt;
  const size_t equals = words[1].find('=');
  if (equals != std::string::npos) return words[1].substr(equals + 1);
  absl::string_view last = words.size() > 2 ? words[2] : "";
  if (!absl::ConsumePrefix(&last, "[") || !absl::ConsumeSuffix(&last, "]")) return absl::nullopt;
  return std::string(last);
}

// The defaults that --help shows: {"--head_timeout", "10s"}.
std::map<std::string, std::string> DefaultsInHelp() {
  std::map<std::string, std::string> defaults;
  for (absl::string_view line : absl::StrSplit(Parse({"--help"})->only_print, '\n')) {
    if (!absl::StartsWith(line, "  --")) continue;
    const std::vector<std::string> words = absl::StrSplit(line, ' ', absl::SkipEmpty());
    if (const auto value = DefaultIn(words)) defaults[words[0]] = *value;
  }
  return defaults;
}

TEST(HelpText, ItsDefaultsAreTheValuesOfTheFields) {
  const std::map<std::string, std::string> defaults = DefaultsInHelp();
  for (const auto& [flag, value] : defaults) {
    EXPECT_EQ(ChangedFlags({absl::StrCat(flag, "=", value)}), "") << flag;
  }
  for (const auto& [flag, value] : ListGatewayFlags(GatewayFlags{})) {
    EXPECT_EQ(defaults.count(flag), 1) << flag;
  }
  EXPECT_GT(defaults.size(), 35);
}

// ---- docs/options.md

std::string ReadDocument() {
  std::ifstream file("docs/options.md");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The words that begin with "--" and a letter.
std::set<std::string> FlagsIn(const std::string& text) {
  std::set<std::string> flags;
  for (size_t at = 0; (at = text.find("--", at)) != std::string::npos;) {
    const size_t end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_", at + 2);
    const std::string flag = text.substr(at, end - at);
    if (flag.size() > 2) flags.insert(flag);
    at += flag.size();
  }
  return flags;
}

TEST(OptionsPage, NamesEveryFlagAndNoOther) {
  const auto help = Parse({"--help"});
  ASSERT_TRUE(help.ok()) << help.status();
  std::set<std::string> flags = FlagsIn(help->only_print);
  // Those of protoc, in the words about --descriptor_set.
  flags.erase("--include_imports");
  flags.erase("--descriptor_set_out");
  EXPECT_GT(flags.size(), 40);
  std::set<std::string> documented = FlagsIn(ReadDocument());
  documented.erase("--retry");  // of curl, in an example
  EXPECT_EQ(documented, flags);
}

// The default in the row of a flag: | `--head_timeout` | … | `10s` |
std::string DefaultOnThePage(const std::string& flag, const std::string& document) {
  for (absl::string_view line : absl::StrSplit(document, '\n')) {
    if (!absl::StartsWith(line, absl::StrCat("| `", flag, "` |"))) continue;
    const std::vector<std::string> cells = absl::StrSplit(line, " | ");
    return absl::StrReplaceAll(cells.back(), {{"`", ""}, {" |", ""}});
  }
  return "(no row)";
}

TEST(OptionsPage, ShowsTheDefaultsOfHelp) {
  const std::string document = ReadDocument();
  const std::map<std::string, std::string> defaults = DefaultsInHelp();
  for (const auto& [flag, value] : ListGatewayFlags(GatewayFlags{})) {
    EXPECT_EQ(DefaultOnThePage(flag, document), defaults.at(flag)) << flag;
  }
}

// The row of a field: | `read.max_depth` | … | default | grpc-gateway | envoy |
std::vector<std::string> RowOf(const std::string& field, const std::string& document) {
  for (absl::string_view line : absl::StrSplit(document, '\n')) {
    if (!absl::StartsWith(line, absl::StrCat("| `", field, "` |"))) continue;
    return absl::StrSplit(line, " | ");
  }
  return {};
}

// A value as the page shows it.
std::string Shown(const std::string& field, const std::string& value) {
  if (value.empty()) return "none";
  const bool is_size = absl::StartsWith(field, "limits.") && field != "limits.head_lines";
  if (!is_size) return absl::StrCat("`", value, "`");
  const int kib = std::stoi(value) / 1024;
  return kib % 1024 == 0 ? absl::StrCat("`", kib / 1024, "MiB`") : absl::StrCat("`", kib, "KiB`");
}

TEST(OptionsPage, ShowsEveryFieldAndItsValueInEveryProfile) {
  const std::string document = ReadDocument();
  const std::vector<std::string> profiles = {"default", "grpc-gateway", "envoy"};
  const size_t fields = ListOptions(Options{}).size();
  for (size_t i = 0; i < fields; ++i) {
    const std::string field = ListOptions(Options{})[i].first;
    const std::vector<std::string> row = RowOf(field, document);
    ASSERT_EQ(row.size(), 7) << field << " has a row of | field | flag | rule | what | and a value "
                             << "for each profile |";
    for (size_t p = 0; p < profiles.size(); ++p) {
      const std::string value = ListOptions(*OptionsOfProfile(profiles[p]))[i].second;
      std::string cell = row[4 + p];
      if (absl::EndsWith(cell, " |")) cell.resize(cell.size() - 2);
      EXPECT_EQ(cell, Shown(field, value)) << field << " in " << profiles[p];
    }
  }
}

}  // namespace
}  // namespace trestle
