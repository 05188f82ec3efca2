// The tables that the codec and the mapping run on: one Schema per message type,
// made from its descriptor, immutable once made. Serving a request reads these and
// never a descriptor.

#ifndef TRESTLE_TRANSCODING_CODEC_SCHEMA_H_
#define TRESTLE_TRANSCODING_CODEC_SCHEMA_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "google/protobuf/descriptor.h"

namespace trestle {

class Schema;
class SchemaPool;

// A field's type, numbered as in descriptor.proto (FieldDescriptorProto.Type).
enum class Kind : uint8_t {
  kDouble = 1,
  kFloat = 2,
  kInt64 = 3,
  kUint64 = 4,
  kInt32 = 5,
  kFixed64 = 6,
  kFixed32 = 7,
  kBool = 8,
  kString = 9,
  kGroup = 10,
  kMessage = 11,
  kBytes = 12,
  kUint32 = 13,
  kEnum = 14,
  kSfixed32 = 15,
  kSfixed64 = 16,
  kSint32 = 17,
  kSint64 = 18,
};

// Messages whose JSON is not an object of their fields (mapping.md R68-R74), and
// HttpBody, whose body is not JSON at all (R45).
enum class WellKnown : uint8_t {
  kNone,
  kAny,
  kDuration,
  kFieldMask,
  kHttpBody,
  kListValue,
  kStruct,
  kTimestamp,
  kValue,
  kWrapper,  // one of the nine; its field 1 says which
};

// An enum type: names and numbers, both ways.
//
// A short name is a name without the type's own at its front, POETRY for GENRE_POETRY of
// the enum Genre (BOOK_GENRE_POETRY of BookGenre). There is none where it would not begin
// with a letter, or would be another value's name or short name.
class EnumSchema {
 public:
  explicit EnumSchema(const google::protobuf::EnumDescriptor& descriptor);

  absl::string_view full_name() const { return full_name_; }
  // The first name declared for `number` (R56), or empty.
  absl::string_view NameOf(int32_t number) const;
  // The number of `name`, any alias (R57), or nullptr.
  const int32_t* NumberOf(absl::string_view name) const;
  const int32_t* NumberOfIgnoringCase(absl::string_view name) const;
  // NameOf, short if it has a short form (R57).
  absl::string_view ShortNameOf(int32_t number) const;
  // The number of the short name `name`, or nullptr, as for any name that has no short form.
  const int32_t* NumberOfShort(absl::string_view name) const;
  const int32_t* NumberOfShortIgnoringCase(absl::string_view name) const;
  // Its names in the order of declaration, for an error message: "RED, GREEN, BLUE"; of many
  // the first, "RED, GREEN and 30 more".
  absl::string_view name_list() const { return name_list_; }
  bool is_null_value() const { return is_null_value_; }  // google.protobuf.NullValue

 private:
  struct Name {
    std::string text;
    size_t prefix = 0;  // the size of what its short form leaves out
  };
  using Numbers = absl::flat_hash_map<std::string, int32_t>;

  void ListNames(const google::protobuf::EnumDescriptor& descriptor);
  void AddShortName(const std::string& name, int32_t number, absl::string_view type_name);
  const Name* Find(int32_t number) const;

  std::string full_name_;
  std::string name_list_;
  bool is_null_value_;
  // Names of the numbers from 0 on; nearly always all of them.
  std::vector<Name> small_names_;
  absl::flat_hash_map<int32_t, Name> names_;  // of the other numbers
  Numbers numbers_;
  Numbers lower_numbers_;
  Numbers short_numbers_;
  Numbers lower_short_numbers_;
};

// A field of a message. Lives as long as its Schema.
struct Field {
  int32_t number = 0;
  Kind kind = Kind::kBool;
  bool repeated = false;  // also true for a map
  bool map = false;       // a repeated message of `key` = 1 and `value` = 2
  bool packed = false;    // how a repeated scalar is written; both ways are read
  // A set default is kept (R55). Always so for a message, and for an extension: even a
  // repeated one is never printed empty, or answers would grow with what is linked in.
  bool explicit_presence = false;
  // Whether null says in JSON that it is not set (R54): a singular message or a scalar of
  // proto2, but for members of a oneof (proto3's `optional` is one), extensions, and those
  // for which null is a value (R53).
  bool null_if_unset = false;
  bool required = false;     // proto2
  bool extension = false;    // proto2; its names are "[full.name]"
  bool closed_enum = false;  // proto2: a number outside the enum is unknown
  int oneof = -1;            // index of its (not synthetic) oneof, or -1
  int index = 0;             // position in Schema::fields()
  std::string name;          // as in the .proto
  std::string json_name;
  const EnumSchema* enum_type = nullptr;  // of a kEnum

