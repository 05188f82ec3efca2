// One RPC with its rules resolved: request message -> HTTP request, answer -> message.

#ifndef TRESTLE_CLIENT_CPP_BOUND_METHOD_H_
#define TRESTLE_CLIENT_CPP_BOUND_METHOD_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trestle/client/cpp/client_method.h"
#include "trestle/transcoding/binding.h"
#include "trestle/transcoding/http.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// A row of the table, its names resolved. A rule that does not fit its messages fails
// the calls that come to it.
struct BoundMethod {
  std::string rpc;
  bool idempotent = false;
  std::vector<absl::StatusOr<Binding>> bindings;  // in the order of the rules
};

BoundMethod BindMethod(const ClientMethod& method);

// A request, and the rule by which its answer is to be read.
struct EncodedRequest {
  HttpRequest http;
  const Binding* binding = nullptr;  // of the method
};

// `message` by the first rule that can carry it; the first rule's InvalidArgument if
// none can.
absl::StatusOr<EncodedRequest> EncodeByFirst(const BoundMethod& method, absl::string_view message);

// The Content-Type of an answer, or empty.
std::string ContentTypeOf(const HttpResponse& http);

// The bytes of the response message that a 2xx answer holds. An empty body is the
// message without any field. Internal when it is not what the RPC answers.
absl::StatusOr<std::string> DecodeAnswer(const Binding& binding, HttpResponse http,
                                         const Options& options);

// The same for one element of a stream.
absl::StatusOr<std::string> DecodeElement(const Binding& binding, std::string content_type,
                                          std::string element, const Options& options);

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_BOUND_METHOD_H_
