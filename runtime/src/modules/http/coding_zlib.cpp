// gzip and deflate.
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

#include "modules/http/coding.h"
#include "modules/http/lookahead.h"

namespace arun::http {
namespace {

constexpr const char* kNoMemory = "not enough memory";
constexpr int kWindowBits = 15;
constexpr int kGzipWindow = kWindowBits + 16;

class Inflater {
 public:
  Inflater() = default;
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() {
    if (begun_) inflateEnd(&stream_);
  }

  bool begin(int window_bits) {
    begun_ = inflateInit2(&stream_, window_bits) == Z_OK;
    return begun_;
  }

  void restart() {
    inflateReset(&stream_);
    ended_ = false;
  }

  bool ended() const { return ended_; }

  const char* run(std::string_view& in, Room& out) {
    constexpr std::size_t kMost = std::numeric_limits<uInt>::max();
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = static_cast<uInt>(std::min(in.size(), kMost));
    stream_.next_out = reinterpret_cast<Bytef*>(out.at);
    stream_.avail_out = static_cast<uInt>(std::min(out.size(), kMost));
    int status = inflate(&stream_, Z_NO_FLUSH);
    in.remove_prefix(static_cast<std::size_t>(reinterpret_cast<char*>(stream_.next_in) - in.data()));
    out.at = reinterpret_cast<char*>(stream_.next_out);
    ended_ = status == Z_STREAM_END;
    if (ended_ || status == Z_OK || status == Z_BUF_ERROR) return nullptr;
    if (status == Z_MEM_ERROR) return kNoMemory;
    return stream_.msg != nullptr ? stream_.msg : "it needs a dictionary";
  }

 private:
  z_stream stream_{};
  bool begun_ = false;
  bool ended_ = false;
};

// One or more members. What follows them and is none is passed over, as browsers do: some servers pad with zeros.
class Gzip final : public Coding {
 public:
  bool begin() { return inflater_.begin(kGzipWindow); }

  const char* decode(std::string_view& in, Room& out) override {
    while (!in.empty() || !inflater_.ended()) {
      if (garbage_) {
        in = {};
        break;
      }
      if (inflater_.ended() && !next_member(in, out)) continue;
      std::size_t before = in.size() + out.size();
      if (const char* error = inflater_.run(in, out)) return error;
      if (!inflater_.ended() && before == in.size() + out.size()) break;
    }
    return nullptr;
  }

  bool is_complete() const override { return inflater_.ended(); }

 private:
  // Whether another member begins, after which `in` is in it.
  bool next_member(std::string_view& in, Room& out) {
    if (!magic_.fill(in)) return false;
    garbage_ = magic_.bytes() != "\x1f\x8b";
    if (garbage_) return false;
    inflater_.restart();
    std::string_view magic = magic_.bytes();
    inflater_.run(magic, out);
    magic_.clear();
    return true;
  }

  Inflater inflater_;
  Lookahead<2> magic_;
  bool garbage_ = false;
};

// What the standard calls deflate has a header of zlib; what many servers send has none.
class Deflate final : public Coding {
 public:
  const char* decode(std::string_view& in, Room& out) override {
    if (!begun_) {
      if (!header_.fill(in)) return nullptr;
      bool has_header = (header_[0] & 15) == Z_DEFLATED && (header_[0] * 256 + header_[1]) % 31 == 0;
      begun_ = inflater_.begin(has_header ? kWindowBits : -kWindowBits);
      if (!begun_) return kNoMemory;
      std::string_view header = header_.bytes();
      if (const char* error = inflater_.run(header, out)) return error;
    }
    while (!inflater_.ended()) {
      std::size_t before = in.size() + out.size();
      if (const char* error = inflater_.run(in, out)) return error;
      if (before == in.size() + out.size()) return nullptr;
    }
    in = {};
    return nullptr;
  }

  bool is_complete() const override { return inflater_.ended(); }

 private:
  Inflater inflater_;
  Lookahead<2> header_;
  bool begun_ = false;
};

}  // namespace

std::unique_ptr<Coding> make_gzip() {
  std::unique_ptr<Gzip> gzip(new (std::nothrow) Gzip);
  if (gzip && !gzip->begin()) gzip.reset();
  return gzip;
}

std::unique_ptr<Coding> make_deflate() {
  return std::unique_ptr<Coding>(new (std::nothrow) Deflate);
}

}  // namespace arun::http
