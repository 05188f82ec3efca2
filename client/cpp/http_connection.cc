#include "trestle/client/cpp/http_connection.h"

#include <fcntl.h>
#include <httplib.h>
#include <poll.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "trestle/client/cpp/chunk_check.h"
#include "trestle/client/cpp/connect.h"
#include "trestle/client/cpp/response_head.h"
#include "trestle/client/cpp/socket_stream.h"

namespace trestle {
namespace {

// One exchange as httplib goes through it, and what it does not tell.
struct Progress {
  const Call* call;
  ResponseHead head;
  absl::Status connected;  // why there was no connection
  absl::Status failure;    // the first thing that went wrong after it
  bool sent = false;       // at least one byte
  bool got_byte = false;
  bool got_end = false;
  bool head_done = false;
  bool no_body = false;  // a status that never has one
  bool reusable = false;

  void Fail(absl::Status status) {
    if (failure.ok()) failure = std::move(status);
  }
};

// httplib's view of a SocketStream: it gets of a head, which has been read to its end and
// checked, what says how the body is read; then the body, whose chunks are checked.
class CheckedStream final : public httplib::Stream {
 public:
  CheckedStream(int fd, SSL* ssl, Progress* progress)
      : fd_(fd),
        stream_(fd, ssl, progress->call->deadline, progress->call->idle_timeout),
        progress_(progress) {}

  ssize_t read(char* bytes, size_t size) override {
    if (!progress_->head.complete()) {
      const ssize_t result = ReadHead();
      if (result <= 0) return result;
    }
    if (head_given_ < progress_->head.framing().size()) return GiveHead(bytes, size);
    return progress_->head.chunked() ? ReadChunked(bytes, size) : ReadSome(bytes, size);
  }

  ssize_t write(const char* bytes, size_t size) override {
    progress_->sent = true;
    ssize_t count = stream_.Write(bytes, size);
    if (count < 0) progress_->Fail(stream_.status());
    return count;
  }

  bool has_unread() const { return stream_.has_unread(); }
  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  socket_t socket() const override { return fd_; }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}

 private:
  // All of these return what read() does: a number of bytes, 0 at the end, -1 on failure.

  ssize_t ReadSome(char* bytes, size_t size) {
    const ssize_t count = stream_.Read(bytes, size);
    if (count < 0) progress_->Fail(stream_.status());
    if (count == 0) progress_->got_end = true;
    if (count > 0) progress_->got_byte = true;
    return count;
  }

  ssize_t ReadHead() {
    while (!progress_->head.complete()) {
      char byte;
      const ssize_t count = ReadSome(&byte, 1);
      if (count <= 0) return count;
      if (!Check(progress_->head.Add(byte))) return -1;
    }
    return 1;
  }

  ssize_t GiveHead(char* bytes, size_t size) {
    const std::string& head = progress_->head.framing();
    const size_t count = head.copy(bytes, size, head_given_);
    head_given_ += count;
    return static_cast<ssize_t>(count);
  }

  ssize_t ReadChunked(char* bytes, size_t size) {
    if (chunks_.data_left() > 0) {
      const uint64_t most = std::min<uint64_t>(size, chunks_.data_left());
      const ssize_t count = ReadSome(bytes, most);
      if (count > 0) chunks_.Skip(count);
      return count;
    }
    for (auto use = ChunkCheck::Use::kDrop; use == ChunkCheck::Use::kDrop;) {
      const ssize_t count = ReadSome(bytes, 1);
      if (count <= 0) return count;
      if (!Check(chunks_.Add(*bytes, &use))) return -1;
    }
    return 1;
  }

  bool Check(absl::Status status) {
    if (status.ok()) return true;
    progress_->Fail(std::move(status));
    return false;
  }

  const int fd_;
  SocketStream stream_;
  Progress* const progress_;
  size_t head_given_ = 0;
  ChunkCheck chunks_;
};

// httplib's client on sockets of our own: opened until our deadline, non-blocking, and
// free of select() and its 1024 descriptors. `Base` is ClientImpl or SSLClient.
template <typename Base>
class Client final : public Base {
 public:
  using Socket = typename Base::Socket;

