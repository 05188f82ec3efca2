// The log of a gateway program.

#ifndef TRESTLE_SERVER_PROCESS_LOG_H_
#define TRESTLE_SERVER_PROCESS_LOG_H_

#include <memory>
#include <string>

namespace trestle {

enum class LogFormat {
  kText,  // 2026-11-23T09:12:03.118 info draining
  kJson,  // {"time":"2026-11-23T09:12:03.118+00:00","level":"info","message":"draining"}
};

// From its construction on, spdlog's default log writes to stderr through a LineWriter: a reader of
// stderr that stalls delays neither requests nor signals. Lines above 1 MiB that have not been read
// are dropped, and counted in a warning once the reader continues. The reports of gRPC and protobuf
// are written to the same log.
class Log {
 public:
  // `level` is one of spdlog's: "trace" to "error", or "off". In JSON, each message is one line
  // whatever is in it.
  explicit Log(const std::string& level, LogFormat format = LogFormat::kText);
  ~Log();  // flushes
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // Waits until the lines so far have been written to stderr, but no longer than a second.
  void Flush();

 private:
  class Sink;
  const std::shared_ptr<Sink> sink_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_PROCESS_LOG_H_
