// A library to preload that applies the faults in the file $TRESTLE_TEST_FAULTS, a SystemFaults.

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <ctime>

#include "trestle/tests/testing/system_faults.h"

namespace {

using trestle::SystemFaults;

SystemFaults* Map() {
  static SystemFaults none;
  const char* const file = std::getenv("TRESTLE_TEST_FAULTS");
  const int descriptor = file == nullptr ? -1 : open(file, O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return &none;
  void* const at = mmap(nullptr, sizeof(none), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  close(descriptor);
  return at == MAP_FAILED ? &none : static_cast<SystemFaults*>(at);
}

SystemFaults& Faults() {
  static SystemFaults* const faults = Map();
  return *faults;
}

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* now) noexcept {
  const auto result = static_cast<int>(syscall(SYS_clock_gettime, clock, now));
  const bool is_wall = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
  if (is_wall) now->tv_sec += Faults().clock_step;
  return result;
}

extern "C" int gettimeofday(timeval* now, void*) noexcept {
  timespec exact{};
  clock_gettime(CLOCK_REALTIME, &exact);
  *now = {exact.tv_sec, exact.tv_nsec / 1000};
  return 0;
}

extern "C" time_t time(time_t* now) noexcept {
  timespec exact{};
  clock_gettime(CLOCK_REALTIME, &exact);
  if (now != nullptr) *now = exact.tv_sec;
  return exact.tv_sec;
}

// The kernel leaves the connection in the backlog, as if the next one had come at once.
extern "C" int accept4(int listener, sockaddr* address, socklen_t* size, int flags) {
  if (Faults().no_connections != 0) {
    errno = ECONNABORTED;
    return -1;
  }
  return static_cast<int>(syscall(SYS_accept4, listener, address, size, flags));
}

extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                              void* (*run)(void*), void* argument) noexcept {
  using Create = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  static const auto create = reinterpret_cast<Create>(dlsym(RTLD_NEXT, "pthread_create"));
  SystemFaults& faults = Faults();
  if (faults.no_threads != 0 || faults.threads_left == 1) return EAGAIN;
  if (faults.threads_left > 1) --faults.threads_left;
  return create(thread, attributes, run, argument);
}
