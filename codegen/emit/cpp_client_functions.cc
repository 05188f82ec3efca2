#include "trestle/codegen/emit/cpp_client_functions.h"

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "trestle/codegen/comment.h"
#include "trestle/codegen/names.h"
#include "trestle/codegen/writer.h"

namespace trestle {
namespace codegen {
namespace {

class Builder {
 public:
  Builder(const ClientService& client, const CppFile& file)
      : client_(client), file_(file), absl_(file.Root("absl")), trestle_(file.Root("trestle")) {}

  std::vector<ClientFunction> Build() const {
    absl::flat_hash_set<std::string> names = client_.names;
    std::vector<ClientFunction> functions;
    for (const ClientRpc& rpc : client_.rpcs) {
      if (rpc.kind == ClientRpcKind::kOmitted) continue;
      functions.push_back(MainFunction(rpc));
      if (rpc.kind == ClientRpcKind::kList) functions.push_back(PageFunction(rpc));
    }
    for (ClientFunction& function : functions) {
      function.virtual_name = TakeName("Do" + function.name, &names);
    }
    return functions;
  }

 private:
  ClientFunction MainFunction(const ClientRpc& rpc) const {
    if (rpc.kind == ClientRpcKind::kList) return ListFunction(rpc);
    if (rpc.kind == ClientRpcKind::kServerStream) return StreamFunction(rpc);
    return UnaryFunction(rpc);
  }

  ClientFunction UnaryFunction(const ClientRpc& rpc) const {
    ClientFunction function = FunctionOf(rpc, rpc.function, rpc.method->doc);
    const bool is_empty = rpc.kind == ClientRpcKind::kEmpty;
    function.result =
        is_empty ? absl_ + "::Status" : absl::StrCat(absl_, "::StatusOr<", Out(rpc), ">");
    function.body = absl::StrCat("return ", UnaryCall("channel_", rpc, "request"),
                                 is_empty ? ".status();" : ";");
    return function;
  }

  ClientFunction StreamFunction(const ClientRpc& rpc) const {
    ClientFunction function = FunctionOf(rpc, rpc.function, rpc.method->doc);
    function.result = absl::StrCat(trestle_, "::StreamRange<", Out(rpc), ">");
    function.body = absl::StrCat("return channel_.ServerStream<", Out(rpc), ">(", rpc.index,
                                 ", request, options);");
    return function;
  }

  ClientFunction PageFunction(const ClientRpc& rpc) const {
    const std::string doc = absl::StrCat("One page of ", rpc.function, ".");
    ClientFunction function = FunctionOf(rpc, rpc.page_function, doc);
    function.result = absl::StrCat(absl_, "::StatusOr<", Out(rpc), ">");
    function.body = absl::StrCat("return ", UnaryCall("channel_", rpc, "request"), ";");
    return function;
  }

  ClientFunction ListFunction(const ClientRpc& rpc) const {
    std::string doc = rpc.method->doc;
    if (!doc.empty()) absl::StrAppend(&doc, "\n\n");
    ClientFunction function =
        FunctionOf(rpc, rpc.function, doc + "Requests one page after another.");
    function.result = absl::StrCat(trestle_, "::StreamRange<", Item(rpc), ">");
    function.parameter = absl::StrCat(In(rpc), " request");
    function.argument = "std::move(request)";
    function.body = ListBody(rpc);
    return function;
  }

  std::string ListBody(const ClientRpc& rpc) const {
    Writer w;
    w.Emit({{"trestle", trestle_},
            {"item", Item(rpc)},
            {"in", In(rpc)},
            {"out", Out(rpc)},
            {"call", UnaryCall("channel", rpc, "page")},
            {"items", AccessorName(*rpc.method->list_items)}},
           R"(
return $trestle$::Pages<$item$>(
    std::move(request),
    [channel = channel_, options](const $in$& page) {
      return $call$;
    },
    []($out$& page) { return page.mutable_$items$(); });
)");
    return std::string(absl::StripTrailingAsciiWhitespace(w.text()));
  }

  std::string Item(const ClientRpc& rpc) const {
    return file_.Type(*rpc.method->list_items->message_type());
  }

  ClientFunction FunctionOf(const ClientRpc& rpc, const std::string& name,
                            const std::string& doc) const {
    ClientFunction function;
    function.doc = LineComment(doc);
    function.name = name;
    function.parameter = absl::StrCat("const ", In(rpc), "& request");
    function.argument = "request";
    return function;
  }

  std::string UnaryCall(absl::string_view channel, const ClientRpc& rpc,
                        absl::string_view request) const {
    return absl::StrCat(channel, ".Unary<", Out(rpc), ">(", rpc.index, ", ", request, ", options)");
  }

  std::string In(const ClientRpc& rpc) const { return file_.Type(*rpc.method->desc->input_type()); }
  std::string Out(const ClientRpc& rpc) const {
    return file_.Type(*rpc.method->desc->output_type());
  }

  const ClientService& client_;
  const CppFile& file_;
  const std::string absl_, trestle_;
};

}  // namespace

std::vector<ClientFunction> ClientFunctions(const ClientService& client, const CppFile& file) {
  return Builder(client, file).Build();
}

}  // namespace codegen
}  // namespace trestle
