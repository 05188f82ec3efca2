#include "trestle/client/cpp/http_transport.h"

#include <algorithm>
#include <memory>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "trestle/client/cpp/base_url.h"
#include "trestle/client/cpp/body_pipe.h"
#include "trestle/client/cpp/connection_pool.h"
#include "trestle/client/cpp/http_connection.h"
#include "trestle/client/cpp/request_check.h"

namespace trestle {
namespace {

constexpr size_t kPipeCapacity = 256 << 10;

bool IsSuccess(const HttpResponse& response) { return response.status / 100 == 2; }

ClientReply NotSent(absl::Status status) {
  ClientReply reply(std::move(status));
  reply.request_sent = false;
  return reply;
}

absl::Status AppendBody(absl::string_view piece, size_t limit, std::string* body) {
  if (piece.size() > limit - std::min(limit, body->size())) {
    return absl::ResourceExhaustedError(absl::StrCat("the answer is over ", limit, " bytes"));
  }
  body->append(piece.data(), piece.size());
  return absl::OkStatus();
}

// A call whose answer is received by a thread of its own, since httplib hands a body out
// and cannot be asked for it. A body that is not wanted in pieces after all, because the
// answer is an error, is put together in reply_.
class StreamingCall {
 public:
  StreamingCall(const Call& call, ConnectionPool::Lease connection)
      : call_(call),
        connection_(std::move(connection)),
        pipe_(kPipeCapacity),
        thread_([this] { Run(); }) {}

  // Ends the exchange if it is still in progress.
  ~StreamingCall() {
    pipe_.Abandon();
    if (!finished_.HasBeenNotified()) connection_->Abort();
    thread_.join();
  }

  // The reply, as soon as it is known: the head of a success, all of anything else.
  ClientReply WaitForReply() {
    replied_.WaitForNotification();
    return reply_;
  }

  absl::StatusOr<bool> Take(std::string* piece) { return pipe_.Take(piece); }

 private:
  void Run() {
    bool streams = false;
    ResponseReceiver receiver;
    receiver.head = [&](HttpResponse head) {
      reply_.http = std::move(head);
      streams = IsSuccess(reply_.http);
      if (streams) replied_.Notify();
    };
    receiver.body = [&](absl::string_view piece) {
      if (streams) return pipe_.Put(piece);
      return AppendBody(piece, call_.max_response_body, &reply_.http.body);
    };
    HttpConnection::Outcome outcome = connection_->Exchange(call_, receiver);
    finished_.Notify();  // before the reader is told, who would abort what is over
    pipe_.Finish(outcome.status);
    if (streams) return;
    reply_.failure = outcome.status;
    reply_.request_sent = outcome.request_sent;
    replied_.Notify();
  }

  const Call call_;
  ConnectionPool::Lease connection_;
  BodyPipe pipe_;
  ClientReply reply_;  // written by the thread until replied_
  absl::Notification replied_;
  absl::Notification finished_;
  std::thread thread_;  // last: it uses all of the above
};

class HttpTransport final : public Transport {
 public:
  HttpTransport(const BaseUrl& url, const ClientOptions& options)
      : pool_(std::make_shared<ConnectionPool>(
            options.max_connections, options.keep_alive,
            [url, tls = options.tls, connect_timeout = options.connect_timeout] {
              return std::make_unique<HttpConnection>(url, tls, connect_timeout);
            })) {}

  ClientReply Send(Call& call) override {
    absl::Status status = CheckRequest(call.request);
    if (!status.ok()) return NotSent(std::move(status));
    absl::StatusOr<ConnectionPool::Lease> connection = ConnectionPool::Borrow(pool_, call.deadline);
    if (!connection.ok()) return NotSent(connection.status());
    if (call.response_body == ResponseBody::kPieces) return Stream(call, *std::move(connection));
    return SendWhole(call, *std::move(connection));
  }

 private:
  ClientReply SendWhole(const Call& call, ConnectionPool::Lease connection) {
    ClientReply reply;
    ResponseReceiver receiver;
    receiver.head = [&](HttpResponse head) { reply.http = std::move(head); };
    receiver.body = [&](absl::string_view piece) {
      return AppendBody(piece, call.max_response_body, &reply.http.body);
    };
    HttpConnection::Outcome outcome = connection->Exchange(call, receiver);
    reply.failure = std::move(outcome.status);
    reply.request_sent = outcome.request_sent;
    return reply;
  }

  ClientReply Stream(const Call& call, ConnectionPool::Lease connection) {
    std::shared_ptr<StreamingCall> stream;
    try {
      stream = std::make_shared<StreamingCall>(call, std::move(connection));
    } catch (const std::system_error& no_thread) {
      return NotSent(absl::ResourceExhaustedError(
          absl::StrCat("no thread to receive a stream: ", no_thread.what())));
    }
    ClientReply reply = stream->WaitForReply();
    if (!reply.failure.ok() || !IsSuccess(reply.http)) return reply;
    reply.next = [stream](std::string* piece) { return stream->Take(piece); };
    return reply;
  }

  const std::shared_ptr<ConnectionPool> pool_;
};

class NoTransport final : public Transport {
 public:
  explicit NoTransport(absl::Status why) : why_(std::move(why)) {}

  ClientReply Send(Call&) override { return NotSent(why_); }

 private:
  const absl::Status why_;
};

}  // namespace

std::shared_ptr<Transport> NewHttpTransport(const ClientOptions& options) {
  absl::StatusOr<BaseUrl> url = ParseBaseUrl(options.base_url);
  if (!url.ok()) return std::make_shared<NoTransport>(url.status());
  return std::make_shared<HttpTransport>(*url, options);
}

}  // namespace trestle
