#include "trestle/tests/server/gateway/talk_world.h"

#include <google/protobuf/message.h>
#include <zlib.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/server/gateway/talk.pb.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/transcoding/http_rule.h"

namespace trestle {

TalkRoutes::TalkRoutes(Backend* backend) {
  const auto& service = *test::talk::Note::descriptor()->file()->FindServiceByName("Talk");
  for (int i = 0; i < service.method_count(); ++i) {
    const auto& rpc = *service.method(i);
    const std::vector<Rule> rules = RulesOf(rpc).value();
    for (const Rule& rule : rules) {
      const ServiceRoute route{absl::StrCat("/", service.full_name(), "/", rpc.name()),
                               rpc.client_streaming(),
                               rpc.server_streaming(),
                               rpc.input_type(),
                               rpc.output_type(),
                               rule};
      routes_.push_back(ResolveRoute(route, SchemaPool::Generated()).value());
      routes_.back().backend = backend;
      router_.Add(&routes_.back()).IgnoreError();
    }
  }
}

std::string RequestText(const Route& route, absl::string_view message) {
  const std::string type(route.binding.request->full_name());
  const auto* descriptor =
      google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(type);
  std::unique_ptr<google::protobuf::Message> parsed(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(descriptor)->New());
  if (!parsed->ParseFromString(std::string(message))) return "(not a message)";
  return parsed->ShortDebugString();
}

std::vector<std::string> Bytes(const std::string& text) {
  std::vector<std::string> bytes;
  for (char c : text) bytes.emplace_back(1, c);
  return bytes;
}

std::string Gzip(const std::string& bytes) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(&out[0]);
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// ---- FakeBody

FakeBody::FakeBody(std::vector<std::string> pieces, absl::Status end)
    : pieces_(pieces.begin(), pieces.end()), end_(std::move(end)) {}

void FakeBody::KeepOpen() {
  const std::lock_guard<std::mutex> lock(mutex_);
  is_open_ = true;
}

void FakeBody::Push(const std::string& piece) {
  const std::lock_guard<std::mutex> lock(mutex_);
  pieces_.push_back(piece);
  changed_.notify_all();
}

void FakeBody::Close() {
  const std::lock_guard<std::mutex> lock(mutex_);
  is_open_ = false;
  changed_.notify_all();
}

absl::StatusOr<bool> FakeBody::Read(std::string* piece) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [this] { return !pieces_.empty() || !is_open_ || is_stopped_; });
  if (is_stopped_) return absl::CancelledError("stopped");
  if (pieces_.empty() && !end_.ok()) return end_;
  if (pieces_.empty()) return false;
  piece->append(pieces_.front());
  pieces_.pop_front();
  ++reads_;
  return true;
}

void FakeBody::Stop() {
  const std::lock_guard<std::mutex> lock(mutex_);
  is_stopped_ = true;
  changed_.notify_all();
}

// ---- PlayedBackend

class PlayedBackend::Call final : public BackendStream {
 public:
  Call(PlayedBackend* play, CallContext* context) : play_(*play), context_(*context) {}
  ~Call() override {
    if (!is_finished_) Cancel();
  }

  bool Write(std::string message) override {
    std::unique_lock<std::mutex> lock(play_.mutex_);
    const auto may_go = [this] { return is_over_ || written_ < play_.takes; };
    play_.changed_.wait(lock, may_go);
    if (is_over_) {
      play_.kept = std::move(context_.share);
      return false;
    }
    play_.messages_.push_back(message);
    ++written_;
    if (play_.on_message) Add(play_.on_message(message));
    if (written_ == play_.ends_after) is_over_ = true;
    play_.changed_.notify_all();
    return true;
  }

  void WritesDone() override {
    const std::lock_guard<std::mutex> lock(play_.mutex_);
    if (is_over_) return;
    play_.has_ended_ = true;
    if (play_.on_end) Add(play_.on_end());
    is_over_ = true;
    play_.changed_.notify_all();
  }

  Got Read(absl::Time deadline, WireBytes* message) override {
    std::unique_lock<std::mutex> lock(play_.mutex_);
    const auto has_news = [this] { return is_over_ || !responses_.empty(); };
    if (deadline == absl::InfiniteFuture()) {
      play_.changed_.wait(lock, has_news);
    } else if (!play_.changed_.wait_for(
                   lock,
                   absl::ToChronoNanoseconds(std::min(deadline - MonotonicNow(), absl::Hours(1))),
                   has_news)) {
      return Got::kNothing;
    }
    context_.initial = play_.initial;
    if (responses_.empty()) return Got::kEnd;
    *message = WireBytes(std::move(responses_.front()));
    responses_.pop_front();
    return Got::kMessage;
  }

  absl::Status Finish() override {
    const std::lock_guard<std::mutex> lock(play_.mutex_);
    is_finished_ = true;
    context_.trailing = play_.trailing;
    return is_cancelled_ ? absl::CancelledError("the call was cancelled") : play_.status;
  }

  void Cancel() override {
    const std::lock_guard<std::mutex> lock(play_.mutex_);
    if (is_over_) return;
    is_over_ = is_cancelled_ = play_.is_cancelled_ = true;
    responses_.clear();
    play_.changed_.notify_all();
  }

 private:
  void Add(const Responses& responses) {
    responses_.insert(responses_.end(), responses.begin(), responses.end());
  }

  PlayedBackend& play_;
  CallContext& context_;
  std::deque<std::string> responses_;
  int written_ = 0;
  bool is_over_ = false;
  bool is_cancelled_ = false;
  bool is_finished_ = false;
};

absl::Status PlayedBackend::Unary(absl::string_view, CallContext&, std::string request,
                                  WireBytes* response) {
  ++calls_;
  const std::lock_guard<std::mutex> lock(mutex_);
  messages_.push_back(request);
  if (on_message) *response = WireBytes(on_message(request).front());
  return status;
}

absl::StatusOr<std::unique_ptr<BackendStream>> PlayedBackend::Stream(absl::string_view,
                                                                     CallContext& context) {
  ++calls_;
  return std::make_unique<Call>(this, &context);
}

void PlayedBackend::AwaitMessages(size_t count) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [&] { return messages_.size() >= count; });
}

std::vector<std::string> PlayedBackend::messages() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return messages_;
}

bool PlayedBackend::has_ended() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return has_ended_;
}

bool PlayedBackend::is_cancelled() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return is_cancelled_;
}

}  // namespace trestle
