#include "trestle/tests/testing/descriptor_file.h"

#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include <fstream>

namespace trestle {
namespace {

// Imports come before the files that use them.
void AddWithImports(const google::protobuf::FileDescriptor& file,
                    google::protobuf::FileDescriptorSet* set) {
  for (int i = 0; i < file.dependency_count(); ++i) AddWithImports(*file.dependency(i), set);
  file.CopyTo(set->add_file());
}

}  // namespace

std::string DescriptorSetFlag(const google::protobuf::FileDescriptor& file,
                              const std::string& name) {
  google::protobuf::FileDescriptorSet set;
  AddWithImports(file, &set);
  const std::string path = testing::TempDir() + "/" + name;
  std::ofstream(path, std::ios::binary) << set.SerializeAsString();
  return "--descriptor_set=" + path;
}

}  // namespace trestle
