// Writes the descriptor set of a large made-up API (api_set.h), with 15,000 bindings:
//
//   write_api_set FILE
//
// prints the names of its services.

#include <cstdio>
#include <fstream>

#include "trestle/bench/api_set.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: write_api_set FILE\n");
    return 2;
  }
  const google::protobuf::FileDescriptorSet set = trestle::bench::MakeApiSet({});
  for (const auto& file : set.file()) {
    for (const auto& service : file.service()) {
      std::printf("%s.%s\n", file.package().c_str(), service.name().c_str());
    }
  }
  std::ofstream out(argv[1], std::ios::binary);
  return set.SerializeToOstream(&out) ? 0 : 1;
}
