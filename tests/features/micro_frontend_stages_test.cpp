// Each stage of the micro front end alone, against the recorded inputs and outputs of TFLM's signal library
// (features/tflm_signal of the shared data), and where they have none against double precision.
#include <cmath>
#include <sstream>

#include "../../runtime/features/micro_frontend.c"
#include "base/math.h"
#include "features/micro_frontend_support.h"
#include "test_support.h"

namespace mote::features {
namespace {

using Numbers = std::vector<int64_t>;

// The lines of a recorded stage; the first holds its parameters.
std::vector<std::string> stage_lines(const std::string &name) {
  std::istringstream text(
      read_file(test::fs::path(test::shared_data()) / "features/tflm_signal" / (name + ".txt")));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

std::vector<Numbers> stage_numbers(const std::string &name) {
  std::vector<Numbers> all;
  for (const std::string &line : stage_lines(name)) {
    std::istringstream words(line);
    Numbers numbers;
    for (int64_t n = 0; words >> n;) numbers.push_back(n);
    all.push_back(std::move(numbers));
  }
  return all;
}

// Frames of 25 ms for the stages that know of them, bands up to 3,800 Hz, as the recordings were made.
MicroSettings stage_settings(int rate_hz, int fft_size, int channels) {
  MicroSettings s{};
  s.rate_hz = rate_hz;
  s.fft_size = fft_size;
  s.channels = channels;
  s.low_hz = 125;
  s.high_hz = 3800;
  return s;
}

Numbers filtered(const MicroBank &bank, const Numbers &energies) {
  std::vector<mote_micro_cell> cells(energies.size());
  for (size_t i = 0; i < cells.size(); ++i) cells[i].word = static_cast<uint32_t>(energies[i]);
  mote_micro_bank at{&cells[static_cast<size_t>(bank.first_bin)], bank.weights.data(), bank.unweights.data(),
                     0};
  Numbers bands;
  for (int16_t width : bank.widths) bands.push_back(static_cast<int64_t>(mote_micro_next_band(&at, width)));
  bands.erase(bands.begin());
  return bands;
}

// Coefficients 0 .. n / 2, real and imaginary parts in turn.
Numbers transformed(const Numbers &samples, int n) {
  const std::vector<int16_t> quarter = micro_quarter_wave(n);
  const auto at = [&](int i) {
    return static_cast<int16_t>(i < std::ssize(samples) ? samples[static_cast<size_t>(i)] : 0);
  };
  std::vector<mote_micro_cell> cells(static_cast<size_t>(n / 2 + 1));
  for (int i = 0; i < n / 2; ++i) {
    const int source = 2 * mote_micro_source(i, n / 2);
    cells[static_cast<size_t>(i)].z = {at(source), at(source + 1)};
  }
  mote_micro_rfft(cells.data(), n, quarter.data());
  Numbers out;
  for (const mote_micro_cell &cell : cells) {
    out.push_back(cell.z.re);
    out.push_back(cell.z.im);
  }
  return out;
}

TEST(MicroStages, window_and_framer) {
  MOTE_NEED_SHARED_DATA();
  const std::vector<int16_t> hann = micro_window(400, MicroTables::kSignalOps), flat(400, 4096);
  mote_micro_frontend_params p{};
  p.window_size = 400;
  const auto weighed = [&](const std::vector<int16_t> &window, const float *x) {
    p.window = window.data();
    Numbers out;
    const mote_micro_input in = {x, nullptr};
    for (int i = 0; i < 400; ++i) out.push_back(mote_micro_windowed(&p, &in, i));
    return out;
  };
  const std::vector<Numbers> recorded = stage_numbers("window_test1");
  ASSERT_EQ(recorded.size(), 367u);
  for (size_t i = 1; i < recorded.size(); i += 2) {
    const std::vector<float> x(recorded[i].begin(), recorded[i].end());
    ASSERT_EQ(weighed(hann, x.data()), recorded[i + 1]) << i;
  }
  // frame k of a stream begins at its sample 160 k
  const std::vector<Numbers> blocks = stage_numbers("framer_test1");
  std::vector<float> stream;
  for (size_t i = 1, frames = 0; i + 2 < blocks.size(); i += 3) {
    stream.insert(stream.end(), blocks[i].begin(), blocks[i].end());
    const bool is_full = stream.size() >= 400 + 160 * frames;
    ASSERT_EQ(blocks[i + 2][0], is_full ? 1 : 0);
    if (is_full) ASSERT_EQ(weighed(flat, stream.data() + 160 * frames++), blocks[i + 1]) << i;
  }
}

TEST(MicroStages, scale_to_16_bits) {
  MOTE_NEED_SHARED_DATA();
  const std::vector<Numbers> recorded = stage_numbers("fft_auto_scale_test1");
  for (size_t i = 0; i < recorded.size(); i += 3) {
    int16_t most = 0;
    for (int64_t v : recorded[i]) most = mote_micro_larger(most, static_cast<int16_t>(v));
    const int32_t scale = mote_micro_scale(most);
    Numbers shifted;
    for (int64_t v : recorded[i]) shifted.push_back(mote_micro_shifted(static_cast<int16_t>(v), scale));
    ASSERT_EQ(shifted, recorded[i + 1]) << i;
    ASSERT_EQ(scale, recorded[i + 2][0]) << i;
  }
  EXPECT_EQ(mote_micro_scale(0), 15);
}

TEST(MicroStages, transform_and_energy) {
  MOTE_NEED_SHARED_DATA();
  const std::vector<Numbers> recorded = stage_numbers("rfft_test1"), energies = stage_numbers("energy_test1");
  ASSERT_EQ(recorded.size(), 367u);
  for (size_t i = 1; i < recorded.size(); i += 2)
    ASSERT_EQ(transformed(recorded[i], 512), recorded[i + 1]) << i;
  ASSERT_EQ(energies.size(), 367u);
  for (size_t i = 1; i < energies.size(); i += 2)
    for (auto k = static_cast<size_t>(energies[0][0]); k < static_cast<size_t>(energies[0][1]); ++k)
      ASSERT_EQ(mote_micro_energy(
                    {static_cast<int16_t>(energies[i][2 * k]), static_cast<int16_t>(energies[i][2 * k + 1])}),
                energies[i + 1][k]);
}

TEST(MicroStages, bank_of_filters_and_root) {
  MOTE_NEED_SHARED_DATA();
  const std::vector<Numbers> recorded = stage_numbers("filter_bank_test1");
  const MicroBank bank = micro_bank(stage_settings(16000, 512, 32), MicroTables::kSignalOps);
  EXPECT_EQ(bank.first_bin, 5);
  EXPECT_EQ(bank.end_bin(), 122);
  for (size_t i = 1; i < recorded.size(); i += 2)
    ASSERT_EQ(filtered(bank, recorded[i]), recorded[i + 1]) << i;
  const std::vector<Numbers> roots = stage_numbers("filter_bank_square_root_test1");
  for (size_t i = 0; i < roots.size(); i += 3)
    for (size_t k = 0; k < roots[i].size(); ++k)
      ASSERT_EQ(mote_micro_root(static_cast<uint64_t>(roots[i][k])) >> roots[i + 1][0], roots[i + 2][k]);
}

// The signal library itself allows 144 here: the sums were recorded from tables of another maker.
TEST(MicroStages, bands_of_other_rates) {
  MOTE_NEED_SHARED_DATA();
  for (const auto &[name, rate, fft_size, end] :
       {std::tuple{"8k", 8000, 256, 122}, {"16k", 16000, 512, 122}, {"44k", 44100, 2048, 177}}) {
    const std::vector<Numbers> recorded = stage_numbers(std::string("filter_bank_accumulation_") + name);
    const MicroBank bank = micro_bank(stage_settings(rate, fft_size, 25), MicroTables::kSignalOps);
    EXPECT_EQ(bank.end_bin(), end);
    Numbers ramp(static_cast<size_t>(fft_size / 2 + 1));
    for (size_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<int64_t>(i);
    const Numbers sums = filtered(bank, ramp);
    ASSERT_EQ(sums.size() + 1, recorded.size());
    for (size_t i = 0; i < sums.size(); ++i)
      EXPECT_LE(std::abs(sums[i] - recorded[i + 1][0]), 144) << name << i;
  }
}

TEST(MicroStages, noise) {
  MOTE_NEED_SHARED_DATA();
  const std::vector<Numbers> recorded = stage_numbers("filter_bank_spectral_subtraction_test1");
  mote_micro_frontend_params p{};
  p.even_smoothing = p.odd_smoothing = static_cast<int32_t>(0.04 * 16384);
  p.min_signal = static_cast<int32_t>(0.05 * 16384);
  std::vector<uint32_t> noise(32);
  for (size_t i = 1; i < recorded.size(); i += 3)
    for (size_t c = 0; c < 32; ++c) {
      const auto signal = static_cast<uint32_t>(recorded[i][c]);
      ASSERT_EQ(mote_micro_denoised(&p, static_cast<int32_t>(c), signal, &noise[c]), recorded[i + 1][c]) << i;
      ASSERT_EQ(noise[c], recorded[i + 2][c]) << i;
    }
}

MicroSettings with_gain() {
  MicroSettings s = stage_settings(16000, 512, 40);
  s.pcan_strength = 0.95;
  s.pcan_offset = 80;
  s.gain_bits = 21;
  s.smoothing_bits = 10;
  return s;
}

TEST(MicroStages, gain) {
  MOTE_NEED_SHARED_DATA();
  const std::vector<Numbers> recorded = stage_numbers("pcan_op_test1");
  const std::vector<int16_t> gains = micro_gains(with_gain());
  mote_micro_frontend_params p{};
  p.gains = gains.data();
  p.snr_shift = with_gain().snr_shift(MicroTables::kLibrary);
  EXPECT_EQ(p.snr_shift, 6);
  ASSERT_EQ(recorded.size(), 1348u);
  for (size_t i = 1; i < recorded.size(); i += 3)
    for (size_t c = 0; c < 40; ++c)
      ASSERT_EQ(mote_micro_controlled(&p, static_cast<uint32_t>(recorded[i][c]),
                                      static_cast<uint32_t>(recorded[i + 1][c])),
                recorded[i + 2][c])
          << i;
}

TEST(MicroStages, gain_is_the_power_that_it_stands_for) {
  const std::vector<int16_t> gains = micro_gains(with_gain());
  for (uint32_t noise = 1; noise < 0x40000000u; noise += 1 + noise / 3) {
    const double exact = 0x1p21 * std::pow(noise / 128.0 + 80, -0.95);
    EXPECT_NEAR(mote_micro_gain(noise, gains.data()), std::min(exact, 32767.0), 2 + exact * 0.02) << noise;
  }
}

TEST(MicroStages, roots_and_logarithms_are_those_of_double_precision) {
  const std::vector<uint16_t> table = micro_logarithms();
  for (uint64_t x = 1; x < uint64_t{1} << 62; x += 1 + x / 5) {
    const double root = std::sqrt(static_cast<double>(x));
    EXPECT_NEAR(mote_micro_root(x), x >> 32 ? root : std::min(root, 65535.0), 0.51 + root * 1e-12) << x;
    if (x > 1 && x >> 32 == 0)
      EXPECT_NEAR(mote_micro_log(static_cast<uint32_t>(x), 64, table.data()),
                  64 * std::log(static_cast<double>(x)), 0.6);
  }
  EXPECT_EQ(mote_micro_root(0), 0u);
  EXPECT_EQ(mote_micro_root(0xffffffffu), 0xffffu);
}

// The transform halves at each stage, so it is 1 / n of the sum, but for its roundings and the 32767 / 32768
// of its cosines.
TEST(MicroStages, transform_of_other_sizes) {
  for (int n : {8, 16, 64, 128, 256, 1024, 2048}) {
    Random random(11, {static_cast<uint64_t>(n)});
    Numbers x;
    for (int i = 0; i < n; ++i) x.push_back(static_cast<int64_t>(random.normal() * 6000));
    const Numbers y = transformed(x, n);
    for (int k = 0; k <= n / 2; ++k) {
      double re = 0, im = 0;
      for (int i = 0; i < n; ++i) {
        const double angle = 2 * M_PI * k * i / n;
        re += static_cast<double>(x[static_cast<size_t>(i)]) * std::cos(angle) / n;
        im -= static_cast<double>(x[static_cast<size_t>(i)]) * std::sin(angle) / n;
      }
      EXPECT_NEAR(static_cast<double>(y[static_cast<size_t>(2 * k)]), re, 4) << n << " " << k;
      EXPECT_NEAR(static_cast<double>(y[static_cast<size_t>(2 * k + 1)]), im, 4) << n << " " << k;
    }
  }
}

}  // namespace
}  // namespace mote::features
