// A range over messages that arrive one by one:
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

// An input range of absl::StatusOr<T>, gone through once. Nothing is sent before
// begin(). A failure is the last element. Destroying the range before its end cancels
// what is in progress. Movable, but not while it is iterated over; not thread-safe.
template <typename T>
class StreamRange {
 public:
  // The next element, waiting for it; nothing after the last. Not called again after it
  // has given nothing or a failure.
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

  // Waits for the first element; called again, goes on with the element it is at.
  iterator begin() {
    if (!current_.has_value() && !Advance()) return end();
    return iterator(this);
  }
  iterator end() { return iterator(); }

 private:
  // Whether there is a further element, now in current_.
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
