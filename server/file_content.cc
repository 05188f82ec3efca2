#include "trestle/server/file_content.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "absl/strings/str_cat.h"

namespace trestle {

absl::Status FileContentError(absl::string_view what, absl::string_view file,
                              absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(what, " \"", file, "\": ", why));
}

absl::StatusOr<std::string> ReadFileContent(absl::string_view what, const std::string& file) {
  constexpr size_t kMax = size_t{1} << 20;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> in(std::fopen(file.c_str(), "rb"),
                                                           std::fclose);
  if (in == nullptr) return FileContentError(what, file, std::strerror(errno));
  std::string content;
  char piece[4096];
  do {
    content.append(piece, std::fread(piece, 1, sizeof(piece), in.get()));
  } while (content.size() <= kMax && std::feof(in.get()) == 0 && std::ferror(in.get()) == 0);
  // A folder opens, and then cannot be read.
  if (std::ferror(in.get()) != 0) return FileContentError(what, file, std::strerror(errno));
  if (content.empty()) return FileContentError(what, file, "it is empty");
  if (content.size() > kMax) return FileContentError(what, file, "it is larger than 1 MiB");
  return content;
}

}  // namespace trestle