  template <typename... Args>
  Client(const BaseUrl& url, absl::Duration connect_timeout, Args&&... args)
      : Base(std::forward<Args>(args)...), url_(url), connect_timeout_(connect_timeout) {}

  // Must come before each send().
  void Begin(Progress* progress) {
    progress_ = progress;
    // An end, or bytes that nobody waits for and the next answer would be read from.
    if (Base::socket_.is_open() && WaitFor(Base::socket_.sock, POLLIN, absl::InfinitePast())) {
      Base::stop();
    }
  }

 private:
  bool create_and_connect_socket(Socket& socket, httplib::Error& error) override {
    absl::Time deadline = std::min(progress_->call->deadline, absl::Now() + connect_timeout_);
    absl::StatusOr<int> fd = Connect(url_, deadline);
    if (!fd.ok()) {
      progress_->connected = fd.status();
      error = httplib::Error::Connection;
      return false;
    }
    socket.sock = *fd;
    return true;
  }

  bool process_socket(const Socket& socket,
                      std::function<bool(httplib::Stream& stream)> exchange) override {
    // httplib's TLS handshake leaves the socket blocking.
    fcntl(socket.sock, F_SETFL, fcntl(socket.sock, F_GETFL) | O_NONBLOCK);
    CheckedStream stream(socket.sock, socket.ssl, progress_);
    bool done = exchange(stream);
    progress_->reusable = done && !stream.has_unread();
    return done;
  }

  const BaseUrl url_;
  const absl::Duration connect_timeout_;
  Progress* progress_ = nullptr;
};

httplib::Request ToHttplib(const HttpRequest& request, const BaseUrl& url) {
  httplib::Request out;
  out.method = request.method;
  out.path = request.query.empty() ? request.path : absl::StrCat(request.path, "?", request.query);
  for (const HttpField& field : request.headers) out.headers.emplace(field.name, field.value);
  if (FindField(request.headers, "host") == nullptr) out.headers.emplace("Host", url.authority);
  out.body = request.body;
  return out;
}

HttpResponse HeadOf(const httplib::Response& response, const Progress& progress) {
  HttpResponse head;
  head.status = response.status;
  head.headers = progress.head.fields();
  return head;
}

// Has `request` report to `receiver` and `progress`. httplib calls no handler for an
// answer without a body.
void Wire(const ResponseReceiver& receiver, Progress* progress, httplib::Request* request) {
  request->response_handler = [&receiver, progress](const httplib::Response& response) {
    progress->head_done = true;
    progress->no_body = response.status == 304;
    receiver.head(HeadOf(response, *progress));
    return !progress->no_body;  // httplib would wait for a body
  };
  request->content_receiver = [&receiver, progress](const char* bytes, size_t size, uint64_t,
                                                    uint64_t) {
    absl::Status status = receiver.body(absl::string_view(bytes, size));
    progress->Fail(status);
    return status.ok();
  };
}

absl::Status UntrustedServer(const httplib::ClientImpl& client) {
  auto result = static_cast<const httplib::SSLClient&>(client).get_openssl_verify_result();
  return absl::FailedPreconditionError(absl::StrCat(
      "the server's certificate is not to be trusted: ",
      result == X509_V_OK ? "it is for another name" : X509_verify_cert_error_string(result)));
}

// Why send() has failed.
absl::Status FailureOf(const Progress& progress, httplib::Error error,
                       const httplib::ClientImpl& client) {
  if (!progress.connected.ok()) return progress.connected;
  if (!progress.failure.ok()) return progress.failure;
  switch (error) {
    case httplib::Error::SSLServerVerification:
      return UntrustedServer(client);
    case httplib::Error::SSLLoadingCerts:
      return absl::FailedPreconditionError("the certificates of authorities cannot be read");
    case httplib::Error::SSLConnection:
      return absl::UnavailableError("the TLS handshake with the server failed");
    default:
      break;
  }
  if (!progress.got_end) return absl::InternalError("the answer is not well-formed HTTP/1.1");
  return absl::UnavailableError(progress.got_byte
                                    ? "the connection ended in the middle of the answer"
                                    : "the server closed the connection without an answer");
}

}  // namespace

