#include "trestle/codegen/emit/cpp_gateway.h"

#include <set>
#include <string>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "trestle/codegen/emit/cpp_file.h"
#include "trestle/codegen/names.h"
#include "trestle/codegen/writer.h"

namespace trestle {
namespace codegen {
namespace {

using google::protobuf::MethodDescriptor;

// "LibraryServiceRoutes".
std::string RoutesFunction(const Service& service) {
  return UnusedName(*service.desc->file(), service.desc->name() + "Routes");
}

absl::flat_hash_set<std::string> TakenNames(const Api& api) {
  absl::flat_hash_set<std::string> names = {"kRows"};
  for (const Service& service : api.services) names.insert(RoutesFunction(service));
  return names;
}

// Returns one of the functions in trestle/transcoding/rule_row.h.
const char* RowFunction(const MethodDescriptor& rpc) {
  if (rpc.client_streaming()) {
    return rpc.server_streaming() ? "BidiStreamingRow" : "ClientStreamingRow";
  }
  return rpc.server_streaming() ? "ServerStreamingRow" : "UnaryRow";
}

bool HasRules(const Service& service) {
  return absl::c_any_of(service.methods,
                        [](const Method& method) { return !method.rules.empty(); });
}

void EmitDeclaration(Writer& w, const CppFile& file, const Service& service) {
  w.Emit({{"rpcs", service.desc->full_name()},
          {"trestle", file.Root("trestle")},
          {"function", RoutesFunction(service)}},
         R"(
// The routes of $rpcs$.
std::vector<$trestle$::ServiceRoute> $function$();
)");
  w.Emit({}, "");
}

void EmitRow(Writer& w, const CppFile& file, const MethodDescriptor& rpc, const Rule& rule) {
  w.Emit({{"trestle", file.Root("trestle")},
          {"function", RowFunction(rpc)},
          {"in", file.Type(*rpc.input_type())},
          {"out", file.Type(*rpc.output_type())},
          {"rpc", RpcPath(rpc)},
          {"rule", RuleText(rule)}},
         R"(
$trestle$::$function$<$in$, $out$>(
    "$rpc$",
    $rule$),
)");
}

void EmitTable(Writer& w, const CppFile& file, const Service& service) {
  const auto rows = [&] {
    for (const Method& method : service.methods) {
      for (const Rule& rule : method.rules) EmitRow(w, file, *method.desc, rule);
    }
  };
  w.Emit({{"trestle", file.Root("trestle")}, {"rows", rows}}, R"(
static constexpr $trestle$::RuleRow kRows[] = {
    $rows$
};
return $trestle$::ServiceRoutes(kRows);
)");
}

void EmitDefinition(Writer& w, const CppFile& file, const Service& service) {
  const auto body = [&] {
    if (HasRules(service)) {
      EmitTable(w, file, service);
    } else {
      w.Emit({}, "return {};");
    }
  };
  w.Emit({{"trestle", file.Root("trestle")}, {"function", RoutesFunction(service)}, {"body", body}},
         R"(
std::vector<$trestle$::ServiceRoute> $function$() {
  $body$
}
)");
  w.Emit({}, "");
}

// "::library::v1::LibraryServiceRoutes".
std::string QualifiedFunction(const Service& service) {
  std::vector<std::string> names = Namespaces(*service.desc->file());
  names.push_back(RoutesFunction(service));
  return absl::StrCat("::", absl::StrJoin(names, "::"));
}

void EmitFileDeclaration(Writer& w, const Api& api) {
  w.Emit({{"path", api.file->name()}, {"function", RoutesName(BasePath(*api.file))}}, R"(
namespace trestle_routes {

// The routes of every service of $path$.
std::vector<trestle::ServiceRoute> $function$();

}  // namespace trestle_routes
)");
  w.Emit({}, "");
}

void EmitFileDefinition(Writer& w, const Api& api) {
  const auto tables = [&] {
    for (const Service& service : api.services) {
      w.Emit({{"function", QualifiedFunction(service)}}, "&$function$,");
    }
  };
  w.Emit({{"function", RoutesName(BasePath(*api.file))}, {"tables", tables}}, R"(
namespace trestle_routes {

std::vector<trestle::ServiceRoute> $function$() {
  return trestle::JoinRoutes({
      $tables$
  });
}

}  // namespace trestle_routes
)");
}

std::string HeaderText(const Api& api, const CppFile& file) {
  return file.Header({"<vector>", "trestle/server/service_route.h"}, [&](Writer& w) {
    const auto declarations = [&] {
      for (const Service& service : api.services) EmitDeclaration(w, file, service);
    };
    if (!api.services.empty()) file.InNamespace(w, declarations);
    EmitFileDeclaration(w, api);
  });
}

std::string SourceText(const Api& api, const CppFile& file) {
  std::set<std::string> includes = MessageHeaders(api);
  includes.insert("trestle/transcoding/rule_row.h");
  return file.Source({}, includes, [&](Writer& w) {
    const auto definitions = [&] {
      for (const Service& service : api.services) EmitDefinition(w, file, service);
    };
    if (!api.services.empty()) file.InNamespace(w, definitions);
    EmitFileDefinition(w, api);
  });
}

}  // namespace

std::vector<OutputFile> EmitCppGateway(const Api& api) {
  const CppFile file(api, "gateway", TakenNames(api));
  return {{file.Path(".h"), HeaderText(api, file)}, {file.Path(".cc"), SourceText(api, file)}};
}

}  // namespace codegen
}  // namespace trestle
