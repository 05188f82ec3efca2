// The real transport over TLS.

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <csignal>
#include <cstdio>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "trestle/client/cpp/http_transport.h"
#include "trestle/tests/client/raw_server.h"

namespace trestle {
namespace {

// A key and a self-signed certificate for `alt_name` ("IP:127.0.0.1").
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

  std::string KeyFile() const {
    std::string path = absl::StrCat(testing::TempDir(), "/key.pem");
    std::FILE* file = std::fopen(path.c_str(), "w");
    PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
    return path;
  }

  EVP_PKEY* key;
  X509* certificate;
};

using Context = std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)>;

// The server's side of TLS, as `identity`.
Context ServerContext(const Identity& identity) {
  Context context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  SSL_CTX_use_certificate(context.get(), identity.certificate);
  SSL_CTX_use_PrivateKey(context.get(), identity.key);
  return context;
}

ClientOptions OptionsFor(const RawServer& server, const Identity& identity) {
  ClientOptions options;
  options.base_url = server.url();
  options.tls.ca_file = identity.CertificateFile();
  return options;
}

// Responds to each request of a connection with the request itself.
void Echo(ServedConnection& connection) {
  for (std::string request; !(request = connection.ReadRequest()).empty();) {
    connection.Respond("200 OK", request);
  }
}

ClientReply Get(Transport& transport, const std::string& path,
                ResponseBody body = ResponseBody::kWhole) {
  Call call;
  call.request.method = "GET";
  call.request.path = path;
  call.response_body = body;
  call.deadline = absl::Now() + absl::Seconds(60);
  return transport.Send(call);
}

// Returns "200 body", or the failure.
std::string Outcome(const ClientReply& reply) {
  if (!reply.failure.ok()) return reply.failure.ToString();
  return absl::StrCat(reply.http.status, " ", reply.http.body);
}

TEST(HttpTransportTlsTest, TrustsOnlyItsAuthorities) {
  Identity right("IP:127.0.0.1"), wrong("DNS:elsewhere.example");
  const Context right_context = ServerContext(right), wrong_context = ServerContext(wrong);
  RawServer server(right_context.get(), Echo), impostor(wrong_context.get(), Echo);
  struct Row {
    const char* what;
    std::string url, ca_file;
    bool verify;
    const char* outcome;  // a part of it
  };
  const std::string ca = right.CertificateFile();
  const Row kRows[] = {
      {"a certificate of our authority", server.url(), ca, true, "OK"},
      {"an unknown authority", server.url(), "", true,
       "FAILED_PRECONDITION: the server's certificate is not trusted: self-signed"},
      {"an unknown authority, without verification", server.url(), "", false, "OK"},
      {"another authority", impostor.url(), ca, true,
       "FAILED_PRECONDITION: the server's certificate is not trusted"},
      {"authorities that cannot be read", server.url(), "/nowhere.pem", true,
       "FAILED_PRECONDITION: the CA certificates cannot be read"},
  };
  for (const Row& row : kRows) {
    ClientOptions options;
    options.base_url = row.url;
    options.tls.ca_file = row.ca_file;
    options.tls.verify_server = row.verify;
    ClientReply reply = Get(*NewHttpTransport(options), "/");
    EXPECT_TRUE(absl::StrContains(reply.failure.ToString(), row.outcome))
        << row.what << ": " << reply.failure;
    EXPECT_EQ(reply.request_sent, reply.failure.ok()) << row.what;
  }
}

TEST(HttpTransportTlsTest, ChecksTheServersName) {
  const struct {
    const char* names;
    const char* host;
    const char* outcome;  // a part of it
  } kRows[] = {
      {"DNS:elsewhere.example", "127.0.0.1", "it is for another name"},
      {"IP:127.0.0.2", "127.0.0.1", "it is for another name"},
      {"DNS:127.0.0.1", "127.0.0.1", "it is for another name"},
      {"DNS:elsewhere.example,IP:127.0.0.1", "127.0.0.1", "OK"},
      {"DNS:elsewhere.example,DNS:LocalHost", "localhost", "OK"},
      {"IP:127.0.0.1", "localhost", "it is for another name"},
      {"DNS:*", "localhost", "it is for another name"},
  };
  for (const auto& row : kRows) {
    Identity identity(row.names);
    const Context context = ServerContext(identity);
    RawServer server(context.get(), Echo);
    ClientOptions options = OptionsFor(server, identity);
    options.base_url = absl::StrCat("https://", row.host, ":", server.port());
    ClientReply reply = Get(*NewHttpTransport(options), "/");
    EXPECT_TRUE(absl::StrContains(reply.failure.ToString(), row.outcome))
        << row.names << ": " << reply.failure;
  }
}

