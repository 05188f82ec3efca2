#include "trestle/server/admin/table_pages.h"

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "trestle/server/admin/text_table.h"
#include "trestle/server/routing/routes_table.h"

namespace trestle {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMaxRequests = 1000;

Reply JsonPage(const Json& json) {
  // Bytes that are not UTF-8 become U+FFFD: a method or a file name may have any.
  return Reply::Json(200,
                     json.dump(/*indent=*/1, ' ', false, Json::error_handler_t::replace) + "\n");
}

absl::string_view PhaseText(RequestRecord::Phase phase) {
  switch (phase) {
    case RequestRecord::Phase::kRequest:
      return "reading the request";
    case RequestRecord::Phase::kCall:
      return "waiting for the backend";
    case RequestRecord::Phase::kResponse:
      return "sending the response";
  }
  return "";
}

// Returns "library.v1.LibraryService/GetShelf"; empty for a handler.
std::string RpcOf(const RouteInfo& route) {
  return route.service.empty() ? "" : absl::StrCat(route.service, "/", route.method);
}

std::string RpcOf(const RequestInProgress& request) {
  return request.route == nullptr ? "" : RpcOf(*request.route);
}

std::string PathOf(const RequestInProgress& request) {
  return request.route == nullptr ? "" : request.route->path;
}

Json ToJson(const RequestInProgress& request, absl::Time now) {
  return Json{{"age_ms", absl::ToInt64Milliseconds(now - request.began)},
              {"method", request.method},
              {"route", PathOf(request)},
              {"rpc", RpcOf(request)},
              {"peer", request.peer},
              {"phase", PhaseText(request.phase)},
              {"bytes_received", request.bytes_received},
              {"bytes_sent", request.bytes_sent},
              {"messages_sent", request.messages_sent},
              {"messages_received", request.messages_received}};
}

std::vector<std::string> ToCells(const RequestInProgress& request, absl::Time now) {
  const absl::Duration age = absl::Trunc(now - request.began, absl::Milliseconds(1));
  return {absl::FormatDuration(age),
          request.method,
          PathOf(request),
          RpcOf(request),
          request.peer,
          std::string(PhaseText(request.phase)),
          absl::StrCat(request.bytes_received),
          absl::StrCat(request.bytes_sent)};
}

}  // namespace

Reply RoutesPage(const std::vector<const RouteInfo*>& routes, PageFormat format) {
  std::vector<RouteRow> rows;
  rows.reserve(routes.size());
  for (const RouteInfo* route : routes) {
    rows.push_back({route->http_method, route->path, RpcOf(*route), route->backend, route->body,
                    route->response_body});
  }
  if (format == PageFormat::kText) return Reply::Text(200, RoutesAsText(rows));
  return Reply::Json(200, RoutesAsJson(rows));
}

Reply SettingsPage(const std::vector<Setting>& settings, PageFormat format) {
  if (format == PageFormat::kText) {
    std::vector<std::vector<std::string>> rows = {{"NAME", "VALUE", "SOURCE"}};
    for (const Setting& setting : settings) {
      rows.push_back({setting.name, absl::StrJoin(setting.values, " "), setting.source});
    }
    return Reply::Text(200, TextTable(rows));
  }
  Json json = Json::array();
  for (const Setting& setting : settings) {
    json.push_back(
        {{"name", setting.name}, {"values", setting.values}, {"source", setting.source}});
  }
  return JsonPage(json);
}

Reply RequestsPage(const std::vector<RequestInProgress>& requests, absl::Time now,
                   PageFormat format) {
  const size_t shown = std::min(requests.size(), kMaxRequests);
  if (format == PageFormat::kText) {
    std::vector<std::vector<std::string>> rows = {
        {"AGE", "METHOD", "ROUTE", "RPC", "PEER", "PHASE", "RECEIVED", "SENT"}};
    for (size_t i = 0; i < shown; ++i) rows.push_back(ToCells(requests[i], now));
    std::string text = TextTable(rows);
    if (shown < requests.size()) absl::StrAppend(&text, "and ", requests.size() - shown, " more\n");
    return Reply::Text(200, std::move(text));
  }
  Json json = {{"count", requests.size()}, {"requests", Json::array()}};
  for (size_t i = 0; i < shown; ++i) json["requests"].push_back(ToJson(requests[i], now));
  return JsonPage(json);
}

}  // namespace trestle
