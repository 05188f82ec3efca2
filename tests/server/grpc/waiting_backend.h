// A real gRPC server for tests, whose calls are in progress until the test ends them.

#ifndef TRESTLE_TESTS_SERVER_GRPC_WAITING_BACKEND_H_
#define TRESTLE_TESTS_SERVER_GRPC_WAITING_BACKEND_H_

#include <cstddef>
#include <memory>
#include <string>

namespace trestle {

// The stock server of gRPC's C++ library, with its default limits, on a port of 127.0.0.1.
class WaitingBackend {
 public:
  // Calls of any method get the message `response`.
  explicit WaitingBackend(std::string response);
  ~WaitingBackend();  // cancels the calls that wait

  std::string target() const;
  // Waits until `count` calls wait, no more and no less.
  void AwaitCalls(size_t count);
  // Responds to all calls that wait.
  void Release();

 private:
  class Service;
  std::unique_ptr<Service> service_;
};

}  // namespace trestle

#endif  // TRESTLE_TESTS_SERVER_GRPC_WAITING_BACKEND_H_
