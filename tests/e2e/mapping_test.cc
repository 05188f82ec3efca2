// The whole API of the library, request by request, through both kinds of gateway.

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "trestle/tests/e2e/json_match.h"
#include "trestle/tests/e2e/world.h"

namespace trestle {
namespace {

constexpr char kJson[] = "Content-Type: application/json\r\n";
constexpr char kNone[] = "";

// One request and its response. The rows of a table are sent in order to one library: each
// finds what those before it have left.
struct Row {
  const char* sentence;
  const char* method;
  const char* target;
  const char* headers;
  const char* body;
  int status;
  const char* want;  // as json_match.h has it; a text in ' ' is the very bytes
};

void Check(const Row& row, const HttpResponse& response) {
  const std::string request = absl::StrCat(row.method, " ", row.target, ": ", row.sentence);
  EXPECT_EQ(response.status, row.status) << request << "\n" << response.body;
  const std::string want = row.want;
  if (!want.empty() && want.front() == '\'') {
    EXPECT_EQ(response.body, want.substr(1, want.size() - 2)) << request;
    return;
  }
  EXPECT_EQ(MismatchInText(want, response.body), "") << request;
  const std::string* type = FindField(response.headers, "content-type");
  EXPECT_TRUE(type != nullptr && *type == "application/json") << request;
}

class MappingTest : public testing::TestWithParam<GatewayKind> {
 protected:
  void SendAll(std::initializer_list<Row> rows) {
    for (const Row& row : rows) {
      Check(row, world_.gateway.Send(row.method, row.target, row.headers, row.body));
    }
  }

  World world_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Both, MappingTest,
                         testing::Values(GatewayKind::kGenerated, GatewayKind::kDescriptorSet),
                         testing::PrintToStringParamName());

TEST_P(MappingTest, StandardMethods) {
  SendAll({
      {"Get: a path variable of two segments (R20)", "GET", "/v1/shelves/novels/books/emma", kNone,
       kNone, 200, R"({"name": "shelves/novels/books/emma", "title": "Emma", "pages": 474,
         "authors": ["Jane Austen"], "genre": "FICTION", "publicationYear": 1815,
         "createTime": "*", "updateTime": "*", "etag": "*"})"},
      {"Get: a shelf", "GET", "/v1/shelves/poetry", kNone, kNone, 200,
       R"({"name": "shelves/poetry", "theme": "Poetry", "createTime": "*"})"},
      {"Get: escapes in the path are decoded (R11, R18)", "GET", "/v1/shelves/%70oetry", kNone,
       kNone, 200, R"({"name": "shelves/poetry", "...": 0})"},
      {"List: page_size from the query, in its original name (R25)", "GET",
       "/v1/shelves?page_size=2", kNone, kNone, 200,
       R"({"shelves": [{"name": "shelves/novels", "...": 0},
         {"name": "shelves/poetry", "...": 0}], "nextPageToken": "*"})"},
      {"List: pageSize from the query, in its JSON name (R25)", "GET",
       "/v1/shelves/science/books?pageSize=1", kNone, kNone, 200,
       R"({"books": [{"name": "shelves/science/books/micrographia", "...": 0}],
         "nextPageToken": "*"})"},
      {"List: an additional binding (R3)", "GET", "/v1/books?page_size=1", kNone, kNone, 200,
       R"({"books": [{"name": "shelves/novels/books/emma", "...": 0}], "nextPageToken": "*"})"},
      {"List: a shelf of any name", "GET", "/v1/shelves/-/books?page_size=1", kNone, kNone, 200,
       R"({"books": ["*"], "nextPageToken": "*"})"},
      {"Create: the body is one field, the rest comes from path and query (R24, R37)", "POST",
       "/v1/shelves/poetry/books?book_id=leaves", kJson,
       R"({"title": "Leaves of Grass", "publication_year": "1855", "labels": {"a": "b"}})", 200,
       R"({"name": "shelves/poetry/books/leaves", "title": "Leaves of Grass",
         "publicationYear": 1855, "labels": {"a": "b"}, "createTime": "*", "updateTime": "*",
         "etag": "*"})"},
      {"Create: an ID is made up", "POST", "/v1/shelves", kJson, R"({"theme": "Plays"})", 200,
       R"({"name": "*", "theme": "Plays", "createTime": "*"})"},
      {"Update: the mask is made from the body (D10)", "PATCH", "/v1/shelves/poetry/books/leaves",
       kJson, R"({"pages": 95, "genre": "POETRY"})", 200,
       R"({"name": "shelves/poetry/books/leaves", "title": "Leaves of Grass", "genre": "POETRY",
         "pages": 95, "...": 0})"},
      {"Update: a mask in the query wins over the body's (D10)", "PATCH",
       "/v1/shelves/poetry/books/leaves?update_mask=genre", kJson, R"({"pages": 1})", 200,
       R"({"name": "*", "title": "Leaves of Grass", "pages": 95, "publicationYear": 1855,
         "labels": {"a": "b"}, "createTime": "*", "updateTime": "*", "etag": "*"})"},
      {"Update: a mask in camelCase (R33)", "PATCH",
       "/v1/shelves/poetry/books/leaves?updateMask=publicationYear,labels", kJson,
       R"({"publicationYear": 0})", 200,
       R"({"name": "*", "title": "*", "pages": 95, "publicationYear": 0, "createTime": "*",
         "updateTime": "*", "etag": "*"})"},
      {"Update: the path says which book, whatever the body says (R31)", "PATCH",
       "/v1/shelves/poetry/books/leaves", kJson, R"({"pages": 96})", 200,
       R"({"name": "shelves/poetry/books/leaves", "...": 0})"},
      {"Delete returns an empty object (R74)", "DELETE", "/v1/shelves/poetry/books/leaves", kNone,
       kNone, 200, "'{}'"},
      {"Delete: it is gone", "GET", "/v1/shelves/poetry/books/leaves", kNone, kNone, 404,
       R"({"error": {"code": 404, "status": "NOT_FOUND", "message": "*", "details": ["*"]}})"},
      {"Delete: a bool from the query (R33)", "DELETE", "/v1/shelves/poetry?force=true", kNone,
       kNone, 200, "'{}'"},
  });
}

