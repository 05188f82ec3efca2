// The routes of a gateway as a table, for people and for programs.

#ifndef TRESTLE_SERVER_ROUTING_ROUTES_TABLE_H_
#define TRESTLE_SERVER_ROUTING_ROUTES_TABLE_H_

#include <string>
#include <vector>

namespace trestle {

// One route.
struct RouteRow {
  std::string method;         // "GET"; "*" is any method
  std::string path;           // the template: "/v1/{name=shelves/*}"
  std::string rpc;            // "library.v1.LibraryService/GetShelf"; empty for a handler
  std::string backend;        // its target; empty if there is none
  std::string body;           // "*" or a request field; empty: no body
  std::string response_body;  // a response field; empty: the whole response
};

// Returns a line of headings and a line for each row, in columns. An empty value is "-". Control
// characters are escaped.
std::string RoutesAsText(const std::vector<RouteRow>& rows);

// Returns a JSON array with an object for each row, on a line of its own. The keys are the names of
// the members above.
std::string RoutesAsJson(const std::vector<RouteRow>& rows);

}  // namespace trestle

#endif  // TRESTLE_SERVER_ROUTING_ROUTES_TABLE_H_
