#include "trestle/transcoding/fault_list.h"

#include "absl/strings/str_cat.h"

namespace trestle {

void FaultList::Add(absl::string_view location, const absl::Status& error) {
  if (count_++ == 0) code_ = error.code();
  if (count_ > kMaxListed) return;
  absl::StrAppend(&lines_, lines_.empty() ? "" : "\n", location, location.empty() ? "" : ": ",
                  error.message());
}

absl::Status FaultList::ToStatus() const {
  if (count_ == 0) return absl::OkStatus();
  if (count_ <= kMaxListed) return absl::Status(code_, lines_);
  return absl::Status(code_, absl::StrCat(lines_, "\nand ", count_ - kMaxListed, " more"));
}

}  // namespace trestle
