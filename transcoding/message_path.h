// The place of a field in a message, and how a client spells it (mapping.md R78).

#ifndef TRESTLE_TRANSCODING_MESSAGE_PATH_H_
#define TRESTLE_TRANSCODING_MESSAGE_PATH_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/codec_meter.h"
#include "trestle/transcoding/codec/schema.h"

namespace trestle {

// One step of a path: into a field, and for a list or a map into one of its elements.
struct PathStep {
  const Field* field = nullptr;
  int index = -1;   // of an element of a list, from 0
  std::string key;  // of an entry of a map, as text
};

// The steps from a message to one of its fields.
using MessagePath = std::vector<PathStep>;

// The parts of one request that name fields.
struct Spellings {
  absl::string_view json;             // the body, or empty if it is not JSON
  const Field* body_field = nullptr;  // the field in the body, or null for the whole message
  absl::string_view query;            // as in the request target
  absl::string_view form;             // the body, or empty if it is not a form
};

// Returns `path`, in a message of type `request`, as the client spells it. A field that occurs in
// the JSON body or in the query has the name that is used there; any other has its json_name:
// "parts[2].innerPart.id". The body must have been read as JSON before. The `meter`, which may be
// null, pauses after each step.
std::string SpellPath(const MessagePath& path, const Schema& request, const Spellings& spellings,
                      CodecMeter* meter = nullptr);

// Returns `path` in the names of the .proto: "parts[2].inner_part.id".
std::string ToString(const MessagePath& path);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_MESSAGE_PATH_H_
