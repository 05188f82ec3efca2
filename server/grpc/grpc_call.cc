#include "trestle/server/grpc/grpc_call.h"

#include <grpc/compression.h>
#include <grpcpp/support/proto_buffer_reader.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/string_view.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/grpc/grpc_report.h"
#include "trestle/server/grpc/grpc_status.h"
#include "trestle/server/grpc/grpc_time.h"
#include "trestle/server/grpc/response_limit.h"
#include "trestle/transcoding/error.h"

// The flags of the message that was received last. Exported by gRPC (1.51), in none of its
// installed headers.
uint32_t grpc_call_test_only_get_message_flags(grpc_call* call);

namespace trestle {
namespace {

// A slice that owns `bytes`; short ones are cheaper copied than kept.
grpc::Slice ToSlice(std::string bytes) {
  constexpr size_t kCheapToCopy = 512;
  if (bytes.size() <= kCheapToCopy) return grpc::Slice(bytes.data(), bytes.size());
  auto* owned = new std::string(std::move(bytes));
  return grpc::Slice(
      owned->data(), owned->size(), [](void* string) { delete static_cast<std::string*>(string); },
      owned);
}

grpc::ByteBuffer ToByteBuffer(std::string bytes) {
  grpc::Slice slice = ToSlice(std::move(bytes));
  return grpc::ByteBuffer(&slice, 1);
}

using Received = std::multimap<grpc::string_ref, grpc::string_ref>;

// Counted as in HTTP/2 (RFC 9113 6.5.2).
constexpr size_t kFieldOverhead = 32;

size_t SizeOf(const Received& received) {
  size_t size = 0;
  for (const auto& [key, value] : received) size += key.size() + value.size() + kFieldOverhead;
  return size;
}

void Append(const Received& received, Metadata* metadata) {
  for (const auto& [key, value] : received) {
    metadata->emplace_back(std::string(key.data(), key.size()),
                           std::string(value.data(), value.size()));
  }
}

// `size` bytes of initial or trailing metadata have come.
absl::Status CheckReceived(size_t size, const GrpcLimits& limits) {
  return size > limits.max_metadata ? ResponseMetadataTooLarge(size, limits.max_metadata)
                                    : absl::OkStatus();
}

// Reads which compression the transport found a message to have: gRPC's API shows it to readers
// only.
class CompressionOf : private grpc::ProtoBufferReader {
 public:
  explicit CompressionOf(grpc::ByteBuffer* buffer) : ProtoBufferReader(buffer) {}
  bool is_none() {
    return status().ok() && reader()->buffer_in->data.raw.compression == GRPC_COMPRESS_NONE;
  }
};

// Whether the message that `context`'s call received last was marked as compressed, though its
// `grpc-encoding` is missing, identity or not known to gRPC: then gRPC (1.51) hands it over as one
// that is not compressed.
bool IsMarkedCompressed(grpc::ClientContext* context) {
  constexpr uint32_t kCompressed = 0x80000000U;  // GRPC_WRITE_INTERNAL_COMPRESS
  return (grpc_call_test_only_get_message_flags(context->c_call()) & kCompressed) != 0;
}

// Returns the bytes of a message: a view of one slice, several slices joined.
WireBytes ToWireBytes(const grpc::ByteBuffer& buffer) {
  auto slice = std::make_shared<grpc::Slice>();
  if (!buffer.TrySingleSlice(slice.get()).ok() && !buffer.DumpToSingleSlice(slice.get()).ok()) {
    return WireBytes();
  }
  const absl::string_view view(reinterpret_cast<const char*>(slice->begin()), slice->size());
  return WireBytes(view, std::move(slice));
}

}  // namespace

GrpcCall::GrpcCall(const CallContext& context, const GrpcCallKind& kind, GrpcQueue* queue)
    : pending_operation_(queue), kind_(kind), deadline_(context.deadline) {
  for (const auto& [key, value] : context.metadata) grpc_.AddMetadata(key, value);
  if (context.deadline != absl::InfiniteFuture()) {
    grpc_.set_deadline(ToGrpcTime(context.deadline));
  }
  // Otherwise unchanged: a service config may set it for some methods.
  if (kind.readiness == Readiness::kWait) grpc_.set_wait_for_ready(true);
}

GrpcCall::~GrpcCall() {
  if (counted_by_ != nullptr) counted_by_->Remove(sent_size_);
}

grpc::ByteBuffer GrpcCall::ToSend(std::string message) {
  sent_size_ = message.size();
  return ToByteBuffer(std::move(message));
}

bool GrpcCall::Await(Tag* tag, absl::Time until) const {
  const absl::Time deadline = std::min(until, deadline_);
  while (!tag->is_done()) {
    if (is_cancelled_) return false;
    if (!tag->WaitUntil(deadline)) return tag->is_done();
  }
  return true;
}

bool GrpcCall::AwaitRoom(MessageRoom* room, absl::Time until) {
  constexpr absl::Duration kMaxDelay = absl::Milliseconds(10);
  absl::Duration delay = absl::Milliseconds(1);
  while (!room->Take()) {
    const absl::Time now = MonotonicNow();
    if (HasEnded() || now >= until) return false;
    reads.WaitUntil(std::min({until, deadline_, now + delay}));  // or until Cancel
    delay = std::min(2 * delay, kMaxDelay);
  }
  return true;
}

bool GrpcCall::HasEnded() const {
  return is_cancelled_ || (deadline_ != absl::InfiniteFuture() && deadline_ <= MonotonicNow());
}

absl::Status GrpcCall::TakeInitial(CallContext* context) const {
  const Received& initial = grpc_.GetServerInitialMetadata();
  if (initial.empty()) return absl::OkStatus();
  if (absl::Status s = CheckReceived(SizeOf(initial), kind_.limits); !s.ok()) return s;
  Append(initial, &context->initial);
  return absl::OkStatus();
}

absl::Status GrpcCall::TakeMessage(WireBytes* message) {
  if (!received.Valid()) return HttpError(502, "the backend did not send a response message");
  if (!CompressionOf(&received).is_none() || IsMarkedCompressed(&grpc_)) {
    return HttpError(502, "the backend's response is compressed, which was not asked for");
  }
  const size_t limit = kind_.limits.max_message;
  if (limit != 0 && received.Length() > limit) return ResponseTooLarge(received.Length(), limit);
  kind_.reachability->OnReached();
  *message = ToWireBytes(received);
  return absl::OkStatus();
}

absl::Status GrpcCall::End(absl::string_view method, CallContext* context) const {
  const Received& trailing = grpc_.GetServerTrailingMetadata();
  const size_t size = SizeOf(trailing) + status.error_message().size();
  if (absl::Status s = CheckReceived(size, kind_.limits); !s.ok()) return s;
  Append(trailing, &context->trailing);
  if (status.ok()) return absl::OkStatus();
  ReportReachability();
  GrpcCallFacts facts;
  facts.method = method;
  facts.sent_size = sent_size_;
  facts.channel_max_message = kind_.limits.channel_max_message;
  facts.max_message = kind_.limits.max_message;
  facts.max_sent_message = kind_.limits.max_sent_message;
  return FromGrpcStatus(status, grpc_, facts);
}

// For a call that has failed.
void GrpcCall::ReportReachability() const {
  GrpcReachability& reachability = *kind_.reachability;
  if (IsUnreachable(status, grpc_)) {
    reachability.OnUnreachable(status.error_message());
  } else if (reachability.is_away() && ClassifyGrpcStatus(status) == GrpcReport::kNone) {
    reachability.OnReached();
  }
}

absl::Status GrpcCall::EndUnfinished() const {
  return is_cancelled_ ? CallCancelled() : CallTimedOut();
}

void GrpcCall::Leave() {
  if (!reads.is_done() || !writes.is_done()) {
    counted_by_ = kind_.abandoned;
    counted_by_->Add(sent_size_);
    if (!is_cancelled_) grpc_.TryCancel();
  }
  Unref();
}

void GrpcCall::Cancel() {
  is_cancelled_ = true;
  grpc_.TryCancel();
  reads.Wake();
  writes.Wake();
}

}  // namespace trestle
