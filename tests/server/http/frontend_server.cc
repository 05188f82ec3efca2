#include "trestle/tests/server/http/frontend_server.h"

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "trestle/server/http/listen_address.h"
#include "trestle/tests/testing/test_concurrency.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/error_encoder.h"
#include "trestle/transcoding/options.h"

namespace trestle {
namespace {

ErrorEncoder UsualErrors() {
  static const Options options;
  return ErrorEncoder(&SchemaPool::Generated(), &options);
}

// A gateway does the same for most routes.
Handler WithWholeBody(Handler handler, size_t limit) {
  return [handler = std::move(handler), limit](Request& request) {
    const absl::Status status = ReadWholeBody(limit, request);
    return status.ok() ? handler(request) : ErrorReply(status);
  };
}

AcceptorOptions WithTestConcurrency(AcceptorOptions options) {
  options.concurrency = TestConcurrency();
  return options;
}

}  // namespace

SocketFolder::SocketFolder() {
  if (mkdtemp(&path_[0]) == nullptr) std::abort();
}

SocketFolder::~SocketFolder() {
  unlink(socket().c_str());
  rmdir(path_.c_str());
}

FrontendServer::FrontendServer(Handler handler, const FrontendOptions& frontend,
                               const AcceptorOptions& acceptor, Body body)
    : frontend_(frontend,
                body == Body::kForHandler
                    ? std::move(handler)
                    : WithWholeBody(std::move(handler), frontend.limits.request_body),
                UsualErrors()),
      acceptor_(WithTestConcurrency(acceptor), &frontend_) {
  std::signal(SIGPIPE, SIG_IGN);
  port_ = acceptor_.Listen(*ParseListenAddress("127.0.0.1:0"))->port;
  acceptor_.Listen(*ParseListenAddress(absl::StrCat("unix:", unix_path()))).value();
  thread_ = std::thread([this] { acceptor_.Run(); });
}

FrontendServer::~FrontendServer() { Stop(); }

void FrontendServer::Shutdown() { acceptor_.Shutdown(); }

void FrontendServer::Join() {
  if (thread_.joinable()) thread_.join();
}

void FrontendServer::Stop() {
  Shutdown();
  Join();
}

}  // namespace trestle
