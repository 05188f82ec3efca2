// Routes from FileDescriptorSet files: what generated code has, without it.

#ifndef TRESTLE_SERVER_DESCRIPTOR_SET_H_
#define TRESTLE_SERVER_DESCRIPTOR_SET_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"
#include "trestle/server/service_route.h"

namespace trestle {

// The types of one or more descriptor sets. Owns its descriptors. Thread-safe.
class DescriptorSet {
 public:
  // Reads the files, as `protoc --include_imports --descriptor_set_out` writes them. A
  // .proto that is in several of them counts once. InvalidArgument names the file that
  // cannot be read or is no descriptor set, or the .proto that has an error or whose
  // import is in none of the files.
  static absl::StatusOr<std::unique_ptr<DescriptorSet>> Load(const std::vector<std::string>& files);
  ~DescriptorSet();

  // The types, with those of google.rpc's error details beside them, so that an error's
  // details can be told (R83) whether or not the sets have them.
  const google::protobuf::DescriptorPool& pool() const;

  // The routes of the services called `names`, or of all services if there are none.
  // InvalidArgument for a service that is in none of the files, or an annotation that is
  // not well formed.
  absl::StatusOr<std::vector<ServiceRoute>> Routes(const std::vector<std::string>& names) const;

 private:
  struct Rep;
  explicit DescriptorSet(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_DESCRIPTOR_SET_H_
