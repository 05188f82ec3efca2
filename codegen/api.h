// The model of one .proto file, from which emitters generate code.

#ifndef TRESTLE_CODEGEN_API_H_
#define TRESTLE_CODEGEN_API_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"
#include "trestle/codegen/options.h"
#include "trestle/transcoding/rule.h"

namespace trestle {
namespace codegen {

struct Method {
  const google::protobuf::MethodDescriptor* desc = nullptr;
  std::string doc;          // its comment, from DocOf
  std::vector<Rule> rules;  // all of them valid; empty: not reachable over HTTP
  std::string location;     // of the rules, in the .proto or in the service config
  // The items in the response of a List method (AIP-158); null for other methods. A List method is
  // a unary RPC whose request has `string page_token` and `int32 page_size`, and whose response has
  // `string next_page_token` and exactly one repeated message, and is sent as a whole.
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

// Builds the model of `file`. All errors in the rules are detected here, so emitters cannot fail.
// The message of InvalidArgument has a line for each error:
//
//   library.proto:12:5: library.v1.LibraryService.GetBook: path template "/v1/{name",
//   column 10: expected "}"
absl::StatusOr<Api> BuildApi(const google::protobuf::FileDescriptor& file,
                             const PluginOptions& options);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_API_H_
