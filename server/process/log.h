// The log of a gateway program.

#ifndef TRESTLE_SERVER_PROCESS_LOG_H_
#define TRESTLE_SERVER_PROCESS_LOG_H_

#include <memory>
#include <string>

namespace trestle {

// From its construction on, spdlog's default log goes to stderr by way of a LineWriter: a reader
// of stderr that stalls delays no request and no signal. Lines beyond 1 MiB that nobody reads are
// dropped, and counted in a warning once there is a reader again. What gRPC and protobuf report
// goes to the same log.
class Log {
 public:
  // `level` is one of spdlog's: "trace" to "error", or "off".
  explicit Log(const std::string& level);
  ~Log();  // flushes
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // Waits for stderr to take the lines so far, but no longer than a second.
  void Flush();

 private:
  class Sink;
  const std::shared_ptr<Sink> sink_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_PROCESS_LOG_H_
