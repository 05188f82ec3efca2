// Lines for a reader that stalls, leaves, or was never there.

#include "trestle/server/line_writer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace trestle {
namespace {

constexpr size_t kMaxWaiting = 4096;
constexpr absl::Duration kLong = absl::Minutes(1);
constexpr absl::Duration kAtOnce = absl::ZeroDuration();

std::string Notice(size_t count) { return absl::StrCat("lost ", count, "\n"); }

// A pipe, and the lines that its reader sees.
class Pipe {
 public:
  Pipe() { EXPECT_EQ(pipe2(ends_, O_CLOEXEC), 0); }
  ~Pipe() {
    CloseReader();
    CloseWriter();
  }

  int writer() const { return ends_[1]; }
  void CloseReader() { Close(0); }
  void CloseWriter() { Close(1); }
  // Leaves no room for another byte, with lines of "full".
  void Fill() {
    ASSERT_EQ(fcntl(ends_[1], F_SETFL, O_NONBLOCK), 0);
    while (write(ends_[1], "full\n", 5) == 5) continue;
    while (write(ends_[1], "\n", 1) == 1) continue;
    ASSERT_EQ(fcntl(ends_[1], F_SETFL, 0), 0);
  }
  // The next line without its "\n", waiting for it; empty at the end.
  std::string ReadLine() {
    std::string line;
    char byte = 0;
    while (read(ends_[0], &byte, 1) == 1 && byte != '\n') line.push_back(byte);
    return line;
  }

 private:
  void Close(int end) {
    if (ends_[end] >= 0) close(ends_[end]);
    ends_[end] = -1;
  }
  int ends_[2] = {-1, -1};
};

// Writes numbered lines of 100 bytes until far more than the pipe and the memory hold are
// written.
int WriteTooMany(LineWriter* writer) {
  constexpr int kLines = 2000;
  const std::string rest(100, 'x');
  for (int i = 0; i < kLines; ++i) writer->Write(absl::StrCat(i, " ", rest, "\n"));
  return kLines;
}

TEST(LineWriterTest, WritesLinesInOrder) {
  Pipe pipe;
  LineWriter writer(pipe.writer(), kMaxWaiting, Notice);
  for (const char* line : {"one", "two", "three"}) writer.Write(absl::StrCat(line, "\n"));
  EXPECT_TRUE(writer.Flush(kLong));
  for (const char* line : {"one", "two", "three"}) EXPECT_EQ(pipe.ReadLine(), line);
}

TEST(LineWriterTest, AReaderThatStallsDelaysNoWriterAndSeesHowMuchItMissed) {
  Pipe pipe;
  pipe.Fill();
  LineWriter writer(pipe.writer(), kMaxWaiting, Notice);
  const int lines = WriteTooMany(&writer);
  EXPECT_FALSE(writer.Flush(kAtOnce));
  int next = 0;
  int lost = 0;
  // The lines before each gap, in order and whole, and how many the gap has.
  while (next + lost < lines) {
    const std::string line = pipe.ReadLine();
    if (line == "full" || line.empty()) continue;
    if (line.compare(0, 5, "lost ") == 0) {
      lost += std::stoi(line.substr(5));
    } else {
      ASSERT_EQ(line, absl::StrCat(next + lost, " ", std::string(100, 'x')));
      ++next;
    }
  }
  EXPECT_GT(lost, 0);
  writer.Write("after\n");
  EXPECT_EQ(pipe.ReadLine(), "after");
  EXPECT_TRUE(writer.Flush(kLong));
}

TEST(LineWriterTest, EveryLineIsWrittenOrCounted) {
  Pipe pipe;
  LineWriter writer(pipe.writer(), kMaxWaiting, Notice);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { WriteTooMany(&writer); });
  int seen = 0;
  for (std::thread& thread : threads) thread.join();
  writer.Write("end of the first part\n");  // written or counted, too
  while (seen < 4 * 2000 + 1) {
    const std::string line = pipe.ReadLine();
    seen += line.compare(0, 5, "lost ") == 0 ? std::stoi(line.substr(5)) : 1;
  }
  EXPECT_EQ(seen, 4 * 2000 + 1);
}

