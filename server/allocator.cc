// How jemalloc keeps house in a gateway (jemalloc(3), TUNING).

// jemalloc looks for it under this name. Threads of its own give the system back, within seconds,
// what a burst of requests has left behind, also when nothing else happens in the process. So does
// what is large: otherwise it would go back at once, and each message of some MiB be all new pages.
extern "C" {
extern const char* const malloc_conf;
const char* const malloc_conf =
    "background_thread:true,max_background_threads:1,dirty_decay_ms:5000,muzzy_decay_ms:0,"
    "oversize_threshold:0";
}
