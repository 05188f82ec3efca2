// protoc-gen-trestle as a protoc plugin. Only this file uses protoc's plugin API.

#ifndef TRESTLE_CODEGEN_PLUGIN_H_
#define TRESTLE_CODEGEN_PLUGIN_H_

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "google/protobuf/compiler/code_generator.h"
#include "google/protobuf/compiler/plugin.pb.h"
#include "google/protobuf/descriptor.h"

namespace trestle {
namespace codegen {

// Parses the options, builds a model of each file, prints warnings, and generates the files of each
// target. Nothing is written unless all of the input is valid.
class Plugin : public google::protobuf::compiler::CodeGenerator {
 public:
  // Writes warnings to `warnings`, which must outlive the plugin, one on each line.
  explicit Plugin(std::FILE* warnings) : warnings_(warnings) {}

  bool Generate(const google::protobuf::FileDescriptor* file, const std::string& parameter,
                google::protobuf::compiler::GeneratorContext* context,
                std::string* error) const override;

  // `*error` has the form described for Respond.
  bool GenerateAll(const std::vector<const google::protobuf::FileDescriptor*>& files,
                   const std::string& parameter,
                   google::protobuf::compiler::GeneratorContext* context,
                   std::string* error) const override;

  uint64_t GetSupportedFeatures() const override { return FEATURE_PROTO3_OPTIONAL; }

 private:
  std::FILE* const warnings_;
};

// Returns the plugin's response (on stdout) to protoc's request (on stdin), and prints warnings to
// `warnings`. Errors in the input are in response.error: "2 errors", followed by a line for each,
// which starts with its location. An invalid option is reported in a single line.
google::protobuf::compiler::CodeGeneratorResponse Respond(
    const google::protobuf::compiler::CodeGeneratorRequest& request, std::FILE* warnings);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_PLUGIN_H_
