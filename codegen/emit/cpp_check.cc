#include "trestle/codegen/emit/cpp_check.h"

#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.pb.h"
#include "trestle/codegen/cpp_words.h"
#include "trestle/codegen/location.h"
#include "trestle/codegen/names.h"

namespace trestle {
namespace codegen {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::FileOptions;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

// The namespaces that generated code refers to, protobuf's or Trestle's.
constexpr absl::string_view kRoots[] = {"absl", "google", "std", "trestle", "trestle_routes"};

// Visits the declarations of a file in order.
class Checker {
 public:
  Checker(const Api& api, CppHeaders headers) : api_(api), file_(*api.file), headers_(headers) {}

  std::vector<std::string> Check() {
    CheckPackage();
    for (int i = 0; i < file_.message_type_count(); ++i) CheckMessage(*file_.message_type(i));
    for (int i = 0; i < file_.enum_type_count(); ++i) CheckEnum(*file_.enum_type(i));
    for (int i = 0; i < file_.extension_count(); ++i) CheckField(*file_.extension(i));
    if (file_.options().cc_generic_services()) CheckGenericServices();
    for (const Service& service : api_.services) {
      for (const Method& method : service.methods) CheckMethod(method);
    }
    return std::move(faults_);
  }

 private:
  void CheckPackage() {
    const std::vector<std::string> names = Namespaces(file_);
    for (size_t i = 0; i < names.size(); ++i) {
      const NameUse use = i == 0 ? NameUse::kOuterNamespace : NameUse::kInnerNamespace;
      const absl::string_view what = ConflictOf(names[i], use, headers_);
      if (what.empty()) continue;
      AddFault(PackageLocation(file_),
               absl::StrCat("package \"", file_.package(), "\": \"", names[i], "\" is ", what,
                            ", and protobuf uses it as the name of a C++ namespace, which does not "
                            "compile: rename this part of the package"));
    }
  }

  void CheckMessage(const Descriptor& message) {
    CheckType(message);
    for (int i = 0; i < message.field_count(); ++i) CheckField(*message.field(i));
    for (int i = 0; i < message.extension_count(); ++i) CheckField(*message.extension(i));
    for (int i = 0; i < message.enum_type_count(); ++i) CheckEnum(*message.enum_type(i));
    for (int i = 0; i < message.nested_type_count(); ++i) {
      if (!message.nested_type(i)->options().map_entry()) CheckMessage(*message.nested_type(i));
    }
  }

  void CheckEnum(const EnumDescriptor& type) {
    CheckType(type);
    for (int i = 0; i < type.value_count(); ++i) {
      CheckName(LocationOf(*type.value(i)), type.value(i)->full_name(), ValueName(*type.value(i)),
                NameUse::kValue);
    }
  }

  template <typename Type>
  void CheckType(const Type& type) {
    CheckName(LocationOf(type), type.full_name(), ClassName(type), NameUse::kType);
    if (type.containing_type() != nullptr) {
      CheckName(LocationOf(type), type.full_name(), ResolvedName(type.name()),
                NameUse::kNestedType);
    }
    // Without a package, types are in the global namespace.
    if (!file_.package().empty() || type.containing_type() != nullptr) return;
    if (!absl::c_linear_search(kRoots, type.name())) return;
    AddFault(LocationOf(type), absl::StrCat(type.full_name(),
                                            ": generated code uses a C++ namespace of this name: "
                                            "rename the type, or give the file a package"));
  }

  void CheckField(const FieldDescriptor& field) {
    const std::string name = AccessorName(field);
    CheckName(LocationOf(field), field.full_name(), name, NameUse::kFunction);
    if (name != "descriptor" || field.is_extension()) return;
    if (field.containing_type()->options().no_standard_descriptor_accessor()) return;
    AddFault(LocationOf(field),
             absl::StrCat(field.full_name(),
                          ": protobuf's C++ code has another function descriptor(), so it does "
                          "not compile: add `option no_standard_descriptor_accessor = true;` to ",
                          field.containing_type()->full_name()));
  }

  void CheckName(const std::string& place, absl::string_view full_name, const std::string& name,
                 NameUse use) {
    const absl::string_view what = ConflictOf(name, use, headers_);
    if (what.empty()) return;
    AddFault(place, absl::StrCat(full_name, ": \"", name, "\" is ", what,
                                 ", and protobuf uses it as a name in C++, which does not "
                                 "compile: choose another name"));
  }

  // Protobuf does not append "_" to these names.
  void CheckGenericServices() {
    for (int i = 0; i < file_.service_count(); ++i) {
      const ServiceDescriptor& service = *file_.service(i);
      CheckName(LocationOf(service), service.full_name(), service.name(), NameUse::kType);
      for (int j = 0; j < service.method_count(); ++j) {
        const MethodDescriptor& method = *service.method(j);
        CheckName(LocationOf(method), method.full_name(), method.name(), NameUse::kFunction);
      }
    }
  }

  void CheckMethod(const Method& method) {
    if (method.rules.empty()) return;
    CheckRuntime(*method.desc, "request", *method.desc->input_type());
    CheckRuntime(*method.desc, "response", *method.desc->output_type());
  }

  void CheckRuntime(const MethodDescriptor& method, absl::string_view role,
                    const Descriptor& message) {
    if (message.file()->options().optimize_for() != FileOptions::LITE_RUNTIME) return;
    AddFault(LocationOf(method),
             absl::StrCat(method.full_name(), ": ", message.file()->name(),
                          " has `option optimize_for = LITE_RUNTIME`, so its ", role, " ",
                          message.full_name(),
                          " has no descriptor, which routes and clients need: remove the option"));
  }

  void AddFault(const std::string& place, absl::string_view text) {
    faults_.push_back(absl::StrCat(place, ": ", text));
  }

  const Api& api_;
  const FileDescriptor& file_;
  const CppHeaders headers_;
  std::vector<std::string> faults_;
};

}  // namespace

std::vector<std::string> CppGatewayFaults(const Api& api) {
  return Checker(api, CppHeaders::kMessages).Check();
}

std::vector<std::string> CppClientFaults(const Api& api) {
  return Checker(api, CppHeaders::kClient).Check();
}

}  // namespace codegen
}  // namespace trestle
