#include "trestle/codegen/plugin.h"

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/io/printer.h"
#include "google/protobuf/io/zero_copy_stream.h"
#include "trestle/codegen/api.h"
#include "trestle/codegen/lint.h"
#include "trestle/codegen/options.h"
#include "trestle/codegen/targets.h"
#include "trestle/transcoding/service_config.h"

namespace trestle {
namespace codegen {
namespace {

using google::protobuf::FileDescriptor;
using google::protobuf::compiler::GeneratorContext;

std::string KnownTargets() {
  std::vector<absl::string_view> names;
  for (const Target& target : kTargets) names.push_back(target.name);
  return absl::StrJoin(names, ", ");
}

absl::StatusOr<Emitter> FindEmitter(absl::string_view name) {
  for (const Target& target : kTargets) {
    if (target.name == name) return target.emit;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("unknown target \"", name, "\"; the targets are ", KnownTargets()));
}

absl::StatusOr<std::vector<Emitter>> FindEmitters(const PluginOptions& options) {
  std::vector<Emitter> emitters;
  for (const std::string& target : options.targets) {
    absl::StatusOr<Emitter> emitter = FindEmitter(target);
    if (!emitter.ok()) return emitter.status();
    emitters.push_back(*emitter);
  }
  if (!emitters.empty()) return emitters;
  return absl::InvalidArgumentError(
      absl::StrCat("option target is not given; the targets are ", KnownTargets()));
}

// All faults of all files together.
absl::StatusOr<std::vector<Api>> BuildApis(const std::vector<const FileDescriptor*>& files,
                                           const PluginOptions& options) {
  std::vector<Api> apis;
  std::vector<std::string> faults;
  for (const FileDescriptor* file : files) {
    absl::StatusOr<Api> api = BuildApi(*file, options);
    if (api.ok()) {
      apis.push_back(*std::move(api));
    } else {
      faults.emplace_back(api.status().message());
    }
  }
  if (faults.empty()) return apis;
  return absl::InvalidArgumentError(absl::StrJoin(faults, "\n"));
}

// Every selector of the service config is an RPC of the files or of what they import
// (R44).
absl::Status CheckServiceConfig(const std::vector<const FileDescriptor*>& files,
                                const ServiceConfig& config) {
  return CheckSelectors(config, [&](const std::string& name) {
    return !files.empty() && files[0]->pool()->FindMethodByName(name) != nullptr;
  });
}

// Prints to `file` what lint finds, or makes an error of it (warnings=error).
absl::Status Warn(const std::vector<Api>& apis, const PluginOptions& options, std::FILE* file) {
  std::vector<std::string> lines;
  for (const Warning& warning : Lint(apis, options.allowed)) {
    lines.push_back(absl::StrCat(warning.text, " [", warning.name, "]"));
  }
  if (options.warnings_are_errors && !lines.empty()) {
    lines.emplace_back("warnings are errors here (warnings=error); allow=NAME accepts one");
    return absl::InvalidArgumentError(absl::StrJoin(lines, "\n"));
  }
  for (const std::string& line : lines) std::fprintf(file, "%s\n", line.c_str());
  return absl::OkStatus();
}

void Write(const OutputFile& file, GeneratorContext* context) {
  std::unique_ptr<google::protobuf::io::ZeroCopyOutputStream> stream(context->Open(file.path));
  google::protobuf::io::Printer(stream.get(), '$').PrintRaw(file.text);
}

absl::Status Run(const std::vector<const FileDescriptor*>& files, const std::string& parameter,
                 GeneratorContext* context, std::FILE* warnings) {
  absl::StatusOr<PluginOptions> options = ParsePluginOptions(parameter);
  if (!options.ok()) return options.status();
  absl::StatusOr<std::vector<Emitter>> emitters = FindEmitters(*options);
  if (!emitters.ok()) return emitters.status();
  if (absl::Status s = CheckWarningNames(options->allowed); !s.ok()) return s;
  if (absl::Status s = CheckServiceConfig(files, options->service_config); !s.ok()) return s;
  absl::StatusOr<std::vector<Api>> apis = BuildApis(files, *options);
  if (!apis.ok()) return apis.status();
  if (absl::Status s = Warn(*apis, *options, warnings); !s.ok()) return s;
  for (const Api& api : *apis) {
    for (Emitter emit : *emitters) {
      for (const OutputFile& file : emit(api)) Write(file, context);
    }
  }
  return absl::OkStatus();
}

}  // namespace

bool Plugin::Generate(const FileDescriptor* file, const std::string& parameter,
                      GeneratorContext* context, std::string* error) const {
  return GenerateAll({file}, parameter, context, error);
}

bool Plugin::GenerateAll(const std::vector<const FileDescriptor*>& files,
                         const std::string& parameter, GeneratorContext* context,
                         std::string* error) const {
  const absl::Status status = Run(files, parameter, context, warnings_);
  *error = std::string(status.message());
  return status.ok();
}

}  // namespace codegen
}  // namespace trestle
