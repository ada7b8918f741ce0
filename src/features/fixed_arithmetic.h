// Blocks in integers: which powers of two their int16 input and int32 results stand for, and the
// quantization of the network's input behind them (decision 0029).
//
// The routines are runtime/features/fixed_*.c. Results have at most 24 bits, so that as floats, which the
// network is trained on, they are exact: training, desk and board see the same numbers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mote/preprocessing.h"

namespace mote {

// Its blocks compute with integers.
bool is_fixed(const Preprocessing &p);
bool has_exponents(const Preprocessing &p);

// Why these blocks cannot compute with integers, as a sentence that begins with the block's name; "": they
// can.
std::string why_not_fixed(const std::vector<PreprocessingStep> &blocks);

// A block takes samples of sound as they are, so that no range of the channels is needed.
bool takes_samples(const Preprocessing &p);

// Of every step, from the ranges that the channels have in training: the largest value has 14 of the 15 bits
// of an int16, so that others of twice its size fit; samples of sound are taken as they are.
void set_exponents(Preprocessing &p, const std::vector<ChannelRange> &ranges);

// Every step has them or none, one for each channel, and those that take the window the same.
bool exponents_fit(const Preprocessing &p);

// Of each value in a row of what all blocks give together.
std::vector<int> result_exponents(const Preprocessing &p);

// The last step of a fixed form for such values: mote_front_end_s32 of runtime/.
struct FixedQuantization {
  std::vector<int32_t> offset, multiplier, shift;
  int zero_point = 0;
  void apply(const int32_t *values, size_t count, int8_t *out) const;
};
FixedQuantization fixed_quantization(const Preprocessing &fixed);

}  // namespace mote
