"""The API that growth is measured with beside the shop's: echoes of lists, and of messages with
more and more fields. Its text is made here, since a message of a thousand fields is a long one."""

import json

from process import run

FIELDS = (1, 3, 10, 30, 100, 300, 1000)
PROTO = "growth.proto"
SERVICE = "growth.v1.Growth"
ECHO_ITEMS = "/v1/growth/items"

# The type of a field, what it is called before its number, and what it is set to.
KINDS = (("string", "title", "A clock"), ("int32", "pieces", 12), ("double", "price", 129.95),
         ("int64", "sold", "1234567"), ("bool", "available", True))

HEAD = """\
syntax = "proto3";
package growth.v1;
import "bench/peers/shop.proto";
import "google/api/annotations.proto";
"""


def echo_fields(count):
    """The path of the RPC for messages of so many fields."""
    return f"/v1/growth/fields{count}"


def _rpc(name, message, path):
    return (f"  rpc {name}({message}) returns ({message}) {{\n"
            f'    option (google.api.http) = {{ post: "{path}" body: "*" }};\n  }}\n')


def _message(count):
    fields = "".join(f"  {KINDS[i % len(KINDS)][0]} {KINDS[i % len(KINDS)][1]}_{i + 1} = {i + 1};\n"
                     for i in range(count))
    return f"message Fields{count} {{\n{fields}}}\n"


def proto_text():
    rpcs = _rpc("EchoItems", "shop.v1.ItemList", ECHO_ITEMS) + "".join(
        _rpc(f"EchoFields{count}", f"Fields{count}", echo_fields(count)) for count in FIELDS)
    return f"{HEAD}service Growth {{\n{rpcs}}}\n" + "".join(map(_message, FIELDS))


def _compact(document):
    return json.dumps(document, separators=(",", ":"))


def fields_text(count):
    """A message of so many fields, all of them set, as JSON."""
    return _compact({f"{KINDS[i % len(KINDS)][1]}{i + 1}": KINDS[i % len(KINDS)][2]
                     for i in range(count)})


def items_text(item, size):
    """An ItemList of at most `size` bytes of JSON: items like this one, and of the last one as
    many fields as there is room for."""
    model, items, left = _compact(item), [], size - len('{"items":[]}')
    while True:
        text = model.replace(item["id"], f"clock-{len(items)}", 1)
        if len(text) + 1 > left:
            break
        items.append(text)
        left -= len(text) + 1
    last = {}
    for key, value in item.items():
        if len(_compact({**last, key: value})) + 1 > left:
            break
        last[key] = value
    return '{"items":[' + ",".join(items + ([_compact(last)] if last else [])) + "]}"


def write_proto(folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / PROTO).write_text(proto_text())


def descriptor_set(root, folder):
    """The .proto and the shop's, as gateways without generated code read them."""
    write_proto(folder)
    path = folder / "growth.pb"
    run(["protoc", "-I", root, "-I", root / "proto", "-I", folder, "--include_imports",
         f"--descriptor_set_out={path}", PROTO], cwd=root, timeout=60)
    return path
