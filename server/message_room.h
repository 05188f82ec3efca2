// Room in a budget for a message that gRPC is receiving.
//
// gRPC (1.51) holds a message until it is complete, and does not tell its size before. So a call
// takes room for the largest message that its method has received so far, before it asks for one;
// and corrects that when the message is there. Methods whose messages have all been small need no
// room and pay nothing: what they receive is charged when it is there.

#ifndef TRESTLE_SERVER_MESSAGE_ROOM_H_
#define TRESTLE_SERVER_MESSAGE_ROOM_H_

#include <algorithm>
#include <atomic>
#include <cstddef>

#include "absl/time/time.h"
#include "trestle/server/buffer_budget.h"

namespace trestle {

// The size in bytes of the largest message that calls of one method have received. Thread-safe.
class LargestMessage {
 public:
  size_t size() const { return size_.load(std::memory_order_relaxed); }
  void Note(size_t size) {
    size_t before = size_.load(std::memory_order_relaxed);
    while (size > before && !size_.compare_exchange_weak(before, size, std::memory_order_relaxed)) {
    }
  }

 private:
  std::atomic<size_t> size_{0};
};

// The room of one call, for one message at a time. For one thread or fiber at a time.
class MessageRoom {
 public:
  // Messages up to this size, in bytes, need no room.
  static constexpr size_t kSmall = size_t{64} << 10;
  // The room of one call is at most the budget divided by this.
  static constexpr size_t kParts = 8;
  // How long a call waits for room. Then it fails.
  static constexpr absl::Duration kPatience = absl::Seconds(2);

  // The room is charged to `*share`. `largest` may be null: then no room is ever needed. Both must
  // outlive this.
  MessageRoom(BufferShare* share, LargestMessage* largest) : share_(*share), largest_(largest) {}

  // Returns true if the next message may be so large that it must not be asked for without room.
  bool is_needed() const {
    return largest_ != nullptr && largest_->size() > kSmall && share_.has_budget();
  }
  // Takes room for the next message. Returns false if there is none.
  bool Take() {
    if (!is_needed()) return true;
    // A message larger than this has to be received, too.
    const size_t bytes = std::min(largest_->size(), share_.budget_size() / kParts);
    return share_.size() >= bytes || share_.Resize(bytes);
  }
  // Returns true if room is taken.
  bool is_taken() const { return share_.size() > 0; }
  // How long to keep room for a message that does not come. A first one follows the begin of its
  // response; but many streams are silent for long after it, and others are to have their turn.
  absl::Duration patience() const { return has_received_ ? absl::Seconds(1) : absl::Seconds(5); }
  // Gives it back: the message does not come soon.
  void Leave() { share_.Release(); }

  // Keeps the room that a message of `size` bytes, which has come, needs.
  void Fit(size_t size) {
    has_received_ = true;
    if (largest_ == nullptr) return;
    largest_->Note(size);
    if (is_taken()) share_.Resize(size > BufferShare::kFree ? size : 0);
  }

 private:
  BufferShare& share_;
  LargestMessage* const largest_;
  bool has_received_ = false;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_MESSAGE_ROOM_H_
