// The gateway as a process whose log, and access log, has a reader that stalls, a reader that has
// left, or no place to go (O14); and whose access log is rotated.

#include "trestle/server/process/log.h"

#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "nlohmann/json.hpp"
#include "tests/server/gateway/shop.pb.h"
#include "trestle/tests/testing/await.h"
#include "trestle/tests/testing/gateway_process.h"
#include "trestle/tests/testing/process.h"
#include "trestle/tests/testing/raw_client.h"

namespace trestle {
namespace {

namespace pb = google::protobuf;

void AddWithImports(const pb::FileDescriptor& file, pb::FileDescriptorSet* set) {
  for (int i = 0; i < file.dependency_count(); ++i) AddWithImports(*file.dependency(i), set);
  file.CopyTo(set->add_file());
}

// Flags of a gateway whose backend is not there: what it logs of requests is enough.
std::vector<std::string> Flags() {
  const std::string file = absl::StrCat(testing::TempDir(), "/shop.pb");
  pb::FileDescriptorSet set;
  AddWithImports(*test::shop::Item::descriptor()->file(), &set);
  std::ofstream(file, std::ios::binary) << set.SerializeAsString();
  return {absl::StrCat("--descriptor_set=", file), "--backend=127.0.0.1:1", "--access_log"};
}

// The access log lines of so many requests are more than a pipe and the gateway keep.
constexpr int kTooMany = 5000;

// Sends requests whose lines have 1 KB. Returns how many got a response.
template <typename Address>
int SendRequests(const Address& address, int count) {
  RawClient client(address);
  const std::string path(1000, 'x');
  int responses = 0;
  for (int i = 0; i < count; ++i) {
    client.Send(absl::StrCat("GET /", i, path, " HTTP/1.1\r\nHost: h\r\n\r\n"));
    if (StatusOf(client.ReadResponse()) == "404") ++responses;
  }
  EXPECT_EQ(responses, count);
  return responses;
}

TEST(LogTest, O15JsonIsAnObjectInEachLine) {
  std::vector<std::string> flags = Flags();
  flags.push_back("--log_format=json");
  flags.push_back("--listen=127.0.0.1:0");
  flags.insert(flags.begin(), GatewayProgram());
  Process gateway(flags);
  const std::string serving = gateway.ReadErrorLine();
  const auto parsed = nlohmann::json::parse(serving, nullptr, false);
  ASSERT_TRUE(parsed.is_object()) << serving;
  EXPECT_EQ(parsed.size(), 3U);
  EXPECT_EQ(parsed["level"], "info");
  const std::string message = parsed["message"], time = parsed["time"];
  EXPECT_TRUE(absl::StartsWith(message, "serving ")) << message;
  EXPECT_TRUE(absl::StrContains(message, " of 2 services on http://127.0.0.1:")) << message;
  EXPECT_TRUE(absl::EndsWith(message, ", from 127.0.0.1:1")) << message;
  EXPECT_EQ(time.size(), std::string("2026-11-23T09:12:03.118+00:00").size());
  const std::string listening = gateway.ReadErrorLine();
  EXPECT_TRUE(absl::StrContains(listening, "\"message\":\"listening on http://127.0.0.1:"));
}

// A message that is not UTF-8, or of several lines, is still a string in one line.
TEST(LogTest, O15JsonEscapesWhatAMessageQuotes) {
  testing::internal::CaptureStderr();
  {
    Log log("info", LogFormat::kJson);
    spdlog::info("a\nb \"c\"");
    spdlog::warn("\xff");
  }
  const std::string lines = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(absl::StrContains(lines, R"("level":"info","message":"a\nb \"c\""})")) << lines;
  EXPECT_TRUE(absl::StrContains(lines, R"("level":"warning","message":"\\xff"})")) << lines;
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);
}

TEST(LogTest, AReaderThatStallsDelaysNeitherRequestsNorTheEnd) {
  GatewayProcess gateway(Flags());
  SendRequests(gateway.port(), kTooMany);
  gateway.process().Signal(SIGTERM);
  EXPECT_EQ(gateway.process().Wait(), 0);
}

// Waits for a line of the log that has `text`, and returns it.
std::string AwaitErrorLine(Process& process, const std::string& text) {
  std::string line;
  do {
    line = process.ReadErrorLine();
    EXPECT_NE(line, "") << "waits for " << text;
  } while (!line.empty() && !absl::StrContains(line, text));
  return line;
}

int LinesIn(const std::string& text) {
  return static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

// Returns the number of lost lines by "… warning access log: 7 lines were lost: …".
int LostIn(const std::string& line) {
  const std::vector<std::string> words = absl::StrSplit(line, ' ');
  EXPECT_GT(words.size(), 4u) << line;
  return words.size() > 4 ? std::stoi(words[4]) : 0;
}

TEST(LogTest, O14AReaderThatContinuesGetsAllLinesButThoseThatAreReportedAsLost) {
  GatewayProcess gateway(Flags());
  const int requests = SendRequests(gateway.port(), kTooMany);
  std::string lines;
  std::thread reader([&] { lines = gateway.process().ReadAllOutput(); });
  int lost = LostIn(AwaitErrorLine(gateway.process(), "access log: "));
  EXPECT_GT(lost, 0);
  gateway.process().Signal(SIGTERM);
  reader.join();
  // The first report came while the reader stalled. Others may follow at the end.
  for (std::string line; !(line = gateway.process().ReadErrorLine()).empty();) {
    if (absl::StrContains(line, "access log: ")) lost += LostIn(line);
  }
  EXPECT_EQ(gateway.process().Wait(), 0);
  EXPECT_EQ(LinesIn(lines) + lost, requests);
}

TEST(LogTest, WhatIsLoggedLastIsWrittenBeforeTheEnd) {
  GatewayProcess gateway(Flags());
  gateway.process().Signal(SIGTERM);
  EXPECT_EQ(gateway.process().Wait(), 0);
  EXPECT_TRUE(absl::EndsWith(gateway.process().ReadErrorLine(), " info draining"));
  EXPECT_TRUE(absl::EndsWith(gateway.process().ReadErrorLine(), " info stopped"));
}

// A folder of this test's run alone. Not the test's own, whose path is longer than a socket's may
// be.
std::string NewFolder() {
  std::string folder = "/tmp/trestle_log_test.XXXXXX";
  EXPECT_NE(mkdtemp(&folder[0]), nullptr);
  return folder;
}

// A gateway on a Unix socket whose streams are as a shell's redirections say.
class Redirected {
 public:
  explicit Redirected(const std::string& redirections)
      : process_(Command(absl::StrCat("echo $$; exec ", redirections, "; exec \"$0\" \"$@\""))) {}
  ~Redirected() { std::filesystem::remove_all(folder_); }

  const std::string& path() const { return path_; }
  Process& process() { return process_; }
  // Waits until it listens.
  void AwaitStart() {
    AwaitTrue("the gateway listens", [&] { return RawClient(path_).connected(); });
  }

 private:
  std::vector<std::string> Command(const std::string& script) const {
    std::vector<std::string> command = {"/bin/sh", "-c", script, GatewayProgram(),
                                        absl::StrCat("--listen=unix:", path_)};
    for (const std::string& flag : Flags()) command.push_back(flag);
    return command;
  }

  const std::string folder_ = NewFolder();
  const std::string path_ = absl::StrCat(folder_, "/socket");
  Process process_;
};

TEST(LogTest, PlacesThatTakeNoLinesCostNothingElse) {
  for (const char* redirections : {
           "2>/dev/full",
           ">/dev/full",
           ">/dev/full 2>&1",
           "2>/dev/null",
           ">/dev/null",
           "2>&-",
           ">&-",
           "0<&- 1>&- 2>&-",
       }) {
    Redirected gateway(redirections);
    gateway.AwaitStart();
    SendRequests(gateway.path(), 500);
    gateway.process().Signal(SIGTERM);
    EXPECT_EQ(gateway.process().Wait(), 0) << redirections;
  }
}

// Else the first socket that is opened gets the number of stderr, and the log.
TEST(LogTest, StreamsThatAreClosedAreDevNull) {
  Redirected gateway("0<&- 1>&- 2>&-");
  const std::string pid = gateway.process().ReadAllOutput();
  gateway.AwaitStart();
  for (int descriptor : {0, 1, 2}) {
    const std::string link = absl::StrCat("/proc/", std::stoi(pid), "/fd/", descriptor);
    EXPECT_EQ(std::filesystem::read_symlink(link), "/dev/null") << descriptor;
  }
}

TEST(LogTest, AReaderThatLeavesCostsNothingElse) {
  // The other end of the pipe is closed once the shell that read it has ended.
  const std::string folder = NewFolder();
  const std::string fifo = absl::StrCat(folder, "/fifo");
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  Redirected gateway(absl::StrCat("3<>", fifo, " >", fifo, " 2>&1 3>&-"));
  gateway.AwaitStart();
  SendRequests(gateway.path(), 500);
  gateway.process().Signal(SIGTERM);
  EXPECT_EQ(gateway.process().Wait(), 0);
  std::filesystem::remove_all(folder);
}

// ---- the access log in a file

std::string TextOf(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::string> FlagsWithFile(const std::string& path) {
  std::vector<std::string> flags = Flags();
  flags.back() = absl::StrCat("--access_log=", path);
  return flags;
}

void Get(int port, const std::string& path) {
  RawClient client(port);
  client.Send(absl::StrCat("GET ", path, " HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_EQ(StatusOf(client.ReadResponse()), "404");
}

TEST(AccessLogTest, O14SIGUSR1ReopensTheFile) {
  const std::string folder = NewFolder();
  const std::string path = folder + "/access.log";
  GatewayProcess gateway(FlagsWithFile(path));
  Get(gateway.port(), "/before");
  AwaitTrue("the line is written", [&] { return LinesIn(TextOf(path)) == 1; });
  std::filesystem::rename(path, path + ".1");
  gateway.process().Signal(SIGUSR1);
  AwaitErrorLine(gateway.process(), "info access log: reopened");
  Get(gateway.port(), "/after");
  AwaitTrue("the line is written", [&] { return LinesIn(TextOf(path)) == 1; });
  EXPECT_TRUE(absl::StrContains(TextOf(path + ".1"), " path=/before "));
  EXPECT_TRUE(absl::StrContains(TextOf(path), " path=/after "));
  gateway.process().Signal(SIGTERM);
  EXPECT_EQ(gateway.process().Wait(), 0);
  std::filesystem::remove_all(folder);
}

// As logrotate does, again and again under load.
TEST(AccessLogTest, O14NoLineIsLostOrSplitByRotations) {
  const std::string folder = NewFolder();
  const std::string path = folder + "/access.log";
  GatewayProcess gateway(FlagsWithFile(path));
  int requests = 0;
  std::thread load([&] { requests = SendRequests(gateway.port(), 1000); });
  constexpr int kRotations = 20;
  for (int i = 0; i < kRotations; ++i) {
    std::filesystem::rename(path, absl::StrCat(path, ".", i));
    gateway.process().Signal(SIGUSR1);
    AwaitErrorLine(gateway.process(), "info access log: reopened");
  }
  load.join();
  gateway.process().Signal(SIGTERM);
  EXPECT_EQ(gateway.process().Wait(), 0);
  std::string all = TextOf(path);
  for (int i = 0; i < kRotations; ++i) absl::StrAppend(&all, TextOf(absl::StrCat(path, ".", i)));
  EXPECT_EQ(LinesIn(all), requests);
  for (const absl::string_view line : absl::StrSplit(all, '\n', absl::SkipEmpty())) {
    ASSERT_TRUE(absl::StartsWith(line, "time=")) << line;
    ASSERT_TRUE(absl::EndsWith(line, " termination=complete")) << line;
  }
  std::filesystem::remove_all(folder);
}

TEST(AccessLogTest, O14AFileThatCannotBeReopenedIsReportedAndCostsNothingElse) {
  const std::string folder = NewFolder();
  const std::string logs = folder + "/logs";
  std::filesystem::create_directory(logs);
  GatewayProcess gateway(FlagsWithFile(logs + "/access.log"));
  std::filesystem::remove_all(logs);
  gateway.process().Signal(SIGUSR1);
  AwaitErrorLine(gateway.process(), absl::StrCat("error access log: not reopened: cannot open \"",
                                                 logs, "/access.log\": No such file"));
  Get(gateway.port(), "/lost");
  AwaitErrorLine(gateway.process(), "warning access log: 1 line was lost: ");
  std::filesystem::create_directory(logs);
  gateway.process().Signal(SIGUSR1);
  AwaitErrorLine(gateway.process(), "info access log: reopened");
  Get(gateway.port(), "/after");
  AwaitTrue("the line is written", [&] { return LinesIn(TextOf(logs + "/access.log")) == 1; });
  std::filesystem::remove_all(folder);
}

TEST(AccessLogTest, O14AFullDiskIsReportedAndCostsNothingElse) {
  GatewayProcess gateway(FlagsWithFile("/dev/full"));
  const int requests = SendRequests(gateway.port(), 1000);
  int lost = LostIn(AwaitErrorLine(gateway.process(), "access log: "));
  gateway.process().Signal(SIGTERM);
  // A second report, at the end, has those that the first one did not have.
  while (lost < requests && !testing::Test::HasFailure()) {
    lost += LostIn(AwaitErrorLine(gateway.process(), "lost: write: No space left on device"));
  }
  EXPECT_EQ(lost, requests);
  EXPECT_EQ(gateway.process().Wait(), 0);
}

TEST(AccessLogTest, AFileThatCannotBeOpenedIsAnErrorAtTheStart) {
  Process gateway(GatewayCommand(FlagsWithFile("/none/access.log")));
  EXPECT_TRUE(absl::StrContains(
      gateway.ReadErrorLine(),
      "--access_log: cannot open \"/none/access.log\": No such file or directory"));
  EXPECT_EQ(gateway.Wait(), 2);
}

TEST(AccessLogTest, WithoutAnAccessLogSIGUSR1HasNoEffect) {
  std::vector<std::string> flags = Flags();
  flags.pop_back();
  GatewayProcess gateway(flags);
  gateway.process().Signal(SIGUSR1);
  Get(gateway.port(), "/after");
  gateway.process().Signal(SIGTERM);
  EXPECT_EQ(gateway.process().Wait(), 0);
}

}  // namespace
}  // namespace trestle
