// The library's backend and a gateway in front of it, as the programs that users run.

#ifndef TRESTLE_TESTS_E2E_WORLD_H_
#define TRESTLE_TESTS_E2E_WORLD_H_

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "trestle/tests/testing/logged_process.h"
#include "trestle/transcoding/http.h"

namespace trestle {

// The two ways to have a gateway; both must respond alike.
enum class GatewayKind {
  kGenerated,      // examples/library:server, a trestle_server
  kDescriptorSet,  // server:trestle with a descriptor set of library.proto
};

std::ostream& operator<<(std::ostream& out, GatewayKind kind);

// A folder of its own below /tmp, removed with what is in it.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class BackendProgram {
 public:
  // Starts the backend, its database and its socket in `folder`, and waits for it to listen.
  explicit BackendProgram(const std::string& folder);

  LoggedProcess& process() { return *process_; }
  // Starts it anew over the same database, at the same address.
  void Start();
  std::string target() const { return "unix:" + folder_ + "/backend.sock"; }

 private:
  std::string folder_;
  std::unique_ptr<LoggedProcess> process_;
};

class GatewayProgram {
 public:
  // Starts a gateway on a free port in front of `backend`, with further `flags`, and waits for it
  // to listen.
  GatewayProgram(GatewayKind kind, const std::string& backend, const std::string& folder,
                 const std::vector<std::string>& flags = {});

  LoggedProcess& process() { return *process_; }
  int port() const { return port_; }
  std::string url() const;

  // One request on a connection of its own (raw_http.h).
  HttpResponse Send(const std::string& method, const std::string& target,
                    const std::string& headers = "", const std::string& body = "") const;

 private:
  std::unique_ptr<LoggedProcess> process_;
  int port_ = 0;
};

// All of it together.
struct World {
  explicit World(GatewayKind kind, const std::vector<std::string>& flags = {})
      : backend(folder.path()), gateway(kind, backend.target(), folder.path(), flags) {}

  ScratchFolder folder;
  BackendProgram backend;
  GatewayProgram gateway;
};

}  // namespace trestle

#endif  // TRESTLE_TESTS_E2E_WORLD_H_
