#include "trestle/tests/testing/raw_backend.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "trestle/tests/testing/loopback.h"

namespace trestle {
namespace {

enum Type : uint8_t {
  kData = 0,
  kHeaders = 1,
  kRstStream = 3,
  kSettings = 4,
  kPing = 6,
  kGoaway = 7,
  kContinuation = 9,
};
constexpr uint8_t kAck = 1;
constexpr size_t kFrameHead = 9;
constexpr size_t kMaxFrame = 16384;
constexpr absl::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

std::string BigEndian(uint64_t number, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text.push_back(static_cast<char>(number >> (8 * i)));
  return text;
}

// An integer with a prefix of seven bits, and the text (RFC 7541 5.2).
std::string HpackText(absl::string_view text) {
  constexpr size_t kPrefix = 127;
  std::string bytes;
  size_t size = text.size();
  if (size < kPrefix) {
    bytes.push_back(static_cast<char>(size));
  } else {
    bytes.push_back(static_cast<char>(kPrefix));
    for (size -= kPrefix; size >= 128; size /= 128) {
      bytes.push_back(static_cast<char>(size % 128 + 128));
    }
    bytes.push_back(static_cast<char>(size));
  }
  return absl::StrCat(bytes, text);
}

}  // namespace

std::string RawFrame(uint8_t type, uint8_t flags, uint32_t stream, absl::string_view payload) {
  return absl::StrCat(BigEndian(payload.size(), 3), BigEndian(type, 1), BigEndian(flags, 1),
                      BigEndian(stream, 4), payload);
}

std::string RawHeaders(uint32_t stream, const RawFields& fields, uint8_t flags) {
  std::string block;
  for (const auto& [name, value] : fields) {
    absl::StrAppend(&block, absl::string_view("\0", 1), HpackText(name), HpackText(value));
  }
  const absl::string_view all = block;
  if (all.size() <= kMaxFrame) return RawFrame(kHeaders, flags | kEndHeaders, stream, all);
  std::string frames = RawFrame(kHeaders, flags, stream, all.substr(0, kMaxFrame));
  for (size_t at = kMaxFrame; at < all.size(); at += kMaxFrame) {
    const bool is_last = at + kMaxFrame >= all.size();
    absl::StrAppend(&frames, RawFrame(kContinuation, is_last ? kEndHeaders : 0, stream,
                                      all.substr(at, kMaxFrame)));
  }
  return frames;
}

std::string RawHead(uint32_t stream) {
  return RawHeaders(stream, {{":status", "200"}, {"content-type", "application/grpc"}}, 0);
}

std::string RawTrailersOnly(uint32_t stream, RawFields fields) {
  fields.insert(fields.begin(), {{":status", "200"}, {"content-type", "application/grpc"}});
  return RawHeaders(stream, fields, kEndStream);
}

std::string RawTrailers(uint32_t stream, const RawFields& fields) {
  return RawHeaders(stream, fields, kEndStream);
}

std::string RawMessage(uint32_t stream, absl::string_view bytes, char flag) {
  return RawFrame(kData, 0, stream,
                  absl::StrCat(std::string(1, flag), BigEndian(bytes.size(), 4), bytes));
}

std::string RawRstStream(uint32_t stream, uint32_t code) {
  return RawFrame(kRstStream, 0, stream, BigEndian(code, 4));
}

std::string RawGoaway(uint32_t last_stream, uint32_t code, absl::string_view debug) {
  return RawFrame(kGoaway, 0, 0,
                  absl::StrCat(BigEndian(last_stream, 4), BigEndian(code, 4), debug));
}

// Serves one connection, until its client or the response ends it.
class RawBackend::Connection {
 public:
  Connection(RawBackend* backend, int socket)
      : backend_(*backend), socket_(socket), thread_([this] { Run(); }) {}
  ~Connection() {
    thread_.join();
    close(socket_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

 private:
  void Run() {
    if (!Take(kPreface.size())) return;
    Send(backend_.greeting_);
    for (;;) {
      const absl::optional<std::string> head = Take(kFrameHead);
      if (!head.has_value()) return;
      const auto byte = [&](size_t i) { return static_cast<uint8_t>((*head)[i]); };
      const auto payload = Take(size_t{byte(0)} << 16 | size_t{byte(1)} << 8 | byte(2));
      if (!payload.has_value()) return;
      const uint32_t stream = uint32_t{byte(7)} << 8 | byte(8);
      if (!OnFrame(byte(3), byte(4), stream, *payload)) return;
    }
  }

  // Returns false at the end of the connection.
  bool OnFrame(uint8_t type, uint8_t flags, uint32_t stream, const std::string& payload) {
    if (type == kSettings && (flags & kAck) == 0) Send(RawFrame(kSettings, kAck, 0, ""));
    if (type == kPing && (flags & kAck) == 0) Send(RawFrame(kPing, kAck, 0, payload));
    if ((type != kData && type != kHeaders) || (flags & kEndStream) == 0) return true;
    const Response response = backend_.responder_(stream);
    Send(response.bytes);
    if (response.then == Then::kStay) return true;
    const linger at_once{1, 0};
    if (response.then == Then::kReset) {
      setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    shutdown(socket_, response.then == Then::kReset ? SHUT_RD : SHUT_RDWR);
    if (response.then == Then::kReset) close(std::exchange(socket_, -1));
    return false;
  }

  // Waits for `events`, and floods meanwhile if requested. Returns false at the end of the backend.
  bool Await(int16_t events) {
    while (!backend_.is_over_) {
      std::string flood;
      {
        const std::lock_guard<std::mutex> lock(backend_.mutex_);
        flood = backend_.flood_;
      }
      // Short, so that the end and the start of a flood are noticed in time.
      pollfd waiting{socket_, static_cast<int16_t>(flood.empty() ? events : POLLOUT), 0};
      if (poll(&waiting, 1, 5) <= 0) continue;
      if (flood.empty()) return true;
      const ssize_t count = send(socket_, &flood[flood_sent_], flood.size() - flood_sent_,
                                 MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count > 0) flood_sent_ = (flood_sent_ + static_cast<size_t>(count)) % flood.size();
    }
    return false;
  }

  absl::optional<std::string> Take(size_t size) {
    while (buffer_.size() < size) {
      if (!Await(POLLIN)) return absl::nullopt;
      char bytes[16384];
      const ssize_t count = recv(socket_, bytes, sizeof bytes, 0);
      if (count <= 0) return absl::nullopt;
      buffer_.append(bytes, static_cast<size_t>(count));
    }
    std::string taken = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return taken;
  }

  void Send(absl::string_view bytes) {
    while (!bytes.empty() && Await(POLLOUT)) {
      const ssize_t count = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count < 0) return;
      bytes.remove_prefix(static_cast<size_t>(count));
    }
  }

  RawBackend& backend_;
  int socket_;
  std::string buffer_;
  size_t flood_sent_ = 0;  // bytes of the current repetition
  std::thread thread_;
};

RawBackend::RawBackend(Responder responder)
    : responder_(std::move(responder)),
      greeting_(RawFrame(kSettings, 0, 0, "")),
      listener_(ListenOnLoopback(&port_)) {
  thread_ = std::thread([this] { Run(); });
}

RawBackend::~RawBackend() {
  is_over_ = true;
  thread_.join();
  close(listener_);
}

std::string RawBackend::target() const { return absl::StrCat("127.0.0.1:", port_); }

void RawBackend::Flood(const std::string& bytes) {
  const std::lock_guard<std::mutex> lock(mutex_);
  flood_ = bytes;
}

void RawBackend::Run() {
  std::vector<std::unique_ptr<Connection>> connections;
  while (!is_over_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (poll(&waiting, 1, 5) <= 0) continue;
    const int socket = accept(listener_, nullptr, nullptr);
    if (socket >= 0) connections.push_back(std::make_unique<Connection>(this, socket));
  }
}

}  // namespace trestle
