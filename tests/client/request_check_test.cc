#include "trestle/client/cpp/request_check.h"

#include <string>

#include "gtest/gtest.h"

namespace trestle {
namespace {

HttpRequest Request(std::string method, std::string path, std::string query, HttpFields headers) {
  HttpRequest request;
  request.method = std::move(method);
  request.path = std::move(path);
  request.query = std::move(query);
  request.headers = std::move(headers);
  return request;
}

TEST(RequestCheckTest, AcceptsWellFormedRequests) {
  EXPECT_TRUE(CheckRequest(Request("GET", "/", "", {})).ok());
  EXPECT_TRUE(CheckRequest(Request("M-SEARCH", "/a%20b:c@d", "x=%C3%A9&y=/?", {})).ok());
  EXPECT_TRUE(CheckRequest(Request("GET", "/", "",
                                   {{"X-Empty", ""},
                                    {"x", "tab\tand \xc3\xa9"},
                                    {"host", "example.com"},
                                    {"grpc-metadata-a", "b"}}))
                  .ok());
}

TEST(RequestCheckTest, RejectsRequestsThatWouldChangeTheirMeaning) {
  struct Row {
    HttpRequest request;
    const char* message;
  };
  const Row kRows[] = {
      {Request("", "/", "", {}), "\"\" is not a valid HTTP method"},
      {Request("GET /x", "/", "", {}), "\"GET /x\" is not a valid HTTP method"},
      {Request("GET", "", "", {}), "\"?\" is not the path and query of a URL"},
      {Request("GET", "v1", "", {}), "\"v1?\" is not the path and query of a URL"},
      {Request("GET", "/a b", "", {}), "\"/a b?\" is not the path and query of a URL"},
      {Request("GET", "/a?b", "c", {}), "\"/a?b?c\" is not the path and query of a URL"},
      {Request("GET", "/a", "#", {}), "\"/a?#\" is not the path and query of a URL"},
      {Request("GET", "/a\r\nX: y", "", {}),
       "\"/a\\r\\nX: y?\" is not the path and query of a URL"},
      {Request("GET", "/\xc3\xa9", "", {}), "\"/\\303\\251?\" is not the path and query of a URL"},
      {Request("GET", "/", "", {{"", "x"}}), "\"\" is not a valid header name"},
      {Request("GET", "/", "", {{"a b", "x"}}), "\"a b\" is not a valid header name"},
      {Request("GET", "/", "", {{"a:", "x"}}), "\"a:\" is not a valid header name"},
      {Request("GET", "/", "", {{"a\r\nb", "x"}}), "\"a\\r\\nb\" is not a valid header name"},
      {Request("GET", "/", "", {{"a", "x\r\nb: y"}}),
       "the value of header a contains a control character"},
      {Request("GET", "/", "", {{"a", "x\ny"}}),
       "the value of header a contains a control character"},
      {Request("GET", "/", "", {{"a", std::string("x\0y", 3)}}),
       "the value of header a contains a control character"},
      {Request("GET", "/", "", {{"Content-Length", "5"}}),
       "header Content-Length is set by the transport"},
      {Request("GET", "/", "", {{"transfer-encoding", "chunked"}}),
       "header transfer-encoding is set by the transport"},
      {Request("GET", "/", "", {{"TE", "trailers"}}), "header TE is set by the transport"},
  };
  for (const Row& row : kRows) {
    EXPECT_EQ(CheckRequest(row.request), absl::InvalidArgumentError(row.message));
  }
}

}  // namespace
}  // namespace trestle