TEST(LineWriterTest, ALineLargerThanTheMemoryIsWritten) {
  Pipe pipe;
  LineWriter writer(pipe.writer(), kMaxWaiting, Notice);
  const std::string large(3 * kMaxWaiting, 'x');
  writer.Write(absl::StrCat(large, "\n"));
  EXPECT_EQ(pipe.ReadLine(), large);
}

TEST(LineWriterTest, ADescriptorThatFailsLosesLinesAndNothingElse) {
  signal(SIGPIPE, SIG_IGN);
  Pipe closed;
  closed.CloseReader();
  const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  for (int descriptor : {closed.writer(), full, -1}) {
    LineWriter writer(descriptor, kMaxWaiting, Notice);
    writer.Write("line\n");
    EXPECT_TRUE(writer.Flush(kLong)) << descriptor;
    writer.Write("line\n");
    EXPECT_TRUE(writer.Flush(kLong)) << descriptor;
  }
  close(full);
}

// As a disk that is full for a while.
TEST(LineWriterTest, CountsWhatADescriptorRefusedOnceItTakesLinesAgain) {
  Pipe pipe;
  const int other = dup(pipe.writer());
  const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  LineWriter writer(other, kMaxWaiting, Notice);
  ASSERT_EQ(dup2(full, other), other);
  for (int i = 0; i < 3; ++i) {
    writer.Write("lost\n");
    ASSERT_TRUE(writer.Flush(kLong));
  }
  ASSERT_EQ(dup2(pipe.writer(), other), other);
  writer.Write("after\n");
  EXPECT_EQ(pipe.ReadLine(), "lost 3");
  EXPECT_EQ(pipe.ReadLine(), "after");
  ASSERT_TRUE(writer.Flush(kLong));
  close(other);
  close(full);
}

std::string FolderOf(const char* test) {
  std::string folder = absl::StrCat(testing::TempDir(), "/", test, ".XXXXXX");
  EXPECT_NE(mkdtemp(&folder[0]), nullptr);
  return folder;
}

std::string TextOf(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// As a disk that becomes full within a line.
TEST(LineWriterTest, APartOfALineIsEndedBeforeTheNext) {
  signal(SIGXFSZ, SIG_IGN);
  const std::string path = FolderOf("part") + "/log";
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  ASSERT_GE(file, 0);
  LineWriter writer(file, LineWriterOptions());
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &limit), 0);
  const rlimit small{10, limit.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  writer.Write("whole 1\npart 2\nlost 3\n");
  EXPECT_TRUE(writer.Flush(kLong));
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  writer.Write("whole 4\n");
  EXPECT_TRUE(writer.Flush(kLong));
  EXPECT_EQ(TextOf(path), "whole 1\npa\nwhole 4\n");
  EXPECT_EQ(writer.lost(), 2u);
  close(file);
}

TEST(LineWriterTest, LinesGoToTheDescriptorOfTheLastReplace) {
  Pipe first, second;
  LineWriter writer(first.writer(), kMaxWaiting, Notice);
  writer.Write("one\n");
  EXPECT_TRUE(writer.Flush(kLong));
  writer.Replace(dup(second.writer()));
  writer.Write("two\n");
  EXPECT_TRUE(writer.Flush(kLong));
  EXPECT_EQ(first.ReadLine(), "one");
  EXPECT_EQ(second.ReadLine(), "two");
  // The first descriptor is the caller's.
  EXPECT_EQ(write(first.writer(), "three\n", 6), 6);
  EXPECT_EQ(first.ReadLine(), "three");
}

TEST(LineWriterTest, ClosesADescriptorOfReplaceAtTheNext) {
  Pipe pipe;
  LineWriter writer(-1, kMaxWaiting, Notice);
  writer.Replace(dup(pipe.writer()));
  writer.Write("line\n");
  EXPECT_EQ(pipe.ReadLine(), "line");
  writer.Replace(-1);
  pipe.CloseWriter();
  EXPECT_EQ(pipe.ReadLine(), "");  // the end, at once, although nothing else is written
  writer.Write("lost\n");
  EXPECT_TRUE(writer.Flush(kLong));
  EXPECT_EQ(writer.lost(), 1u);
}

