// A large made-up API, for measuring what large ones cost: files, messages and HTTP rules
// in the proportions of a cloud provider's.

#ifndef TRESTLE_BENCH_API_SET_H_
#define TRESTLE_BENCH_API_SET_H_

#include "google/protobuf/descriptor.pb.h"

namespace trestle {
namespace bench {

// How much of everything there is. The defaults are 7,000 files with 15,000 bindings.
struct ApiSetSize {
  int services = 2000;       // each in a file of its own: 6 RPCs with 7.5 bindings on average
  int message_files = 5000;  // each with 4 messages of 12 fields, some of another file's
};

// The files, each after those that it imports. Every service i has the standard methods
// (AIP-131 to 135) and a custom one of "projects/*/locations/*/kinds{i}/*"; every other one
// has bindings for organizations, too.
google::protobuf::FileDescriptorSet MakeApiSet(const ApiSetSize& size);

}  // namespace bench
}  // namespace trestle

#endif  // TRESTLE_BENCH_API_SET_H_
