// What a server sends to a client: whatever it is, the head and the chunks are within their
// limits, and say the same whatever comes after them.

#include <string>

#include "absl/strings/str_cat.h"
#include "trestle/client/cpp/chunk_check.h"
#include "trestle/client/cpp/response_head.h"
#include "trestle/tests/fuzz/check.h"

namespace trestle {
namespace {

// The head of `text`; `*rest` is what comes after it.
absl::Status ReadHead(absl::string_view text, ResponseHead* head, absl::string_view* rest) {
  for (size_t i = 0; i < text.size() && !head->complete(); ++i) {
    absl::Status status = head->Add(text[i]);
    if (!status.ok()) return status;
    *rest = text.substr(i + 1);
  }
  return absl::OkStatus();
}

// The bytes that are handed on of a body in chunks.
absl::Status ReadChunks(absl::string_view text, std::string* body) {
  ChunkCheck chunks;
  for (char byte : text) {
    if (chunks.ended()) break;
    ChunkCheck::Use use;
    absl::Status status = chunks.Add(byte, &use);
    if (!status.ok()) return status;
    if (use == ChunkCheck::Use::kBody) body->push_back(byte);
  }
  return absl::OkStatus();
}

void CheckHead(const ResponseHead& head) {
  Check(head.framing().size() <= ResponseHead::kMaxBytes, "a head has a limit");
  std::string copy = "HTTP/1.1 200 OK\r\n";
  for (const HttpField& field : head.fields()) {
    Check(field.name.find_first_of(" \t\r\n:") == field.name.npos, "a name is a token", field.name);
    Check(field.value.find_first_of("\r\n") == field.value.npos, "a value is a line", field.value);
    absl::StrAppend(&copy, field.name, ": ", field.value, "\r\n");
  }
  ResponseHead again;
  absl::string_view rest;
  const absl::Status status = ReadHead(absl::StrCat(copy, "\r\n"), &again, &rest);
  Check(status.ok() || copy.size() + 2 > ResponseHead::kMaxBytes, "the fields are a head's",
        status.ToString());
}

void CheckResponse(absl::string_view text) {
  ResponseHead head;
  absl::string_view rest;
  if (!ReadHead(text, &head, &rest).ok() || !head.complete()) return;
  CheckHead(head);
  if (!head.chunked()) return;
  std::string body;
  if (!ReadChunks(rest, &body).ok()) return;
  std::string again;
  Check(ReadChunks(body, &again).ok() && again == body, "without trailers chunks are the same",
        body);
}

}  // namespace
}  // namespace trestle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  trestle::CheckResponse(trestle::ToText(data, size));
  return 0;
}
