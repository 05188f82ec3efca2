#include "trestle/transcoding/codec/schema.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "google/protobuf/any.pb.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/empty.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/wrappers.pb.h"
#include "trestle/transcoding/codec/field_descriptors.h"
#include "trestle/transcoding/codec/json_string.h"
#include "trestle/transcoding/codec/output.h"
#include "trestle/transcoding/codec/wire_format.h"

namespace trestle {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

// Numbers below this are looked up in a table, unless the table would be mostly empty.
constexpr int kMaxDenseNumber = 4096;

WellKnown WellKnownOf(absl::string_view full_name) {
  static constexpr std::pair<const char*, WellKnown> kTypes[] = {
      {"google.api.HttpBody", WellKnown::kHttpBody},
      {"google.protobuf.Any", WellKnown::kAny},
      {"google.protobuf.BoolValue", WellKnown::kWrapper},
      {"google.protobuf.BytesValue", WellKnown::kWrapper},
      {"google.protobuf.DoubleValue", WellKnown::kWrapper},
      {"google.protobuf.Duration", WellKnown::kDuration},
      {"google.protobuf.FieldMask", WellKnown::kFieldMask},
      {"google.protobuf.FloatValue", WellKnown::kWrapper},
      {"google.protobuf.Int32Value", WellKnown::kWrapper},
      {"google.protobuf.Int64Value", WellKnown::kWrapper},
      {"google.protobuf.ListValue", WellKnown::kListValue},
      {"google.protobuf.StringValue", WellKnown::kWrapper},
      {"google.protobuf.Struct", WellKnown::kStruct},
      {"google.protobuf.Timestamp", WellKnown::kTimestamp},
      {"google.protobuf.UInt32Value", WellKnown::kWrapper},
      {"google.protobuf.UInt64Value", WellKnown::kWrapper},
      {"google.protobuf.Value", WellKnown::kValue},
  };
  for (const auto& type : kTypes) {
    if (type.first == full_name) return type.second;
  }
  return WellKnown::kNone;
}

std::string KeyText(absl::string_view name) {
  std::string text;
  {
    Output out(&text, name.size() + 3);
    WriteJsonString(name, &out);
    out.Put(':');
  }
  return text;
}

// Versions of protobuf with editions have is_closed(); there the syntax of the file does not
// decide.
template <typename Enum>
auto IsClosed(const Enum& type, int /*preferred*/) -> decltype(type.is_closed()) {
  return type.is_closed();
}

template <typename Enum>
bool IsClosed(const Enum& type, double /*otherwise*/) {
  using File = std::decay_t<decltype(*type.file())>;
  return type.file()->syntax() == File::SYNTAX_PROTO2;
}

int OneofIndex(const FieldDescriptor& from) {
  const google::protobuf::OneofDescriptor* oneof = from.real_containing_oneof();
  return oneof == nullptr ? -1 : oneof->index();
}

// Returns true for a Value and a NullValue.
bool TakesNull(const FieldDescriptor& from) {
  if (from.message_type() != nullptr) {
    return WellKnownOf(from.message_type()->full_name()) == WellKnown::kValue;
  }
  return from.enum_type() != nullptr &&
         from.enum_type()->full_name() == "google.protobuf.NullValue";
}

void FillShape(const FieldDescriptor& from, Field* field) {
  field->number = from.number();
  field->kind = static_cast<Kind>(from.type());
  field->repeated = from.is_repeated();
  field->map = from.is_map();
  field->packed = from.is_packed();
  // The key and the value of a map's entry are always written.
  bool in_entry = from.containing_type()->options().map_entry();
  bool has_presence = !from.is_repeated() && (in_entry || from.has_presence());
  field->extension = from.is_extension();
  field->explicit_presence = has_presence || field->extension;
  // The containing oneof may be the synthetic one of proto3's `optional`.
  field->null_if_unset =
      has_presence && !field->extension && !TakesNull(from) && from.containing_oneof() == nullptr;
  field->required = from.is_required();
  field->oneof = OneofIndex(from);
  field->tag = MakeTag(field->number, WireTypeOf(field->kind));
}

void FillNames(const FieldDescriptor& from, Field* field) {
  bool extension = from.is_extension();
  field->name = extension ? absl::StrCat("[", from.full_name(), "]") : from.name();
  field->json_name = extension ? field->name : from.json_name();
  field->json_key = KeyText(field->json_name);
  field->original_key = KeyText(field->name);
}

void FillType(const FieldDescriptor& from, SchemaPool* pool, Field* field) {
  field->pool = pool;
  field->message_descriptor = from.message_type();
  if (from.enum_type() == nullptr) return;
  field->enum_type = &pool->GetEnum(*from.enum_type());
  field->closed_enum = IsClosed(*from.enum_type(), 0);
}

std::vector<const FieldDescriptor*> InNumberOrder(const Descriptor& descriptor) {
  std::vector<const FieldDescriptor*> fields = FieldsOf(descriptor);
  std::sort(fields.begin(), fields.end(), [](const FieldDescriptor* a, const FieldDescriptor* b) {
    return a->number() < b->number();
  });
  return fields;
}

// The linker keeps only those protobuf types that something refers to. An Any in a response can
// contain these types, so they are linked in even if the program does not use them.
void LinkWellKnownTypes() {
  google::protobuf::LinkMessageReflection<google::protobuf::Any>();
  google::protobuf::LinkMessageReflection<google::protobuf::Duration>();
  google::protobuf::LinkMessageReflection<google::protobuf::Empty>();
  google::protobuf::LinkMessageReflection<google::protobuf::FieldMask>();
  google::protobuf::LinkMessageReflection<google::protobuf::StringValue>();
  google::protobuf::LinkMessageReflection<google::protobuf::Struct>();
  google::protobuf::LinkMessageReflection<google::protobuf::Timestamp>();
}

}  // namespace

