#include "trestle/server/routing/rule_override.h"

#include <algorithm>
#include <string>

namespace trestle {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::MethodDescriptor;

const MethodDescriptor* FindRpc(absl::Span<const DescriptorPool* const> pools,
                                const std::string& name) {
  for (const DescriptorPool* pool : pools) {
    if (const MethodDescriptor* rpc = pool->FindMethodByName(name)) return rpc;
  }
  return nullptr;
}

void Remove(const std::string& rpc, std::vector<ServiceRoute>* routes) {
  routes->erase(std::remove_if(routes->begin(), routes->end(),
                               [&](const ServiceRoute& route) { return route.rpc == rpc; }),
                routes->end());
}

}  // namespace

absl::Status OverrideRules(const ServiceConfig& config,
                           absl::Span<const DescriptorPool* const> pools,
                           std::vector<ServiceRoute>* routes) {
  absl::Status known = CheckSelectors(
      config, [&](const std::string& name) { return FindRpc(pools, name) != nullptr; });
  if (!known.ok()) return known;
  for (const auto& [name, entry] : config.entries) {
    const MethodDescriptor& rpc = *FindRpc(pools, name);
    Remove(RouteOf(rpc, {}).rpc, routes);
    for (const Rule& rule : entry.rules) {
      routes->push_back(RouteOf(rpc, rule));
      routes->back().location = entry.location;
    }
  }
  return absl::OkStatus();
}

}  // namespace trestle
