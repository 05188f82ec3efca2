// The body of a request, off its connection.

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
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trestle/server/body_source.h"
#include "trestle/server/buffer_budget.h"
#include "trestle/server/concurrency/work_quantum.h"
#include "trestle/server/http/connection.h"
#include "trestle/server/http/pace.h"
#include "trestle/server/http/request_head.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// Undoes the framing. The extensions of chunks and the trailers are read and dropped: they
// may have `limits.head` bytes, to which each byte of the body adds one again, so that nobody
// is made to read for nothing; of trailers there may be `limits.head_lines`.
class HttpBody final : public BodySource {
 public:
  // The body that `head` announces; all that is pointed at must outlive this. A body with a
  // limit is taken to be kept whole, at the cost of `budget`, until the end of this or TakeShare:
  // 503 when there is too little left.
  HttpBody(const Head& head, const LimitOptions& limits, absl::Duration patience,
           std::shared_ptr<BufferBudget> budget, Connection* connection);

  // Asks for `min_rate` bytes per second on average, beside the patience of the constructor in all:
  // a slower client is HttpError 408. Call it before all else.
  void KeepPace(size_t min_rate) { pace_ = Pace(min_rate, patience_); }

  void SetLimit(size_t bytes) override { limit_ = bytes; }
  // Only bodies that come at their client's leisure have a patience of their own. Of those no rate
  // is asked, but where a chunk's size or a trailer has begun.
  void SetReadTimeout(absl::Duration patience) override {
    patience_ = patience;
    is_leisurely_ = true;
  }
  void SendContinue() override;
  absl::StatusOr<bool> Read(std::string* piece) override;
  void Stop() override;
  BufferShare TakeShare() override { return std::move(share_); }

  // Passes over what has not been read, if the whole has at most `limit` bytes, nothing went
  // wrong and the client does not wait to be asked. Whether the connection can go on.
  bool DiscardRest(size_t limit);

 private:
  static constexpr uint64_t kNoLimit = std::numeric_limits<uint64_t>::max();

  enum class State { kData, kChunkHead, kChunkEnd, kTrailers, kEnd };

  absl::StatusOr<bool> ReadNext(std::string* piece);
  absl::Status Step();
  absl::Status Fill();
  Connection::Io FillBefore(absl::Duration patience);
  absl::Status ReadLine(std::string* line);
  absl::Status ChargeOverhead(size_t bytes);
  absl::Status ReadChunkHead();
  absl::Status SkipChunkEnd();
  absl::Status SkipTrailers();
  absl::Status TooMuchOverhead() const;
  absl::Status CheckLimit() const;

  const LimitOptions& limits_;
  BufferShare share_;
  WorkQuantum quantum_;  // a client that is fast enough is never waited for
  Connection& connection_;
  absl::Duration patience_;
  Pace pace_;
  bool is_leisurely_ = false;
  uint64_t limit_ = kNoLimit;
  const bool is_chunked_;
  bool awaits_invitation_;
  State state_;
  uint64_t left_;       // of Content-Length, or of the chunk
  uint64_t taken_ = 0;  // bytes of the body so far
  size_t overhead_;     // how many bytes may still come that are no body
  absl::Status failure_;
  std::atomic<bool> is_stopped_{false};
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_BODY_H_
