// DecodeError: an HTTP response as a status.

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "trestle/transcoding/codec/base64.h"
#include "trestle/transcoding/codec/json_reader.h"
#include "trestle/transcoding/codec/json_to_wire.h"
#include "trestle/transcoding/codec/number_parser.h"
#include "trestle/transcoding/codec/wire_field.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

constexpr size_t kMaxQuoted = 200;

// The members of an error response that are used.
struct ErrorBody {
  std::string message;
  std::string status;
  int code = 0;                            // a google.rpc.Code, or an HTTP status
  std::vector<absl::string_view> details;  // JSON, in the body
};

// Reads the members of both error shapes, and skips all others.
class ErrorReader {
 public:
  explicit ErrorReader(absl::string_view body) : reader_(body, JsonReadOptions().max_depth) {}

  // Reads {"error": {...}} or {"code": 5, ...}. Returns false for a body of another shape.
  bool Read(ErrorBody* error) {
    ErrorBody inner;
    bool nested = false;
    const bool ok = EachMember([&](absl::string_view key) {
      if (key != "error" || reader_.Peek() != '{') return ReadMember(key, error);
      nested = true;
      return EachMember([&](absl::string_view name) { return ReadMember(name, &inner); });
    });
    if (!ok || !reader_.ReadEnd()) return false;
    if (nested) *error = std::move(inner);
    return nested || error->code != 0;
  }

 private:
  // Calls `member` with each key of the object at the cursor. It must read the value.
  template <typename Each>
  bool EachMember(Each member) {
    if (reader_.Peek() != '{') return false;
    absl::string_view key;
    for (bool more = reader_.FirstKey(&key); more; more = reader_.NextKey(&key)) {
      if (!member(key)) return false;
    }
    return reader_.ok();
  }

  bool ReadMember(absl::string_view key, ErrorBody* error) {
    const char next = reader_.Peek();
    if (key == "message" && next == '"') return ReadString(&error->message);
    if (key == "status" && next == '"') return ReadString(&error->status);
    if (key == "code" && absl::ascii_isdigit(static_cast<unsigned char>(next))) {
      return ReadCode(&error->code);
    }
    if (key == "details" && next == '[') return ReadDetails(&error->details);
    return reader_.SkipValue();
  }

  bool ReadCode(int* code) {
    absl::string_view text;
    if (!reader_.ReadNumber(&text)) return false;
    if (!ParseInt32(text, code)) *code = 0;
    return true;
  }

  bool ReadString(std::string* text) {
    absl::string_view view;
    if (!reader_.ReadString(&view)) return false;
    *text = std::string(view);
    return true;
  }

  bool ReadDetails(std::vector<absl::string_view>* details) {
    for (bool more = reader_.FirstElement(); more; more = reader_.NextElement()) {
      reader_.Peek();
      const size_t begin = reader_.offset();
      if (!reader_.SkipValue()) return false;
      details->push_back(reader_.Since(begin));
    }
    return reader_.ok();
  }

  JsonReader reader_;
};

// R87. The codes of google.rpc are smaller than any HTTP status.
absl::StatusCode CodeOf(const ErrorBody& error, int http_status) {
  const absl::StatusCode named = CodeOfName(error.status);
  if (named != absl::StatusCode::kOk && CodeName(named) == error.status) return named;
  const auto numbered = static_cast<absl::StatusCode>(error.code);
  if (numbered != absl::StatusCode::kOk && !CodeName(numbered).empty()) return numbered;
  return CodeOfHttpStatus(http_status);
}

// The "@type" of a detail, and its "value" if that is a string.
struct AnyMembers {
  std::string type_url;
  std::string value;
};

AnyMembers ReadAnyMembers(absl::string_view json) {
  AnyMembers members;
  JsonReader reader(json, JsonReadOptions().max_depth);
  if (reader.Peek() != '{') return members;
  absl::string_view key, text;
  for (bool more = reader.FirstKey(&key); more; more = reader.NextKey(&key)) {
    std::string* const member = key == "@type"   ? &members.type_url
                                : key == "value" ? &members.value
                                                 : nullptr;
    if (member == nullptr || reader.Peek() != '"') {
      if (!reader.SkipValue()) break;
      continue;
    }
    if (!reader.ReadString(&text)) break;
    *member = std::string(text);
  }
  return members;
}

// Reads the message inside an Any. Returns false if `types` does not know its type.
bool ReadValue(absl::string_view json, SchemaPool& types, std::string* value) {
  const Schema* any = types.Find("google.protobuf.Any");
  if (any == nullptr) return false;
  JsonReadOptions options;
  options.ignore_unknown_fields = true;  // from a newer server
  std::string wire, merged;
  if (!JsonToWire(json, *any, options, &wire).ok()) return false;
  const auto payload = FindPayload(wire, *any->FindByNumber(2), &merged);
  if (!payload.ok()) return false;
  *value = std::string(payload->value_or(""));
  return true;
}

void AddDetail(absl::string_view json, SchemaPool& types, absl::Status* status) {
  const AnyMembers members = ReadAnyMembers(json);
  if (members.type_url.empty() || status->GetPayload(members.type_url).has_value()) return;
  std::string value;
  const bool known =
      ReadValue(json, types, &value) || ReadValue(json, SchemaPool::Generated(), &value);
  // A sender that does not know the type sends base64 (R73).
  const bool readable = known || (!members.value.empty() && DecodeBase64(members.value, &value));
  status->SetPayload(members.type_url, absl::Cord(readable ? absl::string_view(value) : json));
}

std::string MessageOf(const HttpResponse& http) {
  if (http.body.empty()) return absl::StrCat("HTTP status ", http.status, " without a body");
  const absl::string_view start = absl::string_view(http.body).substr(0, kMaxQuoted);
  return absl::StrCat("HTTP status ", http.status, ": \"", absl::Utf8SafeCEscape(start), "\"",
                      http.body.size() > kMaxQuoted ? "..." : "");
}

}  // namespace

absl::Status DecodeError(const HttpResponse& http, SchemaPool& types) {
  ErrorBody error;
  if (!ErrorReader(http.body).Read(&error)) {
    return absl::Status(CodeOfHttpStatus(http.status), MessageOf(http));
  }
  absl::Status status(CodeOf(error, http.status), error.message);
  for (absl::string_view detail : error.details) AddDetail(detail, types, &status);
  return status;
}

}  // namespace trestle
