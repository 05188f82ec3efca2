// The descriptors 0, 1 and 2 of a program.

#ifndef TRESTLE_SERVER_PROCESS_STANDARD_STREAMS_H_
#define TRESTLE_SERVER_PROCESS_STANDARD_STREAMS_H_

namespace trestle {

// Opens /dev/null for each of stdin, stdout and stderr that is closed. Without this, a socket that
// is opened later gets the number of the stream, and the log would be sent over it. Call this first
// in main().
void OpenStandardStreams();

}  // namespace trestle

#endif  // TRESTLE_SERVER_PROCESS_STANDARD_STREAMS_H_
