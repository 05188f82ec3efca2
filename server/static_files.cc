#include "trestle/server/static_files.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"
#include "trestle/server/concurrency/blocking.h"
#include "trestle/transcoding/error.h"
#include "trestle/transcoding/percent.h"
#include "trestle/transcoding/quote.h"
#include "trestle/transcoding/schema.h"

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

// The names on the way to a file; nullopt if one of them is none that may be asked for.
absl::optional<fs::path> RelativePath(absl::string_view path) {
  fs::path relative;
  for (absl::string_view segment : absl::StrSplit(path, '/', absl::SkipEmpty())) {
    std::string name;
    if (!PercentDecode(segment, Decode::kAll, &name)) return absl::nullopt;
    // "." and ".." begin with a dot, too.
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

// Changes whenever the file does.
std::string ETagOf(const struct stat& file) {
  return absl::StrCat("\"", absl::Hex(file.st_size), "-", absl::Hex(file.st_mtim.tv_sec), "-",
                      absl::Hex(file.st_mtim.tv_nsec), "\"");
}

// Whether one of the tags of an If-None-Match is `etag` (RFC 9110 13.1.2).
bool HasTag(absl::string_view list, absl::string_view etag) {
  for (absl::string_view tag : absl::StrSplit(list, ',')) {
    tag = absl::StripAsciiWhitespace(tag);
    absl::ConsumePrefix(&tag, "W/");
    if (tag == etag || tag == "*") return true;
  }
  return false;
}

// The pieces of a file.
class FileReader {
 public:
  explicit FileReader(const fs::path& file) : in_(file, std::ios::binary) {}

  Reply::Piece Next(std::string* chunk) {
    const size_t begin = chunk->size();
    chunk->resize(begin + kPiece);
    in_.read(&(*chunk)[begin], static_cast<std::streamsize>(kPiece));
    chunk->resize(begin + static_cast<size_t>(in_.gcount()));
    if (in_.eof()) return Reply::Piece::kLast;
    return in_ ? Reply::Piece::kMore : Reply::Piece::kBroken;
  }

 private:
  std::ifstream in_;
};

class Folder {
 public:
  Folder(fs::path root, absl::string_view prefix, const Options& options)
      : root_(std::move(root)), prefix_(prefix), options_(options) {}

  Reply Serve(const HttpRequest& http) const {
    const absl::optional<fs::path> file = Find(http.path);
    struct stat status {};
    if (!file.has_value() || stat(file->c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
      return NotFound(http.path);
    }
    Reply reply;
    const std::string etag = ETagOf(status);
    reply.http.headers = {{"Content-Type", std::string(ContentTypeOf(file->native()))},
                          {"ETag", etag},
                          {"X-Content-Type-Options", "nosniff"}};
    const std::string* known = FindField(http.headers, "If-None-Match");
    if (known != nullptr && HasTag(*known, etag)) {
      reply.http.status = 304;
      return reply;
    }
    auto reader = std::make_shared<FileReader>(*file);
    reply.next = [reader](std::string* chunk, HttpFields*) {
      Reply::Piece piece = Reply::Piece::kBroken;
      RunBlocking([&] { piece = reader->Next(chunk); });
      return piece;
    };
    return reply;
  }

 private:
  // The file that `path`, raw, stands for, links followed; nullopt when there is none.
  absl::optional<fs::path> Find(absl::string_view path) const {
    if (!absl::ConsumePrefix(&path, prefix_)) return absl::nullopt;
    const absl::optional<fs::path> relative = RelativePath(path);
    if (!relative.has_value()) return absl::nullopt;
    std::error_code error;
    fs::path file = fs::canonical(root_ / *relative, error);
    if (!error && fs::is_directory(file, error)) file = fs::canonical(file / "index.html", error);
    if (error || !IsBelow(root_, file)) return absl::nullopt;
    return file;
  }

  Reply NotFound(absl::string_view path) const {
    const absl::Status status =
        absl::NotFoundError(absl::StrCat("there is no file for ", Quote(path)));
    return Reply{EncodeError(status, SchemaPool::Generated(), options_), nullptr};
  }

  const fs::path root_;
  const std::string prefix_;
  const Options options_;
};

}  // namespace

absl::StatusOr<Handler> ServeFiles(const std::string& folder, absl::string_view prefix,
                                   const Options& options) {
  std::error_code error;
  fs::path root = fs::canonical(folder, error);
  if (error || !fs::is_directory(root, error)) {
    return absl::InvalidArgumentError(absl::StrCat(Quote(folder), " is no folder"));
  }
  auto files = std::make_shared<const Folder>(std::move(root), prefix, options);
  return Handler([files](Request& request) {
    // A disk may be slow, or a network's.
    Reply reply;
    RunBlocking([&] { reply = files->Serve(request.http); });
    return reply;
  });
}

}  // namespace trestle
