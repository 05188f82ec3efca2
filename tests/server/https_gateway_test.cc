// The stand-alone gateway behind TLS: its flags, its log, and what a backend learns.

#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>

#include <atomic>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/server/gateway/shop.pb.h"
#include "trestle/tests/testing/gateway_process.h"
#include "trestle/tests/testing/generic_backend.h"
#include "trestle/tests/testing/tls_client.h"
#include "trestle/tests/testing/tls_files.h"

namespace trestle {
namespace {

namespace pb = google::protobuf;

void AddWithImports(const pb::FileDescriptor& file, pb::FileDescriptorSet* set) {
  for (int i = 0; i < file.dependency_count(); ++i) AddWithImports(*file.dependency(i), set);
  file.CopyTo(set->add_file());
}

std::string ShopSet() {
  std::string file = absl::StrCat(testing::TempDir(), "/shop.pb");
  pb::FileDescriptorSet set;
  AddWithImports(*test::shop::Item::descriptor()->file(), &set);
  std::ofstream(file, std::ios::binary) << set.SerializeAsString();
  return file;
}

Holder Named(const std::string& name) {
  Holder holder;
  holder.subject = {{"CN", name}};
  return holder;
}

// The value of `key`, or "(none)".
std::string ValueOf(const GenericBackend::Call& call, const std::string& key) {
  const auto found = call.metadata.find(key);
  return found == call.metadata.end() ? "(none)" : found->second;
}

class HttpsGatewayTest : public testing::Test {
 protected:
  HttpsGatewayTest() { files_.Replace(files_.client_ca_file(), clients_.certificate()); }

  std::vector<std::string> Flags(std::vector<std::string> more) const {
    std::vector<std::string> flags = {
        "--listen=https://127.0.0.1:0",
        absl::StrCat("--backend=", backend_.target()),
        absl::StrCat("--descriptor_set=", ShopSet()),
        absl::StrCat("--tls_certificate=", files_.certificate_file()),
        absl::StrCat("--tls_key=", files_.key_file()),
    };
    flags.insert(flags.end(), more.begin(), more.end());
    return flags;
  }

  // The port of https, by the log's word.
  static int HttpsPort(GatewayProcess& gateway) {
    const std::string line = gateway.process().ReadErrorLine();
    EXPECT_TRUE(absl::StrContains(line, "listening on https://127.0.0.1:")) << line;
    int port = 0;
    EXPECT_TRUE(absl::SimpleAtoi(line.substr(line.rfind(':') + 1), &port)) << line;
    return port;
  }

  const Authority authority_, clients_;
  const TlsFiles files_{authority_.Issue(Named("first"))};
  std::string forwarded_for_, forwarded_proto_, subject_;
  GenericBackend backend_{[this](const GenericBackend::Call& call) {
    forwarded_for_ = ValueOf(call, "x-forwarded-for");
    forwarded_proto_ = ValueOf(call, "x-forwarded-proto");
    subject_ = ValueOf(call, "x-client-cert-subject");
    return GenericBackend::Response{{call.request}, grpc::Status::OK, {}, {}, false};
  }};
};

TEST_F(HttpsGatewayTest, TellsTheBackendWhoHasAsked) {
  GatewayProcess gateway(Flags({absl::StrCat("--tls_client_ca=", files_.client_ca_file()),
                                "--tls_client_auth=required", "--proxy_protocol_from=127.0.0.1"}));
  const int socket = ConnectTo(HttpsPort(gateway));
  const std::string proxy = "PROXY TCP6 2001:db8::7 ::1 1 2\r\n";
  ASSERT_EQ(send(socket, proxy.data(), proxy.size(), 0), proxy.size());
  TlsClientOptions options;
  options.ca = authority_.certificate();
  options.identity = clients_.Issue(Named("billing"));
  TlsClient client(socket, options);
  ASSERT_EQ(client.Handshake(), TlsClient::kDone) << client.error();
  client.Write("GET /v1/items/1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(absl::StartsWith(client.ReadAll(), "HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(forwarded_for_, "2001:db8::7");
  EXPECT_EQ(forwarded_proto_, "https");
  EXPECT_EQ(subject_, "CN=billing");
}

TEST_F(HttpsGatewayTest, O13TheAccessLogHasTheVersionOfTlsAndTheClientOfAProxy) {
  const std::string log = absl::StrCat(testing::TempDir(), "/access.log");
  GatewayProcess gateway(
      Flags({absl::StrCat("--access_log=", log), "--proxy_protocol_from=127.0.0.1"}));
  const int socket = ConnectTo(HttpsPort(gateway));
  const std::string proxy = "PROXY TCP6 2001:db8::7 ::1 1 2\r\n";
  ASSERT_EQ(send(socket, proxy.data(), proxy.size(), 0), proxy.size());
  TlsClient client(socket, {});
  ASSERT_EQ(client.Handshake(), TlsClient::kDone) << client.error();
  client.Write("GET /v1/items/1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  client.ReadAll();
  gateway.process().Signal(SIGTERM);
  EXPECT_EQ(gateway.process().Wait(), 0);
  std::ifstream file(log);
  std::string line;
  ASSERT_TRUE(std::getline(file, line));
  EXPECT_TRUE(absl::StrContains(line, " peer=2001:db8::7 client=2001:db8::7 ")) << line;
  EXPECT_TRUE(absl::StrContains(line, " tls=TLSv1.3 termination=complete")) << line;
}

TEST_F(HttpsGatewayTest, LogsWhenItsFilesChange) {
  GatewayProcess gateway(Flags({}));
  const int port = HttpsPort(gateway);
  std::atomic<bool> is_over{false};
  std::thread clients([&] {
    while (!is_over) {
      TlsClient client(ConnectTo(port), {});
      EXPECT_EQ(client.Handshake(), TlsClient::kDone) << client.error();
    }
  });
  const Identity next = authority_.Issue(Named("second"));
  files_.Replace(files_.certificate_file(), next.certificate);
  std::string line = gateway.process().ReadErrorLine();
  EXPECT_TRUE(absl::EndsWith(
      line, absl::StrCat("error the TLS files cannot be used, and the previous ones stay in use: "
                         "key file \"",
                         files_.key_file(), "\": it is not the key of the certificate")))
      << line;
  files_.Replace(files_.key_file(), next.key);
  line = gateway.process().ReadErrorLine();
  EXPECT_TRUE(absl::EndsWith(line, "info reloaded the TLS files")) << line;
  is_over = true;
  clients.join();
  gateway.process().Signal(SIGHUP);
  line = gateway.process().ReadErrorLine();
  EXPECT_TRUE(absl::EndsWith(line, "info reloaded the TLS files")) << line;
  gateway.process().Signal(SIGTERM);
  EXPECT_EQ(gateway.process().Wait(), 0);
}

TEST_F(HttpsGatewayTest, DoesNotStartWithoutItsFiles) {
  Process process({GatewayProgram(), "--listen=127.0.0.1:0", "--listen=https://127.0.0.1:0",
                   "--backend=x", absl::StrCat("--descriptor_set=", ShopSet()),
                   absl::StrCat("--tls_certificate=", files_.certificate_file()),
                   "--tls_key=/no/such"});
  EXPECT_EQ(process.ReadAllErrors(), "trestle: key file \"/no/such\": No such file or directory\n");
  EXPECT_EQ(process.Wait(), 2);
}

}  // namespace
}  // namespace trestle
