#include "trestle/server/grpc/grpc_report.h"

#include <iterator>
#include <string>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace trestle {
namespace {

struct Row {
  absl::string_view words;
  GrpcReport report;
  enum { kBegin, kAll } are = kBegin;  // what of the message they are
};

// By the sources of gRPC 1.51: filters, surface, chttp2, its parsers, endpoints, security.
constexpr Row kRows[] = {
    {"CANCELLED", GrpcReport::kCancelled, Row::kAll},
    {"Cancelled", GrpcReport::kCancelled, Row::kAll},
    {"Call cancelled", GrpcReport::kCancelled, Row::kAll},
    {"call cancelled", GrpcReport::kCancelled, Row::kAll},

    // ---- filters
    {"Received http2 header with status: ", GrpcReport::kHttpStatus},
    {"Received message larger than max (", GrpcReport::kMessageTooLarge},
    {"Sent message larger than max (", GrpcReport::kSentTooLarge},
    {"Unexpected error decompressing data", GrpcReport::kUndecodable},
    {"Compression algorithm ", GrpcReport::kUndecodable},
    {"invalid compression algorithm ", GrpcReport::kUndecodable},
    {"Invalid compression algorithm ", GrpcReport::kUndecodable},
    {"received initial metadata size exceeds limit", GrpcReport::kMetadataTooLarge},
    {"received trailing metadata size exceeds limit", GrpcReport::kMetadataTooLarge},

    // ---- streams and frames
    {"Received RST_STREAM with error code ", GrpcReport::kReset},
    {"Trying to connect an http1.x server", GrpcReport::kMalformed},
    {"No status received", GrpcReport::kMalformed},
    {"Stream removed", GrpcReport::kMalformed, Row::kAll},
    {"Stream closed", GrpcReport::kMalformed, Row::kAll},
    {"Received trailing metadata with no error and no status", GrpcReport::kMalformed},
    {"Failed parsing HTTP/2", GrpcReport::kMalformed},
    {"Data frame with END_STREAM flag received", GrpcReport::kMalformed},
    {"frame of size ", GrpcReport::kMalformed},
    {"Frame size ", GrpcReport::kMalformed},
    {"unsupported data flags: ", GrpcReport::kMalformed},
    {"Bad GRPC frame type ", GrpcReport::kMalformed},
    {"Expected CONTINUATION frame", GrpcReport::kMalformed},
    {"Unexpected CONTINUATION frame", GrpcReport::kMalformed},
    {"Expected SETTINGS frame as the first frame", GrpcReport::kMalformed},
    {"Settings frame received for ", GrpcReport::kMalformed},
    {"non-empty settings ack frame received", GrpcReport::kMalformed},
    {"invalid flags on settings frame", GrpcReport::kMalformed},
    {"settings frames must be a multiple of six bytes", GrpcReport::kMalformed},
    {"invalid window update", GrpcReport::kMalformed},
    {"invalid rst_stream: ", GrpcReport::kMalformed},
    {"invalid ping: ", GrpcReport::kMalformed},
    {"goaway frame too short", GrpcReport::kMalformed},
    {"grpc_chttp2_stream ", GrpcReport::kMalformed},
    {"Extra initial metadata", GrpcReport::kMalformed},
    {"Extra trailing metadata", GrpcReport::kMalformed},
    {"Too many trailer frames", GrpcReport::kMalformed},
    {"too many header frames received", GrpcReport::kMalformed},
    {"Trailing metadata frame received without an end-o-stream", GrpcReport::kMalformed},
    {"skipping already closed grpc_chttp2_stream header", GrpcReport::kMalformed},
    {"Illegal header key", GrpcReport::kMalformed},
    {"Illegal header value", GrpcReport::kMalformed},
    {"Illegal metadata", GrpcReport::kMalformed},
    {"Error parsing metadata", GrpcReport::kMalformed},

    // ---- header compression
    {"Illegal hpack op code", GrpcReport::kMalformed},
    {"Invalid HPACK index received", GrpcReport::kMalformed},
    {"illegal base64 encoding", GrpcReport::kMalformed},
    {"integer overflow in hpack integer decoding", GrpcReport::kMalformed},
    {"More than two max table size changes in a single frame", GrpcReport::kMalformed},
    {"Attempt to make hpack table ", GrpcReport::kMalformed},

    // ---- connections
    {"Cancelling all calls", GrpcReport::kLost},
    {"GOAWAY received", GrpcReport::kLost},
    {"Last stream closed after sending GOAWAY", GrpcReport::kLost},
    {"Delayed close due to in-progress write", GrpcReport::kLost},
    {"Max stream count exceeded", GrpcReport::kLost},
    {"Stream IDs exhausted", GrpcReport::kLost},
    {"Too many pings", GrpcReport::kLost},
    {"Buffers full", GrpcReport::kLost},
    {"keepalive watchdog timeout", GrpcReport::kLost},
    {"ping timeout", GrpcReport::kLost},
    {"Attempt to send initial metadata after stream was closed", GrpcReport::kLost},
    {"Attempt to send message after stream was closed", GrpcReport::kLost},
    {"Attempt to send trailing metadata after stream was closed", GrpcReport::kLost},
    {"Transport closed", GrpcReport::kLost},
    {"Transport destroyed", GrpcReport::kLost},
    {"Channel Destroyed", GrpcReport::kLost},
    {"Channel destroyed", GrpcReport::kLost},
    {"Subchannel destroyed", GrpcReport::kLost},
    {"Subchannel state change to ", GrpcReport::kLost},
    {"Connection cancelled", GrpcReport::kLost},
    {"Socket closed", GrpcReport::kLost},
    {"Endpoint read failed", GrpcReport::kLost},
    {"Endpoint already shutdown", GrpcReport::kLost},
    {"Endpoint closing", GrpcReport::kLost},
    {"endpoint destroyed", GrpcReport::kLost},
    {"FD shutdown", GrpcReport::kLost},
    {"FD Shutdown", GrpcReport::kLost},
    {"EOF", GrpcReport::kLost, Row::kAll},
    {"recvmsg", GrpcReport::kLost},
    {"sendmsg", GrpcReport::kLost},
    {"Secure read failed", GrpcReport::kLost},
    {"Unwrap failed", GrpcReport::kLost},
    {"Wrap failed", GrpcReport::kLost},
    {"Decryption error", GrpcReport::kLost},
    {"Encryption error", GrpcReport::kLost},
    {"Peer tried to renegotiate SSL connection", GrpcReport::kLost},
    {"Handshake timed out", GrpcReport::kLost},
    {"connection attempt timed out before receiving SETTINGS frame", GrpcReport::kLost},

    // ---- channels
    {"failed to connect to all addresses", GrpcReport::kUnreachable},
    {"connections to all backends failing", GrpcReport::kUnreachable},
    {"no reachable subchannels", GrpcReport::kUnreachable},
    {"empty address list", GrpcReport::kUnreachable},
    {"DNS resolution failed", GrpcReport::kUnreachable},
};

// Texts that no backend should send to a client, and that gRPC's messages contain which are not in
// the table, such as those of other versions.
constexpr absl::string_view kTransportWords[] = {
    "http2",  "HTTP/2",         "hpack",     "HPACK",   "chttp2", "RST_STREAM",
    "GOAWAY", "WINDOW_UPDATE",  "TSI_",      "SSL_",    "ipv4:",  "ipv6:",
    "unix:",  "unix-abstract:", "GRPC_ARG_", "syscall", "errno:",
};

// Returns true if `message` is one of the system for an errno: "Broken pipe".
bool IsOfSystem(absl::string_view message) {
  constexpr int kLastErrno = 133;
  for (int error = 1; error <= kLastErrno; ++error) {
    const char* const text = strerrordesc_np(error);
    if (text != nullptr && message == text) return true;
  }
  return false;
}

bool IsOfTransport(absl::string_view message) {
  return absl::c_any_of(kTransportWords,
                        [&](absl::string_view words) { return absl::StrContains(message, words); });
}

}  // namespace

