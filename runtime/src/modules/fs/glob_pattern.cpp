#include "modules/fs/glob_pattern.h"

#include <cstdint>

namespace arun::modules {
namespace {

constexpr char32_t kByte = 0x110000;  // + a byte that begins no valid sequence: equal only to itself

// Takes a character off the front.
char32_t next_character(std::string_view* text) {
  auto lead = static_cast<unsigned char>(text->front());
  std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 && lead < 0xF8 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (lead >= 0xF8 || length == 0 || length > text->size()) {
    text->remove_prefix(1);
    return kByte + lead;
  }
  if (length == 1) {
    text->remove_prefix(1);
    return lead;
  }
  char32_t value = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    auto byte = static_cast<unsigned char>((*text)[i]);
    if ((byte & 0xC0U) != 0x80) {
      text->remove_prefix(1);
      return kByte + lead;
    }
    value = (value << 6) | (byte & 0x3FU);
  }
  text->remove_prefix(length);
  return value;
}

// A character of a pattern that stands for itself, perhaps after a backslash.
char32_t next_literal(std::string_view* part) {
  if (part->front() == '\\' && part->size() > 1) part->remove_prefix(1);
  return next_character(part);
}

// After '[': whether the set holds the character; puts the rest of the pattern into *part. Without a closing bracket
// it is no set (`*valid`), and '[' stands for itself.
bool match_set(std::string_view* part, char32_t character, bool* valid) {
  std::string_view rest = *part;
  bool negated = !rest.empty() && (rest.front() == '!' || rest.front() == '^');
  if (negated) rest.remove_prefix(1);
  bool found = false;
  for (bool first = true; !rest.empty(); first = false) {
    if (rest.front() == ']' && !first) {
      *part = rest.substr(1);
      *valid = true;
      return found != negated;
    }
    char32_t low = next_literal(&rest);
    char32_t high = low;
    if (rest.size() > 1 && rest[0] == '-' && rest[1] != ']') {
      rest.remove_prefix(1);
      high = next_literal(&rest);
    }
    if (low <= character && character <= high) found = true;
  }
  *valid = false;
  return false;
}

// Matches what of the pattern stands for one character with that one.
bool match_one(std::string_view* part, char32_t character) {
  if (part->front() == '?') {
    part->remove_prefix(1);
    return true;
  }
  if (part->front() == '[') {
    std::string_view rest = part->substr(1);
    bool valid = false;
    bool found = match_set(&rest, character, &valid);
    if (valid) {
      *part = rest;
      return found;
    }
  }
  return next_literal(part) == character;
}

// The end of the brace group at `open`, and its commas; npos when it is none: without a comma braces mean themselves.
std::size_t find_group(std::string_view pattern, std::size_t open, std::vector<std::size_t>* commas) {
  int depth = 0;
  for (std::size_t i = open; i < pattern.size(); ++i) {
    char c = pattern[i];
    if (c == '\\') {
      ++i;
    } else if (c == '{') {
      ++depth;
    } else if (c == ',' && depth == 1) {
      commas->push_back(i);
    } else if (c == '}' && --depth == 0) {
      return commas->empty() ? std::string_view::npos : i;
    }
  }
  return std::string_view::npos;
}

}  // namespace

bool expand_braces(std::string_view pattern, std::vector<std::string>* alternatives) {
  for (std::size_t open = 0; open < pattern.size(); ++open) {
    if (pattern[open] == '\\') {
      ++open;
      continue;
    }
    if (pattern[open] != '{') continue;
    std::vector<std::size_t> commas;
    std::size_t close = find_group(pattern, open, &commas);
    if (close == std::string_view::npos) continue;
    commas.push_back(close);
    std::size_t from = open + 1;
    for (std::size_t comma : commas) {
      std::string chosen(pattern.substr(0, open));
      chosen += pattern.substr(from, comma - from);
      chosen += pattern.substr(close + 1);
      if (!expand_braces(chosen, alternatives)) return false;
      from = comma + 1;
    }
    return true;
  }
  if (alternatives->size() == kMostAlternatives) return false;
  alternatives->emplace_back(pattern);
  return true;
}

bool has_magic(std::string_view part) {
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (part[i] == '\\') {
      ++i;
    } else if (part[i] == '*' || part[i] == '?' || part[i] == '[') {
      return true;
    }
  }
  return false;
}

std::string unescape(std::string_view part) {
  std::string text;
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (part[i] == '\\' && i + 1 < part.size()) ++i;
    text += part[i];
  }
  return text;
}

bool matches(std::string_view part, std::string_view name) {
  if (!name.empty() && name.front() == '.') {
    std::string_view rest = part;
    if (rest.empty() || next_literal(&rest) != '.') return false;
  }
  // After a star that matched too little it goes back to that star, never to one before: it is enough to move the last.
  std::string_view star_part;
  std::string_view star_name;
  bool star = false;
  for (;;) {
    if (!part.empty() && part.front() == '*') {
      part.remove_prefix(1);
      star = true;
      star_part = part;
      star_name = name;
      continue;
    }
    if (name.empty() && part.empty()) return true;
    std::string_view name_rest = name;
    if (!part.empty() && !name.empty() && match_one(&part, next_character(&name_rest))) {
      name = name_rest;
      continue;
    }
    if (!star || star_name.empty()) return false;
    next_character(&star_name);
    part = star_part;
    name = star_name;
  }
}

}  // namespace arun::modules
