#include "trestle/server/http/send_buffer.h"

#include <sys/uio.h>

#include <algorithm>

#include "trestle/server/concurrency/clock.h"

namespace trestle {
namespace {

constexpr size_t kMaxBuffered = 64 << 10;

// Drops the first `bytes` of `parts`.
void Advance(iovec parts[2], size_t bytes) {
  for (int i = 0; i < 2; ++i) {
    const size_t n = std::min(bytes, parts[i].iov_len);
    parts[i].iov_base = static_cast<char*>(parts[i].iov_base) + n;
    parts[i].iov_len -= n;
    bytes -= n;
  }
}

iovec ToPart(absl::string_view bytes) { return {const_cast<char*>(bytes.data()), bytes.size()}; }

}  // namespace

bool SendBuffer::Write(absl::string_view bytes) {
  if (buffered_.size() + bytes.size() <= kMaxBuffered) {
    buffered_.append(bytes.data(), bytes.size());
    return !is_broken_;
  }
  const bool ok = Send(buffered_, bytes);
  buffered_.clear();
  return ok;
}

bool SendBuffer::Flush() {
  if (buffered_.empty()) return !is_broken_;
  const bool ok = Send(buffered_, absl::string_view());
  buffered_.clear();
  return ok;
}

bool SendBuffer::Send(absl::string_view first, absl::string_view second) {
  iovec parts[2] = {ToPart(first), ToPart(second)};
  size_t left = first.size() + second.size();
  while (left > 0 && !is_broken_) {
    const IoResult result = transport_.Send(parts, 2);
    if (result.kind == IoResult::kBytes) {
      Advance(parts, result.bytes);
      left -= result.bytes;
      pace_.Moved(result.bytes);
    } else {
      is_broken_ = result.kind != IoResult::kWantsWrite || !AwaitRoomAtPace();
    }
  }
  return !is_broken_;
}

bool SendBuffer::AwaitRoomAtPace() {
  const absl::Time begin = MonotonicNow();
  const bool has_room = AwaitRoom(begin + std::min(limits_.timeout, pace_.left()));
  pace_.Waited(MonotonicNow() - begin);
  return has_room;
}

}  // namespace trestle
