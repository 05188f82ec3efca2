// The checks of names in JSON.

#ifndef TRESTLE_CODEGEN_LINT_NAMES_H_
#define TRESTLE_CODEGEN_LINT_NAMES_H_

#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"

namespace trestle {
namespace codegen {

// What a check says of one field or enum value.
struct Finding {
  std::string place;  // "library.proto:12:5"
  std::string text;   // "library.v1.Book.title: …"
};

// Fields of one message that have a key in common: each is read by its json_name and by its
// name (R51). protoc refuses some of these in proto3, and none that json_name brings about.
void JsonNameCollision(const google::protobuf::FileDescriptor& file,
                       std::vector<Finding>* findings);

// Values of one enum and different numbers whose names differ by case alone: a gateway that
// ignores it (R57) cannot tell them apart. protoc refuses them in proto3. Names that differ
// by the enum's own at their front are no hint: a short form that would be ambiguous does
// not exist.
void EnumNameCollision(const google::protobuf::FileDescriptor& file,
                       std::vector<Finding>* findings);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_LINT_NAMES_H_
