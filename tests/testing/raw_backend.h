// A backend that sends any HTTP/2 frames, including those that a gRPC library would never send.

#ifndef TRESTLE_TESTS_TESTING_RAW_BACKEND_H_
#define TRESTLE_TESTS_TESTING_RAW_BACKEND_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace trestle {

// HTTP/2 frames (RFC 9113 section 6).
using RawFields = std::vector<std::pair<std::string, std::string>>;

constexpr uint8_t kEndStream = 1;
constexpr uint8_t kEndHeaders = 4;

std::string RawFrame(uint8_t type, uint8_t flags, uint32_t stream, absl::string_view payload);
// One HEADERS frame, and CONTINUATION frames if it is too large for one. Fields are literals.
std::string RawHeaders(uint32_t stream, const RawFields& fields, uint8_t flags);
// The headers of a gRPC response, and a trailers-only response.
std::string RawHead(uint32_t stream);
std::string RawTrailersOnly(uint32_t stream, RawFields fields);
std::string RawTrailers(uint32_t stream, const RawFields& fields);
// A DATA frame with a gRPC message, whose compression flag is `flag`.
std::string RawMessage(uint32_t stream, absl::string_view bytes, char flag = 0);
std::string RawRstStream(uint32_t stream, uint32_t code);
std::string RawGoaway(uint32_t last_stream, uint32_t code, absl::string_view debug);

// Listens on a port of 127.0.0.1, for any number of connections.
class RawBackend {
 public:
  enum class Then { kStay, kClose, kReset };
  struct Response {
    std::string bytes;
    Then then = Then::kStay;
  };
  // Returns what is sent for the call `stream` once its request has ended.
  using Responder = std::function<Response(uint32_t stream)>;

  explicit RawBackend(Responder responder);
  ~RawBackend();

  std::string target() const;
  // Sent to each connection instead of the SETTINGS. To be set before the first connection.
  void set_greeting(std::string greeting) { greeting_ = std::move(greeting); }
  // Stops reading, and sends `bytes` repeatedly.
  void Flood(const std::string& bytes);

 private:
  class Connection;

  void Run();

  const Responder responder_;
  std::string greeting_;
  int port_ = 0;
  int listener_;  // sets port_
  std::atomic<bool> is_over_{false};
  std::mutex mutex_;
  std::string flood_;
  std::thread thread_;
};

}  // namespace trestle

#endif  // TRESTLE_TESTS_TESTING_RAW_BACKEND_H_
