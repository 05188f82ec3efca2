#include "trestle/server/flags/backend_choice.h"

#include <utility>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace trestle {
namespace {

bool IsServiceChar(char c) { return absl::ascii_isalnum(c) || c == '_' || c == '.'; }

bool IsIdentifier(absl::string_view text) {
  return !text.empty() && !absl::ascii_isdigit(text[0]) && text.find('.') == text.npos;
}

// All characters of `text` are IsServiceChar.
bool IsFullName(absl::string_view text) {
  return absl::c_all_of(absl::StrSplit(text, '.'), IsIdentifier);
}

BackendChoice::Security TakeSecurity(absl::string_view* target) {
  if (absl::ConsumePrefix(target, "tls+")) return BackendChoice::Security::kTls;
  if (absl::ConsumePrefix(target, "plaintext+")) return BackendChoice::Security::kPlaintext;
  return BackendChoice::Security::kByFlag;
}

// Adds a message for each service with two backends.
void CheckServices(const std::vector<BackendChoice>& backends, std::vector<std::string>* problems) {
  absl::flat_hash_map<absl::string_view, absl::string_view> target_of;
  for (const BackendChoice& backend : backends) {
    const auto [first, is_new] = target_of.emplace(backend.service, backend.target);
    if (is_new) continue;
    const std::string whose = backend.service.empty()
                                  ? "all services have"
                                  : absl::StrCat("service \"", backend.service, "\" has");
    problems->push_back(absl::StrCat("--backend: ", whose, " two backends, \"", first->second,
                                     "\" and \"", backend.target, "\""));
  }
}

// Returns the first flag that is only useful with TLS; empty if none is given.
absl::string_view TlsFlag(const BackendTlsFiles& files) {
  if (!files.ca_file.empty()) return "--backend_ca_file";
  if (!files.certificate_file.empty()) return "--backend_certificate_file";
  if (!files.key_file.empty()) return "--backend_key_file";
  return files.server_name.empty() ? "" : "--backend_server_name";
}

void CheckTls(const BackendChoices& choices, std::vector<std::string>* problems) {
  const BackendTlsFiles& files = choices.tls_files;
  if (files.certificate_file.empty() != files.key_file.empty()) {
    problems->emplace_back(
        "--backend_certificate_file and --backend_key_file: each requires the other");
  }
  const absl::string_view flag = TlsFlag(files);
  const auto is_tls = [&](const BackendChoice& backend) { return IsTls(backend, choices); };
  if (flag.empty() || absl::c_any_of(choices.backends, is_tls)) return;
  problems->push_back(absl::StrCat(flag, ": no backend uses TLS; --backend_tls enables it"));
}

// Adds a message for each service that a flag about health names, and that has no backend.
void CheckHealth(const BackendChoices& choices, std::vector<std::string>* problems) {
  const auto check = [&](absl::string_view flag, absl::string_view service) {
    const auto is_its = [&](const BackendChoice& backend) { return backend.service == service; };
    if (absl::c_any_of(choices.backends, is_its)) return;
    problems->push_back(absl::StrCat(flag, ": no --backend is for the service \"", service, "\""));
  };
  for (const auto& [service, mode] : choices.health_modes) check("--backend_health", service);
  for (const std::string& service : choices.optional_services) check("--backend_optional", service);
}

}  // namespace

absl::StatusOr<BackendChoice> ParseBackendChoice(absl::string_view text) {
  BackendChoice backend;
  absl::string_view target = text;
  const size_t equals = text.find('=');
  if (equals != text.npos && absl::c_all_of(text.substr(0, equals), IsServiceChar)) {
    backend.service = std::string(text.substr(0, equals));
    target = text.substr(equals + 1);
    if (!IsFullName(backend.service)) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", backend.service, "\" in \"", text, "\" is not a service's full name"));
    }
  }
  backend.security = TakeSecurity(&target);
  backend.target = std::string(target);
  if (!target.empty()) return backend;
  return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" has no target"));
}

std::vector<std::string> ProblemsOf(const BackendChoices& choices) {
  if (choices.backends.empty()) return {"--backend is required"};
  std::vector<std::string> problems;
  CheckServices(choices.backends, &problems);
  CheckTls(choices, &problems);
  CheckHealth(choices, &problems);
  return problems;
}

absl::StatusOr<BackendHealthChoice> ParseBackendHealth(absl::string_view text) {
  static constexpr std::pair<absl::string_view, BackendHealthMode> kModes[] = {
      {"connected", BackendHealthMode::kConnected},
      {"serving", BackendHealthMode::kServing},
      {"ignore", BackendHealthMode::kIgnore}};
  const size_t equals = text.find('=');
  const absl::string_view service = equals == text.npos ? "" : text.substr(0, equals);
  const absl::string_view mode = equals == text.npos ? text : text.substr(equals + 1);
  if (equals != text.npos && (!absl::c_all_of(service, IsServiceChar) || !IsFullName(service))) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", service, "\" in \"", text, "\" is not a service's full name"));
  }
  for (const auto& [name, value] : kModes) {
    if (name == mode) return BackendHealthChoice{std::string(service), value};
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", mode, "\" is not one of connected|serving|ignore"));
}

BackendHealthMode HealthModeOf(const BackendChoice& backend, const BackendChoices& choices) {
  const auto found = choices.health_modes.find(backend.service);
  return found == choices.health_modes.end() ? choices.options.health_mode : found->second;
}

bool IsRequired(const BackendChoice& backend, const BackendChoices& choices) {
  return !absl::c_linear_search(choices.optional_services, backend.service);
}

bool IsTls(const BackendChoice& backend, const BackendChoices& choices) {
  if (backend.security == BackendChoice::Security::kByFlag) return choices.tls;
  return backend.security == BackendChoice::Security::kTls;
}

absl::string_view ServiceOf(absl::string_view rpc) {
  const size_t slash = rpc.rfind('/');
  return slash == rpc.npos || slash == 0 ? "" : rpc.substr(1, slash - 1);
}

}  // namespace trestle
