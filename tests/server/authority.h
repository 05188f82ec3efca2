// A certificate authority for tests of TLS.

#ifndef TRESTLE_TESTS_SERVER_AUTHORITY_H_
#define TRESTLE_TESTS_SERVER_AUTHORITY_H_

#include <memory>
#include <string>

namespace trestle {

// A certificate and its key, in PEM.
struct Identity {
  std::string certificate;
  std::string key;
};

class Authority {
 public:
  Authority();
  ~Authority();

  // Its own certificate in PEM.
  const std::string& certificate() const;
  // A certificate for `alt_name`, "DNS:library.test" or "IP:127.0.0.1", that is valid now.
  Identity Issue(const std::string& alt_name) const;

 private:
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

}  // namespace trestle

#endif  // TRESTLE_TESTS_SERVER_AUTHORITY_H_
