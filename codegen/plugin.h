// protoc-gen-trestle as protoc sees it. The one door to protoc's plugin API.

#ifndef TRESTLE_CODEGEN_PLUGIN_H_
#define TRESTLE_CODEGEN_PLUGIN_H_

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "google/protobuf/compiler/code_generator.h"
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

  // `*error` has a line for each fault of each file.
  bool GenerateAll(const std::vector<const google::protobuf::FileDescriptor*>& files,
                   const std::string& parameter,
                   google::protobuf::compiler::GeneratorContext* context,
                   std::string* error) const override;

  uint64_t GetSupportedFeatures() const override { return FEATURE_PROTO3_OPTIONAL; }

 private:
  std::FILE* const warnings_;
};

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_PLUGIN_H_