const Schema& Field::BuildMessage() const {
  // Several threads may get here at once; all get the same Schema from the pool.
  const Schema& schema = pool->Get(*message_descriptor);
  built.store(&schema, std::memory_order_release);
  return schema;
}

Schema::Schema(const Descriptor& descriptor, SchemaPool* pool)
    : full_name_(descriptor.full_name()),
      well_known_(WellKnownOf(descriptor.full_name())),
      pool_(pool),
      oneof_count_(descriptor.real_oneof_decl_count()),
      may_lack_required_(pool->MayLackRequired(descriptor)) {
  const std::vector<const FieldDescriptor*> descriptors = InNumberOrder(descriptor);
  field_count_ = descriptors.size();
  fields_ = std::make_unique<Field[]>(field_count_);
  int index = 0;
  for (const FieldDescriptor* from : descriptors) {
    Field& field = fields_[index];
    field.index = index++;
    FillShape(*from, &field);
    FillNames(*from, &field);
    FillType(*from, pool, &field);
    by_name_.emplace(field.name, &field);
    by_json_name_[field.json_name] = &field;
  }
  FillDenseNumbers();
  // If the json_name of one field is the name of another, the json_name wins.
  for (const auto& entry : by_name_) by_json_name_.insert(entry);
  for (size_t i = 0; i < field_count_; ++i) NoteOddNames(&fields_[i]);
  std::sort(odd_names_.begin(), odd_names_.end(), [](absl::string_view a, absl::string_view b) {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  });
}

void Schema::NoteOddNames(Field* field) {
  if (field->extension) return;
  if (field->json_name.find_first_of(".[]") != std::string::npos) {
    odd_names_.push_back(field->json_name);
  }
  // A printed key must be read as the same field.
  if (by_json_name_.at(field->name) != field) field->original_key = field->json_key;
}

void Schema::FillDenseNumbers() {
  for (const Field& field : fields()) {
    if (field.number >= kMaxDenseNumber || field.number > 64 + 8 * field.index) return;
    by_number_.resize(field.number + 1);
    by_number_[field.number] = &field;
  }
}

const Field* Schema::FindLargeNumber(int32_t number) const {
  const Field* end = fields_.get() + field_count_;
  const Field* found =
      std::lower_bound(static_cast<const Field*>(fields_.get()), end, number,
                       [](const Field& field, int32_t wanted) { return field.number < wanted; });
  return found != end && found->number == number ? found : nullptr;
}

const Field* Schema::FindByName(absl::string_view name) const {
  auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

const Field* Schema::FindByJsonName(absl::string_view key) const {
  auto found = by_json_name_.find(key);
  return found == by_json_name_.end() ? nullptr : found->second;
}

const Field* Schema::FindAndStep(absl::string_view key, int* next) const {
  const Field* field = FindByJsonName(key);
  if (field != nullptr) *next = field->index + 1;
  return field;
}

struct SchemaPool::Rep {
  const DescriptorPool* types;
  absl::Mutex mutex;
  absl::flat_hash_map<const Descriptor*, std::unique_ptr<Schema>> schemas ABSL_GUARDED_BY(mutex);
  absl::flat_hash_map<const EnumDescriptor*, std::unique_ptr<EnumSchema>> enums
      ABSL_GUARDED_BY(mutex);
  // The schemas that Find has returned, by their own names.
  absl::flat_hash_map<absl::string_view, const Schema*> by_name ABSL_GUARDED_BY(mutex);
  RequiredTypes required;
};

SchemaPool::SchemaPool(const DescriptorPool* types) : rep_(new Rep) {
  LinkWellKnownTypes();
  rep_->types = types;
}

SchemaPool::~SchemaPool() = default;

const Schema& SchemaPool::Get(const Descriptor& descriptor) {
  {
    absl::ReaderMutexLock lock(&rep_->mutex);
    auto found = rep_->schemas.find(&descriptor);
    if (found != rep_->schemas.end()) return *found->second;
  }
  // Built without the lock, because the constructor takes it for the enums. If two threads build
  // the same schema, the one that is inserted first is kept.
  auto built = std::make_unique<Schema>(descriptor, this);
  absl::MutexLock lock(&rep_->mutex);
  return *rep_->schemas.emplace(&descriptor, std::move(built)).first->second;
}

bool SchemaPool::MayLackRequired(const Descriptor& descriptor) {
  return rep_->required.MayLackRequired(descriptor);
}

const Schema* SchemaPool::Find(absl::string_view full_name) {
  {
    absl::ReaderMutexLock lock(&rep_->mutex);
    auto found = rep_->by_name.find(full_name);
    if (found != rep_->by_name.end()) return found->second;
  }
  const Descriptor* found = rep_->types->FindMessageTypeByName(std::string(full_name));
  if (found == nullptr) return nullptr;
  const Schema& schema = Get(*found);
  absl::MutexLock lock(&rep_->mutex);
  rep_->by_name.emplace(schema.full_name(), &schema);
  return &schema;
}

const EnumSchema& SchemaPool::GetEnum(const EnumDescriptor& descriptor) {
  absl::MutexLock lock(&rep_->mutex);
  std::unique_ptr<EnumSchema>& type = rep_->enums[&descriptor];
  if (type == nullptr) type = std::make_unique<EnumSchema>(descriptor);
  return *type;
}

SchemaPool& SchemaPool::Generated() {
  static SchemaPool* const pool = new SchemaPool(DescriptorPool::generated_pool());
  return *pool;
}

}  // namespace trestle
