#include "trestle/server/metrics/server_metrics.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "trestle/transcoding/version.h"

namespace trestle {
namespace {

void WriteConnections(const ConnectionStats& connections, Exposition* out) {
  out->Begin({"trestle_connections_open", MetricType::kGauge, "Open connections of clients."});
  out->Sample("", uint64_t{connections.open});
  out->Begin({"trestle_connections_accepted_total", MetricType::kCounter,
              "Connections of clients that were accepted."});
  out->Sample("", connections.accepted);
  out->Begin({"trestle_connections_refused_total", MetricType::kCounter,
              "Connections of clients that were refused, by reason."});
  out->Sample(LabelText("reason", "max_connections"), connections.refused_max_connections);
  out->Sample(LabelText("reason", "descriptors"), connections.refused_descriptors);
  out->Sample(LabelText("reason", "work"), connections.refused_work);
}

// A file may contain two certificates of one subject: the one that expires first counts.
std::map<std::string, absl::Time> ExpiriesOf(const TlsStats& tls) {
  std::map<std::string, absl::Time> expiries;
  for (const CertificateStats& certificate : tls.certificates) {
    const std::string labels = absl::StrCat(LabelText("file", certificate.file), ",",
                                            LabelText("subject", certificate.subject));
    const auto [it, is_new] = expiries.emplace(labels, certificate.expires);
    if (!is_new) it->second = std::min(it->second, certificate.expires);
  }
  return expiries;
}

void WriteTls(const TlsStats& tls, absl::Time now, Exposition* out) {
  out->Begin({"trestle_tls_handshakes_total", MetricType::kCounter,
              "TLS handshakes of clients that were completed."});
  out->Sample("", tls.handshakes);
  out->Begin({"trestle_tls_handshake_failures_total", MetricType::kCounter,
              "TLS handshakes that clients began and that were not completed."});
  out->Sample("", tls.failed_handshakes);
  out->Begin({"trestle_reloads_total", MetricType::kCounter,
              "Files that had changed and were read again, by what they are and the result."});
  out->Sample("kind=\"tls\",result=\"success\"", tls.reloads);
  out->Sample("kind=\"tls\",result=\"failure\"", tls.failed_reloads);
  out->Begin({"trestle_tls_certificate_remaining_seconds", MetricType::kGauge,
              "Time until a certificate of the server expires; negative afterwards."});
  for (const auto& [labels, expires] : ExpiriesOf(tls)) {
    out->Sample(labels, absl::ToDoubleSeconds(absl::Floor(expires - now, absl::Seconds(1))));
  }
}

}  // namespace

void WriteServerMetrics(const ServerStats& stats, absl::Time now, Exposition* out) {
  WriteConnections(stats.connections, out);
  WriteTls(stats.tls, now, out);
  out->Begin({"trestle_buffered_bytes", MetricType::kGauge,
              "Memory for the messages of requests and responses in progress."});
  out->Sample("", uint64_t{stats.buffered});
  out->Begin({"trestle_buffered_limit_bytes", MetricType::kGauge,
              "Limit of trestle_buffered_bytes (--max_buffered)."});
  out->Sample("", uint64_t{stats.max_buffered});
  out->Begin({"trestle_fibers", MetricType::kGauge,
              "Fibers that run a request, and those that are kept for later ones."});
  out->Sample(LabelText("state", "working"), uint64_t{stats.fibers.working});
  out->Sample(LabelText("state", "idle"), uint64_t{stats.fibers.idle});
  out->Begin({"trestle_loops", MetricType::kGauge, "Event loop threads."});
  out->Sample("", uint64_t{stats.loops});
}

void WriteBuildInfo(Exposition* out) {
  out->Begin({"trestle_build_info", MetricType::kInfo,
              "The version of Trestle, of gRPC and of the compiler; always 1."});
  out->Sample(absl::StrCat(LabelText("version", kVersion), ",", LabelText("grpc", grpc::Version()),
                           ",", LabelText("compiler", __VERSION__)),
              uint64_t{1});
}

}  // namespace trestle
