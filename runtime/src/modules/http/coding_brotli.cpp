// br
#include <brotli/decode.h>

#include <new>

#include "modules/http/coding.h"

namespace arun::http {
namespace {

class Brotli final : public Coding {
 public:
  Brotli() : state_(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr)) {}
  ~Brotli() override { BrotliDecoderDestroyInstance(state_); }

  bool good() const { return state_ != nullptr; }

  const char* decode(std::string_view& in, Room& out) override {
    if (!is_complete()) {
      std::size_t left = in.size();
      const auto* next = reinterpret_cast<const std::uint8_t*>(in.data());
      std::size_t room = out.size();
      auto* at = reinterpret_cast<std::uint8_t*>(out.at);
      auto result = BrotliDecoderDecompressStream(state_, &left, &next, &room, &at, nullptr);
      in.remove_prefix(in.size() - left);
      out.at = reinterpret_cast<char*>(at);
      if (result == BROTLI_DECODER_RESULT_ERROR) {
        return BrotliDecoderErrorString(BrotliDecoderGetErrorCode(state_));
      }
    }
    if (is_complete()) in = {};
    return nullptr;
  }

  bool is_complete() const override { return BrotliDecoderIsFinished(state_) != BROTLI_FALSE; }

 private:
  BrotliDecoderState* state_;
};

}  // namespace

std::unique_ptr<Coding> make_brotli() {
  std::unique_ptr<Brotli> brotli(new (std::nothrow) Brotli);
  if (brotli && !brotli->good()) brotli.reset();
  return brotli;
}

}  // namespace arun::http
