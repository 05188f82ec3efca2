#include "trestle/codegen/emit/cpp_client_names.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "trestle/codegen/names.h"

namespace trestle {
namespace codegen {
namespace {

using google::protobuf::MethodDescriptor;

ClientRpcKind KindOf(const Method& method) {
  const MethodDescriptor& rpc = *method.desc;
  if (method.rules.empty() || rpc.client_streaming()) return ClientRpcKind::kOmitted;
  if (rpc.server_streaming()) return ClientRpcKind::kServerStream;
  if (method.list_items != nullptr) return ClientRpcKind::kList;
  return rpc.output_type()->full_name() == "google.protobuf.Empty" ? ClientRpcKind::kEmpty
                                                                   : ClientRpcKind::kUnary;
}

// Returns `name`, with "_" appended until it is neither in the package nor in `*names`, to which it
// is added.
std::string TakeUnusedName(const Service& service, std::string name,
                           absl::flat_hash_set<std::string>* names) {
  for (;; name += '_') {
    name = UnusedName(*service.desc->file(), std::move(name));
    if (names->insert(name).second) return name;
  }
}

// Returns a client with the names that applications use; `*names` are those of the file.
ClientService NewClient(const Service& service, absl::flat_hash_set<std::string>* names) {
  const std::string& name = service.desc->name();
  ClientService client;
  client.service = &service;
  client.interface = TakeUnusedName(service, name + "ClientInterface", names);
  client.factory = TakeUnusedName(service, absl::StrCat("New", name, "Client"), names);
  return client;
}

void NameRpcs(ClientService& client) {
  client.names = {client.interface, client.implementation};
  for (const Method& method : client.service->methods) {
    client.rpcs.push_back({&method, KindOf(method),
                           TakeName(SafeName(method.desc->name()), &client.names), "",
                           "k" + method.desc->name()});
  }
  for (ClientRpc& rpc : client.rpcs) {
    if (rpc.kind != ClientRpcKind::kList) continue;
    rpc.page_function = TakeName(rpc.function + "Page", &client.names);
  }
}

}  // namespace

std::string TakeName(std::string name, absl::flat_hash_set<std::string>* names) {
  while (!names->insert(name).second) name += '_';
  return name;
}

std::vector<ClientService> ClientServices(const Api& api) {
  std::vector<ClientService> clients;
  absl::flat_hash_set<std::string> names;
  for (const Service& service : api.services) clients.push_back(NewClient(service, &names));
  for (ClientService& client : clients) {
    const Service& service = *client.service;
    client.implementation = TakeUnusedName(service, service.desc->name() + "Client", &names);
    NameRpcs(client);
  }
  return clients;
}

absl::flat_hash_set<std::string> TakenNames(const std::vector<ClientService>& clients) {
  absl::flat_hash_set<std::string> names = {"Methods", "kRows",   "channel",  "options",
                                            "page",    "request", "transport"};
  for (const ClientService& client : clients) {
    names.insert({client.interface, client.implementation, client.factory});
    names.insert(client.names.begin(), client.names.end());
    for (const ClientRpc& rpc : client.rpcs) {
      names.insert({rpc.index, "Do" + rpc.function, "Do" + rpc.page_function});
    }
  }
  return names;
}

}  // namespace codegen
}  // namespace trestle
