#include "trestle/server/grpc/backend_target.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "trestle/server/grpc_backend.h"

namespace trestle {
namespace {

TEST(CheckBackendTargetTest, AcceptsWhatGrpcCanConnectTo) {
  for (const char* target : {"localhost:9090",
                             "library",
                             "library_1.internal:9090",
                             "127.0.0.1:9090",
                             "127.0.0.1",
                             "[::1]:9090",
                             "[::1]",
                             "::1",
                             "[fe80::1%lo]:9090",
                             "localhost:https",
                             "Library.Test.:9090",
                             "dns:library:9090",
                             "dns:///library:9090",
                             "dns:///library",
                             "dns:///[::1]:9090",
                             "dns://8.8.8.8/library:9090",
                             "dns://[::1]:53/library:9090",
                             "ipv4:10.0.0.1:9090",
                             "ipv4:10.0.0.1:9090,10.0.0.2:9091",
                             "ipv6:[::1]:9090",
                             "ipv6:[::1]:1,[::2]:2",
                             "unix:/run/library.sock",
                             "unix:library.sock",
                             "unix:///run/library.sock",
                             "unix-abstract:library"}) {
    EXPECT_EQ(CheckBackendTarget(target), absl::OkStatus()) << target;
    BackendOptions options;
    options.target = target;
    EXPECT_EQ(CheckBackendOptions(options), absl::OkStatus()) << target;
  }
  EXPECT_EQ(CheckBackendTarget("xds:///library"), absl::OkStatus());
}

TEST(CheckBackendTargetTest, SaysWhatIsWrongAndWhatToWrite) {
  const std::string not_url = "a gRPC target is not a URL: write ";
  const std::string with_tls = ", with TLS (--backend_tls, or tls+ before it)";
  const std::string no_port = "\" is not a port: write a number from 1 to 65535";
  const struct {
    std::string target;
    std::string message;
  } kRows[] = {
      {"http://127.0.0.1:9190", not_url + "127.0.0.1:9190"},
      {"http://127.0.0.1:9190/v1", not_url + "127.0.0.1:9190"},
      {"https://library.test", not_url + "library.test" + with_tls},
      {"grpc://library.test:9190", not_url + "library.test:9190"},
      {"grpcs://library.test:9190", not_url + "library.test:9190" + with_tls},
      {"tcp://library.test:9190", not_url + "library.test:9190"},
      {"HTTP://library.test:9190", not_url + "library.test:9190"},
      {"http://", not_url + "host:port"},
      {"9190", "a number is not a host: write localhost:9190 for a port of this machine"},
      {":9190", "there is no host: write localhost:9190 for a backend on this machine"},
      {"[]:9190", "there is no host: write localhost:9190 for a backend on this machine"},
      {"127.0.0.1:99999", "\"99999" + no_port},
      {"127.0.0.1:0", "\"0" + no_port},
      {"127.0.0.1:-1", "\"-1" + no_port},
      {"127.0.0.1:port", "\"port" + no_port},
      {"127.0.0.1:99999999999999999999", "\"99999999999999999999" + no_port},
      {"127.0.0.1:", "there is no port after the \":\": write host:port"},
      {"127.0.0.1:9190/", "a target has no path: write 127.0.0.1:9190"},
      {"library/v1", "a target has no path: write library"},
      {"127.0.0.1 :9190", "a target cannot contain white space"},
      {" 127.0.0.1:9190", "a target cannot contain white space"},
      {"127.0.0.1:9190\n", "a target cannot contain white space"},
      {"256.0.0.1:9190", "\"256.0.0.1\" is neither a name nor an IPv4 address"},
      {"127.1:9190", "\"127.1\" is neither a name nor an IPv4 address"},
      {"user@library:9190", "a host cannot contain \"@\": write host:port"},
      {"library?:9190", "a host cannot contain \"?\": write host:port"},
      {"a:b:9190", "\"a:b:9190\" is not an IPv6 address: write host:port or [v6]:port"},
      {"[library]:9190", "\"library\" is not an IPv6 address: write host:port or [v6]:port"},
      {"[::1]:99999", "\"99999" + no_port},
      {"[::1]9190", "\"[::1]9190\" is not an IPv6 address: write host:port or [v6]:port"},
      {"dns:", "there is no host: write host:port"},
      {"dns:///", "there is no host: write host:port"},
      {"dns://", "two slashes are for the name of a DNS server: write dns:///name:port"},
      {"dns://library:9190",
       "two slashes are for the name of a DNS server: write dns:///library:9190"},
      {"dns:///library:99999", "\"99999" + no_port},
      {"dns:///9190", "a number is not a host: write localhost:9190 for a port of this machine"},
      {"ipv4:library.test:9190",
       "\"library.test\" is not an IPv4 address: write dns:///name:port for a name"},
      {"ipv4:127.0.0.1", "\"127.0.0.1\" has no port: write address:port"},
      {"ipv4:127.0.0.1:1,127.0.0.1:0", "\"0" + no_port},
      {"ipv6:[::1]", "\"[::1]\" has no port: write [address]:port"},
      {"ipv6:127.0.0.1:1",
       "\"127.0.0.1\" is not an IPv6 address: write dns:///name:port for a name"},
      {"unix:", "there is no file: write unix:/path/of/socket"},
      {"unix:/run/", "there is no file: write unix:/path/of/socket"},
      {"unix://run/x.sock", "two slashes are not part of a path: write unix:/run/x.sock"},
      {absl::StrCat("unix:/", std::string(200, 'x')),
       "the path has 201 bytes, and sockets allow 107"},
  };
  for (const auto& row : kRows) {
    const absl::Status status = CheckBackendTarget(row.target);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << row.target;
    EXPECT_EQ(status.message().substr(0, row.message.size()), row.message) << row.target;
  }
}

}  // namespace
}  // namespace trestle
