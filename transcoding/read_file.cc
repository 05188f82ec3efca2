#include "trestle/transcoding/read_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "trestle/transcoding/codec/quote.h"
#include "trestle/transcoding/codec/utf8.h"

namespace trestle {
namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

absl::Status ByErrno(int error) { return absl::InvalidArgumentError(std::strerror(error)); }

absl::Status CheckType(int descriptor) {
  struct stat status {};
  if (fstat(descriptor, &status) != 0) return ByErrno(errno);
  if (S_ISREG(status.st_mode)) return absl::OkStatus();
  if (S_ISDIR(status.st_mode)) return ByErrno(EISDIR);
  return absl::InvalidArgumentError("it is not a regular file");
}

absl::StatusOr<File> OpenRegular(const std::string& path) {
  // Without O_NONBLOCK, open() waits until a FIFO has a writer.
  const int descriptor = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (descriptor < 0) return ByErrno(errno);
  absl::Status status = CheckType(descriptor);
  std::FILE* const file = status.ok() ? fdopen(descriptor, "rb") : nullptr;
  if (file != nullptr) return File(file, std::fclose);
  if (status.ok()) status = ByErrno(errno);
  close(descriptor);
  return status;
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path, size_t max) {
  const absl::StatusOr<File> in = OpenRegular(path);
  if (!in.ok()) return in.status();
  std::string content;
  char piece[size_t{16} << 10];
  do {
    content.append(piece, std::fread(piece, 1, sizeof(piece), in->get()));
    if (std::ferror(in->get()) != 0) return ByErrno(errno);
  } while (content.size() <= max && std::feof(in->get()) == 0);
  if (content.size() <= max) return content;
  const size_t mebibytes = max >> 20;
  const std::string limit = mebibytes << 20 == max && mebibytes > 0
                                ? absl::StrCat(mebibytes, " MiB")
                                : absl::StrCat(max, " bytes");
  return absl::InvalidArgumentError(absl::StrCat("it is larger than ", limit));
}

// Excerpt would cut a long path, so it gets one character at a time.
std::string ShownPath(absl::string_view path) {
  std::string shown;
  while (!path.empty()) {
    const size_t size = std::max<size_t>(Utf8CharacterSize(path), 1);
    shown += Excerpt(path.substr(0, size));
    path.remove_prefix(size);
  }
  return shown;
}

}  // namespace trestle
