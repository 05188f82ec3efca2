// How many files, sockets included, the process may have open.

#ifndef TRESTLE_SERVER_DESCRIPTOR_LIMIT_H_
#define TRESTLE_SERVER_DESCRIPTOR_LIMIT_H_

#include <cstddef>

namespace trestle {

// Raises the soft limit of open files (`ulimit -Sn`) to the hard one (`ulimit -Hn`). Returns the
// soft limit that applies then.
size_t RaiseDescriptorLimit();

// Returns how many connections of clients fit under `limit`, beside the files that are open now
// and those that are kept for connections to backends and for files that are read again.
size_t ConnectionsThatFit(size_t limit);

}  // namespace trestle

#endif  // TRESTLE_SERVER_DESCRIPTOR_LIMIT_H_
