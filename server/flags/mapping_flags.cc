#include "trestle/server/flags/mapping_flags.h"

#include <string>

#include "absl/status/statusor.h"
#include "trestle/server/flags/flag_value.h"
#include "trestle/transcoding/profile.h"

namespace trestle {
namespace {

void AddProfile(CLI::App& app, Options* options) {
  const auto set = [options](const std::string& name) {
    absl::StatusOr<Options> profile = OptionsOfProfile(name);
    if (!profile.ok()) {
      throw CLI::ValidationError("--profile", std::string(profile.status().message()));
    }
    *options = *std::move(profile);
  };
  app.add_option_function<std::string>(
         "--profile", set,
         "Whose clients to be like: default, grpc-gateway or envoy. The flags below change what "
         "it chooses.")
      ->type_name("NAME")
      ->default_str("default")
      ->group("Profile");
}

void AddReadFlags(CLI::App& app, JsonReadOptions* read) {
  constexpr char kGroup[] = "JSON in requests";
  AddSwitch(app, "--json_ignore_unknown_fields", &read->ignore_unknown_fields,
            "Pass over JSON keys that no field has, instead of 400.")
      ->group(kGroup);
  AddSwitch(app, "--json_case_insensitive_enums", &read->case_insensitive_enums,
            "Take the names of enum values in any case.")
      ->group(kGroup);
  AddSwitch(app, "--json_take_short_enum_names", &read->short_enum_names,
            "Take the names of enum values without the enum's own too: POETRY for GENRE_POETRY.")
      ->group(kGroup);
  AddNumber(app, "--json_max_depth", &read->max_depth, {1, 1000},
            "How deep objects and arrays may nest; deeper ones get 400.")
      ->group(kGroup);
}

void AddWriteFlags(CLI::App& app, JsonWriteOptions* write) {
  constexpr char kGroup[] = "JSON in answers";
  AddSwitch(app, "--json_original_names", &write->original_names,
            "Print the names of the .proto: page_size, not pageSize.")
      ->group(kGroup);
  AddSwitch(app, "--json_always_print_defaults", &write->always_print_defaults,
            "Print fields that are at their default, too.")
      ->group(kGroup);
  AddSwitch(app, "--json_null_for_unset", &write->null_for_unset,
            "Print null for messages that are not set.")
      ->group(kGroup);
  AddSwitch(app, "--json_enums_as_numbers", &write->enums_as_numbers, "Print enums as numbers.")
      ->group(kGroup);
  AddSwitch(app, "--json_print_short_enum_names", &write->short_enum_names,
            "Print the names of enum values without the enum's own: POETRY for GENRE_POETRY.")
      ->group(kGroup);
  AddSwitch(app, "--json_int64_as_numbers", &write->int64_as_numbers,
            "Print 64-bit integers as numbers, which JavaScript rounds.")
      ->group(kGroup);
}

void AddRequestFlags(CLI::App& app, QueryOptions* query, RequestOptions* request) {
  constexpr char kGroup[] = "Requests";
  AddSwitch(app, "--query_ignore_unknown", &query->ignore_unknown,
            "Pass over query parameters that no field has, instead of 400.")
      ->group(kGroup);
  AddList(app, "--query_ignore", "NAME", &query->ignored,
          "A query parameter to pass over, or a beginning and \"*\". May be repeated; takes the "
          "place of the usual $*.")
      ->group(kGroup);
  AddChoice<MethodOverride>(app, "--method_override",
                            {{"never", MethodOverride::kNever},
                             {"form_posts", MethodOverride::kFormPosts},
                             {"posts", MethodOverride::kPosts}},
                            &request->method_override,
                            "Whose method X-HTTP-Method-Override takes the place of: nobody's, "
                            "that of an HTML form, of any POST.")
      ->group(kGroup);
  AddChoice<DotSegments>(
      app, "--dot_segments", {{"text", DotSegments::kText}, {"refuse", DotSegments::kRefuse}},
      &request->dot_segments, "What the segments \".\" and \"..\" of a path are: text, or 400.")
      ->group(kGroup);
  AddSwitch(app, "--any_type_as_json", &request->any_type_as_json,
            "Read a body of any Content-Type as JSON, instead of 415.")
      ->group(kGroup);
  AddSwitch(app, "--form_posts", &request->form_posts,
            "Read the POST of an HTML form as a query, and let GET's routes answer it.")
      ->group(kGroup);
}

void AddResponseFlags(CLI::App& app, ResponseOptions* response) {
  constexpr char kGroup[] = "Answers";
  AddChoice<ErrorShape>(app, "--error_shape",
                        {{"error", ErrorShape::kError}, {"status", ErrorShape::kStatus}},
                        &response->error_shape,
                        "What an error's JSON is: {\"error\":{…}} with the HTTP status, or a "
                        "google.rpc.Status.")
      ->group(kGroup);
  AddChoice<StreamShape>(app, "--stream_shape",
                         {{"array", StreamShape::kArray},
                          {"lines", StreamShape::kLines},
                          {"result_lines", StreamShape::kResultLines}},
                         &response->stream_shape,
                         "What a stream is where Accept does not say: a JSON array, a message a "
                         "line, or {\"result\":…} a line.")
      ->group(kGroup);
}

void AddHeaderFlags(CLI::App& app, HeaderOptions* headers) {
  constexpr char kGroup[] = "Headers";
  AddList(app, "--forward_header", "NAME", &headers->forward,
          "A request header to hand to the backend beside the usual ones: x-tenant, x-acme-* for "
          "all that begin so, or * for every one. May be repeated.")
      ->group(kGroup);
  AddHeaderPrefix(app, "--permanent_header_prefix", &headers->permanent_prefix,
                  "Hand the headers that HTTP itself defines (Accept, Cookie, Referer, …) to the "
                  "backend too, under names that begin so.")
      ->group(kGroup);
  AddHeaderPrefix(app, "--response_header_prefix", &headers->response_prefix,
                  "What to put before the names of the backend's metadata in answers.")
      ->group(kGroup);
  AddHeaderPrefix(app, "--trailer_prefix", &headers->trailer_prefix,
                  "What to put before the names of the backend's trailing metadata in answers.")
      ->group(kGroup);
  AddNumber(app, "--trusted_hops", &headers->trusted_hops, {0, 100},
            "How many proxies in front of this one may be believed in X-Forwarded-For, -Host and "
            "-Proto, counted from the right of each list.")
      ->group(kGroup);
}

void AddTimeoutFlags(CLI::App& app, TimeoutOptions* timeouts) {
  constexpr char kGroup[] = "Limits";
  AddDuration(app, "--default_timeout", &timeouts->unary,
              "How long a unary call may take when the client does not say.")
      ->group(kGroup);
  AddDuration(app, "--max_timeout", &timeouts->max,
              "The longest time that a client may ask for by Grpc-Timeout or X-Server-Timeout.")
      ->group(kGroup);
  AddDuration(app, "--stream_body_timeout", &timeouts->stream_body,
              "How long the body of a streamed request may bring nothing; then 408.")
      ->group(kGroup);
  AddDuration(app, "--stream_write_timeout", &timeouts->stream_write,
              "How long a message of a streamed request may wait for a backend that does not read "
              "it; then 504.")
      ->group(kGroup);
  AddDuration(app, "--heartbeat", &timeouts->heartbeat,
              "How long server-sent events may have none before a comment is sent; inf for none.")
      ->group(kGroup);
}

void AddLimitFlags(CLI::App& app, LimitOptions* limits) {
  constexpr char kGroup[] = "Limits";
  AddSize(app, "--max_request_body", &limits->request_body,
          "The largest body that a request may have, uncompressed, or each message of a stream; "
          "larger ones get 413.")
      ->group(kGroup);
  AddSize(app, "--max_response_body", &limits->response_body,
          "The largest message that the backend may answer; larger ones become 502.")
      ->group(kGroup);
  AddSize(app, "--max_response_json", &limits->response_json,
          "The longest JSON that a message of the backend may become; longer ones become 502.")
      ->group(kGroup);
  AddSize(app, "--max_target", &limits->target,
          "The longest path and query that a request may have; longer ones get 414.")
      ->group(kGroup);
  AddSize(app, "--max_head", &limits->head,
          "The longest request line and headers, together; longer ones get 431.")
      ->group(kGroup);
  AddNumber(app, "--max_header_lines", &limits->head_lines, {1, 100000},
            "How many headers a request may have; more get 431.")
      ->group(kGroup);
}

void AddRouteFlags(CLI::App& app, DuplicateRoutes* duplicates) {
  AddChoice<DuplicateRoutes>(app, "--duplicate_routes",
                             {{"refuse", DuplicateRoutes::kRefuse},
                              {"first_wins", DuplicateRoutes::kFirstWins},
                              {"last_wins", DuplicateRoutes::kLastWins}},
                             duplicates,
                             "What two RPCs of the same method and path are: an error, or which "
                             "of them is served.")
      ->group("Requests");
}

}  // namespace

void AddMappingFlags(CLI::App& app, Options* options) {
  // Values are set in the order of this list, not in that of the command line: the profile
  // must be the first.
  AddProfile(app, options);
  AddReadFlags(app, &options->read);
  AddWriteFlags(app, &options->write);
  AddRequestFlags(app, &options->query, &options->request);
  AddResponseFlags(app, &options->response);
  AddHeaderFlags(app, &options->headers);
  AddTimeoutFlags(app, &options->timeouts);
  AddLimitFlags(app, &options->limits);
  AddRouteFlags(app, &options->duplicate_routes);
}

}  // namespace trestle
