// The machine behind WireToJson: walks serialized messages and prints them as it goes.
//
// Bytes nearly always come as protobuf's own serializers write them: fields in number
// order, singular ones once. So the first attempt prints each field as it is met, and
// gives up at the first that breaks the order. The second attempt looks at each message's
// tags before it prints it; those in order are still printed as they come, the others'
// fields are collected, merged and sorted first. Both cost time linear in the bytes.

#ifndef TRESTLE_TRANSCODING_CODEC_JSON_ENCODER_H_
#define TRESTLE_TRANSCODING_CODEC_JSON_ENCODER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "trestle/transcoding/codec/codec_meter.h"
#include "trestle/transcoding/codec/json_options.h"
#include "trestle/transcoding/codec/json_writer.h"
#include "trestle/transcoding/codec/output.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/codec/wire_reader.h"

namespace trestle {

class KeySet;

// What follows a tag: a varint or fixed-width value as bits, or the bytes of a string,
// message, group or packed list.
struct WireValue {
  uint64_t bits = 0;
  absl::string_view bytes;
};

// One attempt at one message. Every bool is false for a fault or a broken order.
class JsonEncoder {
 public:
  // Whether the order of fields is taken for granted or looked at first.
  enum class Order { kAssumed, kChecked };

  // `meter` may be null; each bool is false, too, soon after it has refused.
  JsonEncoder(const JsonWriteOptions& options, Order order, size_t expected, CodecMeter* meter,
              std::string* json);

  bool EncodeMessage(absl::string_view wire, const Schema& message);
  bool EncodeField(absl::string_view wire, const Schema& message, const Field& field);

  // Bytes of JSON so far.
  size_t written() const { return out_.size() - out_.start(); }
  // After a false: whether only the order was wrong, which Order::kChecked copes with.
  bool out_of_order() const { return out_of_order_; }
  // Else what is wrong.
  const std::string& fault() const { return fault_; }

 private:
  // The bytes of one message, in one or more parts that are to be merged. Serialized
  // messages merge by being put one after the other.
  using Pieces = absl::Span<const absl::string_view>;

  // What has been printed of one object.
  struct Object {
    const Schema& schema;
    char separator = '{';  // what comes before the next member
    int next = 0;          // fields before this index are done
    uint64_t oneofs = 0;   // those that have been printed
  };

  // One field as it was met, for merging.
  struct Occurrence {
    const Field* field;
    WireType type;
    WireValue value;
  };

  // The key and value of a map's entry.
  struct Entry {
    WireValue key;
    WireValue value;
    std::vector<absl::string_view> more;  // a message's later pieces; nearly always none
    bool unknown = false;                 // a closed enum's unknown value
  };

  // json_encoder.cc: objects and fields, in order.
  bool PrintContent(const Schema& schema, Pieces pieces);
  bool PrintObject(const Schema& schema, Pieces pieces);
  bool PrintMembers(Pieces pieces, Object* object);
  void Close(const Object& object);
  bool StreamMembers(absl::string_view wire, Object* object);
  bool StreamField(const Field& field, WireTag tag, WireReader* reader, Object* object);
  bool StreamList(const Field& field, WireTag tag, WireReader* reader, Object* object);
  static bool NextIs(const Field& field, WireTag* tag, WireReader* reader);
  bool PrintSingular(const Field& field, const WireValue& value, Object* object);
  bool PrintElements(const Field& field, WireType type, const WireValue& value, char* separator);
  bool PrintElement(const Field& field, const WireValue& value, char* separator);
  void PrintNumber(const Field& field, uint64_t bits, char* separator);
  void PrintKey(const Field& field, Object* object) {
    const std::string& key = options_.original_names ? field.original_key : field.json_key;
    char* out = out_.Reserve(key.size() + 1);
    *out++ = object->separator;
    object->separator = ',';
    out_.Advance(CopyBytes(key, out));
  }
  // The fields from `object->next` to before `end`, which are not set, when they are wanted.
  void PrintDefaults(int end, Object* object) {
    if (prints_unset_) PrintUnsetFields(end, object);
  }
  void PrintUnsetFields(int end, Object* object);
  void PrintDefault(const Field& field);

