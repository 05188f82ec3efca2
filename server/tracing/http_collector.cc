// A connection of cpp-httplib, kept open. httplib limits the time of each read, not that of the
// whole response: a collector that sends a byte at a time holds up the tracer's thread until
// Cancel. Only that thread waits for it.

#include <httplib.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "trestle/server/backend_tls.h"
#include "trestle/server/tls/certificate.h"
#include "trestle/server/tracing/collector.h"
#include "trestle/server/tracing/host_port.h"
#include "trestle/server/tracing/otlp_request.h"
#include "trestle/transcoding/codec/quote.h"

namespace trestle {
namespace {

constexpr char kPath[] = "/v1/traces";
constexpr std::chrono::milliseconds kConnectTimeout{3000};
constexpr size_t kMaxResponse = size_t{64} << 10;

bool MayRetry(int status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

// Trusts the authorities of `pem`, which has been checked, and no others; if it is empty, httplib
// trusts those of the system.
void TrustAuthorities(const std::string& pem, SSL_CTX* context) {
  if (pem.empty()) return;
  const absl::StatusOr<std::vector<Certificate>> certificates = ParseCertificates(pem);
  X509_STORE* const store = X509_STORE_new();
  if (store == nullptr || !certificates.ok()) return;
  for (const Certificate& certificate : *certificates) {
    X509_STORE_add_cert(store, certificate.get());
  }
  // httplib adds the authorities of the system to the context's own store, which is then not used.
  SSL_CTX_set1_verify_cert_store(context, store);
  X509_STORE_free(store);
}

void UseCertificate(const BackendTls& tls, SSL_CTX* context) {
  const absl::StatusOr<std::vector<Certificate>> chain = ParseCertificates(tls.certificate_chain);
  const absl::StatusOr<PrivateKey> key = ParsePrivateKey(tls.private_key);
  if (!chain.ok() || !key.ok()) return;
  SSL_CTX_use_certificate(context, chain->front().get());
  for (size_t i = 1; i < chain->size(); ++i) {
    SSL_CTX_add1_chain_cert(context, (*chain)[i].get());
  }
  SSL_CTX_use_PrivateKey(context, key->get());
}

std::unique_ptr<httplib::Client> NewClient(const TracerOptions& options) {
  const bool is_tls = options.tls.has_value();
  auto client = std::make_unique<httplib::Client>(
      absl::StrCat(is_tls ? "https://" : "http://", options.endpoint));
  client->set_keep_alive(true);
  client->set_follow_location(false);
  if (!is_tls) return client;
  client->enable_server_certificate_verification(true);
  SSL_CTX* const context = client->ssl_context();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  TrustAuthorities(options.tls->ca_certificates, context);
  if (!options.tls->certificate_chain.empty()) UseCertificate(*options.tls, context);
  return client;
}

// Reads {"partialSuccess":{"rejectedSpans":"1","errorMessage":"…"}}.
void ReadJsonResponse(const std::string& body, SendResult* result) {
  const nlohmann::json json = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return;
  const auto success = json.find("partialSuccess");
  if (success == json.end() || !success->is_object()) return;
  const auto rejected = success->find("rejectedSpans");
  if (rejected != success->end()) {
    if (rejected->is_number_unsigned()) result->rejected_spans = rejected->get<uint64_t>();
    if (rejected->is_string() &&
        !absl::SimpleAtoi(rejected->get_ref<const std::string&>(), &result->rejected_spans)) {
      result->rejected_spans = 0;
    }
  }
  const auto message = success->find("errorMessage");
  if (message != success->end() && message->is_string()) {
    result->warning = message->get<std::string>();
  }
}

class HttpCollector final : public Collector {
 public:
  explicit HttpCollector(std::unique_ptr<httplib::Client> client) : client_(std::move(client)) {}

  SendResult Send(const std::string& request, absl::Duration timeout) override {
    if (is_cancelled_) return {absl::CancelledError("cancelled")};
    const absl::StatusOr<std::string> json = RequestToJson(request);
    if (!json.ok()) return {json.status()};
    const auto wait = absl::ToChronoMilliseconds(timeout);
    // Cancel does not end an attempt to connect.
    client_->set_connection_timeout(std::min(wait, kConnectTimeout));
    client_->set_read_timeout(wait);
    client_->set_write_timeout(wait);
    return Post(*json);
  }
  void Cancel() override {
    is_cancelled_ = true;
    client_->stop();
  }

 private:
  SendResult Post(const std::string& json) {
    std::string body;  // its beginning
    httplib::Request request;
    request.method = "POST";
    request.path = kPath;
    request.headers.emplace("Content-Type", "application/json");
    request.body = json;
    request.content_receiver = [&body](const char* data, size_t size, uint64_t, uint64_t) {
      body.append(data, std::min(size, kMaxResponse - body.size()));
      return true;
    };
    const httplib::Result response = client_->send(request);
    SendResult result;
    if (!response) {
      result.status = absl::UnavailableError(httplib::to_string(response.error()));
      result.may_retry = true;
    } else if (response->status < 200 || response->status > 299) {
      result.status = absl::UnknownError(absl::StrCat("HTTP status ", response->status, " ", body));
      result.may_retry = MayRetry(response->status);
    } else {
      ReadJsonResponse(body, &result);
    }
    return result;
  }

  const std::unique_ptr<httplib::Client> client_;
  std::atomic<bool> is_cancelled_{false};
};

}  // namespace

absl::StatusOr<std::unique_ptr<Collector>> NewHttpCollector(const TracerOptions& options) {
  const HostPort address = SplitHostPort(options.endpoint);
  if (address.host.empty() || address.port == 0 ||
      absl::string_view(options.endpoint).find_first_of("/@? ") != absl::string_view::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat("collector ", Quote(options.endpoint), " is not host:port"));
  }
  if (options.tls.has_value()) {
    if (absl::Status s = CheckBackendTls(*options.tls); !s.ok()) return s;
    if (!options.tls->server_name.empty()) {
      return absl::InvalidArgumentError(
          "the name of a collector's certificate can be set for OTLP over gRPC only");
    }
  }
  return std::unique_ptr<Collector>(new HttpCollector(NewClient(options)));
}

}  // namespace trestle
