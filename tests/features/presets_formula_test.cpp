// Front ends of others against double precision, from the formulas of their sources.
#include "audio_oracle.h"

namespace mote {
namespace {

using namespace test;

std::function<double(int)> padded(const std::vector<float> &x, double scale) {
  return [&x, scale](int i) { return i < 0 || i >= std::ssize(x) ? 0 : x[i] * scale; };
}
std::function<double(int)> mirrored(const std::vector<float> &x, double scale) {
  return [&x, scale](int i) {
    const int last = static_cast<int>(x.size()) - 1;
    i = std::abs(i);
    return x[i > last ? 2 * last - i : i] * scale;
  };
}

double magnitude(double power) { return std::sqrt(power); }

TEST(MlperfKws, is_its_formula) {
  const Rows mel = tf_mel_matrix(40, 512, 16000, 20, 4000),
             cosines = cosine_matrix(40, 10, std::sqrt(2.0 / 40));
  for (const Sound &s : sounds(1500)) {
    const double largest = *std::max_element(s.samples.begin(), s.samples.end());
    const Rows power = power_spectra(
        {49, 0, 320, 512, raised_cosine(0.5, 480, 480), padded(s.samples, largest == 0 ? 1 : 1 / largest)});
    expect_close(run_block("mlperf_kws", {}, s.samples),
                 times(each(times(each(power, magnitude), mel), ln), cosines), s.name);
  }
  EXPECT_ERROR(run_block("mlperf_kws", {}, std::vector<float>(16001)), "its window has 16001 samples");
  EXPECT_ERROR(run_block("mlperf_kws", {{"rate_hz", 8000.0}}, std::vector<float>(8000)), "16000");
}

TEST(MlperfAd, is_its_formula) {
  const Rows mel = librosa_mel_matrix(128, 1024, 16000, 0, 8000, false, true);
  for (const Sound &s : sounds(4000)) {
    const Rows power =
        power_spectra({8, -512, 512, 1024, raised_cosine(0.5, 1024, 1024), mirrored(s.samples, 1 / 32768.0)});
    const Rows levels = each(times(power, mel), [](double v) { return 10 * std::log10(v + 0x1p-52); });
    Rows stacked;
    for (int t = 1; t + 3 <= 7; ++t) {
      Row row;
      for (int place = 0; place < 3; ++place)
        row.insert(row.end(), levels[t + place].begin(), levels[t + place].end());
      stacked.push_back(row);
    }
    expect_close(
        run_block("mlperf_ad",
                  {{"first_frame", int64_t{1}}, {"last_frame", int64_t{7}}, {"stacked_frames", int64_t{3}}},
                  s.samples),
        stacked, s.name);
    expect_close(
        run_block("mlperf_ad",
                  {{"first_frame", int64_t{0}}, {"last_frame", int64_t{0}}, {"stacked_frames", int64_t{1}}},
                  s.samples),
        levels, s.name + ", every frame");
  }
  const FeatureDef &block = feature_by_name("mlperf_ad");
  const PreprocessingStep step{"mlperf_ad", complete_attrs("", block.attrs, {}), {}};
  EXPECT_EQ(block.shape(step, {160000, 1}), (Shape{196, 640}));
  EXPECT_ERROR(block.shape(step, {4000, 1}), "last_frame is 250, its window has 8 frames");
  EXPECT_ERROR(block.shape(step, {512, 1}), "cannot be mirrored");
}

TEST(MlperfSww, is_its_formula) {
  const Rows mel = tf_mel_matrix(40, 1024, 16000, 0, 8000);
  for (const Sound &s : sounds(3000)) {
    const auto sample = padded(s.samples, 1 / 32768.0);
    const Rows power = power_spectra({4, 0, 512, 1024, raised_cosine(0.54, 1024, 1023),
                                      [&](int i) { return sample(i) - 0.96875 * sample(i - 1); }});
    expect_close(run_block("mlperf_sww", {}, s.samples),
                 each(times(power, mel),
                      [](double v) {
                        return std::clamp((10 * std::log10(std::max(v / 1024, 1e-30)) + 52) / 64, 0.0, 1.0);
                      }),
                 s.name);
  }
}

TEST(TfSignal, stops_where_it_is_told) {
  const Rows mel = tf_mel_matrix(15, 256, 8000, 125, 3800),
             cosines = cosine_matrix(15, 15, std::sqrt(2.0 / 15));
  const Attrs settings = {{"rate_hz", 8000.0},
                          {"frame_length", int64_t{201}},
                          {"frame_step", int64_t{90}},
                          {"num_mel_bins", int64_t{15}},
                          {"pad_end", std::string("1")}};
  const auto run = [&](const std::string &output, const Sound &s, const Attrs &more = {}) {
    Attrs all = settings;
    all["output"] = output;
    for (const auto &[name, value] : more) all[name] = value;
    return run_block("tf_signal", all, s.samples);
  };
  for (const Sound &s : sounds(800)) {
    // 9 frames begin within 800 samples; a periodic window of odd length is symmetric
    const Rows power =
        power_spectra({9, 0, 90, 256, raised_cosine(0.5, 201, 200), padded(s.samples, 1 / 32768.0)});
    const Rows filtered = times(each(power, magnitude), mel);
    expect_close(run("spectrogram", s), each(power, magnitude), s.name + " spectrogram", 0.1);
    expect_close(run("spectrogram", s, {{"spectrum", std::string("power")}}), power, s.name + " power", 0.1);
    expect_close(run("mel", s), filtered, s.name + " mel", 0.1);
    expect_close(run("log_mel", s), each(filtered, ln), s.name + " log_mel");
    expect_close(run("mfcc", s), times(each(filtered, ln), cosines), s.name + " mfcc");
    const Rows raw = power_spectra({7, 0, 90, 256, raised_cosine(0.54, 200, 199), padded(s.samples, 1)});
    expect_close(run("log_mel", s,
                     {{"frame_length", int64_t{200}},
                      {"pad_end", std::string("0")},
                      {"periodic", std::string("False")},
                      {"window", std::string("hamming")},
                      {"input_scale", 1.0},
                      {"log_offset", 0.5}}),
                 each(times(each(raw, magnitude), mel), [](double v) { return std::log(v + 0.5); }),
                 s.name + " raw");
  }
}

double librosa_db(double v) { return 10 * std::log10(std::max(v, 1e-10)); }

Rows at_most_below(Rows rows, double top_db) {
  double largest = rows[0][0];
  for (const Row &row : rows)
    for (const double v : row) largest = std::max(largest, v);
  return each(std::move(rows), [&](double v) { return std::max(v, largest - top_db); });
}

TEST(Librosa, gives_mel_spectrograms_decibels_and_coefficients) {
  const Rows slaney = librosa_mel_matrix(20, 512, 16000, 0, 8000, false, true),
             htk = librosa_mel_matrix(24, 512, 16000, 60, 7000, true, false);
  const Attrs settings = {{"rate_hz", 16000.0}, {"n_fft", int64_t{512}}, {"hop_length", int64_t{200}}};
  const auto run = [&](const std::string &output, const Sound &s, const Attrs &more) {
    Attrs all = settings;
    all["output"] = output;
    for (const auto &[name, value] : more) all[name] = value;
    return run_block("librosa", all, s.samples);
  };
  const Attrs twenty = {{"n_mels", int64_t{20}}, {"n_mfcc", int64_t{12}}, {"lifter", int64_t{22}}};
  const Attrs other = {{"n_mels", int64_t{24}},
                       {"fmin", 60.0},
                       {"fmax", 7000.0},
                       {"htk", std::string("True")},
                       {"norm", std::string("none")},
                       {"win_length", int64_t{401}},
                       {"center", std::string("0")},
                       {"power", std::string("1.0")},
                       {"top_db", 0.0},
                       {"ref", 4.0},
                       {"hop_length", int64_t{0}}};
  for (const Sound &s : sounds(1900)) {
    const double scale = 1 / 32768.0;
    const Rows power =
        power_spectra({10, -256, 200, 512, raised_cosine(0.5, 512, 512), padded(s.samples, scale)});
    const Rows mel = times(power, slaney), db = at_most_below(each(mel, librosa_db), 80);
    expect_close(run("melspectrogram", s, twenty), mel, s.name + " melspectrogram", 1e-4);
    expect_close(run("db", s, twenty), db, s.name + " db");
    Rows cosines = cosine_matrix(20, 12, std::sqrt(1.0 / 20));
    for (Row &row : cosines)
      for (int k = 0; k < 12; ++k) row[k] *= 1 + 11 * std::sin(kTurn / 2 * (k + 1) / 22);
    expect_close(run("mfcc", s, twenty), times(db, cosines), s.name + " mfcc", 10);
    // a window of 401 in the middle of 512, a quarter of it as hop, nothing beyond the ends
    const Rows inner =
        power_spectra({14, 55, 100, 512, raised_cosine(0.5, 401, 401), padded(s.samples, scale)});
    expect_close(run("db", s, other),
                 each(times(each(inner, magnitude), htk),
                      [](double v) { return librosa_db(v) - 10 * std::log10(4.0); }),
                 s.name + " otherwise");
    const Rows around =
        power_spectra({10, -256, 200, 512, raised_cosine(0.5, 512, 512), mirrored(s.samples, scale)});
    Attrs reflecting = twenty;
    reflecting["pad_mode"] = std::string("reflect");
    expect_close(run("melspectrogram", s, reflecting), times(around, slaney), s.name + " reflected", 1e-4);
  }
  EXPECT_ERROR(run("mfcc", sounds(1900)[0], {{"n_mels", int64_t{10}}}), "20 coefficients of 10 filters");
}

}  // namespace
}  // namespace mote
