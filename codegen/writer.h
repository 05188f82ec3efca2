// Generates text from templates that look like their output.
//
//   w.Emit({{"type", name}, {"rows", [&] { for (...) EmitRow(w); }}}, R"(
//     std::vector<$type$> table = {
//         $rows$
//     };
//   )");

#ifndef TRESTLE_CODEGEN_WRITER_H_
#define TRESTLE_CODEGEN_WRITER_H_

#include <functional>
#include <initializer_list>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace trestle {
namespace codegen {

class Writer {
 public:
  // The value of "$name$": a text, or the output of a function.
  struct Variable {
    Variable(absl::string_view name, std::string text) : name(name), text(std::move(text)) {}
    Variable(absl::string_view name, const char* text) : name(name), text(text) {}
    Variable(absl::string_view name, std::function<void()> block)
        : name(name), block(std::move(block)) {}

    absl::string_view name;
    std::string text;
    std::function<void()> block;  // set for a block
  };

  // Appends `text` with its variables replaced; "$$" is a dollar sign. The line break at its start
  // and the whitespace at its end are removed.
  //
  // A variable alone on its line may be a block or have several lines, which are indented like the
  // variable; if it is empty, the line is removed. A variable that is not given is a bug in the
  // caller and aborts.
  void Emit(std::initializer_list<Variable> variables, absl::string_view text);

  const std::string& text() const { return out_; }

 private:
  void EmitLine(std::initializer_list<Variable> variables, absl::string_view line);
  bool EmitWholeLine(std::initializer_list<Variable> variables, absl::string_view line);
  void Append(absl::string_view line);

  std::string out_;
  std::string indent_;
};

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_WRITER_H_
