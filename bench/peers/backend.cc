// The gRPC server that all gateways call:
//
//   backend 127.0.0.1:9090
//
// It does as little work as possible, to leave the machine to the gateways. RPCs that are not in
// the shop are echoed (echo.h). The size of messages is not limited.

#include <google/protobuf/arena.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include <cstdio>
#include <string>

#include "bench/peers/echo.h"
#include "bench/peers/shop.grpc.pb.h"

namespace shop {
namespace v1 {
namespace {

constexpr int kListed = 300;
constexpr int kWatched = 1000;

Item MakeItem(const std::string& id) {
  Item item;
  item.set_id(id);
  item.set_title("A clock for the \"east\" wall");
  item.set_pieces(12);
  item.set_sold(1234567);
  item.set_price(129.95);
  item.set_available(true);
  item.set_condition(Item::USED);
  item.add_tags("wall");
  (*item.mutable_labels())["room"] = "kitchen";
  item.mutable_maker()->set_name("Huygens");
  item.mutable_maker()->set_founded(1656);
  item.mutable_listed()->set_seconds(1700000000);
  item.mutable_listed()->set_nanos(250000000);
  item.set_picture("\x89PNG");
  return item;
}

grpc::ByteBuffer ToBytes(const google::protobuf::Message& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return {&slice, 1};
}

grpc::ByteBuffer MakeList() {
  ItemList list;
  for (int i = 0; i < kListed; ++i) *list.add_items() = MakeItem("clock-" + std::to_string(i));
  return ToBytes(list);
}

grpc::ServerUnaryReactor* Finish(grpc::CallbackServerContext* context, const grpc::Status& status) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(status);
  return reactor;
}

// Writes the same bytes repeatedly.
class Watch : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  explicit Watch(const grpc::ByteBuffer& item) : item_(item) { Next(); }
  void OnWriteDone(bool ok) override { ok ? Next() : Finish(grpc::Status::CANCELLED); }
  void OnDone() override { delete this; }

 private:
  void Next() {
    if (written_++ == kWatched) return Finish(grpc::Status::OK);
    StartWrite(&item_);
  }

  const grpc::ByteBuffer item_;
  int written_ = 0;
};

class Park : public grpc::ServerUnaryReactor {
 public:
  void OnCancel() override { Finish(grpc::Status::CANCELLED); }
  void OnDone() override { delete this; }
};

// Messages that are not examined are bytes.
using Service = Shop::WithCallbackMethod_GetItem<Shop::WithRawCallbackMethod_EchoItem<
    Shop::WithRawCallbackMethod_ListItems<Shop::WithCallbackMethod_ReplaceItems<
        Shop::WithRawCallbackMethod_GetNothing<Shop::WithRawCallbackMethod_WatchItems<
            Shop::WithRawCallbackMethod_ParkItem<Shop::Service>>>>>>>;

class ShopService : public Service {
 public:
  grpc::ServerUnaryReactor* GetItem(grpc::CallbackServerContext* context,
                                    const GetItemRequest* request, Item* reply) override {
    *reply = item_;
    reply->set_id(request->id());
    return v1::Finish(context, grpc::Status::OK);
  }

  grpc::ServerUnaryReactor* EchoItem(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* reply) override {
    // A call that is cancelled at once arrives without a message, and gRPC aborts on an invalid
    // reply.
    if (!request->Valid()) return v1::Finish(context, grpc::Status::CANCELLED);
    *reply = *request;
    return v1::Finish(context, grpc::Status::OK);
  }

  grpc::ServerUnaryReactor* ListItems(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* /*request*/,
                                      grpc::ByteBuffer* reply) override {
    *reply = list_;
    return v1::Finish(context, grpc::Status::OK);
  }

  grpc::ServerUnaryReactor* ReplaceItems(grpc::CallbackServerContext* context,
                                         const ItemList* request,
                                         ReplaceItemsReply* reply) override {
    reply->set_count(request->items_size());
    return v1::Finish(context, grpc::Status::OK);
  }

  grpc::ServerUnaryReactor* GetNothing(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* /*request*/,
                                       grpc::ByteBuffer* /*reply*/) override {
    return v1::Finish(context, {grpc::StatusCode::NOT_FOUND, "there is no such item"});
  }

  grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchItems(
      grpc::CallbackServerContext* /*context*/, const grpc::ByteBuffer* /*request*/) override {
    return new Watch(watched_);
  }

  grpc::ServerUnaryReactor* ParkItem(grpc::CallbackServerContext* /*context*/,
                                     const grpc::ByteBuffer* /*request*/,
                                     grpc::ByteBuffer* /*reply*/) override {
    return new Park;
  }

 private:
  const Item item_ = MakeItem("");
  const grpc::ByteBuffer list_ = MakeList();
  const grpc::ByteBuffer watched_ = ToBytes(MakeItem("clock-7"));
};

}  // namespace
}  // namespace v1
}  // namespace shop

int main(int argc, char** argv) {
  shop::v1::ShopService service;
  trestle::bench::EchoService echo;
  grpc::ServerBuilder builder;
  builder.RegisterService(&service);
  builder.RegisterCallbackGenericService(&echo);
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
