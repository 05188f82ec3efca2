// A thread that looks at a descriptor for another one, which sleeps where the descriptor cannot
// wake it.

#ifndef TRESTLE_SERVER_CONCURRENCY_LOOKOUT_H_
#define TRESTLE_SERVER_CONCURRENCY_LOOKOUT_H_

#include <cstdint>
#include <functional>
#include <thread>

namespace trestle {

class Lookout {
 public:
  // `seen` is called by the thread of the lookout. Aborts when the process may have no more
  // descriptors.
  Lookout(int descriptor, std::function<void()> seen);
  ~Lookout();
  Lookout(const Lookout&) = delete;
  Lookout& operator=(const Lookout&) = delete;

  // Has `seen` called once when the descriptor can be read, which may be now.
  void Begin();
  // Takes that back, if it is not too late.
  void End();

 private:
  void Run();
  void Watch(uint32_t events);

  const int epoll_;
  const int descriptor_;
  const int stop_;
  const std::function<void()> seen_;
  std::thread thread_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_CONCURRENCY_LOOKOUT_H_
