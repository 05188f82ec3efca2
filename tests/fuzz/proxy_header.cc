// Headers of the PROXY protocol: what is accepted is accepted whatever is behind it, and is
// waited for before; a client's address is one, and says the same in either version.

#include <string>

#include "absl/strings/str_cat.h"
#include "trestle/server/http/ip_range.h"
#include "trestle/server/http/proxy_protocol.h"
#include "trestle/tests/fuzz/check.h"

namespace trestle {
namespace {

// What has been decided once stays so when more comes.
void CheckBeginnings(absl::string_view bytes, const ProxyHeader& header) {
  for (size_t size = 0; size < header.size; ++size) {
    const auto beginning = ParseProxyHeader(bytes.substr(0, size));
    Check(beginning.ok() && beginning->size == 0, "a beginning is waited for",
          bytes.substr(0, size));
  }
  const absl::string_view whole = bytes.substr(0, header.size);
  for (absl::string_view behind : {"", "\r\n", "PROXY TCP4 "}) {
    const auto again = ParseProxyHeader(absl::StrCat(whole, behind));
    Check(again.ok() && again->size == header.size && again->client == header.client,
          "what is behind a header does not change it", behind);
  }
}

// The address as the other version writes it.
void CheckClient(const std::string& client) {
  const auto address = ParseIpAddress(client);
  Check(address.has_value() && ToString(*address) == client, "a client is an address", client);
  const bool is_v4 = IsV4(*address);
  const auto text = ParseProxyHeader(absl::StrCat("PROXY ", is_v4 ? "TCP4 " : "TCP6 ", client, " ",
                                                  is_v4 ? "192.0.2.1" : "::1", " 1 2\r\n"));
  Check(text.ok() && text->client == client, "version 1 says the same", client);
  std::string binary("\r\n\r\n\0\r\nQUIT\n\x21\x21\0\x24", 16);
  binary.append(reinterpret_cast<const char*>(address->bytes.data()), address->bytes.size());
  const auto parsed = ParseProxyHeader(binary + std::string(20, '\0'));
  Check(parsed.ok() && parsed->client == client, "version 2 says the same", client);
}

void CheckHeader(absl::string_view bytes) {
  const auto header = ParseProxyHeader(bytes);
  if (!header.ok()) {
    Check(!ParseProxyHeader(absl::StrCat(bytes, "\r\n")).ok(), "what is refused stays so", bytes);
    return;
  }
  Check(header->size <= bytes.size() && header->size <= kMaxProxyHeader, "a header has an end");
  if (header->size == 0) {
    Check(header->client.empty(), "what is incomplete says nothing", header->client);
    Check(bytes.size() < kMaxProxyHeader, "nobody is waited for forever", bytes);
    return;
  }
  CheckBeginnings(bytes, *header);
  if (!header->client.empty()) CheckClient(header->client);
}

}  // namespace
}  // namespace trestle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  trestle::CheckHeader(trestle::ToText(data, size));
  return 0;
}
