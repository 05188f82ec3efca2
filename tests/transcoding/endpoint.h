// One route behind a router, as a server has it: what requests become, end to end but for
// the socket.

#ifndef TRESTLE_TESTS_TRANSCODING_ENDPOINT_H_
#define TRESTLE_TESTS_TRANSCODING_ENDPOINT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"
#include "trestle/server/routing/router.h"
#include "trestle/transcoding/http.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// A route to messages of one type.
class Endpoint {
 public:
  // `rule` must be a good one; its response_body is a field of the request's type.
  Endpoint(const Rule& rule, const google::protobuf::Descriptor& request);
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;

  const Binding& binding() const { return route_.binding; }

  // What a server makes of `http`: NotFound where the route does not take it.
  absl::Status Serve(const HttpRequest& http, const Options& options, std::string* wire) const;

 private:
  Route route_;
  Router router_;
};

// The field that the status's google.rpc.BadRequest names; "-" where it has none.
std::string ViolatedField(const absl::Status& status);

// A request for `target`, "/v1/x?a=b", as a client without a body sends it.
HttpRequest Http(const std::string& method, const std::string& target);
// With a body; without a Content-Type where `content_type` is "".
HttpRequest Http(const std::string& method, const std::string& target, std::string body,
                 const std::string& content_type = "application/json");

// "POST /v1/x?a=b (application/json) {...}", or "[field] what is wrong".
std::string Dump(const absl::StatusOr<HttpRequest>& http);

}  // namespace trestle

#endif  // TRESTLE_TESTS_TRANSCODING_ENDPOINT_H_
