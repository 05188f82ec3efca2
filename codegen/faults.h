// Collects errors in the input, so that all of them are reported together.

#ifndef TRESTLE_CODEGEN_FAULTS_H_
#define TRESTLE_CODEGEN_FAULTS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace trestle {
namespace codegen {

// Lines of the form "library.proto:12:5: message", in the order in which they were added.
class Faults {
 public:
  // Adds a line, unless it has already been added.
  void Add(std::string line);

  // Adds each line of the message; does nothing for OK.
  void Add(const absl::Status& status);

  // Returns OK if there are no lines, otherwise InvalidArgument with "2 errors" followed by the
  // lines. The first line is separate because protoc prints "--trestle_out: " before the message,
  // and editors expect the location of an error at the start of a line.
  absl::Status ToStatus() const;

 private:
  std::vector<std::string> lines_;
};

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_FAULTS_H_
