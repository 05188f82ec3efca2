// Echoes RPCs that are not in the shop as bytes, so that messages of any type can be used without
// generated code.

#ifndef TRESTLE_BENCH_PEERS_ECHO_H_
#define TRESTLE_BENCH_PEERS_ECHO_H_

#include <grpcpp/generic/async_generic_service.h>

namespace trestle {
namespace bench {

// Serves every RPC that no other service has by returning each message of the request.
class EchoService : public grpc::CallbackGenericService {
 public:
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override;
};

}  // namespace bench
}  // namespace trestle

#endif  // TRESTLE_BENCH_PEERS_ECHO_H_
