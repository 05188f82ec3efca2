#include "trestle/server/process/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstddef>
#include <mutex>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "trestle/server/grpc/grpc_log.h"
#include "trestle/server/line_writer.h"

namespace trestle {
namespace {

constexpr char kPattern[] = "%Y-%m-%dT%H:%M:%S.%e %l %v";
constexpr size_t kMaxWaiting = size_t{1} << 20;
constexpr absl::Duration kFlushTime = absl::Seconds(1);

std::string DropNotice(size_t count) {
  const std::string text = absl::StrCat(count, count == 1 ? " log line was" : " log lines were",
                                        " dropped: stderr could not be written fast enough");
  spdlog::memory_buf_t line;
  spdlog::pattern_formatter(kPattern).format({"", spdlog::level::warn, text}, line);
  return {line.data(), line.size()};
}

}  // namespace

class Log::Sink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  bool FlushFor(absl::Duration at_most) { return writer_.Flush(at_most); }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    writer_.Write({line.data(), line.size()});
  }
  // spdlog itself never waits.
  void flush_() override {}

 private:
  LineWriter writer_{STDERR_FILENO, kMaxWaiting, DropNotice};
};

Log::Log(const std::string& level) : sink_(std::make_shared<Sink>()) {
  spdlog::set_default_logger(std::make_shared<spdlog::logger>("trestle", sink_));
  spdlog::set_pattern(kPattern);
  spdlog::set_level(spdlog::level::from_str(level));
  SendLibraryLogsToDefaultLog();
}

Log::~Log() { Flush(); }

void Log::Flush() { sink_->FlushFor(kFlushTime); }

}  // namespace trestle
