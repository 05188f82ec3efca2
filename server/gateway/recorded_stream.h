// Counts the messages of a streaming call for its request's record.

#ifndef TRESTLE_SERVER_GATEWAY_RECORDED_STREAM_H_
#define TRESTLE_SERVER_GATEWAY_RECORDED_STREAM_H_

#include <memory>

#include "trestle/server/backend.h"
#include "trestle/server/request_observer.h"

namespace trestle {

// Returns `stream`, whose messages and status are added to `*record`, which must outlive it.
std::unique_ptr<BackendStream> RecordedStream(std::unique_ptr<BackendStream> stream,
                                              RequestRecord* record);

}  // namespace trestle

#endif  // TRESTLE_SERVER_GATEWAY_RECORDED_STREAM_H_
