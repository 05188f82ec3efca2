// A simple gateway for comparison: cpp-httplib, protobuf's own JSON, and the blocking stub, with a
// thread for each connection.
//
//   naive PORT BACKEND

#include <google/protobuf/util/json_util.h>
#include <grpcpp/grpcpp.h>
#include <httplib.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "bench/peers/shop.grpc.pb.h"

namespace shop {
namespace v1 {
namespace {

// The maximum number of connections; httplib's default is about the number of cores.
constexpr size_t kThreads = 64;

int HttpStatus(grpc::StatusCode code) {
  if (code == grpc::StatusCode::NOT_FOUND) return 404;
  return code == grpc::StatusCode::INVALID_ARGUMENT ? 400 : 500;
}

template <typename Reply>
void Answer(const grpc::Status& status, const Reply& reply, httplib::Response* response) {
  std::string json;
  if (status.ok()) {
    (void)google::protobuf::util::MessageToJsonString(reply, &json);
  } else {
    response->status = HttpStatus(status.error_code());
    json = "{\"code\":" + std::to_string(status.error_code()) + ",\"message\":\"" +
           status.error_message() + "\"}";
  }
  response->set_content(json, "application/json");
}

template <typename Request, typename Reply>
using Rpc = grpc::Status (Shop::Stub::*)(grpc::ClientContext*, const Request&, Reply*);

template <typename Request, typename Reply>
void Call(Shop::Stub* stub, Rpc<Request, Reply> rpc, const Request& message,
          httplib::Response* response) {
  grpc::ClientContext context;
  Reply reply;
  const grpc::Status status = (stub->*rpc)(&context, message, &reply);
  Answer(status, reply, response);
}

// Returns a handler that uses the captured id as the request.
template <typename Reply>
httplib::Server::Handler ById(Shop::Stub* stub, Rpc<GetItemRequest, Reply> rpc) {
  return [stub, rpc](const httplib::Request& request, httplib::Response& response) {
    GetItemRequest message;
    message.set_id(request.matches[1].str());
    Call(stub, rpc, message, &response);
  };
}

// Returns a handler that uses the body as the request.
template <typename Request, typename Reply>
httplib::Server::Handler ByBody(Shop::Stub* stub, Rpc<Request, Reply> rpc) {
  return [stub, rpc](const httplib::Request& request, httplib::Response& response) {
    Request message;
    if (!google::protobuf::util::JsonStringToMessage(request.body, &message).ok()) {
      return Answer({grpc::StatusCode::INVALID_ARGUMENT, "bad JSON"}, Reply(), &response);
    }
    Call(stub, rpc, message, &response);
  };
}

void AddRoutes(Shop::Stub* stub, httplib::Server* server) {
  server->Get(R"(/v1/items/([^/]+))", ById(stub, &Shop::Stub::GetItem));
  server->Get(R"(/v1/nothing/([^/]+))", ById(stub, &Shop::Stub::GetNothing));
  server->Post("/v1/items:echo", ByBody(stub, &Shop::Stub::EchoItem));
  server->Put("/v1/items", ByBody(stub, &Shop::Stub::ReplaceItems));
  server->Get("/v1/items", [stub](const httplib::Request&, httplib::Response& response) {
    Call(stub, &Shop::Stub::ListItems, ListItemsRequest(), &response);
  });
}

}  // namespace
}  // namespace v1
}  // namespace shop

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: naive PORT BACKEND\n");
    return 2;
  }
  const std::unique_ptr<shop::v1::Shop::Stub> stub =
      shop::v1::Shop::NewStub(grpc::CreateChannel(argv[2], grpc::InsecureChannelCredentials()));
  httplib::Server server;
  server.new_task_queue = [] { return new httplib::ThreadPool(shop::v1::kThreads); };
  server.set_keep_alive_max_count(1000000000);
  server.set_tcp_nodelay(true);
  shop::v1::AddRoutes(stub.get(), &server);
  return server.listen("127.0.0.1", std::atoi(argv[1])) ? 0 : 1;
}
