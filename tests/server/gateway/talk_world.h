// What tests of streams have in common: the routes of talk.proto, a body that comes in
// pieces, and a backend that is played.

#ifndef TRESTLE_TESTS_SERVER_GATEWAY_TALK_WORLD_H_
#define TRESTLE_TESTS_SERVER_GATEWAY_TALK_WORLD_H_

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trestle/server/backend.h"
#include "trestle/server/body_source.h"
#include "trestle/server/buffer_budget.h"
#include "trestle/server/routing/route.h"
#include "trestle/server/routing/router.h"

namespace trestle {

// Every route of trestle.test.talk.Talk.
class TalkRoutes {
 public:
  explicit TalkRoutes(Backend* backend);
  const Router& router() const { return router_; }

 private:
  std::deque<Route> routes_;
  Router router_;
};

// A serialized message of `route`'s request type as text: `text: "a" number: 1`.
std::string RequestText(const Route& route, absl::string_view message);

// `text` in pieces of one byte.
std::vector<std::string> Bytes(const std::string& text);
// `bytes` as one member of gzip.
std::string Gzip(const std::string& bytes);

// A body in pieces. Thread-safe.
class FakeBody final : public BodySource {
 public:
  explicit FakeBody(std::vector<std::string> pieces = {}, absl::Status end = absl::OkStatus());

  // From now on a Read that finds nothing waits for a further Push, or for Close.
  void KeepOpen();
  void Push(const std::string& piece);
  void Close();

  void SetLimit(size_t) override {}
  void SetReadTimeout(absl::Duration patience) override { patience_ = patience; }
  void SendContinue() override { is_invited_ = true; }
  absl::StatusOr<bool> Read(std::string* piece) override;
  void Stop() override;

  absl::Duration patience() const { return patience_; }
  bool is_invited() const { return is_invited_; }
  bool is_stopped() const { return is_stopped_; }
  int reads() const { return reads_; }  // pieces that were taken

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> pieces_;
  const absl::Status end_;
  bool is_open_ = false;
  absl::Duration patience_ = absl::ZeroDuration();
  std::atomic<bool> is_invited_{false};
  std::atomic<bool> is_stopped_{false};
  std::atomic<int> reads_{0};
};

// What a backend does, in one call after the other. Thread-safe while calls are running.
class PlayedBackend final : public Backend {
 public:
  // Return the responses to a message, and to the end of the messages.
  using Responses = std::vector<std::string>;
  std::function<Responses(const std::string& message)> on_message;
  std::function<Responses()> on_end;
  absl::Status status;         // of a call that is not cancelled
  int ends_after = -1;         // the call ends after so many messages, whatever else comes
  int takes = 1000000;         // messages; the next one's Write waits
  Metadata initial, trailing;  // sent
  BufferShare kept;  // of the message whose Write has ended with its call, as gRPC keeps it

  absl::Status Unary(absl::string_view method, CallContext& context, std::string request,
                     WireBytes* response) override;
  absl::StatusOr<std::unique_ptr<BackendStream>> Stream(absl::string_view method,
                                                        CallContext& context) override;

  // Waits until so many messages have come.
  void AwaitMessages(size_t count);

  std::vector<std::string> messages();  // that have come, all calls together
  bool has_ended();                     // the client's side, by WritesDone
  bool is_cancelled();
  int calls() const { return calls_; }

 private:
  class Call;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> messages_;
  bool has_ended_ = false;
  bool is_cancelled_ = false;
  std::atomic<int> calls_{0};
};

}  // namespace trestle

#endif  // TRESTLE_TESTS_SERVER_GATEWAY_TALK_WORLD_H_
