// What the blocks micro_frontend and micro_speech share: all but how their tables are rounded.
#pragma once

#include <cstdint>
#include <vector>

#include "features/feature_def.h"

namespace mote::features {

// Who made the tables: the C library, in float32 arithmetic; the same with cosines and logarithms of double
// precision, as some builds of it have them; or the Python of TFLM's signal ops, in double precision with
// weights that are cut off.
enum class MicroTables { kLibrary, kLibraryInDouble, kSignalOps };

// Settings as the block's attrs have them, and what follows from them.
struct MicroSettings {
  int rate_hz, window, step, fft_size, channels;  // window and step in samples
  double low_hz, high_hz, even_smoothing, odd_smoothing, min_signal_remaining, pcan_strength, pcan_offset;
  int smoothing_bits, gain_bits, log_shift;
  bool has_pcan, has_log;
  int correction_bits() const;  // log2(fft_size) - 6
  int snr_shift(MicroTables made_by) const;
};
// Errors: kInvalidArgument.
MicroSettings micro_settings(const PreprocessingStep &step);

// The mel filters: bands of bins from one centre to the next, and of each bin the shares, Q12, of the band
// that ends at its upper centre and of the next one.
struct MicroBank {
  int first_bin = 0;
  std::vector<int16_t> widths, weights, unweights;
  int end_bin() const { return first_bin + static_cast<int>(weights.size()); }
};
int micro_first_bin(const MicroSettings &s, MicroTables made_by);
MicroBank micro_bank(const MicroSettings &s, MicroTables made_by);
std::vector<int16_t> micro_window(int size, MicroTables made_by);  // Hann, half a sample shifted, Q12
std::vector<int16_t> micro_quarter_wave(int fft_size);             // round(32767 cos(2 pi k / fft_size))
std::vector<int16_t> micro_gains(const MicroSettings &s);          // 125: a parabola per power of two
std::vector<uint16_t> micro_logarithms();                          // 129: log2(1 + k / 128) - k / 128, Q16

FeatureDef micro_feature(const std::string &name, MicroTables made_by, const std::string &doc);

}  // namespace mote::features
