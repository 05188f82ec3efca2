// Checks of names in JSON.

#ifndef TRESTLE_CODEGEN_LINT_NAMES_H_
#define TRESTLE_CODEGEN_LINT_NAMES_H_

#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"

namespace trestle {
namespace codegen {

// The result of a check for one field or enum value.
struct Finding {
  std::string place;  // "library.proto:12:5"
  std::string text;   // "library.v1.Book.title: …"
};

// Finds fields of one message that have a JSON key in common: each is read by its json_name and by
// its name (R51). protoc refuses some of these in proto3, but none that json_name causes.
void JsonNameCollision(const google::protobuf::FileDescriptor& file,
                       std::vector<Finding>* findings);

// Finds values of one enum with different numbers whose names differ only in case: a gateway that
// ignores case (R57) cannot distinguish them. protoc refuses them in proto3. Names that differ only
// in the enum's name as a prefix are not reported, because an ambiguous short form is not accepted.
void EnumNameCollision(const google::protobuf::FileDescriptor& file,
                       std::vector<Finding>* findings);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_LINT_NAMES_H_
