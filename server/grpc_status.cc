#include "trestle/server/grpc_status.h"

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <string>

#include "absl/algorithm/container.h"
#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

// gRPC tells the peer's own statuses from those it makes itself only in the text that it
// keeps for debugging.
bool IsFromPeer(const grpc::ClientContext& context) {
  return absl::StrContains(context.debug_error_string(), "Error received from peer");
}

// The words in which gRPC tells of a connection that was lost under a call. They too come as
// if the peer had sent them.
constexpr absl::string_view kWordsOfTransport[] = {
    "Cancelling all calls",
    "Connection reset by peer",
    "GOAWAY received",
    "Received RST_STREAM with error code",
    "Socket closed",
    "Transport closed",
    "keepalive watchdog timeout",
    "recvmsg:",
    "sendmsg:",
};

// Whether the message is gRPC's own, not the backend's.
bool IsOfLibrary(const grpc::Status& status) {
  // The backend's library watches the deadline too, and may be the first to say so.
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    return status.error_message() == "Deadline Exceeded";
  }
  return absl::c_any_of(kWordsOfTransport, [&](absl::string_view words) {
    return absl::StartsWith(status.error_message(), words);
  });
}

absl::Status BackendStatus(const grpc::Status& status) {
  absl::Status answer(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  if (!status.error_details().empty()) {
    answer.SetPayload(kStatusDetailsUrl, absl::Cord(status.error_details()));
  }
  return answer;
}

// What is known of a backend that cannot be reached. Of gRPC's own message, which names
// addresses and files of libraries, only what an operator has to put right.
absl::string_view UnavailableMessage(absl::string_view message) {
  if (absl::StrContains(message, "is not in peer certificate")) {
    return "backend unavailable: its certificate is for another name";
  }
  if (!absl::StrContains(message, "Ssl handshake failed")) return "backend unavailable";
  return absl::StrContains(message, "certificate verify failed")
             ? "backend unavailable: its certificate is not to be trusted"
             : "backend unavailable: the TLS handshake failed";
}

constexpr absl::string_view kCancelled = "the call was cancelled";
constexpr absl::string_view kTimedOut = "the backend did not answer in time";

absl::string_view LocalMessage(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::CANCELLED:
      return kCancelled;
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return kTimedOut;
    case grpc::StatusCode::UNAVAILABLE:
      return UnavailableMessage(status.error_message());
    case grpc::StatusCode::UNIMPLEMENTED:
      return "the backend does not speak gRPC";
    default:
      return "the call to the backend failed";
  }
}

// Whether our own limit for messages was exceeded. gRPC says so as if the backend had,
// and a backend whose limit is exceeded says the same of the message that it was sent.
bool IsAnswerTooLarge(const grpc::Status& status, size_t sent_size) {
  constexpr absl::string_view kWords = "Received message larger than max (";
  return status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED &&
         absl::StartsWith(status.error_message(), kWords) &&
         !absl::StartsWith(status.error_message(), absl::StrCat(kWords, sent_size, " "));
}

// Whether our own limit for what is sent was exceeded, by the message of `sent_size` bytes. A
// backend says the same of an answer of its own.
bool IsRequestTooLarge(const grpc::Status& status, size_t sent_size) {
  return status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED &&
         absl::StartsWith(status.error_message(),
                          absl::StrCat("Sent message larger than max (", sent_size, " "));
}

}  // namespace

absl::Status FromGrpcStatus(const grpc::Status& status, const grpc::ClientContext& context,
                            size_t sent_size) {
  if (status.ok()) return absl::OkStatus();
  if (IsAnswerTooLarge(status, sent_size)) {
    return HttpError(502, "the backend's answer is too large");
  }
  if (IsRequestTooLarge(status, sent_size)) {
    return HttpError(413, "the request is too large for the backend");
  }
  if (IsFromPeer(context) && !IsOfLibrary(status)) return BackendStatus(status);
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), LocalMessage(status));
}

absl::Status CallCancelled() { return absl::CancelledError(kCancelled); }

absl::Status CallTimedOut() { return absl::DeadlineExceededError(kTimedOut); }

}  // namespace trestle
