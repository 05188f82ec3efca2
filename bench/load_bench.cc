// Measures the cost of loading a large API from a descriptor set: time and memory of each step from
// the file to a complete router.
//
//   ./dev bench load [SERVICES]

#include <malloc.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "trestle/bench/api_set.h"
#include "trestle/server/descriptor_set.h"
#include "trestle/server/routing/route.h"
#include "trestle/server/routing/router.h"
#include "trestle/transcoding/codec/schema.h"

namespace trestle {
namespace {

double CpuMilliseconds() { return 1e3 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

double ResidentMegabytes() {
  std::ifstream statm("/proc/self/statm");
  double size = 0;
  double resident = 0;
  statm >> size >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

// Prints the time and memory used since the last step.
class Meter {
 public:
  void Step(const char* name) {
    const double cpu = CpuMilliseconds();
    const double resident = ResidentMegabytes();
    std::printf("%-34s %8.0f ms %8.1f MB\n", name, cpu - cpu_, resident - resident_);
    cpu_ = cpu;
    resident_ = resident;
  }

 private:
  double cpu_ = CpuMilliseconds();
  double resident_ = ResidentMegabytes();
};

template <typename T>
T OrDie(absl::StatusOr<T> value) {
  if (value.ok()) return *std::move(value);
  std::fprintf(stderr, "%s\n", value.status().ToString().c_str());
  std::exit(1);
}

bench::ApiSetSize SizeOf(int services) {
  bench::ApiSetSize size;
  if (services > 0) size = {services, services * 5 / 2};
  return size;
}

void Load(const std::string& file) {
  Meter meter;
  const std::unique_ptr<DescriptorSet> set = OrDie(DescriptorSet::Load({file}));
  meter.Step("read the file, link its services");
  const std::vector<ServiceRoute> service_routes = OrDie(set->Routes({}));
  meter.Step("collect the HTTP rules");
  SchemaPool schemas(&set->pool());
  std::deque<Route> routes;
  for (const ServiceRoute& route : service_routes) {
    routes.push_back(OrDie(ResolveRoute(route, schemas)));
  }
  meter.Step("resolve their names");
  Router router;
  for (const Route& route : routes) {
    if (!router.Add(&route).ok()) std::exit(1);
  }
  meter.Step("build the router");
  std::printf("%zu bindings\n", routes.size());
}

}  // namespace
}  // namespace trestle

int main(int argc, char** argv) {
  const std::string file = absl::StrCat("/tmp/trestle_load_", getpid(), ".pb");
  {
    std::ofstream out(file, std::ios::binary);
    trestle::bench::MakeApiSet(trestle::SizeOf(argc > 1 ? std::atoi(argv[1]) : 0))
        .SerializeToOstream(&out);
  }
  malloc_trim(0);  // so that the following steps show their memory
  trestle::Load(file);
  unlink(file.c_str());
}
