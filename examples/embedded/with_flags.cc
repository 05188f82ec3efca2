// A gateway with all flags of `trestle`, and with a key, a version and a web page of its own.
//
//   with_flags --backend=127.0.0.1:9090
//   curl -H 'X-Api-Key: open-sesame' http://127.0.0.1:8080/v1/hello/World

#include <cstdlib>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "examples/hello/hello.gateway.h"
#include "trestle/server/gateway_main.h"
#include "trestle/server/request_observer.h"
#include "trestle/server/static_files.h"

namespace {

// Requires the key below /v1, and adds its owner to the access log.
trestle::Handler CheckKey(trestle::Handler next) {
  return [next = std::move(next)](trestle::Request& request) {
    const std::string* key = trestle::FindField(request.http.headers, "X-Api-Key");
    const bool is_known = key != nullptr && *key == "open-sesame";
    if (is_known) trestle::AddField(request, "owner", "ali-baba");
    if (is_known || request.http.path.compare(0, 4, "/v1/") != 0) return next(request);
    return trestle::ErrorReply(absl::PermissionDeniedError("X-Api-Key is missing or unknown"));
  };
}

// A setting of the program: its flags are those of the gateway.
std::string PageFolder() {
  const char* const folder = std::getenv("PAGE_FOLDER");
  return folder != nullptr ? folder : "examples/embedded/files";
}

absl::Status Configure(trestle::Server& server) {
  server.Use(CheckKey);
  const auto files = trestle::ServeFiles(PageFolder(), "/ui", server.options().mapping);
  if (!files.ok()) return files.status();
  if (absl::Status s = server.Handle("GET", "/ui/**", *files); !s.ok()) return s;
  return server.Handle("GET", "/version", [](trestle::Request&) {
    return trestle::Reply::Json(200, R"({"version":"1.0"})");
  });
}

}  // namespace

int main(int argc, char** argv) {
  return trestle::GatewayMain(argc, argv, hello::HelloRoutes(), Configure);
}
