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

// To be used by one thread or fiber at a time, except Stop.
class BodySource {
 public:
  virtual ~BodySource() = default;

  // Limits the length of the body: a longer one is HttpError 413 as soon as that is known, which
  // may be before any of it is sent. There is no limit by default.
  virtual void SetLimit(size_t bytes) = 0;

  // Limits the time that a Read waits for data.
  virtual void SetReadTimeout(absl::Duration timeout) = 0;

  // Sends "100 Continue" if the client waits for it (`Expect: 100-continue`, RFC 9110 10.1.1). The
  // first Read does so, too: call this before it if the response may be written at the same time.
  virtual void SendContinue() = 0;

  // Waits for data and appends it to `*piece`, at least one byte. Returns false at the end of the
  // body. Errors are final and carry an HTTP status: 400 for malformed chunks and for a truncated
  // body, 408 after the timeout, 413. Cancelled after Stop.
  virtual absl::StatusOr<bool> Read(std::string* piece) = 0;

  // May be called from any thread: ends a Read that is waiting, and all later ones.
  virtual void Stop() = 0;

  // Returns the share that the bytes read so far are charged to, for the owner of the bytes. It has
  // no budget if they are not charged.
  virtual BufferShare TakeShare() { return BufferShare(); }
};

// Appends all of `source` to `*body`. Fails with HttpError 413 if it has more than `limit` bytes.
absl::Status ReadAll(BodySource& source, size_t limit, std::string* body);

// Returns HttpError 413 for a body of more than `limit` bytes.
absl::Status BodyTooLarge(size_t limit);

// Returns a body whose Read fails with `error`, which carries an HTTP status.
std::shared_ptr<BodySource> NewFailedBody(absl::Status error);

// Returns a body that has already arrived: `bytes`, in one piece.
std::shared_ptr<BodySource> NewWholeBody(std::string bytes);

}  // namespace trestle

#endif  // TRESTLE_SERVER_BODY_SOURCE_H_
