// Request headers as metadata: whatever a client sends and an operator chooses, gRPC takes the
// result, and nobody but the gateway writes the keys that a backend trusts. The first byte of the
// input chooses options; the rest is lines of `name: value`.

#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "trestle/server/gateway/forwarded.h"
#include "trestle/server/gateway/metadata.h"
#include "trestle/server/grpc/grpc_metadata_rules.h"
#include "trestle/server/http/uri_authority.h"
#include "trestle/tests/fuzz/check.h"

namespace trestle {
namespace {

HeaderOptions OptionsOf(unsigned choice) {
  constexpr const char* kPrefixes[] = {
      "", "grpcgateway-", "X-Forwarded-", "x-client-cert-", "grpc-", "-", "x_forwarded_", "A B"};
  HeaderOptions options;
  if ((choice & 1) != 0) options.forward = {"*", "x-forwarded-*", "te"};
  options.trusted_hops = static_cast<int>(choice >> 1 & 3);
  options.permanent_prefix = kPrefixes[choice >> 3 & 7];
  return options;
}

HttpFields FieldsOf(absl::string_view text) {
  HttpFields fields;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::pair<absl::string_view, absl::string_view> field =
        absl::StrSplit(line, absl::MaxSplits(": ", 1));
    fields.push_back({std::string(field.first), std::string(field.second)});
  }
  return fields;
}

// Of the keys that a backend trusts, each comes once, and its value is one that it can have.
void CheckTrusted(absl::string_view key, absl::string_view value, const Metadata& metadata) {
  Check(!IsClientCertificateKey(key), "no header becomes a certificate", key);
  if (!IsForwardedKey(key) || key == "x-forwarded-user-agent") return;
  const auto same = [&](const auto& pair) { return pair.first == key; };
  Check(absl::c_count_if(metadata, same) == 1, "the gateway alone writes it", key);
  if (key == "x-forwarded-for") {
    Check(absl::EndsWith(value, "192.0.2.1"), "the peer comes last", value);
  } else if (key == "x-forwarded-host") {
    Check(IsUriAuthority(value), "a host is one", value);
  } else {
    Check(key == "x-forwarded-proto", "the gateway writes no other", key);
    Check(value == "http" || value == "https", "a scheme is one", value);
  }
}

void CheckRequest(absl::string_view input) {
  if (input.empty()) return;
  Request request;
  request.peer = "192.0.2.1";
  request.http.headers = FieldsOf(input.substr(1));
  Metadata metadata;
  if (!RequestMetadata(request, OptionsOf(static_cast<unsigned char>(input[0])), &metadata).ok()) {
    return;
  }
  const absl::Status status = CheckMetadata(metadata);
  Check(status.ok(), "gRPC takes what is forwarded", status.message());
  for (const auto& [key, value] : metadata) CheckTrusted(key, value, metadata);
}

}  // namespace
}  // namespace trestle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  trestle::CheckRequest(trestle::ToText(data, size));
  return 0;
}
