// Takes the content codings off a body while it arrives, with bounds to what little bytes may grow to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string_view>
#include <vector>

#include "modules/http/coding.h"
#include "modules/http/fault.h"

namespace arun::http {

struct DecoderLimits {
  std::uint64_t bytes = std::numeric_limits<std::uint64_t>::max();  // of the decoded body
  std::uint64_t ratio = 250;                                        // decoded bytes for one received
  std::uint64_t ratio_from = std::uint64_t{16} << 20;               // decoded bytes from which the ratio counts
};

class ContentDecoder {
 public:
  enum class Status {
    needs_input,  // all that was given is decoded
    needs_room,   // there may be more: call again, with the rest of the input
    complete,     // the body ended, and so did its codings
    fault,        // the data is wrong; what came out until then stands
  };

  // A decoder for the value of a Content-Encoding field, of which all but gzip, deflate, br, zstd and identity is a
  // fault. Null without a fault when there is nothing to take off. Throws bad_alloc.
  static std::unique_ptr<ContentDecoder> make(std::string_view content_encoding, const DecoderLimits& limits,
                                              Fault& fault);

  ContentDecoder(const ContentDecoder&) = delete;
  ContentDecoder& operator=(const ContentDecoder&) = delete;
  ~ContentDecoder();

  // Decodes from `in`, which it shortens, into `out`. `ended`: no more follows the input. A body of no bytes at all is
  // complete, whatever its codings.
  Status decode(std::string_view& in, bool ended, Room& out) noexcept;

  // See DecoderLimits.
  void count_ratio_from(std::uint64_t bytes) { limits_.ratio_from = bytes; }

  const Fault& fault() const { return fault_; }

 private:
  struct Stage;

  explicit ContentDecoder(const DecoderLimits& limits);
  bool add(std::string_view name);
  bool pull(std::size_t index, std::string_view& in, Room& out);
  bool count(Stage& stage, std::size_t bytes);
  bool check_end();

  std::vector<Stage> stages_;  // in the order in which they are taken off
  DecoderLimits limits_;
  std::uint64_t received_ = 0;
  Fault fault_;
};

}  // namespace arun::http
