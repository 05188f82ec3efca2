#include "trestle/bench/rig/crowd.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "trestle/bench/rig/requests.h"

namespace trestle {
namespace bench {

void Crowd::Grow(int count) {
  for (int i = 0; i < count; ++i) {
    members_.push_back(std::make_unique<Member>());
    Member* const member = members_.back().get();
    member->client = std::make_unique<Client>(&loop_, port_);
    member->client->on_answer = [this, member](const Answer& answer) {
      TakeAnswer(*member, answer);
    };
    member->client->on_end = [this, member] { TakeEnd(*member); };
    // At most as many at once as fit into the listen backlog.
    if (i % 256 == 255) loop_.RunFor(absl::Milliseconds(10));
  }
}

void Crowd::Send(size_t member, absl::string_view folder) {
  Member& sender = *members_[member];
  if (!sender.client->open()) return;
  sender.id = absl::StrCat("m", member, "-", ++asked_);
  ++waiting_;
  sender.client->Send(GetRequest(absl::StrCat(folder, "/", sender.id)));
}

void Crowd::AskEach() {
  constexpr int kAtATime = 64;
  size_t next = 0;
  loop_.Run(absl::Seconds(120), [&] {
    while (waiting_ < kAtATime && next < members_.size()) Send(next++, "/v1/echo");
    return waiting_ == 0;
  });
  Await(absl::ZeroDuration());
}

absl::Duration Crowd::Ask(size_t member) {
  const absl::Time began = absl::Now();
  Send(member, "/v1/echo");
  Await(absl::Seconds(30));
  return absl::Now() - began;
}

void Crowd::Await(absl::Duration limit) {
  if (loop_.Run(limit, [this] { return waiting_ == 0; })) return;
  faults_.Add(absl::StrCat(waiting_, " requests were not answered in time"));
}

void Crowd::TakeAnswer(Member& member, const Answer& answer) {
  if (member.id.empty()) {
    faults_.Add(absl::StrCat("an answer that nobody has asked for: ", answer.head));
    return;
  }
  faults_.Expect(
      answer.status == 200 &&
          absl::StrContains(answer.body, absl::StrCat("\"id\":\"", member.id, "\"")),
      absl::StrCat(member.id, " was answered by ", answer.status, " ", answer.body.substr(0, 200)));
  // A server that refuses a request may also close the connection.
  if (answer.status != 200) member.client->Close();
  member.id.clear();
  --waiting_;
}

void Crowd::TakeEnd(Member& member) {
  faults_.Add(member.id.empty() ? "an idle connection was closed"
                                : absl::StrCat("the connection ended before ", member.id));
  if (!member.id.empty()) --waiting_;
  member.id.clear();
}

}  // namespace bench
}  // namespace trestle
