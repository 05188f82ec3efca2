#include "trestle/server/tracing/traceparent.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "trestle/server/hex.h"
#include "trestle/server/tracing/trace_id.h"
#include "trestle/transcoding/http_fields.h"

namespace trestle {
namespace {

constexpr size_t kVersion0 = 55;  // the length of a value of version 00
constexpr uint8_t kSampled = 1;
constexpr uint8_t kRandom = 2;

constexpr size_t kMaxMembers = 32;
constexpr size_t kMaxTracestate = 512;
constexpr size_t kLongMember = 128;

// key = ( lcalpha / DIGIT ) 0*255 ( lcalpha / DIGIT / "_" / "-" / "*" / "/" / "@" )
bool IsKey(absl::string_view key) {
  const auto is_first = [](char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c); };
  const auto is_key_char = [&](char c) {
    return is_first(c) || c == '_' || c == '-' || c == '*' || c == '/' || c == '@';
  };
  return !key.empty() && key.size() <= 256 && is_first(key[0]) && absl::c_all_of(key, is_key_char);
}

// value    = 0*255 ( SP / nblk-chr ) nblk-chr
// nblk-chr = %x21-2B / %x2D-3C / %x3E-7E   ; neither "," nor "="
bool IsValue(absl::string_view value) {
  const auto is_char = [](char c) { return c >= ' ' && c <= '~' && c != ',' && c != '='; };
  return !value.empty() && value.size() <= 256 && value.back() != ' ' &&
         absl::c_all_of(value, is_char);
}

absl::string_view KeyOf(absl::string_view member) { return member.substr(0, member.find('=')); }

// list-member = key "=" value
bool IsMember(absl::string_view member) {
  const size_t equals = member.find('=');
  return equals != member.npos && IsKey(member.substr(0, equals)) &&
         IsValue(member.substr(equals + 1));
}

size_t JoinedSize(const std::vector<absl::string_view>& members) {
  size_t size = members.size();  // one too many
  for (absl::string_view member : members) size += member.size();
  return size;
}

void Shorten(std::vector<absl::string_view>* members) {
  while (JoinedSize(*members) > kMaxTracestate + 1) {
    const auto is_long = [](absl::string_view member) { return member.size() > kLongMember; };
    const auto last_long = std::find_if(members->rbegin(), members->rend(), is_long);
    if (last_long != members->rend()) {
      members->erase(std::next(last_long).base());
    } else {
      members->pop_back();
    }
  }
}

}  // namespace

bool ParseTraceparent(absl::string_view value, RemoteTrace* trace) {
  if (value.size() < kVersion0 || value[2] != '-' || value[35] != '-' || value[52] != '-') {
    return false;
  }
  std::array<uint8_t, 1> version{};
  std::array<uint8_t, 1> flags{};
  RemoteTrace parsed;
  if (!ParseHex(value.substr(0, 2), &version) || !ParseId(value.substr(3, 32), &parsed.trace_id) ||
      !ParseId(value.substr(36, 16), &parsed.span_id) || !ParseHex(value.substr(53, 2), &flags)) {
    return false;
  }
  if (version[0] == 0xff) return false;
  const bool is_longer = value.size() > kVersion0;
  if (is_longer && (version[0] == 0 || value[kVersion0] != '-')) return false;
  parsed.sampled = (flags[0] & kSampled) != 0;
  parsed.is_random = (flags[0] & kRandom) != 0;
  *trace = parsed;
  return true;
}

std::string CombineTracestate(const std::vector<absl::string_view>& lines) {
  std::vector<absl::string_view> members;
  size_t count = 0;
  for (absl::string_view line : lines) {
    for (absl::string_view text : absl::StrSplit(line, ',')) {
      const absl::string_view member = TrimOws(text);
      if (member.empty()) continue;
      if (++count > kMaxMembers || !IsMember(member)) return "";
      const auto has_key = [&](absl::string_view other) { return KeyOf(other) == KeyOf(member); };
      if (!absl::c_any_of(members, has_key)) members.push_back(member);
    }
  }
  Shorten(&members);
  return absl::StrJoin(members, ",");
}

std::string FormatTraceparent(const TraceContext& trace, const SpanId& span) {
  std::string value(kVersion0, '-');
  value[0] = value[1] = '0';
  WriteHex(trace.trace_id, &value[3]);
  WriteHex(span, &value[36]);
  const unsigned flags = (trace.is_sampled ? kSampled : 0U) | (trace.is_random ? kRandom : 0U);
  WriteHex(std::array<uint8_t, 1>{static_cast<uint8_t>(flags)}, &value[53]);
  return value;
}

}  // namespace trestle
