// A relay between a client and a server, for tests, that can stop forwarding.

#ifndef TRESTLE_TESTS_TESTING_RELAY_H_
#define TRESTLE_TESTS_TESTING_RELAY_H_

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace trestle {

// Forwards connections from its own port to `server_port`, both on 127.0.0.1.
class Relay {
 public:
  explicit Relay(int server_port);
  ~Relay();

  int port() const { return port_; }
  // Accepts connections but forwards nothing, and closes none. May be called from any thread.
  void Stall() { is_stalled_ = true; }
  // Forwards again, including what was sent meanwhile.
  void Resume() { is_stalled_ = false; }
  // Resets all connections, like a host that has crashed and restarted.
  void Cut() { is_cut_ = true; }

 private:
  void Run();
  void Accept();
  void Carry(size_t from);
  void Reset();

  const int server_port_;
  int port_ = 0;
  int listener_;  // sets port_
  std::atomic<bool> is_stalled_{false};
  std::atomic<bool> is_cut_{false};
  std::atomic<bool> is_over_{false};
  std::vector<int> sockets_;  // pairs: the client's at even indices, then the server's
  std::thread thread_;
};

}  // namespace trestle

#endif  // TRESTLE_TESTS_TESTING_RELAY_H_
