#include "trestle/server/program/gateway_chain.h"

#include "trestle/server/flags/flags.h"
#include "trestle/server/flags/tracing_flags.h"
#include "trestle/server/middleware.h"
#include "trestle/server/tracer.h"

namespace trestle {

// The access log, the metrics and the tracer are observers (request_observer.h), which also see the
// requests that no middleware sees: they are outside of this chain.
absl::Status UseChain(const GatewayFlags& flags, const ConfigureServer& configure, Server* server) {
  server->Use(RequestId(NewRequestIds()));
  if (IsOn(flags.tracing) && flags.tracing.with_response) server->Use(Tracer::TraceResponse());
  if (absl::Status s = server->UseCors(flags.cors); !s.ok()) return s;
  if (configure == nullptr) return absl::OkStatus();
  return configure(*server);
}

}  // namespace trestle
