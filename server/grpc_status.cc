#include "trestle/server/grpc_status.h"

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <string>

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

// The backend's gRPC library watches the deadline too, and may be the first to say so.
bool IsOfLibrary(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED &&
         status.error_message() == "Deadline Exceeded";
}

absl::Status BackendStatus(const grpc::Status& status) {
  absl::Status answer(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  if (!status.error_details().empty()) {
    answer.SetPayload(kStatusDetailsUrl, absl::Cord(status.error_details()));
  }
  return answer;
}

absl::string_view LocalMessage(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::CANCELLED:
      return "the call was cancelled";
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return "the backend did not answer in time";
    case grpc::StatusCode::UNAVAILABLE:
      return "backend unavailable";
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

}  // namespace

absl::Status FromGrpcStatus(const grpc::Status& status, const grpc::ClientContext& context,
                            size_t sent_size) {
  if (status.ok()) return absl::OkStatus();
  if (IsAnswerTooLarge(status, sent_size)) {
    return HttpError(502, "the backend's answer is too large");
  }
  if (IsFromPeer(context) && !IsOfLibrary(status)) return BackendStatus(status);
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                      LocalMessage(status.error_code()));
}

}  // namespace trestle
