#include "trestle/tests/server/flags/option_list.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace trestle {
namespace {

std::string Text(bool value) { return value ? "true" : "false"; }
std::string Text(int value) { return absl::StrCat(value); }
std::string Text(size_t value) { return absl::StrCat(value); }
std::string Text(absl::Duration value) { return absl::FormatDuration(value); }
std::string Text(const std::string& value) { return value; }
std::string Text(const std::vector<std::string>& value) { return absl::StrJoin(value, ","); }

std::string Text(MethodOverride value) {
  switch (value) {
    case MethodOverride::kNever:
      return "never";
    case MethodOverride::kFormPosts:
      return "form_posts";
    case MethodOverride::kPosts:
      return "posts";
  }
  return "?";
}

std::string Text(DotSegments value) { return value == DotSegments::kText ? "text" : "refuse"; }
std::string Text(ErrorShape value) { return value == ErrorShape::kError ? "error" : "status"; }

std::string Text(StreamShape value) {
  switch (value) {
    case StreamShape::kArray:
      return "array";
    case StreamShape::kLines:
      return "lines";
    case StreamShape::kResultLines:
      return "result_lines";
  }
  return "?";
}

std::string Text(DuplicateRoutes value) {
  switch (value) {
    case DuplicateRoutes::kRefuse:
      return "refuse";
    case DuplicateRoutes::kFirstWins:
      return "first_wins";
    case DuplicateRoutes::kLastWins:
      return "last_wins";
  }
  return "?";
}

using List = std::vector<std::pair<std::string, std::string>>;

// A field more or less does not compile, so that none is forgotten.

void Append(const JsonReadOptions& options, List* list) {
  const auto& [unknown, any_case, short_names, depth] = options;
  list->insert(list->end(), {{"read.ignore_unknown_fields", Text(unknown)},
                             {"read.case_insensitive_enums", Text(any_case)},
                             {"read.short_enum_names", Text(short_names)},
                             {"read.max_depth", Text(depth)}});
}

void Append(const JsonWriteOptions& options, List* list) {
  const auto& [original, defaults, nulls, enum_numbers, short_names, int64_numbers] = options;
  list->insert(list->end(), {{"write.original_names", Text(original)},
                             {"write.always_print_defaults", Text(defaults)},
                             {"write.null_for_unset", Text(nulls)},
                             {"write.enums_as_numbers", Text(enum_numbers)},
                             {"write.short_enum_names", Text(short_names)},
                             {"write.int64_as_numbers", Text(int64_numbers)}});
}

void Append(const QueryOptions& query, const RequestOptions& request, List* list) {
  const auto& [unknown, ignored] = query;
  const auto& [method_override, dots, any_type, forms] = request;
  list->insert(list->end(), {{"query.ignore_unknown", Text(unknown)},
                             {"query.ignored", Text(ignored)},
                             {"request.method_override", Text(method_override)},
                             {"request.dot_segments", Text(dots)},
                             {"request.any_type_as_json", Text(any_type)},
                             {"request.form_posts", Text(forms)}});
}

void Append(const ResponseOptions& response, const HeaderOptions& headers, List* list) {
  const auto& [error_shape, stream_shape] = response;
  const auto& [forward, permanent, response_prefix, trailer_prefix, hops] = headers;
  list->insert(list->end(), {{"response.error_shape", Text(error_shape)},
                             {"response.stream_shape", Text(stream_shape)},
                             {"headers.forward", Text(forward)},
                             {"headers.permanent_prefix", Text(permanent)},
                             {"headers.response_prefix", Text(response_prefix)},
                             {"headers.trailer_prefix", Text(trailer_prefix)},
                             {"headers.trusted_hops", Text(hops)}});
}

void Append(const TimeoutOptions& timeouts, const LimitOptions& limits, List* list) {
  const auto& [unary, max, stream_body, stream_write, heartbeat] = timeouts;
  const auto& [request_body, response_body, response_json, target, head, head_lines] = limits;
  list->insert(list->end(), {{"timeouts.unary", Text(unary)},
                             {"timeouts.max", Text(max)},
                             {"timeouts.stream_body", Text(stream_body)},
                             {"timeouts.stream_write", Text(stream_write)},
                             {"timeouts.heartbeat", Text(heartbeat)},
                             {"limits.request_body", Text(request_body)},
                             {"limits.response_body", Text(response_body)},
                             {"limits.response_json", Text(response_json)},
                             {"limits.target", Text(target)},
                             {"limits.head", Text(head)},
                             {"limits.head_lines", Text(head_lines)}});
}

}  // namespace

std::vector<std::pair<std::string, std::string>> ListOptions(const Options& options) {
  const auto& [read, write, query, request, response, headers, timeouts, limits, duplicates] =
      options;
  List list;
  Append(read, &list);
  Append(write, &list);
  Append(query, request, &list);
  Append(response, headers, &list);
  Append(timeouts, limits, &list);
  list.emplace_back("duplicate_routes", Text(duplicates));
  return list;
}

std::string ChangedOptions(const Options& options) {
  const auto list = ListOptions(options), usual = ListOptions(Options{});
  std::vector<std::string> changed;
  for (size_t i = 0; i < list.size(); ++i) {
    if (list[i] != usual[i]) changed.push_back(absl::StrCat(list[i].first, "=", list[i].second));
  }
  return absl::StrJoin(changed, " ");
}

}  // namespace trestle
