// Names of the classes and functions in a generated C++ client.

#ifndef TRESTLE_CODEGEN_EMIT_CPP_CLIENT_NAMES_H_
#define TRESTLE_CODEGEN_EMIT_CPP_CLIENT_NAMES_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "trestle/codegen/api.h"

namespace trestle {
namespace codegen {

// The form of an RPC in a client.
enum class ClientRpcKind {
  kUnary,         // absl::StatusOr<Response>
  kEmpty,         // absl::Status
  kList,          // a range of items, and single pages
  kServerStream,  // a range of responses
  kOmitted,       // client streaming, or no rule
};

// An RPC and the names generated for it.
struct ClientRpc {
  const Method* method;
  ClientRpcKind kind;
  std::string function;       // "ListBooks"
  std::string page_function;  // "ListBooksPage", of a kList
  std::string index;          // "kListBooks": its index in the table
};

// A service and the names generated for it.
struct ClientService {
  const Service* service;
  std::string interface;                   // "LibraryServiceClientInterface"
  std::string implementation;              // "LibraryServiceClient"
  std::string factory;                     // "NewLibraryServiceClient"
  absl::flat_hash_set<std::string> names;  // of the interface and its members
  std::vector<ClientRpc> rpcs;
};

// Returns the names for each service. No name conflicts with another one, a keyword, or a name that
// the .proto files define in the package.
std::vector<ClientService> ClientServices(const Api& api);

// Returns `name`, with as many "_" appended as needed to be new in `*names`, to which it is added.
std::string TakeName(std::string name, absl::flat_hash_set<std::string>* names);

// Returns the names that would hide a message type of the same name somewhere in the generated
// code.
absl::flat_hash_set<std::string> TakenNames(const std::vector<ClientService>& clients);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_EMIT_CPP_CLIENT_NAMES_H_
