// zstd (RFC 8878, with the window of RFC 9659)
#include <zstd.h>

#include <new>

#include "modules/http/coding.h"
#include "modules/http/lookahead.h"

namespace arun::http {
namespace {

constexpr int kWindowLog = 23;  // 8 MiB, the most that a content coding may ask for

// One or more frames. What follows them and is none is passed over, as after gzip.
class Zstd final : public Coding {
 public:
  Zstd() : context_(ZSTD_createDCtx()) {
    if (context_ != nullptr) ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, kWindowLog);
  }
  ~Zstd() override { ZSTD_freeDCtx(context_); }

  bool good() const { return context_ != nullptr; }

  const char* decode(std::string_view& in, Room& out) override {
    while (!in.empty() || in_frame_) {
      if (garbage_) {
        in = {};
        break;
      }
      std::size_t before = in.size() + out.size();
      const char* error = in_frame_ ? run(in, out) : begin_frame(in, out);
      if (error != nullptr) return error;
      if (before == in.size() + out.size()) break;
    }
    return nullptr;
  }

  bool is_complete() const override { return complete_; }

 private:
  const char* run(std::string_view& in, Room& out) {
    // Asked again and again without reason, it fails.
    if (in.empty() && !holds_output_) return nullptr;
    ZSTD_inBuffer input{in.data(), in.size(), 0};
    ZSTD_outBuffer output{out.at, out.size(), 0};
    std::size_t result = ZSTD_decompressStream(context_, &output, &input);
    in.remove_prefix(input.pos);
    out.at += output.pos;
    holds_output_ = output.pos == output.size;
    if (ZSTD_isError(result) != 0) return ZSTD_getErrorName(result);
    complete_ = result == 0;
    in_frame_ = !complete_;
    return nullptr;
  }

  // The magic number goes in by itself also when more is there: given a whole frame at once, the library takes another
  // way, and judges some damaged ones differently.
  const char* begin_frame(std::string_view& in, Room& out) {
    if (!magic_.fill(in)) return nullptr;
    bool is_skippable = (magic_[0] & 0xF0) == 0x50 && magic_.bytes().substr(1) == "\x2A\x4D\x18";
    garbage_ = complete_ && magic_.bytes() != "\x28\xB5\x2F\xFD" && !is_skippable;
    if (garbage_) return nullptr;
    std::string_view magic = magic_.bytes();
    magic_.clear();
    return run(magic, out);
  }

  ZSTD_DCtx* context_;
  Lookahead<4> magic_;
  bool in_frame_ = false;
  bool complete_ = false;  // a frame ended, and no other began
  bool garbage_ = false;
  bool holds_output_ = false;
};

}  // namespace

std::unique_ptr<Coding> make_zstd() {
  std::unique_ptr<Zstd> zstd(new (std::nothrow) Zstd);
  if (zstd && !zstd->good()) zstd.reset();
  return zstd;
}

}  // namespace arun::http
