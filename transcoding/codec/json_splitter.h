// Splits the body of a streamed request into messages as it arrives (mapping.md section 10).

#ifndef TRESTLE_TRANSCODING_CODEC_JSON_SPLITTER_H_
#define TRESTLE_TRANSCODING_CODEC_JSON_SPLITTER_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/line_column.h"

namespace trestle {

// The shape of a text of several JSON values.
enum class JsonForm {
  kArrayOrValues,  // kArray if the first character is "[", otherwise kValues
  kArray,          // the elements of one array
  kValues,         // consecutive values, with or without white space between them, such as NDJSON
};

// Finds the beginning and the end of each JSON value in a text that arrives in pieces of any size.
// The content of a value is checked by its reader. Examines each byte once, and holds at most one
// value.
//
//   splitter.Feed(piece);
//   while (splitter.Next(&value).value()) ...
class JsonSplitter {
 public:
  // A splitter of kArrayOrValues. Values of more than `max_value` bytes are rejected. The same
  // limit, but at least 4 KiB, applies to the white space between two values.
  explicit JsonSplitter(size_t max_value);
  // Rejects values of more than `max_value` bytes, and more than `max_gap` bytes of white space
  // between two values.
  JsonSplitter(JsonForm form, size_t max_value, size_t max_gap);

  // Provides the next piece of the text, which must stay valid until Next returns false.
  void Feed(absl::string_view piece);
  // Marks the end of the text.
  void End();

  // Sets `*value` to the next value, valid until the next call. Returns false if the value is not
  // complete yet, or, after End, if there are no more values. Fails with ResourceExhausted if a
  // value is too large or has too much white space before it, and with InvalidArgument if the text
  // does not have the form or is incomplete. The splitter must not be used after an error.
  absl::StatusOr<bool> Next(absl::string_view* value);

  // Returns true once the array has been closed. Only white space may follow.
  bool is_closed() const { return place_ == Place::kEnd; }

  // Returns the place in the whole text where the current value begins; after an error, the place
  // of the error.
  LineColumn place() const { return value_begin_; }

  // Ends the use of the last value. Frees its memory if it is large.
  void Release();
  // Returns the bytes of memory that are held for the current value.
  size_t held() const { return text_.capacity(); }

 private:
  enum class Place {
    kStart,   // nothing but white space so far
    kFirst,   // after the "["
    kBefore,  // a value is expected, or the end of consecutive values
    kInside,
    kAfter,  // "," or "]" is expected
    kEnd,    // after the "]"
  };

  absl::Status MoveToValue();
  absl::Status MoveOverGap();
  absl::Status StepOutside(char c);
  absl::Status Begin(char c);
  absl::Status CheckEnd() const;
  bool MoveAfterValue();
  bool MoveAfterString();
  absl::StatusOr<bool> TakePart(absl::string_view part, bool is_complete, absl::string_view* value);

  const JsonForm form_;
  const size_t max_value_;
  const size_t max_gap_;
  absl::string_view piece_;
  size_t at_ = 0;  // in piece_
  bool ended_ = false;
  Place place_ = Place::kStart;
  bool is_array_ = false;
  size_t gap_ = 0;          // bytes since the last value
  LineColumn passed_;       // the end of the text that has been read
  LineColumn value_begin_;  // or the place of the error

  // The state of the current value.
  bool is_scalar_ = false;  // a number or a literal, which has no closing delimiter
  size_t depth_ = 0;        // open brackets
  bool in_string_ = false;
  bool is_escaped_ = false;  // after a backslash
  std::string text_;         // its beginning, from earlier pieces
};

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_JSON_SPLITTER_H_
