// Options for transports: which of them do not go together.

#include "trestle/server/http/transport_factory.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "trestle/tests/testing/tls_files.h"

namespace trestle {
namespace {

TEST(TransportFactoryTest, SaysWhatCannotWork) {
  const Authority authority;
  const TlsFiles files(authority.Issue("DNS:a.test"));
  files.Replace(files.client_ca_file(), authority.certificate());
  const std::string certificate = files.certificate_file(), key = files.key_file();
  const std::string ca = files.client_ca_file();
  const std::string pair = "TLS: a certificate needs its key, and a key its certificate";
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
      {certificate, "", "", ClientAuth::kNone, {}, pair},
      {"", key, "", ClientAuth::kNone, {}, pair},
      {"",
       "",
       ca,
       ClientAuth::kRequired,
       {},
       "TLS: clients are asked for certificates, but the server has none"},
      {certificate,
       key,
       "",
       ClientAuth::kOptional,
       {},
       "TLS: clients are asked for certificates, but no authority is named to vouch for them"},
      {certificate,
       key,
       ca,
       ClientAuth::kNone,
       {},
       "TLS: authorities are named to vouch for clients, but those are not asked for "
       "certificates"},
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

TEST(TransportFactoryTest, OnlyProxiesThatAreNamedHaveTheWord) {
  const struct {
    std::vector<std::string> proxies;
    const char* peer;
    bool is_believed;
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
    EXPECT_EQ(transport->is_opening(), row.is_believed) << row.peer;
  }
}

}  // namespace
}  // namespace trestle
