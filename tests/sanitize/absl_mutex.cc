// Tells ThreadSanitizer of abseil's locks. Debian's abseil is built without it, so that it
// takes what they guard for a race. These definitions come before the library's, which they
// call; .bazelrc links them into every program of --config=thread.

#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"

// What remains is within the libraries, is a Condition that they look at for us, or is a static
// of cpp-httplib's, whose making they guard unseen.
extern "C" const char* __tsan_default_suppressions() {
  return "race:libabsl_\n"
         "race:libgpr\n"
         "race:libgrpc\n"
         "race:libssl\n"
         "race:libcpp-httplib\n";
}

namespace {

// The library's own `mangled`, a member function whose object comes first.
template <typename Function>
Function Library(const char* mangled) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, mangled));
}

}  // namespace

// A member function's mangled name in Debian's abseil.
#define TRESTLE_ABSL(name) "_ZN4absl7debian3" name

namespace absl {
ABSL_NAMESPACE_BEGIN

void Mutex::Lock() {
  static const auto lock = Library<void (*)(Mutex*)>(TRESTLE_ABSL("5Mutex4LockEv"));
  lock(this);
  __tsan_acquire(this);
}

void Mutex::ReaderLock() {
  static const auto lock = Library<void (*)(Mutex*)>(TRESTLE_ABSL("5Mutex10ReaderLockEv"));
  lock(this);
  __tsan_acquire(this);
}

bool Mutex::TryLock() {
  static const auto lock = Library<bool (*)(Mutex*)>(TRESTLE_ABSL("5Mutex7TryLockEv"));
  if (!lock(this)) return false;
  __tsan_acquire(this);
  return true;
}

void Mutex::Unlock() {
  static const auto unlock = Library<void (*)(Mutex*)>(TRESTLE_ABSL("5Mutex6UnlockEv"));
  __tsan_release(this);
  unlock(this);
}

void Mutex::ReaderUnlock() {
  static const auto unlock = Library<void (*)(Mutex*)>(TRESTLE_ABSL("5Mutex12ReaderUnlockEv"));
  __tsan_release(this);
  unlock(this);
}

void Mutex::LockWhen(const Condition& condition) {
  static const auto lock = Library<void (*)(Mutex*, const Condition&)>(
      TRESTLE_ABSL("5Mutex8LockWhenERKNS0_9ConditionE"));
  lock(this, condition);
  __tsan_acquire(this);
}

// What waits lets go of the mutex, and has it again afterwards.

void Mutex::Await(const Condition& condition) {
  static const auto await =
      Library<void (*)(Mutex*, const Condition&)>(TRESTLE_ABSL("5Mutex5AwaitERKNS0_9ConditionE"));
  __tsan_release(this);
  await(this, condition);
  __tsan_acquire(this);
}

bool Mutex::AwaitWithDeadline(const Condition& condition, Time deadline) {
  static const auto await = Library<bool (*)(Mutex*, const Condition&, Time)>(
      TRESTLE_ABSL("5Mutex17AwaitWithDeadlineERKNS0_9ConditionENS0_4TimeE"));
  __tsan_release(this);
  const bool holds = await(this, condition, deadline);
  __tsan_acquire(this);
  return holds;
}

void CondVar::Wait(Mutex* mutex) {
  static const auto wait =
      Library<void (*)(CondVar*, Mutex*)>(TRESTLE_ABSL("7CondVar4WaitEPNS0_5MutexE"));
  __tsan_release(mutex);
  wait(this, mutex);
  __tsan_acquire(mutex);
}

bool CondVar::WaitWithTimeout(Mutex* mutex, Duration timeout) {
  static const auto wait = Library<bool (*)(CondVar*, Mutex*, Duration)>(
      TRESTLE_ABSL("7CondVar15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE"));
  __tsan_release(mutex);
  const bool timed_out = wait(this, mutex, timeout);
  __tsan_acquire(mutex);
  return timed_out;
}

bool CondVar::WaitWithDeadline(Mutex* mutex, Time deadline) {
  static const auto wait = Library<bool (*)(CondVar*, Mutex*, Time)>(
      TRESTLE_ABSL("7CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE"));
  __tsan_release(mutex);
  const bool timed_out = wait(this, mutex, deadline);
  __tsan_acquire(mutex);
  return timed_out;
}

void Notification::Notify() {
  static const auto notify =
      Library<void (*)(Notification*)>(TRESTLE_ABSL("12Notification6NotifyEv"));
  __tsan_release(this);
  notify(this);
}

void Notification::WaitForNotification() const {
  static const auto wait = Library<void (*)(const Notification*)>(
      "_ZNK4absl7debian312Notification19WaitForNotificationEv");
  wait(this);
  __tsan_acquire(const_cast<Notification*>(this));
}

ABSL_NAMESPACE_END
}  // namespace absl
