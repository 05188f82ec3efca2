#include "trestle/tests/server/tracing/otlp_text.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

namespace trestle {
namespace {

namespace common = opentelemetry::proto::common::v1;
namespace trace = opentelemetry::proto::trace::v1;

std::string AttributeText(const common::KeyValue& attribute) {
  if (attribute.value().has_int_value()) {
    return absl::StrCat(attribute.key(), "=", attribute.value().int_value(), " (int)");
  }
  EXPECT_TRUE(attribute.value().has_string_value()) << attribute.key();
  return absl::StrCat(attribute.key(), "=", attribute.value().string_value());
}

std::string KindText(trace::Span::SpanKind kind) {
  return std::string(absl::StripPrefix(trace::Span::SpanKind_Name(kind), "SPAN_KIND_"));
}

void CheckEvents(const trace::Span& span) {
  uint64_t last = span.start_time_unix_nano();
  for (const trace::Span::Event& event : span.events()) {
    EXPECT_LE(last, event.time_unix_nano());
    last = event.time_unix_nano();
  }
  EXPECT_LE(last, span.end_time_unix_nano());
}

}  // namespace

std::string SpanText(const trace::Span& span) {
  EXPECT_EQ(span.trace_id().size(), 16u);
  EXPECT_EQ(span.span_id().size(), 8u);
  EXPECT_TRUE(span.parent_span_id().empty() || span.parent_span_id().size() == 8);
  CheckEvents(span);
  std::vector<std::string> lines = {
      absl::StrCat(KindText(span.kind()), " ", span.name(), " flags=", absl::Hex(span.flags()))};
  if (!span.trace_state().empty()) lines.back() += " state=" + span.trace_state();
  std::set<std::string> keys;
  for (const common::KeyValue& attribute : span.attributes()) {
    EXPECT_TRUE(keys.insert(attribute.key()).second) << attribute.key() << " occurs twice";
    lines.push_back(AttributeText(attribute));
  }
  if (span.dropped_attributes_count() > 0) {
    lines.push_back(absl::StrCat("dropped ", span.dropped_attributes_count()));
  }
  for (const trace::Span::Event& event : span.events()) lines.push_back("event " + event.name());
  if (span.status().code() == trace::Status::STATUS_CODE_ERROR) lines.emplace_back("error");
  return absl::StrJoin(lines, "\n");
}

std::string ResourceText(const opentelemetry::proto::resource::v1::Resource& resource) {
  std::vector<std::string> lines;
  for (const common::KeyValue& attribute : resource.attributes()) {
    lines.push_back(AttributeText(attribute));
  }
  return absl::StrJoin(lines, "\n");
}

}  // namespace trestle
