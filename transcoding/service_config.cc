#include "trestle/transcoding/service_config.h"

#include <sstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "trestle/transcoding/read_file.h"
#include "yaml-cpp/eventhandler.h"
#include "yaml-cpp/yaml.h"

namespace trestle {
namespace {

// Records where the content of a document begins, if it has any.
class DocumentOutline final : public YAML::EventHandler {
 public:
  // The start of the document if it is empty.
  const YAML::Mark& mark() const { return mark_; }
  bool is_empty() const { return is_empty_; }

  void OnDocumentStart(const YAML::Mark& mark) override { mark_ = mark; }
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { AddContent(mark); }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                const std::string&) override {
    AddContent(mark);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    AddContent(mark);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    AddContent(mark);
  }
  void OnSequenceEnd() override {}
  void OnMapEnd() override {}
  void OnDocumentEnd() override {}

 private:
  void AddContent(const YAML::Mark& mark) {
    if (is_empty_) mark_ = mark;
    is_empty_ = false;
  }

  YAML::Mark mark_ = YAML::Mark::null_mark();
  bool is_empty_ = true;
};

// Reads one file. yaml-cpp throws exceptions, which ParseServiceConfig catches. The same parser
// reads JSON, which is the flow style of YAML.
class ConfigReader {
 public:
  explicit ConfigReader(absl::string_view file) : file_(file) {}

  absl::StatusOr<ServiceConfig> Read(const std::string& text) {
    if (absl::Status status = CheckIsOneDocument(text); !status.ok()) return status;
    return ReadService(YAML::Load(text));
  }

  absl::Status Error(const YAML::Mark& mark, absl::string_view what) const {
    return absl::InvalidArgumentError(absl::StrCat(Location(mark), ": ", what));
  }

 private:
  enum class Level { kTop, kAdditional };

  // Text may end in "---". Where yaml-cpp expects a document and finds a ",", it reports empty
  // documents without end, and YAML::LoadAll never returns. Three documents are enough here.
  absl::Status CheckIsOneDocument(const std::string& text) const {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    DocumentOutline first, second, third;
    if (!parser.HandleNextDocument(first) || !parser.HandleNextDocument(second)) {
      return absl::OkStatus();
    }
    if (second.is_empty() && !parser.HandleNextDocument(third)) return absl::OkStatus();
    return Error(second.mark(),
                 "only one document per file is read: move the second one to its own file");
  }

  absl::StatusOr<ServiceConfig> ReadService(const YAML::Node& root) {
    if (!root.IsMap()) return Error(root.Mark(), "expected a google.api.Service");
    if (absl::Status status = CheckOnce(root, "http"); !status.ok()) return status;
    const YAML::Node http = root["http"];
    if (!http) return NoRules(root, root);
    if (!http.IsMap()) return Error(http.Mark(), "http: expected a map");
    if (absl::Status status = CheckOnce(http, "rules"); !status.ok()) return status;
    const YAML::Node rules = http["rules"];
    if (!rules) return NoRules(http, root);
    if (!rules.IsSequence()) return Error(rules.Mark(), "http.rules: expected a list");
    if (rules.size() == 0) return NoRules(rules, root);
    ServiceConfig config;
    for (const YAML::Node& node : rules) {
      if (absl::Status status = AddEntry(node, &config); !status.ok()) return status;
    }
    return config;
  }

  // yaml-cpp keeps duplicate members, and finds the first one.
  absl::Status CheckOnce(const YAML::Node& map, absl::string_view name) const {
    bool is_found = false;
    for (const auto& member : map) {
      if (!member.first.IsScalar() || member.first.Scalar() != name) continue;
      if (is_found) return Error(member.first.Mark(), absl::StrCat(name, " is given twice"));
      is_found = true;
    }
    return absl::OkStatus();
  }

  absl::Status NoRules(const YAML::Node& where, const YAML::Node& root) const {
    const bool is_for_grpc = root["methodConfig"] || root["loadBalancingConfig"];
    return Error(where.Mark(),
                 absl::StrCat("the file has no effect: it has no http.rules, and nothing else is "
                              "read from a google.api.Service",
                              is_for_grpc ? "; a gRPC service config belongs to the gateway's "
                                            "--grpc_service_config"
                                          : ""));
  }

  std::string Location(const YAML::Mark& mark) const {
    // An empty file has no mark.
    if (mark.is_null()) return absl::StrCat(file_, ":1:1");
    return absl::StrCat(file_, ":", mark.line + 1, ":", mark.column + 1);
  }

  absl::Status AddEntry(const YAML::Node& node, ServiceConfig* config) {
    ServiceConfig::Entry entry;
    entry.location = Location(node.Mark());
    absl::Status status = AddRule(node, Level::kTop, &entry.rules);
    if (!status.ok()) return status;
    const YAML::Node selector = node["selector"];
    if (!selector || selector.Scalar().empty()) {
      return Error(node.Mark(), "the rule has no selector");
    }
    config->entries[selector.Scalar()] = std::move(entry);
    return absl::OkStatus();
  }

