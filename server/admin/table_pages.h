// The admin pages that are tables: routes, settings, requests in progress.

#ifndef TRESTLE_SERVER_ADMIN_TABLE_PAGES_H_
#define TRESTLE_SERVER_ADMIN_TABLE_PAGES_H_

#include <vector>

#include "absl/time/time.h"
#include "trestle/server/admin/page_format.h"
#include "trestle/server/admin/request_list.h"
#include "trestle/server/handler.h"
#include "trestle/server/route_info.h"
#include "trestle/server/setting.h"

namespace trestle {

// Each returns a page in `format`: application/json or text/plain.

Reply RoutesPage(const std::vector<const RouteInfo*>& routes, PageFormat format);

Reply SettingsPage(const std::vector<Setting>& settings, PageFormat format);

// `requests` are as of `now`, a value of MonotonicNow. The page has the first 1000 of them, and the
// number of all.
Reply RequestsPage(const std::vector<RequestInProgress>& requests, absl::Time now,
                   PageFormat format);

}  // namespace trestle

#endif  // TRESTLE_SERVER_ADMIN_TABLE_PAGES_H_
