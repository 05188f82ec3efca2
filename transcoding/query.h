// Converts between query strings and the fields that neither the path nor the body carries
// (mapping.md section 2).

#ifndef TRESTLE_TRANSCODING_QUERY_H_
#define TRESTLE_TRANSCODING_QUERY_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/binding.h"
#include "trestle/transcoding/codec/codec_meter.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// Decodes `query`, raw and without the "?", and appends its fields to `*message`. `body_field` is
// the field that the body has set, or nullptr; no other member of its oneof may be given.
//
// Fails with InvalidArgument, with the field path of the parameter (R88), for a parameter that is
// unknown, has an invalid value, or is given twice. Takes time linear in the query. The `meter`,
// which may be null, is charged for memory and pauses after each step. If it refuses, that is the
// error.
absl::Status DecodeQuery(absl::string_view query, const Binding& binding, const Field* body_field,
                         const Options& options, std::string* message, CodecMeter* meter = nullptr);

// Does the same for `query` followed by `form`, as if they were one query.
absl::Status DecodeQueryAndForm(absl::string_view query, absl::string_view form,
                                const Binding& binding, const Field* body_field,
                                const Options& options, std::string* message,
                                CodecMeter* meter = nullptr);

// The reverse: appends the query for the fields of `message` that the body does not carry.
// `message` must not contain the variables of the path. Fields are in number order, by their names
// in the .proto; implicit defaults are omitted, explicit ones kept. Fails with InvalidArgument,
// naming the field, for a field that a query cannot express: a repeated message, a map of messages,
// or a message that is set but has no field to name. Fails with Internal for malformed bytes.
absl::Status EncodeQuery(const Binding& binding, absl::string_view message, std::string* query);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_QUERY_H_
