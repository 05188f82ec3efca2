// The loop watches the socket edge-triggered, so that it reports each arrival once. The job
// therefore receives until nothing is left (is_drained_) before it waits or ends, and JobState
// keeps a report that comes in between. Events end the waits: readable_ those for data, that of the
// SendBuffer those for room. With TLS, reading may have to wait for room.
//
// While a handler works and its request has been read, no fiber waits for data. Then the loop
// receives in the job's place ("reading ahead"), up to a bound, under a lock: it notices the end of
// a client even after pipelined requests. The job takes over what is buffered when it ends that.
//
// A client that only sends no more may still want its response; one that has sent more than the
// bound may have left unnoticed. Both are only doubted: the loop cancels the request after a while
// (ConnectionLoop).

#include "trestle/server/http/connection.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "trestle/server/concurrency/clock.h"
#include "trestle/server/concurrency/fiber.h"

namespace trestle {
namespace {

constexpr size_t kReceiveSize = 64 << 10;
constexpr size_t kAheadSize = 16 << 10;

// Receives up to `size` bytes through a buffer of the thread, so that a connection allocates no
// more than has arrived. Not inlined: a fiber may call it on another thread the next time.
__attribute__((noinline)) IoResult ReceiveInto(SocketTransport& transport, size_t size,
                                               std::string* in) {
  static thread_local char buffer[kReceiveSize];
  const IoResult result = transport.Receive(buffer, std::min(size, sizeof(buffer)));
  if (result.kind == IoResult::kBytes) in->append(buffer, result.bytes);
  return result;
}

}  // namespace

Connection::Connection(int descriptor, std::unique_ptr<SocketTransport> transport, std::string peer,
                       const WriteLimits& write_limits)
    : descriptor_(descriptor),
      transport_(std::move(transport)),
      peer_(std::move(peer)),
      out_(transport_.get(), write_limits) {}

Connection::~Connection() { close(descriptor_); }

std::string Connection::peer() const {
  std::string sent = transport_->client_address();
  return sent.empty() ? peer_ : sent;
}

absl::string_view Connection::buffered() const { return absl::string_view(in_).substr(consumed_); }

void Connection::Consume(size_t bytes) {
  consumed_ += bytes;
  if (consumed_ == in_.size()) {
    in_.clear();
    consumed_ = 0;
  }
}

Connection::Io Connection::Receive(size_t size) {
  const IoResult result = ReceiveInto(*transport_, size, &in_);
  switch (result.kind) {
    case IoResult::kBytes:
      // After a hang-up only the end itself shows that nothing is left.
      is_drained_ = result.bytes < size && !transport_->MayHoldMore() && !has_hung_up();
      return Io::kOk;
    case IoResult::kEnd:
      return Io::kEnd;
    case IoResult::kWantsRead:
      is_drained_ = true;
      return Io::kNothing;
    case IoResult::kWantsWrite:
      is_drained_ = false;
      return Io::kNothing;
    case IoResult::kFailed:
      break;
  }
  return Io::kError;
}

Connection::Io Connection::Fill(absl::Time deadline) {
  in_.erase(0, consumed_);
  consumed_ = 0;
  for (;;) {
    const Io io = ReceiveMore(kReceiveSize);
    if (io == Io::kOk) YieldSometimes();
    if (io != Io::kNothing || !AwaitProgress(deadline)) return io;
  }
}

// A client that sends without pause must not delay all others on the thread.
void Connection::YieldSometimes() {
  received_in_a_row_ += in_.size();
  if (received_in_a_row_ < kReceiveSize) return;
  received_in_a_row_ = 0;
  Yield();
}

Connection::Io Connection::Open(absl::Time deadline) {
  for (;;) {
    const Io io = ReceiveMore(kReceiveSize);
    if (io != Io::kNothing || !transport_->is_opening()) return io;
    if (!AwaitProgress(deadline)) return Io::kError;
  }
}

Connection::Io Connection::ReceiveMore(size_t size) {
  if (has_stopped_reading_) return Io::kError;
  job_.OnReceive();
  return Receive(size);
}

bool Connection::AwaitProgress(absl::Time deadline) {
  received_in_a_row_ = 0;
  // Reading may be waiting for room: TLS may have to write first.
  return is_drained_ ? readable_.WaitUntil(deadline) : out_.AwaitRoom(deadline);
}

Connection::Io Connection::Poll() {
  if (!buffered().empty()) return Io::kOk;
  return is_drained_ && !job_.has_more() ? Io::kNothing : Fill(absl::InfinitePast());
}

void Connection::BeginReadingAhead(size_t least) {
  bool is_missed = false;
  {
    std::lock_guard<std::mutex> lock(ahead_mutex_);
    max_ahead_ = least + kAheadSize;
    is_reading_ahead_ = true;
    // The loop has reported these already, or will not.
    is_missed = !is_drained_ || job_.has_more();
  }
  if (is_missed) ReadAhead();
}

void Connection::EndReadingAhead() {
  if (!is_reading_ahead_) return;
  std::lock_guard<std::mutex> lock(ahead_mutex_);
  is_reading_ahead_ = false;
  overrun_since_ = kNever;
}

void Connection::ReadAhead() {
  Io io = Io::kOk;
  {
    std::lock_guard<std::mutex> lock(ahead_mutex_);
    if (is_reading_ahead_ && !has_stopped_reading_) io = ReceiveAhead();
  }
  if (io == Io::kError) Cancel(CancelReason::kClientGone);
  if (io == Io::kEnd) OnHangUp();
  if (io == Io::kEnd || is_overrun()) Doubt();
}

// Called with the lock held. Returns kNothing when everything that has arrived has been received,
// kOk at the bound.
Connection::Io Connection::ReceiveAhead() {
  while (buffered().size() < max_ahead_) {
    in_.erase(0, consumed_);
    consumed_ = 0;
    const Io io = ReceiveMore(kAheadSize);
    // The next Fill must see the end again.
    if (io == Io::kEnd || io == Io::kError) is_drained_ = false;
    if (io != Io::kOk) return io;
    if (is_drained_) return Io::kNothing;
  }
  SetOnce(&overrun_since_);
  return Io::kOk;
}

void Connection::Doubt() {
  if (doubt_ && !is_doubted_.exchange(true)) doubt_();
}

absl::Time Connection::TakeDoubt() {
  is_doubted_ = false;
  const int64_t since = std::min<int64_t>(hung_up_since_, overrun_since_);
  return since == kNever ? absl::InfiniteFuture() : absl::FromUnixNanos(since);
}

void Connection::OnHangUp() { SetOnce(&hung_up_since_); }

void Connection::SetOnce(std::atomic<int64_t>* time) {
  int64_t never = kNever;
  if (*time == never) time->compare_exchange_strong(never, absl::ToUnixNanos(MonotonicNow()));
}

void Connection::LingeringClose(absl::Duration timeout) {
  constexpr size_t kMaxIgnored = 1 << 20;
  if (!Flush()) return;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_lingering_ = true;
    // A handler may have stopped reading before the end of its request.
    has_stopped_reading_ = false;
  }
  // Closing with unread bytes would reset the connection, and the client might lose the response.
  // So announce the end, and read until the client closes too.
  transport_->EndSending();
  const absl::Time deadline = MonotonicNow() + timeout;
  size_t ignored = 0;
  do {
    Consume(buffered().size());
    if (Fill(deadline) != Io::kOk) return;
    ignored += buffered().size();
  } while (ignored < kMaxIgnored && MonotonicNow() < deadline);
  // Stop reading, but let the client read until the deadline.
  Consume(buffered().size());
  while (!has_hung_up() && readable_.WaitUntil(deadline)) continue;
}

