// What a read asks for, and where in the buffered data its pieces lie. Knows no file: it is told when data ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include <lua.hpp>

namespace arun::modules {

// Data read from a file and not yet handed out.
class ReadBuffer {
 public:
  const char* data() const { return memory_.get() + begin_; }
  std::size_t size() const { return end_ - begin_; }

  // At least `least` bytes of room behind the data, at room(); throws bad_alloc.
  void reserve(std::size_t least);
  char* room() { return memory_.get() + end_; }
  std::size_t room_size() const { return capacity_ - end_; }
  void added(std::size_t bytes) { end_ += bytes; }

  void consume(std::size_t bytes);
  void clear() { consume(size()); }

 private:
  // An empty buffer that grew larger than this gives its memory back.
  static constexpr std::size_t kKept = 512 * 1024;

  struct Free {
    void operator()(char* memory) const { std::free(memory); }
  };
  std::unique_ptr<char, Free> memory_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

class ReadPlan {
 public:
  static constexpr int kMostFormats = 250;  // as many as io's lines takes
  static constexpr std::size_t kAll = SIZE_MAX;

  // Takes the formats from the arguments first..top, none meaning "l"; raises kind "usage".
  static ReadPlan check(lua_State* L, int first);

  // Goes on looking where it stopped; true when every piece is found, or the next one is not there.
  bool match(const ReadBuffer& buffer, bool at_end);
  // How many bytes beyond the buffered ones the piece needs: kAll = to the end, 0 = not known (a line).
  std::size_t missing(const ReadBuffer& buffer) const;

  // Pushes the pieces, and nil for the first that is not there, as io's read does; their number. May raise, so the
  // caller consumes afterwards.
  int push(lua_State* L, const ReadBuffer& buffer) const;
  std::size_t consumed() const { return at_; }

 private:
  enum class Format : std::uint8_t { bytes, line, line_with_end, number, all };

  struct Piece {
    Format format;
    std::size_t size;  // until it is found, of `bytes`: how many are asked for
    std::size_t offset;
  };

  void add(lua_State* L, int arg);
  bool match_next(const ReadBuffer& buffer, bool at_end);
  bool match_bytes(const ReadBuffer& buffer);
  bool match_line(const ReadBuffer& buffer);
  bool match_number(const ReadBuffer& buffer, bool at_end);
  void found(std::size_t size, std::size_t skip = 0);

  Piece pieces_[kMostFormats];
  int count_ = 0;
  int done_ = 0;
  bool ended_ = false;       // at the next piece: there is no data for it, or no number
  char point_ = '.';         // of the locale, looked at where no other thread changes it
  std::size_t at_ = 0;       // where the next piece begins
  std::size_t scanned_ = 0;  // up to where there is no line end after `at_`
};

}  // namespace arun::modules
