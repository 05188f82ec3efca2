// How many files, sockets included, the process may have open.

#ifndef TRESTLE_SERVER_PROCESS_DESCRIPTOR_LIMIT_H_
#define TRESTLE_SERVER_PROCESS_DESCRIPTOR_LIMIT_H_

#include <cstddef>

namespace trestle {

// Raises the soft limit of open files (`ulimit -Sn`) to the hard one (`ulimit -Hn`). Returns the
// soft limit that applies then.
size_t RaiseDescriptorLimit();

// Returns the number of client connections that fit under `limit`, at least 1: what is left after
// the files that are open now, `needed` descriptors that the caller is going to open, and a reserve
// for name resolution and for files that are read again.
size_t ConnectionsThatFit(size_t limit, size_t needed);

}  // namespace trestle

#endif  // TRESTLE_SERVER_PROCESS_DESCRIPTOR_LIMIT_H_
