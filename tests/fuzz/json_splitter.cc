// The bodies of streamed requests. Checks that the pieces in which a body arrives do not matter,
// that a JSON array is split into its elements and JSON lines into their values, that values are
// not split further, and that each value is at its place in the body.

#include "trestle/transcoding/codec/json_splitter.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "trestle/tests/fuzz/check.h"
#include "trestle/transcoding/codec/json_reader.h"
#include "trestle/transcoding/codec/line_column.h"

namespace trestle {
namespace {

constexpr size_t kMaxValue = 500;
constexpr size_t kMaxGap = 4096;

struct Values {
  absl::Status status;
  std::vector<std::string> texts;
  std::vector<std::pair<int64_t, int64_t>> places;  // of the texts, and of the error: line, column
};

bool operator==(const Values& a, const Values& b) {
  return a.status == b.status && a.texts == b.texts && a.places == b.places;
}

// Takes the complete values. Returns false after an error.
bool Drain(JsonSplitter* splitter, Values* values) {
  absl::string_view text;
  for (;;) {
    const absl::StatusOr<bool> found = splitter->Next(&text);
    values->status = found.status();
    if (found.ok() && !*found) return true;
    values->places.emplace_back(splitter->place().line, splitter->place().column);
    if (!found.ok()) return false;
    values->texts.emplace_back(text);
  }
}

// Splits `body` in pieces of `size` bytes, each in separate memory.
Values Split(absl::string_view body, size_t size, JsonForm form = JsonForm::kArrayOrValues) {
  JsonSplitter splitter(form, kMaxValue, kMaxGap);
  Values values;
  for (; !body.empty(); body.remove_prefix(std::min(size, body.size()))) {
    const std::string piece(body.substr(0, size));
    splitter.Feed(piece);
    if (!Drain(&splitter, &values)) return values;
  }
  splitter.End();
  Drain(&splitter, &values);
  return values;
}

// Appends the value at the reader. Returns false if it is malformed or too large.
bool Take(JsonReader* reader, std::vector<std::string>* texts) {
  reader->Peek();
  const size_t begin = reader->offset();
  if (!reader->SkipValue()) return false;
  texts->emplace_back(reader->Since(begin));
  return texts->back().size() <= kMaxValue;
}

// Returns the elements of a JSON array, found by the codec's reader, or nothing for other texts.
std::vector<std::string> ReadArray(absl::string_view body) {
  std::vector<std::string> texts;
  JsonReader reader(body, 100);
  if (reader.Peek() != '[') return {};
  for (bool more = reader.FirstElement(); more; more = reader.NextElement()) {
    if (!Take(&reader, &texts)) return {};
  }
  return reader.ok() && reader.ReadEnd() ? texts : std::vector<std::string>();
}

// Returns the value in each line, or nothing if a line is not a value.
std::vector<std::string> ReadLines(absl::string_view body) {
  std::vector<std::string> texts;
  while (!body.empty()) {
    const absl::string_view line = body.substr(0, body.find('\n'));
    JsonReader reader(line, 100);
    if (texts.empty() && reader.Peek() == '[') return {};
    const bool is_blank = line.find_first_not_of(" \t\r") == line.npos;
    if (!is_blank && (!Take(&reader, &texts) || !reader.ReadEnd())) return {};
    body.remove_prefix(std::min(body.size(), line.size() + 1));
  }
  return texts;
}

bool Continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

void CheckPlaces(absl::string_view body, const Values& values) {
  LineColumn at;
  for (size_t i = 0; i < values.texts.size(); ++i) {
    while (!body.empty() &&
           (std::pair(at.line, at.column) != values.places[i] || Continues(body[0]))) {
      Advance(body.substr(0, 1), &at);
      body.remove_prefix(1);
    }
    Check(absl::StartsWith(body, values.texts[i]), "a value is where it is said to be",
          values.texts[i]);
  }
}

void CheckRefusal(const absl::Status& status) {
  Check(absl::IsInvalidArgument(status) || absl::IsResourceExhausted(status),
        "a bad body is the sender's fault", status.ToString());
}

// The values of `body` as `form`, whatever it is.
Values CheckForm(absl::string_view body, JsonForm form) {
  Values whole = Split(body, body.size() + 1, form);
  for (const size_t size : {1, 2, 7}) {
    Check(Split(body, size, form) == whole, "it does not matter in which pieces a body comes");
  }
  for (const std::string& text : whole.texts) {
    Check(!text.empty() && text.size() <= kMaxValue, "values have text, and a limit", text);
  }
  if (!whole.status.ok()) CheckRefusal(whole.status);
  return whole;
}

void CheckBody(absl::string_view body) {
  const Values whole = CheckForm(body, JsonForm::kArrayOrValues);
  const Values elements = CheckForm(body, JsonForm::kArray);
  const Values values = CheckForm(body, JsonForm::kValues);
  Check(elements == whole || values == whole, "a body is an array, or values in a row");
  CheckPlaces(body, whole);
  const std::string array = "[" + absl::StrJoin(whole.texts, ",") + "]";
  Check(Split(array, array.size()).texts == whole.texts, "a value is one", array);

  for (const auto& expected : {ReadArray(body), ReadLines(body)}) {
    if (expected.empty()) continue;
    Check(whole.status.ok(), "what is JSON is split", whole.status.ToString());
    Check(whole.texts == expected, "into its values", absl::StrJoin(whole.texts, "\n"));
  }
}

}  // namespace
}  // namespace trestle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  trestle::CheckBody(trestle::ToText(data, size));
  return 0;
}
