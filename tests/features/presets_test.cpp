// Front ends of others against recordings of theirs: MLPerf Tiny's keyword spotting and wake word, CMSIS-DSP.
// And against double precision in presets_formula_test.cpp.
#include <bit>
#include <map>
#include <sstream>

#include "audio_oracle.h"
#include "base/files.h"
#include "mote/host_program.h"

namespace mote {
namespace {

using namespace test;

// One channel of a WAV file of int16 samples.
std::vector<float> wav_channel(const std::string &path, size_t channel = 0) {
  const std::string bytes = read_file(path);
  const auto number = [&](size_t at, size_t count) {
    uint32_t v = 0;
    for (size_t i = 0; i < count; ++i)
      v |= static_cast<uint32_t>(static_cast<uint8_t>(bytes[at + i])) << (8 * i);
    return v;
  };
  std::vector<float> samples;
  size_t channels = 1;
  for (size_t at = 12; at + 8 <= bytes.size(); at += 8 + number(at + 4, 4)) {
    if (bytes.compare(at, 4, "fmt ") == 0) channels = number(at + 10, 2);
    if (bytes.compare(at, 4, "data") != 0) continue;
    for (size_t i = at + 8 + 2 * channel; i + 2 <= std::min(bytes.size(), at + 8 + number(at + 4, 4));
         i += 2 * channels)
      samples.push_back(static_cast<int16_t>(number(i, 2)));
  }
  return samples;
}

std::vector<float> hex_floats(const std::string &path) {
  std::istringstream text(read_file(path));
  std::vector<float> values;
  for (std::string line; std::getline(text, line);)
    if (line.starts_with("0x"))
      values.push_back(std::bit_cast<float>(static_cast<uint32_t>(std::stoul(line, nullptr, 16))));
  return values;
}

void unpack(const std::string &archive, const std::string &folder) {
  ASSERT_EQ(std::system(("tar xf '" + archive + "' -C '" + folder + "'").c_str()), 0) << archive;
}

std::vector<std::string> files_below(const std::string &folder, const std::string &ending) {
  std::vector<std::string> paths;
  for (const auto &entry : fs::recursive_directory_iterator(folder))
    if (entry.path().string().ends_with(ending)) paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end());
  return paths;
}

// tst_000000_Stop_7.bin: the folder of its clips is "stop", of others "_silence_" and "_unknown_".
std::string word_of(const std::string &stimulus) {
  const std::string name = fs::path(stimulus).stem().string();
  const size_t from = name.find('_', 4) + 1;
  std::string word = name.substr(from, name.rfind('_') - from);
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::tolower(c); });
  return word == "silence" || word == "unknown" ? "_" + word + "_" : word;
}

// The stimuli are int8 features; which clip each one is of is told by its even frames, and judged by the odd
// ones.
TEST(MlperfKws, gives_the_stimuli_of_the_benchmark) {
  MOTE_NEED_SHARED_DATA();
#ifdef MOTE_SANITIZED
  GTEST_SKIP() << "3,400 clips take minutes with sanitizers; is_its_formula runs the same routine";
#endif
  constexpr int kFrames = 49, kValues = 10;
  const TempFolder clips, stimuli;
  unpack(shared_data() + "/mlperf_tiny/kws01/kws01_000000-000699.tar.gz", stimuli.text());
  for (const char *part : {"sc_v2_part1", "sc_v2_part2"})
    unpack(shared_data() + "/speech_commands/" + part + ".tar.xz", clips.text());
  const FeatureDef &block = feature_by_name("mlperf_kws");
  std::map<std::string, std::vector<std::vector<int>>> features;  // by word
  std::map<size_t, PreprocessingStep> steps;                      // by samples of the clip
  for (const std::string &path : files_below(clips.text(), ".wav")) {
    const std::vector<float> x = wav_channel(path);
    const Shape in{static_cast<int>(x.size()), 1};
    if (!steps.contains(x.size())) steps[x.size()] = fitted("mlperf_kws", {}, in);
    std::vector<float> work(block.work_floats(steps[x.size()], in)), y(kFrames * kValues);
    block.apply.get()(steps[x.size()], in, x.data(), work.data(), y.data());
    std::vector<int>
        quantized;  // scale and zero point of kws_ref_model.tflite's input; the stimuli were rounded down
    for (const float v : y)
      quantized.push_back(std::clamp(static_cast<int>(std::floor(v / 0.5847029089927673 + 83)), -128, 127));
    features[fs::path(path).parent_path().filename().string()].push_back(quantized);
  }
  size_t matched = 0, values = 0, beyond = 0;
  for (const std::string &path : files_below(stimuli.text(), ".bin")) {
    const std::string bytes = read_file(path);
    ASSERT_EQ(bytes.size(), size_t{kFrames * kValues});
    const auto distance = [&](const std::vector<int> &clip, int parity) {
      int sum = 0;
      for (int i = 0; i < kFrames * kValues; ++i)
        if (i / kValues % 2 == parity) sum += std::abs(clip[i] - static_cast<int8_t>(bytes[i]));
      return sum;
    };
    int least = 25 * kValues / 2;  // half a unit per value: no clip of ours is farther away
    const std::vector<int> *nearest = nullptr;
    for (const std::vector<int> &clip : features[word_of(path)])
      if (const int d = distance(clip, 0); d < least) {
        least = d;
        nearest = &clip;
      }
    if (nearest == nullptr) continue;
    ++matched;
    for (int i = 0; i < kFrames * kValues; ++i) {
      if (i / kValues % 2 == 0) continue;
      ++values;
      beyond += std::abs((*nearest)[i] - static_cast<int8_t>(bytes[i])) > 1;
    }
  }
  EXPECT_GE(matched, 350u);
  EXPECT_LE(beyond * 100, values) << "of " << values << " values";
}

