// The one thing that code of this server waits on.

#ifndef TRESTLE_SERVER_CONCURRENCY_EVENT_H_
#define TRESTLE_SERVER_CONCURRENCY_EVENT_H_

#include <atomic>
#include <cstdint>

namespace trestle {

// Something that happens once. One thread waits, another one notifies; both may be
// first. Everything that waits for an RPC waits here, so that how a wait is done
// (today it blocks the thread) is known to this file alone.
class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  // Returns once Notify has been called; at once if it was called before.
  void Wait();

  // Ends Wait. What was written before Notify is seen after Wait. The event may be
  // destroyed as soon as Wait has returned, even while Notify has not.
  void Notify();

  // Makes it fit for the next use; nobody may be waiting or about to notify.
  void Reset();

 private:
  std::atomic<uint32_t> state_{0};
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_EVENT_H_
