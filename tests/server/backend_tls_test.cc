// TLS to a real gRPC server: who is believed, who is let in, and the words for who is not; and
// the words for files that cannot be right.

#include "trestle/server/backend_tls.h"

#include <grpcpp/security/server_credentials.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <fstream>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "trestle/server/grpc_backend.h"
#include "trestle/tests/testing/certificate_authority.h"
#include "trestle/tests/testing/generic_backend.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

using Response = GenericBackend::Response;
using Call = GenericBackend::Call;

Response Echo(const Call& call) { return {{call.request}, grpc::Status::OK, {}, {}, false}; }

// Whether the server asks for certificates that `clients` vouches for.
std::shared_ptr<grpc::ServerCredentials> CredentialsOf(const Identity& identity,
                                                       const Authority* clients) {
  grpc::SslServerCredentialsOptions options;
  options.pem_key_cert_pairs = {{identity.key, identity.certificate}};
  if (clients != nullptr) {
    options.pem_root_certs = clients->certificate();
    options.client_certificate_request = GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY;
  }
  return grpc::SslServerCredentials(options);
}

class TlsServer {
 public:
  explicit TlsServer(const Identity& identity, const Authority* clients = nullptr,
                     GenericBackend::Responder responder = Echo)
      : server_(std::move(responder), "127.0.0.1:0", CredentialsOf(identity, clients)) {}

  std::string target() const { return server_.target(); }

 private:
  GenericBackend server_;
};

// "OK", or "503 message".
std::string Outcome(const BackendOptions& options) {
  const std::unique_ptr<Backend> backend = NewGrpcBackend(options);
  CallContext context;
  WireBytes response;
  const absl::Status status = backend->Unary("/a.B/C", context, "hello", &response);
  if (status.ok()) return "OK";
  return absl::StrCat(HttpStatusOf(status), " ", status.message());
}

BackendOptions OptionsOf(const std::string& target, const std::string& ca) {
  BackendOptions options;
  options.target = target;
  options.tls = BackendTls{ca, "", "", ""};
  return options;
}

constexpr char kUntrusted[] = "503 backend unavailable: its certificate is not trusted";

TEST(BackendTlsTest, TrustsOnlyTheGivenAuthorities) {
  const Authority ours, theirs;
  const TlsServer server(ours.Issue("IP:127.0.0.1"));
  const TlsServer elsewhere(ours.Issue("DNS:elsewhere.test"));
  GenericBackend plaintext(Echo);
  BackendOptions none = OptionsOf(server.target(), "");
  none.tls.reset();
  const struct {
    const char* what;
    BackendOptions options;
    std::string outcome;
  } kRows[] = {
      {"our authority", OptionsOf(server.target(), ours.certificate()), "OK"},
      {"ours among others", OptionsOf(server.target(), theirs.certificate() + ours.certificate()),
       "OK"},
      {"another authority", OptionsOf(server.target(), theirs.certificate()), kUntrusted},
      {"the system's authorities", OptionsOf(server.target(), ""), kUntrusted},
      {"a certificate for another name", OptionsOf(elsewhere.target(), ours.certificate()),
       "503 backend unavailable: its certificate is for another name"},
      {"TLS to a server of plaintext", OptionsOf(plaintext.target(), ours.certificate()),
       "503 backend unavailable: the TLS handshake failed"},
      {"plaintext to a server of TLS", none, "503 backend unavailable"},
  };
  for (const auto& row : kRows) EXPECT_EQ(Outcome(row.options), row.outcome) << row.what;
}

TEST(BackendTlsTest, TheServersNameMayBeSaid) {
  const Authority authority;
  const TlsServer server(authority.Issue("DNS:library.test"), nullptr, [](const Call& call) {
    return Response{{}, {grpc::StatusCode::ABORTED, call.authority}, {}, {}, false};
  });
  BackendOptions options = OptionsOf(server.target(), authority.certificate());
  EXPECT_EQ(Outcome(options), "503 backend unavailable: its certificate is for another name");
  options.tls->server_name = "library.test";
  EXPECT_EQ(Outcome(options), "409 library.test");
  options.tls->server_name = "books.test";
  EXPECT_EQ(Outcome(options), "503 backend unavailable: its certificate is for another name");
}

TEST(BackendTlsTest, ABackendMayAskForACertificate) {
  const Authority authority, clients, others;
  const TlsServer server(authority.Issue("IP:127.0.0.1"), &clients);
  const auto with = [&](const Identity& identity) {
    BackendOptions options = OptionsOf(server.target(), authority.certificate());
    options.tls->certificate_chain = identity.certificate;
    options.tls->private_key = identity.key;
    return Outcome(options);
  };
  EXPECT_EQ(with(clients.Issue("DNS:gateway.test")), "OK");
  // By TLS 1.3 the handshake is over when the backend refuses: all we see is that it closes.
  const std::string refused = "503 backend unavailable";
  EXPECT_EQ(with({}), refused);
  EXPECT_EQ(with(others.Issue("DNS:gateway.test")), refused);
}

// H1: TLS and plaintext alike carry it.
TEST(BackendTlsTest, AuthorizationReachesTheBackend) {
  const Authority authority;
  const auto tell = [](const Call& call) {
    const auto found = call.metadata.find("authorization");
    const std::string value = found == call.metadata.end() ? "none" : found->second;
    return Response{{value}, grpc::Status::OK, {}, {}, false};
  };
  const TlsServer tls(authority.Issue("IP:127.0.0.1"), nullptr, tell);
  GenericBackend plaintext(tell);
  BackendOptions options = OptionsOf(plaintext.target(), "");
  options.tls.reset();
  for (const auto& each : {OptionsOf(tls.target(), authority.certificate()), options}) {
    const std::unique_ptr<Backend> backend = NewGrpcBackend(each);
    CallContext context;
    context.metadata = {{"authorization", "Bearer x"}};
    WireBytes response;
    ASSERT_TRUE(backend->Unary("/a.B/C", context, "", &response).ok());
    EXPECT_EQ(response.view(), "Bearer x");
  }
}

