// A google.api.HttpRule as text, the form in which generated code contains it. Generated code
// includes this header everywhere, so it includes as little as possible.

#ifndef TRESTLE_TRANSCODING_RULE_H_
#define TRESTLE_TRANSCODING_RULE_H_

#include <string>

namespace trestle {

// One binding of an RPC, unresolved.
struct Rule {
  std::string http_method;         // "GET", or a custom kind; "*" is any method (R2)
  std::string path;                // the template
  std::string body = {};           // "" none, "*" all, or a request field (R35)
  std::string response_body = {};  // "" all, or a response field (R38)
};

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_RULE_H_
