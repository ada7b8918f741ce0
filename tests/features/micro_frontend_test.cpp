// The micro front end as a block: recordings through it against what others' programs gave for them
// (features/pymicro, micro_frontend, tflm_micro_speech of the shared data), and its formula in double
// precision.
#include <cmath>
#include <cstring>

#include "base/math.h"
#include "features/feature_def.h"
#include "features/micro_frontend_support.h"
#include "mote/files.h"
#include "mote/host_program.h"
#include "test_support.h"

namespace mote::features {
namespace {

using Samples = std::vector<float>;

struct Prepared {
  const FeatureDef *block;
  PreprocessingStep step;

  Prepared(const FeatureDef &def, const Attrs &given) : block(&def), step{def.name, {}, {}} {
    step.attrs = complete_attrs("test", def.attrs, given);
    def.fit.get()(step, Shape{}, nullptr, 0);
  }
  Samples values(const Samples &x) const {
    const Shape in{static_cast<int>(x.size()), 1};
    EXPECT_TRUE(step_fits(step, in));
    Samples y(block->shape(step, in).elements()), work(block->work_floats(step, in));
    block->apply.get()(step, in, x.data(), work.data(), y.data());
    return y;
  }
};

Prepared of_library(const Attrs &given = {}) { return {micro_frontend_feature(), given}; }

template <class T>
std::vector<T> numbers_of(const test::fs::path &path, size_t skip = 0) {
  const std::string bytes = read_file(path).substr(skip);
  std::vector<T> numbers(bytes.size() / sizeof(T));
  std::memcpy(numbers.data(), bytes.data(), numbers.size() * sizeof(T));
  return numbers;
}

// A WAV file whose samples begin at byte 44.
Samples wav_samples(const test::fs::path &path) {
  const std::vector<int16_t> samples = numbers_of<int16_t>(path, 44);
  return {samples.begin(), samples.end()};
}

test::fs::path recorded(const std::string &name) {
  return test::fs::path(test::shared_data()) / "features" / name;
}

// The numbers of one test in a file of snapshots.
std::vector<double> snapshot_of(const std::string &text, const std::string &test) {
  std::vector<double> numbers;
  const size_t begin = text.find("# name: " + test + "\n"), end = text.find("# ---", begin);
  for (size_t at = begin; (at = text.find('\n', at) + 1) < end && at != 0;) {
    const char *line = text.data() + at;
    char *rest = nullptr;
    const double number = std::strtod(line, &rest);
    if (rest != line) numbers.push_back(number);
  }
  return numbers;
}

TEST(MicroFrontend, gives_the_snapshot_of_pymicro_features) {
  MOTE_NEED_SHARED_DATA();
  const std::string text = read_file(recorded("pymicro/snapshot.ambr"));
  size_t count = 0;
  for (const std::string name : {"silence", "speech"}) {
    Samples x = wav_samples(recorded("pymicro/" + name + ".wav"));
    x.resize((2 * x.size() - 1) / 320 * 160);  // it was fed 160 at a time, and not the last ones
    const Samples y = of_library({{"step_ms", int64_t{10}}}).values(x);
    const std::vector<double> expected = snapshot_of(text, "test_" + name);
    ASSERT_EQ(y.size(), expected.size());
    for (size_t i = 0; i < y.size(); ++i) ASSERT_EQ(y[i] * 0.0390625, expected[i]) << name << " " << i;
    count += y.size();
  }
  EXPECT_EQ(count, 15760u);
}

// The clips were recorded by a build whose tables are those of double precision; the library's usual builds
// gave the snapshot above.
TEST(MicroFrontend, gives_the_recorded_clips) {
  MOTE_NEED_SHARED_DATA();
  size_t clips = 0;
  for (const auto &file : test::fs::directory_iterator(recorded("micro_frontend"))) {
    if (file.path().extension() != ".wav") continue;
    for (const int step : {10, 20}) {
      const Prepared p = of_library({{"step_ms", int64_t{step}}, {"tables", std::string("double")}});
      const test::fs::path name = file.path().stem().string() + ".step" + std::to_string(step) + ".u16";
      const std::vector<uint16_t> expected = numbers_of<uint16_t>(file.path().parent_path() / name);
      EXPECT_EQ(p.values(wav_samples(file.path())), Samples(expected.begin(), expected.end())) << name;
      ++clips;
    }
  }
  EXPECT_EQ(clips, 16u);
}

// The rescaling behind the signal ops, in upstream's preprocessor.
int8_t micro_speech_int8(float value) {
  return static_cast<int8_t>(std::clamp((static_cast<int>(value) * 256 + 333) / 666 - 128, -128, 127));
}

TEST(MicroSpeech, gives_the_first_frames_of_yes_and_no) {
  MOTE_NEED_SHARED_DATA();
  for (const std::string word : {"yes", "no"}) {
    const Samples y = Prepared(micro_speech_feature(), {})
                          .values(wav_samples(recorded("tflm_micro_speech/" + word + "_30ms.wav")));
    const std::vector<int8_t> expected =
        numbers_of<int8_t>(recorded("tflm_micro_speech/" + word + "_30ms.i8"));
    ASSERT_EQ(y.size(), 40u);
    ASSERT_EQ(expected.size(), 40u);
    for (size_t i = 0; i < 40; ++i) EXPECT_EQ(micro_speech_int8(y[i]), expected[i]) << word << i;
  }
}

// The recordings and what upstream's own test expects of its model: silence, unknown, yes, no are its
// classes.
TEST(MicroSpeech, the_published_model_hears_the_four_clips) {
  MOTE_NEED_SHARED_DATA();
  const std::string model =
      (test::fs::path(test::shared_data()) / "golden/micro_speech_quantized.tflite").string();
  HostProgram host(parse_tflite(read_file(model), model));
  for (const auto &[clip, expected] :
       std::vector<std::pair<std::string, int>>{{"yes", 2}, {"no", 3}, {"silence", 0}, {"noise", 0}}) {
    const Samples y = Prepared(micro_speech_feature(), {})
                          .values(wav_samples(recorded("tflm_micro_speech/" + clip + "_1000ms.wav")));
    std::vector<int8_t> input;
    for (const float v : y) input.push_back(micro_speech_int8(v));
    ASSERT_EQ(input.size(), host.input_bytes()) << clip;
    std::vector<int8_t> scores(host.output_bytes());
    host.invoke(input.data(), scores.data());
    EXPECT_EQ(argmax_s8(scores.data(), static_cast<int>(scores.size())), expected) << clip;
  }
}

TEST(MicroSpeech, has_the_arithmetic_of_the_other_block_and_its_own_tables) {
  const Prepared a = of_library(), b(micro_speech_feature(), {});
  EXPECT_EQ(b.block->c.get()(b.step, Shape{16000, 1}).source(), "micro_frontend.c");
  EXPECT_EQ(a.step.tables.at("widths"), b.step.tables.at("widths"));
  EXPECT_EQ(a.step.tables.at("gains"), b.step.tables.at("gains"));
  for (size_t i = 0; i < a.step.tables.at("weights").size(); ++i) {
    const float cut = a.step.tables.at("weights")[i] - b.step.tables.at("weights")[i];
    EXPECT_TRUE(cut == 0 || cut == 1);
  }
}

double mel_of(double hz) { return 1127 * std::log1p(hz / 700); }

// 64 ln of the root of a band's power, for one frame without noise reduction and gain.
Samples bands_in_double(const float *x, int rate, int size, int fft_size, int channels, double low,
                        double high) {
  std::vector<double> bands(static_cast<size_t>(channels) + 2);
  const double spacing = (mel_of(high) - mel_of(low)) / (channels + 1);
  for (int k = static_cast<int>(1.5 + low * fft_size / rate); k <= fft_size / 2; ++k) {
    double re = 0, im = 0;
    for (int i = 0; i < size; ++i) {
      const double v = x[i] * (0.5 - 0.5 * std::cos(2 * M_PI * (i + 0.5) / size));
      re += v * std::cos(2 * M_PI * k * i / fft_size);
      im -= v * std::sin(2 * M_PI * k * i / fft_size);
    }
    const double at = (mel_of(static_cast<double>(k) * rate / fft_size) - mel_of(low)) / spacing;
    const double share = std::ceil(at) - at, power = re * re + im * im;
    if (at > channels + 1) break;
    bands[static_cast<size_t>(std::ceil(at)) - 1] += share * power;
    bands[static_cast<size_t>(std::ceil(at))] += (1 - share) * power;
  }
  Samples y;
  for (int c = 0; c < channels; ++c)
    y.push_back(static_cast<float>(32 * std::log(bands[static_cast<size_t>(c) + 1])));
  return y;
}

TEST(MicroFrontend, follows_its_formula) {
  const struct {
    int64_t rate, window_ms, channels, fft_size;
    double high;
  } cases[] = {{16000, 30, 40, 512, 7500}, {8000, 25, 20, 256, 3800}, {32000, 30, 32, 1024, 12000}};
  for (const auto &c : cases) {
    const Prepared p = of_library({{"rate_hz", static_cast<double>(c.rate)},
                                   {"window_ms", c.window_ms},
                                   {"channels", c.channels},
                                   {"high_hz", c.high},
                                   {"even_smoothing", 0.0},
                                   {"odd_smoothing", 0.0},
                                   {"enable_pcan", std::string("false")}});
    Random random(5, {static_cast<uint64_t>(c.rate)});
    Samples x(static_cast<size_t>(c.rate) / 5);
    for (float &v : x) v = static_cast<float>(std::round(8000 * random.normal()));
    for (float &v : x) v = std::clamp(v, -32768.0f, 32767.0f);
    const Samples y = p.values(x);
    const int size = static_cast<int>(c.window_ms * c.rate / 1000), step = static_cast<int>(c.rate / 50);
    ASSERT_EQ(y.size(), ((x.size() - static_cast<size_t>(size)) / static_cast<size_t>(step) + 1) *
                            static_cast<size_t>(c.channels));
    for (size_t frame = 0; frame < y.size() / static_cast<size_t>(c.channels); frame += 3) {
      const Samples exact =
          bands_in_double(x.data() + frame * static_cast<size_t>(step), static_cast<int>(c.rate), size,
                          static_cast<int>(c.fft_size), static_cast<int>(c.channels), 125, c.high);
      for (size_t k = 0; k < exact.size(); ++k)
        if (exact[k] > 0)
          EXPECT_NEAR(y[frame * exact.size() + k], exact[k], 3) << c.rate << " " << frame << " " << k;
    }
  }
}

TEST(MicroFrontend, knows_the_noise_of_this_window_only) {
  const Prepared p = of_library();
  Random random(3, {});
  Samples x(16000);
  for (float &v : x) v = static_cast<float>(std::round(500 * random.normal()));
  const Samples y = p.values(x);
  EXPECT_EQ(p.values(x), y);
  const Samples begin = p.values(Samples(x.begin(), x.begin() + 8000));
  EXPECT_TRUE(std::equal(begin.begin(), begin.end(), y.begin()));
  EXPECT_NE(Samples(y.begin() + 40, y.begin() + 80), p.values(Samples(x.begin() + 320, x.begin() + 800)));
}

TEST(MicroFrontend, takes_samples_as_int16) {
  const Prepared p = of_library();
  Samples odd(480), even(480);
  Random random(4, {});
  for (size_t i = 0; i < odd.size(); ++i) {
    even[i] = static_cast<float>(std::round(9000 * random.normal()));
    odd[i] = even[i] + (even[i] > 0 ? 0.4f : -0.4f);
  }
  odd[100] = 1e9f;
  even[100] = 32767;
  odd[200] = -1e9f;
  even[200] = -32768;
  EXPECT_EQ(p.values(odd), p.values(even));
}

TEST(MicroFrontend, gives_numbers_without_logarithm_and_of_silence) {
  EXPECT_EQ(of_library().values(Samples(480)), Samples(40));
  const Samples loud(480, 20000);
  const Samples y =
      of_library({{"enable_log", std::string("false")}, {"enable_pcan", std::string("0")}}).values(loud);
  for (float v : y) EXPECT_TRUE(v == std::floor(v) && v >= 0 && v <= 65535);
}

TEST(MicroFrontend, says_what_does_not_go_together) {
  EXPECT_ERROR(of_library({{"high_hz", 9000.0}}), "high_hz of 9000 is above");
  EXPECT_ERROR(of_library({{"high_hz", 8000.0}, {"rate_hz", 16000.5}}), "no whole number");
  EXPECT_ERROR(of_library({{"low_hz", 7500.0}}), "low_hz is not below high_hz");
  EXPECT_ERROR(of_library({{"step_ms", int64_t{31}}}), "step_ms gives steps of 496 samples");
  EXPECT_ERROR(of_library({{"smoothing_bits", int64_t{2}}}), "smoothing_bits of 2 is too small");
  EXPECT_ERROR(of_library({{"gain_bits", int64_t{14}}}), "gain_bits of 14 is too small");
  const Prepared p = of_library();
  EXPECT_ERROR(p.block->shape(p.step, Shape{16000, 2}), "one channel of sound");
  EXPECT_ERROR(p.block->shape(p.step, Shape{479, 1}), "window of 479");
  EXPECT_EQ(p.block->shape(p.step, Shape{16000, 1}), (Shape{49, 40}));
}

TEST(MicroFrontend, tables_of_other_settings_do_not_fit) {
  const Shape in{16000, 1};
  for (const char *table : {"window", "quarter", "widths", "weights", "unweights", "gains", "logarithms"}) {
    Prepared p = of_library();
    EXPECT_TRUE(step_fits(p.step, in));
    p.step.tables.at(table).pop_back();
    EXPECT_FALSE(step_fits(p.step, in)) << table;
  }
  Prepared p = of_library();
  p.step.tables.at("weights")[3] = 0.5f;
  EXPECT_FALSE(step_fits(p.step, in));
}

}  // namespace
}  // namespace mote::features
