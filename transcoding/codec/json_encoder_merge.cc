// JsonEncoder: messages whose fields are out of order, split or duplicated. The result is that of
// parsing the message first, by the merge rules of the wire format.
//
// MergeMembers collects all known fields, drops members of a oneof that a later member replaced,
// and sorts the rest by field with a counting sort, which keeps the wire order within a field. Then
// it prints each run of one field: the last value of a scalar, the concatenation of a message's
// occurrences (which is how serialized messages merge), the elements of a list in order, and the
// last entry of each map key. A nested message is printed from its pieces in the same way. All of
// this takes time linear in the bytes, and reports its memory to the meter.

#include <numeric>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "trestle/transcoding/codec/json_encoder.h"

namespace trestle {
namespace {

// Drops the members of a oneof that another member replaced. The last member counts, but not its
// occurrences before the last other member.
template <typename Occurrences>
void DropReplaced(int oneof_count, Occurrences* found) {
  std::vector<const Field*> member(static_cast<size_t>(oneof_count));  // the last one
  std::vector<bool> cut(static_cast<size_t>(oneof_count));
  auto keep = found->end();
  for (auto at = found->end(); at != found->begin();) {
    --at;
    int oneof = at->field->oneof;
    if (oneof >= 0) {
      const Field*& last = member[static_cast<size_t>(oneof)];
      if (last == nullptr) last = at->field;
      if (last != at->field) cut[static_cast<size_t>(oneof)] = true;
      if (cut[static_cast<size_t>(oneof)]) continue;
    }
    *--keep = *at;
  }
  found->erase(found->begin(), keep);
}

}  // namespace

bool JsonEncoder::MergeMembers(Pieces pieces, Object* object) {
  ScratchMemory memory(out_.meter());
  std::vector<Occurrence> found;
  if (!Collect(object->schema, pieces, &memory, &found)) return false;
  if (!SortByField(object->schema, &found)) return false;
  for (size_t begin = 0; begin < found.size();) {
    size_t end = begin + 1;
    while (end < found.size() && found[end].field == found[begin].field) ++end;
    if (!PrintMerged(absl::MakeSpan(found).subspan(begin, end - begin), object)) return false;
    begin = end;
  }
  return true;
}

// A counting sort, which keeps the order within a field. Runs in steps, because there may be
// millions of occurrences.
bool JsonEncoder::SortByField(const Schema& schema, std::vector<Occurrence>* found) {
  std::vector<size_t> ends(schema.fields().size() + 1);  // begins with the start of the first field
  for (const Occurrence& one : *found) ++ends[static_cast<size_t>(one.field->index) + 1];
  std::partial_sum(ends.begin(), ends.end(), ends.begin());
  ScratchMemory memory(out_.meter());
  memory.SetTo(*found);
  std::vector<Occurrence> sorted(found->size());
  for (const Occurrence& one : *found) {
    if (!Tick()) return false;
    sorted[ends[static_cast<size_t>(one.field->index)]++] = one;
  }
  found->swap(sorted);
  return true;
}

// Collects all known fields of a message, in the order of the wire.
bool JsonEncoder::Collect(const Schema& schema, Pieces pieces, ScratchMemory* memory,
                          std::vector<Occurrence>* found) {
  for (absl::string_view piece : pieces) {
    WireReader reader(piece);
    WireTag tag;
    while (!reader.done()) {
      if (!Tick()) return false;
      if (!reader.ReadTag(&tag)) return Malformed();
      WireValue value;
      if (!ReadWireValue(tag, &reader, &value)) return Malformed();
      const Field* field = schema.FindByNumber(tag.number);
      if (field == nullptr || !Fits(*field, tag.type)) continue;
      if (!field->repeated && IsUnknownEnum(*field, value)) continue;
      found->push_back({field, tag.type, value});
      memory->SetTo(*found);
    }
  }
  if (schema.oneof_count() > 0) DropReplaced(schema.oneof_count(), found);
  return true;
}

// Prints the occurrences of one field.
bool JsonEncoder::PrintMerged(absl::Span<const Occurrence> run, Object* object) {
  const Field& field = *run[0].field;
  if (!field.repeated && !field.is_message()) {
    return PrintSingular(field, run.back().value, object);
  }
  PrintDefaults(field.index, object);
  char before = object->separator;
  size_t begin = out_.size();
  PrintKey(field, object);
  size_t value = out_.size();
  if (!PrintMergedValue(run)) return false;
  bool empty = field.repeated && out_.size() == value + 2;  // [] or {}
  if (empty && (field.explicit_presence || !options_.always_print_defaults)) {
    out_.Truncate(begin);
    object->separator = before;
  }
  object->next = field.index + 1;
  return true;
}

bool JsonEncoder::PrintMergedValue(absl::Span<const Occurrence> run) {
  const Field& field = *run[0].field;
  if (!field.repeated && !field.is_message()) return PrintValue(field, run.back().value);
  if (field.repeated && !field.map) return PrintMergedList(run);
  absl::InlinedVector<absl::string_view, 4> pieces;
  for (const Occurrence& one : run) pieces.push_back(one.value.bytes);
  if (!field.map) return PrintContent(field.message(), pieces);
  char separator = '{';
  if (!PrintMergedMap(field, pieces, &separator)) return false;
  if (separator == '{') out_.Put('{');
  out_.Put('}');
  return true;
}

bool JsonEncoder::PrintMergedList(absl::Span<const Occurrence> run) {
  char separator = '[';
  for (const Occurrence& one : run) {
    if (!PrintElements(*one.field, one.type, one.value, &separator)) return false;
  }
  if (separator == '[') out_.Put('[');
  out_.Put(']');
  return true;
}

// The last entry of each key counts.
bool JsonEncoder::PrintMergedMap(const Field& field, absl::Span<const absl::string_view> entries,
                                 char* separator) {
  if (entries.empty()) return true;
  std::vector<bool> last;
  if (!LastOfKeys(field, entries, &last)) return false;
  for (size_t i = 0; i < entries.size(); ++i) {
    Entry entry;
    if (!ReadEntry(field, entries[i], &entry)) return Malformed();
    if (last[i] && !PrintEntry(field, entry, nullptr, separator)) return false;
  }
  return true;
}

bool JsonEncoder::LastOfKeys(const Field& field, absl::Span<const absl::string_view> entries,
                             std::vector<bool>* last) {
  absl::flat_hash_map<std::string, size_t> indices;
  ScratchMemory memory(out_.meter());
  for (size_t i = 0; i < entries.size(); ++i) {
    if (!Tick()) return false;
    Entry entry;
    if (!ReadEntry(field, entries[i], &entry)) return Malformed();
    if (entry.unknown) continue;
    size_t begin = out_.size();
    if (!PrintMapKey(field.message().fields()[0], entry.key)) return false;
    indices[std::string(out_.Since(begin))] = i;
    out_.Truncate(begin);
    memory.Set(indices.capacity() * (sizeof(*indices.begin()) + 1));
  }
  last->resize(entries.size());
  for (const auto& key : indices) (*last)[key.second] = true;
  return true;
}

}  // namespace trestle
