#include "trestle/server/grpc/grpc_status.h"

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <string>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "trestle/server/grpc/grpc_report.h"
#include "trestle/server/grpc/response_limit.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

// Reads gRPC's debugging text, which does not contain this for failures of channels.
bool IsFromPeer(const grpc::ClientContext& context) {
  return absl::StrContains(context.debug_error_string(), "Error received from peer");
}

constexpr absl::string_view kCancelled = "the call was cancelled";
constexpr absl::string_view kTimedOut = "the backend did not respond in time";
constexpr absl::string_view kMalformed = "the backend's response is not valid gRPC";

absl::Status BackendStatus(const grpc::Status& status, const GrpcCallFacts& facts) {
  std::string message = status.error_message();
  // gRPC's servers send this for unknown methods.
  if (message.empty() && status.error_code() == grpc::StatusCode::UNIMPLEMENTED) {
    message = absl::StrCat("the backend does not implement ", facts.method);
  }
  absl::Status sent(static_cast<absl::StatusCode>(status.error_code()), message);
  if (!status.error_details().empty()) {
    sent.SetPayload(kStatusDetailsUrl, absl::Cord(status.error_details()));
  }
  return sent;
}

// Returns the error for a backend that cannot be reached. gRPC's message contains addresses and
// source files of libraries; only the part that an operator can correct is kept.
absl::Status Unreachable(absl::string_view message) {
  if (absl::StrContains(message, "is not in peer certificate")) {
    return absl::UnavailableError("backend unavailable: its certificate is for another name");
  }
  if (!absl::StrContains(message, "Ssl handshake failed")) {
    return absl::UnavailableError("backend unavailable");
  }
  return absl::UnavailableError(absl::StrContains(message, "certificate verify failed")
                                    ? "backend unavailable: its certificate is not trusted"
                                    : "backend unavailable: the TLS handshake failed");
}

// Returns the number at the end of `message`; -1 if there is none.
int LastNumber(absl::string_view message) {
  int number = -1;
  const size_t space = message.rfind(' ');
  if (!absl::SimpleAtoi(message.substr(space + 1), &number)) return -1;
  return number;
}

// Depends on the HTTP/2 error code (RFC 9113 7): if a backend refuses or cancels a call, it can be
// retried.
absl::Status Reset(absl::string_view message) {
  enum Code { kRefusedStream = 7, kCancel = 8, kEnhanceYourCalm = 11 };
  const int code = LastNumber(message);
  const std::string reset = absl::StrCat("reset the call (HTTP/2 error code ", code, ")");
  if (code == kRefusedStream || code == kCancel || code == kEnhanceYourCalm) {
    return absl::UnavailableError(absl::StrCat("backend unavailable: it ", reset));
  }
  return HttpError(502, absl::StrCat("the backend ", reset));
}

// Returns the numbers in "… larger than max (12 vs. 10)".
struct Sizes {
  size_t size = 0;
  size_t limit = 0;
};

Sizes SizesIn(absl::string_view message) {
  Sizes sizes;
  const size_t open = message.find('(');
  if (open == message.npos || !absl::EndsWith(message, ")")) return sizes;
  const std::pair<absl::string_view, absl::string_view> numbers =
      absl::StrSplit(message.substr(open + 1, message.size() - open - 2), " vs. ");
  if (!absl::SimpleAtoi(numbers.first, &sizes.size) ||
      !absl::SimpleAtoi(numbers.second, &sizes.limit)) {
    return Sizes();
  }
  return sizes;
}

// gRPC reports this as if the backend had sent it, and a backend whose own limit is exceeded sends
// the same for the request. No backend has the limit of the channel.
absl::Status MessageTooLarge(const grpc::Status& status, const GrpcCallFacts& facts) {
  const Sizes sizes = SizesIn(status.error_message());
  const bool is_ours = facts.channel_max_message != 0 ? sizes.limit == facts.channel_max_message
                                                      : sizes.size != facts.sent_size;
  if (!is_ours) return BackendStatus(status, facts);
  return ResponseTooLarge(sizes.size, facts.max_message != 0 ? facts.max_message : sizes.limit);
}

// For our own limit of sent messages; a backend sends the same for its own responses.
absl::Status SentTooLarge(const grpc::Status& status, const GrpcCallFacts& facts) {
  const Sizes sizes = SizesIn(status.error_message());
  const bool is_ours = sizes.size == facts.sent_size &&
                       (facts.max_sent_message == 0 || sizes.limit == facts.max_sent_message);
  if (!is_ours) return BackendStatus(status, facts);
  return HttpError(413, "the request is too large for the backend");
}

absl::Status HttpStatusReceived(absl::string_view message) {
  return HttpError(502, absl::StrCat("the backend responded with HTTP status ", LastNumber(message),
                                     " instead of gRPC"));
}

absl::Status ReportedStatus(GrpcReport report, const grpc::Status& status,
                            const GrpcCallFacts& facts) {
  switch (report) {
    case GrpcReport::kCancelled:
      return CallCancelled();
    case GrpcReport::kTimedOut:
      return CallTimedOut();
    case GrpcReport::kUnreachable:
    case GrpcReport::kLost:
      return Unreachable(status.error_message());
    case GrpcReport::kMalformed:
      return HttpError(502, kMalformed);
    case GrpcReport::kHttpStatus:
      return HttpStatusReceived(status.error_message());
    case GrpcReport::kReset:
      return Reset(status.error_message());
    case GrpcReport::kUndecodable:
      return HttpError(502, "the backend's response is compressed, which was not asked for");
    case GrpcReport::kMetadataTooLarge:
      return HttpError(502, "the backend's response metadata is too large");
    case GrpcReport::kMessageTooLarge:
      return MessageTooLarge(status, facts);
    case GrpcReport::kSentTooLarge:
      return SentTooLarge(status, facts);
    case GrpcReport::kNone:
      break;
  }
  return BackendStatus(status, facts);
}

// For a failure that gRPC does not attribute to the backend.
absl::Status LocalStatus(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::CANCELLED:
      return CallCancelled();
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return CallTimedOut();
    case grpc::StatusCode::UNAVAILABLE:
      return Unreachable(status.error_message());
    default:
      return HttpError(502, "the call to the backend failed");
  }
}

}  // namespace

absl::Status FromGrpcStatus(const grpc::Status& status, const grpc::ClientContext& context,
                            const GrpcCallFacts& facts) {
  if (status.ok()) return absl::OkStatus();
  // gRPC generates messages and codes, but no details.
  if (!status.error_details().empty()) return BackendStatus(status, facts);
  const GrpcReport report = ClassifyGrpcStatus(status);
  if (report != GrpcReport::kNone) return ReportedStatus(report, status, facts);
  if (IsNeverOfGrpc(status.error_code()) || IsFromPeer(context)) {
    return BackendStatus(status, facts);
  }
  return LocalStatus(status);
}

// A backend may forward such a message from its own backend.
bool IsUnreachable(const grpc::Status& status, const grpc::ClientContext& context) {
  return status.error_code() == grpc::StatusCode::UNAVAILABLE &&
         ClassifyGrpcStatus(status) == GrpcReport::kUnreachable && !IsFromPeer(context);
}

absl::Status CallCancelled() { return absl::CancelledError(kCancelled); }

absl::Status CallTimedOut() { return absl::DeadlineExceededError(kTimedOut); }

}  // namespace trestle
