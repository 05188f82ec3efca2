// The flags about where a gateway listens.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "trestle/server/flags/flags.h"

namespace trestle {
namespace {

absl::StatusOr<GatewayFlags> Parse(const std::vector<std::string>& flags) {
  std::vector<const char*> argv = {"trestle", "--backend=x"};
  for (const std::string& flag : flags) argv.push_back(flag.c_str());
  return ParseFlags(static_cast<int>(argv.size()), argv.data());
}

TEST(ListenFlagsTest, AreNoneByDefault) {
  const auto flags = Parse({});
  ASSERT_TRUE(flags.ok()) << flags.status();
  EXPECT_EQ(flags->listen, std::vector<std::string>{"127.0.0.1:8080"});
  const ListenOptions& listen = flags->server.listen;
  EXPECT_FALSE(listen.reuse_port);
  EXPECT_EQ(listen.tls.certificate_file, "");
  EXPECT_EQ(listen.tls.client_auth, ClientAuth::kNone);
  EXPECT_TRUE(listen.proxy_protocol_from.empty());
}

TEST(ListenFlagsTest, SetWhatTheySay) {
  const auto flags = Parse({"--listen=https://:8443", "--listen=127.0.0.1:8080", "--reuse_port",
                            "--tls_certificate=c.pem", "--tls_key=k.pem", "--tls_client_ca=ca.pem",
                            "--tls_client_auth=optional", "--proxy_protocol_from=10.0.0.0/8",
                            "--proxy_protocol_from=unix"});
  ASSERT_TRUE(flags.ok()) << flags.status();
  EXPECT_EQ(absl::StrJoin(flags->listen, " "), "https://:8443 127.0.0.1:8080");
  const ListenOptions& listen = flags->server.listen;
  EXPECT_TRUE(listen.reuse_port);
  EXPECT_EQ(listen.tls.certificate_file, "c.pem");
  EXPECT_EQ(listen.tls.key_file, "k.pem");
  EXPECT_EQ(listen.tls.client_ca_file, "ca.pem");
  EXPECT_EQ(listen.tls.client_auth, ClientAuth::kOptional);
  EXPECT_EQ(absl::StrJoin(listen.proxy_protocol_from, " "), "10.0.0.0/8 unix");
}

TEST(ListenFlagsTest, SayWhatIsWrong) {
  const std::vector<std::string> kPair = {"--tls_certificate=c", "--tls_key=k"};
  const struct {
    std::vector<std::string> flags;
    bool has_pair;
    std::string message;
  } kRows[] = {
      {{"--listen=8080"},
       false,
       "listen address \"8080\": the host is missing: 127.0.0.1:8080 is this machine alone, "
       ":8080 is all of its addresses"},
      {{"--listen=https://:1"}, false, "--listen: \"https://:1\" needs --tls_certificate"},
      {{}, true, "--tls_certificate: no --listen address begins with https://"},
      {{"--listen=unix:/x"}, true, "--tls_certificate: no --listen address begins with https://"},
      {{"--tls_certificate=c"}, false, "--tls_certificate: it needs --tls_key"},
      {{"--tls_key=k"}, false, "--tls_key: it needs --tls_certificate"},
      {{"--listen=https://:1", "--tls_client_ca=ca"},
       true,
       "--tls_client_ca: it needs --tls_client_auth=optional or required"},
      {{"--listen=https://:1", "--tls_client_auth=required"},
       true,
       "--tls_client_auth: it needs --tls_client_ca"},
      {{"--tls_client_auth=required", "--tls_client_ca=ca"},
       false,
       "--tls_client_auth: it needs --tls_certificate"},
      {{"--tls_client_auth=maybe"},
       true,
       "--tls_client_auth: \"maybe\" is not one of none|optional|required"},
      {{"--proxy_protocol_from=all"},
       false,
       "--proxy_protocol_from: address range \"all\": expected an IP address, or one with /bits"},
      // E17
      {{"--hsts=max-age=1"}, false, "--hsts: no --listen address begins with https://"},
      {{"--hsts=1"},
       false,
       "--hsts: \"1\" has the unknown directive \"1\": expected max-age=SECONDS, followed by "
       "\"; includeSubDomains\" and \"; preload\" if they are wanted"},
      {{"--reuse_port=2"}, false, "--reuse_port: \"2\" is not true or false"},
  };
  for (const auto& row : kRows) {
    std::vector<std::string> flags = row.flags;
    if (row.has_pair) flags.insert(flags.end(), kPair.begin(), kPair.end());
    EXPECT_EQ(Parse(flags).status(), absl::InvalidArgumentError(row.message))
        << absl::StrJoin(flags, " ");
  }
}

}  // namespace
}  // namespace trestle
