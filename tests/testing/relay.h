// A network between a client and a server, for tests, that can stop carrying anything.

#ifndef TRESTLE_TESTS_TESTING_RELAY_H_
#define TRESTLE_TESTS_TESTING_RELAY_H_

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace trestle {

// Carries the connections to a port of its own on to `server_port`, both on 127.0.0.1.
class Relay {
 public:
  explicit Relay(int server_port);
  ~Relay();

  int port() const { return port_; }
  // From now on takes connections and carries nothing; none is closed. From any thread.
  void Stall() { is_stalled_ = true; }
  // Ends that: carries on, what was sent meanwhile included.
  void Resume() { is_stalled_ = false; }
  // Resets all connections there are, as a host that has crashed and come back does.
  void Cut() { is_cut_ = true; }

 private:
  void Run();
  void Accept();
  void Carry(size_t from);
  void Reset();

  const int server_port_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> is_stalled_{false};
  std::atomic<bool> is_cut_{false};
  std::atomic<bool> is_over_{false};
  std::vector<int> sockets_;  // a client's at even places, and behind it the server's
  std::thread thread_;
};

}  // namespace trestle

#endif  // TRESTLE_TESTS_TESTING_RELAY_H_
