"""An API for measuring growth: echoes of lists, and of messages with increasing numbers of fields.
Its text is generated, because a message with a thousand fields is long."""

import json

from process import run

FIELDS = (1, 3, 10, 30, 100, 300, 1000)
PROTO = "growth.proto"
SERVICE = "growth.v1.Growth"
ECHO_ITEMS = "/v1/growth/items"

# The type of a field, the prefix of its name, and its value.
KINDS = (("string", "title", "A clock"), ("int32", "pieces", 12), ("double", "price", 129.95),
         ("int64", "sold", "1234567"), ("bool", "available", True))

HEAD = """\
syntax = "proto3";
package growth.v1;
import "bench/peers/shop.proto";
import "google/api/annotations.proto";
"""


def echo_fields(count):
    """Returns the path of the RPC for messages with `count` fields."""
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
    """Returns a message with `count` fields, all of them set, as JSON."""
    return _compact({f"{KINDS[i % len(KINDS)][1]}{i + 1}": KINDS[i % len(KINDS)][2]
                     for i in range(count)})


def items_text(item, size):
    """Returns an ItemList of at most `size` bytes of JSON: copies of an item, the last of which has as
    many fields as fit."""
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
    """Returns a descriptor set of this API and the shop."""
    write_proto(folder)
    path = folder / "growth.pb"
    run(["protoc", "-I", root, "-I", root / "proto", "-I", folder, "--include_imports",
         f"--descriptor_set_out={path}", PROTO], cwd=root, timeout=60)
    return path
