#include "trestle/server/flags/admin_flags.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "trestle/server/admin/admin_address.h"

namespace trestle {

void AddAdminFlags(CLI::App& app, AdminFlags* flags) {
  constexpr char kGroup[] = "Operations";
  app.add_option(
         "--admin", flags->address,
         "Serve health, metrics, routes, the requests in progress and more on this address, "
         "for operators only: host:port or unix:/path. Default: off.")
      ->type_name("ADDRESS")
      ->group(kGroup);
  app.add_option("--health_path", flags->health_path,
                 "Also serve PATH/livez and PATH/readyz on the addresses of --listen, for load "
                 "balancers that can reach only those.")
      ->type_name("PATH")
      ->group(kGroup);
}

std::vector<std::string> ProblemsOf(const AdminFlags& flags) {
  std::vector<std::string> problems;
  if (absl::Status s = CheckAdminAddress(flags.address); !s.ok()) {
    problems.push_back(absl::StrCat("--admin: ", s.message()));
  }
  if (absl::Status s = CheckHealthPath(flags.health_path); !s.ok()) {
    problems.push_back(absl::StrCat("--health_path: ", s.message()));
  }
  return problems;
}

}  // namespace trestle
