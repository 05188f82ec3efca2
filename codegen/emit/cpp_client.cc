#include "trestle/codegen/emit/cpp_client.h"

#include <set>
#include <string>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/descriptor.pb.h"
#include "trestle/codegen/comment.h"
#include "trestle/codegen/emit/cpp_client_functions.h"
#include "trestle/codegen/emit/cpp_client_names.h"
#include "trestle/codegen/emit/cpp_file.h"
#include "trestle/codegen/names.h"
#include "trestle/codegen/writer.h"

namespace trestle {
namespace codegen {
namespace {

using google::protobuf::MethodDescriptor;
using google::protobuf::MethodOptions;

// Generates one client; the text is appended to `w`.
class ClientEmitter {
 public:
  ClientEmitter(const CppFile& file, const ClientService& client, Writer& w)
      : file_(file),
        client_(client),

        trestle_(file.Root("trestle")),
        w_(w),
        functions_(ClientFunctions(client, file)) {}

  void EmitInterface() {
    w_.Emit({{"doc", LineComment(InterfaceDoc())},
             {"interface", client_.interface},
             {"functions", [this] { EmitFunctions(); }},
             {"virtuals", [this] { EmitVirtuals(); }}},
            R"(
$doc$
class $interface$ {
 public:
  virtual ~$interface$() = default;

  $functions$
 private:
  $virtuals$
};
)");
    w_.Emit({}, "");
    EmitFactories();
  }

  void EmitImplementation() {
    w_.Emit({{"implementation", client_.implementation},
             {"interface", client_.interface},
             {"trestle", trestle_},
             {"indices", Indices()},
             {"table", [this] { EmitTable(); }},
             {"overrides", [this] { EmitOverrides(); }}},
            R"(
namespace {

class $implementation$ final : public $interface$ {
 public:
  $implementation$(
      std::shared_ptr<$trestle$::Transport> transport, $trestle$::ClientOptions options)
      : channel_(std::move(transport), std::move(options), Methods()) {}

 private:
  $indices$

  static std::vector<$trestle$::ClientMethod> Methods() {
    $table$
  }

  $overrides$
  $trestle$::RestChannel channel_;
};

}  // namespace
)");
    w_.Emit({}, "");
    EmitFactoryDefinitions();
  }

 private:
  std::string InterfaceDoc() const {
    const std::string& doc = client_.service->doc;
    const std::string what =
        absl::StrCat("A REST client for ", client_.service->desc->full_name(), ". Thread-safe.");
    return doc.empty() ? what : absl::StrCat(doc, "\n\n", what);
  }

  void EmitFunctions() {
    for (const ClientFunction& function : functions_) EmitFunction(function);
    for (const ClientRpc& rpc : client_.rpcs) {
      if (rpc.kind == ClientRpcKind::kOmitted) EmitOmitted(*rpc.method);
    }
  }

  void EmitFunction(const ClientFunction& function) {
    w_.Emit({{"doc", function.doc},
             {"result", function.result},
             {"name", function.name},
             {"parameter", function.parameter},
             {"trestle", trestle_},
             {"virtual", function.virtual_name},
             {"argument", function.argument}},
            R"(
$doc$
$result$ $name$(
    $parameter$, const $trestle$::CallOptions& options = {}) {
  return $virtual$($argument$, options);
}
)");
    w_.Emit({}, "");
  }

  void EmitOmitted(const Method& method) {
    const bool is_unbound = method.rules.empty();
    w_.Emit({{"rpc", method.desc->name()},
             {"why", is_unbound ? "it has no HTTP rule" : "client streaming is not supported"}},
            "// $rpc$ is omitted: $why$.");
    w_.Emit({}, "");
  }

  void EmitVirtuals() {
    for (const ClientFunction& function : functions_) {
      w_.Emit({{"result", function.result},
               {"name", function.virtual_name},
               {"parameter", function.parameter},
               {"trestle", trestle_}},
              R"(
virtual $result$ $name$(
    $parameter$, const $trestle$::CallOptions& options) = 0;
)");
    }
  }

  void EmitFactories() {
    w_.Emit({{"interface", client_.interface}, {"factory", client_.factory}, {"trestle", trestle_}},
            R"(
// Returns a client for the server at options.base_url.
std::unique_ptr<$interface$> $factory$(
    $trestle$::ClientOptions options);

// Returns a client that uses `transport`, for tests and for a server in the same process.
std::unique_ptr<$interface$> $factory$(
    std::shared_ptr<$trestle$::Transport> transport, $trestle$::ClientOptions options = {});
)");
    w_.Emit({}, "");
  }

  void EmitFactoryDefinitions() {
    w_.Emit({{"interface", client_.interface},
             {"implementation", client_.implementation},
             {"factory", client_.factory},
             {"trestle", trestle_}},
            R"(
std::unique_ptr<$interface$> $factory$(
    $trestle$::ClientOptions options) {
  std::shared_ptr<$trestle$::Transport> transport = $trestle$::NewHttpTransport(options);
  return $factory$(std::move(transport), std::move(options));
}

std::unique_ptr<$interface$> $factory$(
    std::shared_ptr<$trestle$::Transport> transport, $trestle$::ClientOptions options) {
  return std::make_unique<$implementation$>(std::move(transport), std::move(options));
}
)");
    w_.Emit({}, "");
  }

