// The gateway and a backend behind it, each a process of its own, as the load tools need
// them.

#ifndef TRESTLE_BENCH_RIG_RIG_H_
#define TRESTLE_BENCH_RIG_RIG_H_

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "bench/rig/patient.grpc.pb.h"
#include "trestle/bench/rig/child.h"

namespace trestle {
namespace bench {

struct RigOptions {
  std::string gateway;             // the program; empty: the one built with the tool
  std::vector<std::string> flags;  // more of the gateway's flags
};

// How many descriptors a process may have, this one and those that it starts: raises the
// soft limit to `wanted`, or as far as the hard limit goes.
int AllowDescriptors(int wanted);

// Whatever does not start ends the tool, with the reason.
class Rig {
 public:
  explicit Rig(const RigOptions& options);
  ~Rig();

  int port() const { return port_; }  // of the gateway
  Child& gateway() { return *gateway_; }

  // For files that go when the rig does.
  const std::string& folder() const { return folder_; }

  // Past the gateway.
  Told Tell();
  void Release();

  void KillBackend();
  // On the same port; returns once it listens.
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
