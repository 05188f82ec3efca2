// A collector of OTLP over gRPC that counts spans and keeps none:
//
//   collector 127.0.0.1:4317
//
// It writes the number of spans so far to stdout, a line after each request.

#include <google/protobuf/io/coded_stream.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/support/byte_buffer.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

namespace trestle {
namespace bench {
namespace {

using google::protobuf::io::CodedInputStream;

// The fields ExportTraceServiceRequest.resource_spans, ResourceSpans.scope_spans, and
// ScopeSpans.spans.
constexpr uint32_t kPath[] = {1, 2, 2};
constexpr int kDepth = 3;
constexpr uint32_t kVarint = 0;
constexpr uint32_t kLengthDelimited = 2;

// Returns the number of spans below a message of depth `depth`. Only the types of fields that these
// messages have are read.
int CountSpans(const std::string& message, int depth) {
  if (depth == kDepth) return 1;
  CodedInputStream in(reinterpret_cast<const uint8_t*>(message.data()),
                      static_cast<int>(message.size()));
  int count = 0;
  while (const uint32_t tag = in.ReadTag()) {
    uint32_t size = 0;
    std::string field;
    if (tag % 8 != kLengthDelimited && tag % 8 != kVarint) break;
    if (!in.ReadVarint32(&size)) break;
    if (tag % 8 == kVarint) continue;
    if (!in.ReadString(&field, static_cast<int>(size))) break;
    if (tag / 8 == kPath[depth]) count += CountSpans(field, depth + 1);
  }
  return count;
}

class Export : public grpc::ServerGenericBidiReactor {
 public:
  explicit Export(std::atomic<int64_t>* spans) : spans_(spans) { StartRead(&request_); }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish({grpc::StatusCode::INVALID_ARGUMENT, "there is no message"});
    Count();
    const grpc::Slice nothing;
    response_ = grpc::ByteBuffer(&nothing, 1);
    StartWriteAndFinish(&response_, grpc::WriteOptions(), grpc::Status::OK);
  }

  void OnDone() override { delete this; }

 private:
  void Count() {
    grpc::Slice bytes;
    if (!request_.DumpToSingleSlice(&bytes).ok()) return;
    const int count = CountSpans({reinterpret_cast<const char*>(bytes.begin()), bytes.size()}, 0);
    std::printf("%lld\n", static_cast<long long>(*spans_ += count));  // NOLINT(google-runtime-int)
  }

  std::atomic<int64_t>* const spans_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
};

class Collector : public grpc::CallbackGenericService {
 public:
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* /*context*/) override {
    return new Export(&spans_);
  }

 private:
  std::atomic<int64_t> spans_{0};
};

}  // namespace
}  // namespace bench
}  // namespace trestle

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  trestle::bench::Collector collector;
  grpc::ServerBuilder builder;
  builder.RegisterCallbackGenericService(&collector);
  builder.SetMaxReceiveMessageSize(-1);
  builder.AddListeningPort(argc > 1 ? argv[1] : "127.0.0.1:4317",
                           grpc::InsecureServerCredentials());
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) {
    std::fprintf(stderr, "collector: cannot listen\n");
    return 1;
  }
  server->Wait();
}
