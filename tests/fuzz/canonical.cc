#include "trestle/tests/fuzz/canonical.h"

#include <cstdint>
#include <memory>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace trestle {
namespace {

using google::protobuf::Message;

bool Parse(absl::string_view wire, Message* message) {
  google::protobuf::io::CodedInputStream input(reinterpret_cast<const uint8_t*>(wire.data()),
                                               static_cast<int>(wire.size()));
  input.SetRecursionLimit(1000);  // the codec counts levels of JSON, which can be two messages
  return message->ParsePartialFromCodedStream(&input) && input.ConsumedEntireMessage();
}

std::string Serialize(const Message& message) {
  std::string wire;
  google::protobuf::io::StringOutputStream stream(&wire);
  google::protobuf::io::CodedOutputStream output(&stream);
  output.SetSerializationDeterministic(true);  // maps by key
  message.SerializePartialToCodedStream(&output);
  output.Trim();
  return wire;
}

}  // namespace

absl::optional<std::string> Canonical(absl::string_view wire, const Message& type) {
  std::unique_ptr<Message> message(type.New());
  if (!Parse(wire, message.get())) return absl::nullopt;
  message->DiscardUnknownFields();
  return Serialize(*message);
}

}  // namespace trestle
