// The observers of a server, as one.

#ifndef TRESTLE_SERVER_HTTP_REQUEST_OBSERVERS_H_
#define TRESTLE_SERVER_HTTP_REQUEST_OBSERVERS_H_

#include <memory>
#include <utility>
#include <vector>

#include "trestle/server/request_observer.h"

namespace trestle {

// Add is called before the server starts, and everything else from any thread.
class RequestObservers {
 public:
  void Add(std::shared_ptr<RequestObserver> observer) { all_.push_back(std::move(observer)); }
  bool empty() const { return all_.empty(); }

  // Connects `*request` and `*record`, and lets the observers see them, in the order of Add.
  void Begin(Request* request, RequestRecord* record) const {
    request->record = record;
    record->request = request;
    for (const auto& observer : all_) observer->OnBegin(*request, *record);
  }
  // To be called after record.Finish.
  void End(const RequestRecord& record) const {
    for (const auto& observer : all_) observer->OnEnd(record);
  }

 private:
  std::vector<std::shared_ptr<RequestObserver>> all_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_REQUEST_OBSERVERS_H_
