// CORS: which pages of other origins may call the API, by the Fetch standard.
//
//   trestle::CorsOptions options;
//   options.allow_origin = {"https://app.example.com"};
//   if (absl::Status s = server.UseCors(options); !s.ok()) return s;
//
// A handler that is not part of a Server can have the middleware alone (CorsMiddleware).

#ifndef TRESTLE_SERVER_CORS_H_
#define TRESTLE_SERVER_CORS_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "trestle/server/handler.h"
#include "trestle/transcoding/http.h"

namespace trestle {

// Who may call the API from a page of another origin (E3).
struct CorsOptions {
  // Origins as browsers send them: "https://app.example.com"; "https://*.example.com" for all
  // subdomains, at any depth, but not the domain itself; "null", for pages without an origin; or
  // "*" alone, for all. Empty: CORS is off.
  std::vector<std::string> allow_origin;
  // Let pages send cookies, client certificates and what the browser knows for `Authorization`. Not
  // with "*" or "null", which any page can have.
  bool allow_credentials = false;
  // Request headers that pages may send, in any case: "x-tenant"; "x-acme-*" by their beginning;
  // "*" for all. Empty: those that the mapping recognizes (RecognizedHeaders).
  std::vector<std::string> allow_headers;
  // Response headers that pages may read, in addition to those that Fetch lets them read; "*" for
  // all, without credentials.
  std::vector<std::string> expose_headers;
  // The time for which a browser may remember a preflight response, in whole seconds; 0: it must
  // not. Browsers have their own limit: 2 hours in Chromium, 24 in Firefox.
  absl::Duration max_age = absl::Seconds(600);
  // Answer preflights of Private Network Access: pages of the internet may call this server in a
  // private network. Such a preflight is refused otherwise.
  bool allow_private_network = false;
};

// Fails with InvalidArgument if `options` are invalid or contradict each other: a line for each
// fault, which names the field, the value and the remedy.
absl::Status CheckCorsOptions(const CorsOptions& options);

// Returns the methods of a path as the field Allow lists them ("GET, HEAD, OPTIONS"), with "*" for
// any method; empty if the path is unknown. Must be thread-safe.
using PathMethods = std::function<std::string(absl::string_view path)>;

// A policy that is in force. Immutable, thread-safe.
class CorsPolicy {
 public:
  // Fails as CheckCorsOptions does, and with InvalidArgument if no origin is allowed.
  static absl::StatusOr<std::shared_ptr<const CorsPolicy>> Make(const CorsOptions& options);
  ~CorsPolicy();

  // Returns the value of Access-Control-Allow-Origin for a request with `headers`: "*", the origin,
  // or empty if it is not allowed. A request with more than one Origin has none that is allowed.
  std::string AllowedOrigin(const HttpFields& headers) const;

  // Returns the response to a preflight request (IsPreflight) for a path with `methods`
  // (PathMethods): 204 with the headers of E4. Returns nullopt if the policy refuses it.
  absl::optional<Reply> Preflight(const HttpRequest& request, const std::string& methods) const;

  // Sets the headers of a response to another request, whose AllowedOrigin is `allowed_origin`.
  // Replaces all Access-Control-* that the response has, and adds Origin to its Vary.
  void Complete(absl::string_view allowed_origin, HttpFields* headers) const;

  // The same for a refused preflight, which gets no Access-Control-*.
  void CompleteRefused(HttpFields* headers) const;

 private:
  struct Rep;
  explicit CorsPolicy(std::unique_ptr<Rep> rep);

  const std::unique_ptr<Rep> rep_;
};

// Returns true for OPTIONS with Origin and Access-Control-Request-Method.
bool IsPreflight(const HttpRequest& request);

// Returns a middleware that applies `policy`. It responds to a preflight itself, with the methods
// of the path; one that the policy refuses, such as one for an unknown path, is passed on like any
// OPTIONS, and its response gets no Access-Control-*. Install it outside of authentication, since
// browsers send preflights without credentials.
Middleware CorsMiddleware(std::shared_ptr<const CorsPolicy> policy, PathMethods methods);

}  // namespace trestle

#endif  // TRESTLE_SERVER_CORS_H_
