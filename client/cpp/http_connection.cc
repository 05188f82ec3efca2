#include "trestle/client/cpp/http_connection.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "trestle/client/cpp/connect.h"

namespace trestle {

HttpConnection::HttpConnection(const BaseUrl& url, const ClientTlsOptions& tls,
                               absl::Duration connect_timeout)
    : url_(url), tls_(tls), connect_timeout_(connect_timeout) {}

HttpConnection::~HttpConnection() { Close(); }

HttpConnection::Outcome HttpConnection::Start(const Call& call, HttpResponse* head) {
  Finish();
  deadline_ = call.deadline;
  Outcome outcome;
  outcome.status = Open(call.deadline);
  if (outcome.status.ok()) {
    exchange_ = std::make_unique<HttpExchange>(fd_, ssl_.get(), call);
    outcome.status = exchange_->Start(call.request, url_.authority, head);
    outcome.request_sent = exchange_->has_sent();
  }
  outcome.status = AtDeadline(std::move(outcome.status));
  if (!outcome.status.ok()) Close();
  return outcome;
}

absl::StatusOr<bool> HttpConnection::ReadBody(std::string* piece) {
  absl::StatusOr<bool> more = exchange_->ReadBody(piece);
  if (!more.ok()) return AtDeadline(more.status());
  return more;
}

void HttpConnection::Finish() {
  if (exchange_ != nullptr && !exchange_->leaves_connection_usable()) Close();
  exchange_ = nullptr;
}

absl::Status HttpConnection::Open(absl::Time deadline) {
  // An end, or bytes that would be taken for the next response.
  if (fd_ >= 0 && WaitFor(fd_, POLLIN, absl::InfinitePast()) != 0) Close();
  if (fd_ >= 0) return absl::OkStatus();
  return url_.scheme == BaseUrl::kHttps ? OpenTls(deadline) : OpenSocket(deadline);
}

absl::Status HttpConnection::OpenSocket(absl::Time deadline) {
  absl::StatusOr<int> fd = Connect(url_, ConnectDeadline(deadline));
  if (!fd.ok()) return fd.status();
  fd_ = *fd;
  return absl::OkStatus();
}

// Reading the system's certificate authorities takes milliseconds. Files that the options name may
// have been replaced since the last connection.
absl::Status HttpConnection::PrepareTls() {
  const bool names_files =
      !tls_.ca_file.empty() || !tls_.certificate_file.empty() || !tls_.certificate_key_file.empty();
  if (context_ != nullptr && !names_files) return absl::OkStatus();
  absl::StatusOr<SslContext> context = NewClientContext(tls_);
  if (!context.ok()) return context.status();
  context_ = *std::move(context);
  return absl::OkStatus();
}

absl::Status HttpConnection::OpenTls(absl::Time deadline) {
  absl::Status status = PrepareTls();
  if (status.ok()) status = OpenSocket(deadline);
  if (!status.ok()) return status;
  absl::StatusOr<SslSession> ssl =
      ConnectTls(context_.get(), url_.host, fd_, ConnectDeadline(deadline));
  if (!ssl.ok()) return ssl.status();
  ssl_ = *std::move(ssl);
  return absl::OkStatus();
}

absl::Time HttpConnection::ConnectDeadline(absl::Time deadline) const {
  return std::min(deadline, absl::Now() + connect_timeout_);
}

void HttpConnection::Close() {
  const bool is_lost = exchange_ != nullptr && exchange_->is_connection_lost();
  exchange_ = nullptr;
  if (ssl_ != nullptr && !is_lost) SendCloseNotify(ssl_.get());
  ssl_ = nullptr;
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

// A connection that is lost at the deadline was most likely closed because of it.
absl::Status HttpConnection::AtDeadline(absl::Status status) const {
  if (!absl::IsUnavailable(status) || absl::Now() < deadline_) return status;
  return absl::DeadlineExceededError(status.message());
}

}  // namespace trestle
