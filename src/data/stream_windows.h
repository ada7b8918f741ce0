// Training windows as a device meets them that looks at every stretch of a stream: events at random offsets,
// half events, rest.
#pragma once

#include <cstdint>
#include <vector>

#include "mote/recordings.h"

namespace mote {

// Windows at random places of these recordings strung together (mote/test_stream.h), at most `most` of them.
// A window belongs to the event of which it holds at least half of what moves, of one that is longer than a
// window to the one that fills at least half of the window; else to the first class of rest, else to
// kNoClass. The same for the same seed on every machine. Empty where the recordings have no events.
Dataset stream_windows(const Recordings &recordings, const std::vector<size_t> &which, size_t most,
                       uint64_t seed);

}  // namespace mote
