// The Content-Encoding of a request's body: uncompresses gzip, within a limit (D7, D11).

#ifndef TRESTLE_SERVER_GATEWAY_CONTENT_ENCODING_H_
#define TRESTLE_SERVER_GATEWAY_CONTENT_ENCODING_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trestle/server/body_source.h"
#include "trestle/server/buffer_budget.h"
#include "trestle/transcoding/http.h"

namespace trestle {

// Decodes the content codings of `http`'s body (RFC 9110 8.4), outermost first, and removes the
// `Content-Encoding` fields: "gzip", its old name "x-gzip", and "identity". An empty body stays
// empty.
//
// Fails with HttpError 415 for any other coding, or more than one gzip; with 413 if the result is
// larger than `max_size`; with 400 if the body is not valid gzip; and with 503 if `*share`, which
// holds the body and may be null, has no room for the result. After an error the request must not
// be used.
absl::Status DecodeContent(size_t max_size, HttpRequest* http, BufferShare* share = nullptr);

// The same for a body as it arrives: `body`, or one that undoes as it is read what `headers`
// say, whatever it becomes in all. HttpError 415 as above; 400 comes from its Read, also for
// more than `max_empty` bytes on end that become nothing, as members without content do.
absl::StatusOr<std::shared_ptr<BodySource>> DecodedBody(const HttpFields& headers, size_t max_empty,
                                                        std::shared_ptr<BodySource> body);

// Bytes of memory for uncompressing a body as it arrives.
inline constexpr size_t kInflaterMemory = size_t{64} << 10;

// Appends what `compressed` holds: one or more members of gzip (RFC 1952), complete, with
// nothing behind them. HttpError 413 beyond `max_size` bytes, 400 for anything else; what
// was appended by then is unspecified. Whatever the input would become, no more than
// `max_size` bytes of it are ever held, beside zlib's window. `*share`, which may be null, holds
// those in addition to what it did; Overloaded when it cannot. Yields the fiber now and then.
absl::Status Gunzip(absl::string_view compressed, size_t max_size, std::string* bytes,
                    BufferShare* share = nullptr);

}  // namespace trestle

#endif  // TRESTLE_SERVER_GATEWAY_CONTENT_ENCODING_H_
