// What a client has proven, as metadata; and what it only says, which is none.

#include "trestle/server/client_certificate.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "trestle/server/gateway/metadata.h"

namespace trestle {
namespace {

std::string Shown(const Metadata& metadata) {
  std::string text;
  for (const auto& [key, value] : metadata) absl::StrAppend(&text, key, ": ", value, "\n");
  return text;
}

TEST(ClientCertificateTest, EachNameIsMetadataOfItsOwn) {
  Metadata metadata = {{"before", "1"}};
  AppendClientCertificate({"CN=a", {"a.test", "b.test,c.test"}, {"spiffe://a/b"}, "00ff"},
                          &metadata);
  EXPECT_EQ(Shown(metadata),
            "before: 1\nx-client-cert-subject: CN=a\nx-client-cert-sha256: 00ff\n"
            "x-client-cert-dns: a.test\nx-client-cert-dns: b.test,c.test\n"
            "x-client-cert-uri: spiffe://a/b\n");
}

TEST(ClientCertificateTest, NoHeaderBecomesSuchMetadata) {
  HeaderOptions options;
  options.forward = {"*", "x-client-cert-*", "x-client-cert-subject"};
  for (const char* prefix : {"", "x-client-cert-", "X-Client-Cert-"}) {
    options.permanent_prefix = prefix;
    for (const char* name : {"x-client-cert-subject", "X-Client-Cert-Subject",
                             "X-CLIENT-CERT-SHA256", "x-client-cert-", "x-client-cert-new",
                             "x-client-cert-bytes-bin", "Grpc-Metadata-x-client-cert-subject",
                             "GRPC-METADATA-X-CLIENT-CERT-URI", "accept", "cookie"}) {
      Request request;
      request.http.headers = {{name, "CN=admin"}};
      Metadata metadata;
      EXPECT_TRUE(RequestMetadata(request, options, &metadata).ok());
      for (const auto& [key, value] : metadata) {
        EXPECT_FALSE(IsClientCertificateKey(key)) << key << " of " << name;
      }
    }
  }
}

}  // namespace
}  // namespace trestle
