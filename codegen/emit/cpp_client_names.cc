#include "trestle/codegen/emit/cpp_client_names.h"

#include "absl/strings/str_cat.h"
#include "trestle/codegen/names.h"

namespace trestle {
namespace codegen {
namespace {

using google::protobuf::MethodDescriptor;

ClientRpcKind KindOf(const Method& method) {
  const MethodDescriptor& rpc = *method.desc;
  if (method.rules.empty() || rpc.client_streaming()) return ClientRpcKind::kLeftOut;
  if (rpc.server_streaming()) return ClientRpcKind::kServerStream;
  if (method.list_items != nullptr) return ClientRpcKind::kList;
  return rpc.output_type()->full_name() == "google.protobuf.Empty" ? ClientRpcKind::kEmpty
                                                                   : ClientRpcKind::kUnary;
}

ClientService NewClient(const Service& service) {
  const google::protobuf::FileDescriptor& file = *service.desc->file();
  const std::string& name = service.desc->name();
  ClientService client;
  client.service = &service;
  client.interface = UnusedName(file, name + "ClientInterface");
  client.implementation = UnusedName(file, name + "Client");
  client.factory = UnusedName(file, absl::StrCat("New", name, "Client"));
  client.names = {client.interface, client.implementation};
  for (const Method& method : service.methods) {
    client.rpcs.push_back({&method, KindOf(method),
                           TakeName(SafeName(method.desc->name()), &client.names), "",
                           "k" + method.desc->name()});
  }
  for (ClientRpc& rpc : client.rpcs) {
    if (rpc.kind != ClientRpcKind::kList) continue;
    rpc.page_function = TakeName(rpc.function + "Page", &client.names);
  }
  return client;
}

}  // namespace

std::string TakeName(std::string name, absl::flat_hash_set<std::string>* names) {
  while (!names->insert(name).second) name += '_';
  return name;
}

std::vector<ClientService> ClientServices(const Api& api) {
  std::vector<ClientService> clients;
  for (const Service& service : api.services) clients.push_back(NewClient(service));
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
