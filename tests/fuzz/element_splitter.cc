// The bodies of streams, in both framings: it does not matter in which pieces they come,
// a body that is JSON is cut into its elements, and elements are cut no further.

#include "trestle/client/cpp/element_splitter.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "trestle/tests/fuzz/check.h"
#include "trestle/transcoding/codec/json_reader.h"

namespace trestle {
namespace {

constexpr size_t kMaxElement = 500;

struct Elements {
  absl::Status status;
  std::vector<std::string> texts;
};

bool operator==(const Elements& a, const Elements& b) {
  return a.status == b.status && a.texts == b.texts;
}

// Takes what is complete; false at an error.
bool Drain(ElementSplitter* splitter, Elements* elements) {
  for (;;) {
    auto next = splitter->Next();
    elements->status = next.status();
    if (!next.ok()) return false;
    if (!next->has_value()) return true;
    elements->texts.push_back(**std::move(next));
  }
}

// `body` in pieces of `size` bytes.
Elements Split(absl::string_view body, Framing framing, size_t size) {
  ElementSplitter splitter(framing, kMaxElement);
  Elements elements;
  for (; !body.empty(); body.remove_prefix(std::min(size, body.size()))) {
    splitter.Feed(body.substr(0, size));
    if (!Drain(&splitter, &elements)) return elements;
  }
  auto last = splitter.Finish();
  elements.status = last.status();
  if (last.ok() && last->has_value()) elements.texts.push_back(**std::move(last));
  return elements;
}

// The elements of a JSON array, as the codec's reader finds them; none for other texts.
std::vector<std::string> ReadArray(absl::string_view body) {
  std::vector<std::string> texts;
  JsonReader reader(body, 100);
  if (reader.Peek() != '[') return {};
  for (bool more = reader.FirstElement(); more; more = reader.NextElement()) {
    reader.Peek();
    const size_t begin = reader.offset();
    if (!reader.SkipValue()) return {};
    texts.emplace_back(reader.Since(begin));
    if (texts.back().size() > kMaxElement) return {};
  }
  return reader.ok() && reader.ReadEnd() ? texts : std::vector<std::string>();
}

void CheckFraming(absl::string_view body, Framing framing) {
  const Elements whole = Split(body, framing, body.size() + 1);
  for (size_t size : {1, 2, 7}) {
    Check(Split(body, framing, size) == whole, "it does not matter in which pieces a body comes");
  }
  for (const std::string& text : whole.texts) {
    Check(!text.empty() && text.size() <= kMaxElement, "elements have text, and a limit", text);
  }
  if (!whole.status.ok()) return;
  const std::string lines = absl::StrJoin(whole.texts, "\n") + "\n";
  Check(Split(lines, Framing::kSequence, lines.size()) == whole, "an element is one", lines);
}

void CheckBody(absl::string_view body) {
  CheckFraming(body, Framing::kArray);
  CheckFraming(body, Framing::kSequence);
  const std::vector<std::string> expected = ReadArray(body);
  if (expected.empty()) return;
  const Elements elements = Split(body, Framing::kArray, body.size());
  Check(elements.status.ok(), "a JSON array is split", elements.status.message());
  Check(elements.texts == expected, "into its elements", absl::StrJoin(elements.texts, "\n"));
}

}  // namespace
}  // namespace trestle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  trestle::CheckBody(trestle::ToText(data, size));
  return 0;
}