// A server with several certificates chooses one by it. An address is not sent.
TEST(HttpTransportTlsTest, SendsTheNameOfTheServer) {
  Identity identity("IP:127.0.0.1,DNS:localhost");
  const Context context = ServerContext(identity);
  RawServer server(context.get(), [](ServedConnection& connection) {
    connection.ReadRequest();
    const char* name = SSL_get_servername(connection.ssl(), TLSEXT_NAMETYPE_host_name);
    connection.Respond("200 OK", name == nullptr ? "(none)" : name);
  });
  ClientOptions options = OptionsFor(server, identity);
  EXPECT_EQ(Outcome(Get(*NewHttpTransport(options), "/")), "200 (none)");
  options.base_url = absl::StrCat("https://localhost:", server.port());
  EXPECT_EQ(Outcome(Get(*NewHttpTransport(options), "/")), "200 localhost");
}

TEST(HttpTransportTlsTest, ReportsAServerWithoutTls) {
  RawServer server(
      [](ServedConnection& connection) { connection.Write("HTTP/1.1 400 Bad\r\n\r\n"); });
  ClientOptions options;
  options.base_url = absl::StrCat("https://127.0.0.1:", server.port());
  ClientReply reply = Get(*NewHttpTransport(options), "/");
  EXPECT_EQ(reply.failure.ToString(), "UNAVAILABLE: the TLS handshake with the server failed");
  EXPECT_FALSE(reply.request_sent);
}

TEST(HttpTransportTlsTest, EndsTheHandshakeAtTheDeadline) {
  RawServer server([](ServedConnection& connection) { connection.WaitForEnd(); });
  ClientOptions options;
  options.base_url = absl::StrCat("https://127.0.0.1:", server.port());
  Call call;
  call.request.method = "GET";
  call.request.path = "/";
  call.deadline = absl::Now() + absl::Milliseconds(100);
  EXPECT_EQ(Outcome(NewHttpTransport(options)->Send(call)),
            "DEADLINE_EXCEEDED: the TLS handshake with the server failed");
  options.connect_timeout = absl::Milliseconds(50);
  EXPECT_EQ(Outcome(Get(*NewHttpTransport(options), "/")),
            "UNAVAILABLE: the TLS handshake with the server failed");
}

TEST(HttpTransportTlsTest, ReportsAnUnreadableClientCertificate) {
  ClientOptions options;
  options.base_url = "https://127.0.0.1:1";
  options.tls.certificate_file = "/nowhere.pem";
  options.tls.certificate_key_file = "/nowhere.key";
  ClientReply reply = Get(*NewHttpTransport(options), "/");
  EXPECT_EQ(Outcome(reply),
            "FAILED_PRECONDITION: the client's certificate or its key cannot be read");
  EXPECT_FALSE(reply.request_sent);
}

TEST(HttpTransportTlsTest, SendsItsCertificate) {
  Identity identity("IP:127.0.0.1");
  const Context context = ServerContext(identity);
  const std::string file = identity.CertificateFile();
  SSL_CTX_load_verify_file(context.get(), file.c_str());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  RawServer server(context.get(), Echo);
  ClientOptions options = OptionsFor(server, identity);
  EXPECT_TRUE(absl::IsUnavailable(Get(*NewHttpTransport(options), "/").failure));
  options.tls.certificate_file = file;
  options.tls.certificate_key_file = identity.KeyFile();
  EXPECT_EQ(Get(*NewHttpTransport(options), "/").failure, absl::OkStatus());
}

