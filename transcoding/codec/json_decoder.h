// The implementation of JsonToWire: one recursive descent over the JSON that writes wire bytes as
// it reads. Values are not stored; only the stack grows with their depth.

#ifndef TRESTLE_TRANSCODING_CODEC_JSON_DECODER_H_
#define TRESTLE_TRANSCODING_CODEC_JSON_DECODER_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/codec_meter.h"
#include "trestle/transcoding/codec/json_options.h"
#include "trestle/transcoding/codec/json_reader.h"
#include "trestle/transcoding/codec/scalar_text.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/codec/wire_writer.h"

namespace trestle {

class KeySet;

// The reason why a text was rejected.
struct JsonFault {
  size_t offset = 0;
  // The path of the field, in the names of the .proto and as the client spelled it. Both are empty
  // for bad syntax, and equal for an unknown key, which has no name in the .proto.
  std::string path;
  std::string spelled_path;
  std::string what;  // `"x" is not an int32`, or "is given twice" if of_field
  bool of_field = false;
};

// Decodes one text, once. Every bool is false for a fault. As a fault is returned through the
// levels of the text, each level prepends its part of the path.
class JsonDecoder {
 public:
  // `meter` may be null.
  JsonDecoder(absl::string_view json, const JsonReadOptions& options, CodecMeter* meter,
              std::string* wire);

  bool DecodeMessage(const Schema& message);
  bool DecodeField(const Field& field);
  // Returns the fault after a false.
  const JsonFault& fault() const { return fault_; }

 private:
  // The keys of one object that have been read.
  struct Object {
    const Schema& schema;
    size_t seen;   // where its bits begin in seen_
    int next = 0;  // the field that its next key is likely to be
  };
  // The result of reading one value.
  enum class ReadResult {
    kFault,
    kValue,
    kUnknownEnum,  // a name that the enum does not have, where unknown names are ignored
  };

  // json_decoder.cc: objects, fields, lists, scalars. "Content" is a message's bytes
  // without tag and length.
  bool Finish(bool decoded);
  bool ReadContent(const Schema& schema);
  bool ReadObject(const Schema& schema);
  bool ReadMember(absl::string_view key, Object* object);
  bool ReadUnknownMember(absl::string_view key);
  bool ReadField(const Field& field);
  bool ReadSingular(const Field& field);
  bool ReadMessageField(const Field& field);
  bool ReadList(const Field& field);
  bool ReadPackedElement(const Field& field);
  bool ReadElement(const Field& field);
  ReadResult ReadScalar(const Field& field);
  ReadResult ReadBits(const Field& field, uint64_t* bits);
  ReadResult ReadEnumName(const Field& field, uint64_t* bits);
  bool ReadText(const Field& field);
  bool ReadBytes(const Field& field);

  // Enters a message of the wire form. Fails if it is nested more deeply than parsers read.
  bool Descend() { return ++wire_depth_ <= max_wire_depth_ || reader_.FailTooDeep(); }
  void Ascend() { --wire_depth_; }

  // json_decoder_map.cc
  bool ReadMap(const Field& field);
  bool ReadMapEntry(const Field& field, absl::string_view key, KeySet* keys);
  bool WriteMapKey(const Field& field, absl::string_view key);
  ReadResult ReadMapValue(const Field& field);

  // json_decoder_well_known.cc
  bool ReadWellKnown(const Schema& schema);
  bool ReadTextual(const Schema& schema);
  bool ReadStruct();
  bool ReadStructEntry(absl::string_view key, KeySet* keys);
  bool ReadListValue();
  bool ReadNestedValue(uint32_t tag);
  bool ReadValue();
  bool ReadNumberValue();
  bool ReadAny(const Schema& schema);
  bool ReadAnyType(size_t object, absl::string_view key, SchemaPool& pool, const Schema** type);
  bool ReadAnyContent(const Schema& type, absl::string_view key);
  bool ReadAnyMembers(const Schema& type, absl::string_view key);
  bool ReadAnyValue(const Schema& type);
  bool FindType(size_t object, size_t* type);
  bool ScanForTypes(JsonReader* reader);

  // json_decoder_fault.cc
  bool Fault(size_t offset, std::string what);
  bool FieldFault(size_t offset, std::string what);
  bool SyntaxFault(const JsonReader& reader);
  bool Mismatch(const Schema& expected);
  bool Mismatch(const Field& expected);
  bool MismatchAt(size_t offset, const std::string& expected);
  bool BadKey(absl::string_view key, const Field& expected);
  bool TwoOfOneof(const Field& field, const Object& object);
  bool Within(const Field& field);
  bool WithinMember(const Field& field, size_t key_offset);
  bool WithinElement(int index);
  bool WithinKey(size_t key_offset);
  void PrependPath(absl::string_view part) { PrependPath(part, part); }
  void PrependPath(absl::string_view part, absl::string_view spelled);

  // The bits of an object that record what has been seen: one for each field, then one for each
  // oneof.
  Object OpenObject(const Schema& schema);
  void CloseObject(const Object& object) { seen_.resize(object.seen); }
  bool MarkSeen(const Object& object, int bit);
  bool IsSeen(const Object& object, int bit) const;

  JsonReader reader_;
  const JsonReadOptions& options_;
  EnumSpelling spelling_;
  WireWriter wire_;
  const int max_wire_depth_;
  int wire_depth_ = 0;  // messages, groups and map entries that are open, without the outermost
  absl::InlinedVector<uint64_t, 16> seen_;
  std::string text_;  // scratch
  JsonFault fault_;
  bool syntax_fault_ = false;
  bool unknown_key_ = false;

  // The offsets of the "@type" values in the objects before `types_known_`, by the offset of the
  // object. A text is scanned for them at most once, however its Anys nest.
  absl::flat_hash_map<size_t, size_t> types_;
  ScratchMemory types_memory_;
  size_t types_known_ = 0;
};

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_JSON_DECODER_H_
