// What the backend does with RPCs that are not the shop's: it sends back the bytes that it is
// sent, so that a message of any type makes the round trip without generated code.

#ifndef TRESTLE_BENCH_PEERS_ECHO_H_
#define TRESTLE_BENCH_PEERS_ECHO_H_

#include <grpcpp/generic/async_generic_service.h>

namespace trestle {
namespace bench {

// Serves every RPC that no other service has: each message of a request is sent back.
class EchoService : public grpc::CallbackGenericService {
 public:
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override;
};

}  // namespace bench
}  // namespace trestle

#endif  // TRESTLE_BENCH_PEERS_ECHO_H_
