#include "trestle/server/process/reload_signals.h"

#include <pthread.h>
#include <signal.h>

namespace trestle {

void BlockReloadSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGHUP);
  sigaddset(&signals, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace trestle
