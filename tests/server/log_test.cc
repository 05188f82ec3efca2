// The gateway as a process whose log has a reader that stalls, a reader that has left, or no
// place to go.

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
#include <string>
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

// Sends requests of 1 KB until their log lines are more than a pipe and the gateway keep;
// returns the number of responses.
template <typename Address>
int SendTooMany(const Address& address) {
  constexpr int kRequests = 3000;
  RawClient client(address);
  const std::string path(1000, 'x');
  int responses = 0;
  for (int i = 0; i < kRequests; ++i) {
    client.Send(absl::StrCat("GET /", i, path, " HTTP/1.1\r\nHost: h\r\n\r\n"));
    if (StatusOf(client.ReadResponse()) == "404") ++responses;
  }
  EXPECT_EQ(responses, kRequests);
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
  SendTooMany(gateway.port());
  gateway.process().Signal(SIGTERM);
  EXPECT_EQ(gateway.process().Wait(), 0);
}

TEST(LogTest, AReaderThatContinuesSeesHowManyLinesItMissed) {
  GatewayProcess gateway(Flags());
  const int requests = SendTooMany(gateway.port());
  int lines = 0;
  int dropped = 0;
  while (lines + dropped < requests) {
    const std::string line = gateway.process().ReadErrorLine();
    ASSERT_NE(line, "");
    if (absl::StrContains(line, " log lines were dropped: ")) {
      const std::vector<std::string> words = absl::StrSplit(line, ' ');
      ASSERT_EQ(words[1], "warning") << line;
      dropped += std::stoi(words[2]);
    } else {
      EXPECT_TRUE(absl::StrContains(line, " GET /")) << line;
      ++lines;
    }
  }
  EXPECT_GT(dropped, 0);
  EXPECT_EQ(lines + dropped, requests);
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
           ">/dev/full 2>&1",
           "2>/dev/null",
           "2>&-",
           "0<&- 1>&- 2>&-",
       }) {
    Redirected gateway(redirections);
    gateway.AwaitStart();
    SendTooMany(gateway.path());
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
  Redirected gateway(absl::StrCat("3<>", fifo, " 2>", fifo, " 3>&-"));
  gateway.AwaitStart();
  SendTooMany(gateway.path());
  gateway.process().Signal(SIGTERM);
  EXPECT_EQ(gateway.process().Wait(), 0);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace trestle
