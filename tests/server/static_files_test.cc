// Files of a folder, and which links out of it are followed.

#include "trestle/server/static_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"

namespace trestle {
namespace {

namespace fs = std::filesystem;

// A folder with files and links of all kinds, and files outside of it.
class StaticFilesTest : public testing::Test {
 protected:
  StaticFilesTest() {
    fs::remove_all(top_);
    MakeFolder(top_ / "plain");
    MakeFolder(top_ / "program.runfiles" / "files");
    MakeFolder(top_ / "program.runfiles.d" / "files");
    fs::create_directories(top_ / "outside" / "folder");
    std::ofstream(top_ / "outside" / "file.txt") << "outside";
    std::ofstream(top_ / "outside" / "folder" / "index.html") << "outside page";
  }

  // "200 content" of a folder below top_.
  std::string Get(const std::string& folder, const std::string& path,
                  FileLinks links = FileLinks::kWithin) const {
    const auto handler = ServeFiles(top_ / folder, "/f", {}, links);
    EXPECT_TRUE(handler.ok()) << handler.status();
    Request request;
    request.http.method = "GET";
    request.http.path = "/f/" + path;
    Reply reply = (*handler)(request);
    std::string body = reply.http.body;
    while (reply.next && reply.next(&body, nullptr) == Reply::Piece::kMore) continue;
    return reply.http.status == 200 ? "200 " + body : absl::StrCat(reply.http.status);
  }

  const fs::path top_ = fs::path(testing::TempDir()) / absl::StrCat("static_files_", getpid());

 private:
  void MakeFolder(const fs::path& folder) const {
    fs::create_directories(folder / "sub");
    std::ofstream(folder / "file.txt") << "inside";
    std::ofstream(folder / "sub" / "file.txt") << "below";
    std::ofstream(folder / "empty.txt") << "";
    std::ofstream(folder / "large.txt") << std::string(200000, 'x');
    fs::create_symlink("file.txt", folder / "link_within.txt");
    fs::create_symlink("../file.txt", folder / "sub" / "link_up.txt");
    fs::create_symlink(top_ / "outside" / "file.txt", folder / "link_out.txt");
    fs::create_symlink(top_ / "outside" / "folder", folder / "folder_out");
    fs::create_symlink("nothing", folder / "link_to_nothing.txt");
    fs::create_symlink("link_loop.txt", folder / "link_loop.txt");
    EXPECT_EQ(mkfifo((folder / "fifo").c_str(), 0600), 0);
  }
};

TEST_F(StaticFilesTest, LinksAreFollowedAsFarAsTheyMay) {
  const struct {
    const char* what;
    const char* path;
    const char* within;    // with FileLinks::kWithin
    const char* anywhere;  // with FileLinks::kAnywhere, and in a runfiles tree
  } kRows[] = {
      {"a file", "file.txt", "200 inside", "200 inside"},
      {"below", "sub/file.txt", "200 below", "200 below"},
      {"an empty file", "empty.txt", "200 ", "200 "},
      {"a link to a file beside it", "link_within.txt", "200 inside", "200 inside"},
      {"a link upwards within the folder", "sub/link_up.txt", "200 inside", "200 inside"},
      {"a link out of the folder", "link_out.txt", "404", "200 outside"},
      {"a folder out of the folder", "folder_out", "404", "200 outside page"},
      {"a page in it", "folder_out/index.html", "404", "200 outside page"},
      {"a link to nothing", "link_to_nothing.txt", "404", "404"},
      {"a link to itself", "link_loop.txt", "404", "404"},
      {"no file", "nope.txt", "404", "404"},
      {"a FIFO, which nobody writes to", "fifo", "404", "404"},
      {"a folder without a page", "sub", "404", "404"},
      {"a file as a folder", "file.txt/x", "404", "404"},
      {"the folder above", "../outside/file.txt", "404", "404"},
      {"the same, escaped", "%2e%2e/outside/file.txt", "404", "404"},
      {"the same, from below a link", "folder_out/../file.txt", "404", "404"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(Get("plain", row.path), row.within) << row.what;
    EXPECT_EQ(Get("plain", row.path, FileLinks::kAnywhere), row.anywhere) << row.what;
    EXPECT_EQ(Get("program.runfiles/files", row.path), row.anywhere) << row.what;
    EXPECT_EQ(Get("program.runfiles.d/files", row.path), row.within) << row.what;
  }
}

TEST_F(StaticFilesTest, LargeFilesAreSentInPieces) {
  EXPECT_EQ(Get("plain", "large.txt"), "200 " + std::string(200000, 'x'));
}

TEST_F(StaticFilesTest, AFileThatMayNotBeReadIs403) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  ASSERT_EQ(chmod((top_ / "plain" / "file.txt").c_str(), 0), 0);
  EXPECT_EQ(Get("plain", "file.txt"), "403");
}

TEST_F(StaticFilesTest, AFolderThatIsNoneIsRefused) {
  EXPECT_EQ(ServeFiles("/no/such", "/f").status(),
            absl::InvalidArgumentError("cannot serve \"/no/such\": No such file or directory"));
  EXPECT_EQ(ServeFiles("/dev/null", "/f").status(),
            absl::InvalidArgumentError("cannot serve \"/dev/null\": it is not a folder"));
}

}  // namespace
}  // namespace trestle
