// A client that sends and receives bytes, for tests of the wire format.

#ifndef TRESTLE_TESTS_TESTING_RAW_CLIENT_H_
#define TRESTLE_TESTS_TESTING_RAW_CLIENT_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace trestle {

// A connection. A wait of more than 20 s fails the test.
class RawClient {
 public:
  explicit RawClient(int port);                      // of 127.0.0.1
  explicit RawClient(const std::string& unix_path);  // of a Unix socket
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }
  void Send(absl::string_view bytes);
  // Sends each byte after the server has received the one before. For Unix sockets, where that can
  // be observed.
  void SendByteByByte(absl::string_view bytes);
  // Waits until the server has received everything that was sent. For Unix sockets.
  void AwaitReceived();
  void EndSending();
  void Close();

  // Reads one response: its head, and its body, by Content-Length or by chunks. A chunked body is
  // returned without framing, followed by its trailers. Empty at the end of the connection.
  std::string ReadHead();
  std::string ReadBody(absl::string_view head);
  std::string ReadResponse();        // head and body
  std::string ReadResponseToHead();  // head alone
  // Reads the next chunk of a body. Returns "(last)" and the trailers for the last one, and an
  // empty string at the end of the connection.
  std::string ReadChunk();
  // Reads until the server closes the connection. Ends with "(reset)" if it has reset it.
  std::string ReadAll();
  // Waits for some bytes and returns them; empty at the end.
  std::string ReadSome();
  bool AtEnd();  // waits for bytes or the end
  // Returns true if bytes or the end have arrived that are not read yet. Does not wait.
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

// Returns the value of a header in a head, or "(none)".
std::string HeaderOf(absl::string_view head, absl::string_view name);
// Returns the status of a head: "200".
std::string StatusOf(absl::string_view head);

}  // namespace trestle

#endif  // TRESTLE_TESTS_TESTING_RAW_CLIENT_H_
