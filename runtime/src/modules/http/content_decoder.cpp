#include "modules/http/content_decoder.h"

#include <algorithm>
#include <array>

#include "modules/http/chars.h"

namespace arun::http {
namespace {

constexpr std::size_t kMostCodings = 4;
constexpr std::size_t kBetween = std::size_t{16} << 10;  // bytes on their way from one coding to the next

struct Known {
  std::string_view name;
  const char* shown;
  std::unique_ptr<Coding> (*make)();
};
constexpr Known kKnown[] = {{"gzip", "gzip", make_gzip},
                            {"x-gzip", "gzip", make_gzip},
                            {"deflate", "deflate", make_deflate},
                            {"br", "br", make_brotli},
                            {"zstd", "zstd", make_zstd}};

}  // namespace

struct ContentDecoder::Stage {
  const char* name;
  std::unique_ptr<Coding> coding;
  std::unique_ptr<std::array<char, kBetween>> buffer;  // what the stage before made; the first has none
  std::string_view pending;                            // the part of it that is still to be decoded
  std::uint64_t made = 0;
  bool begun = false;
};

ContentDecoder::ContentDecoder(const DecoderLimits& limits) : limits_(limits) {}
ContentDecoder::~ContentDecoder() = default;

std::unique_ptr<ContentDecoder> ContentDecoder::make(std::string_view content_encoding, const DecoderLimits& limits,
                                                     Fault& fault) {
  std::unique_ptr<ContentDecoder> decoder(new ContentDecoder(limits));
  // The last one named was applied last, and comes off first.
  for (std::string_view rest = content_encoding; !rest.empty();) {
    std::size_t comma = rest.rfind(',');
    std::size_t begin = comma == std::string_view::npos ? 0 : comma + 1;
    std::string_view name = trimmed(rest.substr(begin));
    rest = rest.substr(0, begin == 0 ? 0 : comma);
    if (name.empty() || equal_ignoring_case(name, "identity")) continue;
    if (!decoder->add(name)) {
      fault = decoder->fault_;
      return nullptr;
    }
  }
  if (decoder->stages_.empty()) decoder.reset();
  return decoder;
}

bool ContentDecoder::add(std::string_view name) {
  const auto* known = std::find_if(std::begin(kKnown), std::end(kKnown),
                                   [&](const Known& coding) { return equal_ignoring_case(coding.name, name); });
  if (known == std::end(kKnown)) {
    fault_.set(0, "Content-Encoding %s is not supported", Excerpt(name).c_str());
    return fault_.as("BAD_ENCODING");
  }
  if (stages_.size() == kMostCodings) {
    fault_.set(0, "more than %zu content codings", kMostCodings);
    return fault_.as("BAD_ENCODING");
  }
  Stage stage{known->shown, known->make(), nullptr, {}};
  if (!stage.coding) throw std::bad_alloc();
  if (!stages_.empty()) stage.buffer = std::make_unique<std::array<char, kBetween>>();
  stages_.push_back(std::move(stage));
  return true;
}

// Counts what a stage made. Each is held to the ratio: what one blows up the next may swallow, at a price in time.
bool ContentDecoder::count(Stage& stage, std::size_t bytes) {
  stage.made += bytes;
  if (stage.made > limits_.ratio_from && stage.made / limits_.ratio > received_) {
    fault_.set(0, "the %s data expands to more than %llu times its size", stage.name,
               static_cast<unsigned long long>(limits_.ratio));
    return fault_.as("TOO_LARGE");
  }
  bool is_last = &stage == &stages_.back();
  if (is_last && stage.made > limits_.bytes) {
    fault_.set(0, "the %s data expands to more than %llu bytes", stage.name,
               static_cast<unsigned long long>(limits_.bytes));
    return fault_.as("TOO_LARGE");
  }
  return true;
}

// Fills `out` with what the stage makes, as far as the input goes.
bool ContentDecoder::pull(std::size_t index, std::string_view& in, Room& out) {
  Stage& stage = stages_[index];
  std::string_view& source = index == 0 ? in : stage.pending;
  while (out.at < out.end) {
    if (source.empty() && index > 0) {
      Room between{stage.buffer->data(), stage.buffer->data() + kBetween};
      if (!pull(index - 1, in, between)) return false;
      source = {stage.buffer->data(), static_cast<std::size_t>(between.at - stage.buffer->data())};
    }
    char* before = out.at;
    std::size_t given = source.size();
    stage.begun = stage.begun || given > 0;
    if (!stage.begun) return true;
    const char* error = stage.coding->decode(source, out);
    if (index == 0) received_ += given - source.size();
    if (!count(stage, static_cast<std::size_t>(out.at - before))) return false;
    if (error != nullptr) {
      fault_.set(0, "the %s data is damaged: %s", stage.name, error);
      return fault_.as("BAD_ENCODING");
    }
    if (source.size() == given && out.at == before) return true;
  }
  return true;
}

bool ContentDecoder::check_end() {
  for (const Stage& stage : stages_) {
    if (!stage.begun || stage.coding->is_complete()) continue;
    fault_.set(0, "the %s data ends too early", stage.name);
    return fault_.as("BAD_ENCODING");
  }
  return true;
}

ContentDecoder::Status ContentDecoder::decode(std::string_view& in, bool ended, Room& out) noexcept {
  if (fault_ || !pull(stages_.size() - 1, in, out)) return Status::fault;
  if (out.at == out.end) return Status::needs_room;
  if (!ended) return Status::needs_input;
  return check_end() ? Status::complete : Status::fault;
}

}  // namespace arun::http
