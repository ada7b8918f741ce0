// Bits for each kernel's weights: fewer for those whose rounding costs the loss the least.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "mote/compress.h"

namespace mote {

// How many values each kernel's weights share (16, 8 or 4: indices of 4, 3 or 2 bits; 0: it keeps 8 bits), by
// the parameter's name, so that together they take at least `saved_bytes` fewer. Each step goes to the kernel
// where a byte costs the least of the loss, each kernel's weights rounded alone and nothing trained; kernels
// of layers named in `keep` have 8 bits. Where all together save too little, the fewest bits for all. Source:
// the partial quantization of Wu et al. 2020, by bytes.
std::map<std::string, int> mixed_values(const Model &model, const Dataset &judged, double saved_bytes,
                                        const std::vector<std::string> &keep, const TrainOptions &options);

}  // namespace mote
