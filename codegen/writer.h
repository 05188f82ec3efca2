// Text from templates that look like what they make.
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
  // What "$name$" stands for: a text, or what a function emits.
  struct Variable {
    Variable(absl::string_view name, std::string text) : name(name), text(std::move(text)) {}
    Variable(absl::string_view name, const char* text) : name(name), text(text) {}
    Variable(absl::string_view name, std::function<void()> block)
        : name(name), block(std::move(block)) {}

    absl::string_view name;
    std::string text;
    std::function<void()> block;  // set for a block
  };

  // Appends `text` with its variables replaced; "$$" is a dollar sign. The line break
  // it begins with and the blanks it ends with are not part of it.
  //
  // A variable alone on its line may be a block or several lines, which are indented
  // like it; if it is empty, the line goes. A variable that is not given is our bug: it
  // aborts.
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
