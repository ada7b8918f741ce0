// spectrogram, mfe and mfcc against double precision, and which settings they refuse.
#include "audio_oracle.h"
#include "mote_audio_frames.h"

namespace mote {
namespace {

using namespace test;

constexpr double kInt16 = 32768;

// 8 kHz: frames of 25 ms are 200 samples, every 10 ms, 256 for the transform.
Rows energies(const std::vector<float> &x, const Row &window, int hop, int fft, double pre_emphasis = 0) {
  const int frame = static_cast<int>(window.size()), samples = static_cast<int>(x.size());
  return power_spectra({(samples - frame) / hop + 1, 0, hop, fft, window,
                        [&](int i) { return (x[i] - (i > 0 ? pre_emphasis * x[i - 1] : 0)) / kInt16; }});
}
double db(double v) { return 10 * std::log10(v + 1e-6); }

const Attrs kSettings = {{"rate_hz", 8000.0}, {"frame_ms", 25.0}, {"step_ms", 10.0}};
Attrs with(Attrs attrs, const Attrs &more) {
  for (const auto &[name, value] : more) attrs[name] = value;
  return attrs;
}

TEST(Spectrogram, is_the_logarithm_of_each_bins_power) {
  const Row hann = raised_cosine(0.5, 200, 200), hamming = raised_cosine(0.54, 200, 200), none(200, 1.0);
  for (const Sound &s : sounds(900)) {
    expect_close(run_block("spectrogram", kSettings, s.samples), each(energies(s.samples, hann, 80, 256), ln),
                 s.name);
    expect_close(run_block("spectrogram",
                           with(kSettings, {{"window", std::string("hamming")},
                                            {"log", std::string("db")},
                                            {"fft_length", int64_t{512}},
                                            {"pre_emphasis", 0.97}}),
                           s.samples),
                 each(energies(s.samples, hamming, 80, 512, 0.97), db), s.name + " in decibels");
    expect_close(run_block("spectrogram",
                           with(kSettings, {{"window", std::string("none")}, {"log", std::string("none")}}),
                           s.samples),
                 energies(s.samples, none, 80, 256), s.name + " without logarithm", 1e-2);
  }
}

TEST(Mfe, is_the_logarithm_of_the_filters_energies) {
  const Rows mel = tf_mel_matrix(20, 256, 8000, 100, 3700), wide = tf_mel_matrix(24, 512, 8000, 20, 4000);
  for (const Sound &s : sounds(900)) {
    const Rows power = energies(s.samples, raised_cosine(0.5, 200, 200), 80, 256);
    expect_close(
        run_block("mfe", with(kSettings, {{"filters", int64_t{20}}, {"low_hz", 100.0}, {"high_hz", 3700.0}}),
                  s.samples),
        each(times(power, mel), ln), s.name);
    expect_close(
        run_block("mfe", {{"rate_hz", 8000.0}, {"frame_ms", 40.0}, {"filters", int64_t{24}}}, s.samples),
        each(times(energies(s.samples, raised_cosine(0.5, 320, 320), 160, 512), wide), ln),
        s.name + " up to half of the rate");
  }
}

TEST(Mfcc, is_the_cosine_transform_of_them) {
  const Rows mel = tf_mel_matrix(20, 256, 8000, 20, 4000),
             cosines = cosine_matrix(20, 9, std::sqrt(2.0 / 20));
  for (const Sound &s : sounds(900)) {
    // a window of odd length is symmetric in tf.signal
    const Rows power = energies(s.samples, raised_cosine(0.5, 201, 200), 80, 256);
    expect_close(
        run_block(
            "mfcc",
            with(kSettings, {{"frame_ms", 25.125}, {"filters", int64_t{20}}, {"coefficients", int64_t{9}}}),
            s.samples),
        times(each(times(power, mel), ln), cosines), s.name);
  }
}

TEST(Mfe, has_frames_within_the_window_only) {
  const FeatureDef &block = feature_by_name("mfe");
  const PreprocessingStep step{"mfe", complete_attrs("mfe", block.attrs, {}), {}};  // 480 samples every 320
  EXPECT_EQ(block.shape(step, {16000, 1}), (Shape{49, 40}));
  EXPECT_EQ(block.shape(step, {16159, 1}), (Shape{49, 40}));
  EXPECT_EQ(block.shape(step, {16160, 1}), (Shape{50, 40}));
  EXPECT_EQ(block.shape(step, {480, 1}), (Shape{1, 40}));
}

TEST(Mfe, refuses_settings_that_do_not_go_together) {
  const auto shape = [](const Attrs &given, const Shape &in) {
    const FeatureDef &block = feature_by_name("mfe");
    PreprocessingStep step{"mfe", complete_attrs("mfe", block.attrs, given), {}};
    block.shape(step, in);
    block.fit.get()(step, in, nullptr, 0);
  };
  EXPECT_ERROR(shape({}, {479, 1}), "its window has 479 samples, a frame 480");
  EXPECT_ERROR(shape({}, {16000, 2}), "its window has 2 channels");
  EXPECT_ERROR(shape({{"fft_length", int64_t{256}}}, {16000, 1}),
               "a frame has 480 samples, the Fourier transform 256");
  EXPECT_ERROR(shape({{"fft_length", int64_t{500}}}, {16000, 1}), "use a power of two");
  EXPECT_ERROR(shape({{"high_hz", 9000.0}}, {16000, 1}), "holds nothing above 8000 Hz");
  EXPECT_ERROR(shape({{"low_hz", 4000.0}, {"high_hz", 4000.0}}, {16000, 1}), "the smaller one");
  EXPECT_ERROR(shape({{"frame_ms", 0.01}}, {16000, 1}), "frame_ms");
  EXPECT_ERROR(shape({{"filters", int64_t{500}}}, {16000, 1}), "filter 1 of 500");
  EXPECT_ERROR(run_block("mfcc", {{"coefficients", int64_t{41}}}, std::vector<float>(16000)),
               "41 coefficients of 40 filters");
}

TEST(Mfe, knows_when_its_tables_are_not_those_of_its_settings) {
  const Shape in{16000, 1};
  const PreprocessingStep step = fitted("mfe", {}, in);
  EXPECT_TRUE(step_fits(step, in));
  for (const char *name : {"taper", "quarter", "first", "count", "weights"}) {
    PreprocessingStep other = step;
    other.tables[name].pop_back();
    EXPECT_FALSE(step_fits(other, in)) << name;
  }
  PreprocessingStep beyond = step;  // a filter's bins would be read outside of the spectrum
  beyond.tables["first"][39] += 400;
  EXPECT_FALSE(step_fits(beyond, in));
  PreprocessingStep many = step;
  many.attrs["filters"] = int64_t{2000000000};
  EXPECT_FALSE(step_fits(many, in));
}

}  // namespace
}  // namespace mote
