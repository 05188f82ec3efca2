// The real transport over TLS.

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "httplib.h"
#include "trestle/client/cpp/http_transport.h"
#include "trestle/tests/client/raw_server.h"

namespace trestle {
namespace {

// A key and a certificate for `alt_name` ("IP:127.0.0.1") that it signed itself.
struct Identity {
  explicit Identity(const char* alt_name) : key(EVP_EC_gen("P-256")), certificate(X509_new()) {
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alt_name);
    X509_add_ext(certificate, names, -1);
    X509_EXTENSION_free(names);
    X509_sign(certificate, key, EVP_sha256());
  }
  ~Identity() {
    X509_free(certificate);
    EVP_PKEY_free(key);
  }

  std::string CertificateFile() const {
    std::string path = absl::StrCat(testing::TempDir(), "/certificate.pem");
    std::FILE* file = std::fopen(path.c_str(), "w");
    PEM_write_X509(file, certificate);
    std::fclose(file);
    return path;
  }

  EVP_PKEY* key;
  X509* certificate;
};

// Answers "/port" with the client's port and "/stream" with a body without end.
class TlsServer {
 public:
  explicit TlsServer(const Identity& identity) : server_(identity.certificate, identity.key) {
    server_.Get("/port", [](const httplib::Request& request, httplib::Response& response) {
      response.set_content(std::to_string(request.remote_port), "application/json");
    });
    server_.Get("/stream", [](const httplib::Request&, httplib::Response& response) {
      response.set_chunked_content_provider(
          "application/json", [](size_t, httplib::DataSink& sink) { return sink.write("1 ", 2); });
    });
    server_.set_keep_alive_max_count(1000);
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) absl::SleepFor(absl::Milliseconds(1));
  }
  ~TlsServer() {
    server_.stop();
    thread_.join();
  }

  std::string url() const { return absl::StrCat("https://127.0.0.1:", port_); }

 private:
  httplib::SSLServer server_;
  int port_ = 0;
  std::thread thread_;
};

ClientReply Get(Transport& transport, const std::string& path,
                ResponseBody body = ResponseBody::kWhole) {
  Call call;
  call.request.method = "GET";
  call.request.path = path;
  call.response_body = body;
  call.deadline = absl::Now() + absl::Seconds(60);
  return transport.Send(call);
}

TEST(HttpTransportTlsTest, TrustsOnlyWhomItIsToldTo) {
  Identity right("IP:127.0.0.1"), wrong("DNS:elsewhere.example");
  TlsServer server(right), impostor(wrong);
  struct Row {
    const char* what;
    std::string url, ca_file;
    bool verify;
    const char* outcome;  // a part of it
  };
  const std::string ca = right.CertificateFile();
  const Row kRows[] = {
      {"a certificate of our authority", server.url(), ca, true, "OK"},
      {"one of nobody we know", server.url(), "", true,
       "FAILED_PRECONDITION: the server's certificate is not to be trusted: self-signed"},
      {"one of nobody, and we do not look", server.url(), "", false, "OK"},
      {"one of another authority", impostor.url(), ca, true,
       "FAILED_PRECONDITION: the server's certificate is not to be trusted"},
      {"authorities that cannot be read", server.url(), "/nowhere.pem", true,
       "FAILED_PRECONDITION: the certificates of authorities cannot be read"},
  };
  for (const Row& row : kRows) {
    ClientOptions options;
    options.base_url = row.url;
    options.tls.ca_file = row.ca_file;
    options.tls.verify_server = row.verify;
    ClientReply reply = Get(*NewHttpTransport(options), "/port");
    EXPECT_TRUE(absl::StrContains(reply.failure.ToString(), row.outcome))
        << row.what << ": " << reply.failure;
    EXPECT_EQ(reply.request_sent, reply.failure.ok()) << row.what;
  }
}

TEST(HttpTransportTlsTest, ChecksTheServersName) {
  Identity wrong("DNS:elsewhere.example");
  TlsServer impostor(wrong);
  ClientOptions options;
  options.base_url = impostor.url();
  options.tls.ca_file = wrong.CertificateFile();
  ClientReply reply = Get(*NewHttpTransport(options), "/port");
  EXPECT_TRUE(absl::StrContains(reply.failure.ToString(), "it is for another name"))
      << reply.failure;
}

TEST(HttpTransportTlsTest, SaysThatTheServerSpeaksNoTls) {
  RawServer server([](RawConnection& connection) { connection.Write("HTTP/1.1 400 Bad\r\n\r\n"); });
  ClientOptions options;
  options.base_url = absl::StrCat("https://127.0.0.1:", server.port());
  ClientReply reply = Get(*NewHttpTransport(options), "/port");
  EXPECT_EQ(reply.failure.ToString(), "UNAVAILABLE: the TLS handshake with the server failed");
  EXPECT_FALSE(reply.request_sent);
}

TEST(HttpTransportTlsTest, SaysThatItsOwnCertificateCannotBeRead) {
  ClientOptions options;
  options.base_url = "https://127.0.0.1:1";
  options.tls.certificate_file = "/nowhere.pem";
  options.tls.certificate_key_file = "/nowhere.key";
  ClientReply reply = Get(*NewHttpTransport(options), "/port");
  EXPECT_TRUE(absl::IsFailedPrecondition(reply.failure)) << reply.failure;
}

TEST(HttpTransportTlsTest, KeepsTheConnectionAndEndsStreamsEarly) {
  Identity identity("IP:127.0.0.1");
  TlsServer server(identity);
  ClientOptions options;
  options.base_url = server.url();
  options.tls.ca_file = identity.CertificateFile();
  auto transport = NewHttpTransport(options);
  std::string port = Get(*transport, "/port").http.body;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Get(*transport, "/port").http.body, port);
  {
    ClientReply stream = Get(*transport, "/stream", ResponseBody::kPieces);
    ASSERT_NE(stream.next, nullptr) << stream.failure;
    std::string piece;
    EXPECT_TRUE(*stream.next(&piece));
    EXPECT_TRUE(absl::StartsWith(piece, "1 ")) << piece;
  }
  EXPECT_NE(Get(*transport, "/port").http.body, port) << "that connection is gone";
}

}  // namespace
}  // namespace trestle
