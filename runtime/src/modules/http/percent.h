// Percent-encoding: of URLs (RFC 3986) and of forms (application/x-www-form-urlencoded).
#pragma once

#include <cstddef>
#include <string_view>

#include "modules/http/chars.h"
#include "modules/http/output.h"

namespace arun::http {

inline constexpr std::size_t kEncodedSize = 3;  // of one byte, at most

enum class Escapes { kept, normalized };  // normalized: of unreserved characters none, digits in upper case

// Part of a URL that may hold encoded bytes already: they stay, and all else that is not of the class is encoded.
void put_url_text(Output& out, std::string_view text, CharClass allowed, Escapes escapes = Escapes::kept);

// A text that means what it says: all but unreserved characters is encoded.
void put_component(Output& out, std::string_view text);

// A name or value of a form: a space becomes a plus sign.
void put_form_text(Output& out, std::string_view text);

enum class Plus { plus, space };

// Undoes any of these, into as much room as the text takes; gives the end. A percent sign that begins no escape stays.
char* decode(std::string_view text, Plus plus, char* out);

}  // namespace arun::http
