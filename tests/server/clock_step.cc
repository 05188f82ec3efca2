// A library to preload: shifts the wall clock of a program by the seconds that the file
// $TRESTLE_TEST_CLOCK holds (an int64_t, at any time another one). Its monotonic clock stays as it
// is.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace {

const std::atomic<int64_t>* MapStep() {
  static const std::atomic<int64_t> none{0};
  const char* const file = std::getenv("TRESTLE_TEST_CLOCK");
  const int descriptor = file == nullptr ? -1 : open(file, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return &none;
  void* const at = mmap(nullptr, sizeof(none), PROT_READ, MAP_SHARED, descriptor, 0);
  close(descriptor);
  return at == MAP_FAILED ? &none : static_cast<const std::atomic<int64_t>*>(at);
}

time_t Step() {
  static const std::atomic<int64_t>* const step = MapStep();
  return *step;
}

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* now) noexcept {
  const auto result = static_cast<int>(syscall(SYS_clock_gettime, clock, now));
  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) now->tv_sec += Step();
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
