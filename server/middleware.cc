#include "trestle/server/middleware.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <random>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "trestle/transcoding/http.h"
#include "trestle/transcoding/http_fields.h"

namespace trestle {
namespace {

constexpr char kRequestId[] = "X-Request-Id";

bool IsUsableId(const std::string& id) {
  return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), absl::ascii_isgraph);
}

// Returns the request's own id if it is usable, else a new one. Afterwards the request has this id
// only, under either of the two names that are forwarded to a backend (H1).
std::string SettleId(HttpFields* headers, const std::function<std::string()>& new_id) {
  constexpr char kOtherName[] = "Grpc-Metadata-X-Request-Id";
  const std::string* found = FindField(*headers, kRequestId);
  if (found == nullptr) found = FindField(*headers, kOtherName);
  std::string id = found != nullptr && IsUsableId(*found) ? *found : new_id();
  RemoveFields(kOtherName, headers);
  SetField(kRequestId, id, headers);
  return id;
}

}  // namespace

Middleware RequestId(std::function<std::string()> new_id) {
  return [new_id = std::move(new_id)](Handler next) -> Handler {
    return [new_id, next = std::move(next)](Request& request) {
      const std::string id = SettleId(&request.http.headers, new_id);
      Reply reply = next(request);
      SetField(kRequestId, id, &reply.http.headers);
      return reply;
    };
  };
}

std::function<std::string()> NewRequestIds() {
  std::random_device random;
  const uint64_t prefix = (uint64_t{random()} << 32) | random();
  auto count = std::make_shared<std::atomic<uint64_t>>(0);
  return [prefix, count] {
    return absl::StrCat(absl::Hex(prefix, absl::kZeroPad16), "-", absl::Hex(++*count));
  };
}

}  // namespace trestle
