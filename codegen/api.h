// All that an emitter may know about one .proto file.

#ifndef TRESTLE_CODEGEN_API_H_
#define TRESTLE_CODEGEN_API_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"
#include "trestle/codegen/options.h"
#include "trestle/transcoding/http_rule.h"

namespace trestle {
namespace codegen {

struct Method {
  const google::protobuf::MethodDescriptor* desc = nullptr;
  std::string doc;          // its comment, as DocOf
  std::vector<Rule> rules;  // each can be bound; none: not reachable over HTTP
  std::string location;     // of the rules, in the .proto or in the service config
  // The items of the response of a List method (AIP-158), or null: a unary RPC whose
  // request has `string page_token` and `int32 page_size`, and whose response has
  // `string next_page_token` and this repeated message, its only one; sent whole.
  const google::protobuf::FieldDescriptor* list_items = nullptr;
};

struct Service {
  const google::protobuf::ServiceDescriptor* desc = nullptr;
  std::string doc;
  std::vector<Method> methods;  // in the order of the file
};

struct Api {
  const google::protobuf::FileDescriptor* file = nullptr;
  std::vector<Service> services;  // in the order of the file
};

// Reads `file`. Built once, then read-only: whatever is wrong with the rules is found
// here, so emitters cannot fail. InvalidArgument holds a line for each fault:
//
//   library.proto:12:5: library.v1.LibraryService.GetBook: path template "/v1/{name",
//   column 10: expected "}"
absl::StatusOr<Api> BuildApi(const google::protobuf::FileDescriptor& file,
                             const PluginOptions& options);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_API_H_
