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
         "The set of options to start from: default, grpc-gateway or envoy, which serves that "
         "program's clients. The flags below change single options of it.")
      ->type_name("NAME")
      ->default_str("default")
      ->group("Profile");
}

void AddReadFlags(CLI::App& app, JsonReadOptions* read) {
  constexpr char kGroup[] = "JSON in requests";
  AddSwitch(app, "--json_ignore_unknown_fields", &read->ignore_unknown_fields,
            "Ignore unknown JSON keys instead of responding with 400.")
      ->group(kGroup);
  AddSwitch(app, "--json_case_insensitive_enums", &read->case_insensitive_enums,
            "Accept the names of enum values in any case.")
      ->group(kGroup);
  AddSwitch(
      app, "--json_take_short_enum_names", &read->short_enum_names,
      "Also accept the names of enum values without the enum's name: POETRY for GENRE_POETRY.")
      ->group(kGroup);
  AddNumber(app, "--json_max_depth", &read->max_depth, {1, 1000},
            "Maximum nesting depth of objects and arrays; deeper JSON gets 400.")
      ->group(kGroup);
}

void AddWriteFlags(CLI::App& app, JsonWriteOptions* write) {
  constexpr char kGroup[] = "JSON in responses";
  AddSwitch(app, "--json_original_names", &write->original_names,
            "Print field names as in the .proto file: page_size, not pageSize.")
      ->group(kGroup);
  AddSwitch(app, "--json_always_print_defaults", &write->always_print_defaults,
            "Print fields that have their default value, too.")
      ->group(kGroup);
  AddSwitch(app, "--json_null_for_unset", &write->null_for_unset,
            "Print null for messages that are not set.")
      ->group(kGroup);
  AddSwitch(app, "--json_enums_as_numbers", &write->enums_as_numbers, "Print enums as numbers.")
      ->group(kGroup);
  AddSwitch(app, "--json_print_short_enum_names", &write->short_enum_names,
            "Print the names of enum values without the enum's name: POETRY for GENRE_POETRY.")
      ->group(kGroup);
  AddSwitch(app, "--json_int64_as_numbers", &write->int64_as_numbers,
            "Print 64-bit integers as numbers, which JavaScript rounds above 2^53.")
      ->group(kGroup);
}

void AddRequestFlags(CLI::App& app, QueryOptions* query, RequestOptions* request) {
  constexpr char kGroup[] = "Requests";
  AddSwitch(app, "--query_ignore_unknown", &query->ignore_unknown,
            "Ignore unknown query parameters instead of responding with 400.")
      ->group(kGroup);
  AddList(app, "--query_ignore", "NAME", &query->ignored,
          "A query parameter to ignore, or a prefix followed by \"*\". May be repeated; replaces "
          "the default, $*.")
      ->group(kGroup);
  AddChoice<MethodOverride>(app, "--method_override",
                            {{"never", MethodOverride::kNever},
                             {"form_posts", MethodOverride::kFormPosts},
                             {"posts", MethodOverride::kPosts}},
                            &request->method_override,
                            "Requests in which X-HTTP-Method-Override replaces the method: none, "
                            "POSTs of HTML forms, all POSTs.")
      ->group(kGroup);
  AddChoice<DotSegments>(app, "--dot_segments",
                         {{"text", DotSegments::kText}, {"refuse", DotSegments::kRefuse}},
                         &request->dot_segments,
                         "How to treat the path segments \".\" and \"..\": as text, or with "
                         "400.")
      ->group(kGroup);
  AddSwitch(app, "--any_type_as_json", &request->any_type_as_json,
            "Read a body of any Content-Type as JSON instead of responding with 415.")
      ->group(kGroup);
  AddSwitch(app, "--form_posts", &request->form_posts,
            "Read the POST of an HTML form as a query, and serve it by the routes of GET.")
      ->group(kGroup);
}

void AddResponseFlags(CLI::App& app, ResponseOptions* response) {
  constexpr char kGroup[] = "Responses";
  AddChoice<ErrorShape>(app, "--error_shape",
                        {{"error", ErrorShape::kError}, {"status", ErrorShape::kStatus}},
                        &response->error_shape,
                        "The JSON of an error: {\"error\":{…}} with the HTTP status, or a "
                        "google.rpc.Status.")
      ->group(kGroup);
  AddChoice<StreamShape>(app, "--stream_shape",
                         {{"array", StreamShape::kArray},
                          {"lines", StreamShape::kLines},
                          {"result_lines", StreamShape::kResultLines}},
                         &response->stream_shape,
                         "The format of a stream if Accept does not choose one: a JSON array, one "
                         "message per line, or one {\"result\":…} per line.")
      ->group(kGroup);
}

