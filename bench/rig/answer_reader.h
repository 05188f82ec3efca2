// Reads the answers of an HTTP/1.1 server as their bytes come.

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
  std::string body;  // empty when on_piece has taken it
};

// Final answers to GET or POST (RFC 9112 section 6.3); interim ones are passed over. An
// answer that ends with its connection never completes.
class AnswerReader {
 public:
  // Each part of a body, undone of chunks. When it is not set, `Answer::body` has it all.
  std::function<void(absl::string_view)> on_piece;
  // Each answer at its end.
  std::function<void(const Answer&)> on_answer;

  // Takes what came next. False, from then on, for what is no HTTP.
  bool Take(absl::string_view bytes);

  // Whether an answer has begun and is not complete.
  bool in_answer() const { return state_ != State::kHead || !line_.empty() || answer_.status != 0; }
  // The answer that has begun, as far as it is known.
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
  std::string line_;   // what has come of a line
  uint64_t left_ = 0;  // of a body or chunk
  bool sized_ = false;
  bool chunked_ = false;
  Answer answer_;
};

}  // namespace bench
}  // namespace trestle

#endif  // TRESTLE_BENCH_RIG_ANSWER_READER_H_
