// A large artificial API for benchmarks, with files, messages and HTTP rules in the proportions of
// a cloud provider's.

#ifndef TRESTLE_BENCH_API_SET_H_
#define TRESTLE_BENCH_API_SET_H_

#include "google/protobuf/descriptor.pb.h"

namespace trestle {
namespace bench {

// The size of the API. The defaults are 7,000 files with 15,000 bindings.
struct ApiSetSize {
  int services = 2000;  // one in each file: 6 RPCs with 7.5 bindings on average
  int message_files =
      5000;  // each with 4 messages of 12 fields, some of which use another file's messages
};

// Returns the files, each after its imports. Each service i has the standard methods (AIP-131 to
// 135) and a custom method for "projects/*/locations/*/kinds{i}/*"; every second service also has
// bindings for organizations.
google::protobuf::FileDescriptorSet MakeApiSet(const ApiSetSize& size);

}  // namespace bench
}  // namespace trestle

#endif  // TRESTLE_BENCH_API_SET_H_
