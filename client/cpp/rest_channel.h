// What a generated client is a thin facade over: the RPCs of a service, called by their
// place in its table.

#ifndef TRESTLE_CLIENT_CPP_REST_CHANNEL_H_
#define TRESTLE_CLIENT_CPP_REST_CHANNEL_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "google/protobuf/message.h"
#include "trestle/client/cpp/client_method.h"
#include "trestle/client/cpp/options.h"
#include "trestle/client/cpp/stream.h"
#include "trestle/client/cpp/transport.h"

namespace trestle {

// Turns request messages into HTTP requests, sends them by way of the options' retries,
// token source and interceptors, and turns the answers into messages or statuses.
//
// Failures are the server's (mapping.md R87), its message, each of its details a payload
// under the detail's type URL (see detail.h); those of the transport (transport.h);
// InvalidArgument for a request that no rule of its RPC can carry, which is not sent;
// Internal for an answer that is not what the RPC answers.
//
// Immutable and thread-safe. Ranges keep what they need and may outlive it.
class RestChannel {
 public:
  RestChannel(std::shared_ptr<Transport> transport, ClientOptions options,
              const std::vector<ClientMethod>& methods);

  // Calls RPC number `method` of the table. The request is sent by the first rule that
  // can carry it.
  template <typename Response>
  absl::StatusOr<Response> Unary(size_t method, const google::protobuf::Message& request,
                                 const CallOptions& options) const {
    absl::StatusOr<std::string> bytes = UnaryBytes(method, request, options);
    if (!bytes.ok()) return bytes.status();
    return ParseResponse<Response>(*bytes);
  }

  // The same for an RPC that answers with a stream. The call is made by begin().
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
    return absl::InternalError(absl::StrCat("the answer is not a ", response.GetTypeName()));
  }

  std::shared_ptr<const Rep> rep_;
};

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_REST_CHANNEL_H_
