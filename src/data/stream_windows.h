// Training windows as a device meets them: cut from recordings strung together, where they hold an event, a
// half of one, or rest.
#pragma once

#include <cstdint>
#include <vector>

#include "mote/recordings.h"
#include "mote/test_stream.h"

namespace mote {

// The windows of a stream of these recordings that begin at these rows. A window belongs to the event of
// which it holds at least half of what moves, of one that is longer than a window to the one that fills at
// least half of the window; else to the first class of rest, else to kNoClass.
Dataset windows_at(const Recordings &recordings, const std::vector<size_t> &which, const TestStream &stream,
                   const std::vector<long> &firsts);

// At random places, at most `most` of them. The same for the same seed on every machine. Empty where the
// recordings have no events.
Dataset stream_windows(const Recordings &recordings, const std::vector<size_t> &which, size_t most,
                       uint64_t seed);

// Adds windows of kNoClass in which nothing happens: the quiet stretches of these recordings, trembling more
// or less than when they were recorded, at levels that the recordings have, or going slowly from one to
// another. A rest that nobody recorded is known only from a few such stretches, and a device meets it in any
// posture.
void add_quiet_windows(Dataset &set, const Recordings &recordings, const std::vector<size_t> &which,
                       size_t count, uint64_t seed);

}  // namespace mote
