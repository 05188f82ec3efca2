// A client that sends and receives bytes, for tests of what is on the wire.

#ifndef TRESTLE_TESTS_TESTING_RAW_CLIENT_H_
#define TRESTLE_TESTS_TESTING_RAW_CLIENT_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace trestle {

// A connection; every wait ends, with a failure of the test's, after 20 s.
class RawClient {
 public:
  explicit RawClient(int port);                      // of 127.0.0.1
  explicit RawClient(const std::string& unix_path);  // of a Unix socket
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }
  void Send(absl::string_view bytes);
  // Each byte once the server has taken the one before it: of a Unix socket, where that
  // can be seen.
  void SendByteByByte(absl::string_view bytes);
  // Waits until the server has taken all that was sent: of a Unix socket.
  void AwaitReceived();
  void EndSending();
  void Close();

  // One answer: its head, and its body by Content-Length or, undone, by chunks (with the
  // last chunk's trailers behind it). Empty when the connection has ended.
  std::string ReadHead();
  std::string ReadBody(absl::string_view head);
  std::string ReadAnswer();        // head and body
  std::string ReadAnswerToHead();  // head alone
  // The next chunk of a body; "(last)" and the trailers for the last one; empty when the
  // connection has ended.
  std::string ReadChunk();
  // All until the server closes; "(reset)" at the end if it did so the hard way.
  std::string ReadAll();
  // Some bytes that are there or come; empty at the end.
  std::string ReadSome();
  bool AtEnd();  // waits for it
  // Whether something has come that is not read yet, or the end. Does not wait.
  bool HasNews() const;

 private:
  bool Fill();
  std::string TakeThrough(absl::string_view mark);
  std::string Take(size_t size);

  int socket_ = -1;
  bool connected_ = false;
  bool reset_ = false;
  std::string buffer_;
};

// The value of a header in a head, or "(none)".
std::string HeaderOf(absl::string_view head, absl::string_view name);
// "200" of a head.
std::string StatusOf(absl::string_view head);

}  // namespace trestle

#endif  // TRESTLE_TESTS_TESTING_RAW_CLIENT_H_
