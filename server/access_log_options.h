// The options of an access log.

#ifndef TRESTLE_SERVER_ACCESS_LOG_OPTIONS_H_
#define TRESTLE_SERVER_ACCESS_LOG_OPTIONS_H_

#include <cstddef>
#include <string>
#include <vector>

namespace trestle {

enum class AccessLogFormat {
  kText,  // name=value pairs, in the form known as logfmt
  kJson,  // one JSON object per line
};

// The part of a query that is logged. Values of a query may be secrets.
enum class AccessLogQuery {
  kNone,
  kNames,  // the names of the parameters: "view&page_size"; "***" for those without a value
  kAll,    // all of it, except for the values of `secret_parameters`
};

struct AccessLogOptions {
  AccessLogFormat format = AccessLogFormat::kText;
  AccessLogQuery query = AccessLogQuery::kNames;
  // The share, from 0 to 1, of complete responses with a status of 2xx or 3xx that is logged.
  // Everything else is always logged: other statuses, failed calls, and responses that did not
  // arrive completely.
  double sample = 1;
  // The number of proxies whose X-Forwarded-For is trusted for the client's address, as
  // HeaderOptions::trusted_hops.
  int trusted_hops = 0;
  // The number of bytes that are logged of a longer text, followed by an ellipsis.
  size_t max_text = 1024;
  // Parameters whose values are logged as "***". Compared without case, "_" and "-", with the whole
  // name of a parameter and with the last field of a field path: "access_token" also selects
  // "accessToken" and "login.accessToken".
  std::vector<std::string> secret_parameters = {
      "access_token", "api_key",   "authorization", "client_secret",   "id_token",
      "key",          "passwd",    "password",      "refresh_token",   "secret",
      "sig",          "signature", "token",         "x-amz-signature", "x-goog-signature"};
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_ACCESS_LOG_OPTIONS_H_
