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

struct ReadFormat {
  enum class Kind : std::uint8_t { bytes, line, line_with_end, all };
  Kind kind;
  std::size_t count;  // for bytes
};

class ReadPlan {
 public:
  static constexpr int kMostFormats = 16;
  static constexpr std::size_t kAll = SIZE_MAX;

  // Takes the formats from the arguments first..top, none meaning "l"; raises kind "usage".
  static ReadPlan check(lua_State* L, int first);

  // Goes on looking where it stopped; true when every piece is found, or the data ended before the next one.
  bool match(const ReadBuffer& buffer, bool at_end);
  // How many bytes beyond the buffered ones the piece needs: kAll = to the end, 0 = not known (a line).
  std::size_t missing(const ReadBuffer& buffer) const;

  // Pushes the pieces, and nil for the one that the data ended before, as io's read does; their number. May raise, so
  // the caller consumes afterwards.
  int push(lua_State* L, const ReadBuffer& buffer) const;
  std::size_t consumed() const { return at_; }

 private:
  struct Piece {
    std::size_t offset;
    std::size_t size;
  };

  bool match_next(const ReadBuffer& buffer, bool at_end);
  void found(std::size_t size, std::size_t skip = 0);

  ReadFormat formats_[kMostFormats];
  Piece pieces_[kMostFormats];
  int count_ = 0;
  int done_ = 0;
  bool ended_ = false;
  std::size_t at_ = 0;       // where the next piece begins
  std::size_t scanned_ = 0;  // up to where there is no line end after `at_`
};

}  // namespace arun::modules
