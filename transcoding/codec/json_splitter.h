// Cuts the messages of a stream out of its body as it arrives (mapping.md section 10).

#ifndef TRESTLE_TRANSCODING_CODEC_JSON_SPLITTER_H_
#define TRESTLE_TRANSCODING_CODEC_JSON_SPLITTER_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/line_column.h"

namespace trestle {

// What a text of several JSON values looks like.
enum class JsonForm {
  kArrayOrValues,  // the elements of an array if the first character is "[", else as kValues
  kArray,          // the elements of one array
  kValues,         // values in a row, with or without white space between them, such as NDJSON
};

// Finds where JSON values begin and end in a text that comes in pieces of any size. The inside
// of a value is for its reader to check. Each byte is looked at once; no more is held than one
// value.
//
//   splitter.Feed(piece);
//   while (splitter.Next(&value).value()) ...
class JsonSplitter {
 public:
  // A value of more than `max_value` bytes is refused. So is as much white space between two
  // values, which costs time to read; but 4 KiB are fine, however small values must be.
  explicit JsonSplitter(size_t max_value);
  // Refuses a value of more than `max_value` bytes, and more white space than `max_gap` bytes
  // between two values.
  JsonSplitter(JsonForm form, size_t max_value, size_t max_gap);

  // The next piece of the text. It must stay where it is until Next is false.
  void Feed(absl::string_view piece);
  // There are no more pieces.
  void End();

  // Gives the next value, valid until the next call. False if its end has not arrived yet, or
  // after End if there are no more. Fails with ResourceExhausted if a value is too large or has
  // too much white space before it, with InvalidArgument if the text is not of the form or is
  // cut short, saying what is missing. The splitter is unusable after either.
  absl::StatusOr<bool> Next(absl::string_view* value);

  // Whether the array has been closed. Only white space may follow.
  bool is_closed() const { return place_ == Place::kEnd; }

  // Where in the whole text the value begins that was given last, or that has begun; after an
  // error, where it was found.
  LineColumn place() const { return value_begin_; }

  // Ends the use of the value that was given last, whose memory is freed if it is much.
  void Release();
  // Bytes of memory that are held for the value that has begun, or was given last.
  size_t held() const { return text_.capacity(); }

 private:
  enum class Place {
    kStart,   // nothing but white space so far
    kFirst,   // behind the "["
    kBefore,  // a value is due; in a row of them it may be the end, too
    kInside,
    kAfter,  // "," or "]" is due
    kEnd,    // behind the "]"
  };

  absl::Status MoveToValue();
  absl::Status MoveOverGap();
  absl::Status StepOutside(char c);
  absl::Status Begin(char c);
  absl::Status CheckEnd() const;
  bool MoveBehindValue();
  bool MoveBehindString();
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
  LineColumn passed_;       // where the text that has been passed ends
  LineColumn value_begin_;  // or where the error is

  // Of the value that the cursor is inside of.
  bool is_scalar_ = false;  // a number or a word: it ends before what cannot be part of it
  size_t depth_ = 0;        // brackets that are open
  bool in_string_ = false;
  bool is_escaped_ = false;  // behind a backslash
  std::string text_;         // its beginning, from earlier pieces
};

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_JSON_SPLITTER_H_
