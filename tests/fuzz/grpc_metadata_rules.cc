// gRPC's rules for metadata: ours must agree with those of the library that is linked, or a
// request could end the process. The input is a key and, after the first NUL byte, a value.

#include "trestle/server/grpc/grpc_metadata_rules.h"

#include <grpc/grpc.h>
#include <grpc/slice.h>

#include <string>

#include "absl/strings/string_view.h"
#include "trestle/tests/fuzz/check.h"

namespace trestle {
namespace {

grpc_slice SliceOf(absl::string_view text) {
  return grpc_slice_from_static_buffer(text.data(), text.size());
}

void CheckPair(absl::string_view key, absl::string_view value) {
  const bool is_key = grpc_header_key_is_legal(SliceOf(key)) != 0;
  const bool is_binary = grpc_is_binary_header(SliceOf(key)) != 0;
  const bool is_text = grpc_header_nonbin_value_is_legal(SliceOf(value)) != 0;
  Check(IsMetadataKey(key) == is_key, "the same keys are legal", key);
  Check(IsBinaryMetadataKey(key) == is_binary, "the same keys are binary", key);
  Check(IsTextMetadataValue(value) == is_text, "the same values are legal", value);
  const bool passes = CheckMetadata({{std::string(key), std::string(value)}}).ok();
  Check(!passes || (is_key && (is_binary || is_text)), "nothing passes that gRPC refuses", key);
}

}  // namespace
}  // namespace trestle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text = trestle::ToText(data, size);
  const size_t end = text.find('\0');
  const absl::string_view key = text.substr(0, end);
  const absl::string_view value = end == text.npos ? "" : text.substr(end + 1);
  trestle::CheckPair(key, value);
  // Whatever the input begins with, some keys end in "-bin".
  trestle::CheckPair(std::string(key.substr(0, 3)) + "-bin", value);
  return 0;
}
