#include "trestle/codegen/plugin.h"

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/compiler/plugin.h"
#include "google/protobuf/io/printer.h"
#include "google/protobuf/io/zero_copy_stream.h"
#include "trestle/codegen/api.h"
#include "trestle/codegen/editions.h"
#include "trestle/codegen/faults.h"
#include "trestle/codegen/lint.h"
#include "trestle/codegen/options.h"
#include "trestle/codegen/targets.h"
#include "trestle/transcoding/service_config.h"

namespace trestle {
namespace codegen {
namespace {

using google::protobuf::FileDescriptor;
using google::protobuf::compiler::CodeGeneratorRequest;
using google::protobuf::compiler::CodeGeneratorResponse;
using google::protobuf::compiler::GeneratorContext;

std::string KnownTargets() {
  std::vector<absl::string_view> names;
  for (const Target& target : kTargets) names.push_back(target.name);
  return absl::StrJoin(names, ", ");
}

absl::StatusOr<const Target*> FindTarget(absl::string_view name) {
  for (const Target& target : kTargets) {
    if (target.name == name) return &target;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("unknown target \"", name, "\"; the targets are ", KnownTargets()));
}

absl::StatusOr<std::vector<const Target*>> FindTargets(const PluginOptions& options) {
  std::vector<const Target*> targets;
  for (const std::string& name : options.targets) {
    absl::StatusOr<const Target*> target = FindTarget(name);
    if (!target.ok()) return target.status();
    targets.push_back(*target);
  }
  if (!targets.empty()) return targets;
  return absl::InvalidArgumentError(
      absl::StrCat("option target is missing; the targets are ", KnownTargets()));
}

// Checks that every selector of the service config is an RPC of the files or of their imports
// (R44).
absl::Status CheckServiceConfig(const std::vector<const FileDescriptor*>& files,
                                const ServiceConfig& config) {
  return CheckSelectors(config, [&](const std::string& name) {
    return !files.empty() && files[0]->pool()->FindMethodByName(name) != nullptr;
  });
}

// Builds the model of one file, without services if their rules are invalid.
Api BuildOne(const FileDescriptor& file, const PluginOptions& options, Faults* faults) {
  absl::StatusOr<Api> api = BuildApi(file, options);
  if (api.ok()) return *std::move(api);
  faults->Add(api.status());
  Api without_services;
  without_services.file = &file;
  return without_services;
}

// Builds the models of all files, and reports the errors of all files together.
absl::StatusOr<std::vector<Api>> BuildApis(const std::vector<const FileDescriptor*>& files,
                                           const std::vector<const Target*>& targets,
                                           const PluginOptions& options) {
  std::vector<Api> apis;
  Faults faults;
  faults.Add(CheckServiceConfig(files, options.service_config));
  for (const FileDescriptor* file : files) {
    apis.push_back(BuildOne(*file, options, &faults));
    for (const Target* target : targets) {
      for (std::string& fault : target->check(apis.back())) faults.Add(std::move(fault));
    }
  }
  if (absl::Status status = faults.ToStatus(); !status.ok()) return status;
  return apis;
}

// Prints warnings to `file`, or returns them as errors (warnings=error).
absl::Status Warn(const std::vector<Api>& apis, const PluginOptions& options, std::FILE* file) {
  Faults faults;
  for (const Warning& warning : Lint(apis, options.allowed)) {
    const std::string line = absl::StrCat(warning.text, " [", warning.name, "]");
    if (options.warnings_are_errors) {
      faults.Add(line);
    } else {
      std::fprintf(file, "%s\n", line.c_str());
    }
  }
  absl::Status status = faults.ToStatus();
  if (status.ok()) return status;
  return absl::InvalidArgumentError(absl::StrCat(
      status.message(),
      "\nwarnings are errors because of warnings=error; allow=NAME accepts a warning"));
}

void Write(const OutputFile& file, GeneratorContext* context) {
  std::unique_ptr<google::protobuf::io::ZeroCopyOutputStream> stream(context->Open(file.path));
  google::protobuf::io::Printer(stream.get(), '$').PrintRaw(file.text);
}

absl::Status Run(const std::vector<const FileDescriptor*>& files, const std::string& parameter,
                 GeneratorContext* context, std::FILE* warnings) {
  absl::StatusOr<PluginOptions> options = ParsePluginOptions(parameter);
  if (!options.ok()) return options.status();
  absl::StatusOr<std::vector<const Target*>> targets = FindTargets(*options);
  if (!targets.ok()) return targets.status();
  if (absl::Status s = CheckWarningNames(options->allowed); !s.ok()) return s;
  absl::StatusOr<std::vector<Api>> apis = BuildApis(files, *targets, *options);
  if (!apis.ok()) return apis.status();
  if (absl::Status s = Warn(*apis, *options, warnings); !s.ok()) return s;
  for (const Api& api : *apis) {
    for (const Target* target : *targets) {
      for (const OutputFile& file : target->emit(api)) Write(file, context);
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

CodeGeneratorResponse Respond(const CodeGeneratorRequest& request, std::FILE* warnings) {
  CodeGeneratorResponse response;
  std::string error(CheckEditions(request).message());
  if (error.empty()) {
    google::protobuf::compiler::GenerateCode(request, Plugin(warnings), &response, &error);
  }
  if (!error.empty()) response.set_error(error);
  return response;
}

}  // namespace codegen
}  // namespace trestle