TEST(HttpTransportTlsTest, KeepsTheConnectionAndEndsStreamsEarly) {
  Identity identity("IP:127.0.0.1");
  const Context context = ServerContext(identity);
  RawServer server(context.get(), [](ServedConnection& connection) {
    for (std::string request; !(request = connection.ReadRequest()).empty();) {
      if (!absl::StrContains(request, "/stream")) {
        connection.Respond("200 OK", "{}");
        continue;
      }
      connection.Write("HTTP/1.1 200 OK\r\n\r\n");
      while (connection.Write("1 ")) {
      }
    }
  });
  auto transport = NewHttpTransport(OptionsFor(server, identity));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Outcome(Get(*transport, "/")), "200 {}");
  EXPECT_EQ(server.connections(), 1);
  {
    ClientReply stream = Get(*transport, "/stream", ResponseBody::kPieces);
    ASSERT_NE(stream.next, nullptr) << stream.failure;
    std::string piece;
    EXPECT_TRUE(*stream.next(&piece));
    EXPECT_TRUE(absl::StartsWith(piece, "1 ")) << piece;
  }
  EXPECT_EQ(Outcome(Get(*transport, "/")), "200 {}");
  EXPECT_EQ(server.connections(), 2) << "the stream's connection is gone";
}

TEST(HttpTransportTlsTest, DistinguishesTheEndOfABodyFromALostConnection) {
  Identity identity("IP:127.0.0.1");
  const Context context = ServerContext(identity);
  const struct {
    const char* what;
    const char* bytes;
    bool has_close_notify;
    const char* outcome;
  } kRows[] = {
      {"until the end", "HTTP/1.1 200 OK\r\n\r\n{}", true, "200 {}"},
      {"until the end, which may be forged", "HTTP/1.1 200 OK\r\n\r\n{}", false,
       "UNAVAILABLE: the connection was lost while waiting for the response"},
      {"a length", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", false, "200 {}"},
      {"less than the length", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}", true,
       "UNAVAILABLE: the connection ended in the middle of the response"},
      {"nothing", "", true, "UNAVAILABLE: the server closed the connection without a response"},
  };
  for (const auto& row : kRows) {
    RawServer server(context.get(), [&row](ServedConnection& connection) {
      connection.ReadRequest();
      connection.Write(row.bytes);
      if (row.has_close_notify) SSL_shutdown(connection.ssl());
    });
    EXPECT_EQ(Outcome(Get(*NewHttpTransport(OptionsFor(server, identity)), "/")), row.outcome)
        << row.what;
  }
}

// The client has to write in order to continue reading.
TEST(HttpTransportTlsTest, ExchangesKeysWithinABody) {
  Identity identity("IP:127.0.0.1");
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const Context context = ServerContext(identity);
    SSL_CTX_set_max_proto_version(context.get(), version);
    RawServer server(context.get(), [version](ServedConnection& connection) {
      connection.ReadRequest();
      connection.Write("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n");
      for (const char* part : {"ab", "cd", "ef"}) {
        if (version == TLS1_3_VERSION) SSL_key_update(connection.ssl(), SSL_KEY_UPDATE_REQUESTED);
        if (version == TLS1_2_VERSION) SSL_renegotiate(connection.ssl());
        SSL_do_handshake(connection.ssl());
        connection.Write(part);
      }
      connection.WaitForEnd();
    });
    EXPECT_EQ(Outcome(Get(*NewHttpTransport(OptionsFor(server, identity)), "/")), "200 abcdef")
        << version;
  }
}

// OpenSSL reads key updates within one call, which has to return nevertheless.
TEST(HttpTransportTlsTest, EndsAtTheDeadlineDespiteEndlessKeyUpdates) {
  Identity identity("IP:127.0.0.1");
  const Context context = ServerContext(identity);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  RawServer server(context.get(), [](ServedConnection& connection) {
    connection.ReadRequest();
    do {
      SSL_key_update(connection.ssl(), SSL_KEY_UPDATE_NOT_REQUESTED);
    } while (SSL_do_handshake(connection.ssl()) == 1);
  });
  Call call;
  call.request.method = "GET";
  call.request.path = "/";
  call.deadline = absl::Now() + absl::Milliseconds(200);
  auto transport = NewHttpTransport(OptionsFor(server, identity));
  EXPECT_EQ(Outcome(transport->Send(call)),
            "DEADLINE_EXCEEDED: the deadline passed before the response was complete");
}

