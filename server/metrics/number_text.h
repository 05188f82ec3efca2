// Numbers as the exposition formats write them.

#ifndef TRESTLE_SERVER_METRICS_NUMBER_TEXT_H_
#define TRESTLE_SERVER_METRICS_NUMBER_TEXT_H_

#include <string>

namespace trestle {

// Returns the shortest decimal that reads as `value`, as Go writes floats: "0.005", "1", "1e+06",
// "+Inf", "NaN".
std::string NumberText(double value);

// The same for OpenMetrics, where a number of a label has a point or an exponent: "1.0".
std::string CanonicalNumberText(double value);

}  // namespace trestle

#endif  // TRESTLE_SERVER_METRICS_NUMBER_TEXT_H_