// "These codes are never generated by the library" (gRPC's doc/statuscodes.md), and invalid codes.
bool IsNeverOfGrpc(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::CANCELLED:
    case grpc::StatusCode::UNKNOWN:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
    case grpc::StatusCode::PERMISSION_DENIED:
    case grpc::StatusCode::UNAUTHENTICATED:
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
    case grpc::StatusCode::UNIMPLEMENTED:
    case grpc::StatusCode::INTERNAL:
    case grpc::StatusCode::UNAVAILABLE:
      return false;
    default:
      return true;
  }
}

GrpcReport ClassifyGrpcStatus(const grpc::Status& status) {
  const grpc::StatusCode code = status.error_code();
  if (IsNeverOfGrpc(code)) return GrpcReport::kNone;
  const std::string& message = status.error_message();
  if (code == grpc::StatusCode::DEADLINE_EXCEEDED) {
    // The backend's library watches the deadline, too, and may report it first.
    return message == "Deadline Exceeded" ? GrpcReport::kTimedOut : GrpcReport::kNone;
  }
  if (message.empty()) return GrpcReport::kNone;
  const auto* row = absl::c_find_if(kRows, [&](const Row& one) {
    return one.are == Row::kAll ? message == one.words : absl::StartsWith(message, one.words);
  });
  if (row != std::end(kRows)) return row->report;
  const bool may_be_lost = code == grpc::StatusCode::UNAVAILABLE;
  // With another code the backend has sent it: PERMISSION_DENIED "Permission denied".
  if (may_be_lost && IsOfSystem(message)) return GrpcReport::kLost;
  if (!IsOfTransport(message)) return GrpcReport::kNone;
  return may_be_lost ? GrpcReport::kLost : GrpcReport::kMalformed;
}

}  // namespace trestle
