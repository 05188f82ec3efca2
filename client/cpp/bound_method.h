// One RPC with its rules resolved: request message -> HTTP request, HTTP response -> message.

#ifndef TRESTLE_CLIENT_CPP_BOUND_METHOD_H_
#define TRESTLE_CLIENT_CPP_BOUND_METHOD_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trestle/client/cpp/client_method.h"
#include "trestle/transcoding/binding.h"
#include "trestle/transcoding/http.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// A row of the table, its names resolved. A rule that does not fit its messages fails the calls
// that would use it.
struct BoundMethod {
  std::string rpc;
  bool idempotent = false;
  std::vector<absl::StatusOr<Binding>> bindings;  // in the order of the rules
};

BoundMethod BindMethod(const ClientMethod& method);

// A request, and the rule for reading its response.
struct EncodedRequest {
  HttpRequest http;
  const Binding* binding = nullptr;  // of the method
};

// Encodes `message` using the first rule that can carry it. Fails with the InvalidArgument of the
// first rule if none can.
absl::StatusOr<EncodedRequest> EncodeByFirst(const BoundMethod& method, absl::string_view message);

// Returns the Content-Type of a response, or an empty string.
std::string ContentTypeOf(const HttpResponse& http);

// Returns the bytes of the message in a 2xx response. An empty body is a message without fields.
// Fails with Internal if the body is not the message that the RPC returns.
absl::StatusOr<std::string> DecodeUnary(const Binding& binding, HttpResponse http,
                                        const Options& options);

// Does the same for one element of a stream.
absl::StatusOr<std::string> DecodeElement(const Binding& binding, std::string content_type,
                                          std::string element, const Options& options);

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_BOUND_METHOD_H_
