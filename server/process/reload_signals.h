// SIGHUP and SIGUSR1, with which operators reload the TLS files and reopen the access log.

#ifndef TRESTLE_SERVER_PROCESS_RELOAD_SIGNALS_H_
#define TRESTLE_SERVER_PROCESS_RELOAD_SIGNALS_H_

namespace trestle {

// Blocks SIGHUP and SIGUSR1 in the calling thread and in the threads that it starts: without a
// handler they would end the process. The objects that handle them receive those that are pending
// (TerminationSignals, RepeatedSignal), and the signals stay blocked after these are destroyed. A
// signal that is ignored, as SIGHUP by nohup, stays ignored. Call this first in main().
void BlockReloadSignals();

}  // namespace trestle

#endif  // TRESTLE_SERVER_PROCESS_RELOAD_SIGNALS_H_