TEST(HttpTransportTlsTest, EndsAtTheDeadlineDespiteKeyUpdatesDuringAnUpload) {
  Identity identity("IP:127.0.0.1");
  const Context context = ServerContext(identity);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  RawServer server(context.get(), [](ServedConnection& connection) {
    do {
      SSL_key_update(connection.ssl(), SSL_KEY_UPDATE_NOT_REQUESTED);
    } while (SSL_do_handshake(connection.ssl()) == 1);
  });
  Call call;
  call.request.method = "POST";
  call.request.path = "/";
  call.request.body = std::string(20 << 20, 'x');
  call.deadline = absl::Now() + absl::Milliseconds(300);
  auto transport = NewHttpTransport(OptionsFor(server, identity));
  EXPECT_EQ(Outcome(transport->Send(call)),
            "DEADLINE_EXCEEDED: the deadline passed before the response was complete");
}

// HelloRequest messages, which OpenSSL skips.
TEST(HttpTransportTlsTest, EndsAtTheDeadlineDespiteAnEndlessHandshake) {
  Identity identity("IP:127.0.0.1");
  RawServer server([](ServedConnection& connection) {
    std::string requests;
    for (int i = 0; i < 1000; ++i) requests += std::string("\x16\x03\x03\0\x04\0\0\0\0", 9);
    while (connection.Write(requests)) {
    }
  });
  Call call;
  call.request.method = "GET";
  call.request.path = "/";
  call.deadline = absl::Now() + absl::Milliseconds(300);
  ClientOptions options = OptionsFor(server, identity);
  options.base_url = absl::StrCat("https://127.0.0.1:", server.port());
  auto transport = NewHttpTransport(options);
  EXPECT_EQ(Outcome(transport->Send(call)),
            "DEADLINE_EXCEEDED: the TLS handshake with the server failed");
}

TEST(HttpTransportTlsTest, SendsALargeRequestInParts) {
  Identity identity("IP:127.0.0.1");
  const Context context = ServerContext(identity);
  RawServer server(context.get(), [](ServedConnection& connection) {
    for (std::string request; !(request = connection.ReadRequest()).empty();) {
      connection.Respond("200 OK", request.substr(request.size() - 8));
    }
  });
  Call call;
  call.request.method = "POST";
  call.request.path = "/";
  call.request.body = std::string(20 << 20, 'x') + "12345678";
  auto transport = NewHttpTransport(OptionsFor(server, identity));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(Outcome(transport->Send(call)), "200 12345678");
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpTransportTlsTest, TakesAResponseBeforeTheUploadEnds) {
  Identity identity("IP:127.0.0.1");
  const Context context = ServerContext(identity);
  absl::Notification done;
  RawServer server(context.get(), [&done](ServedConnection& connection) {
    connection.ReadHead();
    connection.Respond("413 Content Too Large", "{}");
    done.WaitForNotification();  // and reads no more
  });
  Call call;
  call.deadline = absl::Now() + absl::Seconds(60);
  call.request.method = "POST";
  call.request.path = "/";
  call.request.body = std::string(64 << 20, 'x');
  EXPECT_EQ(Outcome(NewHttpTransport(OptionsFor(server, identity))->Send(call)), "413 {}");
  done.Notify();
}

TEST(HttpTransportTlsTest, DoesNotRaiseSigpipe) {
  std::signal(SIGPIPE, SIG_DFL);
  Identity identity("IP:127.0.0.1");
  const Context context = ServerContext(identity);
  RawServer server(context.get(), [](ServedConnection& connection) { connection.ReadHead(); });
  auto transport = NewHttpTransport(OptionsFor(server, identity));
  Call call;
  call.request.method = "POST";
  call.request.path = "/";
  call.request.body = std::string(64 << 20, 'x');
  EXPECT_TRUE(absl::IsUnavailable(transport->Send(call).failure));
}

}  // namespace
}  // namespace trestle
