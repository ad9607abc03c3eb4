// What reading and writing JSON have in common.
#pragma once

#include <cstddef>

namespace arun::json {

// Containers inside one another, counted where they hold something. Both directions refuse more, so what decodes also
// encodes. The walkers recurse on the C stack: a level costs about 150 bytes there.
inline constexpr int kMaxDepth = 1000;

// Buffers are reused from call to call; one that grew beyond this is given back at the end of the call.
inline constexpr std::size_t kKeptBytes = std::size_t{2} << 20;

}  // namespace arun::json
