// Shell patterns, without a file system: POSIX.1-2017 XCU 2.13, with `**` and braces as bash has them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace arun::modules {

// "a{b,c}d" -> "abd", "acd"; nested, too. False when there would be more than kMostAlternatives.
constexpr std::size_t kMostAlternatives = 10'000;
bool expand_braces(std::string_view pattern, std::vector<std::string>* alternatives);

// Whether a part of a pattern, without '/', has anything but literal characters.
bool has_magic(std::string_view part);
// Its text when it has none: the backslashes removed.
std::string unescape(std::string_view part);

// Whether a name matches a part of a pattern: * ? [abc] [a-z] [!a] \c. Characters are those of UTF-8; a name that
// begins with a dot is matched only by a part that does.
bool matches(std::string_view part, std::string_view name);

}  // namespace arun::modules
