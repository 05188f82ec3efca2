// The runtime of a generated client: calls the RPCs of a service by their index in its table.

#ifndef TRESTLE_CLIENT_CPP_REST_CHANNEL_H_
#define TRESTLE_CLIENT_CPP_REST_CHANNEL_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "google/protobuf/message.h"
#include "trestle/client/cpp/client_method.h"
#include "trestle/client/cpp/options.h"
#include "trestle/client/cpp/stream.h"
#include "trestle/client/cpp/transport.h"

namespace trestle {

// Turns request messages into HTTP requests, sends them through the retries, token source and
// interceptors of the options, and turns the responses into messages or statuses.
//
// A call fails with the status that the server sent (mapping.md R87), each of its details a
// payload under its type URL (see detail.h); with a failure of the transport (transport.h); with
// InvalidArgument if no rule of the RPC can carry the request, which is then not sent; or with
// Internal if the response is not the message that the RPC returns.
//
// Immutable and thread-safe. Ranges may outlive it.
class RestChannel {
 public:
  RestChannel(std::shared_ptr<Transport> transport, ClientOptions options,
              const std::vector<ClientMethod>& methods);

  // Calls RPC number `method` of the table, using the first rule that can carry the request.
  template <typename Response>
  absl::StatusOr<Response> Unary(size_t method, const google::protobuf::Message& request,
                                 const CallOptions& options) const {
    absl::StatusOr<std::string> bytes = UnaryBytes(method, request, options);
    if (!bytes.ok()) return bytes.status();
    return ParseResponse<Response>(*bytes);
  }

  // Does the same for an RPC that streams its response. The call is made by begin().
  template <typename Response>
  StreamRange<Response> ServerStream(size_t method, const google::protobuf::Message& request,
                                     const CallOptions& options) const {
    return StreamRange<Response>(
        [next =
             StreamBytes(method, request, options)]() -> absl::optional<absl::StatusOr<Response>> {
          absl::optional<absl::StatusOr<std::string>> bytes = next();
          if (!bytes.has_value()) return absl::nullopt;
          if (!bytes->ok()) return absl::StatusOr<Response>(bytes->status());
          return ParseResponse<Response>(**bytes);
        });
  }

 private:
  struct Rep;
  class LazyStream;
  using ByteStream = std::function<absl::optional<absl::StatusOr<std::string>>()>;

  absl::StatusOr<std::string> UnaryBytes(size_t method, const google::protobuf::Message& request,
                                         const CallOptions& options) const;
  ByteStream StreamBytes(size_t method, const google::protobuf::Message& request,
                         const CallOptions& options) const;

  template <typename Response>
  static absl::StatusOr<Response> ParseResponse(const std::string& bytes) {
    Response response;
    if (response.ParsePartialFromString(bytes)) return response;
    return absl::InternalError(absl::StrCat("the response is not a ", response.GetTypeName()));
  }

  std::shared_ptr<const Rep> rep_;
};

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_REST_CHANNEL_H_
