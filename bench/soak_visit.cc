#include "trestle/bench/soak_visit.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace trestle {
namespace bench {

Visit::Visit(Loop* loop, int port, uint64_t seed)
    : id_(absl::StrCat("v", seed)), random_(seed), loop_(*loop), client_(loop, port) {
  client_.on_end = [this] { Fail("the gateway has closed the connection"); };
}

int Visit::Pick(int low, int high) {
  return std::uniform_int_distribution<int>(low, high)(random_);
}

std::string Visit::PickText(int size) {
  constexpr absl::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string text(static_cast<size_t>(size), ' ');
  for (char& c : text) c = kLetters[random_() % kLetters.size()];
  return text;
}

std::string Visit::PickBytes(int size) {
  std::string bytes(static_cast<size_t>(size), ' ');
  for (char& c : bytes) c = static_cast<char>(random_());
  return bytes;
}

Client::Leave Visit::PickLeave() {
  return Pick(0, 1) == 0 ? Client::Leave::kPolitely : Client::Leave::kAbruptly;
}

void Visit::Later(absl::Duration delay, std::function<void()> action) {
  loop_.After(delay, [self = weak_from_this(), action = std::move(action)] {
    const std::shared_ptr<Visit> visit = self.lock();
    if (visit != nullptr && !visit->over()) action();
  });
}

void Visit::End(absl::string_view outcome) {
  if (over_) return;
  over_ = true;
  outcome_ = std::string(outcome);
  client_.Close();
}

void Visit::Fail(absl::string_view sentence) {
  if (over_) return;
  fault_ = absl::StrCat(sentence, client_.in_answer() ? "; in the middle of the answer " : "",
                        client_.answer().head);
  End("wrong");
}

void Visit::Leave() {
  if (over_) return;
  client_.Close(PickLeave());
  End("left");
}

}  // namespace bench
}  // namespace trestle
