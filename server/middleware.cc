#include "trestle/server/middleware.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <random>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
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

// The log line of a request; written when its last owner is destroyed.
class Record {
 public:
  Record(const Request& request, std::function<void(const std::string&)> write,
         std::function<absl::Time()> clock)
      : write_(std::move(write)), clock_(std::move(clock)), start_(clock_()) {
    const HttpRequest& http = request.http;
    line_ = absl::StrCat(request.peer.empty() ? "-" : request.peer, " ", http.method, " ",
                         http.path, http.query.empty() ? "" : "?", http.query);
    const std::string* id = FindField(http.headers, kRequestId);
    id_ = id == nullptr ? "-" : *id;
  }
  ~Record() {
    const double ms = absl::ToDoubleMilliseconds(clock_() - start_);
    write_(absl::StrFormat("%s %d %d %.2fms id=%s", line_, status_, bytes_, ms, id_));
  }

  void Begin(const HttpResponse& http) {
    status_ = http.status;
    bytes_ = http.body.size();
  }
  void Sent(size_t bytes) { bytes_ += bytes; }

 private:
  const std::function<void(const std::string&)> write_;
  const std::function<absl::Time()> clock_;
  const absl::Time start_;
  std::string line_;
  std::string id_;
  int status_ = 0;
  size_t bytes_ = 0;
};

Reply Logged(Reply reply, const std::shared_ptr<Record>& record) {
  record->Begin(reply.http);
  if (!reply.next) return reply;
  reply.next = [next = std::move(reply.next), record](std::string* chunk, HttpFields* trailers) {
    const size_t had = chunk->size();
    const Reply::Piece piece = next(chunk, trailers);
    record->Sent(chunk->size() - had);
    return piece;
  };
  return reply;
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

Middleware AccessLog(std::function<void(const std::string& line)> write,
                     std::function<absl::Time()> clock) {
  return [write = std::move(write), clock = std::move(clock)](Handler next) -> Handler {
    return [write, clock, next = std::move(next)](Request& request) {
      const auto record = std::make_shared<Record>(request, write, clock);
      return Logged(next(request), record);
    };
  };
}

}  // namespace trestle
