// Runs for errors only. It therefore reads the body and the query again, so that the code that
// reads them first does not have to remember spellings.

#include "trestle/transcoding/message_path.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "trestle/transcoding/codec/json_reader.h"
#include "trestle/transcoding/codec/quote.h"
#include "trestle/transcoding/parameter_name.h"
#include "trestle/transcoding/percent.h"

namespace trestle {
namespace {

constexpr int kMaxDepth = 10000;  // the body has been read before, so its depth is limited

using Names = std::vector<std::string>;  // parallel to a path

// Enters the object at the reader up to the value of `field`, and sets `*name` to its key.
bool EnterMember(const Schema& message, const Field& field, JsonReader* reader, std::string* name) {
  if (reader->Peek() != '{') return false;
  absl::string_view key;
  for (bool more = reader->FirstKey(&key); more; more = reader->NextKey(&key)) {
    if (message.FindByJsonName(key) == &field) {
      *name = std::string(key);
      return true;
    }
    if (!reader->SkipValue()) return false;
  }
  return false;
}

bool EnterElement(int index, JsonReader* reader) {
  if (reader->Peek() != '[' || !reader->FirstElement()) return false;
  for (; index > 0; --index) {
    if (!reader->SkipValue() || !reader->NextElement()) return false;
  }
  return true;
}

bool EnterEntry(absl::string_view wanted, JsonReader* reader) {
  if (reader->Peek() != '{') return false;
  absl::string_view key;
  for (bool more = reader->FirstKey(&key); more; more = reader->NextKey(&key)) {
    if (key == wanted) return true;
    if (!reader->SkipValue()) return false;
  }
  return false;
}

bool EnterStep(const PathStep& step, JsonReader* reader) {
  if (step.field->map) return EnterEntry(step.key, reader);
  return step.index < 0 || EnterElement(step.index, reader);
}

const Schema* MessageOf(const Field& field) {
  if (!field.is_message()) return nullptr;
  return field.map ? &field.message().fields()[1].message() : &field.message();
}

// Sets the names of the first steps to those in the JSON body.
void SpellFromJson(const MessagePath& path, const Schema& request, const Spellings& spellings,
                   CodecMeter* meter, Names* names) {
  if (spellings.json.empty()) return;
  JsonReader reader(spellings.json, kMaxDepth, meter);
  const Schema* message = &request;
  for (size_t i = 0; i < path.size() && message != nullptr; ++i) {
    const Field& field = *path[i].field;
    const bool is_body = i == 0 && spellings.body_field != nullptr;
    if (is_body && spellings.body_field != &field) return;
    if (!is_body && !EnterMember(*message, field, &reader, &(*names)[i])) return;
    if (i + 1 == path.size() || !EnterStep(path[i], &reader)) return;
    message = MessageOf(field);
  }
}

// Sets the names of the first steps to those in the parameter with the longest common prefix with
// `path`, and `*most` to its length. Queries do not address elements of lists.
void SpellFromQuery(const MessagePath& path, const Schema& request, absl::string_view query,
                    CodecMeter* meter, size_t* most, Names* names) {
  StepCounter steps(meter);
  for (absl::string_view pair : absl::StrSplit(query, '&')) {
    if (!steps.Count(pair.size())) return;
    std::string name;
    if (!PercentDecode(pair.substr(0, pair.find('=')), Decode::kQuery, &name)) continue;
    ParameterName parameter;
    if (!ResolveParameterName(name, request, &parameter)) continue;
    size_t common = 0;
    while (common < std::min(path.size(), parameter.path.size()) &&
           path[common].field == parameter.path[common]) {
      ++common;
    }
    if (common <= *most) continue;
    *most = common;
    for (size_t i = 0; i < common; ++i) (*names)[i] = std::string(parameter.spelling[i]);
  }
}

std::string Join(const MessagePath& path, const Names& names) {
  std::string text;
  for (size_t i = 0; i < path.size(); ++i) {
    absl::StrAppend(&text, i == 0 ? "" : ".", names[i]);
    if (path[i].index >= 0) absl::StrAppend(&text, "[", path[i].index, "]");
    if (path[i].field->map) absl::StrAppend(&text, "[", Quote(path[i].key), "]");
  }
  return text;
}

}  // namespace

std::string SpellPath(const MessagePath& path, const Schema& request, const Spellings& spellings,
                      CodecMeter* meter) {
  Names names;
  size_t most = 0;
  for (const PathStep& step : path) names.push_back(step.field->json_name);
  SpellFromQuery(path, request, spellings.query, meter, &most, &names);
  SpellFromQuery(path, request, spellings.form, meter, &most, &names);
  SpellFromJson(path, request, spellings, meter, &names);
  return Join(path, names);
}

std::string ToString(const MessagePath& path) {
  Names names;
  for (const PathStep& step : path) names.push_back(step.field->name);
  return Join(path, names);
}

}  // namespace trestle