void Connection::ResetOnClose() {
  const linger at_once{1, 0};
  setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

void Connection::ReleaseBuffers() {
  if (buffered().empty()) std::string().swap(in_);
  out_.Release();
}

bool Connection::OnReadable() {
  switch (job_.OnReadable()) {
    case JobState::Action::kStartJob:
      return true;
    case JobState::Action::kNotifyJob:
      readable_.Notify();
      if (is_reading_ahead_) ReadAhead();
      return false;
    case JobState::Action::kNone:
      return false;
  }
  return false;
}

bool Connection::CloseIfIdle() {
  if (!job_.CloseIfIdle()) return false;
  Abort();
  return true;
}

bool Connection::HasArrived() const {
  char byte;
  return recv(descriptor_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

void Connection::StopReading() {
  has_stopped_reading_ = true;
  readable_.Notify();
}

std::shared_ptr<Cancellation> Connection::BeginRequest() {
  out_.BeginResponse();
  auto request = std::make_shared<Cancellation>();
  std::lock_guard<std::mutex> lock(mutex_);
  if (is_cancelled_) request->Cancel(cancel_reason_);
  request_ = request;
  return request;
}

void Connection::Cancel(CancelReason reason) {
  std::shared_ptr<Cancellation> request;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (is_cancelled_) return;
    cancel_reason_ = reason;
    is_cancelled_ = true;
    request = request_;
  }
  if (request != nullptr) request->Cancel(reason);
}

absl::optional<CancelReason> Connection::cancel_reason() const {
  if (!is_cancelled_) return absl::nullopt;
  return cancel_reason_;
}

void Connection::CutOff() {
  Cancel(CancelReason::kShutdown);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    // The response has been sent, and the client may still have to read it.
    if (is_lingering_) return;
    has_stopped_reading_ = true;
  }
  readable_.Notify();
}

void Connection::Abort() { shutdown(descriptor_, SHUT_RDWR); }

}  // namespace trestle
