// JsonDecoder: maps, which are objects whose keys are values (R64).

#include "trestle/transcoding/codec/json_decoder.h"
#include "trestle/transcoding/codec/key_set.h"
#include "trestle/transcoding/codec/wire_format.h"

namespace trestle {

// R64
bool JsonDecoder::ReadMap(const Field& field) {
  if (reader_.Peek() != '{') return MismatchAt(reader_.offset(), "an object");
  KeySet keys;
  absl::string_view key;
  for (bool more = reader_.FirstKey(&key); more; more = reader_.NextKey(&key)) {
    size_t key_offset = reader_.key_offset();
    if (!ReadMapEntry(field, key, &keys)) return WithinKey(key_offset);
  }
  return reader_.ok();
}

bool JsonDecoder::ReadMapEntry(const Field& field, absl::string_view key, KeySet* keys) {
  absl::Span<const Field> entry = field.message().fields();
  if (!Descend()) return false;
  WireWriter::Mark mark = wire_.Open(field.tag);
  size_t begin = wire_.out().size();
  if (!WriteMapKey(entry[0], key)) return BadKey(key, entry[0]);
  if (!keys->Insert(wire_.out(), begin)) return FieldFault(reader_.key_offset(), "is given twice");
  ReadResult result = ReadMapValue(entry[1]);
  if (result == ReadResult::kValue) wire_.Close(mark);
  if (result == ReadResult::kUnknownEnum) {
    keys->RemoveLast();
    wire_.Drop(mark);
  }
  Ascend();
  return result != ReadResult::kFault;
}

bool JsonDecoder::WriteMapKey(const Field& field, absl::string_view key) {
  if (field.kind == Kind::kString) {
    wire_.Bytes(field.tag, key);
    return true;
  }
  uint64_t bits;
  if (!ParseScalar(key, field, spelling_, &bits)) return false;
  wire_.Scalar(field.tag, WireTypeOf(field.kind), bits);
  return true;
}

JsonDecoder::ReadResult JsonDecoder::ReadMapValue(const Field& field) {
  if (!field.is_message()) return ReadScalar(field);
  return ReadMessageField(field) ? ReadResult::kValue : ReadResult::kFault;
}

}  // namespace trestle
