// error.type of OpenTelemetry's HTTP conventions, for metrics and spans.

#ifndef TRESTLE_SERVER_ERROR_TYPE_H_
#define TRESTLE_SERVER_ERROR_TYPE_H_

#include <string>

#include "trestle/server/request_observer.h"

namespace trestle {

// Returns error.type of a request that ended with the HTTP status `status`, 0 if there is none. It
// is empty if the request has not failed, which includes 4xx. It is TerminationName(termination) if
// the request did not end with a complete response ("client_disconnected", "deadline_exceeded",
// "overload", "broken_off"), else the status, which is 5xx.
std::string ErrorType(Termination termination, int status);

}  // namespace trestle

#endif  // TRESTLE_SERVER_ERROR_TYPE_H_
