// The flags for the admin listener and the health paths.

#ifndef TRESTLE_SERVER_FLAGS_ADMIN_FLAGS_H_
#define TRESTLE_SERVER_FLAGS_ADMIN_FLAGS_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace trestle {

// As in AdminOptions (server/admin.h).
struct AdminFlags {
  std::string address;
  std::string health_path;
};

// Adds the flags to `app`. They set `*flags`.
void AddAdminFlags(CLI::App& app, AdminFlags* flags);

// Returns a message for each invalid value.
std::vector<std::string> ProblemsOf(const AdminFlags& flags);

}  // namespace trestle

#endif  // TRESTLE_SERVER_FLAGS_ADMIN_FLAGS_H_
