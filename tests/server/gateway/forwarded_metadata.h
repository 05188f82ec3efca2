// The metadata that a request's headers become, in one line.

#ifndef TRESTLE_TESTS_SERVER_GATEWAY_FORWARDED_METADATA_H_
#define TRESTLE_TESTS_SERVER_GATEWAY_FORWARDED_METADATA_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "trestle/server/gateway/metadata.h"

namespace trestle {

// Returns options that forward the headers of `patterns`.
inline HeaderOptions WithForwarded(std::vector<std::string> patterns) {
  HeaderOptions options;
  options.forward = std::move(patterns);
  return options;
}

// Returns the metadata of a request with `headers` as "key=value;…", and "400" if it is refused.
inline std::string Forwarded(HttpFields headers, const HeaderOptions& options = {}) {
  Request request;
  request.http.headers = std::move(headers);
  Metadata metadata;
  if (!RequestMetadata(request, options, &metadata).ok()) return "400";
  std::string dump;
  for (const auto& [key, value] : metadata) absl::StrAppend(&dump, key, "=", value, ";");
  return dump;
}

}  // namespace trestle

#endif  // TRESTLE_TESTS_SERVER_GATEWAY_FORWARDED_METADATA_H_
