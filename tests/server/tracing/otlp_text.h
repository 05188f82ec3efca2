// Spans as text, for comparison.

#ifndef TRESTLE_TESTS_SERVER_TRACING_OTLP_TEXT_H_
#define TRESTLE_TESTS_SERVER_TRACING_OTLP_TEXT_H_

#include <string>
#include <vector>

#include "opentelemetry/proto/trace/v1/trace.pb.h"

namespace trestle {

// Returns a span in lines, without ids and times:
//
//   SERVER GET /v1/items flags=301 remote parent
//   url.path=/v1/items
//   http.response.status_code=200 (int)
//   event first_byte
//   error
//
// with attributes in their order. Fails the test if an id has the wrong size, an attribute occurs
// twice, or times are out of order.
std::string SpanText(const opentelemetry::proto::trace::v1::Span& span);

// Returns the attributes of a resource, a line each.
std::string ResourceText(const opentelemetry::proto::resource::v1::Resource& resource);

}  // namespace trestle

#endif  // TRESTLE_TESTS_SERVER_TRACING_OTLP_TEXT_H_