  std::string In(const ClientRpc& rpc) const { return file_.Type(*rpc.method->desc->input_type()); }
  std::string Out(const ClientRpc& rpc) const {
    return file_.Type(*rpc.method->desc->output_type());
  }

  // "enum { kGetBook, kListBooks };", the rows of Methods() by name.
  std::string Indices() const {
    std::vector<std::string> names;
    for (const ClientRpc& rpc : client_.rpcs) {
      if (rpc.kind != ClientRpcKind::kOmitted) names.push_back("  " + rpc.index + ",");
    }
    if (names.empty()) return "";
    return absl::StrCat("enum : size_t {  // indices into Methods()\n", absl::StrJoin(names, "\n"),
                        "\n};");
  }

  void EmitTable() {
    if (functions_.empty()) {
      w_.Emit({}, "return {};");
      return;
    }
    w_.Emit({{"trestle", trestle_}, {"rows", [this] { EmitRows(); }}}, R"(
static constexpr $trestle$::RuleRow kRows[] = {
    $rows$
};
return $trestle$::ClientMethods(kRows);
)");
  }

  void EmitRows() {
    for (const ClientRpc& rpc : client_.rpcs) {
      if (rpc.kind == ClientRpcKind::kOmitted) continue;
      for (const Rule& rule : rpc.method->rules) EmitRow(rpc, rule);
    }
  }

  void EmitRow(const ClientRpc& rpc, const Rule& rule) {
    const MethodDescriptor& desc = *rpc.method->desc;
    const bool idempotent =
        desc.options().idempotency_level() != MethodOptions::IDEMPOTENCY_UNKNOWN;
    w_.Emit({{"trestle", trestle_},
             {"open", idempotent ? absl::StrCat(trestle_, "::IdempotentRow(") : ""},
             {"function", desc.server_streaming() ? "ServerStreamingRow" : "UnaryRow"},
             {"in", In(rpc)},
             {"out", Out(rpc)},
             {"rpc", RpcPath(desc)},
             {"rule", RuleText(rule)},
             {"close", idempotent ? ")" : ""}},
            R"(
$open$$trestle$::$function$<$in$, $out$>(
    "$rpc$",
    $rule$)$close$,
)");
  }

  void EmitOverrides() {
    for (const ClientFunction& function : functions_) {
      w_.Emit({{"result", function.result},
               {"name", function.virtual_name},
               {"parameter", function.parameter},
               {"trestle", trestle_},
               {"body", function.body}},
              R"(
$result$ $name$(
    $parameter$, const $trestle$::CallOptions& options) override {
  $body$
}
)");
      w_.Emit({}, "");
    }
  }

  const CppFile& file_;
  const ClientService& client_;
  const std::string trestle_;
  Writer& w_;
  const std::vector<ClientFunction> functions_;
};

std::string HeaderText(const Api& api, const std::vector<ClientService>& clients,
                       const CppFile& file) {
  std::set<std::string> includes = MessageHeaders(api);
  includes.insert({
      "<memory>",
      "<utility>",
      "absl/status/status.h",
      "absl/status/statusor.h",
      "trestle/client/cpp/options.h",
      "trestle/client/cpp/stream.h",
      "trestle/client/cpp/transport.h",
  });
  return file.Header(includes, [&](Writer& w) {
    if (clients.empty()) return;
    file.InNamespace(w, [&] {
      for (const ClientService& client : clients) ClientEmitter(file, client, w).EmitInterface();
    });
  });
}

bool UsesDeprecated(const ClientService& client) {
  return absl::c_any_of(client.rpcs, [](const ClientRpc& rpc) {
    return rpc.kind == ClientRpcKind::kList && rpc.method->list_items->options().deprecated();
  });
}

std::string SourceText(const std::vector<ClientService>& clients, const CppFile& file) {
  const std::set<std::string> includes = {
      "trestle/client/cpp/client_method.h", "trestle/client/cpp/http_transport.h",
      "trestle/client/cpp/pages.h",         "trestle/client/cpp/rest_channel.h",
      "trestle/transcoding/rule_row.h",
  };
  return file.Source({"cstddef", "vector"}, includes, [&](Writer& w) {
    if (clients.empty()) return;
    if (absl::c_any_of(clients, UsesDeprecated)) {
      w.Emit({}, R"(
// For fields that the .proto marks as deprecated.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

)");
    }
    file.InNamespace(w, [&] {
      for (const ClientService& client : clients) {
        ClientEmitter(file, client, w).EmitImplementation();
      }
    });
  });
}

}  // namespace

std::vector<OutputFile> EmitCppClient(const Api& api) {
  const std::vector<ClientService> clients = ClientServices(api);
  const CppFile file(api, "client", TakenNames(clients));
  return {{file.Path(".h"), HeaderText(api, clients, file)},
          {file.Path(".cc"), SourceText(clients, file)}};
}

}  // namespace codegen
}  // namespace trestle
