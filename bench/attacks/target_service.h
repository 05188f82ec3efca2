// The gRPC services of attack.proto, whose behavior is set by the request.

#ifndef TRESTLE_BENCH_ATTACKS_TARGET_SERVICE_H_
#define TRESTLE_BENCH_ATTACKS_TARGET_SERVICE_H_

#include <grpcpp/grpcpp.h>

#include <atomic>

#include "bench/attacks/attack.grpc.pb.h"

namespace trestle {
namespace attack {

// Returns each request after its delay.
class NeighbourService : public Neighbour::CallbackService {
 public:
  grpc::ServerUnaryReactor* Greet(grpc::CallbackServerContext* context, const Greeting* request,
                                  Greeting* reply) override;
};

// Every call that waits holds a reactor until it is cancelled. Thread-safe.
class TargetService : public Target::CallbackService {
 public:
  grpc::ServerUnaryReactor* Echo(grpc::CallbackServerContext* context, const Tree* request,
                                 Tree* reply) override;
  grpc::ServerUnaryReactor* ListMetadata(grpc::CallbackServerContext* context, const Tree* request,
                                         MetadataList* reply) override;
  grpc::ServerUnaryReactor* Park(grpc::CallbackServerContext* context, const Tree* request,
                                 Tree* reply) override;
  grpc::ServerUnaryReactor* Count(grpc::CallbackServerContext* context, const Tree* request,
                                  Calls* reply) override;
  grpc::ServerUnaryReactor* Respond(grpc::CallbackServerContext* context,
                                    const RespondRequest* request,
                                    google::api::HttpBody* reply) override;
  grpc::ServerWriteReactor<Piece>* Watch(grpc::CallbackServerContext* context,
                                         const WatchRequest* request) override;
  grpc::ServerReadReactor<Tree>* Collect(grpc::CallbackServerContext* context,
                                         Calls* reply) override;
  grpc::ServerReadReactor<Tree>* Ignore(grpc::CallbackServerContext* context,
                                        Calls* reply) override;

 private:
  std::atomic<int> in_progress_{0};
};

}  // namespace attack
}  // namespace trestle

#endif  // TRESTLE_BENCH_ATTACKS_TARGET_SERVICE_H_
