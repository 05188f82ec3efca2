// The kinds of clients in the soak test.

#ifndef TRESTLE_BENCH_SOAK_KINDS_H_
#define TRESTLE_BENCH_SOAK_KINDS_H_

#include <vector>

#include "trestle/bench/soak_visit.h"

namespace trestle {
namespace bench {

struct VisitKind {
  const char* name;
  int weight;  // the relative frequency
  void (*start)(Visit& visit);
};

// Well-behaved clients, some of them slow. Anything but the correct response is a fault.
std::vector<VisitKind> GoodKinds();

// Clients that send invalid or incomplete data. The gateway must refuse it or close the connection
// within its timeouts.
std::vector<VisitKind> BadKinds();

// Clients that disconnect.
std::vector<VisitKind> LeavingKinds();

}  // namespace bench
}  // namespace trestle

#endif  // TRESTLE_BENCH_SOAK_KINDS_H_