void AddHeaderFlags(CLI::App& app, HeaderOptions* headers) {
  constexpr char kGroup[] = "Headers";
  AddList(app, "--forward_header", "NAME", &headers->forward,
          "A request header to forward in addition to the default ones: x-tenant, x-acme-* for all "
          "with this prefix, or * for all. May be repeated.")
      ->group(kGroup);
  AddHeaderPrefix(app, "--permanent_header_prefix", &headers->permanent_prefix,
                  "Also forward the headers that HTTP itself defines (Accept, Cookie, Referer, …), "
                  "with this prefix before their names.")
      ->group(kGroup);
  AddHeaderPrefix(app, "--response_header_prefix", &headers->response_prefix,
                  "The prefix of the names of the backend's metadata in responses.")
      ->group(kGroup);
  AddHeaderPrefix(app, "--trailer_prefix", &headers->trailer_prefix,
                  "The prefix of the names of the backend's trailing metadata in responses.")
      ->group(kGroup);
  AddNumber(app, "--trusted_hops", &headers->trusted_hops, {0, 100},
            "Number of proxies in front of this one whose X-Forwarded-For, -Host and -Proto are "
            "trusted, counted from the right of each list.")
      ->group(kGroup);
}

void AddTimeoutFlags(CLI::App& app, TimeoutOptions* timeouts) {
  constexpr char kGroup[] = "Limits";
  AddDuration(app, "--default_timeout", &timeouts->unary,
              "Time allowed for a unary call if the client sends no timeout.")
      ->group(kGroup);
  AddDuration(app, "--max_timeout", &timeouts->max,
              "The longest time that a client can request with Grpc-Timeout or X-Server-Timeout.")
      ->group(kGroup);
  AddDuration(app, "--stream_body_timeout", &timeouts->stream_body,
              "Time allowed without receiving data of a streamed request's body before 408.")
      ->group(kGroup);
  AddDuration(app, "--stream_write_timeout", &timeouts->stream_write,
              "Time that a message of a streamed request may wait for a backend that does not read "
              "it before 504.")
      ->group(kGroup);
  AddDuration(app, "--heartbeat", &timeouts->heartbeat,
              "In server-sent events, send a comment after this long without an event; inf: never.")
      ->group(kGroup);
}

void AddLimitFlags(CLI::App& app, LimitOptions* limits) {
  constexpr char kGroup[] = "Limits";
  AddSize(app, "--max_request_body", &limits->request_body,
          "Maximum size of a request's body, uncompressed, and of each message of a streamed "
          "request; larger ones get 413.")
      ->group(kGroup);
  AddSize(app, "--max_response_body", &limits->response_body,
          "Maximum size of a message from the backend; larger ones become 502.")
      ->group(kGroup);
  AddSize(app, "--max_response_json", &limits->response_json,
          "Maximum size of the JSON of a message from the backend; larger ones become 502.")
      ->group(kGroup);
  AddSize(app, "--max_target", &limits->target,
          "Maximum length of a request's path and query; longer ones get 414.")
      ->group(kGroup);
  AddSize(app, "--max_head", &limits->head,
          "Maximum size of the request line and the headers together; larger ones get 431.")
      ->group(kGroup);
  AddNumber(app, "--max_header_lines", &limits->head_lines, {1, 100000},
            "Maximum number of a request's headers; more get 431.")
      ->group(kGroup);
}

void AddRouteFlags(CLI::App& app, DuplicateRoutes* duplicates) {
  AddChoice<DuplicateRoutes>(app, "--duplicate_routes",
                             {{"refuse", DuplicateRoutes::kRefuse},
                              {"first_wins", DuplicateRoutes::kFirstWins},
                              {"last_wins", DuplicateRoutes::kLastWins}},
                             duplicates,
                             "How to treat two RPCs with the same method and path: fail, or serve "
                             "the first or the last one.")
      ->group("Requests");
}

}  // namespace

void AddMappingFlags(CLI::App& app, Options* options) {
  // Values are set in the order of this list, not of the command line: the profile comes first.
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
