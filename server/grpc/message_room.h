// Room in a budget for a message that gRPC is receiving.
//
// gRPC (1.51) holds a message until it is complete, and does not report its size before. So a call
// takes room for the largest message that its RPC has received so far before it requests a message,
// and corrects that when the message has arrived. RPCs whose messages have all been small need no
// room and pay nothing: their messages are charged when they have arrived.

#ifndef TRESTLE_SERVER_GRPC_MESSAGE_ROOM_H_
#define TRESTLE_SERVER_GRPC_MESSAGE_ROOM_H_

#include <algorithm>
#include <cstddef>

#include "absl/time/time.h"
#include "trestle/server/buffer_budget.h"
#include "trestle/server/largest_message.h"

namespace trestle {

// The room of one call, for its first message. For one thread or fiber at a time.
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
  //
  // `unknown` is the size that an RPC without any message so far is expected to have.
  MessageRoom(BufferShare* share, LargestMessage* largest, size_t unknown)
      : share_(*share), largest_(largest), unknown_(unknown) {}

  // Returns true if the first message may be so large that it must not be requested without room. A
  // later one is requested when the one before it has been used, and is charged when it has
  // arrived.
  bool is_needed() const { return !has_received_ && may_be_large() && share_.has_budget(); }
  // Returns true if messages of the RPC may be large: then none is read ahead.
  bool may_be_large() const { return largest_ != nullptr && largest_->size(unknown_) > kSmall; }
  // Takes room for the next message. Returns false if there is none.
  bool Take() {
    if (!is_needed()) return true;
    // A message larger than this has to be received, too.
    const size_t bytes = std::min(largest_->size(unknown_), share_.budget_size() / kParts);
    return share_.size() >= bytes || share_.Resize(bytes);
  }
  // Returns true if the RPC has had a message. Without one the room is a guess, and a call that
  // gets none in time must proceed without it.
  bool is_known() const { return largest_ == nullptr || largest_->size(SIZE_MAX) != SIZE_MAX; }
  // Returns true if room is taken.
  bool is_taken() const { return share_.size() > 0; }
  // The time to keep room for a message that does not arrive. A first message usually follows the
  // start of its response, but many streams are silent for a long time after it.
  static constexpr absl::Duration kKept = absl::Seconds(5);
  // Releases the room, if the message does not arrive soon.
  void Leave() { share_.Release(); }

  // Adjusts the room to a message of `size` bytes that has arrived.
  void Fit(size_t size) {
    has_received_ = true;
    if (largest_ == nullptr) return;
    largest_->Note(size);
    if (is_taken()) share_.Resize(size > BufferShare::kFree ? size : 0);
  }

  // The call has ended without a message.
  void FitNone() {
    if (!is_known()) largest_->Note(0);
  }

 private:
  BufferShare& share_;
  LargestMessage* const largest_;
  const size_t unknown_;
  bool has_received_ = false;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_GRPC_MESSAGE_ROOM_H_
