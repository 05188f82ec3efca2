// The files of a TLS server: invalid ones, and their replacement.

#include "trestle/server/tls/tls_server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "trestle/server/server_stats.h"
#include "trestle/tests/testing/certificate_authority.h"
#include "trestle/tests/testing/tls_files.h"
#include "trestle/tests/testing/tls_pair.h"

namespace trestle {
namespace {

Holder Named(const std::string& name) {
  Holder holder;
  holder.subject = {{"CN", name}};
  return holder;
}

// A server that reads its files again for each connection, and records its reports.
class TlsServerTest : public testing::Test {
 protected:
  std::unique_ptr<TlsServer> Make(absl::Duration interval = absl::ZeroDuration(),
                                  ClientAuth auth = ClientAuth::kNone) {
    TlsOptions options = files_.options(auth);
    options.on_reload = [this](const absl::Status& status) {
      news_.push_back(status.ok() ? "OK" : std::string(status.message()));
    };
    return TlsServer::Make(options, interval).value();
  }

  // Returns the name in the certificate that a new client gets.
  static std::string Shown(TlsServer* server) {
    TlsPair pair(server);
    return pair.Handshake() == TlsClient::kDone ? pair.client().server_name() : "no handshake";
  }

  // Completes a handshake on both sides.
  static void Greet(TlsServer* server) {
    TlsPair pair(server);
    EXPECT_EQ(pair.Handshake(), TlsClient::kDone);
    pair.ClientSends("hello");
  }

  std::string KeyError(const std::string& why) const {
    return absl::StrCat("key file \"", files_.key_file(), "\": ", why);
  }

