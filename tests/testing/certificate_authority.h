// A certificate authority for tests of TLS.

#ifndef TRESTLE_TESTS_TESTING_CERTIFICATE_AUTHORITY_H_
#define TRESTLE_TESTS_TESTING_CERTIFICATE_AUTHORITY_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace trestle {

// A certificate and its key, in PEM.
struct Identity {
  std::string certificate;
  std::string key;
};

// The contents of a certificate.
struct Holder {
  // In UTF-8: {{"O", "Example"}, {"CN", "billing"}}. Empty: a unique name.
  std::vector<std::pair<std::string, std::string>> subject = {};
  std::string alt_names = "";  // "DNS:a.test,URI:spiffe://a/b"
  std::string usage = "";      // extended: "serverAuth"; empty for all
  int valid_from = -3600;      // seconds from now
  int valid_to = 3600;
};

class Authority {
 public:
  Authority();
  // An authority whose certificate `issuer` has signed.
  explicit Authority(const Authority* issuer);
  ~Authority();

  // Its own certificate in PEM.
  const std::string& certificate() const;
  // A certificate for `alt_name`, "DNS:library.test" or "IP:127.0.0.1", that is valid now.
  Identity Issue(const std::string& alt_name) const;
  Identity Issue(const Holder& holder) const;

 private:
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

}  // namespace trestle

#endif  // TRESTLE_TESTS_TESTING_CERTIFICATE_AUTHORITY_H_
