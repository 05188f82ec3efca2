// The HTTP methods that metrics and spans name.

#ifndef TRESTLE_SERVER_KNOWN_METHODS_H_
#define TRESTLE_SERVER_KNOWN_METHODS_H_

#include "absl/strings/string_view.h"

namespace trestle {

// The methods of RFC 9110 and 5789, the most frequent ones first. Others are kOtherMethod, since
// clients can send any number of them.
constexpr absl::string_view kKnownMethods[] = {"GET",    "POST",  "HEAD",    "PUT",    "PATCH",
                                               "DELETE", "TRACE", "OPTIONS", "CONNECT"};

constexpr absl::string_view kOtherMethod = "_OTHER";

}  // namespace trestle

#endif  // TRESTLE_SERVER_KNOWN_METHODS_H_
