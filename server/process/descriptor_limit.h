// The limit of open files, including sockets, of the process.

#ifndef TRESTLE_SERVER_PROCESS_DESCRIPTOR_LIMIT_H_
#define TRESTLE_SERVER_PROCESS_DESCRIPTOR_LIMIT_H_

#include <cstddef>

namespace trestle {

// Raises the soft limit of open files (`ulimit -Sn`) to the hard one (`ulimit -Hn`). Returns the
// resulting soft limit.
size_t RaiseDescriptorLimit();

// Returns the number of client connections that fit under `limit`, at least 1: the rest after the
// files that are open now, `needed` descriptors that the caller is going to open, and a reserve for
// name resolution and for files that are reloaded.
size_t ConnectionsThatFit(size_t limit, size_t needed);

}  // namespace trestle

#endif  // TRESTLE_SERVER_PROCESS_DESCRIPTOR_LIMIT_H_
