// Reads the responses of an HTTP/1.1 server as their bytes arrive.

#ifndef TRESTLE_BENCH_RIG_ANSWER_READER_H_
#define TRESTLE_BENCH_RIG_ANSWER_READER_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/strings/string_view.h"

namespace trestle {
namespace bench {

struct Answer {
  int status = 0;
  std::string head;  // with the empty line at its end
  std::string body;  // empty if on_piece is set
};

// Reads final responses to GET or POST (RFC 9112 6.3); interim ones are ignored. A response that
// ends with its connection never completes.
class AnswerReader {
 public:
  // Called for each part of a body, without chunk framing. If it is not set, `Answer::body` has the
  // whole body.
  std::function<void(absl::string_view)> on_piece;
  // Called at the end of each response.
  std::function<void(const Answer&)> on_answer;

  // Adds received bytes. Returns false, from then on, if they are not HTTP.
  bool Take(absl::string_view bytes);

  // Returns true if a response has started and is not complete.
  bool in_answer() const { return state_ != State::kHead || !line_.empty() || answer_.status != 0; }
  // The response that has started, as far as it is known.
  const Answer& answer() const { return answer_; }

 private:
  enum class State { kHead, kBody, kUntilEnd, kChunkSize, kChunk, kChunkEnd, kTrailers, kBroken };

  void Step(absl::string_view* bytes);
  void StepLine(absl::string_view* bytes);
  void TakeHeadLine();
  void EndHead();
  void TakeChunkSize();
  void TakePiece(absl::string_view* bytes, State next);
  void EndResponse();

  State state_ = State::kHead;
  std::string line_;   // the received part of a line
  uint64_t left_ = 0;  // bytes left of a body or chunk
  bool sized_ = false;
  bool chunked_ = false;
  Answer answer_;
};

}  // namespace bench
}  // namespace trestle

#endif  // TRESTLE_BENCH_RIG_ANSWER_READER_H_
