#include "trestle/server/access_log.h"

#include <random>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "trestle/server/access_log/access_line.h"
#include "trestle/server/handler.h"

namespace trestle {
namespace {

// Returns a random number from 0 to 1, without 1.
double Random() {
  thread_local std::minstd_rand engine(std::random_device{}());
  return std::uniform_real_distribution<double>(0, 1)(engine);
}

class AccessLog final : public RequestObserver {
 public:
  AccessLog(const AccessLogOptions& options, std::function<void(absl::string_view)> write)
      : options_(options), write_(std::move(write)) {}

  void OnBegin(Request&, RequestRecord&) override {}

  void OnEnd(const RequestRecord& record) override {
    if (record.is_probe) return;
    if (options_.sample < 1 && IsSampled(record) && Random() >= options_.sample) return;
    std::string line;
    line.reserve(512);
    AppendAccessLine(record, options_, absl::Now(), &line);
    write_(line);
  }

 private:
  const AccessLogOptions options_;
  const std::function<void(absl::string_view)> write_;
};

}  // namespace

std::shared_ptr<RequestObserver> NewAccessLog(const AccessLogOptions& options,
                                              std::function<void(absl::string_view line)> write) {
  return std::make_shared<AccessLog>(options, std::move(write));
}

}  // namespace trestle
