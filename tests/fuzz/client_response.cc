// What a server sends to a client: the reader stays within its limits, it does not matter in
// which pieces the bytes arrive, and what it has read can be sent and read again.

#include <string>

#include "absl/strings/str_cat.h"
#include "trestle/client/cpp/content_decoder.h"
#include "trestle/client/cpp/response_reader.h"
#include "trestle/tests/fuzz/check.h"

namespace trestle {
namespace {

// Room for what a compressed body becomes.
constexpr size_t kMaxDecoded = 1 << 20;

struct Response {
  absl::Status status;
  ResponseHead head;
  bool allows_reuse = false;
  std::string body;
  size_t left = 0;  // bytes after the response
};

absl::Status Take(ResponseReader* reader, absl::string_view* bytes, std::string* body) {
  while (!bytes->empty() && !reader->is_complete()) {
    absl::string_view data;
    absl::Status status =
        reader->has_head() ? reader->TakeBody(bytes, &data) : reader->TakeHead(bytes);
    if (!status.ok()) return status;
    body->append(data.data(), data.size());
  }
  return absl::OkStatus();
}

// `text`, after which the connection ends, in pieces of `size` bytes.
Response Read(absl::string_view text, size_t size, absl::string_view method = "GET") {
  Response response;
  ResponseReader reader(method);
  while (!text.empty() && response.status.ok() && !reader.is_complete()) {
    absl::string_view piece = text.substr(0, size);
    text.remove_prefix(piece.size());
    response.status = Take(&reader, &piece, &response.body);
    response.left = piece.size() + text.size();
  }
  if (response.status.ok() && !reader.is_complete()) response.status = reader.End();
  response.head = reader.head();
  response.allows_reuse = reader.allows_reuse();
  return response;
}

bool AreEqual(const Response& a, const Response& b) {
  return a.status == b.status && a.body == b.body && a.allows_reuse == b.allows_reuse &&
         (!a.status.ok() || a.left == b.left);
}

void CheckHead(const ResponseHead& head) {
  std::string copy = "HTTP/1.1 200 OK\r\n";
  for (const HttpField& field : head.fields()) {
    Check(field.name.find_first_of(" \t\r\n:") == field.name.npos, "a name is a token", field.name);
    Check(field.value.find_first_of("\r\n") == field.value.npos, "a value is a line", field.value);
    absl::StrAppend(&copy, field.name, ": ", field.value, "\r\n");
  }
  copy += "\r\n";
  Check(copy.size() <= ResponseHead::kMaxBytes + 17, "a head has a limit");
  const Response again = Read(copy, copy.size(), "HEAD");
  Check(again.status.ok() || copy.size() > ResponseHead::kMaxBytes, "the fields are a head's",
        again.status.ToString());
}

// The body, decoded with `room` bytes at a time.
absl::Status Decode(const Response& response, size_t room, std::string* decoded) {
  absl::StatusOr<ContentDecoder> decoder = ContentDecoder::For(response.head.fields());
  if (!decoder.ok()) return decoder.status();
  absl::string_view coded = response.body;
  while ((!coded.empty() || decoder->has_output()) && decoded->size() < kMaxDecoded) {
    const size_t before = decoded->size();
    absl::Status status = decoder->Decode(&coded, room, decoded);
    Check(decoded->size() - before <= room, "a decoder keeps to its room");
    if (!status.ok()) return status;
  }
  return decoder->End();
}

void CheckBody(const Response& response) {
  std::string decoded, again;
  const absl::Status status = Decode(response, 4096, &decoded);
  if (decoded.size() >= kMaxDecoded) return;
  Check(Decode(response, 7, &again) == status && again == decoded,
        "room does not matter to a decoder", status.ToString());
}

void CheckResponse(absl::string_view text) {
  const Response whole = Read(text, text.size() + 1);
  for (const size_t size : {1, 2, 7}) {
    Check(AreEqual(Read(text, size), whole), "it does not matter in which pieces bytes arrive",
          whole.status.ToString());
  }
  if (!whole.head.complete()) return;
  CheckHead(whole.head);
  if (!whole.status.ok()) return;
  CheckBody(whole);
  const std::string plain = absl::StrCat("HTTP/1.1 200 OK\r\nContent-Length: ", whole.body.size(),
                                         "\r\n\r\n", whole.body);
  Check(Read(plain, plain.size()).body == whole.body, "a body is the same in another framing");
}

}  // namespace
}  // namespace trestle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  trestle::CheckResponse(trestle::ToText(data, size));
  return 0;
}
