// Client certificates: which ones the server accepts, and what it records of them.

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "trestle/server/tls/tls_server.h"
#include "trestle/tests/testing/certificate_authority.h"
#include "trestle/tests/testing/tls_files.h"
#include "trestle/tests/testing/tls_pair.h"

namespace trestle {
namespace {

constexpr int kVersions[] = {TLS1_2_VERSION, TLS1_3_VERSION};

// "CN=a dns=x,y uri=z" or "nobody".
std::string Shown(const std::shared_ptr<const ClientCertificate>& certificate) {
  if (certificate == nullptr) return "nobody";
  std::string text = certificate->subject;
  if (!certificate->dns_names.empty()) {
    absl::StrAppend(&text, " dns=", absl::StrJoin(certificate->dns_names, ","));
  }
  if (!certificate->uris.empty()) {
    absl::StrAppend(&text, " uri=", absl::StrJoin(certificate->uris, ","));
  }
  return text;
}

// Returns the identity of the client after its first request, or "refused".
std::string Met(TlsPair& pair) {
  if (pair.Handshake() != TlsClient::kDone) return "refused";
  pair.ClientSends("hello");
  return pair.received == "hello" ? Shown(pair.transport().client_certificate()) : "refused";
}

Holder Named(const std::string& name) {
  Holder holder;
  holder.subject = {{"CN", name}};
  return holder;
}

class TlsClientAuthTest : public testing::Test {
 protected:
  TlsClientAuthTest() { files_.Replace(files_.client_ca_file(), clients_.certificate()); }

  std::unique_ptr<TlsServer> ServerOf(ClientAuth auth) const {
    return TlsServer::Make(files_.options(auth)).value();
  }
  static std::string MetBy(TlsServer* server, const Identity& identity, int version) {
    TlsClientOptions options;
    options.identity = identity;
    options.version = version;
    TlsPair pair(server, options);
    return Met(pair);
  }

