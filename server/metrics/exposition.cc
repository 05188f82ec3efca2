// Both formats are lines of `name{labels} value` below HELP and TYPE of their family. OpenMetrics
// differs in that a counter's family lacks the suffix of its samples, has a line for the unit,
// canonical numbers in `le`, exemplars, and an end mark. A histogram of one series is up to twenty
// lines that differ in `le` and the value, so what they share is made once.

#include "trestle/server/metrics/exposition.h"

#include <sys/mman.h>

#include <charconv>
#include <cstring>
#include <limits>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "trestle/server/hex.h"
#include "trestle/server/metrics/number_text.h"
#include "trestle/transcoding/codec/utf8.h"

namespace trestle {
namespace {

constexpr absl::string_view kReplacement = "\xEF\xBF\xBD";

bool IsForbidden(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F;
}

void AppendEscaped(absl::string_view character, std::string* out) {
  if (character == "\\") {
    out->append("\\\\");
  } else if (character == "\"") {
    out->append("\\\"");
  } else if (character == "\n") {
    out->append("\\n");
  } else {
    out->append(character.data(), character.size());
  }
}

// Returns `text` for a label's value or, in both formats, a HELP line.
std::string Escaped(absl::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t size = Utf8CharacterSize(text);
    if (size == 0 || IsForbidden(text[0])) {
      absl::StrAppend(&out, kReplacement);
    } else {
      AppendEscaped(text.substr(0, size), &out);
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return out;
}

absl::string_view TypeName(MetricType type, MetricsFormat format) {
  switch (type) {
    case MetricType::kCounter:
      return "counter";
    case MetricType::kGauge:
      return "gauge";
    case MetricType::kHistogram:
      return "histogram";
    case MetricType::kInfo:
      return format == MetricsFormat::kOpenMetrics ? "info" : "gauge";
  }
  return "";
}

absl::string_view UnitOf(absl::string_view family) {
  for (absl::string_view unit : {"seconds", "bytes"}) {
    if (absl::EndsWith(family, absl::StrCat("_", unit))) return unit;
  }
  return "";
}

absl::string_view FamilyName(const MetricFamily& family, MetricsFormat format) {
  absl::string_view name = family.name;
  if (format == MetricsFormat::kPrometheus) return name;
  if (family.type == MetricType::kCounter) name = absl::StripSuffix(name, "_total");
  if (family.type == MetricType::kInfo) name = absl::StripSuffix(name, "_info");
  return name;
}

// A third of the time of a large scrape would be spent on page faults. Only a hint.
void PreferHugePages(char* memory, size_t size) {
  constexpr uintptr_t kHugePage = uintptr_t{2} << 20;
  if (size < 4 * kHugePage) return;
  const auto begin = reinterpret_cast<uintptr_t>(memory);
  const size_t skipped = (kHugePage - begin % kHugePage) % kHugePage;
  madvise(memory + skipped, (size - skipped) / kHugePage * kHugePage, MADV_HUGEPAGE);
}

// In a HELP line of the Prometheus format a quote is not escaped.
std::string HelpText(absl::string_view help, MetricsFormat format) {
  std::string text = Escaped(help);
  if (format == MetricsFormat::kOpenMetrics) return text;
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && text[i + 1] == '"') continue;
    if (text[i] == '\\') plain += text[i++];
    plain += text[i];
  }
  return plain;
}

}  // namespace

std::string LabelText(absl::string_view name, absl::string_view value) {
  return absl::StrCat(name, "=\"", Escaped(value), "\"");
}

BucketTexts::BucketTexts(MetricsFormat format, absl::Span<const double> bounds) {
  const auto add = [&](double bound) {
    texts_.push_back(absl::StrCat(
        "le=\"",
        format == MetricsFormat::kOpenMetrics ? CanonicalNumberText(bound) : NumberText(bound),
        "\"} "));
  };
  for (const double bound : bounds) add(bound);
  add(std::numeric_limits<double>::infinity());
}

Exposition::Exposition(MetricsFormat format, size_t expected_size) : format_(format) {
  text_.reserve(expected_size);
  PreferHugePages(&text_[0], expected_size);
}

void Exposition::Begin(const MetricFamily& family) {
  name_ = std::string(family.name);
  const absl::string_view name = FamilyName(family, format_);
  absl::StrAppend(&text_, "# HELP ", name, " ", HelpText(family.help, format_), "\n# TYPE ", name,
                  " ", TypeName(family.type, format_), "\n");
  const absl::string_view unit = UnitOf(name);
  if (format_ == MetricsFormat::kOpenMetrics && !unit.empty()) {
    absl::StrAppend(&text_, "# UNIT ", name, " ", unit, "\n");
  }
}

void Exposition::BeginLine(absl::string_view suffix, absl::string_view labels) {
  absl::StrAppend(&text_, name_, suffix);
  if (!labels.empty()) absl::StrAppend(&text_, "{", labels, "}");
  text_ += ' ';
}

void Exposition::Append(uint64_t value) {
  char digits[20];
  text_.append(digits, std::to_chars(digits, digits + sizeof(digits), value).ptr);
}

void Exposition::Sample(absl::string_view labels, uint64_t value) {
  BeginLine("", labels);
  Append(value);
  text_ += '\n';
}

void Exposition::Sample(absl::string_view labels, double value) {
  BeginLine("", labels);
  absl::StrAppend(&text_, NumberText(value), "\n");
}

void Exposition::Append(const Exemplar& exemplar) {
  absl::StrAppend(&text_, " # {trace_id=\"", ToHex(exemplar.trace_id), "\",span_id=\"",
                  ToHex(exemplar.span_id), "\"} ", NumberText(exemplar.value), " ",
                  absl::ToUnixMillis(exemplar.time) / 1000, ".",
                  absl::Dec(absl::ToUnixMillis(exemplar.time) % 1000, absl::kZeroPad3));
}

void Exposition::Histogram(absl::string_view labels, const BucketTexts& buckets,
                           absl::Span<const uint64_t> counts, double sum,
                           absl::Span<const Exemplar> exemplars) {
  head_.clear();
  absl::StrAppend(&head_, name_, "_bucket{", labels, labels.empty() ? "" : ",");
  const bool has_exemplars = !exemplars.empty() && format_ == MetricsFormat::kOpenMetrics;
  uint64_t total = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    total += counts[i];
    AppendLine(head_, buckets.texts()[i], total);
    if (!has_exemplars || !exemplars[i].has_value()) continue;
    text_.pop_back();
    Append(exemplars[i]);
    text_ += '\n';
  }
  BeginLine("_sum", labels);
  absl::StrAppend(&text_, NumberText(sum), "\n");
  BeginLine("_count", labels);
  Append(total);
  text_ += '\n';
}

// Appends "<head><bucket><value>\n". Most of a large scrape is such lines: they are written in
// place, within one growth of the text.
void Exposition::AppendLine(absl::string_view head, absl::string_view bucket, uint64_t value) {
  constexpr size_t kDigits = 20;
  const size_t before = text_.size();
  text_.resize(before + head.size() + bucket.size() + kDigits + 1);
  char* to = &text_[before];
  std::memcpy(to, head.data(), head.size());
  to += head.size();
  std::memcpy(to, bucket.data(), bucket.size());
  to = std::to_chars(to + bucket.size(), to + bucket.size() + kDigits, value).ptr;
  *to++ = '\n';
  text_.resize(static_cast<size_t>(to - text_.data()));
}

std::string Exposition::Finish() {
  if (format_ == MetricsFormat::kOpenMetrics) text_ += "# EOF\n";
  return std::move(text_);
}

}  // namespace trestle
