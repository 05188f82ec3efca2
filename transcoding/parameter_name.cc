#include "trestle/transcoding/parameter_name.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "trestle/transcoding/codec/wire_format.h"

namespace trestle {
namespace {

// The most fields that are tried for one name. Real names need far fewer, but odd names within odd
// names can be combined in exponentially many ways.
constexpr int kMaxSteps = 1000;

class Resolver {
 public:
  explicit Resolver(ParameterName* resolved) : resolved_(*resolved) {}

  // Field { "." Field } [ "[" key "]" ], in a message of type `message`.
  bool Resolve(absl::string_view rest, const Schema& message) {
    if (--steps_left_ < 0 || resolved_.path.size() >= size_t{kMaxMessageDepth}) return false;
    for (absl::string_view odd : message.odd_names()) {
      if (absl::StartsWith(rest, odd) && Take(rest, odd.size(), message)) return true;
    }
    const size_t end = rest.find_first_of(".[");
    return Take(rest, end == rest.npos ? rest.size() : end, message);
  }

 private:
  // Resolves the first `size` bytes of `rest` as a Field, then the rest.
  bool Take(absl::string_view rest, size_t size, const Schema& message) {
    const absl::string_view name = rest.substr(0, size);
    const Field* field = message.FindByJsonName(name);
    if (field == nullptr || field->extension) return false;
    resolved_.path.push_back(field);
    resolved_.spelling.push_back(name);
    if (Follow(*field, rest.substr(size))) return true;
    resolved_.path.pop_back();
    resolved_.spelling.pop_back();
    return false;
  }

  // Resolves the text after the name of `field`.
  bool Follow(const Field& field, absl::string_view rest) {
    if (rest.empty()) return true;
    if (rest.front() == '.' && IsParent(field)) return Resolve(rest.substr(1), field.message());
    if (rest.front() != '[' || rest.back() != ']' || !field.map) return false;
    resolved_.key = rest.substr(1, rest.size() - 2);
    return true;
  }

  ParameterName& resolved_;
  int steps_left_ = kMaxSteps;
};

// Which of its two names is used for a field if both resolve to it.
enum class Prefer { kProtoName, kJsonName };

std::string Spell(const Schema& request, const FieldPath& path, Prefer prefer) {
  std::string text;
  const Schema* message = &request;
  for (const Field* field : path) {
    const bool proto =
        prefer == Prefer::kProtoName && message->FindByJsonName(field->name) == field;
    absl::StrAppend(&text, text.empty() ? "" : ".", proto ? field->name : field->json_name);
    if (IsParent(*field)) message = &field->message();
  }
  return text;
}

bool ResolvesTo(absl::string_view name, const Schema& request, const FieldPath& path,
                absl::optional<absl::string_view> key) {
  ParameterName resolved;
  return ResolveParameterName(name, request, &resolved) && resolved.path == path &&
         resolved.key == key;
}

}  // namespace

bool ResolveParameterName(absl::string_view name, const Schema& request, ParameterName* resolved) {
  resolved->path.clear();
  resolved->spelling.clear();
  resolved->key = absl::nullopt;
  return Resolver(resolved).Resolve(name, request);
}

std::string SpellParameterName(const Schema& request, const FieldPath& path,
                               absl::optional<absl::string_view> key) {
  for (const Prefer prefer : {Prefer::kProtoName, Prefer::kJsonName}) {
    std::string name = Spell(request, path, prefer);
    if (key.has_value()) absl::StrAppend(&name, "[", *key, "]");
    if (ResolvesTo(name, request, path, key)) return name;
  }
  return "";
}

}  // namespace trestle
