#include "trestle/transcoding/read_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace trestle {
namespace {

absl::Status ByErrno() { return absl::InvalidArgumentError(std::strerror(errno)); }

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path, size_t max) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> in(std::fopen(path.c_str(), "rbe"),
                                                           std::fclose);
  if (in == nullptr) return ByErrno();
  std::string content;
  char piece[size_t{16} << 10];
  do {
    content.append(piece, std::fread(piece, 1, sizeof(piece), in.get()));
    // A directory can be opened, but not read.
    if (std::ferror(in.get()) != 0) return ByErrno();
  } while (content.size() <= max && std::feof(in.get()) == 0);
  if (content.size() <= max) return content;
  const size_t mebibytes = max >> 20;
  const std::string limit = mebibytes << 20 == max && mebibytes > 0
                                ? absl::StrCat(mebibytes, " MiB")
                                : absl::StrCat(max, " bytes");
  return absl::InvalidArgumentError(absl::StrCat("it is larger than ", limit));
}

}  // namespace trestle
