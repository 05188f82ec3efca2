#include "trestle/server/tls/file_content.h"

#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "trestle/transcoding/read_file.h"

namespace trestle {

absl::Status FileContentError(absl::string_view what, absl::string_view file,
                              absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(what, " \"", ShownPath(file), "\": ", why));
}

absl::StatusOr<std::string> ReadFileContent(absl::string_view what, const std::string& file) {
  constexpr size_t kMax = size_t{1} << 20;
  absl::StatusOr<std::string> content = ReadFile(file, kMax);
  if (!content.ok()) return FileContentError(what, file, content.status().message());
  if (content->empty()) return FileContentError(what, file, "it is empty");
  return content;
}

absl::Status ReadFileContent(absl::string_view what, const std::string& file,
                             std::string* content) {
  absl::StatusOr<std::string> read = ReadFileContent(what, file);
  if (!read.ok()) return read.status();
  *content = *std::move(read);
  return absl::OkStatus();
}

}  // namespace trestle