TEST_P(MappingTest, BeyondTheStandardMethods) {
  SendAll({
      {"a custom verb (R12), its body the whole request (R36)", "POST",
       "/v1/shelves/poetry/books/songs:move", kJson, R"({"otherShelf": "shelves/novels"})", 200,
       R"({"name": "shelves/novels/books/songs", "...": 0})"},
      {"a download is the very bytes (R45)", "GET", "/v1/shelves/novels/books/songs/text", kNone,
       kNone, 200, "'Little Lamb, who made thee?\nDost thou know who made thee?\n'"},
      {"an upload takes any bytes and their type (R46, R49)", "PUT",
       "/v1/shelves/novels/books/songs/text", "Content-Type: application/x-song\r\n",
       "{ \"no\": JSON", 200,
       R"({"name": "shelves/novels/books/songs", "textSize": "12", "...": 0})"},
      {"what was uploaded comes back", "GET", "/v1/shelves/novels/books/songs/text", kNone, kNone,
       200, "'{ \"no\": JSON'"},
      {"response_body: a bare array (R38)", "GET", "/v1/books:suggest?prefix=M", kNone, kNone, 200,
       "'[\"Micrographia\",\"Middlemarch\",\"Moby-Dick\"]'"},
      {"response_body: an empty array", "GET", "/v1/books:suggest?prefix=q", kNone, kNone, 200,
       "'[]'"},
      {"a stream is one array (S1)", "GET", "/v1/books:search?query=the", kNone, kNone, 200,
       R"([{"name": "shelves/poetry/books/odyssey", "...": 0},
         {"name": "shelves/science/books/origin", "...": 0}])"},
      {"a stream of nothing is an empty array (S1)", "GET", "/v1/books:search?query=none", kNone,
       kNone, 200, "'[]'"},
      {"a stream of books in lines, of which the path says where they go", "POST",
       "/v1/shelves/science/books:import", kJson,
       "{\"title\": \"Micrographia II\"}\n{\"title\": \"Micrographia III\"}\n", 200,
       R"({"bookCount": 2})"},
      {"names and books, both ways", "POST", "/v1/books:lookUp", kJson,
       R"([{"name": "shelves/poetry/books/odyssey"}, {"name": "shelves/science/books/origin"}])",
       200,
       R"([{"name": "shelves/poetry/books/odyssey", "...": 0},
         {"name": "shelves/science/books/origin", "...": 0}])"},
      {"a plus in a query is a space", "GET", "/v1/books:search?query=on+the", kNone, kNone, 200,
       R"(["*"])"},
  });
  const HttpResponse text = world_.gateway.Send("GET", "/v1/shelves/novels/books/songs/text");
  const std::string* type = FindField(text.headers, "content-type");
  EXPECT_TRUE(type != nullptr && *type == "application/x-song") << "R45";
}

