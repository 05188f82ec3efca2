// The messages of the codec benchmarks.

#ifndef TRESTLE_BENCH_CODEC_CASES_H_
#define TRESTLE_BENCH_CODEC_CASES_H_

#include <memory>
#include <string>

#include "google/protobuf/message.h"
#include "trestle/transcoding/codec/schema.h"

namespace trestle {
namespace bench {

// A message in its JSON, binary and object forms.
struct Case {
  std::unique_ptr<google::protobuf::Message> type;
  const Schema* schema;
  std::string wire;
  std::string json;
};

Case Object();   // 12 fields of different types, about 285 bytes of JSON
Case List();     // 1,000 objects of 3 to 8 fields, about 94 KB
Case Text();     // one string of 1 MiB
Case Int32s();   // int32[1024], of all lengths
Case Doubles();  // double[1024], most of 16 or 17 digits
Case Bytes();    // 1 MiB of bytes

}  // namespace bench
}  // namespace trestle

#endif  // TRESTLE_BENCH_CODEC_CASES_H_