  const Authority authority_;
  const Identity first_ = authority_.Issue(Named("first"));
  const Identity second_ = authority_.Issue(Named("second"));
  const TlsFiles files_{first_};
  std::vector<std::string> news_;
};

using News = std::vector<std::string>;

TEST_F(TlsServerTest, NewConnectionsGetTheNewCertificateAndOldOnesContinue) {
  const auto server = Make();
  TlsPair old(server.get());
  ASSERT_EQ(old.Handshake(), TlsClient::kDone);
  EXPECT_EQ(old.client().server_name(), "CN=first");
  files_.Replace(second_);
  EXPECT_EQ(Shown(server.get()), "CN=second");
  EXPECT_EQ(news_, News{"OK"});
  EXPECT_EQ(old.ServerSends("still there"), "still there");
  old.ClientSends("me too");
  EXPECT_EQ(old.received, "me too");
  EXPECT_EQ(Shown(server.get()), "CN=second");
  EXPECT_EQ(news_, News{"OK"});  // once
}

TEST_F(TlsServerTest, AHandshakeInProgressKeepsItsCertificate) {
  const auto server = Make();
  TlsPair pair(server.get());
  ASSERT_EQ(pair.client().Handshake(), TlsClient::kWaits);
  ASSERT_EQ(pair.Receive(), IoResult::kWantsRead);
  files_.Replace(second_);
  EXPECT_EQ(Shown(server.get()), "CN=second");
  ASSERT_EQ(pair.Handshake(), TlsClient::kDone);
  EXPECT_EQ(pair.client().server_name(), "CN=first");
}

TEST_F(TlsServerTest, AnInconsistentPairIsIgnoredAndReportedOnce) {
  const auto server = Make();
  files_.Replace(files_.certificate_file(), second_.certificate);
  EXPECT_EQ(Shown(server.get()), "CN=first");
  EXPECT_EQ(Shown(server.get()), "CN=first");
  EXPECT_EQ(news_, News{KeyError("it is not the key of the certificate")});
  files_.Replace(files_.key_file(), second_.key.substr(0, 50));
  EXPECT_EQ(Shown(server.get()), "CN=first");
  files_.Replace(files_.key_file(), second_.key);
  EXPECT_EQ(Shown(server.get()), "CN=second");
  EXPECT_EQ(news_, (News{KeyError("it is not the key of the certificate"),
                         KeyError("no unencrypted PEM private key found"), "OK"}));
}

TEST_F(TlsServerTest, O16AReloadReportsEachTime) {
  const auto server = Make();
  server->Reload();
  EXPECT_EQ(news_, News{"OK"});
  files_.Replace(files_.certificate_file(), second_.certificate);
  server->Reload();
  server->Reload();
  const std::string error = KeyError("it is not the key of the certificate");
  EXPECT_EQ(news_, (News{"OK", error, error}));
  EXPECT_EQ(Shown(server.get()), "CN=first");
  files_.Replace(second_);
  server->Reload();
  EXPECT_EQ(news_, (News{"OK", error, error, "OK"}));
  EXPECT_EQ(Shown(server.get()), "CN=second");
}

// O7
TEST_F(TlsServerTest, StatsCountHandshakesAndReloads) {
  const auto server = Make();
  ASSERT_EQ(server->stats().certificates.size(), 1u);
  const CertificateStats certificate = server->stats().certificates[0];
  EXPECT_EQ(certificate.file, files_.certificate_file());
  EXPECT_EQ(certificate.subject, "CN=first");
  EXPECT_LT(absl::AbsDuration(certificate.expires - absl::Now() - absl::Hours(1)),
            absl::Minutes(10));
  Greet(server.get());
  {
    TlsPair left(server.get());
    ASSERT_EQ(left.client().Handshake(), TlsClient::kWaits);
    ASSERT_EQ(left.Receive(), IoResult::kWantsRead);
    TlsPair silent(server.get());
    ASSERT_EQ(silent.Receive(), IoResult::kWantsRead);
  }
  EXPECT_EQ(server->stats().handshakes, 1u);
  EXPECT_EQ(server->stats().failed_handshakes, 1u);
  files_.Replace(files_.key_file(), "");
  Greet(server.get());
  files_.Replace(second_);
  Greet(server.get());
  EXPECT_EQ(server->stats().reloads, 1u);
  EXPECT_EQ(server->stats().failed_reloads, 1u);
  EXPECT_EQ(server->stats().handshakes, 3u);
  EXPECT_EQ(server->stats().certificates[0].subject, "CN=second");
}

TEST_F(TlsServerTest, FilesMayVanishForAWhile) {
  const auto server = Make();
  std::filesystem::remove(files_.key_file());
  EXPECT_EQ(Shown(server.get()), "CN=first");
  EXPECT_EQ(Shown(server.get()), "CN=first");
  EXPECT_EQ(news_, News{KeyError("No such file or directory")});
  files_.Replace(second_);
  EXPECT_EQ(Shown(server.get()), "CN=second");
}

// Overwritten in place, with the same size and times, as `cp -p` may do.
TEST_F(TlsServerTest, ComparesTheContentsOfFiles) {
  const auto server = Make();
  for (const auto& [file, text] : {std::pair(files_.certificate_file(), second_.certificate),
                                   std::pair(files_.key_file(), second_.key)}) {
    const auto time = std::filesystem::last_write_time(file);
    std::ofstream(file, std::ios::binary | std::ios::in) << text;
    std::filesystem::resize_file(file, text.size());
    std::filesystem::last_write_time(file, time);
  }
  EXPECT_EQ(Shown(server.get()), "CN=second");
}

// As Kubernetes does.
TEST_F(TlsServerTest, ALinkMayBeSwitchedToAnotherFolder) {
  const TlsFiles other(second_);
  const auto link = std::filesystem::path(files_.key_file()).parent_path() / "current";
  const auto point_to = [&](const TlsFiles& files) {
    const auto next = link.string() + ".next";
    std::filesystem::create_directory_symlink(std::filesystem::path(files.key_file()).parent_path(),
                                              next);
    std::filesystem::rename(next, link);
  };
  point_to(files_);
  TlsOptions options;
  options.certificate_file = link / "certificate.pem";
  options.key_file = link / "key.pem";
  const auto server = TlsServer::Make(options, absl::ZeroDuration()).value();
  EXPECT_EQ(Shown(server.get()), "CN=first");
  point_to(other);
  EXPECT_EQ(Shown(server.get()), "CN=second");
}

TEST_F(TlsServerTest, ReloadsClientAuthorities) {
  const Authority clients, others;
  files_.Replace(files_.client_ca_file(), clients.certificate());
  const auto server = Make(absl::ZeroDuration(), ClientAuth::kRequired);
  TlsClientOptions options;
  options.version = TLS1_2_VERSION;  // where a refusal ends the handshake
  options.identity = others.Issue(Named("client"));
  EXPECT_EQ(TlsPair(server.get(), options).Handshake(), TlsClient::kFailed);
  files_.Replace(files_.client_ca_file(), "nothing\n");
  EXPECT_EQ(TlsPair(server.get(), options).Handshake(), TlsClient::kFailed);
  files_.Replace(files_.client_ca_file(), clients.certificate() + others.certificate());
  EXPECT_EQ(TlsPair(server.get(), options).Handshake(), TlsClient::kDone);
  EXPECT_EQ(news_, (News{absl::StrCat("client CA file \"", files_.client_ca_file(),
                                      "\": no PEM certificate found"),
                         "OK"}));
}

TEST_F(TlsServerTest, DoesNotReadFilesForEachConnection) {
  const auto server = Make(absl::Hours(1));
  files_.Replace(second_);
  EXPECT_EQ(Shown(server.get()), "CN=first");
  EXPECT_EQ(news_, News{});
}

TEST_F(TlsServerTest, SendsTheWholeChain) {
  const Authority below(&authority_);
  Identity identity = below.Issue(Named("below"));
  identity.certificate += below.certificate();
  files_.Replace(identity);
  const auto server = Make();
  TlsClientOptions options;
  options.ca = authority_.certificate();
  TlsPair pair(server.get(), options);
  EXPECT_EQ(pair.Handshake(), TlsClient::kDone) << pair.client().error();
}

TEST_F(TlsServerTest, ReloadsWhileManyConnect) {
  const auto server = Make();
  std::atomic<bool> is_over{false};
  std::thread writer([&] {
    while (!is_over) {
      files_.Replace(second_);
      files_.Replace(first_);
    }
  });
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&] {
      for (int j = 0; j < 25; ++j) {
        const std::string shown = Shown(server.get());
        EXPECT_TRUE(shown == "CN=first" || shown == "CN=second") << shown;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  is_over = true;
  writer.join();
}

TEST_F(TlsServerTest, RejectsInvalidFilesAtTheStart) {
  const std::string certificate = files_.certificate_file(), key = files_.key_file();
  const auto write = [&](const std::string& name, const std::string& text) {
    std::string file = absl::StrCat(certificate, ".", name);
    files_.Replace(file, text);
    return file;
  };
  const std::string text = write("text", "hello\n"), empty = write("empty", "");
  const std::string other_key = write("other", second_.key);
  const std::string half = write("half", absl::StrCat(first_.certificate,
                                                      "-----BEGIN CERTIFICATE"
                                                      "-----\nMII\n"));
  const std::string clients = write("clients", authority_.certificate());
  const std::string no_key = "no unencrypted PEM private key found";
  const struct {
    std::string certificate, key, client_ca, what, file, why;
  } kRows[] = {
      {"/no/such", key, clients, "certificate file", "/no/such", "No such file or directory"},
      {certificate, "/no/such", clients, "key file", "/no/such", "No such file or directory"},
      {certificate, key, "/no/such", "client CA file", "/no/such", "No such file or directory"},
      {empty, key, clients, "certificate file", empty, "it is empty"},
      {text, key, clients, "certificate file", text, "no PEM certificate found"},
      {key, key, clients, "certificate file", key, "no PEM certificate found"},
      {half, key, clients, "certificate file", half, "certificate 2 is malformed"},
      {certificate, text, clients, "key file", text, no_key},
      {certificate, certificate, clients, "key file", certificate, no_key},
      {certificate, other_key, clients, "key file", other_key,
       "it is not the key of the certificate"},
      {certificate, key, text, "client CA file", text, "no PEM certificate found"},
  };
  for (const auto& row : kRows) {
    TlsOptions options;
    options.certificate_file = row.certificate;
    options.key_file = row.key;
    options.client_ca_file = row.client_ca;
    options.client_auth = ClientAuth::kOptional;
    EXPECT_EQ(TlsServer::Make(options).status(),
              absl::InvalidArgumentError(absl::StrCat(row.what, " \"", row.file, "\": ", row.why)));
  }
}

// Both in one file, in either order.
TEST_F(TlsServerTest, OneFileMayHoldBoth) {
  for (const std::string& text :
       {first_.certificate + first_.key, first_.key + first_.certificate}) {
    files_.Replace(files_.certificate_file(), text);
    TlsOptions options = files_.options();
    options.key_file = options.certificate_file;
    EXPECT_TRUE(TlsServer::Make(options).ok());
  }
}

}  // namespace
}  // namespace trestle
