// A connection of a load tool to the gateway.

#ifndef TRESTLE_BENCH_RIG_CLIENT_H_
#define TRESTLE_BENCH_RIG_CLIENT_H_

#include <cstddef>
#include <functional>
#include <string>

#include "absl/strings/string_view.h"
#include "trestle/bench/rig/answer_reader.h"
#include "trestle/bench/rig/loop.h"

namespace trestle {
namespace bench {

// Used on the loop's thread. Must not be destroyed in one of its own callbacks, but may be closed
// there.
class Client : public Loop::Watcher {
 public:
  // How to close the connection: with FIN or with RST.
  enum class Leave { kPolitely, kAbruptly };

  // Connects to the port of 127.0.0.1, and sends once connected.
  Client(Loop* loop, int port);
  ~Client() override;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Callbacks, which must be set first.
  std::function<void(const Answer&)> on_answer;
  std::function<void()> on_sent;  // all data given to Send has been sent
  // The server has closed or reset the connection, could not be reached, or has sent a response
  // that is not HTTP. Not called for Close.
  std::function<void()> on_end;

  // Passes the parts of bodies to `on_piece` as they arrive, instead of collecting them in
  // Answer::body.
  void StreamTo(std::function<void(absl::string_view)> on_piece);

  void Send(absl::string_view bytes);
  // Closes the sending side. All data must have been sent.
  void EndSending();
  // Stop reading, so that the server soon cannot send any more, and continue.
  void StopReading() { reading_ = false; }
  void GoOnReading();  // not from within another client's callback
  void Close(Leave leave = Leave::kPolitely);

  bool open() const { return socket_ >= 0; }
  bool sound() const { return sound_; }  // all received data is HTTP
  bool in_answer() const { return reader_.in_answer(); }
  const Answer& answer() const { return reader_.answer(); }
  size_t bytes_read() const { return bytes_read_; }

  void OnReady() override;

 private:
  void Flush();
  void Fill();
  void End();

  Loop* const loop_;
  int socket_ = -1;
  bool reading_ = true;
  bool connected_ = false;
  bool flushing_ = false;
  bool sound_ = true;
  std::string unsent_;
  size_t sent_ = 0;  // bytes of unsent_
  size_t bytes_read_ = 0;
  AnswerReader reader_;
};

}  // namespace bench
}  // namespace trestle

#endif  // TRESTLE_BENCH_RIG_CLIENT_H_
