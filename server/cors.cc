#include "trestle/server/cors.h"

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "trestle/server/cors/origin_pattern.h"
#include "trestle/server/cors/vary.h"
#include "trestle/server/gateway/metadata.h"
#include "trestle/transcoding/codec/quote.h"
#include "trestle/transcoding/fault_list.h"
#include "trestle/transcoding/http_fields.h"
#include "trestle/transcoding/options.h"
#include "trestle/transcoding/token.h"

// A request without a preflight goes through the handler, and its response gets the headers
// afterwards: Access-Control-Allow-Origin if its origin is allowed, and Vary in any case, since a
// cache could otherwise serve the response for one origin to another. "*" is constant, so it is
// sent even without an Origin (Fetch, "CORS protocol and HTTP caches").
//
// A preflight asks for a path, a method and headers. It is refused as a whole, by a response
// without any Access-Control-*, if the origin, the method or the private network is not allowed.
// Headers are not judged here: the response lists those that are allowed, and the browser compares.

namespace trestle {
namespace {

constexpr absl::string_view kAllowOrigin = "Access-Control-Allow-Origin";
constexpr absl::string_view kRequestMethod = "Access-Control-Request-Method";
constexpr absl::string_view kRequestHeaders = "Access-Control-Request-Headers";
constexpr absl::string_view kRequestPrivateNetwork = "Access-Control-Request-Private-Network";

// ---- options

// `value` is that of an option.
absl::Status Fault(absl::string_view value, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(value, ": ", why));
}

void CheckOrigins(const CorsOptions& options, FaultList* faults) {
  for (const std::string& origin : options.allow_origin) {
    if (origin == "*" || origin == "null") {
      if (!options.allow_credentials) continue;
      faults->Add(
          "allow_origin",
          Fault(Quote(origin),
                "not with allow_credentials, since any page can have it; list the origins"));
    } else if (const auto parsed = ParseOriginPattern(origin); !parsed.ok()) {
      faults->Add("allow_origin", parsed.status());
    }
  }
  const bool has_any = absl::c_linear_search(options.allow_origin, "*");
  if (has_any && options.allow_origin.size() > 1) {
    faults->Add("allow_origin", Fault("\"*\"", "allows all origins; remove it or the others"));
  }
}

absl::Status NotAName(absl::string_view text) {
  return Fault(Quote(text), "not the name of a header; write one name per value, such as x-tenant");
}

// "x-tenant", but not "x-*".
bool IsWholeName(absl::string_view text) { return IsToken(text) && !absl::StrContains(text, '*'); }

void CheckAllowed(const CorsOptions& options, FaultList* faults) {
  for (const std::string& text : options.allow_headers) {
    const absl::string_view name = absl::StripSuffix(text, "*");
    const bool is_all = text == "*";
    if (!is_all && !IsWholeName(name)) faults->Add("allow_headers", NotAName(text));
  }
}

void CheckExposed(const CorsOptions& options, FaultList* faults) {
  constexpr absl::string_view kField = "expose_headers";
  for (const std::string& text : options.expose_headers) {
    if (text == "*" && options.allow_credentials) {
      faults->Add(kField, Fault("\"*\"",
                                "with allow_credentials it does not mean all headers; "
                                "list the headers"));
    } else if (text != "*" && !IsWholeName(text)) {
      faults->Add(kField, NotAName(text));
    }
  }
}

void CheckMaxAge(absl::Duration max_age, FaultList* faults) {
  const bool is_whole = absl::Trunc(max_age, absl::Seconds(1)) == max_age;
  if (is_whole && max_age >= absl::ZeroDuration() && max_age <= absl::Hours(24 * 365)) return;
  faults->Add("max_age", Fault(absl::FormatDuration(max_age),
                               "not whole seconds, from 0s to a year; write a time such as 600s"));
}

// ---- requests

// Returns the value of the field `name` if there is exactly one, else an empty text.
absl::string_view OnlyValue(const HttpFields& fields, absl::string_view name) {
  absl::string_view value;
  bool has_one = false;
  for (const HttpField& field : fields) {
    if (!absl::EqualsIgnoreCase(field.name, name)) continue;
    if (has_one) return "";
    has_one = true;
    value = field.value;
  }
  return value;
}

bool HasField(const HttpFields& fields, absl::string_view name) {
  return FindField(fields, name) != nullptr;
}

// ---- responses

void RemoveAccessControl(HttpFields* headers) {
  const auto is_set_here = [](const HttpField& field) {
    return absl::StartsWithIgnoreCase(field.name, "Access-Control-");
  };
  headers->erase(std::remove_if(headers->begin(), headers->end(), is_set_here), headers->end());
}

// Returns the methods that a preflight response lists; empty if `requested` is not allowed. A path
// with a route for any method allows `requested`, whatever it is: a "*" would not cover it in a
// request with credentials.
std::string ListedMethods(absl::string_view requested, absl::string_view methods) {
  if (!IsToken(requested)) return "";
  bool has_requested = false;
  bool has_any = false;
  std::vector<absl::string_view> listed;
  ForEachMember(methods, [&](absl::string_view method) {
    has_requested |= method == requested;
    if (method == "*") {
      has_any = true;
    } else {
      listed.push_back(method);
    }
  });
  if (!has_requested && !has_any) return "";
  if (!has_requested) listed.push_back(requested);
  return absl::StrJoin(listed, ", ");
}

}  // namespace

