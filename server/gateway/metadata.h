// HTTP headers <-> gRPC metadata, and deadlines (mapping.md section 8).

#ifndef TRESTLE_SERVER_GATEWAY_METADATA_H_
#define TRESTLE_SERVER_GATEWAY_METADATA_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trestle/server/backend.h"
#include "trestle/server/client_certificate.h"
#include "trestle/server/handler.h"
#include "trestle/transcoding/http.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// Appends the request headers that are forwarded to the backend (H1), and the X-Forwarded-* headers
// (H2). Regardless of the options, these are left out: reserved names, names that HTTP/2 does not
// allow, names that the request's own `Connection` limits to this hop, and everything that is not
// legal metadata. Fails with InvalidArgument for a `-bin` header that is not base64.
absl::Status RequestMetadata(const Request& request, const HeaderOptions& options,
                             Metadata* metadata);

// Returns the request headers that the mapping reads or forwards (H1, H5, D7, D8) and that a web
// page can send, in lower case; a name with "*" at its end is the beginning of names.
std::vector<std::string> RecognizedHeaders(const Options& options);

// Adds `more` to `*metadata`, in the place of entries with the same keys.
void ReplaceMetadata(const Metadata& more, Metadata* metadata);

// Returns the timeout of a request, at most the options' maximum (H5): that of `Grpc-Timeout` or
// `X-Server-Timeout`, or `otherwise` if the client sent neither. Fails with InvalidArgument,
// quoting the value, if it is malformed.
absl::StatusOr<absl::Duration> RequestTimeout(const HttpFields& headers,
                                              const TimeoutOptions& options,
                                              absl::Duration otherwise);

// ---- the fields of a response
//
// Backend metadata are put together with the gateway's own fields here, and nowhere else (H3).
// These are never sent: names that gRPC reserves, fields of the connection and of the message's
// framing (RFC 9110 7.6.1: Connection, Content-Length, Date, ...), Content-Type, and invalid header
// fields; also if a prefix makes such a name. If both have any other field, such as
// WWW-Authenticate or Retry-After, the backend's replaces the gateway's. A field that HTTP allows
// once, such as ETag, is sent once: the first one counts.

// Where the trailing metadata of a response are sent.
enum class Trailers {
  kTaken,    // in trailers; but in the head, what must not be in trailers (RFC 9110 6.5.1) and
             // what HTTP allows once
  kRefused,  // in the head: the client does not accept trailers
};

// Returns kTaken if the request has `TE: trailers` (H3).
Trailers TrailersOf(const HttpFields& request_headers);

// Adds the metadata of a complete call to `http`, which has the gateway's own fields.
void AddMetadata(const CallContext& context, const HeaderOptions& options, Trailers trailers,
                 HttpResponse* http);

// For a streaming call. Add the initial metadata to `headers`, which has the gateway's own fields,
// and the trailing metadata to `trailers`, without the fields that must not be in trailers.
void AddInitialMetadata(const Metadata& initial, const HeaderOptions& options, HttpFields* headers);
void AddTrailingMetadata(const Metadata& trailing, const HeaderOptions& options,
                         HttpFields* trailers);

// Returns the HTTP status that a successful call chooses with `x-http-code`, 200 to 599 in three
// digits (H4), or 200.
int SuccessStatus(const Metadata& initial);

// Appends the client's certificate as metadata: `x-client-cert-subject`, `x-client-cert-sha256`,
// and one `x-client-cert-dns` or `x-client-cert-uri` for each alternative name, so that one name
// cannot be mistaken for two.
void AppendClientCertificate(const ClientCertificate& certificate, Metadata* metadata);

// Returns true if `name`, in lower case, is reserved for AppendClientCertificate, also when it is
// spelled with "_" instead of "-". Such headers of a client are not forwarded.
bool IsClientCertificateKey(absl::string_view name);

}  // namespace trestle

#endif  // TRESTLE_SERVER_GATEWAY_METADATA_H_
