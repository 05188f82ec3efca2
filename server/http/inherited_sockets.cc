#include "trestle/server/http/inherited_sockets.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "trestle/server/http/listen_address.h"

namespace trestle {
namespace {

constexpr int kFirst = 3;    // SD_LISTEN_FDS_START
constexpr int kMost = 1000;  // more is a malformed number

absl::string_view Variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

absl::Status Malformed(absl::string_view name, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(name, "=", Variable(name.data()), ": ", why));
}

absl::Status Missing(absl::string_view name, const std::vector<InheritedSocket>& left) {
  const auto append_name = [](std::string* out, const InheritedSocket& socket) {
    absl::StrAppend(out, "\"", socket.name, "\"");
  };
  const std::string why =
      left.empty()
          ? "none is left; a systemd .socket unit passes them, by LISTEN_FDS and LISTEN_PID"
          : absl::StrCat("left are ", absl::StrJoin(left, ", ", append_name));
  return absl::NotFoundError(absl::StrCat("listen address \"systemd:", name,
                                          "\": there is no such inherited socket; ", why));
}

}  // namespace

absl::StatusOr<InheritedSockets> InheritedSockets::FromEnvironment() {
  InheritedSockets sockets;
  int64_t pid = 0;
  const bool is_mine = absl::SimpleAtoi(Variable("LISTEN_PID"), &pid) && pid == getpid();
  if (!is_mine || Variable("LISTEN_FDS").empty()) return sockets;
  int count = 0;
  if (!absl::SimpleAtoi(Variable("LISTEN_FDS"), &count) || count < 0 || count > kMost) {
    return Malformed("LISTEN_FDS", "it is not a number of sockets");
  }
  std::vector<std::string> names(static_cast<size_t>(count));
  if (const absl::string_view text = Variable("LISTEN_FDNAMES"); !text.empty()) {
    names = absl::StrSplit(text, ':');
    if (names.size() != static_cast<size_t>(count)) {
      return Malformed("LISTEN_FDNAMES", absl::StrCat("it does not have ", count, " names"));
    }
  }
  for (int i = 0; i < count; ++i) {
    sockets.left_.push_back({kFirst + i, names[static_cast<size_t>(i)]});
  }
  return sockets;
}

absl::StatusOr<int> InheritedSockets::Take(absl::string_view name) {
  const auto found = std::find_if(left_.begin(), left_.end(), [&](const InheritedSocket& socket) {
    return socket.name.empty() || socket.name == name;
  });
  if (found == left_.end()) return Missing(name, left_);
  const int descriptor = found->descriptor;
  left_.erase(found);
  return descriptor;
}

absl::Status CheckInheritedSockets(const std::vector<std::string>& addresses) {
  absl::StatusOr<InheritedSockets> sockets = InheritedSockets::FromEnvironment();
  if (!sockets.ok()) return sockets.status();
  for (const std::string& address : addresses) {
    const absl::StatusOr<ListenAddress> parsed = ParseListenAddress(address);
    if (!parsed.ok()) return parsed.status();
    if (parsed->inherited.empty()) continue;
    if (absl::Status s = sockets->Take(parsed->inherited).status(); !s.ok()) return s;
  }
  if (sockets->left().empty()) return absl::OkStatus();
  const std::string& name = sockets->left().front().name;
  return absl::InvalidArgumentError(
      absl::StrCat("the inherited socket ", name.empty() ? "" : absl::StrCat("\"", name, "\" "),
                   "is not used: --listen=systemd:", name.empty() ? "NAME" : name, " serves it"));
}

}  // namespace trestle
