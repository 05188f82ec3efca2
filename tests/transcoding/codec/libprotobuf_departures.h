// The cases in which the JSON functions of libprotobuf 3.21 deviate from ProtoJSON. Messages
// without them can be compared with the results of libprotobuf.

#ifndef TRESTLE_TESTS_TRANSCODING_CODEC_LIBPROTOBUF_DEPARTURES_H_
#define TRESTLE_TESTS_TRANSCODING_CODEC_LIBPROTOBUF_DEPARTURES_H_

#include "google/protobuf/message.h"

namespace trestle {

// Clears the fields of `message`, at any depth, that one of the known deviations affects
// (libprotobuf_departures.cc lists and explains them). Returns false if a required field is missing
// at any depth, because libprotobuf then rejects the whole message.
bool ClearWhatLibprotobufCannotSay(google::protobuf::Message* message);

}  // namespace trestle

#endif  // TRESTLE_TESTS_TRANSCODING_CODEC_LIBPROTOBUF_DEPARTURES_H_
