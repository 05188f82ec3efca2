// The service of the load tools' backend. A waiting call does not occupy a thread, so that ten
// thousand of them cause no load in the backend.

#ifndef TRESTLE_BENCH_RIG_PATIENT_SERVICE_H_
#define TRESTLE_BENCH_RIG_PATIENT_SERVICE_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <unordered_set>

#include "bench/rig/patient.grpc.pb.h"

namespace trestle {
namespace bench {

class ParkedCall;

// The calls in progress and the results; thread-safe.
struct PatientBooks {
  std::atomic<int> in_progress{0};
  std::atomic<int64_t> ticks_written{0};
  std::atomic<int64_t> pieces_read{0};
};

// patient.proto describes the RPCs.
class PatientService : public Patient::CallbackService {
 public:
  grpc::ServerUnaryReactor* Echo(grpc::CallbackServerContext* context, const EchoRequest* request,
                                 EchoReply* reply) override;
  grpc::ServerUnaryReactor* Park(grpc::CallbackServerContext* context, const ParkRequest* request,
                                 EchoReply* reply) override;
  grpc::ServerWriteReactor<Tick>* Watch(grpc::CallbackServerContext* context,
                                        const WatchRequest* request) override;
  grpc::ServerReadReactor<Piece>* Count(grpc::CallbackServerContext* context,
                                        CountReply* reply) override;
  grpc::ServerBidiReactor<Piece, Piece>* Talk(grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* Release(grpc::CallbackServerContext* context,
                                    const ReleaseRequest* request, ReleaseReply* reply) override;
  grpc::ServerUnaryReactor* Tell(grpc::CallbackServerContext* context, const TellRequest* request,
                                 Told* told) override;

  // Removes the call from the parked ones; returns false if it has already been removed.
  bool Unpark(ParkedCall* call);

 private:
  PatientBooks books_;
  std::mutex mutex_;
  bool released_ = false;
  std::unordered_set<ParkedCall*> parked_;
};

}  // namespace bench
}  // namespace trestle

#endif  // TRESTLE_BENCH_RIG_PATIENT_SERVICE_H_
