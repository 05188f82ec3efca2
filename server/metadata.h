// HTTP headers <-> gRPC metadata, and deadlines (mapping.md section 8).

#ifndef TRESTLE_SERVER_METADATA_H_
#define TRESTLE_SERVER_METADATA_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trestle/server/backend.h"
#include "trestle/transcoding/http.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// Appends what of a request's headers goes to the backend (H1, H2). Whatever the options
// say, reserved names do not, nor those that HTTP/2 has no place for or that the request's
// own `Connection` keeps to this hop; nor does what is no legal metadata. InvalidArgument
// for a `-bin` header that is not base64.
absl::Status RequestMetadata(const HttpRequest& http, const HeaderOptions& options,
                             Metadata* metadata);

// The time that a client gives its request, at most the options' maximum (H5): that of
// `Grpc-Timeout` or `X-Server-Timeout`, or `otherwise` if it sent neither.
// InvalidArgument quotes a malformed one.
absl::StatusOr<absl::Duration> RequestTimeout(const HttpFields& headers,
                                              const TimeoutOptions& options,
                                              absl::Duration otherwise);

// Appends response metadata as headers or trailers, their names behind `prefix`, `-bin`
// values as base64; reserved and hop-by-hop names are dropped (H3), and what no HTTP header
// may be.
void ResponseFields(const Metadata& metadata, absl::string_view prefix, HttpFields* fields);

// The HTTP status that a successful call asks for by `x-http-code` (H4), or 200.
int SuccessStatus(const Metadata& initial);

// Whether the client takes trailers: `TE: trailers` (H3).
bool TakesTrailers(const HttpFields& headers);

}  // namespace trestle

#endif  // TRESTLE_SERVER_METADATA_H_
