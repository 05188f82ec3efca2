// Random .proto files, reproducible by seed: every kind of field, in unusual combinations.

#ifndef TRESTLE_TESTS_TRANSCODING_CODEC_RANDOM_SCHEMA_H_
#define TRESTLE_TESTS_TRANSCODING_CODEC_RANDOM_SCHEMA_H_

#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/dynamic_message.h"
#include "trestle/transcoding/codec/schema.h"

namespace trestle {

// A proto3 file and a proto2 file that imports it: messages nested in messages and in
// themselves, maps, oneofs, groups, extensions, enums with aliases and holes, packed and
// unpacked lists, required and optional fields, defaults, odd names, json_names of any
// text, well-known types.
class RandomSchema {
 public:
  explicit RandomSchema(uint64_t seed);

  // Every message type of both files except map entries.
  const std::vector<const google::protobuf::Descriptor*>& types() const { return types_; }
  // The codec's view of one, and protobuf's.
  const Schema& Get(const google::protobuf::Descriptor& type) { return schemas_->Get(type); }
  std::unique_ptr<google::protobuf::Message> New(const google::protobuf::Descriptor& type);
  // Both files as source text, for messages of failed tests.
  std::string DebugString() const;

 private:
  void AddTypes(const google::protobuf::Descriptor& type);

  google::protobuf::DescriptorPool pool_;  // on top of the generated one
  google::protobuf::DynamicMessageFactory factory_;
  std::unique_ptr<SchemaPool> schemas_;
  std::vector<const google::protobuf::FileDescriptor*> files_;
  std::vector<const google::protobuf::Descriptor*> types_;
};

}  // namespace trestle

#endif  // TRESTLE_TESTS_TRANSCODING_CODEC_RANDOM_SCHEMA_H_
