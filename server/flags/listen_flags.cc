#include "trestle/server/flags/listen_flags.h"

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "trestle/server/flags/flag_value.h"
#include "trestle/server/http/ip_range.h"
#include "trestle/server/http/listen_address.h"
#include "trestle/server/tls/tls_conflict.h"

namespace trestle {
namespace {

constexpr char kGroup[] = "Listening";

void AddTlsFlags(CLI::App& app, TlsOptions* tls) {
  const auto add_file = [&app](const char* name, std::string* value, const char* description) {
    app.add_option(name, *value, description)->type_name("FILE")->group(kGroup);
  };
  add_file("--tls_certificate", &tls->certificate_file,
           "The PEM certificate of https:// addresses, followed by its intermediate certificates. "
           "Reloaded when it changes, as are the two files below.");
  add_file("--tls_key", &tls->key_file, "The PEM key of that certificate, unencrypted.");
  add_file("--tls_client_ca", &tls->client_ca_file,
           "PEM certificates of the authorities that are trusted to sign client certificates.");
  AddChoice<ClientAuth>(app, "--tls_client_auth",
                        {{"none", ClientAuth::kNone},
                         {"optional", ClientAuth::kOptional},
                         {"required", ClientAuth::kRequired}},
                        &tls->client_auth, "Request a certificate from clients, or require one.")
      ->group(kGroup);
  app.add_option("--tls_groups", tls->groups,
                 "The groups for key exchange, best first, by OpenSSL's names.")
      ->type_name("LIST")
      ->capture_default_str()
      ->group(kGroup);
}

std::string Misused(absl::string_view flag, absl::string_view why) {
  return absl::StrCat(flag, ": ", why);
}

absl::string_view FlagOf(TlsOption option) {
  switch (option) {
    case TlsOption::kCertificateFile:
      return "--tls_certificate";
    case TlsOption::kKeyFile:
      return "--tls_key";
    case TlsOption::kClientCaFile:
      return "--tls_client_ca";
    case TlsOption::kClientAuth:
      return "--tls_client_auth";
  }
  return "";
}

void CheckTls(const TlsOptions& tls, bool has_https, std::vector<std::string>* problems) {
  if (const absl::optional<TlsConflict> conflict = FindTlsConflict(tls)) {
    const bool needs_value = conflict->needed == TlsOption::kClientAuth;
    problems->push_back(Misused(FlagOf(conflict->option),
                                absl::StrCat("it needs ", FlagOf(conflict->needed),
                                             needs_value ? "=optional or required" : "")));
  } else if (!tls.certificate_file.empty() && !has_https) {
    problems->push_back(Misused("--tls_certificate", "no --listen address begins with https://"));
  }
}

}  // namespace

void AddListenFlags(CLI::App& app, std::vector<std::string>* addresses, ListenOptions* options) {
  app.add_option("--listen", *addresses,
                 "The address to serve HTTP on: host:port, [v6]:port or unix:/path; with TLS, "
                 "https://host:port. Port 0: any free port. systemd:NAME, also after https://, is "
                 "a socket that systemd has opened. May be repeated.")
      ->type_name("ADDRESS")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->default_str((*addresses)[0])
      ->group(kGroup);
  AddSwitch(app, "--reuse_port", &options->reuse_port,
            "Let other processes listen on the same ports (SO_REUSEPORT); the system distributes "
            "connections.")
      ->group(kGroup);
  AddTlsFlags(app, &options->tls);
  AddList(
      app, "--proxy_protocol_from", "RANGE", &options->proxy_protocol_from,
      "Proxies whose connections begin with a PROXY protocol header, which is trusted: an "
      "address, a range (10.0.0.0/8), or unix for all clients of Unix sockets. May be repeated.")
      ->group(kGroup);
}

std::vector<std::string> ProblemsOf(const std::vector<std::string>& addresses,
                                    const ListenOptions& options) {
  std::vector<std::string> problems;
  bool has_https = false;
  for (const std::string& address : addresses) {
    const absl::StatusOr<ListenAddress> parsed = ParseListenAddress(address);
    if (!parsed.ok()) {
      problems.emplace_back(parsed.status().message());
      continue;
    }
    if (parsed->tls && options.tls.certificate_file.empty()) {
      problems.push_back(
          Misused("--listen", absl::StrCat("\"", address, "\" needs --tls_certificate")));
    }
    has_https |= parsed->tls;
  }
  for (const std::string& proxy : options.proxy_protocol_from) {
    if (proxy == "unix") continue;
    const absl::StatusOr<IpRange> range = ParseIpRange(proxy);
    if (!range.ok()) {
      problems.push_back(Misused("--proxy_protocol_from", range.status().message()));
    }
  }
  CheckTls(options.tls, has_https, &problems);
  return problems;
}

}  // namespace trestle
