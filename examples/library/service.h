// The library's gRPC service.

#ifndef TRESTLE_EXAMPLES_LIBRARY_SERVICE_H_
#define TRESTLE_EXAMPLES_LIBRARY_SERVICE_H_

#include <memory>

#include "library/v1/library.grpc.pb.h"
#include "trestle/examples/library/store.h"

namespace library {

// Returns a library.v1.LibraryService over `store`, which must outlive it. Thread-safe.
std::unique_ptr<v1::LibraryService::Service> NewLibraryService(Store& store);

}  // namespace library

#endif  // TRESTLE_EXAMPLES_LIBRARY_SERVICE_H_
