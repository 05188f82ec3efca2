// The variables of socket activation, and the addresses that use them.

#include "trestle/server/http/inherited_sockets.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace trestle {
namespace {

// The environment of a row; an empty variable is not set. "PID" is this process.
struct Row {
  std::string pid, count, names;
  std::vector<std::string> addresses;
  std::string message;  // empty: the addresses use all sockets
};

void Set(const char* name, const std::string& value) {
  if (value.empty()) {
    unsetenv(name);
  } else {
    setenv(name, value.c_str(), 1);
  }
}

TEST(InheritedSocketsTest, O17EachSocketHasAnAddress) {
  const std::string other = absl::StrCat(getppid());
  const std::string missing = "there is no such inherited socket; ";
  const std::string none =
      missing + "none is left; a systemd .socket unit passes them, by LISTEN_FDS and LISTEN_PID";
  const Row kRows[] = {
      {"", "", "", {"127.0.0.1:80"}, ""},
      {"PID", "1", "http", {"systemd:http"}, ""},
      {"PID", "2", "http:https", {"https://systemd:https", "systemd:http"}, ""},
      {"PID", "2", "http:http", {"systemd:http", "systemd:http"}, ""},
      {"PID", "2", "", {"systemd:a", "systemd:b"}, ""},
      {"PID", "1", "http", {"systemd:http", "unix:/x"}, ""},
      {"PID", "0", "", {":80"}, ""},
      {other, "1", "http", {":80"}, ""},
      {"x", "1", "http", {":80"}, ""},
      {"", "", "", {"systemd:http"}, "listen address \"systemd:http\": " + none},
      {other, "1", "http", {"systemd:http"}, "listen address \"systemd:http\": " + none},
      {"PID",
       "2",
       "http:https",
       {"systemd:web"},
       "listen address \"systemd:web\": " + missing + "left are \"http\", \"https\""},
      {"PID",
       "1",
       "http",
       {"systemd:http", "systemd:http"},
       "listen address \"systemd:http\": " + none},
      {"PID",
       "1",
       "http",
       {":80"},
       "the inherited socket \"http\" is not used: --listen=systemd:http serves it"},
      {"PID",
       "2",
       "",
       {"systemd:a"},
       "the inherited socket is not used: --listen=systemd:NAME serves it"},
      {"PID", "many", "", {":80"}, "LISTEN_FDS=many: it is not a number of sockets"},
      {"PID", "-1", "", {":80"}, "LISTEN_FDS=-1: it is not a number of sockets"},
      {"PID", "99999999", "", {":80"}, "LISTEN_FDS=99999999: it is not a number of sockets"},
      {"PID",
       "99999999999999999999",
       "",
       {":80"},
       "LISTEN_FDS=99999999999999999999: it is not a number of sockets"},
      {"PID", "2", "http", {":80"}, "LISTEN_FDNAMES=http: it does not have 2 names"},
      {"PID", "1", "a:b", {":80"}, "LISTEN_FDNAMES=a:b: it does not have 1 names"},
      {"",
       "",
       "",
       {"systemd:"},
       "listen address \"systemd:\": expected host:port, [v6]:port, https://host:port, unix:/path "
       "or systemd:NAME"},
  };
  for (const Row& row : kRows) {
    Set("LISTEN_PID", absl::StrReplaceAll(row.pid, {{"PID", absl::StrCat(getpid())}}));
    Set("LISTEN_FDS", row.count);
    Set("LISTEN_FDNAMES", row.names);
    EXPECT_EQ(CheckInheritedSockets(row.addresses).message(), row.message)
        << row.count << " " << row.names;
  }
}

}  // namespace
}  // namespace trestle