struct HttpConnection::Rep {
  BaseUrl url;
  absl::Duration connect_timeout;
  std::unique_ptr<httplib::ClientImpl> client;
  std::function<void(Progress*)> begin;

  template <typename Base, typename... Args>
  void Make(Args&&... args) {
    auto made = std::make_unique<Client<Base>>(url, connect_timeout, std::forward<Args>(args)...);
    begin = [client = made.get()](Progress* progress) { client->Begin(progress); };
    client = std::move(made);
  }

  void MakeTls(const ClientTlsOptions& tls) {
    Make<httplib::SSLClient>(url.host, url.port, tls.certificate_file, tls.certificate_key_file);
    auto& made = static_cast<httplib::SSLClient&>(*client);
    made.enable_server_certificate_verification(tls.verify_server);
    if (!tls.ca_file.empty()) made.set_ca_cert_path(tls.ca_file);
    if (made.is_valid()) SSL_CTX_set_min_proto_version(made.ssl_context(), TLS1_2_VERSION);
  }

  absl::Status Send(const Call& call, const ResponseReceiver& receiver, Progress* progress);
};

HttpConnection::HttpConnection(const BaseUrl& url, const ClientTlsOptions& tls,
                               absl::Duration connect_timeout)
    : rep_(std::make_unique<Rep>()) {
  rep_->url = url;
  rep_->connect_timeout = connect_timeout;
  if (url.scheme == BaseUrl::kHttps) {
    rep_->MakeTls(tls);
  } else {
    rep_->Make<httplib::ClientImpl>(url.host, url.port);
  }
  rep_->client->set_keep_alive(true);
  rep_->client->set_follow_location(false);
  rep_->client->set_url_encode(false);  // paths are encoded already
  rep_->client->set_decompress(true);
}

HttpConnection::~HttpConnection() = default;

void HttpConnection::Abort() { rep_->client->stop(); }

absl::Status HttpConnection::Rep::Send(const Call& call, const ResponseReceiver& receiver,
                                       Progress* progress) {
  if (!client->is_valid()) {
    return absl::FailedPreconditionError("the client's certificate or its key cannot be read");
  }
  begin(progress);
  // Only the TLS handshake still goes by httplib's own clock.
  absl::Duration left = std::min(connect_timeout, call.deadline - absl::Now());
  client->set_connection_timeout(absl::ToChronoMicroseconds(left));
  httplib::Request request = ToHttplib(call.request, url);
  Wire(receiver, progress, &request);
  httplib::Response response;
  httplib::Error error = httplib::Error::Success;
  bool done = client->send(request, response, error);
  if (!progress->reusable) client->stop();
  if (done && !progress->head_done) receiver.head(HeadOf(response, *progress));
  if (done || (progress->no_body && progress->failure.ok())) return absl::OkStatus();
  return FailureOf(*progress, error, *client);
}

HttpConnection::Outcome HttpConnection::Exchange(const Call& call,
                                                 const ResponseReceiver& receiver) {
  Progress progress;
  progress.call = &call;
  Outcome outcome;
  try {
    outcome.status = rep_->Send(call, receiver, &progress);
  } catch (const std::exception& thrown) {  // httplib does not say what it throws
    rep_->client->stop();
    outcome.status = absl::InternalError(absl::StrCat("cpp-httplib: ", thrown.what()));
  }
  outcome.request_sent = progress.sent;
  if (absl::IsUnavailable(outcome.status) && absl::Now() >= call.deadline) {
    outcome.status = absl::DeadlineExceededError(outcome.status.message());
  }
  return outcome;
}

}  // namespace trestle
