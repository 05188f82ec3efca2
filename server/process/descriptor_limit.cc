#include "trestle/server/process/descriptor_limit.h"

#include <dirent.h>
#include <sys/resource.h>

#include <algorithm>
#include <limits>

namespace trestle {
namespace {

// Stands for no limit, and for limits above it.
constexpr size_t kMost = size_t{1} << 21;
// For name resolution, and files that are reloaded.
constexpr size_t kReserve = 32;

size_t OpenDescriptors() {
  DIR* const folder = opendir("/proc/self/fd");
  if (folder == nullptr) return 0;
  size_t count = 0;
  while (readdir(folder) != nullptr) ++count;
  closedir(folder);
  return count;  // includes ".", ".." and the folder itself
}

}  // namespace

size_t RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return kMost;
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = std::max<rlim_t>(before, std::min<rlim_t>(limit.rlim_max, kMost));
  const bool is_raised = setrlimit(RLIMIT_NOFILE, &limit) == 0;
  return static_cast<size_t>(std::min<rlim_t>(is_raised ? limit.rlim_cur : before, kMost));
}

size_t ConnectionsThatFit(size_t limit, size_t needed) {
  const size_t others = OpenDescriptors() + needed + kReserve;
  return limit > others ? limit - others : 1;
}

}  // namespace trestle
