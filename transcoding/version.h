// The version of Trestle, and the form of generated code that its runtime goes with.

#ifndef TRESTLE_TRANSCODING_VERSION_H_
#define TRESTLE_TRANSCODING_VERSION_H_

namespace trestle {

// As --version prints it.
inline constexpr char kVersion[] = "0.1.0";

// Raised when generated code and runtime no longer fit together; generated code
// asserts the value it was made for, so that a mismatch fails to compile.
inline constexpr int kGeneratedCodeVersion = 1;

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_VERSION_H_
