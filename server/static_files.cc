#include "trestle/server/static_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"
#include "trestle/server/concurrency/blocking.h"
#include "trestle/transcoding/codec/quote.h"
#include "trestle/transcoding/http_fields.h"
#include "trestle/transcoding/percent.h"

namespace trestle {
namespace {

namespace fs = std::filesystem;

constexpr size_t kPiece = size_t{64} << 10;

absl::string_view ContentTypeOf(absl::string_view name) {
  static constexpr std::pair<absl::string_view, absl::string_view> kTypes[] = {
      {".css", "text/css; charset=utf-8"},
      {".gif", "image/gif"},
      {".htm", "text/html; charset=utf-8"},
      {".html", "text/html; charset=utf-8"},
      {".ico", "image/vnd.microsoft.icon"},
      {".jpeg", "image/jpeg"},
      {".jpg", "image/jpeg"},
      {".js", "text/javascript; charset=utf-8"},
      {".json", "application/json"},
      {".md", "text/markdown; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".pdf", "application/pdf"},
      {".png", "image/png"},
      {".svg", "image/svg+xml"},
      {".txt", "text/plain; charset=utf-8"},
      {".wasm", "application/wasm"},
      {".webp", "image/webp"},
      {".woff2", "font/woff2"},
      {".xml", "application/xml"},
      {".yaml", "application/yaml"},
  };
  for (const auto& [ending, type] : kTypes) {
    if (absl::EndsWithIgnoreCase(name, ending)) return type;
  }
  return "application/octet-stream";
}

// Returns the path segments of a file; nullopt if one of them is hidden or invalid.
absl::optional<fs::path> RelativePath(absl::string_view path) {
  fs::path relative;
  for (absl::string_view segment : absl::StrSplit(path, '/', absl::SkipEmpty())) {
    std::string name;
    if (!PercentDecode(segment, Decode::kAll, &name)) return absl::nullopt;
    // This includes "." and "..".
    if (name[0] == '.' || name.find_first_of(std::string("/\0", 2)) != name.npos) {
      return absl::nullopt;
    }
    relative /= name;
  }
  return relative;
}

bool IsBelow(const fs::path& folder, const fs::path& file) {
  const std::string begin = absl::StrCat(folder.native(), "/");
  return absl::StartsWith(file.native(), begin);
}

// Returns a tag that changes whenever the file changes.
std::string ETagOf(const struct stat& file) {
  return absl::StrCat("\"", absl::Hex(file.st_size), "-", absl::Hex(file.st_mtim.tv_sec), "-",
                      absl::Hex(file.st_mtim.tv_nsec), "\"");
}

// Returns true if `etag` is among the tags of an If-None-Match (RFC 9110 13.1.2).
bool HasTag(absl::string_view list, absl::string_view etag) {
  bool has_tag = false;
  ForEachMember(list, [&](absl::string_view tag) {
    absl::ConsumePrefix(&tag, "W/");
    has_tag |= tag == etag || tag == "*";
  });
  return has_tag;
}

// A file that is open for reading.
class OpenFile {
 public:
  // Opening a FIFO would wait for a writer.
  explicit OpenFile(const fs::path& file)
      : descriptor_(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~OpenFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  bool is_open() const { return descriptor_ >= 0; }
  // False if it is not a regular file.
  bool Stat(struct stat* status) const {
    return fstat(descriptor_, status) == 0 && S_ISREG(status->st_mode);
  }

  // Appends the next piece to `*chunk`.
  Reply::Piece Next(std::string* chunk) {
    const size_t begin = chunk->size();
    chunk->resize(begin + kPiece);
    const ssize_t n = read(descriptor_, &(*chunk)[begin], kPiece);
    chunk->resize(begin + static_cast<size_t>(std::max<ssize_t>(n, 0)));
    if (n < 0) return Reply::Piece::kBroken;
    return n == 0 ? Reply::Piece::kLast : Reply::Piece::kMore;
  }

 private:
  const int descriptor_;
};

// Reads a small file into the body. False if it cannot be read.
bool ReadWhole(OpenFile* file, std::string* body) {
  Reply::Piece piece = Reply::Piece::kMore;
  while (piece == Reply::Piece::kMore) piece = file->Next(body);
  return piece == Reply::Piece::kLast;
}

// Returns true if `folder` is below a "program.runfiles". Bazel creates such folders, which contain
// only links. In the sandbox of a test nothing but the name identifies them.
bool IsInRunfilesTree(const fs::path& folder) {
  return absl::c_any_of(
      folder, [](const fs::path& name) { return absl::EndsWith(name.native(), ".runfiles"); });
}

class Folder {
 public:
  Folder(fs::path root, absl::string_view prefix, const Options& options, FileLinks links)
      : root_(std::move(root)), prefix_(prefix), options_(options), links_(links) {}

  Reply Serve(const HttpRequest& http) const {
    const absl::optional<fs::path> path = Find(http.path);
    if (!path.has_value()) return NotFound(http.path);
    auto file = std::make_shared<OpenFile>(*path);
    if (!file->is_open() && errno == EACCES) return MayNotBeRead(http.path);
    struct stat status {};
    if (!file->is_open() || !file->Stat(&status)) return NotFound(http.path);
    Reply reply;
    const std::string etag = ETagOf(status);
    reply.http.headers = {{"Content-Type", std::string(ContentTypeOf(path->native()))},
                          {"ETag", etag}};
    const std::string* known = FindField(http.headers, "If-None-Match");
    if (known != nullptr && HasTag(*known, etag)) {
      reply.http.status = 304;
      return reply;
    }
    return WithContent(std::move(reply), std::move(file), static_cast<size_t>(status.st_size));
  }

 private:
  Reply WithContent(Reply reply, std::shared_ptr<OpenFile> file, size_t size) const {
    if (size <= kPiece) {
      if (ReadWhole(file.get(), &reply.http.body)) return reply;
      return ErrorReply(absl::InternalError("the file cannot be read"), options_);
    }
    reply.next = [file = std::move(file)](std::string* chunk, HttpFields*) {
      Reply::Piece piece = Reply::Piece::kBroken;
      RunBlocking([&] { piece = file->Next(chunk); });
      return piece;
    };
    return reply;
  }

  // Returns the file for the raw `path`, with links resolved; nullopt if there is none.
  absl::optional<fs::path> Find(absl::string_view path) const {
    if (!absl::ConsumePrefix(&path, prefix_)) return absl::nullopt;
    const absl::optional<fs::path> relative = RelativePath(path);
    if (!relative.has_value()) return absl::nullopt;
    std::error_code error;
    fs::path file = root_ / *relative;
    if (fs::is_directory(file, error)) file /= "index.html";
    file = fs::canonical(file, error);
    if (error) return absl::nullopt;
    if (links_ == FileLinks::kWithin && !IsBelow(root_, file)) return absl::nullopt;
    return file;
  }

  Reply NotFound(absl::string_view path) const {
    return ErrorReply(absl::NotFoundError(absl::StrCat("no file for ", Quote(path))), options_);
  }

  Reply MayNotBeRead(absl::string_view path) const {
    return ErrorReply(absl::PermissionDeniedError(absl::StrCat("the file for ", Quote(path),
                                                               " may not be read by the server")),
                      options_);
  }

  const fs::path root_;
  const std::string prefix_;
  const Options options_;
  const FileLinks links_;
};

}  // namespace

absl::StatusOr<Handler> ServeFiles(const std::string& folder, absl::string_view prefix,
                                   const Options& options, FileLinks links) {
  std::error_code error;
  fs::path root = fs::canonical(folder, error);
  if (error || !fs::is_directory(root, error)) {
    const std::string why = error ? error.message() : "it is not a folder";
    return absl::InvalidArgumentError(absl::StrCat("cannot serve ", Quote(folder), ": ", why));
  }
  if (IsInRunfilesTree(root)) links = FileLinks::kAnywhere;
  auto files = std::make_shared<const Folder>(std::move(root), prefix, options, links);
  return Handler([files](Request& request) {
    // A disk may be slow, or a network file system.
    Reply reply;
    RunBlocking([&] { reply = files->Serve(request.http); });
    return reply;
  });
}

}  // namespace trestle
