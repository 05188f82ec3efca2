// The gRPC server that the gateway under attack calls:
//
//   backend 127.0.0.1:9090
//
// It is gRPC with its default settings, whose limits differ from the gateway's; only messages
// may have any size. It serves until it is killed.

#include <grpcpp/grpcpp.h>

#include <cstdio>
#include <memory>

#include "bench/attacks/target_service.h"

int main(int argc, char** argv) {
  trestle::attack::NeighbourService neighbour;
  trestle::attack::TargetService target;
  grpc::ServerBuilder builder;
  builder.RegisterService(&neighbour);
  builder.RegisterService(&target);
  builder.SetMaxReceiveMessageSize(-1);
  builder.AddListeningPort(argc > 1 ? argv[1] : "127.0.0.1:9090",
                           grpc::InsecureServerCredentials());
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) {
    std::fprintf(stderr, "backend: cannot listen\n");
    return 1;
  }
  server->Wait();
}
