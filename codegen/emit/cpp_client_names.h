// What a generated C++ client calls its classes and functions.

#ifndef TRESTLE_CODEGEN_EMIT_CPP_CLIENT_NAMES_H_
#define TRESTLE_CODEGEN_EMIT_CPP_CLIENT_NAMES_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "trestle/codegen/api.h"

namespace trestle {
namespace codegen {

// What a client makes of an RPC.
enum class ClientRpcKind {
  kUnary,         // absl::StatusOr<Response>
  kEmpty,         // absl::Status
  kList,          // a range of items, and single pages
  kServerStream,  // a range of responses
  kLeftOut,       // the client streams, or there is no rule
};

// An RPC and what is made for it is called.
struct ClientRpc {
  const Method* method;
  ClientRpcKind kind;
  std::string function;       // "ListBooks"
  std::string page_function;  // "ListBooksPage", of a kList
  std::string index;          // "kListBooks": its index in the table
};

// A service and what is made for it is called.
struct ClientService {
  const Service* service;
  std::string interface;                   // "LibraryServiceClientInterface"
  std::string implementation;              // "LibraryServiceClient"
  std::string factory;                     // "NewLibraryServiceClient"
  absl::flat_hash_set<std::string> names;  // of the interface and all in it
  std::vector<ClientRpc> rpcs;
};

// Of each service. No name clashes with another one, a keyword, or what the .proto files
// define in the package.
std::vector<ClientService> ClientServices(const Api& api);

// `name`, with as many "_" behind it as make it new in `*names`, to which it is added.
std::string TakeName(std::string name, absl::flat_hash_set<std::string>* names);

// What would hide a message type of the same name somewhere in the generated code.
absl::flat_hash_set<std::string> TakenNames(const std::vector<ClientService>& clients);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_EMIT_CPP_CLIENT_NAMES_H_
