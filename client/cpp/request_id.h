// Request identification (AIP-155): a field `request_id` by which a server recognizes a request
// that it has seen before, which makes it safe to send it again.

#ifndef TRESTLE_CLIENT_CPP_REQUEST_ID_H_
#define TRESTLE_CLIENT_CPP_REQUEST_ID_H_

#include <string>

#include "google/protobuf/message.h"

namespace trestle {

// Serializes `request`, even if required fields are missing. A `request_id` that is not set and
// is declared with (google.api.field_info).format = UUID4 gets a random one. Returns whether the
// bytes contain a request id.
bool SerializeWithRequestId(const google::protobuf::Message& request, std::string* bytes);

// Returns a random UUID (RFC 9562 5.4): "f81d4fae-7dec-41d0-a765-00a0c91e6bf6".
std::string RandomUuid();

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_REQUEST_ID_H_
