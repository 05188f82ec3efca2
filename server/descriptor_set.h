// Routes from FileDescriptorSet files, without generated code.

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
  // Reads the files, as written by `protoc --include_imports --descriptor_set_out`. A .proto that
  // is in several of them counts once. Fails with InvalidArgument, naming each file that cannot be
  // read or is not a descriptor set, or naming the .proto, if one has an error or imports a file
  // that is missing.
  static absl::StatusOr<std::unique_ptr<DescriptorSet>> Load(const std::vector<std::string>& files);
  ~DescriptorSet();

  // Returns the types, and those of google.rpc's error details, so that the details of an error can
  // be printed (R83) even if the sets do not have them.
  const google::protobuf::DescriptorPool& pool() const;

  // Returns the routes of the services `names`, or of all services if `names` is empty. Fails with
  // InvalidArgument if a service is in none of the files, or an annotation is malformed, with a
  // line for each.
  absl::StatusOr<std::vector<ServiceRoute>> Routes(const std::vector<std::string>& names) const;

 private:
  struct Rep;
  explicit DescriptorSet(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_DESCRIPTOR_SET_H_
