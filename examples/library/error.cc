#include "trestle/examples/library/error.h"

#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace library {
namespace {

constexpr char kDomain[] = "library.example.com";
constexpr char kTypeUrlPrefix[] = "type.googleapis.com/";
constexpr int kRetryAfterSeconds = 1;

google::rpc::ResourceInfo Resource(absl::string_view name, absl::string_view description) {
  google::rpc::ResourceInfo resource;
  const char* type = absl::StrContains(name, "/books/") ? "Book" : "Shelf";
  resource.set_resource_type(absl::StrCat(kDomain, "/", type));
  resource.set_resource_name(std::string(name));
  resource.set_description(std::string(description));
  return resource;
}

}  // namespace

absl::Status WithDetail(absl::Status status, const google::protobuf::Message& detail) {
  status.SetPayload(absl::StrCat(kTypeUrlPrefix, detail.GetTypeName()),
                    absl::Cord(detail.SerializeAsString()));
  return status;
}

absl::Status NotFound(absl::string_view name) {
  const std::string message = absl::StrCat("\"", name, "\" does not exist");
  return WithDetail(absl::NotFoundError(message), Resource(name, message));
}

absl::Status AlreadyExists(absl::string_view name) {
  const std::string message = absl::StrCat("\"", name, "\" already exists");
  return WithDetail(absl::AlreadyExistsError(message), Resource(name, message));
}

absl::Status ShelfNotEmpty(absl::string_view name) {
  const std::string message = absl::StrCat("there are books on \"", name, "\"");
  google::rpc::PreconditionFailure failure;
  auto* violation = failure.add_violations();
  violation->set_type("NOT_EMPTY");
  violation->set_subject(std::string(name));
  violation->set_description("move the books, or set force to delete them too");
  return WithDetail(absl::FailedPreconditionError(message), failure);
}

absl::Status EtagMismatch(absl::string_view name, absl::string_view etag) {
  google::rpc::ErrorInfo error;
  error.set_reason("ETAG_MISMATCH");
  error.set_domain(kDomain);
  (*error.mutable_metadata())["name"] = std::string(name);
  (*error.mutable_metadata())["etag"] = std::string(etag);
  return WithDetail(absl::AbortedError(absl::StrCat("\"", name, "\" has changed: \"", etag,
                                                    "\" is no longer its etag")),
                    error);
}

absl::Status DatabaseLocked() {
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(kRetryAfterSeconds);
  return WithDetail(absl::UnavailableError("another program has locked the database"), retry);
}

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  google::rpc::Status details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(std::string(status.message()));
  status.ForEachPayload([&details](absl::string_view type_url, const absl::Cord& payload) {
    auto* detail = details.add_details();
    detail->set_type_url(std::string(type_url));
    detail->set_value(std::string(payload));
  });
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), details.message(),
                      details.details().empty() ? "" : details.SerializeAsString());
}

}  // namespace library