absl::Status CheckCorsOptions(const CorsOptions& options) {
  FaultList faults;
  CheckOrigins(options, &faults);
  CheckAllowed(options, &faults);
  CheckExposed(options, &faults);
  CheckMaxAge(options.max_age, &faults);
  return faults.ToStatus();
}

struct CorsPolicy::Rep {
  bool allows_any = false;  // "*"
  absl::flat_hash_set<std::string> origins;
  std::vector<OriginPattern> wildcards;
  bool allow_credentials = false;
  bool allow_private_network = false;
  std::string exposed;                // the value of Access-Control-Expose-Headers
  std::string max_age;                // in seconds
  std::string listed_headers;         // the names of allow_headers
  std::vector<std::string> prefixes;  // of further names; "" for all
  std::vector<absl::string_view> preflight_vary = {"Origin", kRequestMethod, kRequestHeaders};

  void AddOrigin(const std::string& origin);
  void AddHeaders(const std::vector<std::string>& names);
  bool Allows(absl::string_view origin) const;
  std::string ListedHeaders(const HttpFields& request) const;
  void AppendAllowed(absl::string_view allowed_origin, HttpFields* headers) const;
};

void CorsPolicy::Rep::AddOrigin(const std::string& origin) {
  if (origin == "*") {
    allows_any = true;
    return;
  }
  absl::StatusOr<OriginPattern> pattern = ParseOriginPattern(origin);
  if (!pattern.ok()) return;  // has been checked
  if (pattern->is_wildcard) {
    wildcards.push_back(*std::move(pattern));
  } else {
    origins.insert(std::move(pattern->origin));
  }
}

void CorsPolicy::Rep::AddHeaders(const std::vector<std::string>& names) {
  std::vector<absl::string_view> whole;
  for (absl::string_view name : names) {
    if (absl::ConsumeSuffix(&name, "*")) {
      prefixes.emplace_back(name);
    } else {
      whole.push_back(name);
    }
  }
  listed_headers = absl::StrJoin(whole, ", ");
}

bool CorsPolicy::Rep::Allows(absl::string_view origin) const {
  if (origins.contains(origin)) return true;
  return absl::c_any_of(
      wildcards, [&](const OriginPattern& pattern) { return MatchesWildcard(pattern, origin); });
}

// Returns the headers that are always listed, and those of the request that begin with a prefix.
std::string CorsPolicy::Rep::ListedHeaders(const HttpFields& request) const {
  std::string listed = listed_headers;
  if (prefixes.empty()) return listed;
  ForEachMember(request, kRequestHeaders, [&](absl::string_view name) {
    const bool is_listed = IsToken(name) && absl::c_any_of(prefixes, [&](const auto& prefix) {
                             return absl::StartsWithIgnoreCase(name, prefix);
                           });
    if (is_listed) absl::StrAppend(&listed, listed.empty() ? "" : ", ", name);
  });
  return listed;
}

void CorsPolicy::Rep::AppendAllowed(absl::string_view allowed_origin, HttpFields* headers) const {
  headers->push_back({std::string(kAllowOrigin), std::string(allowed_origin)});
  if (allow_credentials) headers->push_back({"Access-Control-Allow-Credentials", "true"});
}

