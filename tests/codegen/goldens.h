// The list of goldens.

#ifndef TRESTLE_TESTS_CODEGEN_GOLDENS_H_
#define TRESTLE_TESTS_CODEGEN_GOLDENS_H_

namespace trestle {
namespace codegen {

struct Golden {
  const char* proto;      // below tests/codegen/protos
  const char* parameter;  // of the plugin
  const char* directory;  // below tests/codegen/golden
};

inline constexpr char kCpp[] = "target=cpp_gateway,target=cpp_client";

inline constexpr Golden kGoldens[] = {
    {"collisions.proto", kCpp, "cpp"},
    {"comments.proto", kCpp, "cpp"},
    {"deep.proto", kCpp, "cpp"},
    {"hidden.proto", kCpp, "cpp"},
    {"imports.proto", kCpp, "cpp"},
    {"keywords.proto", kCpp, "cpp"},
    {"library.proto", kCpp, "cpp"},
    {"lists.proto", kCpp, "cpp"},
    {"nested.proto", kCpp, "cpp"},
    {"no_package.proto", kCpp, "cpp"},
    {"no_services.proto", kCpp, "cpp"},
    {"odd-dir/2nd_file.v1.proto", kCpp, "cpp"},
    {"old.proto", kCpp, "cpp"},
    {"shapes.proto", kCpp, "cpp"},
    {"streaming.proto", kCpp, "cpp"},
    {"unannotated.proto", kCpp, "cpp"},
    {"unannotated.proto", "target=cpp_gateway,target=cpp_client,generate_unbound_methods=true",
     "cpp_unbound"},
};

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_TESTS_CODEGEN_GOLDENS_H_
