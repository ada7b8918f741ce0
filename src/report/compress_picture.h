// Size against accuracy, of the recipes that a search tried.
#pragma once

#include <vector>

#include "mote/compress.h"
#include "mote/report.h"

namespace mote {

// Each recipe as a dot with its number; the one that was chosen is filled, the size that was asked for a
// line.
Picture draw_tried(const std::vector<TriedCompression> &tried, size_t chosen, double bytes);

}  // namespace mote
