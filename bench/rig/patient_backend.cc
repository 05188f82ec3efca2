// The backend of the load tools as a program:
//
//   patient_backend 127.0.0.1:0
//
// It prints the port that it listens on, and serves until it is killed.

#include <grpcpp/grpcpp.h>

#include <cstdio>

#include "trestle/bench/rig/patient_service.h"

int main(int argc, char** argv) {
  trestle::bench::PatientService service;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.RegisterService(&service);
  builder.AddListeningPort(argc > 1 ? argv[1] : "127.0.0.1:0", grpc::InsecureServerCredentials(),
                           &port);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    std::fprintf(stderr, "patient_backend: cannot listen\n");
    return 1;
  }
  std::printf("listening on 127.0.0.1:%d\n", port);
  std::fflush(stdout);
  server->Wait();
}
