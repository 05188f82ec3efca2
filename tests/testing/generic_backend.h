// A real gRPC server for tests: a function over bytes handles every method of every service.

#ifndef TRESTLE_TESTS_TESTING_GENERIC_BACKEND_H_
#define TRESTLE_TESTS_TESTING_GENERIC_BACKEND_H_

#include <grpcpp/support/status.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace grpc {
class Channel;
class ServerCredentials;
}  // namespace grpc

namespace trestle {

class GenericBackend {
 public:
  struct Call {
    std::string method;     // "/pkg.Service/Method"
    std::string request;    // the first message
    std::string authority;  // its :authority
    std::multimap<std::string, std::string> metadata;
    bool has_deadline = false;
  };
  struct Response {
    std::vector<std::string> messages;
    grpc::Status status;
    std::multimap<std::string, std::string> initial;
    std::multimap<std::string, std::string> trailing;
    bool is_never = false;  // sends nothing until the call is cancelled
    // Which messages are read if the client sends several.
    enum Takes {
      kOne,   // the first; then the response is sent
      kAll,   // all; then the response is sent, with their number: at_end(7)
      kEcho,  // all, and each is sent back; then the response is sent
      kNone,  // the first; nothing is sent until the call is cancelled
    } takes = kOne;
    std::function<std::string(int)> at_end = nullptr;
  };
  using Responder = std::function<Response(const Call&)>;
  struct Counts {
    std::atomic<int> started{0};
    std::atomic<int> read{0};     // messages received
    std::atomic<int> written{0};  // messages that the transport has taken
    std::atomic<int> cancelled{0};
    std::atomic<int> done{0};
  };

  // Listens on `port` of 127.0.0.1, 0 for any.
  explicit GenericBackend(Responder responder, int port = 0);
  // Listens on any gRPC `address`, "127.0.0.1:0" or "unix:/path", with `credentials`.
  GenericBackend(Responder responder, const std::string& address,
                 const std::shared_ptr<grpc::ServerCredentials>& credentials);
  ~GenericBackend();  // ends calls at once

  int port() const;
  std::string target() const;
  std::shared_ptr<grpc::Channel> InProcess();
  const Counts& counts() const;

 private:
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

}  // namespace trestle

#endif  // TRESTLE_TESTS_TESTING_GENERIC_BACKEND_H_
