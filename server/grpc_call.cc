#include "trestle/server/grpc_call.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/string_view.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/grpc_status.h"
#include "trestle/server/grpc_time.h"

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

void Append(const std::multimap<grpc::string_ref, grpc::string_ref>& received, Metadata* metadata) {
  for (const auto& [key, value] : received) {
    metadata->emplace_back(std::string(key.data(), key.size()),
                           std::string(value.data(), value.size()));
  }
}

}  // namespace

GrpcCall::GrpcCall(const CallContext& context, Readiness readiness, GrpcQueue* queue,
                   AbandonedCalls* abandoned)
    : expects_(queue), abandoned_(abandoned), deadline_(context.deadline) {
  for (const auto& [key, value] : context.metadata) grpc_.AddMetadata(key, value);
  if (context.deadline != absl::InfiniteFuture()) {
    grpc_.set_deadline(ToGrpcTime(context.deadline));
  }
  // Left alone otherwise: a service config may say so for some methods.
  if (readiness == Readiness::kWait) grpc_.set_wait_for_ready(true);
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

bool GrpcCall::HasEnded() const {
  return is_cancelled_ || (deadline_ != absl::InfiniteFuture() && deadline_ <= MonotonicNow());
}

void GrpcCall::TakeInitial(CallContext* context) const {
  Append(grpc_.GetServerInitialMetadata(), &context->initial);
}

absl::Status GrpcCall::End(CallContext* context) const {
  Append(grpc_.GetServerTrailingMetadata(), &context->trailing);
  return FromGrpcStatus(status, grpc_, sent_size_);
}

absl::Status GrpcCall::EndUnfinished() const {
  return is_cancelled_ ? CallCancelled() : CallTimedOut();
}

void GrpcCall::Leave() {
  if (!reads.is_done() || !writes.is_done()) {
    counted_by_ = abandoned_->shared_from_this();
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

// One slice is viewed; several are joined.
WireBytes ToWireBytes(const grpc::ByteBuffer& buffer) {
  auto slice = std::make_shared<grpc::Slice>();
  if (!buffer.TrySingleSlice(slice.get()).ok() && !buffer.DumpToSingleSlice(slice.get()).ok()) {
    return WireBytes();
  }
  const absl::string_view view(reinterpret_cast<const char*>(slice->begin()), slice->size());
  return WireBytes(view, std::move(slice));
}

}  // namespace trestle
