// The implementation of WireToJson: walks serialized messages and prints them as it reads.
//
// Nearly all messages are serialized as protobuf's own serializers do it: fields in number order,
// singular ones once. The first attempt therefore prints each field as it is read, and gives up at
// the first one that is out of order. The second attempt checks the tags of each message before it
// prints the message: if they are in order, it still prints the fields as it reads them; otherwise
// it collects, merges and sorts them first. Both attempts take time linear in the bytes.

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

// The payload after a tag: a varint or fixed-width value as bits, or the bytes of a string,
// message, group or packed list.
struct WireValue {
  uint64_t bits = 0;
  absl::string_view bytes;
};

// One attempt at one message. Every bool is false for a fault or for fields out of order.
class JsonEncoder {
 public:
  // How the order of fields is treated: assumed to be right, or checked first.
  enum class Order { kAssumed, kChecked };

  // `meter` may be null. Every bool is also false soon after it has refused.
  JsonEncoder(const JsonWriteOptions& options, Order order, size_t expected, CodecMeter* meter,
              std::string* json);

  bool EncodeMessage(absl::string_view wire, const Schema& message);
  bool EncodeField(absl::string_view wire, const Schema& message, const Field& field);

  // Returns the number of bytes of JSON so far.
  size_t written() const { return out_.size() - out_.start(); }
  // After a false: true if only the order was wrong, which Order::kChecked can handle.
  bool out_of_order() const { return out_of_order_; }
  // After a false for another reason: the fault.
  const std::string& fault() const { return fault_; }

 private:
  // The bytes of one message, in one or more parts. Concatenation merges serialized messages.
  using Pieces = absl::Span<const absl::string_view>;

  // The state of one object that is being printed.
  struct Object {
    const Schema& schema;
    char separator = '{';  // precedes the next member
    int next = 0;          // fields before this index are done
    uint64_t oneofs = 0;   // the oneofs of which a member has been printed
  };

  // One field as it was read, for merging.
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
  // Prints the fields in [object->next, end), which are not set, if the options ask for them.
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

  // Returns true if `wire` can be printed as it is read: fields in number order, elements of a
  // repeated field adjacent, singular fields and members of a oneof once. The result for malformed
  // bytes is unspecified.
  bool IsInOrder(const Schema& schema, absl::string_view wire);

  // Counts a field, and reports a step to the meter from time to time. Returns false once the meter
  // has refused.
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

// Returns true if a field of wire type `type` can be a value, or a packed list, of `field`. Any
// other field is unknown.
inline bool Fits(const Field& field, WireType type) {
  if ((field.tag & 7) == static_cast<uint32_t>(type)) return true;
  return type == WireType::kBytes && field.repeated && IsPackable(field.kind);
}

// Returns true if `value` is a number that the closed enum of `field` does not have. Such a field
// is unknown too.
inline bool IsUnknownEnum(const Field& field, const WireValue& value) {
  return field.closed_enum && field.enum_type->NameOf(static_cast<int32_t>(value.bits)).empty();
}

// Reads the payload after `tag`.
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
