// A gateway and its backend, each in a separate process, for the load tools.

#ifndef TRESTLE_BENCH_RIG_RIG_H_
#define TRESTLE_BENCH_RIG_RIG_H_

#include <memory>
#include <string>
#include <vector>

#include "bench/rig/patient.grpc.pb.h"
#include "trestle/bench/rig/child.h"

namespace trestle {
namespace bench {

struct RigOptions {
  std::string gateway;             // the program; empty for the one built with the tool
  std::vector<std::string> flags;  // further flags of the gateway
};

// Raises the soft limit of descriptors for this process and its children to `wanted`, or to the
// hard limit. Returns the new limit.
int AllowDescriptors(int wanted);

// Exits the tool with the reason if a process does not start.
class Rig {
 public:
  explicit Rig(const RigOptions& options);
  ~Rig();

  int port() const { return port_; }  // of the gateway
  Child& gateway() { return *gateway_; }

  // A directory for files that are deleted with the rig.
  const std::string& folder() const { return folder_; }

  // A stub that bypasses the gateway.
  Told Tell();
  void Release();

  void KillBackend();
  // Starts the backend on the same port; returns once it listens.
  void RestartBackend();

 private:
  void StartBackend(int port);
  void StartGateway(const RigOptions& options);

  std::string folder_;
  int backend_port_ = 0;
  int port_ = 0;
  std::unique_ptr<Child> backend_;
  std::unique_ptr<Child> gateway_;
  std::unique_ptr<Patient::Stub> control_;
};

}  // namespace bench
}  // namespace trestle

#endif  // TRESTLE_BENCH_RIG_RIG_H_
