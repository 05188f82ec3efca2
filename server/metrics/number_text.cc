#include "trestle/server/metrics/number_text.h"

#include <charconv>
#include <cmath>

namespace trestle {
namespace {

std::string Write(double value, std::chars_format format) {
  char text[400];
  return std::string(text, std::to_chars(text, text + sizeof(text), value, format).ptr);
}

}  // namespace

std::string NumberText(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  // Go's rule: an exponent below -4, or of 6 and more.
  const double size = std::fabs(value);
  const bool is_fixed = size == 0 || (size >= 1e-4 && size < 1e6);
  return Write(value, is_fixed ? std::chars_format::fixed : std::chars_format::scientific);
}

std::string CanonicalNumberText(double value) {
  std::string text = NumberText(value);
  if (text.find_first_not_of("-0123456789") == std::string::npos) text += ".0";
  return text;
}

}  // namespace trestle