TEST_P(MappingTest, Errors) {
  SendAll({
      {"details come through (R83, R85)", "GET", "/v1/shelves/none", kNone, kNone, 404,
       R"({"error": {"code": 404, "status": "NOT_FOUND",
         "message": "\"shelves/none\" does not exist",
         "details": [{"@type": "type.googleapis.com/google.rpc.ResourceInfo",
           "resourceType": "library.example.com/Shelf", "resourceName": "shelves/none",
           "description": "\"shelves/none\" does not exist"}]}})"},
      {"the backend's violations are named by field (R88)", "POST", "/v1/shelves/novels/books",
       kJson, R"({"pages": -1})", 400,
       R"({"error": {"code": 400, "status": "INVALID_ARGUMENT", "message": "*",
         "details": [{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [
           {"field": "book.title", "description": "is required"},
           {"field": "book.pages", "description": "must not be negative"}]}]}})"},
      {"FAILED_PRECONDITION is 400 (R84)", "DELETE", "/v1/shelves/novels", kNone, kNone, 400,
       R"({"error": {"code": 400, "status": "FAILED_PRECONDITION", "message": "*",
         "details": [{"@type": "type.googleapis.com/google.rpc.PreconditionFailure",
           "violations": ["*"]}]}})"},
      {"ALREADY_EXISTS is 409 (R84)", "POST", "/v1/shelves?shelf_id=novels", kJson,
       R"({"theme": "x"})", 409, R"({"error": {"code": 409, "status": "ALREADY_EXISTS",
         "message": "*", "details": ["*"]}})"},
      {"ABORTED is 409 (R84)", "DELETE", "/v1/shelves/novels/books/emma?etag=old", kNone, kNone,
       409, R"({"error": {"code": 409, "status": "ABORTED", "message": "*", "details": ["*"]}})"},
      {"an unknown path is 404 (D3)", "GET", "/v2/shelves", kNone, kNone, 404,
       R"({"error": {"code": 404, "status": "NOT_FOUND", "...": 0}})"},
      {"a trailing slash is another path (D4)", "GET", "/v1/shelves/", kNone, kNone, 404,
       R"({"error": {"code": 404, "status": "NOT_FOUND", "...": 0}})"},
      {"an unknown verb is part of the name (R12)", "GET", "/v1/shelves/novels:burn", kNone, kNone,
       404, R"({"error": {"code": 404, "message": "\"shelves/novels:burn\" does not exist",
         "...": 0}})"},
      {"a method that no route of the path has is 405 (D3)", "PUT", "/v1/shelves", kNone, kNone,
       405, R"({"error": {"code": 405, "...": 0}})"},
      {"a body of another type is 415 (D7)", "POST", "/v1/shelves", "Content-Type: text/plain\r\n",
       R"({"theme": "x"})", 415, R"({"error": {"code": 415, "...": 0}})"},
      {"a body that is no JSON is 400, with line and column (R76, R88)", "POST", "/v1/shelves",
       kJson, R"({"theme": )", 400,
       R"({"error": {"code": 400, "status": "INVALID_ARGUMENT", "...": 0}})"},
      {"an unknown key is 400 (R50)", "POST", "/v1/shelves", kJson, R"({"colour": "red"})", 400,
       R"({"error": {"code": 400, "status": "INVALID_ARGUMENT", "...": 0}})"},
      {"a bad number in the query is named (R33, R88)", "GET", "/v1/shelves?page_size=x", kNone,
       kNone, 400,
       R"({"error": {"code": 400, "status": "INVALID_ARGUMENT",
         "message": "query parameter \"page_size\": \"x\" is not an int32",
         "details": [{"@type": "type.googleapis.com/google.rpc.BadRequest",
           "fieldViolations": [{"field": "page_size", "...": 0}]}]}})"},
      {"an unknown query parameter is 400 (D5)", "GET", "/v1/shelves?color=red", kNone, kNone, 400,
       R"({"error": {"code": 400, "status": "INVALID_ARGUMENT", "...": 0}})"},
      {"a path field in the query is 400 (R31)", "GET", "/v1/shelves/novels?name=shelves/poetry",
       kNone, kNone, 400, R"({"error": {"code": 400, "...": 0}})"},
      {"a malformed escape is 400 (R23)", "GET", "/v1/shelves/%zz", kNone, kNone, 400,
       R"({"error": {"code": 400, "...": 0}})"},
      {"a name that is not UTF-8 is 400 (R23)", "GET", "/v1/shelves/%ff", kNone, kNone, 400,
       R"({"error": {"code": 400, "...": 0}})"},
      {"an error before the first message of a stream is an ordinary one (S2)", "GET",
       "/v1/books:search", kNone, kNone, 400,
       R"({"error": {"code": 400, "status": "INVALID_ARGUMENT", "...": 0}})"},
      {"a message that cannot be read is named (S6)", "POST", "/v1/shelves/science/books:import",
       kJson, R"([{"title": "Opticks"}, {"pages": "many"}])", 400,
       R"({"error": {"code": 400, "status": "INVALID_ARGUMENT",
         "message": "message [1]: line 1, column 34: \"book.pages\": \"many\" is not an int32",
         "details": [{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [
           {"field": "[1].book.pages", "description": "*"}]}]}})"},
      {"a malformed deadline is 400 (H5)", "GET", "/v1/shelves", "Grpc-Timeout: soon\r\n", kNone,
       400, R"({"error": {"code": 400, "status": "INVALID_ARGUMENT", "...": 0}})"},
  });
}

