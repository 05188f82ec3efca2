// The configuration of jemalloc in a gateway (jemalloc(3), TUNING).

// jemalloc reads this variable. Background threads return the memory of a burst of requests to the
// system within seconds, even in an idle process. Large allocations are returned in the same way:
// otherwise they would be returned at once, and each message of some MiB would need new pages.
extern "C" {
extern const char* const malloc_conf;
const char* const malloc_conf =
    "background_thread:true,max_background_threads:1,dirty_decay_ms:5000,muzzy_decay_ms:0,"
    "oversize_threshold:0";
}
