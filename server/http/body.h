// Reads the body of a request from its connection.

#ifndef TRESTLE_SERVER_HTTP_BODY_H_
#define TRESTLE_SERVER_HTTP_BODY_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "trestle/server/body_source.h"
#include "trestle/server/buffer_budget.h"
#include "trestle/server/concurrency/work_quantum.h"
#include "trestle/server/http/connection.h"
#include "trestle/server/http/pace.h"
#include "trestle/server/http/request_head.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// Removes the framing. Chunk extensions and trailers are read and dropped. There may be
// `limits.head` bytes of them, plus one for each byte of the body, so that a client cannot make the
// server read for nothing; and `limits.head_lines` trailers.
class HttpBody final : public BodySource {
 public:
  // The body that `head` announces. `limits` and `connection` must outlive this. A body with a
  // limit (SetLimit) is assumed to be kept whole: it is charged to `budget` until this is destroyed
  // or TakeShare is called, and reading fails with 503 if too little is left. `timeout` is the time
  // without progress until reading fails with HttpError 408.
  HttpBody(const Head& head, const LimitOptions& limits, absl::Duration timeout,
           std::shared_ptr<BufferBudget> budget, Connection* connection);

  // Requires `min_rate` bytes per second on average, after one `timeout` in all. Reading from a
  // slower client fails with HttpError 408. To be called before all other functions.
  void KeepPace(size_t min_rate) { pace_ = Pace(min_rate, timeout_); }

  // Keeps `*count` equal to taken(), for other threads. It must outlive this. To be called before
  // all other functions.
  void CountIn(std::atomic<uint64_t>* count) { count_ = count; }

  void SetLimit(size_t bytes) override { limit_ = bytes; }
  // Also lifts the required rate, except within a chunk's size and the trailers: only bodies that
  // may pause, such as streams of messages, have a timeout of their own.
  void SetReadTimeout(absl::Duration timeout) override {
    timeout_ = timeout;
    may_pause_ = true;
  }
  void SendContinue() override;
  absl::StatusOr<bool> Read(std::string* piece) override;
  void Stop() override;
  BufferShare TakeShare() override { return std::move(share_); }

  // Returns the bytes of the body that have been read, without the framing.
  uint64_t taken() const { return taken_; }

  // Discards the unread rest, if the whole body has at most `limit` bytes, nothing has failed and
  // the client does not wait for 100 (Continue). Returns whether another request can follow.
  bool DiscardRest(size_t limit);

 private:
  static constexpr uint64_t kNoLimit = std::numeric_limits<uint64_t>::max();

  enum class State { kData, kChunkHead, kChunkEnd, kTrailers, kEnd };

  absl::StatusOr<bool> ReadNext(std::string* piece);
  absl::Status Step();
  absl::Status Fill();
  Connection::Io FillBefore(absl::Duration timeout);
  absl::Status ReadLine(std::string* line);
  absl::Status ChargeOverhead(size_t bytes);
  absl::Status ReadChunkHead();
  absl::Status SkipChunkEnd();
  absl::Status SkipTrailers();
  absl::Status TooMuchOverhead() const;
  absl::Status CheckLimit() const;

  const LimitOptions& limits_;
  BufferShare share_;
  WorkQuantum quantum_;  // reading from a fast client never waits
  Connection& connection_;
  absl::Duration timeout_;
  Pace pace_;
  bool may_pause_ = false;
  uint64_t limit_ = kNoLimit;
  const bool is_chunked_;
  bool awaits_continue_;
  State state_;
  uint64_t left_;       // bytes of Content-Length, or of the chunk
  uint64_t taken_ = 0;  // bytes of the body so far
  std::atomic<uint64_t>* count_ = nullptr;
  size_t overhead_;  // bytes of extensions and trailers that may still come
  absl::Status failure_;
  std::atomic<bool> is_stopped_{false};
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_BODY_H_
