// Which of many descriptors something has happened to: all that knows of epoll.

#ifndef TRESTLE_SERVER_CONCURRENCY_POLLER_H_
#define TRESTLE_SERVER_CONCURRENCY_POLLER_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace trestle {

// Add and Wake from any thread; Wait from one.
class Poller {
 public:
  // What is told of a descriptor.
  enum class Watch {
    kReadable,  // as long as it can be read
    kChanges,   // once for each change: it can be read, it can be written again, its peer ends
                // its side or is gone
  };
  struct Ready {
    uint64_t key;
    bool readable;
    bool writable;
    bool half_closed;  // the peer sends no more; it may still read
    bool gone;         // reset, or closed both ways
  };

  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // ResourceExhausted when the process could not have the descriptors for this. Then nothing else
  // is to be called.
  absl::Status status() const;

  // Closing a descriptor ends its watch. False when the kernel has no room for it.
  bool Add(int descriptor, Watch watch, uint64_t key);

  // Waits until something has happened, Wake is called or `timeout` is over; replaces
  // `*ready` by what has happened.
  void Wait(absl::Duration timeout, std::vector<Ready>* ready);
  void Wake();

  // Can be read when Wait would have something, or has been woken.
  int descriptor() const { return epoll_; }

 private:
  const int epoll_;
  const int wake_;
  int error_ = 0;  // errno
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_POLLER_H_
