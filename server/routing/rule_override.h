// Replaces rules of routes with those of a service config (R42 to R44).

#ifndef TRESTLE_SERVER_ROUTING_RULE_OVERRIDE_H_
#define TRESTLE_SERVER_ROUTING_RULE_OVERRIDE_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "google/protobuf/descriptor.h"
#include "trestle/server/service_route.h"
#include "trestle/transcoding/service_config.h"

namespace trestle {

// Replaces the routes of each RPC that `config` has rules for, and adds routes for RPCs
// that had none. RPCs are looked up in `pools`, in order. Fails with InvalidArgument, with file and
// line, if a selector names an RPC that is in none of them; `*routes` is then unchanged.
absl::Status OverrideRules(const ServiceConfig& config,
                           absl::Span<const google::protobuf::DescriptorPool* const> pools,
                           std::vector<ServiceRoute>* routes);

}  // namespace trestle

#endif  // TRESTLE_SERVER_ROUTING_RULE_OVERRIDE_H_