TEST(CmsisMfcc, gives_the_patterns_of_cmsis_dsp) {
  MOTE_NEED_SHARED_DATA();
  const std::string folder = shared_data() + "/features/cmsis_mfcc/";
  for (const char *kind : {"Noise", "Sine"})
    for (const int fft : {256, 512, 1024}) {
      const std::string size = std::to_string(fft) + "_1_f32.txt", name = folder + "MFCC" + kind;
      std::vector<float> x = hex_floats(name + "Input_" + size);
      const std::vector<float> reference = hex_floats(name + "Ref_" + size);
      ASSERT_EQ(x.size(), static_cast<size_t>(fft));
      ASSERT_EQ(reference.size(), 13u);
      const Row wanted(reference.begin(), reference.end());
      expect_close(run_block("cmsis_mfcc", {{"fft_length", int64_t{fft}}}, x), {wanted}, name + size, 0.1);
      for (float &v : x) v *= 20000;  // it divides by the largest magnitude
      expect_close(run_block("cmsis_mfcc", {{"fft_length", int64_t{fft}}}, x), {wanted}, name + size, 0.1);
    }
}

// Scores of the wake word at the end of each window of 30 frames, of a stream that begins at sample `from`.
struct WakeWordScore {
  double seconds;
  int score;
};
std::vector<WakeWordScore> wake_word_scores(const std::vector<float> &x, int from) {
  constexpr int kFrames = 30, kHop = 512;
  constexpr double kScale = 0.003701042616739869, kRate = 16000;
  HostProgram host(
      std::get<IntegerProgram>(load(shared_data() + "/mlperf_tiny/models/str_ww_ref_model.tflite")));
  const Rows rows = run_block("mlperf_sww", {}, {x.begin() + from, x.end()});
  std::vector<WakeWordScore> all;
  for (size_t first = 0; first + kFrames <= rows.size(); ++first) {
    std::vector<int8_t> input;
    for (size_t t = first; t < first + kFrames; ++t)
      for (const double v : rows[t]) input.push_back(static_cast<int8_t>(std::min(v / kScale - 128, 127.0)));
    int8_t scores[3];
    host.invoke(input.data(), scores);
    all.push_back({(from + (first + kFrames + 1) * kHop) / kRate, scores[0]});
  }
  return all;
}

// The recording's three wake words, by the benchmark's own model and threshold. Where frames begin is chance
// on the device; at the recording's first sample the model gives the third word 100 of 127, 128 samples later
// all are heard.
TEST(MlperfSww, makes_the_benchmarks_model_hear_its_wake_words) {
  MOTE_NEED_SHARED_DATA();
  constexpr int kDetected = 115, kNear = 100;
  const std::string path = shared_data() + "/features/streaming_wakeword/short_wav_easy10s.wav";
  const std::vector<float> left = wav_channel(path, 0);
  EXPECT_EQ(left, wav_channel(path, 1));
  const double words[][2] = {{1.0, 1.648}, {4.0, 4.762}, {7.0, 7.359}};
  for (const int from : {0, 128, 256, 384}) {
    int best[3] = {-128, -128, -128}, elsewhere = -128;
    for (const WakeWordScore &s : wake_word_scores(left, from)) {
      int *place = &elsewhere;
      for (int w = 0; w < 3; ++w)
        if (s.seconds > words[w][0] && s.seconds < words[w][1] + 1) place = &best[w];
      *place = std::max(*place, s.score);
    }
    EXPECT_LT(elsewhere, kNear) << "from sample " << from;
    for (int w = 0; w < 3; ++w)
      EXPECT_GE(best[w], from == 128 ? kDetected + 1 : kNear) << words[w][0] << " s, from sample " << from;
  }
}

}  // namespace
}  // namespace mote
