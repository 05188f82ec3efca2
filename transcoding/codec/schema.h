// The tables that the codec and the mapping use: one Schema per message type, built from its
// descriptor and immutable afterwards. Serving a request reads these tables and never a descriptor.

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
// A short name is a name without the name of the type as a prefix: POETRY for GENRE_POETRY of the
// enum Genre (BOOK_GENRE_POETRY of BookGenre). A name has no short form if the rest would not begin
// with a letter, or would equal the name or short name of another value.
class EnumSchema {
 public:
  explicit EnumSchema(const google::protobuf::EnumDescriptor& descriptor);

  absl::string_view full_name() const { return full_name_; }
  // Returns the first name declared for `number` (R56), or "".
  absl::string_view NameOf(int32_t number) const;
  // Returns the number of `name`, which may be an alias (R57), or nullptr.
  const int32_t* NumberOf(absl::string_view name) const;
  const int32_t* NumberOfIgnoringCase(absl::string_view name) const;
  // Returns the short form of NameOf if there is one (R57), else NameOf.
  absl::string_view ShortNameOf(int32_t number) const;
  // Returns the number of the short name `name`, or nullptr.
  const int32_t* NumberOfShort(absl::string_view name) const;
  const int32_t* NumberOfShortIgnoringCase(absl::string_view name) const;
  // The names in the order of declaration, for an error message: "RED, GREEN, BLUE". A long list is
  // shortened: "RED, GREEN and 30 more".
  absl::string_view name_list() const { return name_list_; }
  bool is_null_value() const { return is_null_value_; }  // google.protobuf.NullValue

 private:
  struct Name {
    std::string text;
    size_t prefix = 0;  // the size of the part that the short form omits
  };
  using Numbers = absl::flat_hash_map<std::string, int32_t>;

  void ListNames(const google::protobuf::EnumDescriptor& descriptor);
  void AddShortName(const std::string& name, int32_t number, absl::string_view type_name);
  const Name* Find(int32_t number) const;

  std::string full_name_;
  std::string name_list_;
  bool is_null_value_;
  // The names of the numbers from 0 on, without gaps. Nearly always all of the names.
  std::vector<Name> small_names_;
  absl::flat_hash_map<int32_t, Name> names_;  // the names of the other numbers
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
  // A default that is set is kept (R55). Always true for messages and for extensions: even a
  // repeated extension is never printed empty, because responses would then depend on what is
  // linked in.
  bool explicit_presence = false;
  // In JSON null means that the field is not set (R54). True for singular messages and for scalars
  // of proto2, except members of a oneof (proto3's `optional` is one), extensions, and fields for
  // which null is a value (R53).
  bool null_if_unset = false;
  bool required = false;     // proto2
  bool extension = false;    // proto2; its names are "[full.name]"
  bool closed_enum = false;  // proto2: a number outside the enum is unknown
  int oneof = -1;            // index of its (not synthetic) oneof, or -1
  int index = 0;             // position in Schema::fields()
  std::string name;          // as in the .proto
  std::string json_name;
  const EnumSchema* enum_type = nullptr;  // for kEnum

  // Computed once for the codec: the tag of one value (not of a packed list), and both names as
  // JSON keys, quoted and with the colon.
  uint32_t tag = 0;
  std::string json_key;
  std::string original_key;

  // Returns the type of a kMessage or kGroup. It is built on first use; later calls take no lock.
  const Schema& message() const {
    const Schema* schema = built.load(std::memory_order_acquire);
    return schema != nullptr ? *schema : BuildMessage();
  }
  bool is_message() const { return kind == Kind::kMessage || kind == Kind::kGroup; }

  // Used by SchemaPool.
  const google::protobuf::Descriptor* message_descriptor = nullptr;
  SchemaPool* pool = nullptr;
  mutable std::atomic<const Schema*> built{nullptr};
  const Schema& BuildMessage() const;
};

// A message type. Created and owned by a SchemaPool.
//
// In addition to its own fields it has the extensions that the descriptor's pool contained when the
// Schema was created. For the generated pool those are the extensions linked into the program. In
// JSON and for FindByName the name of an extension is its full name in brackets,
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
  // Finds a field by its name in the .proto, which rules and templates use. Returns nullptr if
  // there is none.
  const Field* FindByName(absl::string_view name) const;
  // Finds a field by its json_name or its name in the .proto (R51). Allocates nothing.
  const Field* FindByJsonName(absl::string_view key) const;
  // Does the same for keys that are usually in field order, as in JSON: tries the field at `*next`
  // first, and sets `*next` to the index after the field that was found.
  const Field* FindByJsonName(absl::string_view key, int* next) const {
    size_t index = static_cast<size_t>(*next);
    if (index < field_count_ && fields_[index].json_name == key) {
      ++*next;
      return &fields_[index];
    }
    return FindAndStep(key, next);
  }
  // The JSON names that contain ".", "[" or "]", longest first. The name of a query parameter
  // cannot be split at these characters without regard to them.
  absl::Span<const absl::string_view> odd_names() const { return odd_names_; }
  // The number of oneofs that are not synthetic.
  int oneof_count() const { return oneof_count_; }
  // True if a message of this type can be incomplete: it has a required field (proto2), itself or
  // in a message within it, at any depth.
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
  std::vector<const Field*> by_number_;  // for small numbers; nullptr for unused ones
  absl::flat_hash_map<absl::string_view, const Field*> by_name_;
  absl::flat_hash_map<absl::string_view, const Field*> by_json_name_;
  std::vector<absl::string_view> odd_names_;
};

// Creates Schemas, one for each type, and owns them. The descriptors must outlive it. Thread-safe.
class SchemaPool {
 public:
  // `types` is the pool in which Find looks up the types inside an Any. Must outlive this object.
  explicit SchemaPool(const google::protobuf::DescriptorPool* types);
  ~SchemaPool();

  const Schema& Get(const google::protobuf::Descriptor& descriptor);
  // Returns the schema of the type with this full name ("library.v1.Book"), or nullptr.
  const Schema* Find(absl::string_view full_name);
  const EnumSchema& GetEnum(const google::protobuf::EnumDescriptor& descriptor);
  // See Schema::may_lack_required.
  bool MayLackRequired(const google::protobuf::Descriptor& descriptor);

  // Returns the pool of the types linked into the program.
  static SchemaPool& Generated();

 private:
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_SCHEMA_H_
