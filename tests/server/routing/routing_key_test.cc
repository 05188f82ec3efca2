#include "trestle/server/routing/routing_key.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "trestle/transcoding/media_type.h"

namespace trestle {
namespace {

constexpr char kForm[] = "application/x-www-form-urlencoded";

TEST(RequestLine, WhatAFormIs) {
  const struct {
    const char* method;
    const char* type;
    bool is_form;
  } kRows[] = {
      {"POST", kForm, true},
      {"POST", "Application/X-WWW-Form-Urlencoded", true},
      {"POST", "application/x-www-form-urlencoded; charset=UTF-8", true},
      {"POST", "application/x-www-form-urlencoded ;a=b", true},
      {"post", kForm, false},
      {"PUT", kForm, false},
      {"GET", kForm, false},
      {"POST", "", false},
      {"POST", "application/json", false},
      {"POST", "application/x-www-form-urlencoded2", false},
      {"POST", "multipart/form-data", false},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(IsFormPost(row.method, FormatOfType(row.type)), row.is_form)
        << row.method << " " << row.type;
  }
  EXPECT_FALSE(IsFormPost("POST", FormatOfBody({})));
}

// "PATCH", or "400 message".
std::string Method(const char* method, const char* type, const char* override,
                   MethodOverride option) {
  HttpRequest http;
  http.method = method;
  http.headers = {{"x-http-method-override", override}};
  RequestOptions options;
  options.method_override = option;
  const auto routed = RoutingMethod(http, FormatOfType(type), options);
  return routed.ok() ? *routed : absl::StrCat("400 ", routed.status().message());
}

TEST(RequestLine, D8WhatTheMethodIs) {
  constexpr auto kNever = MethodOverride::kNever;
  constexpr auto kForms = MethodOverride::kFormPosts;
  constexpr auto kPosts = MethodOverride::kPosts;
  const struct {
    const char* method;
    const char* type;
    const char* override;
    MethodOverride option;
    const char* routed;
  } kRows[] = {
      {"POST", kForm, "PATCH", kNever, "POST"},
      {"POST", kForm, "PATCH", kForms, "PATCH"},
      {"POST", kForm, "PATCH", kPosts, "PATCH"},
      {"POST", "application/json", "PATCH", kForms, "POST"},
      {"POST", "application/json", "PATCH", kPosts, "PATCH"},
      {"POST", "", "DELETE", kPosts, "DELETE"},
      {"POST", "", "delete", kPosts, "DELETE"},
      {"POST", "", "CUSTOM-1", kPosts, "CUSTOM-1"},
      {"POST", "", "", kPosts, "POST"},
      {"GET", "", "DELETE", kPosts, "GET"},  // a link must not delete
      {"PUT", kForm, "DELETE", kForms, "PUT"},
      {"POST", "", "GET /x", kPosts,
       "400 header X-HTTP-Method-Override: \"GET /x\" is not a method"},
      {"POST", "", "GET,PUT", kPosts,
       "400 header X-HTTP-Method-Override: \"GET,PUT\" is not a method"},
      {"POST", kForm, "P\"T", kForms,
       "400 header X-HTTP-Method-Override: \"P\\\"T\" is not a method"},
      {"POST", "", "P\"T", kForms, "POST"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(Method(row.method, row.type, row.override, row.option), row.routed)
        << row.method << " " << row.type << " " << row.override;
  }
}

TEST(RequestLine, R23EscapesAreWellFormed) {
  for (const char* path : {"/", "/v1/a%20b", "/%2F%2f", "*", "/%FF"}) {
    EXPECT_TRUE(CheckEscapes(path, {}).ok()) << path;
  }
  for (const char* path : {"/%", "/a%2", "/%zz", "/%2g/x", "/a/%%20"}) {
    EXPECT_EQ(CheckEscapes(path, {}).message(),
              absl::StrCat("path \"", path, "\" has a malformed percent escape"));
  }
}

TEST(RequestLine, R23EscapesOfCapturesAreCheckedWhenTheyAreDecoded) {
  const absl::string_view path = "/v1/a%zz/b%2";
  const absl::string_view first = path.substr(4, 4), second = path.substr(9), none;
  EXPECT_TRUE(CheckEscapes(path, {first, none, second}).ok());
  for (const auto& captures : {std::vector<absl::string_view>{first}, {second, none}, {"a%zz"}}) {
    EXPECT_EQ(CheckEscapes(path, captures).message(),
              "path \"/v1/a%zz/b%2\" has a malformed percent escape");
  }
}

TEST(RequestLine, D4WhichPathsHaveDotSegments) {
  const struct {
    const char* path;
    const char* segment;  // or null: there is none
  } kRows[] = {
      {"/v1/items/1", nullptr},
      {"/", nullptr},
      {"/v1/items/...", nullptr},
      {"/v1/items/.x", nullptr},
      {"/v1/items/..x", nullptr},
      {"/v1/items/1..2", nullptr},
      {"/v1/items/.:.", ".:."},
      {"/v1/items/%2", nullptr},  // read, and refused, elsewhere
      {"/v1/./x", "."},
      {"/v1/../x", ".."},
      {"/..", ".."},
      {"/v1/%2e", "%2e"},
      {"/v1/%2E%2e/x", "%2E%2e"},
      {"/v1/.%2e", ".%2e"},
      {"/v1/a%2F..%2Fb", "a%2F..%2Fb"},
      {"/v1/..%2f", "..%2f"},
      {"/v1/..:read", "..:read"},
      {"/v1/%2e.:read", "%2e.:read"},
  };
  for (const auto& row : kRows) {
    const absl::Status status = RefuseDotSegments(row.path);
    const std::string want = row.segment == nullptr
                                 ? ""
                                 : absl::StrCat("path segment \"", row.segment,
                                                "\" is refused: it stands for \".\" or \"..\"");
    EXPECT_EQ(status.message(), want) << row.path;
    EXPECT_EQ(status.ok(), row.segment == nullptr) << row.path;
  }
}

}  // namespace
}  // namespace trestle
