// The stand-alone gateway as a process: its command line, and its life in front of a
// real gRPC server whose services it has never seen.

#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "google/api/annotations.pb.h"
#include "trestle/tests/testing/await.h"
#include "trestle/tests/testing/gateway_process.h"
#include "trestle/tests/testing/generic_backend.h"
#include "trestle/tests/testing/process.h"
#include "trestle/tests/testing/raw_client.h"

namespace trestle {
namespace {

namespace pb = google::protobuf;
using Response = GenericBackend::Response;
using Call = GenericBackend::Call;

std::string Program() { return GatewayProgram(); }

std::string Write(const std::string& name, const std::string& bytes) {
  std::string path = absl::StrCat(testing::TempDir(), "/", name);
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

// ---- descriptor sets of our own making

void AddWithImports(const pb::FileDescriptor& file, pb::FileDescriptorSet* set) {
  for (int i = 0; i < file.dependency_count(); ++i) AddWithImports(*file.dependency(i), set);
  file.CopyTo(set->add_file());
}

struct MadeRpc {
  std::string name;
  std::string path;
  bool server_streaming = false;
};

// The set of a .proto with the service never.seen.Service of `rpcs`, from and to
// never.seen.Thing{string name = 1}.
std::string MakeSet(const std::string& file_name, const std::vector<MadeRpc>& rpcs) {
  pb::FileDescriptorSet set;
  AddWithImports(
      *pb::DescriptorPool::generated_pool()->FindFileByName("google/api/annotations.proto"), &set);
  pb::FileDescriptorProto& file = *set.add_file();
  file.set_name("never/seen.proto");
  file.set_package("never.seen");
  file.set_syntax("proto3");
  file.add_dependency("google/api/annotations.proto");
  pb::DescriptorProto& thing = *file.add_message_type();
  thing.set_name("Thing");
  pb::FieldDescriptorProto& name = *thing.add_field();
  name.set_name("name");
  name.set_number(1);
  name.set_type(pb::FieldDescriptorProto::TYPE_STRING);
  name.set_label(pb::FieldDescriptorProto::LABEL_OPTIONAL);
  pb::ServiceDescriptorProto& service = *file.add_service();
  service.set_name("Service");
  for (const MadeRpc& made : rpcs) {
    pb::MethodDescriptorProto& rpc = *service.add_method();
    rpc.set_name(made.name);
    rpc.set_input_type(".never.seen.Thing");
    rpc.set_output_type(".never.seen.Thing");
    rpc.set_server_streaming(made.server_streaming);
    rpc.mutable_options()->MutableExtension(google::api::http)->set_get(made.path);
  }
  return Write(file_name, set.SerializeAsString());
}

std::string SmallSet() {
  return MakeSet("small.pb",
                 {{"Get", "/v1/{name=things/*}"}, {"Watch", "/v1/{name=things/*}:watch", true}});
}

// field 1 as a string.
std::string Thing(const std::string& name) {
  return absl::StrCat("\n", std::string(1, static_cast<char>(name.size())), name);
}

Response EchoThing(const Call& call) { return {{call.request}, grpc::Status::OK, {}, {}, false}; }

// A gateway that serves.
class Gateway {
 public:
  explicit Gateway(const std::string& target, std::vector<std::string> flags = {})
      : gateway_(FlagsOf(target, std::move(flags))) {}

  int port() const { return gateway_.port(); }
  Process& process() { return gateway_.process(); }

  // "200 body".
  std::string Get(const std::string& path, const std::string& headers = "") {
    RawClient client(port());
    client.Send(absl::StrCat("GET ", path, " HTTP/1.1\r\nHost: h\r\n", headers, "\r\n"));
    const std::string head = client.ReadHead();
    if (head.empty()) return "no response";
    return absl::StrCat(StatusOf(head), " ", client.ReadBody(head));
  }

 private:
  static std::vector<std::string> FlagsOf(const std::string& target,
                                          std::vector<std::string> flags) {
    if (flags.empty()) flags = {absl::StrCat("--descriptor_set=", SmallSet())};
    flags.push_back(absl::StrCat("--backend=", target));
    return flags;
  }

  GatewayProcess gateway_;
};

// ---- the command line

TEST(FlagsTest, WhatIsWrongIsOneLineAndExitCode2) {
  const std::string small = SmallSet();
  const std::string set = absl::StrCat("--descriptor_set=", small);
  const std::string collides =
      MakeSet("collides.pb", {{"A", "/v1/{name=things/*}"}, {"B", "/v1/things/{name}"}});
  const std::string no_field = MakeSet("no_field.pb", {{"A", "/v1/{nome}"}});
  const std::string bad_path = MakeSet("bad_path.pb", {{"A", "/v1/{name"}});
  const std::string no_rules = MakeSet("no_rules.pb", {});
  const std::string rules =
      Write("rules.yaml", "http: {rules: [{selector: never.seen.Service.Get, get: /v2/x}]}");
  const std::string without_rules = Write("without_rules.yaml", "title: Things\n");
  const std::string of_another =
      Write("of_another.yaml", "http: {rules: [{selector: never.seen.Service.Put, get: /v2/x}]}");
  auto taken_address = [] {
    static GenericBackend taken(EchoThing);
    return taken.target();
  }();
  const struct {
    std::vector<std::string> flags;
    std::string line;
  } kRows[] = {
      {{}, "--backend is required"},
      {{set}, "--backend is required"},
      {{"--backend="}, "--backend: the value is missing: --backend=[SERVICE=]TARGET"},
      {{"--nope"}, "unknown flag --nope: --help lists all flags"},
      {{"--backend=x", set, "--nope=1"}, "unknown flag --nope: --help lists all flags"},
      {{"--backend=x", set, "extra"},
       "unexpected argument \"extra\": flags begin with --; --help lists all flags"},
      {{"--backend"}, "--backend: the value is missing: --backend=[SERVICE=]TARGET"},
      {{"--backend=x"},
       "there are no routes: no RPC of the .proto files in this program has a google.api.http "
       "rule; "
       "annotate them, or name a --descriptor_set or a --service_config that has rules"},
      {{"--backend=x", absl::StrCat("--descriptor_set=", no_rules)},
       absl::StrCat("there are no routes: no RPC of ", no_rules,
                    " has a google.api.http rule; "
                    "annotate them, or name a --service_config that has rules")},
      {{"--backend=x", "--service=a.B"}, "service \"a.B\" is not known"},
      {{"--backend=x", set, "--service=a.B"}, "service \"a.B\" is in none of the descriptor sets"},
      {{"--backend=x", "--descriptor_set=/no/such"},
       "descriptor set \"/no/such\": No such file or directory"},
      {{"--backend=x", set, "--service_config=/no/such.yaml"},
       "service config \"/no/such.yaml\": No such file or directory"},
      {{"--backend=x", set, "--service_config=/tmp"}, "service config \"/tmp\": Is a directory"},
      {{"--backend=x", set, absl::StrCat("--service_config=", rules),
        absl::StrCat("--service_config=", without_rules)},
       absl::StrCat(without_rules,
                    ":1:1: the file has no effect: it has no http.rules, and "
                    "nothing else is read from a google.api.Service")},
      {{"--backend=x", set, absl::StrCat("--service_config=", rules),
        absl::StrCat("--service_config=", of_another)},
       absl::StrCat(of_another, ":1:16: no RPC is named \"never.seen.Service.Put\"")},
      {{"--backend=x", set, "--threads=many"},
       "--threads: \"many\" is not a number from 1 to 10000"},
      {{"--backend=x", set, "--threads=0"}, "--threads: \"0\" is not a number from 1 to 10000"},
      {{"--backend=x", set, "--max_request_body=-1"},
       "--max_request_body: \"-1\" is not a size such as 4194304 or 4MiB"},
      {{"--backend=x", set, "--max_request_body=4MB"},
       "--max_request_body: \"4MB\" is not a size such as 4194304 or 4MiB"},
      {{"--backend=x", set, "--max_request_body=4096GiB"},
       "--max_request_body: \"4096GiB\" is not a size such as 4194304 or 4MiB"},
      {{"--backend=x", set, "--default_timeout=30"},
       "--default_timeout: \"30\" is not a duration such as 30s or 250ms"},
      {{"--backend=x", set, "--max_timeout=-1s"},
       "--max_timeout: \"-1s\" is not a duration such as 30s or 250ms"},
      {{"--backend=x", set, "--log_level=loud"},
       "--log_level: \"loud\" is not one of trace|debug|info|warn|error|off"},
      {{"--backend=x", set, "--listen=8080"},
       "listen address \"8080\": the host is missing: 127.0.0.1:8080 is this machine alone, "
       ":8080 is all of its addresses"},
      {{"--backend=x", set, absl::StrCat("--listen=", taken_address)},
       absl::StrCat("cannot listen on http://", taken_address, ": Address already in use")},
      {{"--backend=x", set, "--listen=unix:/no/such/dir/s"},
       "cannot listen on unix:/no/such/dir/s: No such file or directory"},
  };
  for (const auto& row : kRows) {
    std::vector<std::string> command = {Program()};
    command.insert(command.end(), row.flags.begin(), row.flags.end());
    Process process(command);
    EXPECT_EQ(process.ReadAllErrors(), absl::StrCat("trestle: ", row.line, "\n"));
    EXPECT_EQ(process.Wait(), 2) << row.line;
  }
  // Rules that are wrong: the words are the mapping's own, in one line.
  for (const std::string& file : {collides, no_field, bad_path}) {
    Process process({Program(), "--backend=x", absl::StrCat("--descriptor_set=", file)});
    const std::string errors = process.ReadAllErrors();
    EXPECT_EQ(errors.find('\n'), errors.size() - 1) << errors;
    EXPECT_TRUE(absl::StrContains(errors, "never.seen.Service")) << errors;
    EXPECT_EQ(process.Wait(), 2) << errors;
  }
}

TEST(FlagsTest, HelpAndVersionArePrinted) {
  Process help({Program(), "--help"});
  EXPECT_TRUE(absl::StrContains(help.ReadAllOutput(), "\nUsage: trestle"));
  EXPECT_EQ(help.Wait(), 0);
  Process version({Program(), "--version"});
  EXPECT_TRUE(absl::StartsWith(version.ReadAllOutput(), "trestle "));
  EXPECT_EQ(version.Wait(), 0);
}

// ---- the commands check and routes

// The output, the errors and the exit code of the program with these words.
std::string Ran(std::vector<std::string> words) {
  words.insert(words.begin(), Program());
  Process process(words);
  const std::string output = process.ReadAllOutput(), errors = process.ReadAllErrors();
  return absl::StrCat(output, errors, process.Wait());
}

TEST(CheckTest, O5SaysSoIfNothingIsWrong) {
  const std::string set = absl::StrCat("--descriptor_set=", SmallSet());
  EXPECT_EQ(Ran({"check", "--backend=x", set}), "no problems found\n0");
  EXPECT_EQ(Ran({"--check", "--backend=x", set}), "no problems found\n0");
  EXPECT_EQ(Ran({"--backend=x", set, "--check"}), "no problems found\n0");
  EXPECT_EQ(Ran({"--backend=x", set, "check"}),
            "trestle: unexpected argument \"check\": flags begin with --; --help lists all "
            "flags\n2");
}

TEST(CheckTest, O5OpensNoPort) {
  GenericBackend taken(EchoThing);
  EXPECT_EQ(Ran({"check", "--backend=x", absl::StrCat("--descriptor_set=", SmallSet()),
                 absl::StrCat("--listen=", taken.target())}),
            "no problems found\n0");
}

TEST(CheckTest, O5PrintsEveryProblem) {
  const std::string config = Write("check.toml", "loops = 'all'\nlisen = 'x'\n");
  const std::string rules = Write("check.yaml", "title: Things\n");
  const std::string errors = Ran({"check",
                                  absl::StrCat("--config=", config),
                                  "--threads=many",
                                  "--nope",
                                  "5",
                                  "-x",
                                  "--descriptor_set=/no/set.pb",
                                  "--descriptor_set=/no/other.pb",
                                  absl::StrCat("--service_config=", rules),
                                  "--service_config=/no/rules.yaml",
                                  "--backend=127.0.0.1:1",
                                  "--backend=a.B=dns:///",
                                  "--backend_tls",
                                  "--backend_ca_file=/no/ca.pem",
                                  "--grpc_service_config=/no/grpc.json",
                                  "--listen=8080",
                                  "--listen=https://:0",
                                  "--listen=:x",
                                  "--tls_certificate=/no/c.pem",
                                  "--tls_key=/no/k.pem",
                                  "--proxy_protocol_from=here"});
  const std::vector<std::string> kExpected = {
      absl::StrCat(config,
                   ":2: unknown key \"lisen\": did you mean listen? --help lists all flags"),
      absl::StrCat(config, ":1: --loops: \"all\" is not a number from 0 to 1000"),
      "--threads: \"many\" is not a number from 1 to 10000",
      "unknown flag --nope: --help lists all flags",
      "unknown flag -x: --help lists all flags",
      "listen address \"8080\": the host is missing",
      "listen address \":x\": \"x\" is not a port number from 0 to 65535",
      "--proxy_protocol_from: ",
      "descriptor set \"/no/set.pb\": No such file or directory",
      "descriptor set \"/no/other.pb\": No such file or directory",
      absl::StrCat(rules, ":1:1: the file has no effect"),
      "service config \"/no/rules.yaml\": No such file or directory",
      "CA file \"/no/ca.pem\": No such file or directory",
      "gRPC service config \"/no/grpc.json\": No such file or directory",
      "backend \"dns:///\": there is no host",
      "certificate file \"/no/c.pem\": No such file or directory",
      "key file \"/no/k.pem\": No such file or directory",
  };
  for (const std::string& line : kExpected) {
    EXPECT_TRUE(absl::StrContains(errors, absl::StrCat("trestle: ", line))) << line;
  }
  const auto lines = static_cast<size_t>(std::count(errors.begin(), errors.end(), '\n'));
  EXPECT_EQ(lines, kExpected.size()) << errors;
  EXPECT_TRUE(absl::EndsWith(errors, "\n2"));
}

TEST(CheckTest, O5FindsWhatPreventsStartup) {
  const std::string set = absl::StrCat("--descriptor_set=", SmallSet());
  const std::string clash =
      absl::StrCat("--descriptor_set=", MakeSet("clash.pb", {{"Get", "/health/livez"}}));
  const struct {
    std::vector<std::string> flags;
    std::string begin;  // of the line
  } kRows[] = {
      {{set, "--access_log=/nonexistent/a.log"},
       "--access_log: cannot open \"/nonexistent/a.log\": No such file or directory\n"},
      {{set, "--access_log=/tmp"}, "--access_log: cannot open \"/tmp\": Is a directory\n"},
      {{set, "--otlp_endpoint=c:4317", "--otlp_tls", "--otlp_ca_file=/no/ca.pem"},
       "CA file \"/no/ca.pem\": No such file or directory\n"},
      {{set, "--otlp_endpoint=c/d", "--otlp_protocol=http/json"},
       "collector \"c/d\" is not host:port\n"},
      {{set, "--otlp_endpoint=dns:///"}, "backend \"dns:///\": there is no host"},
      {{set, "--admin=9901"}, "--admin: "},
      {{set, "--admin=https://:9901"}, "--admin: "},
      {{clash, "--health_path=/health"}, "GET /health/livez"},
      {{set, "--health_path=health"}, "--health_path: health path \"health\": "},
  };
  for (const auto& row : kRows) {
    std::vector<std::string> words = {"check", "--backend=x"};
    words.insert(words.end(), row.flags.begin(), row.flags.end());
    const std::string errors = Ran(words);
    EXPECT_TRUE(absl::StartsWith(errors, absl::StrCat("trestle: ", row.begin))) << errors;
    EXPECT_EQ(errors.find('\n'), errors.size() - 2) << errors;
    words[0] = "--log_level=off";
    EXPECT_EQ(Ran(words), errors);
  }
}

TEST(CheckTest, O5ReadsTheEnvironmentOfTraces) {
  const std::string set = absl::StrCat("--descriptor_set=", SmallSet());
  setenv("OTEL_RESOURCE_ATTRIBUTES", "no_value", 1);
  const std::string unused = Ran({"check", "--backend=x", set});
  const std::string errors = Ran({"check", "--backend=x", set, "--otlp_endpoint=c:4317"});
  unsetenv("OTEL_RESOURCE_ATTRIBUTES");
  EXPECT_EQ(unused, "no problems found\n0");
  EXPECT_TRUE(absl::StrContains(errors, "OTEL_RESOURCE_ATTRIBUTES")) << errors;
  EXPECT_TRUE(absl::EndsWith(errors, "\n2")) << errors;
}

TEST(CheckTest, O5CreatesNoFile) {
  const std::string set = absl::StrCat("--descriptor_set=", SmallSet());
  const std::string path = absl::StrCat(testing::TempDir(), "/never_made.log");
  EXPECT_EQ(Ran({"check", "--backend=x", set, absl::StrCat("--access_log=", path)}),
            "no problems found\n0");
  EXPECT_NE(access(path.c_str(), F_OK), 0);
}

TEST(CheckTest, O5PrintsEveryFaultyRoute) {
  std::vector<MadeRpc> rpcs;
  for (int i = 0; i < 30; ++i) {
    rpcs.push_back({absl::StrCat("Get", i), absl::StrCat("/v1/", i, "/{nome}")});
  }
  const std::string errors = Ran(
      {"check", absl::StrCat("--descriptor_set=", MakeSet("nome.pb", rpcs)), "--backend=a.B=x"});
  for (int i = 0; i < 30; ++i) {
    EXPECT_TRUE(absl::StrContains(errors, absl::StrCat("/v1/", i, "/{nome}"))) << errors;
  }
  EXPECT_TRUE(absl::StrContains(errors, "service \"never.seen.Service\" has no backend")) << errors;
  EXPECT_TRUE(absl::StrContains(errors, "--backend: service \"a.B\" is not served")) << errors;
}

TEST(RoutesTest, O5PrintsTheRoutes) {
  const std::string set = absl::StrCat("--descriptor_set=", SmallSet());
  EXPECT_EQ(Ran({"routes", set, "--backend=x:1", "--backend=never.seen.Service=y:1"}),
            "METHOD  PATH                       RPC                       BACKEND  BODY  "
            "RESPONSE_BODY\n"
            "GET     /v1/{name=things/*}        never.seen.Service/Get    y:1      -     -\n"
            "GET     /v1/{name=things/*}:watch  never.seen.Service/Watch  y:1      -     -\n0");
  EXPECT_EQ(Ran({"routes", set, "--format=json", "--service=never.seen.Service"}),
            "[\n{\"method\":\"GET\",\"path\":\"/v1/{name=things/*}\","
            "\"rpc\":\"never.seen.Service/Get\",\"backend\":\"\",\"body\":\"\","
            "\"response_body\":\"\"},\n"
            "{\"method\":\"GET\",\"path\":\"/v1/{name=things/*}:watch\","
            "\"rpc\":\"never.seen.Service/Watch\",\"backend\":\"\",\"body\":\"\","
            "\"response_body\":\"\"}\n]\n0");
  EXPECT_EQ(Ran({"routes", "--descriptor_set=/no"}),
            "trestle: descriptor set \"/no\": No such file or directory\n2");
}

// ---- its life

TEST(TrestleTest, ServesAServiceThatItHasNeverSeen) {
  GenericBackend backend([](const Call& call) {
    if (call.method == "/never.seen.Service/Watch") {
      return Response{{Thing("a"), Thing("b")}, grpc::Status::OK, {}, {}, false};
    }
    return EchoThing(call);
  });
  Gateway gateway(backend.target());
  EXPECT_EQ(gateway.Get("/v1/things/7"), "200 {\"name\":\"things/7\"}");
  EXPECT_EQ(gateway.Get("/v1/things/7:watch"), "200 [{\"name\":\"a\"},{\"name\":\"b\"}]");
  EXPECT_TRUE(absl::StartsWith(gateway.Get("/v1/thongs/7"), "404 {\"error\":{"));
}

TEST(TrestleTest, D2TwoRoutesOfOneShapeByFlag) {
  GenericBackend backend([](const Call& call) {
    return Response{{Thing(call.method.substr(20))}, grpc::Status::OK, {}, {}, false};
  });
  const std::string set = absl::StrCat(
      "--descriptor_set=",
      MakeSet("twice.pb", {{"First", "/v1/{name=things/*}"}, {"Second", "/v1/things/{name}"}}));
  Gateway first(backend.target(), {set, "--duplicate_routes=first_wins"});
  EXPECT_EQ(first.Get("/v1/things/7"), "200 {\"name\":\"First\"}");
  Gateway last(backend.target(), {set, "--duplicate_routes=last_wins"});
  EXPECT_EQ(last.Get("/v1/things/7"), "200 {\"name\":\"Second\"}");
}

TEST(TrestleTest, R43OfManyServiceConfigsTheLastThatSelectsAnRpcWins) {
  GenericBackend backend([](const Call& call) {
    return Response{{Thing(call.method.substr(20))}, grpc::Status::OK, {}, {}, false};
  });
  const std::string first = Write("first.yaml", R"(http:
  rules:
  - {selector: never.seen.Service.A, get: /first/a, additional_bindings: [{get: /first/a2}]}
  - {selector: never.seen.Service.B, get: /first/b}
)");
  const std::string second =
      Write("second.json",
            R"({"http":{"rules":[{"selector":"never.seen.Service.A","get":"/second/a"}]}})");
  const std::string set = absl::StrCat(
      "--descriptor_set=", MakeSet("abc.pb", {{"A", "/v1/a"}, {"B", "/v1/b"}, {"C", "/v1/c"}}));
  Gateway gateway(backend.target(), {set, absl::StrCat("--service_config=", first),
                                     absl::StrCat("--service_config=", second)});
  for (const auto& [path, response] : std::map<std::string, std::string>{
           {"/second/a", "200 {\"name\":\"A\"}"},
           {"/first/b", "200 {\"name\":\"B\"}"},
           {"/v1/c", "200 {\"name\":\"C\"}"},
           {"/first/a", "404"},
           {"/first/a2", "404"},
           {"/v1/a", "404"},
           {"/v1/b", "404"},
       }) {
    EXPECT_TRUE(absl::StartsWith(gateway.Get(path), response)) << path;
  }
}

TEST(TrestleTest, ListensOnManyAddresses) {
  GenericBackend backend(EchoThing);
  // Not in the test's own folder, whose path is longer than a socket's may be.
  const std::string path = absl::StrCat("/tmp/trestle_test_", getpid(), ".sock");
  Gateway gateway(backend.target(), {absl::StrCat("--descriptor_set=", SmallSet()),
                                     absl::StrCat("--listen=unix:", path)});
  EXPECT_TRUE(absl::EndsWith(gateway.process().ReadErrorLine(), "listening on unix:" + path));
  RawClient client(path);
  client.Send("GET /v1/things/7 HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(StatusOf(client.ReadResponse()), "200");
}

TEST(TrestleTest, ADeadBackendIs503AndServesAgainWhenItIsBack) {
  int port;
  { port = GenericBackend(EchoThing).port(); }
  Gateway gateway(absl::StrCat("127.0.0.1:", port));
  EXPECT_EQ(gateway.Get("/v1/things/7"),
            "503 {\"error\":{\"code\":503,\"message\":\"backend unavailable\","
            "\"status\":\"UNAVAILABLE\",\"details\":[]}}");
  for (int life = 0; life < 2; ++life) {
    GenericBackend backend(EchoThing, port);
    const absl::Time until = absl::Now() + absl::Seconds(20);
    std::string response;
    while (!absl::StartsWith(response = gateway.Get("/v1/things/7"), "200") &&
           absl::Now() < until) {
      EXPECT_TRUE(absl::StartsWith(response, "503")) << response;
    }
    EXPECT_TRUE(absl::StartsWith(response, "200")) << response;
  }
}

TEST(TrestleTest, ABackendThatNeverRespondsIs504AtTheDeadline) {
  GenericBackend backend([](const Call&) {
    Response response;
    response.is_never = true;
    return response;
  });
  Gateway gateway(backend.target(),
                  {absl::StrCat("--descriptor_set=", SmallSet()), "--default_timeout=100ms"});
  const std::string k504 =
      "504 {\"error\":{\"code\":504,\"message\":\"the backend did not respond in time\","
      "\"status\":\"DEADLINE_EXCEEDED\",\"details\":[]}}";
  EXPECT_EQ(gateway.Get("/v1/things/7"), k504);
  EXPECT_EQ(gateway.Get("/v1/things/7", "Grpc-Timeout: 20m\r\n"), k504);
  EXPECT_EQ(gateway.Get("/v1/things/7:watch", "Grpc-Timeout: 20m\r\n"), k504);
}

// H6, all the way: the backend sees its call cancelled.
TEST(TrestleTest, AClientThatLeavesCancelsItsRpc) {
  GenericBackend backend([](const Call&) {
    Response response;
    response.is_never = true;
    return response;
  });
  Gateway gateway(backend.target());
  for (const char* path : {"/v1/things/7", "/v1/things/7:watch"}) {
    const int before = backend.counts().done;
    RawClient client(gateway.port());
    client.Send(absl::StrCat("GET ", path, " HTTP/1.1\r\nHost: h\r\n\r\n"));
    AwaitTrue("the call has begun", [&] { return backend.counts().started > before; });
    client.Close();
    AwaitTrue("the call has ended", [&] { return backend.counts().done > before; });
  }
  EXPECT_EQ(backend.counts().cancelled, 2);
}

TEST(TrestleTest, AHundredRequestsAtOnce) {
  GenericBackend backend(EchoThing);
  Gateway gateway(backend.target());
  std::atomic<int> right{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 100; ++i) {
    clients.emplace_back([&, i] {
      RawClient client(gateway.port());
      for (int j = 0; j < 5; ++j) {
        client.Send(absl::StrCat("GET /v1/things/", i, "-", j, " HTTP/1.1\r\nHost: h\r\n\r\n"));
        const std::string want = absl::StrCat("{\"name\":\"things/", i, "-", j, "\"}");
        if (absl::EndsWith(client.ReadResponse(), want)) ++right;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(right, 500);
}

TEST(TrestleTest, DrainsOnASignalAndExits0) {
  for (int signal : {SIGTERM, SIGINT}) {
    std::atomic<bool> go{false};
    GenericBackend backend([&](const Call& call) {
      AwaitTrue("the test goes on", [&] { return go.load(); });
      return EchoThing(call);
    });
    Gateway gateway(backend.target());
    RawClient client(gateway.port());
    client.Send("GET /v1/things/7 HTTP/1.1\r\nHost: h\r\n\r\n");
    AwaitTrue("the call has begun", [&] { return backend.counts().started > 0; });
    gateway.process().Signal(signal);
    EXPECT_TRUE(absl::EndsWith(gateway.process().ReadErrorLine(), "draining"));
    AwaitTrue("the gateway listens no more",
              [&] { return !RawClient(gateway.port()).connected(); });
    go = true;
    const std::string response = client.ReadResponse();
    EXPECT_EQ(StatusOf(response), "200");
    EXPECT_EQ(HeaderOf(response, "Connection"), "close");
    EXPECT_EQ(gateway.process().Wait(), 0);
  }
}

TEST(TrestleTest, ASecondSignalEndsItAtOnce) {
  GenericBackend backend([](const Call&) {
    Response response;
    response.is_never = true;
    return response;
  });
  Gateway gateway(backend.target());
  RawClient client(gateway.port());
  client.Send("GET /v1/things/7 HTTP/1.1\r\nHost: h\r\n\r\n");
  AwaitTrue("the call has begun", [&] { return backend.counts().started > 0; });
  gateway.process().Signal(SIGTERM);
  EXPECT_TRUE(absl::EndsWith(gateway.process().ReadErrorLine(), "draining"));
  gateway.process().Signal(SIGTERM);
  EXPECT_EQ(gateway.process().Wait(), 128 + SIGTERM);
}

TEST(TrestleTest, O16AfterADelayItDrainsAndUntilThenItServes) {
  GenericBackend backend(EchoThing);
  Gateway gateway(backend.target(),
                  {absl::StrCat("--descriptor_set=", SmallSet()), "--drain_delay=1s"});
  gateway.process().Signal(SIGTERM);
  EXPECT_TRUE(absl::EndsWith(gateway.process().ReadErrorLine(), "draining in 1s"));
  EXPECT_EQ(gateway.Get("/v1/things/7"), "200 {\"name\":\"things/7\"}");
  AwaitTrue("the gateway listens no more", [&] { return !RawClient(gateway.port()).connected(); });
  EXPECT_EQ(gateway.process().Wait(), 0);
}

TEST(TrestleTest, O16ASecondSignalEndsTheDelay) {
  GenericBackend backend(EchoThing);
  Gateway gateway(backend.target(),
                  {absl::StrCat("--descriptor_set=", SmallSet()), "--drain_delay=1h"});
  gateway.process().Signal(SIGTERM);
  EXPECT_TRUE(absl::EndsWith(gateway.process().ReadErrorLine(), "draining in 1h"));
  gateway.process().Signal(SIGTERM);
  EXPECT_EQ(gateway.process().Wait(), 128 + SIGTERM);
}

TEST(TrestleTest, O16ASighupReloadsAndItServesOn) {
  GenericBackend backend(EchoThing);
  Gateway gateway(backend.target());
  for (int i = 0; i < 2; ++i) {
    gateway.process().Signal(SIGHUP);
    EXPECT_TRUE(
        absl::EndsWith(gateway.process().ReadErrorLine(), "SIGHUP: there is nothing to reload"));
    EXPECT_EQ(gateway.Get("/v1/things/7"), "200 {\"name\":\"things/7\"}");
  }
  gateway.process().Signal(SIGTERM);
  EXPECT_TRUE(absl::EndsWith(gateway.process().ReadErrorLine(), "draining"));
  EXPECT_EQ(gateway.process().Wait(), 0);
}

// As nohup starts a program.
TEST(TrestleTest, ASighupThatIsIgnoredAtTheStartStaysIgnored) {
  Process process({"/bin/sh", "-c", "trap '' HUP; exec \"$0\" \"$@\"", Program(),
                   "--listen=127.0.0.1:0", "--backend=127.0.0.1:1",
                   absl::StrCat("--descriptor_set=", SmallSet())});
  EXPECT_TRUE(absl::StrContains(process.ReadErrorLine(), " serving 2 routes of 1 service on "));
  EXPECT_TRUE(absl::StrContains(process.ReadErrorLine(), "listening on"));
  process.Signal(SIGHUP);
  process.Signal(SIGTERM);
  EXPECT_TRUE(absl::EndsWith(process.ReadErrorLine(), "draining"));
  EXPECT_EQ(process.Wait(), 0);
}

TEST(TrestleTest, ServesAThousandRpcs) {
  std::vector<MadeRpc> rpcs;
  for (int i = 0; i < 1000; ++i) {
    rpcs.push_back({absl::StrCat("Get", i), absl::StrCat("/v1/kinds", i, "/{name=things/*}")});
  }
  GenericBackend backend([](const Call& call) {
    return Response{{Thing(call.method.substr(20))}, grpc::Status::OK, {}, {}, false};
  });
  const absl::Time before = absl::Now();
  Gateway gateway(backend.target(),
                  {absl::StrCat("--descriptor_set=", MakeSet("thousand.pb", rpcs))});
  // Measured, not held: a busy machine may take longer.
  RecordProperty("start_ms", static_cast<int>(absl::ToInt64Milliseconds(absl::Now() - before)));
  for (int i : {0, 1, 500, 999}) {
    EXPECT_EQ(gateway.Get(absl::StrCat("/v1/kinds", i, "/things/x")),
              absl::StrCat("200 {\"name\":\"Get", i, "\"}"));
  }
}

}  // namespace
}  // namespace trestle
