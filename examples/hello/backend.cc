#include "examples/hello/hello.grpc.pb.h"
#include "grpcpp/grpcpp.h"
struct Hello : hello::Hello::Service {
  grpc::Status Greet(grpc::ServerContext*, const hello::Person* person,
                     hello::Greeting* greeting) override {
    greeting->set_text("Hello, " + person->name() + "!");
    return grpc::Status::OK;
  }
};
int main() {
  Hello hello;
  grpc::ServerBuilder()
      .AddListeningPort("127.0.0.1:9090", grpc::InsecureServerCredentials())
      .RegisterService(&hello)
      .BuildAndStart()
      ->Wait();
}
