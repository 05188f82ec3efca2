// Options of transports, and those that contradict each other.

#include "trestle/server/http/transport_factory.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "trestle/tests/testing/tls_files.h"

namespace trestle {
namespace {

TEST(TransportFactoryTest, RejectsOptionsThatCannotWork) {
  const Authority authority;
  const TlsFiles files(authority.Issue("DNS:a.test"));
  files.Replace(files.client_ca_file(), authority.certificate());
  const std::string certificate = files.certificate_file(), key = files.key_file();
  const std::string ca = files.client_ca_file();
  const struct {
    std::string certificate, key, ca;
    ClientAuth auth;
    std::vector<std::string> proxies;
    std::string message;
  } kRows[] = {
      {"", "", "", ClientAuth::kNone, {}, ""},
      {"", "", "", ClientAuth::kNone, {"unix", "10.0.0.0/8", "::1"}, ""},
      {certificate, key, "", ClientAuth::kNone, {}, ""},
      {certificate, key, ca, ClientAuth::kOptional, {}, ""},
      {certificate, key, ca, ClientAuth::kRequired, {}, ""},
      {certificate, "", "", ClientAuth::kNone, {}, "TlsOptions: certificate_file needs key_file"},
      {"", key, "", ClientAuth::kNone, {}, "TlsOptions: key_file needs certificate_file"},
      {"", "", ca, ClientAuth::kRequired, {}, "TlsOptions: client_auth needs certificate_file"},
      {certificate,
       key,
       "",
       ClientAuth::kOptional,
       {},
       "TlsOptions: client_auth needs client_ca_file"},
      {certificate, key, ca, ClientAuth::kNone, {}, "TlsOptions: client_ca_file needs client_auth"},
      {"",
       "",
       "",
       ClientAuth::kNone,
       {"Unix"},
       "address range \"Unix\": expected an IP address, or one with /bits"},
  };
  for (const auto& row : kRows) {
    ListenOptions options;
    options.tls.certificate_file = row.certificate;
    options.tls.key_file = row.key;
    options.tls.client_ca_file = row.ca;
    options.tls.client_auth = row.auth;
    options.proxy_protocol_from = row.proxies;
    EXPECT_EQ(TransportFactory::Make(options).status().message(), row.message);
  }
}

TEST(TransportFactoryTest, OnlyTrustedProxiesSendAHeader) {
  const struct {
    std::vector<std::string> proxies;
    const char* peer;
    bool is_trusted;
  } kRows[] = {
      {{}, "127.0.0.1", false},
      {{}, "", false},
      {{"unix"}, "", true},
      {{"unix"}, "127.0.0.1", false},
      {{"10.0.0.0/8"}, "10.1.2.3", true},
      {{"10.0.0.0/8"}, "11.1.2.3", false},
      {{"10.0.0.0/8"}, "", false},
      {{"fd00::/8", "::1"}, "::1", true},
      {{"::/0"}, "10.1.2.3", false},
      {{"10.0.0.7"}, "10.0.0.7", true},
  };
  for (const auto& row : kRows) {
    ListenOptions options;
    options.proxy_protocol_from = row.proxies;
    const auto factory = TransportFactory::Make(options).value();
    const auto transport = factory->NewTransport(-1, ListenAddress{}, row.peer);
    EXPECT_EQ(transport->is_opening(), row.is_trusted) << row.peer;
  }
}

}  // namespace
}  // namespace trestle
