#include "trestle/transcoding/media_type.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"
#include "trestle/transcoding/decimal.h"
#include "trestle/transcoding/http_fields.h"

namespace trestle {
namespace {

constexpr absl::string_view kContentType = "content-type";

// An older name of kProtobufType that many clients use.
constexpr absl::string_view kOldProtobufType = "application/x-protobuf";

// Returns the value of the parameter `name` among `parameters` ("; a=b; c=d"), unquoted.
absl::optional<absl::string_view> FindParameter(absl::string_view parameters,
                                                absl::string_view name) {
  for (absl::string_view parameter : absl::StrSplit(parameters, ';')) {
    const size_t equals = parameter.find('=');
    if (equals == parameter.npos) continue;
    const absl::string_view key = absl::StripAsciiWhitespace(parameter.substr(0, equals));
    if (!absl::EqualsIgnoreCase(key, name)) continue;
    absl::string_view value = absl::StripAsciiWhitespace(parameter.substr(equals + 1));
    if (absl::ConsumePrefix(&value, "\"")) absl::ConsumeSuffix(&value, "\"");
    return value;
  }
  return absl::nullopt;
}

// A media type or range, and the text after its ";".
struct MediaType {
  absl::string_view type;
  absl::string_view parameters;
};

MediaType Cut(absl::string_view text) {
  const size_t semicolon = text.find(';');
  if (semicolon == text.npos) return {absl::StripAsciiWhitespace(text), ""};
  return {absl::StripAsciiWhitespace(text.substr(0, semicolon)), text.substr(semicolon + 1)};
}

bool IsJson(absl::string_view type) {
  if (absl::EqualsIgnoreCase(type, kJsonType)) return true;
  constexpr absl::string_view kPrefix = "application/", kSuffix = "+json";
  return type.size() > kPrefix.size() + kSuffix.size() &&
         absl::StartsWithIgnoreCase(type, kPrefix) && absl::EndsWithIgnoreCase(type, kSuffix);
}

bool IsProtobuf(absl::string_view type) {
  return absl::EqualsIgnoreCase(type, kProtobufType) ||
         absl::EqualsIgnoreCase(type, kOldProtobufType);
}

bool IsUtf8(const MediaType& media) {
  const absl::optional<absl::string_view> charset = FindParameter(media.parameters, "charset");
  return !charset.has_value() || absl::EqualsIgnoreCase(*charset, "utf-8") ||
         absl::EqualsIgnoreCase(*charset, "utf8");
}

// How precisely a media range includes a type. The most precise range determines the q-value.
enum Precision { kNotAtAll, kAnyType, kAnyOfFamily, kExactly };

// JSON under any of its types.
struct AnyJson {};

Precision PrecisionOf(absl::string_view range, AnyJson /*json*/) {
  if (IsJson(range)) return kExactly;
  if (absl::EqualsIgnoreCase(range, "application/*")) return kAnyOfFamily;
  return range == "*/*" ? kAnyType : kNotAtAll;
}

// qvalue = ( "0" [ "." *DIGIT ] ) / ( "1" [ "." *"0" ] ). RFC 9110 12.4.2 allows three decimals;
// further ones are dropped.
bool ParseQuality(absl::string_view text, double* quality) {
  const size_t point = text.find('.');
  const absl::string_view whole = text.substr(0, point);
  std::string decimals(point == text.npos ? "" : text.substr(point + 1));
  if (whole != "0" && whole != "1") return false;
  if (!absl::c_all_of(decimals, absl::ascii_isdigit)) return false;
  decimals.resize(3, '0');
  uint64_t thousandths = 0;
  ParseDecimal(absl::StrCat(whole, decimals), &thousandths);
  *quality = static_cast<double>(thousandths) / 1000;
  return thousandths <= 1000;
}

// Returns the q-value. An invalid one counts as 1, as if it were absent.
double QualityOf(absl::string_view parameters) {
  double quality = 1;
  const absl::optional<absl::string_view> q = FindParameter(parameters, "q");
  return q.has_value() && ParseQuality(*q, &quality) ? quality : 1;
}

Precision PrecisionOf(absl::string_view range, absl::string_view type) {
  if (absl::EqualsIgnoreCase(range, type)) return kExactly;
  const bool is_family = absl::ConsumeSuffix(&range, "/*");
  if (is_family && range == "*") return kAnyType;
  const absl::string_view family = type.substr(0, type.find('/'));
  return is_family && absl::EqualsIgnoreCase(range, family) ? kAnyOfFamily : kNotAtAll;
}

// The quality of one format or type, by the ranges that have been considered.
struct Preference {
  Precision precision = kNotAtAll;
  double quality = 0;

  template <typename What>
  void Consider(const MediaType& range, const What& what) {
    const Precision found = PrecisionOf(range.type, what);
    if (found == kNotAtAll || found < precision) return;
    const double q = QualityOf(range.parameters);
    quality = found == precision && quality > q ? quality : q;
    precision = found;
  }
};

// Returns the type of a body of `format`, if a response can have it, else JSON.
absl::string_view TypeInKind(const HttpFields& headers, BodyFormat format) {
  if (format != BodyFormat::kProtobuf) return kJsonType;
  const std::string* sent = FindField(headers, kContentType);
  const bool is_old = sent != nullptr && absl::EqualsIgnoreCase(Cut(*sent).type, kOldProtobufType);
  return is_old ? kOldProtobufType : kProtobufType;
}

}  // namespace

BodyFormat FormatOfType(absl::string_view content_type) {
  const MediaType media = Cut(content_type);
  if (media.type.empty() || IsJson(media.type)) {
    return IsUtf8(media) ? BodyFormat::kJson : BodyFormat::kOther;
  }
  if (IsProtobuf(media.type)) return BodyFormat::kProtobuf;
  if (absl::EqualsIgnoreCase(media.type, "application/x-www-form-urlencoded")) {
    return BodyFormat::kForm;
  }
  const bool is_lines = absl::EqualsIgnoreCase(media.type, "application/x-ndjson");
  return is_lines && IsUtf8(media) ? BodyFormat::kLines : BodyFormat::kOther;
}

BodyFormat FormatOfBody(const HttpFields& headers) {
  const std::string* type = FindField(headers, kContentType);
  return type == nullptr ? BodyFormat::kJson : FormatOfType(*type);
}

absl::string_view PreferredType(const HttpFields& headers, BodyFormat format) {
  const absl::string_view in_kind = TypeInKind(headers, format);
  if (FindField(headers, "accept") == nullptr) return in_kind;
  Preference json;
  std::pair<absl::string_view, Preference> protobufs[] = {{kProtobufType, {}},
                                                          {kOldProtobufType, {}}};
  ForEachMember(headers, "accept", [&](absl::string_view range) {
    const MediaType media = Cut(range);
    json.Consider(media, AnyJson());
    for (auto& [type, preference] : protobufs) preference.Consider(media, type);
  });
  std::pair<absl::string_view, double> best = {kJsonType, json.quality};
  for (const auto& [type, preference] : protobufs) {
    const bool as_good =
        preference.quality == best.second && preference.quality > 0 && type == in_kind;
    if (preference.quality > best.second || as_good) best = {type, preference.quality};
  }
  return best.first;
}

double AcceptQuality(const HttpFields& headers, absl::string_view type) {
  if (FindField(headers, "accept") == nullptr) return 1;
  Preference preference;
  ForEachMember(headers, "accept",
                [&](absl::string_view range) { preference.Consider(Cut(range), type); });
  return preference.quality;
}

}  // namespace trestle
