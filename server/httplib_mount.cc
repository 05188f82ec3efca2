#include "trestle/server/httplib_mount.h"

#include <httplib.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "trestle/server/body_source.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

// Returns true for a field that the library adds to those of the client.
bool IsOfTheLibrary(absl::string_view name) {
  return name == "REMOTE_ADDR" || name == "REMOTE_PORT" || name == "LOCAL_ADDR" ||
         name == "LOCAL_PORT";
}

// Returns the path and query of a target, in absolute form or not (RFC 9112 3.2).
absl::string_view PathAndQuery(absl::string_view target) {
  const size_t authority = target.find("://");
  if (absl::StartsWith(target, "/") || authority == target.npos) return target;
  const size_t path = target.find('/', authority + 3);
  return path == target.npos ? "/" : target.substr(path);
}

HttpRequest RequestOf(const httplib::Request& from, std::string body) {
  HttpRequest http;
  http.method = from.method;
  const absl::string_view target = PathAndQuery(from.target);
  const size_t mark = target.find('?');
  http.path = std::string(target.substr(0, mark));
  if (mark != target.npos) http.query = std::string(target.substr(mark + 1));
  for (const auto& [name, value] : from.headers) {
    if (!IsOfTheLibrary(name)) http.headers.push_back({name, value});
  }
  http.body = std::move(body);
  return http;
}

// Returns true for a field that is set here, or by the library, which frames the body itself.
bool IsSetHere(absl::string_view name) {
  return absl::EqualsIgnoreCase(name, "X-Content-Type-Options") ||
         absl::EqualsIgnoreCase(name, "Content-Length") ||
         absl::EqualsIgnoreCase(name, "Transfer-Encoding") ||
         absl::EqualsIgnoreCase(name, "Content-Type");
}

// Writes the next piece; false if the response cannot be completed.
bool SendPiece(const Reply& reply, httplib::DataSink& sink) {
  std::string piece;
  HttpFields trailers;
  const Reply::Piece kind = reply.next(&piece, &trailers);
  if (kind == Reply::Piece::kBroken) return false;
  if (!piece.empty() && !sink.write(piece.data(), piece.size())) return false;
  if (kind == Reply::Piece::kLast) sink.done();
  return true;
}

void Send(Reply reply, httplib::Response* to) {
  to->status = reply.http.status;
  for (const HttpField& field : reply.http.headers) {
    if (!IsSetHere(field.name)) to->headers.emplace(field.name, field.value);
  }
  to->headers.emplace("X-Content-Type-Options", "nosniff");
  const std::string* type = FindField(reply.http.headers, "Content-Type");
  const std::string content_type = type == nullptr ? "" : *type;
  if (reply.next) {
    const auto pieces = std::make_shared<Reply>(std::move(reply));
    to->set_chunked_content_provider(content_type, [pieces](size_t, httplib::DataSink& sink) {
      return SendPiece(*pieces, sink);
    });
  } else if (!reply.http.body.empty()) {
    to->set_content(reply.http.body, content_type);
  }
}

// Adapts a handler to the library's types.
class Mount {
 public:
  Mount(Handler handler, const Options& options)
      : handler_(std::move(handler)), options_(options) {}

  void Serve(const httplib::Request& from, std::string body, httplib::Response* to) const {
    Respond(from, std::move(body), nullptr, to);
  }

  void ServeWithBody(const httplib::Request& from, const httplib::ContentReader& read,
                     httplib::Response* to) const {
    // The library treats a request without a body as malformed.
    if (!from.has_header("Content-Length") && !from.has_header("Transfer-Encoding")) {
      return Serve(from, "", to);
    }
    if (from.is_multipart_form_data()) {
      return Refuse(from, HttpError(415, "multipart/form-data is not supported here"), to);
    }
    std::string body;
    const size_t limit = options_.limits.request_body;
    bool fits = true;
    const bool complete = read([&](const char* piece, size_t size) {
      fits = fits && size <= limit - body.size();
      if (fits) body.append(piece, size);
      return fits;
    });
    if (!fits) {
      return Refuse(from, BodyTooLarge(limit), to);
    }
    if (complete) Serve(from, std::move(body), to);  // else the library responds
  }

 private:
  void Respond(const httplib::Request& from, std::string body, std::shared_ptr<BodySource> source,
               httplib::Response* to) const {
    Request request;
    request.http = RequestOf(from, std::move(body));
    request.peer = from.remote_addr;
    request.body = std::move(source);
    Send(handler_(request), to);
  }

  // Lets the handler respond to a request whose body cannot be read, so that the middleware sees
  // it.
  void Refuse(const httplib::Request& from, absl::Status error, httplib::Response* to) const {
    to->headers.emplace("Connection", "close");
    Respond(from, "", NewFailedBody(std::move(error)), to);
  }

  const Handler handler_;
  const Options options_;
};

}  // namespace

void MountOn(httplib::Server* http, Handler handler, const Options& options) {
  constexpr char kAny[] = ".*";
  auto mount = std::make_shared<const Mount>(std::move(handler), options);
  const auto plain = [mount](const httplib::Request& from, httplib::Response& to) {
    mount->Serve(from, from.body, &to);
  };
  const auto with_body = [mount](const httplib::Request& from, httplib::Response& to,
                                 const httplib::ContentReader& read) {
    mount->ServeWithBody(from, read, &to);
  };
  http->Get(kAny, plain);
  http->Options(kAny, plain);
  http->Delete(kAny, plain);
  http->Post(kAny, with_body);
  http->Put(kAny, with_body);
  http->Patch(kAny, with_body);
}

}  // namespace trestle
