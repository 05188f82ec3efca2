// The kinds of clients that the soak is made of.

#ifndef TRESTLE_BENCH_SOAK_KINDS_H_
#define TRESTLE_BENCH_SOAK_KINDS_H_

#include <vector>

#include "trestle/bench/soak_visit.h"

namespace trestle {
namespace bench {

struct VisitKind {
  const char* name;
  int weight;  // how often, beside the others
  void (*start)(Visit& visit);
};

// Clients that do as they should, some of them slowly: anything but the right answer is a
// fault.
std::vector<VisitKind> GoodKinds();

// Clients that send what is wrong, or too little: the gateway refuses it or closes, within
// the time-outs that the soak gives it.
std::vector<VisitKind> BadKinds();

// Clients that vanish.
std::vector<VisitKind> LeavingKinds();

}  // namespace bench
}  // namespace trestle

#endif  // TRESTLE_BENCH_SOAK_KINDS_H_
