// protoc-gen-trestle as protoc sees it. The one door to protoc's plugin API.

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

// Options, then a model of each file, then warnings, then the files of each target.
// Nothing is written unless all of the input is in order.
class Plugin : public google::protobuf::compiler::CodeGenerator {
 public:
  // Warnings go to `warnings`, a line each; it must outlive the plugin.
  explicit Plugin(std::FILE* warnings) : warnings_(warnings) {}

  bool Generate(const google::protobuf::FileDescriptor* file, const std::string& parameter,
                google::protobuf::compiler::GeneratorContext* context,
                std::string* error) const override;

  // `*error` is as Respond has it.
  bool GenerateAll(const std::vector<const google::protobuf::FileDescriptor*>& files,
                   const std::string& parameter,
                   google::protobuf::compiler::GeneratorContext* context,
                   std::string* error) const override;

  uint64_t GetSupportedFeatures() const override { return FEATURE_PROTO3_OPTIONAL; }

 private:
  std::FILE* const warnings_;
};

// What the plugin writes to stdout for what protoc writes to its stdin. Warnings are printed to
// `warnings`. Errors of the input are in response.error: "2 errors", then a line for each,
// which begins with its place; only a wrong option is reported in one line.
google::protobuf::compiler::CodeGeneratorResponse Respond(
    const google::protobuf::compiler::CodeGeneratorRequest& request, std::FILE* warnings);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_PLUGIN_H_
