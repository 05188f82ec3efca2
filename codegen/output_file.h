// A generated file.

#ifndef TRESTLE_CODEGEN_OUTPUT_FILE_H_
#define TRESTLE_CODEGEN_OUTPUT_FILE_H_

#include <string>

namespace trestle {
namespace codegen {

struct OutputFile {
  std::string path;  // "library/v1/library.gateway.h", below protoc's output directory
  std::string text;
};

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_OUTPUT_FILE_H_
