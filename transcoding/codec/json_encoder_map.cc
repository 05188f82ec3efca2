// JsonEncoder: maps (R64).
//
// In the assumed order, entries are printed as they are read, and a duplicate key counts as fields
// out of order. In the checked order, the entries are collected first, and PrintMergedMap keeps the
// last one of each key.

#include "trestle/transcoding/codec/json_encoder.h"
#include "trestle/transcoding/codec/key_set.h"

namespace trestle {

bool JsonEncoder::StreamMap(const Field& field, WireTag tag, WireReader* reader, Object* object) {
  PrintDefaults(field.index, object);
  char before = object->separator;
  size_t begin = out_.size();
  object->next = field.index + 1;
  PrintKey(field, object);
  char separator = '{';
  std::vector<absl::string_view> entries;  // only in the checked order
  ScratchMemory memory(out_.meter());
  KeySet keys;
  do {
    if (!Tick()) return false;
    absl::string_view entry;
    if (!reader->ReadBytes(&entry)) return Malformed();
    if (order_ == Order::kChecked) {
      entries.push_back(entry);
      memory.SetTo(entries);
    } else if (!PrintMapEntry(field, entry, &keys, &separator)) {
      return false;
    }
  } while (NextIs(field, &tag, reader));
  if (!PrintMergedMap(field, entries, &separator)) return false;
  if (separator != '{') {
    out_.Put('}');
  } else if (options_.always_print_defaults) {
    out_.Put("{}");
  } else {
    out_.Truncate(begin);
    object->separator = before;
  }
  return true;
}

bool JsonEncoder::PrintMapEntry(const Field& field, absl::string_view payload, KeySet* keys,
                                char* separator) {
  Entry entry;
  if (!ReadEntry(field, payload, &entry)) return Malformed();
  return entry.unknown || PrintEntry(field, entry, keys, separator);
}

// The last key and the last value count. Either may be missing.
bool JsonEncoder::ReadEntry(const Field& field, absl::string_view payload, Entry* entry) {
  absl::Span<const Field> fields = field.message().fields();
  bool has_value = false;
  WireReader reader(payload);
  WireTag tag;
  while (!reader.done()) {
    if (!reader.ReadTag(&tag)) return false;
    WireValue value;
    if (!ReadWireValue(tag, &reader, &value)) return false;
    if (tag.number == 1 && Fits(fields[0], tag.type)) entry->key = value;
    if (tag.number != 2 || !Fits(fields[1], tag.type)) continue;
    if (has_value && fields[1].is_message()) {
      entry->more.push_back(value.bytes);
      continue;
    }
    entry->value = value;
    has_value = true;
  }
  entry->unknown = has_value && IsUnknownEnum(fields[1], entry->value);
  return true;
}

// `keys` may be null if the key is known to be unique.
bool JsonEncoder::PrintEntry(const Field& field, const Entry& entry, KeySet* keys,
                             char* separator) {
  out_.Put(*separator);
  *separator = ',';
  size_t begin = out_.size();
  if (!PrintMapKey(field.message().fields()[0], entry.key)) return false;
  if (keys != nullptr && !keys->Insert(out_, begin)) return OutOfOrder();
  out_.Put(':');
  return PrintEntryValue(field.message().fields()[1], entry);
}

bool JsonEncoder::PrintEntryValue(const Field& field, const Entry& entry) {
  if (entry.more.empty()) return PrintValue(field, entry.value);
  std::vector<absl::string_view> pieces = entry.more;
  pieces.insert(pieces.begin(), entry.value.bytes);
  return PrintContent(field.message(), pieces);
}

}  // namespace trestle
