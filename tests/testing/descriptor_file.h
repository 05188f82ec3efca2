// Descriptor sets as files, for tests that start the gateway.

#ifndef TRESTLE_TESTS_TESTING_DESCRIPTOR_FILE_H_
#define TRESTLE_TESTS_TESTING_DESCRIPTOR_FILE_H_

#include <google/protobuf/descriptor.h>

#include <string>

namespace trestle {

// Writes the descriptor set of `file` and its imports to the test's temporary folder, as `name`.
// Returns the flag --descriptor_set for it.
std::string DescriptorSetFlag(const google::protobuf::FileDescriptor& file,
                              const std::string& name);

}  // namespace trestle

#endif  // TRESTLE_TESTS_TESTING_DESCRIPTOR_FILE_H_