  // Appends the rule of `node` and its additional bindings.
  absl::Status AddRule(const YAML::Node& node, Level level, std::vector<Rule>* rules) {
    if (!node.IsMap()) return Error(node.Mark(), "expected a google.api.HttpRule");
    const size_t index = rules->size();
    rules->emplace_back();
    for (const auto& member : node) {
      absl::Status status = AddMember(member.first, member.second, level, index, rules);
      if (!status.ok()) return status;
    }
    if (!(*rules)[index].http_method.empty()) return absl::OkStatus();
    return Error(node.Mark(),
                 "the rule has no pattern: one of get, put, post, delete, patch, custom");
  }

  absl::Status AddMember(const YAML::Node& key, const YAML::Node& value, Level level, size_t index,
                         std::vector<Rule>* rules) {
    const std::string& name = key.Scalar();
    if (name == "additional_bindings" || name == "additionalBindings") {
      if (level == Level::kTop) return AddBindings(value, rules);
      return Error(key.Mark(), "additional_bindings inside additional_bindings");
    }
    Rule& rule = (*rules)[index];
    if (name == "custom") return SetCustom(key, value, &rule);
    if (!value.IsScalar()) return Error(value.Mark(), absl::StrCat(name, ": expected a string"));
    if (name == "selector") return absl::OkStatus();
    if (name == "body") return Set(value, &rule.body);
    if (name == "response_body" || name == "responseBody") return Set(value, &rule.response_body);
    for (absl::string_view method : {"get", "put", "post", "delete", "patch"}) {
      if (name == method) return SetPattern(key, absl::AsciiStrToUpper(method), value, &rule);
    }
    return Error(key.Mark(), absl::StrCat("google.api.HttpRule has no field \"", name, "\""));
  }

  absl::Status AddBindings(const YAML::Node& list, std::vector<Rule>* rules) {
    if (!list.IsSequence()) return Error(list.Mark(), "additional_bindings: expected a list");
    for (const YAML::Node& node : list) {
      absl::Status status = AddRule(node, Level::kAdditional, rules);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status SetCustom(const YAML::Node& key, const YAML::Node& custom, Rule* rule) {
    const bool complete = custom.IsMap() && custom["kind"] && custom["kind"].IsScalar() &&
                          custom["path"] && custom["path"].IsScalar();
    if (!complete) return Error(key.Mark(), "custom: expected a kind and a path");
    return SetPattern(key, custom["kind"].Scalar(), custom["path"], rule);
  }

  absl::Status SetPattern(const YAML::Node& key, std::string http_method, const YAML::Node& path,
                          Rule* rule) {
    if (!rule->http_method.empty()) return Error(key.Mark(), "the rule has a second pattern");
    rule->http_method = std::move(http_method);
    return Set(path, &rule->path);
  }

  absl::Status Set(const YAML::Node& value, std::string* text) {
    *text = value.Scalar();
    return absl::OkStatus();
  }

  absl::string_view file_;
};

}  // namespace

absl::StatusOr<ServiceConfig> ParseServiceConfig(absl::string_view text, absl::string_view file) {
  ConfigReader reader(file);
  try {
    return reader.Read(std::string(text));
  } catch (const YAML::Exception& e) {
    return reader.Error(e.mark, e.msg);
  }
}

absl::StatusOr<ServiceConfig> LoadServiceConfig(const std::string& path) {
  constexpr size_t kMax = size_t{64} << 20;
  const absl::StatusOr<std::string> text = ReadFile(path, kMax);
  if (text.ok()) return ParseServiceConfig(*text, path);
  return absl::NotFoundError(
      absl::StrCat("service config \"", ShownPath(path), "\": ", text.status().message()));
}

void Merge(ServiceConfig later, ServiceConfig* config) {
  // merge() keeps the entries of `later` if both have one.
  later.entries.merge(config->entries);
  *config = std::move(later);
}

absl::StatusOr<ServiceConfig> LoadServiceConfigs(absl::Span<const std::string> paths) {
  ServiceConfig all;
  for (const std::string& path : paths) {
    absl::StatusOr<ServiceConfig> config = LoadServiceConfig(path);
    if (!config.ok()) return config;
    Merge(*std::move(config), &all);
  }
  return all;
}

absl::StatusOr<std::vector<Rule>> RulesOf(const google::protobuf::MethodDescriptor& rpc,
                                          const ServiceConfig& config) {
  const auto entry = config.entries.find(rpc.full_name());
  if (entry != config.entries.end()) return entry->second.rules;
  return RulesOf(rpc);
}

absl::Status CheckSelectors(const ServiceConfig& config,
                            const std::function<bool(const std::string&)>& is_rpc) {
  std::vector<std::string> faults;
  for (const auto& [selector, entry] : config.entries) {
    if (is_rpc(selector)) continue;
    faults.push_back(absl::StrCat(entry.location, ": no RPC is named \"", selector, "\""));
  }
  if (faults.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrJoin(faults, "\n"));
}

}  // namespace trestle
