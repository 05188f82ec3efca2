// The version of Trestle, and the version of generated code that its runtime supports.

#ifndef TRESTLE_TRANSCODING_VERSION_H_
#define TRESTLE_TRANSCODING_VERSION_H_

namespace trestle {

// The version that --version prints.
inline constexpr char kVersion[] = "0.1.0";

// Incremented when generated code and the runtime become incompatible. Generated code asserts the
// value that it was generated for, so that a mismatch does not compile.
inline constexpr int kGeneratedCodeVersion = 1;

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_VERSION_H_
