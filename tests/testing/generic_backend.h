// A real gRPC server for tests: any method of any service, answered by a function over
// bytes.

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
  struct Answer {
    std::vector<std::string> messages;
    grpc::Status status;
    std::multimap<std::string, std::string> initial;
    std::multimap<std::string, std::string> trailing;
    bool is_never = false;  // says nothing until the call is cancelled
    // What is read of the messages, of a client that sends several.
    enum Takes {
      kOne,   // and the answer is given
      kAll,   // then the answer is given, with their number: at_end(7)
      kEcho,  // each is answered with itself; the answer comes after them
      kNone,  // beyond the first, and nothing is said until the call is cancelled
    } takes = kOne;
    std::function<std::string(int)> at_end = nullptr;
  };
  using Answerer = std::function<Answer(const Call&)>;
  struct Counts {
    std::atomic<int> started{0};
    std::atomic<int> read{0};     // messages that have come
    std::atomic<int> written{0};  // messages that the transport took
    std::atomic<int> cancelled{0};
    std::atomic<int> done{0};
  };

  // Listens on `port` of 127.0.0.1, 0 for any.
  explicit GenericBackend(Answerer answerer, int port = 0);
  // Listens on any gRPC `address`, "127.0.0.1:0" or "unix:/path", by `credentials`.
  GenericBackend(Answerer answerer, const std::string& address,
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
