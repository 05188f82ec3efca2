// Where libprotobuf 3.21's JSON functions depart from ProtoJSON, so that messages can be
// compared with what they read and write in all other respects.

#ifndef TRESTLE_TESTS_TRANSCODING_CODEC_LIBPROTOBUF_DEPARTURES_H_
#define TRESTLE_TESTS_TRANSCODING_CODEC_LIBPROTOBUF_DEPARTURES_H_

#include "google/protobuf/message.h"

namespace trestle {

// Clears the fields of `message`, and those of its fields, that one of the known departures
// (libprotobuf_departures.cc lists them, each with what goes wrong) touches. False when a
// required field is missing, in whatever depth: then libprotobuf refuses the whole.
bool ClearWhatLibprotobufCannotSay(google::protobuf::Message* message);

}  // namespace trestle

#endif  // TRESTLE_TESTS_TRANSCODING_CODEC_LIBPROTOBUF_DEPARTURES_H_
