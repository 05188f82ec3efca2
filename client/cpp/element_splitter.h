// Cuts the body of a stream, arriving in pieces of any size, into its elements
// (mapping.md section 10).

#ifndef TRESTLE_CLIENT_CPP_ELEMENT_SPLITTER_H_
#define TRESTLE_CLIENT_CPP_ELEMENT_SPLITTER_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace trestle {

// How the elements of a stream follow one another.
enum class Framing {
  kSequence,  // JSON values with white space between them: NDJSON
  kArray,     // one JSON array
};

// Finds where elements begin and end; whether they are well-formed JSON is for their
// reader to say. Each byte is looked at once. Holds at most one element and a piece.
class ElementSplitter {
 public:
  // An element of more than `max_element` bytes is refused.
  ElementSplitter(Framing framing, size_t max_element)
      : state_(framing == Framing::kArray ? State::kBeforeArray : State::kBetween),
        framing_(framing),
        max_element_(max_element) {}

  // Adds a further piece of the body. Every element before must have been taken by Next.
  void Feed(absl::string_view piece);

  // The next element that is complete, or nothing if a further piece is needed.
  // ResourceExhausted for one that is too large, Internal for a body that is no such
  // framing; the splitter is of no use after either.
  absl::StatusOr<absl::optional<std::string>> Next();

  // Whether the array is over; never so for a sequence.
  bool ended() const { return state_ == State::kEnd; }

  // At the end of the body: the last element of a sequence, if no white space followed
  // it, or nothing. Internal when the body was cut off.
  absl::StatusOr<absl::optional<std::string>> Finish();

 private:
  enum class State {
    kBeforeArray,   // the "[" is still to come
    kBetween,       // an element, or the end of an array that has none
    kInScalar,      // in a number or a word
    kInString,      // in an element that is a string
    kNested,        // in an object or an array
    kNestedString,  // in a string within one
    kAfterElement,  // a "," or the end of the array
    kAfterComma,    // an element
    kEnd,           // the array is over
  };

  // Moves on by one byte. Whether an element is complete with it.
  absl::StatusOr<bool> Step(char c);
  absl::StatusOr<bool> StepOutside(char c);
  bool StepNested(char c);
  bool StepString(char c);
  void Begin(char c);
  bool EndElement();
  std::string Take();
  absl::Status Unexpected(char c) const;

  State state_;
  const Framing framing_;
  const size_t max_element_;
  std::string piece_;
  size_t at_ = 0;      // in piece_
  size_t offset_ = 0;  // in the body
  size_t depth_ = 0;   // brackets open in the element
  bool escaped_ = false;
  std::string element_;
};

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_ELEMENT_SPLITTER_H_