TEST(LineWriterTest, ReplacedWhileManyThreadsWriteEveryLineIsWhole) {
  const std::string folder = FolderOf("rotate");
  constexpr int kFiles = 50;
  constexpr int kThreads = 4;
  const auto open_file = [&](int i) {
    return open(absl::StrCat(folder, "/", i).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  };
  LineWriterOptions options;
  options.max_waiting = size_t{64} << 20;
  LineWriter writer(-1, options);
  writer.Replace(open_file(0));
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back([&] { WriteTooMany(&writer); });
  for (int i = 1; i < kFiles; ++i) writer.Replace(open_file(i));
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(writer.Flush(kLong));
  int lines = 0;
  for (int i = 0; i < kFiles; ++i) {
    std::ifstream file(absl::StrCat(folder, "/", i));
    for (std::string line; std::getline(file, line); ++lines) {
      ASSERT_EQ(line.substr(line.find(' ') + 1), std::string(100, 'x'));
    }
  }
  EXPECT_EQ(lines, kThreads * 2000);
  EXPECT_EQ(writer.lost(), 0u);
}

TEST(LineWriterTest, ADelayEndsWithTheMemoryOrAFlush) {
  Pipe pipe;
  LineWriterOptions options;
  options.max_waiting = 400;
  options.delay = absl::Hours(24);
  LineWriter writer(pipe.writer(), options);
  writer.Write("one\n");
  EXPECT_TRUE(writer.Flush(kLong));
  EXPECT_EQ(pipe.ReadLine(), "one");
  writer.Write("two\n");
  writer.Write(absl::StrCat(std::string(200, 'x'), "\n"));
  EXPECT_EQ(pipe.ReadLine(), "two");
}

TEST(LineWriterTest, ReportsHowManyLinesWereLostAndWhy) {
  const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  std::vector<std::string> reports;
  LineWriterOptions options;
  options.on_written = [&](size_t lost, const absl::Status& reason) {
    reports.push_back(absl::StrCat(lost, " ", reason.message()));
  };
  {
    LineWriter writer(full, options);
    writer.Write("one\ntwo\n");
    EXPECT_TRUE(writer.Flush(kLong));
    EXPECT_EQ(writer.lost(), 2u);
    writer.Replace(open("/dev/null", O_WRONLY | O_CLOEXEC));
    writer.Write("three\n");
    EXPECT_TRUE(writer.Flush(kLong));
    EXPECT_EQ(writer.lost(), 2u);
  }
  EXPECT_EQ(reports, (std::vector<std::string>{"2 write: No space left on device", "0 "}));
  close(full);
}

TEST(LineWriterTest, TheNumberOfLostLinesNeverDecreases) {
  LineWriterOptions options;
  options.max_waiting = 200;
  LineWriter writer(-1, options);
  writer.Replace(open("/dev/null", O_WRONLY | O_CLOEXEC));
  std::atomic<bool> is_done{false};
  std::thread reader([&] {
    uint64_t before = 0;
    while (!is_done) {
      const uint64_t lost = writer.lost();
      ASSERT_GE(lost, before);
      before = lost;
    }
  });
  for (int i = 0; i < 10; ++i) WriteTooMany(&writer);
  EXPECT_TRUE(writer.Flush(kLong));
  is_done = true;
  reader.join();
}

// A terminal that some other program has made so.
TEST(LineWriterTest, WaitsForADescriptorThatDoesNotBlock) {
  Pipe pipe;
  ASSERT_EQ(fcntl(pipe.writer(), F_SETFL, O_NONBLOCK), 0);
  LineWriter writer(pipe.writer(), size_t{1} << 20, Notice);
  const int lines = WriteTooMany(&writer);
  for (int i = 0; i < lines; ++i) {
    ASSERT_EQ(pipe.ReadLine(), absl::StrCat(i, " ", std::string(100, 'x')));
  }
  EXPECT_TRUE(writer.Flush(kLong));
}

}  // namespace
}  // namespace trestle
