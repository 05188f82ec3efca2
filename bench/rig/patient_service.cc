#include "trestle/bench/rig/patient_service.h"

#include <grpcpp/alarm.h>

#include <algorithm>
#include <chrono>
#include <string>

namespace trestle {
namespace bench {
namespace {

using Clock = std::chrono::system_clock;

std::chrono::milliseconds Milliseconds(int32_t count) {
  return std::chrono::milliseconds(std::clamp(count, 0, 10000));
}

std::string Filling(int32_t size, int32_t limit) {
  return std::string(static_cast<size_t>(std::clamp(size, 0, limit)), 'x');
}

int64_t MonotonicMicroseconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

// A call is in progress while one of these lives, or until it is told to end early.
class Entry {
 public:
  explicit Entry(PatientBooks& books) : books_(books) { ++books_.in_progress; }
  ~Entry() { End(); }
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;

  void End() {
    if (!ended_.exchange(true)) --books_.in_progress;
  }
  PatientBooks& books() { return books_; }

 private:
  PatientBooks& books_;
  std::atomic<bool> ended_{false};
};

// Responds after a delay.
class DelayedReply : public grpc::ServerUnaryReactor {
 public:
  DelayedReply(PatientBooks& books, std::chrono::milliseconds delay) : entry_(books) {
    alarm_.Set(Clock::now() + delay, [this](bool) { Finish(grpc::Status::OK); });
  }

  void OnCancel() override {
    entry_.End();
    alarm_.Cancel();
  }
  void OnDone() override { delete this; }

 private:
  Entry entry_;
  grpc::Alarm alarm_;
};

// Writes each tick at its time.
class Ticker : public grpc::ServerWriteReactor<Tick> {
 public:
  Ticker(PatientBooks& books, const WatchRequest& request)
      : entry_(books), count_(request.count()), every_(Milliseconds(request.every_ms())) {
    tick_.set_text(Filling(request.size(), 1000000));
    Next();
  }

  void OnWriteDone(bool ok) override {
    if (!ok) {
      Finish(grpc::Status::CANCELLED);
      return;
    }
    ++entry_.books().ticks_written;
    Next();
  }
  void OnCancel() override {
    entry_.End();
    alarm_.Cancel();
  }
  void OnDone() override { delete this; }

 private:
  void Next() {
    if (tick_.number() >= count_) {
      Finish(grpc::Status::OK);
    } else if (every_.count() == 0) {
      Write();
    } else {
      alarm_.Set(began_ + tick_.number() * every_, [this](bool) { Write(); });
    }
  }

  void Write() {
    tick_.set_number(tick_.number() + 1);
    tick_.set_sent_us(MonotonicMicroseconds());
    StartWrite(&tick_);
  }

  Entry entry_;
  const int32_t count_;
  const std::chrono::milliseconds every_;
  const Clock::time_point began_ = Clock::now();
  Tick tick_;
  grpc::Alarm alarm_;
};

// Reads all pieces.
class Counter : public grpc::ServerReadReactor<Piece> {
 public:
  Counter(PatientBooks& books, CountReply* reply) : entry_(books), reply_(reply) {
    StartRead(&piece_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      Finish(grpc::Status::OK);
      return;
    }
    ++entry_.books().pieces_read;
    Add();
    if (piece_.pause_ms() <= 0) {
      Next();
    } else {
      alarm_.Set(Clock::now() + Milliseconds(piece_.pause_ms()), [this](bool) { Next(); });
    }
  }
  void OnCancel() override {
    entry_.End();
    alarm_.Cancel();
  }
  void OnDone() override { delete this; }

 private:
  void Add() {
    reply_->set_pieces(reply_->pieces() + 1);
    if (piece_.number() != reply_->pieces()) reply_->set_out_of_order(reply_->out_of_order() + 1);
    reply_->set_text_bytes(reply_->text_bytes() + static_cast<double>(piece_.text().size()));
  }

  void Next() {
    piece_.Clear();
    StartRead(&piece_);
  }

  Entry entry_;
  CountReply* const reply_;
  Piece piece_;
  grpc::Alarm alarm_;
};

// Returns each piece that it receives.
class Talker : public grpc::ServerBidiReactor<Piece, Piece> {
 public:
  explicit Talker(PatientBooks& books) : entry_(books) { StartRead(&piece_); }

  void OnReadDone(bool ok) override {
    if (ok) {
      StartWrite(&piece_);
    } else {
      Finish(grpc::Status::OK);
    }
  }
  void OnWriteDone(bool ok) override {
    if (ok) {
      StartRead(&piece_);
    } else {
      Finish(grpc::Status::CANCELLED);
    }
  }
  void OnCancel() override { entry_.End(); }
  void OnDone() override { delete this; }

 private:
  Entry entry_;
  Piece piece_;
};

}  // namespace

// Waits for Release, or for the client to disconnect.
class ParkedCall : public grpc::ServerUnaryReactor {
 public:
  ParkedCall(PatientService& service, PatientBooks& books) : service_(service), entry_(books) {}

  void OnCancel() override {
    entry_.End();
    if (service_.Unpark(this)) Finish(grpc::Status::CANCELLED);
  }
  void OnDone() override { delete this; }

 private:
  PatientService& service_;
  Entry entry_;
};

grpc::ServerUnaryReactor* PatientService::Echo(grpc::CallbackServerContext* context,
                                               const EchoRequest* request, EchoReply* reply) {
  reply->set_id(request->id());
  reply->set_text(request->text());
  reply->set_filling(Filling(request->size(), 4000000));
  if (request->delay_ms() > 0) return new DelayedReply(books_, Milliseconds(request->delay_ms()));
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

grpc::ServerUnaryReactor* PatientService::Park(grpc::CallbackServerContext* context,
                                               const ParkRequest* request, EchoReply* reply) {
  reply->set_id(request->id());
  std::lock_guard<std::mutex> lock(mutex_);
  if (!released_) return *parked_.insert(new ParkedCall(*this, books_)).first;
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

bool PatientService::Unpark(ParkedCall* call) {
  std::lock_guard<std::mutex> lock(mutex_);
  return parked_.erase(call) > 0;
}

grpc::ServerWriteReactor<Tick>* PatientService::Watch(grpc::CallbackServerContext*,
                                                      const WatchRequest* request) {
  return new Ticker(books_, *request);
}

grpc::ServerReadReactor<Piece>* PatientService::Count(grpc::CallbackServerContext*,
                                                      CountReply* reply) {
  return new Counter(books_, reply);
}

grpc::ServerBidiReactor<Piece, Piece>* PatientService::Talk(grpc::CallbackServerContext*) {
  return new Talker(books_);
}

grpc::ServerUnaryReactor* PatientService::Release(grpc::CallbackServerContext* context,
                                                  const ReleaseRequest*, ReleaseReply*) {
  std::unordered_set<ParkedCall*> parked;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    released_ = true;
    parked.swap(parked_);
  }
  for (ParkedCall* call : parked) call->Finish(grpc::Status::OK);
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

grpc::ServerUnaryReactor* PatientService::Tell(grpc::CallbackServerContext* context,
                                               const TellRequest*, Told* told) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    told->set_parked(static_cast<int32_t>(parked_.size()));
  }
  told->set_in_progress(books_.in_progress);
  told->set_ticks_written(books_.ticks_written);
  told->set_pieces_read(books_.pieces_read);
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

}  // namespace bench
}  // namespace trestle
