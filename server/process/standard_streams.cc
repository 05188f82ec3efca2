#include "trestle/server/process/standard_streams.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace trestle {
namespace {

// Returns false for an anonymous inode, too, which has no type: gRPC opens an eventfd before main()
// runs, and no parent passes one as a stream.
bool IsStream(int descriptor) {
  struct stat status {};
  return fstat(descriptor, &status) == 0 && (status.st_mode & S_IFMT) != 0;
}

}  // namespace

void OpenStandardStreams() {
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
    if (IsStream(descriptor)) continue;
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0) return;
    dup2(null, descriptor);
    if (null > STDERR_FILENO) close(null);
  }
}

}  // namespace trestle
