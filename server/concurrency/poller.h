// Waits until one of many descriptors is ready, using epoll.

#ifndef TRESTLE_SERVER_CONCURRENCY_POLLER_H_
#define TRESTLE_SERVER_CONCURRENCY_POLLER_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace trestle {

// Add and Wake may be called from any thread, Wait from one.
class Poller {
 public:
  // The events that are reported of a descriptor.
  enum class Watch {
    kReadable,  // each Wait reports it as long as it is readable
    kChanges,   // reported once each: it becomes readable, it becomes writable again, its peer
                // ends its side, the connection is gone
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

  // Returns ResourceExhausted if the process could not have the descriptors. Then no other function
  // may be called.
  absl::Status status() const;

  // Watches `descriptor` until it is closed. Returns false if the kernel has no memory for it.
  bool Add(int descriptor, Watch watch, uint64_t key);

  // Waits until a descriptor is ready, Wake is called or `timeout` has passed. Replaces `*ready`
  // with the descriptors that are ready.
  void Wait(absl::Duration timeout, std::vector<Ready>* ready);
  // Ends the current Wait, or else the next one.
  void Wake();

  // Readable when Wait would return at once.
  int descriptor() const { return epoll_; }

 private:
  const int epoll_;
  const int wake_;
  int error_ = 0;  // errno
};

// Returns the ResourceExhausted status of a process that cannot watch descriptors, with the reason
// of `error`, a value of errno.
absl::Status CannotWatch(int error);

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_POLLER_H_
