#include "trestle/transcoding/profile.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "trestle/transcoding/codec/quote.h"

namespace trestle {
namespace {

Options DefaultProfile() { return Options{}; }

Options GrpcGatewayProfile() {
  Options options;
  options.read.ignore_unknown_fields = true;
  options.write.always_print_defaults = true;
  options.write.null_for_unset = true;
  options.query.ignore_unknown = true;
  options.request.method_override = MethodOverride::kFormPosts;
  options.request.any_type_as_json = true;
  options.request.form_posts = true;
  options.response.error_shape = ErrorShape::kStatus;
  options.response.stream_shape = StreamShape::kResultLines;
  options.headers.permanent_prefix = "grpcgateway-";
  options.headers.response_prefix = "Grpc-Metadata-";
  options.headers.trailer_prefix = "Grpc-Trailer-";
  return options;
}

Options EnvoyProfile() {
  Options options;
  options.read.ignore_unknown_fields = true;
  options.request.any_type_as_json = true;
  options.response.error_shape = ErrorShape::kStatus;
  options.headers.forward = {"*"};
  return options;
}

struct Profile {
  absl::string_view name;
  Options (*make)();
};

constexpr Profile kProfiles[] = {
    {"default", DefaultProfile},
    {"grpc-gateway", GrpcGatewayProfile},
    {"envoy", EnvoyProfile},
};

}  // namespace

absl::StatusOr<Options> OptionsOfProfile(absl::string_view name) {
  for (const Profile& profile : kProfiles) {
    if (profile.name == name) return profile.make();
  }
  const auto append_name = [](std::string* out, const Profile& profile) {
    absl::StrAppend(out, profile.name);
  };
  return absl::InvalidArgumentError(
      absl::StrCat("unknown profile ", Quote(name),
                   "; the profiles are: ", absl::StrJoin(kProfiles, ", ", append_name)));
}

}  // namespace trestle