  // json_encoder_map.cc
  bool StreamMap(const Field& field, WireTag tag, WireReader* reader, Object* object);
  bool PrintMapEntry(const Field& field, absl::string_view payload, KeySet* keys, char* separator);
  bool ReadEntry(const Field& field, absl::string_view payload, Entry* entry);
  bool PrintEntry(const Field& field, const Entry& entry, KeySet* keys, char* separator);
  bool PrintEntryValue(const Field& field, const Entry& entry);

  // json_encoder_scalar.cc
  bool PrintValue(const Field& field, const WireValue& value);
  bool PrintText(const Field& field, absl::string_view text);
  void PrintEnum(const Field& field, int32_t number);
  bool PrintMapKey(const Field& field, const WireValue& key);

  // json_encoder_merge.cc: fields out of order.
  bool MergeMembers(Pieces pieces, Object* object);
  bool Collect(const Schema& schema, Pieces pieces, ScratchMemory* memory,
               std::vector<Occurrence>* found);
  bool SortByField(const Schema& schema, std::vector<Occurrence>* found);
  bool PrintMerged(absl::Span<const Occurrence> run, Object* object);
  bool PrintMergedValue(absl::Span<const Occurrence> run);
  bool PrintMergedList(absl::Span<const Occurrence> run);
  bool PrintMergedMap(const Field& field, absl::Span<const absl::string_view> entries,
                      char* separator);
  bool LastOfKeys(const Field& field, absl::Span<const absl::string_view> entries,
                  std::vector<bool>* last);

  // json_encoder_well_known.cc
  bool PrintWellKnown(const Schema& schema, Pieces pieces);
  bool PrintTextual(const Schema& schema, Pieces pieces);
  bool PrintTime(const Schema& schema, absl::string_view message);
  bool PrintMask(absl::string_view text);
  bool PrintWrapper(const Schema& schema, Pieces pieces);
  bool PrintAny(const Schema& schema, Pieces pieces);
  bool PrintAnyContent(const Schema& type, absl::string_view value);
  bool PrintStruct(const Schema& schema, Pieces pieces);
  bool PrintListValue(const Schema& schema, Pieces pieces);
  bool PrintValueMessage(const Schema& schema, Pieces pieces);
  bool PrintUnset(const Field& field);

  // Whether streaming can print `wire`: fields in number order, repeated ones together,
  // singular ones and members of a oneof once. Malformed bytes may be called either.
  bool IsInOrder(const Schema& schema, absl::string_view wire);

  // Counts a field that is read, and tells the meter of a step now and then. False once that has
  // refused.
  bool Tick() { return --fields_left_ > 0 || EndStep(); }
  bool EndStep();

  bool Fault(std::string what);
  bool Malformed();
  bool OutOfOrder();

  const JsonWriteOptions& options_;
  const Int64Form int64_form_;
  const Order order_;
  const bool prints_unset_;
  Output out_;
  size_t fields_left_ = CodecMeter::kFieldsInStep;
  int depth_ = 0;  // of messages that are objects or arrays in JSON
  bool out_of_order_ = false;
  std::string fault_;
};

// Whether a field of wire type `type` may be a value, or a packed list, of `field`.
// Anything else is an unknown field.
inline bool Fits(const Field& field, WireType type) {
  if ((field.tag & 7) == static_cast<uint32_t>(type)) return true;
  return type == WireType::kBytes && field.repeated && IsPackable(field.kind);
}

// Whether `value` is a number that `field`'s closed enum does not have: such a field is
// unknown too.
inline bool IsUnknownEnum(const Field& field, const WireValue& value) {
  return field.closed_enum && field.enum_type->NameOf(static_cast<int32_t>(value.bits)).empty();
}

// Reads what follows `tag`.
inline bool ReadWireValue(WireTag tag, WireReader* reader, WireValue* value) {
  if (tag.type == WireType::kVarint) return reader->ReadVarint(&value->bits);
  if (tag.type == WireType::kBytes) return reader->ReadBytes(&value->bytes);
  if (tag.type == WireType::kFixed64) return reader->ReadFixed64(&value->bits);
  if (tag.type != WireType::kFixed32) return reader->ReadPayload(tag, &value->bytes);
  uint32_t bits;
  if (!reader->ReadFixed32(&bits)) return false;
  value->bits = bits;
  return true;
}

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_JSON_ENCODER_H_