  // What the codec would otherwise make anew for every value: the tag of one value (not
  // of a packed list), and both names as JSON keys, quoted and with the colon.
  uint32_t tag = 0;
  std::string json_key;
  std::string original_key;

  // The type of a kMessage or kGroup, built on first use; free of locks after it.
  const Schema& message() const {
    const Schema* schema = built.load(std::memory_order_acquire);
    return schema != nullptr ? *schema : BuildMessage();
  }
  bool is_message() const { return kind == Kind::kMessage || kind == Kind::kGroup; }

  // For SchemaPool.
  const google::protobuf::Descriptor* message_descriptor = nullptr;
  SchemaPool* pool = nullptr;
  mutable std::atomic<const Schema*> built{nullptr};
  const Schema& BuildMessage() const;
};

// A message type. Made and owned by a SchemaPool.
//
// Beside its own fields it has the extensions that the descriptor's pool knew when the
// Schema was made; for the generated pool those are the ones linked into the program. In
// JSON and for FindByName an extension's name is its full name in brackets,
// "[library.v1.shelf_mark]".
class Schema {
 public:
  Schema(const google::protobuf::Descriptor& descriptor, SchemaPool* pool);
  Schema(const Schema&) = delete;
  Schema& operator=(const Schema&) = delete;

  absl::string_view full_name() const { return full_name_; }
  WellKnown well_known() const { return well_known_; }
  SchemaPool& pool() const { return *pool_; }
  // In field-number order.
  absl::Span<const Field> fields() const { return {fields_.get(), field_count_}; }
  const Field* FindByNumber(int32_t number) const {
    size_t index = static_cast<size_t>(number);
    return index < by_number_.size() ? by_number_[index] : FindLargeNumber(number);
  }
  // By the name in the .proto, as rules and templates use it; nullptr when there is none.
  const Field* FindByName(absl::string_view name) const;
  // By json_name or name in the .proto (R51). Allocates nothing.
  const Field* FindByJsonName(absl::string_view key) const;
  // For messages whose names are hints of one another, as JSON's keys usually are:
  // tries the fields from `*next` on first, and sets it to the one after the found.
  const Field* FindByJsonName(absl::string_view key, int* next) const {
    size_t index = static_cast<size_t>(*next);
    if (index < field_count_ && fields_[index].json_name == key) {
      ++*next;
      return &fields_[index];
    }
    return FindAndStep(key, next);
  }
  // The JSON names that hold a ".", "[" or "]", so that a query parameter's name cannot be cut
  // at these without a look at them. The longest come first.
  absl::Span<const absl::string_view> odd_names() const { return odd_names_; }
  // The number of its (not synthetic) oneofs.
  int oneof_count() const { return oneof_count_; }
  // Whether a message of this type can be incomplete: it has a required field (proto2),
  // itself or in a message within it, at any depth.
  bool may_lack_required() const { return may_lack_required_; }

 private:
  void FillDenseNumbers();
  void NoteOddNames(Field* field);
  const Field* FindLargeNumber(int32_t number) const;
  const Field* FindAndStep(absl::string_view key, int* next) const;

  std::string full_name_;
  WellKnown well_known_;
  SchemaPool* pool_;
  std::unique_ptr<Field[]> fields_;
  size_t field_count_;
  int oneof_count_;
  bool may_lack_required_;
  std::vector<const Field*> by_number_;  // the small numbers, nullptr where there is none
  absl::flat_hash_map<absl::string_view, const Field*> by_name_;
  absl::flat_hash_map<absl::string_view, const Field*> by_json_name_;
  std::vector<absl::string_view> odd_names_;
};

// Makes Schemas, each once, and keeps them as long as it lives. Descriptors must
// outlive it. Thread-safe.
class SchemaPool {
 public:
  // `types` is where message types are found by name: those inside an Any.
  explicit SchemaPool(const google::protobuf::DescriptorPool* types);
  ~SchemaPool();

  const Schema& Get(const google::protobuf::Descriptor& descriptor);
  // Returns the schema of the type with this full name ("library.v1.Book"), or nullptr.
  const Schema* Find(absl::string_view full_name);
  const EnumSchema& GetEnum(const google::protobuf::EnumDescriptor& descriptor);
  // See Schema::may_lack_required.
  bool MayLackRequired(const google::protobuf::Descriptor& descriptor);

  // The pool of the types linked into the program.
  static SchemaPool& Generated();

 private:
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_SCHEMA_H_
