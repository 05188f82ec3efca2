// Sends the spans of a queue to a collector, by a thread of its own.

#ifndef TRESTLE_SERVER_TRACING_EXPORTER_H_
#define TRESTLE_SERVER_TRACING_EXPORTER_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trestle/server/tracer_options.h"
#include "trestle/server/tracing/collector.h"

namespace trestle {

struct ExporterCounts {
  uint64_t sent = 0;     // spans that the collector has accepted
  uint64_t dropped = 0;  // spans that were lost, before or after an attempt to send them
};

// Thread-safe.
class Exporter {
 public:
  // Starts the thread. `resource` is that of SerializeResource. Fails with ResourceExhausted if the
  // process can have no more threads.
  static absl::StatusOr<std::unique_ptr<Exporter>> Start(const TracerOptions& options,
                                                         std::string resource,
                                                         std::unique_ptr<Collector> collector);
  // Sends what is left within options.flush_timeout, then cancels the collector and drops the rest.
  // Waits for the Send that is in progress.
  ~Exporter();

  // Queues `count` serialized spans, or drops them. Never waits.
  void Push(absl::string_view spans, size_t count);

  ExporterCounts counts() const;

 private:
  struct Rep;
  explicit Exporter(std::unique_ptr<Rep> rep);

  const std::unique_ptr<Rep> rep_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_TRACING_EXPORTER_H_
