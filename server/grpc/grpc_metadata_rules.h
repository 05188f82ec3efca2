// The rules that metadata must satisfy before gRPC may see it. gRPC aborts the process when a
// call is started with metadata that it refuses, so every key and value is checked here first.

#ifndef TRESTLE_SERVER_GRPC_GRPC_METADATA_RULES_H_
#define TRESTLE_SERVER_GRPC_GRPC_METADATA_RULES_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "trestle/server/backend.h"

namespace trestle {

// Returns true if `key` satisfies gRPC's grammar: 1*( %x30-39 / %x61-7A / "_" / "-" / "." ).
// Equals grpc_header_key_is_legal.
bool IsMetadataKey(absl::string_view key);

// Returns true if values of `key` are bytes of any kind: it ends in "-bin" and has at least five
// bytes. Equals grpc_is_binary_header. "-bin" alone is a key of text.
bool IsBinaryMetadataKey(absl::string_view key);

// Returns true if `value` may belong to a key of text: *( %x20-7E ). Equals
// grpc_header_nonbin_value_is_legal.
bool IsTextMetadataValue(absl::string_view value);

// Returns true if `key` must not be set by a caller of gRPC, whatever its value. These are
// "grpc-*" and ":*", which the protocol reserves; "te" and "content-type", which gRPC sets;
// "grpclb_client_stats", which gRPC uses inside the process, and which aborts it (1.51) when a
// call tries to send it; and "-bin", which parts of gRPC encode as binary and others do not.
bool IsReservedMetadataKey(absl::string_view key);

// Returns true if `key` begins with `prefix`, which is written with "-". "_" counts as "-": a
// server that turns keys into variables, as CGI does, cannot tell them apart.
bool KeyStartsWith(absl::string_view key, absl::string_view prefix);

// Fails with InvalidArgument, naming the first pair that must not be passed to gRPC: a key that is
// not legal or is reserved, or a value that is not legal for its key.
absl::Status CheckMetadata(const Metadata& metadata);

// Returns the size of a call's request header list in bytes as HTTP/2 measures it for
// SETTINGS_MAX_HEADER_LIST_SIZE: name, value and 32 for each field (RFC 9113 6.5.2). Binary values
// count in base64. Includes the fields that gRPC adds: `:path`, which is `method`, `:authority` of
// `authority_size` bytes, and the others at the longest that gRPC writes. The result is never too
// small, and up to 120 bytes too large.
size_t RequestHeadersSize(absl::string_view method, size_t authority_size,
                          const Metadata& metadata);

}  // namespace trestle

#endif  // TRESTLE_SERVER_GRPC_GRPC_METADATA_RULES_H_