// ---- files

std::string Write(const std::string& name, const std::string& text) {
  std::string path = absl::StrCat(testing::TempDir(), "/", name);
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

std::string EncryptedKey() {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  BIO* bio = BIO_new(BIO_s_mem());
  char passphrase[] = "secret";
  PEM_write_bio_PKCS8PrivateKey(bio, key, EVP_aes_128_cbc(), passphrase, 6, nullptr, nullptr);
  char* text = nullptr;
  const auto size = BIO_get_mem_data(bio, &text);
  std::string pem(text, static_cast<size_t>(size));
  BIO_free(bio);
  EVP_PKEY_free(key);
  return pem;
}

TEST(BackendTlsFilesTest, AreReadAsTheyAre) {
  const Authority authority;
  const Identity identity = authority.Issue("DNS:gateway.test");
  const absl::StatusOr<BackendTls> tls =
      ReadBackendTls({Write("ca.pem", authority.certificate()),
                      Write("chain.pem", identity.certificate + authority.certificate()),
                      Write("key.pem", identity.key), "library.test"});
  ASSERT_TRUE(tls.ok()) << tls.status();
  EXPECT_EQ(tls->ca_certificates, authority.certificate());
  EXPECT_EQ(tls->certificate_chain, identity.certificate + authority.certificate());
  EXPECT_EQ(tls->private_key, identity.key);
  EXPECT_EQ(tls->server_name, "library.test");
  EXPECT_TRUE(ReadBackendTls({}).ok());
}

TEST(BackendTlsFilesTest, SayWhatIsWrong) {
  const Authority authority;
  const Identity identity = authority.Issue("DNS:gateway.test");
  const std::string certificate = Write("certificate.pem", identity.certificate);
  const std::string key = Write("right.pem", identity.key);
  const std::string other_key = Write("other.pem", authority.Issue("DNS:x.test").key);
  const std::string text = Write("text.pem", "hello\n");
  const std::string empty = Write("empty.pem", "");
  const std::string large = Write("large.pem", std::string((1 << 20) + 1, 'x'));
  const std::string encrypted = Write("encrypted.pem", EncryptedKey());
  std::string broken_pem = identity.certificate;
  broken_pem.replace(40, 4, "!!!!");
  const std::string broken = Write("broken.pem", broken_pem);
  const std::string half = Write("half.pem", authority.certificate() + broken_pem);
  const std::string no_key = "no unencrypted PEM private key found";
  const struct {
    BackendTlsFiles files;
    std::string what, file, why;
  } kRows[] = {
      {{"/no/such"}, "CA file", "/no/such", "No such file or directory"},
      {{testing::TempDir()}, "CA file", testing::TempDir(), "Is a directory"},
      {{empty}, "CA file", empty, "it is empty"},
      {{"/dev/zero"}, "CA file", "/dev/zero", "it is not a regular file"},
      {{large}, "CA file", large, "it is larger than 1 MiB"},
      {{text}, "CA file", text, "no PEM certificate found"},
      {{key}, "CA file", key, "no PEM certificate found"},
      {{broken}, "CA file", broken, "certificate 1 is malformed"},
      {{half}, "CA file", half, "certificate 2 is malformed"},
      {{"", certificate, ""}, "certificate file", certificate, "it has no key file"},
      {{"", "", key}, "key file", key, "it has no certificate file"},
      {{"", "/no/such", key}, "certificate file", "/no/such", "No such file or directory"},
      {{"", certificate, "/no/such"}, "key file", "/no/such", "No such file or directory"},
      {{"", text, key}, "certificate file", text, "no PEM certificate found"},
      {{"", broken, key}, "certificate file", broken, "certificate 1 is malformed"},
      {{"", certificate, text}, "key file", text, no_key},
      {{"", certificate, certificate}, "key file", certificate, no_key},
      {{"", certificate, encrypted}, "key file", encrypted, no_key},
      {{"", certificate, other_key}, "key file", other_key, "it is not the key of the certificate"},
  };
  for (const auto& row : kRows) {
    const absl::StatusOr<BackendTls> tls = ReadBackendTls(row.files);
    EXPECT_EQ(tls.status(),
              absl::InvalidArgumentError(absl::StrCat(row.what, " \"", row.file, "\": ", row.why)));
  }
}

TEST(CheckBackendOptionsTest, NamesTheTargetAndTheField) {
  BackendOptions options = OptionsOf("library.test:443", "hello");
  EXPECT_EQ(CheckBackendOptions(options).message(),
            "backend \"library.test:443\": BackendTls::ca_certificates: no PEM "
            "certificate found");
  const Authority authority;
  const Identity identity = authority.Issue("DNS:gateway.test");
  options.tls = BackendTls{"", identity.certificate, authority.Issue("DNS:x").key, ""};
  EXPECT_EQ(CheckBackendOptions(options).message(),
            "backend \"library.test:443\": BackendTls::private_key: it is not the key of the "
            "certificate");
  options.tls->private_key = identity.key;
  EXPECT_EQ(CheckBackendOptions(options), absl::OkStatus());
}

}  // namespace
}  // namespace trestle
