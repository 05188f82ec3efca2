// The body of a request as it arrives.

#ifndef TRESTLE_SERVER_BODY_SOURCE_H_
#define TRESTLE_SERVER_BODY_SOURCE_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "trestle/server/buffer_budget.h"

namespace trestle {

// For one thread or fiber at a time, but for Stop.
class BodySource {
 public:
  virtual ~BodySource() = default;

  // How long the body may be: a longer one is HttpError 413 as soon as that can be told, at
  // best before any of it is sent. There is no limit until one is set.
  virtual void SetLimit(size_t bytes) = 0;

  // How long a Read waits for something to come.
  virtual void SetReadTimeout(absl::Duration patience) = 0;

  // Asks for the body where the client waits to be asked (`Expect: 100-continue`, RFC 9110
  // 10.1.1). The first Read does so too: call it before where the answer may be written
  // at the same time.
  virtual void SendContinue() = 0;

  // Appends what comes next, a byte at least, to `*piece`, waiting for it. False at the end
  // of the body. Errors are final and carry an HTTP status: 400 for malformed chunks and for
  // a body cut short, 408 when nothing came in time, 413. Cancelled after Stop.
  virtual absl::StatusOr<bool> Read(std::string* piece) = 0;

  // From any thread: ends a Read that waits, and those to come.
  virtual void Stop() = 0;

  // Hands over what the bytes that were read have been charged to: to whoever keeps them, or
  // what has become of them. Of no budget when they have been charged to none.
  virtual BufferShare TakeShare() { return BufferShare(); }
};

// Appends all of `source`, which may have `limit` bytes, to `*body`.
absl::Status ReadAll(BodySource& source, size_t limit, std::string* body);

// HttpError 413: there are more than `limit` bytes.
absl::Status BodyTooLarge(size_t limit);

// A body that has arrived: `bytes`, in one piece.
std::shared_ptr<BodySource> NewWholeBody(std::string bytes);

}  // namespace trestle

#endif  // TRESTLE_SERVER_BODY_SOURCE_H_
