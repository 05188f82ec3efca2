// Random messages of any type, reproducible by seed, including hostile values.

#ifndef TRESTLE_TESTS_TRANSCODING_CODEC_RANDOM_MESSAGE_H_
#define TRESTLE_TESTS_TRANSCODING_CODEC_RANDOM_MESSAGE_H_

#include <random>

#include "google/protobuf/message.h"

namespace trestle {

// Fills `*message`, nesting at most `depth` further messages. Values of well-known types have a
// ProtoJSON form, and strings are UTF-8.
void FillRandom(std::mt19937_64& random, int depth, google::protobuf::Message* message);

}  // namespace trestle

#endif  // TRESTLE_TESTS_TRANSCODING_CODEC_RANDOM_MESSAGE_H_
