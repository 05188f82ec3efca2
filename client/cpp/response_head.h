// The head of an answer, kept as it is read: cpp-httplib has no limit for it, and gives
// header values percent-decoded and out of order.

#ifndef TRESTLE_CLIENT_CPP_RESPONSE_HEAD_H_
#define TRESTLE_CLIENT_CPP_RESPONSE_HEAD_H_

#include <cstddef>
#include <string>

#include "trestle/transcoding/http.h"

namespace trestle {

class ResponseHead {
 public:
  static constexpr size_t kMaxBytes = 64 << 10;
  // httplib matches a status line by a regular expression that recurses for each
  // character.
  static constexpr size_t kMaxStatusLine = 1024;

  // Adds a byte. Whether the head is still within the limits.
  bool Add(char byte);

  // The header lines so far, in the order they came, without the space around values
  // (RFC 9112 5). Those of a 100 (Continue) before the answer are not among them.
  HttpFields Fields() const;

 private:
  std::string bytes_;
  size_t line_ = 0;  // where the line begins that is being read
};

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_RESPONSE_HEAD_H_
