// Collects what is sent on a connection, and sends it.

#ifndef TRESTLE_SERVER_HTTP_SEND_BUFFER_H_
#define TRESTLE_SERVER_HTTP_SEND_BUFFER_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trestle/server/concurrency/event.h"
#include "trestle/server/http/pace.h"
#include "trestle/server/http/transport.h"

namespace trestle {

// How slowly a client may read. A connection that is slower is broken.
struct WriteLimits {
  absl::Duration timeout = absl::InfiniteDuration();  // without progress
  // Bytes per second, on average over a response, after one `timeout` in all; 0 for no limit.
  size_t min_rate = 0;
};

// Waits when the socket has no room. One fiber or thread at a time may use it; OnWritable may be
// called from any thread.
class SendBuffer {
 public:
  // `transport` must outlive the buffer.
  SendBuffer(SocketTransport* transport, const WriteLimits& limits)
      : transport_(*transport), limits_(limits), pace_(limits.min_rate, limits.timeout) {}

  // Measures the rate of the next response from its beginning.
  void BeginResponse() { pace_ = Pace(limits_.min_rate, limits_.timeout); }

  // Sends `bytes`, which may be buffered until Flush. Both return false once the connection is
  // broken.
  bool Write(absl::string_view bytes);
  bool Flush();
  bool is_broken() const { return is_broken_; }

  // Frees the memory of the buffer, and what is in it.
  void Release() { std::string().swap(buffered_); }

  void OnWritable() { writable_.Notify(); }  // there is room to send
  // Waits for room until `deadline`; returns false if there is none by then.
  bool AwaitRoom(absl::Time deadline) { return writable_.WaitUntil(deadline); }

 private:
  bool Send(absl::string_view first, absl::string_view second);
  bool AwaitRoomAtPace();

  SocketTransport& transport_;
  const WriteLimits limits_;
  std::string buffered_;
  bool is_broken_ = false;
  Pace pace_;  // of the response in progress
  Event writable_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_SEND_BUFFER_H_
