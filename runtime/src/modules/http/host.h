// The host of a URL: a name, an IPv4 address, or an IPv6 address in brackets.
#pragma once

#include <string_view>

#include "modules/http/fault.h"
#include "modules/http/output.h"

namespace arun::http {

// Writes the host in the form in which it is looked up: names in lower case and in ASCII (IDNA, with the mapping of
// UTS 46), addresses in their shortest form.
bool put_host(Output& out, std::string_view host, Fault& fault);

// An IPv6 address, without its brackets.
bool put_ipv6(Output& out, std::string_view address, Fault& fault);

}  // namespace arun::http
