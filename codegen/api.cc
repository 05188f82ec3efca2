#include "trestle/codegen/api.h"

#include <utility>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "trestle/codegen/comment.h"
#include "trestle/codegen/location.h"
#include "trestle/codegen/names.h"
#include "trestle/transcoding/binding.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/http_rule.h"
#include "trestle/transcoding/service_config.h"

namespace trestle {
namespace codegen {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

bool HasSingular(const Descriptor& message, const std::string& name, FieldDescriptor::Type type) {
  const FieldDescriptor* field = message.FindFieldByName(name);
  return field != nullptr && !field->is_repeated() && field->type() == type;
}

// The only repeated message of `message`, or null.
const FieldDescriptor* OnlyRepeatedMessage(const Descriptor& message) {
  const FieldDescriptor* found = nullptr;
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor* field = message.field(i);
    if (!field->is_repeated() || field->type() != FieldDescriptor::TYPE_MESSAGE) continue;
    if (field->is_map() || found != nullptr) return nullptr;
    found = field;
  }
  return found;
}

bool SendsWholeResponse(const Rule& rule) { return rule.response_body.empty(); }

const FieldDescriptor* ListItems(const MethodDescriptor& rpc, const std::vector<Rule>& rules) {
  if (rpc.client_streaming() || rpc.server_streaming()) return nullptr;
  if (!absl::c_all_of(rules, SendsWholeResponse)) return nullptr;
  const bool paged =
      HasSingular(*rpc.input_type(), "page_token", FieldDescriptor::TYPE_STRING) &&
      HasSingular(*rpc.input_type(), "page_size", FieldDescriptor::TYPE_INT32) &&
      HasSingular(*rpc.output_type(), "next_page_token", FieldDescriptor::TYPE_STRING);
  return paged ? OnlyRepeatedMessage(*rpc.output_type()) : nullptr;
}

class ApiBuilder {
 public:
  ApiBuilder(const FileDescriptor& file, const PluginOptions& options)
      : file_(file), options_(options), schemas_(file.pool()) {}

  absl::StatusOr<Api> Build() {
    Api api;
    api.file = &file_;
    for (int i = 0; i < file_.service_count(); ++i) {
      api.services.push_back(BuildService(*file_.service(i)));
    }
    if (faults_.empty()) return api;
    return absl::InvalidArgumentError(absl::StrJoin(faults_, "\n"));
  }

 private:
  Service BuildService(const ServiceDescriptor& desc) {
    Service service;
    service.desc = &desc;
    service.doc = DocOf(desc);
    for (int i = 0; i < desc.method_count(); ++i) {
      service.methods.push_back(BuildMethod(*desc.method(i)));
    }
    return service;
  }

  Method BuildMethod(const MethodDescriptor& desc) {
    Method method;
    method.desc = &desc;
    method.doc = DocOf(desc);
    method.location = LocationOf(desc);
    absl::StatusOr<std::vector<Rule>> rules = RulesOf(desc, options_.service_config);
    if (!rules.ok()) {
      AddFault(desc, rules.status().message());
      return method;
    }
    method.rules = *std::move(rules);
    if (method.rules.empty() && options_.generate_unbound_methods) {
      method.rules.push_back({"POST", RpcPath(desc), /*body=*/"*"});
    }
    for (const Rule& rule : method.rules) CheckRule(desc, rule);
    method.list_items = ListItems(desc, method.rules);
    return method;
  }

  void CheckRule(const MethodDescriptor& rpc, const Rule& rule) {
    absl::Status status =
        Bind(rule, schemas_.Get(*rpc.input_type()), schemas_.Get(*rpc.output_type())).status();
    if (status.ok()) return;
    // An RPC may have several rules; the template identifies the one at fault.
    const bool names_rule = absl::StrContains(status.message(), "path template");
    const std::string which = names_rule ? "" : absl::StrCat("path template \"", rule.path, "\", ");
    AddFault(rpc, absl::StrCat(rpc.full_name(), ": ", which, status.message()));
  }

  void AddFault(const MethodDescriptor& rpc, absl::string_view what) {
    faults_.push_back(absl::StrCat(LocationOf(rpc), ": ", what));
  }

  // The location of the rules of `rpc`, in the service config or in the .proto.
  std::string LocationOf(const MethodDescriptor& rpc) const {
    const auto& entries = options_.service_config.entries;
    const auto entry = entries.find(rpc.full_name());
    return entry == entries.end() ? RuleLocation(rpc) : entry->second.location;
  }

  const FileDescriptor& file_;
  const PluginOptions& options_;
  SchemaPool schemas_;
  std::vector<std::string> faults_;
};

}  // namespace

absl::StatusOr<Api> BuildApi(const FileDescriptor& file, const PluginOptions& options) {
  return ApiBuilder(file, options).Build();
}

}  // namespace codegen
}  // namespace trestle
