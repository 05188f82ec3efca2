#include "trestle/client/cpp/request_id.h"

#include <memory>

#include "absl/random/random.h"
#include "absl/strings/str_format.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/unknown_field_set.h"

namespace trestle {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::UnknownFieldSet;

// google.api.field_info and its field `format`, whose value 1 is UUID4.
constexpr int kFieldInfo = 291403980;
constexpr int kFormat = 1;
constexpr uint64_t kUuid4 = 1;

// Reads the option from its bytes, so that google/api/field_info.proto need not be linked.
bool IsUuid4(const FieldDescriptor& field) {
  UnknownFieldSet options, info;
  options.ParseFromString(field.options().SerializeAsString());
  for (int i = 0; i < options.field_count(); ++i) {
    const auto& option = options.field(i);
    if (option.number() != kFieldInfo) continue;
    if (option.type() != google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED) continue;
    info.ParseFromString(option.length_delimited());
  }
  for (int i = 0; i < info.field_count(); ++i) {
    const auto& part = info.field(i);
    if (part.number() == kFormat && part.type() == google::protobuf::UnknownField::TYPE_VARINT) {
      return part.varint() == kUuid4;
    }
  }
  return false;
}

const FieldDescriptor* RequestIdField(const Message& request) {
  const FieldDescriptor* field = request.GetDescriptor()->FindFieldByName("request_id");
  if (field == nullptr || field->is_repeated()) return nullptr;
  return field->type() == FieldDescriptor::TYPE_STRING ? field : nullptr;
}

}  // namespace

bool SerializeWithRequestId(const Message& request, std::string* bytes) {
  const FieldDescriptor* field = RequestIdField(request);
  bool has_id = field != nullptr && !request.GetReflection()->GetString(request, field).empty();
  if (field == nullptr || has_id || !IsUuid4(*field)) {
    request.SerializePartialToString(bytes);
    return has_id;
  }
  std::unique_ptr<Message> with_id(request.New());
  with_id->CopyFrom(request);
  with_id->GetReflection()->SetString(with_id.get(), field, RandomUuid());
  with_id->SerializePartialToString(bytes);
  return true;
}

std::string RandomUuid() {
  thread_local absl::BitGen generator;
  uint64_t high = absl::Uniform<uint64_t>(generator);
  uint64_t low = absl::Uniform<uint64_t>(generator);
  high = (high & ~uint64_t{0xf000}) | 0x4000;              // version 4
  low = (low & ~(uint64_t{3} << 62)) | uint64_t{1} << 63;  // variant 10
  return absl::StrFormat("%08x-%04x-%04x-%04x-%012x", high >> 32, (high >> 16) & 0xffff,
                         high & 0xffff, low >> 48, low & 0xffffffffffff);
}

}  // namespace trestle
