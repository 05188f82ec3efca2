// Errors of the input, collected so that all of them are reported together.

#ifndef TRESTLE_CODEGEN_FAULTS_H_
#define TRESTLE_CODEGEN_FAULTS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace trestle {
namespace codegen {

// Lines of the form "library.proto:12:5: what is wrong", in the order they were added.
class Faults {
 public:
  // Adds a line, unless it was added before.
  void Add(std::string line);

  // Adds each line of the message; nothing for OK.
  void Add(const absl::Status& status);

  // OK if there are no lines, else InvalidArgument with "2 errors" and the lines below it:
  // protoc prints "--trestle_out: " before the message, and editors look for the place of an
  // error at the beginning of a line.
  absl::Status ToStatus() const;

 private:
  std::vector<std::string> lines_;
};

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_FAULTS_H_
