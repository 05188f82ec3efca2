// A gateway process in front of a backend of nest.proto.

#ifndef TRESTLE_TESTS_TESTING_NEST_WORLD_H_
#define TRESTLE_TESTS_TESTING_NEST_WORLD_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "trestle/tests/testing/gateway_process.h"
#include "trestle/tests/testing/generic_backend.h"

namespace trestle {

// Echo, Update and Collect respond with an empty message, or with `response` if it is not empty;
// Follow and Download with `response` twice. Echo responds with its request if `response` is
// "echo".
class NestWorld {
 public:
  NestWorld(const std::string& response, std::vector<std::string> flags);

  int port() const { return gateway_.port(); }
  // Returns the maximum resident memory of the gateway so far, in bytes.
  size_t PeakMemory() { return gateway_.process().PeakMemory(); }

  // Sends one request on a new connection. Returns "200 body", or "" without a response.
  std::string Ask(const std::string& request) const;

 private:
  GenericBackend backend_;
  GatewayProcess gateway_;
};

// Returns a request, a POST unless `line` is given, with `body` as JSON or as `type`. It accepts
// JSON.
std::string Post(absl::string_view line, absl::string_view body,
                 absl::string_view type = "application/json");

// Repeats `text`.
std::string Times(size_t count, absl::string_view text);

}  // namespace trestle

#endif  // TRESTLE_TESTS_TESTING_NEST_WORLD_H_
