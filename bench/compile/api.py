"""An artificial service in a common style: resources with their standard methods."""

METHODS = 5  # for each resource

_FILE = """\
syntax = "proto3";

package shop.v1;

import "google/api/annotations.proto";
import "google/protobuf/empty.proto";
import "google/protobuf/field_mask.proto";
import "google/protobuf/timestamp.proto";

service ShopService {
%s}
%s"""

_RPCS = [
    """\
  rpc Get%(kind)s(Get%(kind)sRequest) returns (%(kind)s) {
    option (google.api.http).get = "/v1/{name=shops/*/%(plural)s/*}";
  }
""",
    """\
  rpc List%(kind)ss(List%(kind)ssRequest) returns (List%(kind)ssResponse) {
    option (google.api.http).get = "/v1/{parent=shops/*}/%(plural)s";
  }
""",
    """\
  rpc Create%(kind)s(Create%(kind)sRequest) returns (%(kind)s) {
    option (google.api.http) = {
      post: "/v1/{parent=shops/*}/%(plural)s"
      body: "%(field)s"
    };
  }
""",
    """\
  rpc Update%(kind)s(Update%(kind)sRequest) returns (%(kind)s) {
    option (google.api.http) = {
      patch: "/v1/{%(field)s.name=shops/*/%(plural)s/*}"
      body: "%(field)s"
    };
  }
""",
    """\
  rpc Delete%(kind)s(Delete%(kind)sRequest) returns (google.protobuf.Empty) {
    option (google.api.http).delete = "/v1/{name=shops/*/%(plural)s/*}";
  }
""",
]

# The messages of each method. The first one includes the resource.
_MESSAGES = [
    """
message %(kind)s {
  enum State {
    STATE_UNSPECIFIED = 0;
    ACTIVE = 1;
    DELETED = 2;
  }
  string name = 1;
  string display_name = 2;
  State state = 3;
  int64 quantity = 4;
  double price = 5;
  repeated string tags = 6;
  map<string, string> labels = 7;
  google.protobuf.Timestamp create_time = 8;
}

message Get%(kind)sRequest {
  string name = 1;
}
""",
    """
message List%(kind)ssRequest {
  string parent = 1;
  int32 page_size = 2;
  string page_token = 3;
  string filter = 4;
  string order_by = 5;
}

message List%(kind)ssResponse {
  repeated %(kind)s %(plural)s = 1;
  string next_page_token = 2;
}
""",
    """
message Create%(kind)sRequest {
  string parent = 1;
  string %(field)s_id = 2;
  %(kind)s %(field)s = 3;
}
""",
    """
message Update%(kind)sRequest {
  %(kind)s %(field)s = 1;
  google.protobuf.FieldMask update_mask = 2;
  bool allow_missing = 3;
}
""",
    """
message Delete%(kind)sRequest {
  string name = 1;
  bool force = 2;
}
""",
]


def proto(rpcs):
    """Returns a .proto with one service of `rpcs` RPCs, each with an HTTP rule."""
    services, messages = "", ""
    for index in range(rpcs):
        number = index // METHODS + 1
        names = {"kind": f"Kind{number}", "field": f"kind{number}", "plural": f"kind{number}s"}
        services += _RPCS[index % METHODS] % names
        messages += _MESSAGES[index % METHODS] % names
    return _FILE % (services, messages)
