// Query strings <-> the fields that neither path nor body carries (mapping.md section 2).

#ifndef TRESTLE_TRANSCODING_QUERY_H_
#define TRESTLE_TRANSCODING_QUERY_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/binding.h"
#include "trestle/transcoding/codec/codec_meter.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// Appends to `*message` what `query`, raw and without the "?", gives. `body_field` is the
// field that the body has set, or nullptr: no other member of its oneof may be given.
//
// InvalidArgument, with the parameter's field path (R88), for one that is unknown, has a
// bad value, or is given twice. Linear in the query. The `meter`, which may be null, is charged
// for memory and pauses after each step; when it refuses, that is the error.
absl::Status DecodeQuery(absl::string_view query, const Binding& binding, const Field* body_field,
                         const Options& options, std::string* message, CodecMeter* meter = nullptr);

// The same for `query` and then `form`, as if they were one query.
absl::Status DecodeQueryAndForm(absl::string_view query, absl::string_view form,
                                const Binding& binding, const Field* body_field,
                                const Options& options, std::string* message,
                                CodecMeter* meter = nullptr);

// The reverse: appends the query that says what of `message` neither the body carries
// nor the path (whose variables `message` must be without). Fields in number order by
// their .proto names; implicit defaults left out, explicit ones kept. InvalidArgument
// names a field that a query cannot say: a repeated message, a map of messages, a message
// that is set but has nothing in it to name. Internal for malformed bytes.
absl::Status EncodeQuery(const Binding& binding, absl::string_view message, std::string* query);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_QUERY_H_
