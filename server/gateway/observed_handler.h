// Lets observers see the requests that another HTTP server passes to the gateway.

#ifndef TRESTLE_SERVER_GATEWAY_OBSERVED_HANDLER_H_
#define TRESTLE_SERVER_GATEWAY_OBSERVED_HANDLER_H_

#include "trestle/server/handler.h"
#include "trestle/server/http/request_observers.h"

namespace trestle {

// Returns `handler`, but each of its requests has a record, which ends with the reply: at once if
// the reply is whole, else when it has been sent or destroyed. `observers` must outlive the handler
// and its replies.
Handler ObservedHandler(Handler handler, const RequestObservers* observers);

}  // namespace trestle

#endif  // TRESTLE_SERVER_GATEWAY_OBSERVED_HANDLER_H_
