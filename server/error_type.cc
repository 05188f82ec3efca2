#include "trestle/server/error_type.h"

#include "absl/strings/str_cat.h"

namespace trestle {

std::string ErrorType(Termination termination, int status) {
  switch (termination) {
    case Termination::kComplete:
    case Termination::kLimit:
      return status >= 500 ? absl::StrCat(status) : "";
    default:
      return std::string(TerminationName(termination));
  }
}

}  // namespace trestle
