#include "trestle/server/body_source.h"

#include <atomic>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

class WholeBody final : public BodySource {
 public:
  explicit WholeBody(std::string bytes) : bytes_(std::move(bytes)) {}

  void SetLimit(size_t bytes) override { limit_ = bytes; }
  void SetReadTimeout(absl::Duration) override {}
  void SendContinue() override {}
  void Stop() override { is_stopped_ = true; }

  absl::StatusOr<bool> Read(std::string* piece) override {
    if (is_stopped_) return absl::CancelledError("the body is no longer needed");
    if (bytes_.size() > limit_) {
      return BodyTooLarge(limit_);
    }
    if (bytes_.empty()) return false;
    piece->append(bytes_);
    bytes_.clear();
    return true;
  }

 private:
  std::string bytes_;
  size_t limit_ = std::numeric_limits<size_t>::max();
  std::atomic<bool> is_stopped_{false};
};

class FailedBody final : public BodySource {
 public:
  explicit FailedBody(absl::Status error) : error_(std::move(error)) {}

  void SetLimit(size_t) override {}
  void SetReadTimeout(absl::Duration) override {}
  void SendContinue() override {}
  void Stop() override {}
  absl::StatusOr<bool> Read(std::string*) override { return error_; }

 private:
  const absl::Status error_;
};

}  // namespace

absl::Status ReadAll(BodySource& source, size_t limit, std::string* body) {
  source.SetLimit(limit);
  for (;;) {
    const absl::StatusOr<bool> more = source.Read(body);
    if (!more.ok()) return more.status();
    if (!*more) return absl::OkStatus();
  }
}

absl::Status BodyTooLarge(size_t limit) {
  return HttpError(413, absl::StrCat("the request's body is larger than ", limit, " bytes"));
}

std::shared_ptr<BodySource> NewFailedBody(absl::Status error) {
  return std::make_shared<FailedBody>(std::move(error));
}

std::shared_ptr<BodySource> NewWholeBody(std::string bytes) {
  return std::make_shared<WholeBody>(std::move(bytes));
}

}  // namespace trestle
