#include "trestle/server/process/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstddef>
#include <memory>
#include <mutex>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trestle/server/grpc/grpc_log.h"
#include "trestle/server/line_writer.h"
#include "trestle/transcoding/codec/json_string.h"
#include "trestle/transcoding/codec/output.h"

namespace trestle {
namespace {

constexpr char kPattern[] = "%Y-%m-%dT%H:%M:%S.%e %l %v";
constexpr size_t kMaxWaiting = size_t{1} << 20;
constexpr absl::Duration kFlushTime = absl::Seconds(1);

// Writes {"time":"…","level":"…","message":"…"}.
class JsonFormatter : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) override {
    spdlog::memory_buf_t time;
    time_.format(message, time);
    std::string json = absl::StrCat("{\"time\":\"", absl::string_view(time.data(), time.size()),
                                    "\",\"level\":\"", LevelName(message.level), "\",\"message\":");
    AppendString({message.payload.data(), message.payload.size()}, &json);
    json += "}\n";
    line.append(json.data(), json.data() + json.size());
  }
  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<JsonFormatter>();
  }

 private:
  static absl::string_view LevelName(spdlog::level::level_enum level) {
    const spdlog::string_view_t name = spdlog::level::to_string_view(level);
    return {name.data(), name.size()};
  }
  // A message may quote bytes of a client that are not UTF-8.
  static void AppendString(absl::string_view text, std::string* json) {
    Output out(json, text.size() + 2);
    if (!WriteJsonString(text, &out)) WriteJsonString(absl::CHexEscape(text), &out);
  }

  spdlog::pattern_formatter time_{"%Y-%m-%dT%H:%M:%S.%e%z", spdlog::pattern_time_type::local, ""};
};

std::unique_ptr<spdlog::formatter> NewFormatter(LogFormat format) {
  if (format == LogFormat::kJson) return std::make_unique<JsonFormatter>();
  return std::make_unique<spdlog::pattern_formatter>(kPattern);
}

std::string DropNotice(size_t count, LogFormat format) {
  const std::string text = absl::StrCat(count, count == 1 ? " log line was" : " log lines were",
                                        " dropped: stderr could not be written fast enough");
  spdlog::memory_buf_t line;
  NewFormatter(format)->format({"", spdlog::level::warn, text}, line);
  return {line.data(), line.size()};
}

}  // namespace

class Log::Sink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit Sink(LogFormat format)
      : writer_(STDERR_FILENO, kMaxWaiting,
                [format](size_t count) { return DropNotice(count, format); }) {}

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
  LineWriter writer_;
};

Log::Log(const std::string& level, LogFormat format) : sink_(std::make_shared<Sink>(format)) {
  spdlog::set_default_logger(std::make_shared<spdlog::logger>("trestle", sink_));
  spdlog::set_formatter(NewFormatter(format));
  spdlog::set_level(spdlog::level::from_str(level));
  SendLibraryLogsToDefaultLog();
}

Log::~Log() { Flush(); }

void Log::Flush() { sink_->FlushFor(kFlushTime); }

}  // namespace trestle