CorsPolicy::CorsPolicy(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
CorsPolicy::~CorsPolicy() = default;

absl::StatusOr<std::shared_ptr<const CorsPolicy>> CorsPolicy::Make(const CorsOptions& options) {
  if (absl::Status s = CheckCorsOptions(options); !s.ok()) return s;
  if (options.allow_origin.empty()) {
    return Fault("allow_origin", "no origin; list the origins that may call the API, or \"*\"");
  }
  auto rep = std::make_unique<Rep>();
  for (const std::string& origin : options.allow_origin) rep->AddOrigin(origin);
  rep->AddHeaders(options.allow_headers.empty() ? RecognizedHeaders(Options())
                                                : options.allow_headers);
  rep->allow_credentials = options.allow_credentials;
  rep->allow_private_network = options.allow_private_network;
  if (rep->allow_private_network) rep->preflight_vary.push_back(kRequestPrivateNetwork);
  rep->exposed = absl::StrJoin(options.expose_headers, ", ");
  rep->max_age = absl::StrCat(absl::ToInt64Seconds(options.max_age));
  return std::shared_ptr<const CorsPolicy>(new CorsPolicy(std::move(rep)));
}

std::string CorsPolicy::AllowedOrigin(const HttpFields& headers) const {
  if (rep_->allows_any) return "*";
  const absl::string_view origin = OnlyValue(headers, "Origin");
  return rep_->Allows(origin) ? std::string(origin) : "";
}

absl::optional<Reply> CorsPolicy::Preflight(const HttpRequest& request,
                                            const std::string& methods) const {
  const HttpFields& asked = request.headers;
  const std::string origin = AllowedOrigin(asked);
  const std::string listed = ListedMethods(OnlyValue(asked, kRequestMethod), methods);
  const bool is_private = HasField(asked, kRequestPrivateNetwork);
  const bool is_refused = is_private && !rep_->allow_private_network;
  if (origin.empty() || listed.empty() || is_refused) return absl::nullopt;
  Reply reply;
  reply.http.status = 204;
  HttpFields& headers = reply.http.headers;
  rep_->AppendAllowed(origin, &headers);
  headers.push_back({"Access-Control-Allow-Methods", listed});
  std::string names = rep_->ListedHeaders(asked);
  if (!names.empty()) headers.push_back({"Access-Control-Allow-Headers", std::move(names)});
  headers.push_back({"Access-Control-Max-Age", rep_->max_age});
  if (is_private) headers.push_back({"Access-Control-Allow-Private-Network", "true"});
  AddToVary(rep_->preflight_vary, &headers);
  return reply;
}

void CorsPolicy::Complete(absl::string_view allowed_origin, HttpFields* headers) const {
  RemoveAccessControl(headers);
  AddToVary({"Origin"}, headers);
  if (allowed_origin.empty()) return;
  rep_->AppendAllowed(allowed_origin, headers);
  if (!rep_->exposed.empty()) {
    headers->push_back({"Access-Control-Expose-Headers", rep_->exposed});
  }
}

void CorsPolicy::CompleteRefused(HttpFields* headers) const {
  RemoveAccessControl(headers);
  AddToVary(rep_->preflight_vary, headers);
}

bool IsPreflight(const HttpRequest& request) {
  return request.method == "OPTIONS" && HasField(request.headers, "Origin") &&
         HasField(request.headers, kRequestMethod);
}

Middleware CorsMiddleware(std::shared_ptr<const CorsPolicy> policy, PathMethods methods) {
  return [policy = std::move(policy), methods = std::move(methods)](Handler next) -> Handler {
    return [policy, methods, next = std::move(next)](Request& request) {
      if (IsPreflight(request.http)) {
        const std::string allowed = methods(request.http.path);
        if (absl::optional<Reply> own = policy->Preflight(request.http, allowed)) {
          return *std::move(own);
        }
        Reply reply = next(request);
        policy->CompleteRefused(&reply.http.headers);
        return reply;
      }
      // The handler may consume the request.
      const std::string origin = policy->AllowedOrigin(request.http.headers);
      Reply reply = next(request);
      policy->Complete(origin, &reply.http.headers);
      return reply;
    };
  };
}

}  // namespace trestle
