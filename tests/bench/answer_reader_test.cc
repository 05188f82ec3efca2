#include "trestle/bench/rig/answer_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"

namespace trestle {
namespace bench {
namespace {

// "200[body]404[]" of the answers that are complete, "?" at the end for what is no HTTP, and
// "..." for an answer that has begun.
std::string Read(absl::string_view bytes, size_t at_a_time) {
  std::string told;
  AnswerReader reader;
  reader.on_answer = [&told](const Answer& answer) {
    absl::StrAppend(&told, answer.status, "[", answer.body, "]");
  };
  bool sound = true;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(at_a_time, bytes.size()))) {
    sound = reader.Take(bytes.substr(0, at_a_time));
  }
  if (!sound) return told + "?";
  return told + (reader.in_answer() ? "..." : "");
}

TEST(AnswerReaderTest, TellsWhereAnAnswerEnds) {
  const struct {
    const char* sentence;
    const char* bytes;
    const char* told;
  } kRows[] = {
      {"nothing", "", ""},
      {"by its length", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", "200[abc]"},
      {"the name in any case", "HTTP/1.1 200 OK\r\ncontent-LENGTH:3\r\n\r\nabc", "200[abc]"},
      {"no body", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "200[]"},
      {"204 has none", "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 304 Not\r\n\r\n", "204[]304[]"},
      {"two in a row",
       "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 404 No\r\nContent-Length: "
       "2\r\n\r\nbc",
       "200[a]404[bc]"},
      {"chunks",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
       "chunked\r\n\r\n1\r\na\r\n0A;x=y\r\n0123456789\r\n0\r\n\r\n",
       "200[a0123456789]"},
      {"trailers",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\ngrpc-status: 0\r\n\r\nHTTP/1.1 "
       "204 x\r\n\r\n",
       "200[]204[]"},
      {"interim ones are passed over",
       "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na", "200[a]"},
      {"until the connection ends, which is never told", "HTTP/1.1 200 OK\r\n\r\nabc", "..."},
      {"half a head", "HTTP/1.1 200 OK\r\nContent-Le", "..."},
      {"half a body", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", "..."},
      {"without the last chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
       "..."},
      {"bytes behind an answer", "HTTP/1.1 204 x\r\n\r\nab\r\n", "204[]?"},
      {"no status line", "SSH-2.0-OpenSSH\r\n", "?"},
      {"a length that is none", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "?"},
      {"a chunk size that is none", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxy\r\n",
       "?"},
      {"a chunk that is longer than it says",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", "?"},
  };
  for (const auto& row : kRows) {
    for (const size_t at_a_time : {size_t{1}, size_t{2}, size_t{7}, size_t{1000}}) {
      EXPECT_EQ(Read(row.bytes, at_a_time), row.told) << row.sentence << ", " << at_a_time;
    }
  }
}

TEST(AnswerReaderTest, HandsOnAStreamAsItComes) {
  std::string pieces;
  AnswerReader reader;
  reader.on_piece = [&pieces](absl::string_view piece) {
    absl::StrAppend(&pieces, "<", piece, ">");
  };
  reader.on_answer = [&pieces](const Answer& answer) {
    absl::StrAppend(&pieces, answer.status, answer.body);
  };
  reader.Take("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab");
  EXPECT_EQ(pieces, "<ab>");
  reader.Take("cde\r\n0\r\n");
  EXPECT_EQ(pieces, "<ab><cde>");
  reader.Take("\r\n");
  EXPECT_EQ(pieces, "<ab><cde>200");
}

}  // namespace
}  // namespace bench
}  // namespace trestle
