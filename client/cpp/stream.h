// A range over messages as they arrive:
//
//   for (absl::StatusOr<Book>& book : client->SearchBooks(request)) {
//     if (!book.ok()) return book.status();
//     ...
//   }

#ifndef TRESTLE_CLIENT_CPP_STREAM_H_
#define TRESTLE_CLIENT_CPP_STREAM_H_

#include <cstddef>
#include <functional>
#include <iterator>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"

namespace trestle {

// A single-pass input range of absl::StatusOr<T>. Nothing is sent before begin(). A failure is
// the last element. Destroying the range before its end cancels the call. Movable, but not during
// an iteration; not thread-safe.
template <typename T>
class StreamRange {
 public:
  // Returns the next element, waiting for it; nullopt after the last. Not called again after it
  // has returned nullopt or a failure.
  using Source = std::function<absl::optional<absl::StatusOr<T>>()>;

  explicit StreamRange(Source source) : source_(std::move(source)) {}
  StreamRange(StreamRange&&) noexcept = default;
  StreamRange& operator=(StreamRange&&) noexcept = default;

  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = absl::StatusOr<T>;
    using difference_type = std::ptrdiff_t;
    using pointer = value_type*;
    using reference = value_type&;

    iterator() = default;
    reference operator*() const { return *range_->current_; }
    pointer operator->() const { return &*range_->current_; }
    iterator& operator++() {
      if (!range_->Advance()) range_ = nullptr;
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const iterator& a, const iterator& b) { return a.range_ == b.range_; }
    friend bool operator!=(const iterator& a, const iterator& b) { return !(a == b); }

   private:
    friend class StreamRange;
    explicit iterator(StreamRange* range) : range_(range) {}

    StreamRange* range_ = nullptr;  // null at the end
  };

  // Waits for the first element. Called again, continues at the current element.
  iterator begin() {
    if (!current_.has_value() && !Advance()) return end();
    return iterator(this);
  }
  iterator end() { return iterator(); }

 private:
  // Moves to the next element. Returns whether there is one.
  bool Advance() {
    bool failed = current_.has_value() && !current_->ok();
    current_.reset();
    if (source_ && !failed) current_ = source_();
    if (!current_.has_value()) source_ = nullptr;
    return current_.has_value();
  }

  Source source_;
  absl::optional<absl::StatusOr<T>> current_;
};

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_STREAM_H_
