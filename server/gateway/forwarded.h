// X-Forwarded-*: the client, host and scheme that the backend learns of (H2).

#ifndef TRESTLE_SERVER_GATEWAY_FORWARDED_H_
#define TRESTLE_SERVER_GATEWAY_FORWARDED_H_

#include "absl/strings/string_view.h"
#include "trestle/server/backend.h"
#include "trestle/server/handler.h"

namespace trestle {

// Returns true if a backend may expect the gateway to set `key`, in lower case: "x-forwarded-*",
// also with "_" instead of "-".
bool IsForwardedKey(absl::string_view key);

// Returns true if `key`, in lower case, is a header that other proxies use for the same:
// "forwarded" (RFC 7239) and "x-real-ip". The gateway does not set these.
bool IsForeignForwardedKey(absl::string_view key);

// Appends `x-forwarded-for`, `x-forwarded-host` and `x-forwarded-proto` for the backend (H2).
//
// All lines of one header are one list (RFC 9110 5.3); empty members do not count. Each of the
// `trusted_hops` proxies in front of this server adds one member at the right end of a list, or
// replaces the list. So the last `trusted_hops` members of X-Forwarded-For are kept, and the
// address of the peer is added. Of X-Forwarded-Host and X-Forwarded-Proto, the member that
// counts is the one at place `trusted_hops` from the right, or the first of a shorter list. It is
// ignored unless it is a host with or without a port, or "http" or "https"; then the request's
// own Host, and TLS, are used instead. Without trusted proxies all three headers are ignored.
void AppendForwarded(const Request& request, int trusted_hops, Metadata* metadata);

// Returns the address of the client that the outermost trusted proxy has reported in
// X-Forwarded-For, as it is written there: the member at place `trusted_hops` from the right, or
// the first of a shorter list. Without one, returns `request.peer`. Valid while the request is
// unchanged.
absl::string_view ForwardedClient(const Request& request, int trusted_hops);

}  // namespace trestle

#endif  // TRESTLE_SERVER_GATEWAY_FORWARDED_H_