TEST_P(MappingTest, AllowNamesTheMethodsOfThePath) {
  const HttpResponse put = world_.gateway.Send("PUT", "/v1/shelves");
  const std::string* allow = FindField(put.headers, "allow");
  ASSERT_TRUE(allow != nullptr) << "D3";
  EXPECT_NE(allow->find("GET"), std::string::npos);
  EXPECT_NE(allow->find("POST"), std::string::npos);
}

TEST_P(MappingTest, HeadIsGetWithoutTheBody) {
  const HttpResponse get = world_.gateway.Send("GET", "/v1/shelves/novels");
  const HttpResponse head = world_.gateway.Send("HEAD", "/v1/shelves/novels");
  EXPECT_EQ(head.status, 200) << "D3";
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(get.status, 200);
}

// Pages by hand, until there is no token: every book once.
TEST_P(MappingTest, TokensLeadThroughThePages) {
  std::string token, names;
  int pages = 0;
  do {
    const std::string target = absl::StrCat("/v1/books?page_size=3&page_token=", token);
    const auto page = nlohmann::json::parse(world_.gateway.Send("GET", target).body, nullptr,
                                            /*allow_exceptions=*/false);
    ASSERT_TRUE(page.contains("books")) << page;
    for (const auto& book : page["books"]) names += book.value("title", "") + ";";
    token = page.value("nextPageToken", "");
  } while (!token.empty() && ++pages < 10);
  EXPECT_EQ(names,
            "Emma;Middlemarch;Moby-Dick;The Odyssey;Songs of Innocence;Micrographia;"
            "On the Origin of Species;");
}

// Beyond the rows: the same library behind both gateways gives the same bytes.
TEST(BothGatewaysTest, RespondAlike) {
  World world(GatewayKind::kGenerated);
  ScratchFolder folder;
  GatewayProgram other(GatewayKind::kDescriptorSet, world.backend.target(), folder.path());
  for (const char* target :
       {"/v1/shelves", "/v1/books?page_size=4", "/v1/shelves/novels/books/emma", "/v1/shelves/none",
        "/v1/books:search?query=o", "/v1/books:suggest?prefix=m", "/v1/books:suggest",
        "/v1/shelves/poetry/books/songs/text", "/v1/nothing", "/v1/shelves?page_size=-1",
        "/v1/shelves?page_size=1e1", "/v1/shelves?x=1"}) {
    const HttpResponse ours = world.gateway.Send("GET", target);
    const HttpResponse theirs = other.Send("GET", target);
    EXPECT_NE(ours.status, 0) << target;
    EXPECT_EQ(ours.status, theirs.status) << target;
    EXPECT_EQ(ours.body, theirs.body) << target;
  }
}

}  // namespace
}  // namespace trestle
