// One route and its router, as in a server: decodes requests end to end, without a socket.

#ifndef TRESTLE_TESTS_TRANSCODING_ENDPOINT_H_
#define TRESTLE_TESTS_TRANSCODING_ENDPOINT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"
#include "trestle/server/routing/route.h"
#include "trestle/server/routing/router.h"
#include "trestle/transcoding/binding.h"
#include "trestle/transcoding/http.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// A route to messages of one type.
class Endpoint {
 public:
  // `rule` must be valid. Its response_body is a field of the request's type.
  Endpoint(const Rule& rule, const google::protobuf::Descriptor& request);
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;

  const Binding& binding() const { return route_.binding; }

  // Decodes `http` like a server. Fails with NotFound if the route does not match.
  absl::Status Serve(const HttpRequest& http, const Options& options, std::string* wire) const;

 private:
  Route route_;
  Router router_;
};

// The field in the google.rpc.BadRequest of the status, or "-" if it has none.
std::string ViolatedField(const absl::Status& status);

// A request for `target`, "/v1/x?a=b", without a body.
HttpRequest Http(const std::string& method, const std::string& target);
// A request with a body. It has no Content-Type if `content_type` is "".
HttpRequest Http(const std::string& method, const std::string& target, std::string body,
                 const std::string& content_type = "application/json");

// "POST /v1/x?a=b (application/json) {...}", or "[field] message".
std::string Dump(const absl::StatusOr<HttpRequest>& http);

}  // namespace trestle

#endif  // TRESTLE_TESTS_TRANSCODING_ENDPOINT_H_