  const Authority authority_, clients_, others_;
  const TlsFiles files_{authority_.Issue(Named("server"))};
};

TEST_F(TlsClientAuthTest, AcceptsCertificatesOfItsAuthorities) {
  const Authority below(&clients_);
  Holder expired = Named("expired"), future = Named("future");
  expired.valid_to = -60;
  future.valid_from = 60;
  Holder server = Named("server"), client = Named("client");
  server.usage = "serverAuth";
  client.usage = "clientAuth";
  Identity through = below.Issue(Named("through"));
  Identity broken = through;
  through.certificate += below.certificate();
  const struct {
    const char* what;
    Identity identity;
    std::string optional, required;
  } kRows[] = {
      {"no certificate", {}, "nobody", "refused"},
      {"a good one", clients_.Issue(Named("billing")), "CN=billing", "CN=billing"},
      {"good for clients", clients_.Issue(client), "CN=client", "CN=client"},
      {"good for servers only", clients_.Issue(server), "refused", "refused"},
      {"of an authority below ours", through, "CN=through", "CN=through"},
      {"the same, which is not shown", broken, "refused", "refused"},
      {"expired", clients_.Issue(expired), "refused", "refused"},
      {"not yet valid", clients_.Issue(future), "refused", "refused"},
      {"of another authority", others_.Issue(Named("x")), "refused", "refused"},
      {"of the server's own authority", authority_.Issue(Named("x")), "refused", "refused"},
  };
  const auto none = ServerOf(ClientAuth::kNone);
  const auto optional = ServerOf(ClientAuth::kOptional);
  const auto required = ServerOf(ClientAuth::kRequired);
  for (const auto& row : kRows) {
    for (int version : kVersions) {
      EXPECT_EQ(MetBy(none.get(), row.identity, version), "nobody") << row.what;
      EXPECT_EQ(MetBy(optional.get(), row.identity, version), row.optional) << row.what;
      EXPECT_EQ(MetBy(required.get(), row.identity, version), row.required) << row.what;
    }
  }
}

TEST_F(TlsClientAuthTest, AnIntermediateAuthorityNeedsNoRoot) {
  const Authority below(&clients_);
  files_.Replace(files_.client_ca_file(), below.certificate());
  const auto server = ServerOf(ClientAuth::kRequired);
  for (int version : kVersions) {
    EXPECT_EQ(MetBy(server.get(), below.Issue(Named("a")), version), "CN=a");
    EXPECT_EQ(MetBy(server.get(), clients_.Issue(Named("a")), version), "refused");
  }
}

TEST_F(TlsClientAuthTest, RecordsTheNames) {
  const auto server = ServerOf(ClientAuth::kRequired);
  const struct {
    const char* what;
    std::vector<std::pair<std::string, std::string>> subject;
    std::string alt_names, shown;
  } kRows[] = {
      {"RFC 4514 2.1: the last comes first",
       {{"C", "DE"}, {"O", "Example"}, {"CN", "billing"}},
       "",
       "CN=billing,O=Example,C=DE"},
      {"RFC 4514 2.4: what means something is escaped",
       {{"O", "A, B+C \"D\" <E>;\\"}, {"CN", "#1 "}},
       "",
       R"(CN=\#1\ ,O=A\, B\+C \"D\" \<E\>\;\\)"},
      {"what is no ASCII, too", {{"CN", "Jos\xc3\xa9\n"}}, "", R"(CN=Jos\C3\A9\0A)"},
      {"alternative names",
       {{"CN", "a"}},
       "DNS:a.test,DNS:*.b.test,IP:127.0.0.1,email:a@b.test,URI:spiffe://a/b",
       "CN=a dns=a.test,*.b.test uri=spiffe://a/b"},
  };
  for (const auto& row : kRows) {
    Holder holder;
    holder.subject = row.subject;
    holder.alt_names = row.alt_names;
    EXPECT_EQ(MetBy(server.get(), clients_.Issue(holder), TLS1_3_VERSION), row.shown) << row.what;
  }
}

TEST_F(TlsClientAuthTest, TheFingerprintIsThatOfTheCertificate) {
  const auto server = ServerOf(ClientAuth::kRequired);
  TlsClientOptions options;
  options.identity = clients_.Issue(Named("a"));
  TlsPair one(server.get(), options), again(server.get(), options);
  options.identity = clients_.Issue(Named("a"));
  TlsPair other(server.get(), options);
  for (TlsPair* pair : {&one, &again, &other}) ASSERT_EQ(Met(*pair), "CN=a");
  const std::string fingerprint = one.transport().client_certificate()->sha256;
  EXPECT_EQ(fingerprint.size(), 64);
  EXPECT_EQ(fingerprint.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(again.transport().client_certificate()->sha256, fingerprint);
  EXPECT_NE(other.transport().client_certificate()->sha256, fingerprint);
}

TEST_F(TlsClientAuthTest, AResumedSessionKeepsItsIdentity) {
  const auto server = ServerOf(ClientAuth::kRequired);
  for (int version : kVersions) {
    TlsClientOptions options;
    options.identity = clients_.Issue(Named("a"));
    options.version = version;
    TlsPair first(server.get(), options);
    ASSERT_EQ(Met(first), "CN=a");
    first.ServerSends("x");
    options.session = first.client().session();
    options.identity = {};
    TlsPair second(server.get(), options);
    EXPECT_EQ(Met(second), "CN=a");
    EXPECT_TRUE(second.client().is_resumed());
    SSL_SESSION_free(options.session);
  }
}

// A certificate is no longer trusted after its authority has been removed.
TEST_F(TlsClientAuthTest, ReplacingTheAuthorityEndsSessions) {
  const auto server =
      TlsServer::Make(files_.options(ClientAuth::kRequired), absl::ZeroDuration()).value();
  for (int version : kVersions) {
    files_.Replace(files_.client_ca_file(), clients_.certificate());
    TlsClientOptions options;
    options.identity = clients_.Issue(Named("a"));
    options.version = version;
    TlsPair first(server.get(), options);
    ASSERT_EQ(Met(first), "CN=a");
    first.ServerSends("x");
    options.session = first.client().session();
    files_.Replace(files_.client_ca_file(), others_.certificate());
    TlsPair second(server.get(), options);
    EXPECT_EQ(Met(second), "refused");
    SSL_SESSION_free(options.session);
  }
}

}  // namespace
}  // namespace trestle
