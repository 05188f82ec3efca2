// A route as operators and observers see it.

#ifndef TRESTLE_SERVER_ROUTE_INFO_H_
#define TRESTLE_SERVER_ROUTE_INFO_H_

#include <cstddef>
#include <string>

namespace trestle {

// A value of the route table; the same for generated and dynamic routes. Does not change once the
// server has started.
struct RouteInfo {
  size_t index = 0;         // in the route table of the server, from 0
  std::string http_method;  // "GET"; "*" for any
  std::string path;         // the template as written: "/v1/{name=shelves/*}"
  // The RPC "/library.v1.LibraryService/GetShelf" consists of these; empty for a custom handler.
  std::string service;  // "library.v1.LibraryService"
  std::string method;   // "GetShelf"
  bool client_streaming = false;
  bool server_streaming = false;
  std::string body;           // as in google.api.HttpRule: "", "*" or a field
  std::string response_body;  // "" or a field
  std::string backend;        // Backend::name()
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_ROUTE_INFO_H_
