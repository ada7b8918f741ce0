// Every block gives the host and C that a user's compiler optimizes as far as it may the same bits: 10,230
// windows through the routines of runtime/, with the tables and numbers that an export writes down.
#include <fmt/format.h>

#include <cstring>
#include <filesystem>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "base/process.h"
#include "fitted_block.h"

namespace mote {
namespace {

using test::FittedBlock;

struct BitsCase {
  std::string block;
  Attrs settings;
  Shape window;
  bool is_sound = false;
};

std::vector<BitsCase> sound_cases() {
  const auto text = [](const char *word) { return Attr(std::string(word)); };
  const Attrs speech = {{"rate_hz", 16000.0}}, few = {{"rate_hz", 16000.0}, {"num_filters", int64_t{16}}};
  std::vector<BitsCase> all = {
      {"cmsis_mfcc", {{"fft_length", int64_t{512}}}, {1024, 1}, true},
      {"edge_impulse_mfcc", few, {1600, 1}, true},
      {"edge_impulse_mfe",
       {{"rate_hz", 16000.0},
        {"version", int64_t{2}},
        {"win_size", int64_t{11}},
        {"num_filters", int64_t{16}}},
       {1600, 1},
       true},
      {"edge_impulse_mfe", few, {1600, 1}, true},
      {"edge_impulse_spectrogram", speech, {800, 1}, true},
      {"edge_impulse_spectrogram", {{"rate_hz", 16000.0}, {"version", int64_t{2}}}, {800, 1}, true},
      {"librosa",
       {{"n_fft", int64_t{512}}, {"hop_length", int64_t{256}}, {"n_mels", int64_t{32}}},
       {1024, 1},
       true},
      {"mfcc", {}, {960, 1}, true},
      {"mfe", {{"window", text("hamming")}, {"pre_emphasis", 0.97}}, {960, 1}, true},
      {"micro_frontend", {}, {1280, 1}, true},
      {"micro_speech", {}, {1280, 1}, true},
      {"mlperf_ad", {{"first_frame", int64_t{0}}, {"last_frame", int64_t{0}}}, {3072, 1}, true},
      {"mlperf_kws", {}, {16000, 1}, true},
      {"mlperf_sww", {}, {2048, 1}, true},
      {"spectrogram", {{"log", text("db")}}, {960, 1}, true},
      {"tf_signal", {}, {960, 1}, true}};
  return all;
}

std::vector<BitsCase> sensor_cases() {
  const auto text = [](const char *word) { return Attr(std::string(word)); };
  const std::vector<int64_t> two = {2, 0};
  return {{"autocorrelation", {{"first_peak", text("true")}}, {64, 3}},
          {"decimate", {{"factor", int64_t{3}}}, {64, 3}},
          {"edge_impulse_flatten", {{"rate_hz", 100.0}}, {64, 3}},
          {"edge_impulse_image", {{"channels", text("Grayscale")}}, {64, 3}},
          {"edge_impulse_spectral",
           {{"rate_hz", 100.0}, {"filter_type", text("low")}, {"filter_cutoff", 20.0}},
           {64, 3}},
          {"edge_impulse_spectral", {{"rate_hz", 100.0}, {"analysis_type", text("Wavelet")}}, {64, 3}},
          {"edge_impulse_spectral", {{"rate_hz", 100.0}, {"version", int64_t{1}}}, {64, 3}},
          {"filter", {{"rate_hz", 100.0}, {"cutoff_hz", 10.0}}, {64, 3}},
          {"filter",
           {{"rate_hz", 100.0},
            {"kind", text("bandpass")},
            {"low_hz", 0.2},
            {"high_hz", 0.6},
            {"initial", text("steady")}},
           {64, 3}},
          {"image",
           {{"height", int64_t{5}},
            {"width", int64_t{7}},
            {"color", text("grayscale")},
            {"values", text("standardize")}},
           {64, 3}},
          {"magnitude", {{"keep", text("true")}}, {64, 3}},
          {"raw", {{"axes", two}, {"scale", 0.3}}, {64, 3}},
          {"resample", {{"rate_hz", 100.0}, {"to_hz", 62.5}, {"ends", text("hold")}}, {64, 3}},
          {"sign_free", {{"axes", two}}, {64, 3}},
          {"spectral",
           {{"rate_hz", 100.0},
            {"values", text("power,band_energies,peaks,moments,entropy")},
            {"bands", text("0, 6, 12, 40")}},
           {64, 3}},
          {"statistics", {}, {64, 3}},
          {"wavelet", {}, {64, 3}},
          {"window_normalization", {}, {64, 3}},
          {"window_normalization", {{"method", text("minmax")}, {"per", text("window")}}, {64, 3}}};
}

// Noise, a tone in noise, a constant, silence, full scale; at any loudness.
std::vector<float> some_window(const BitsCase &c, uint64_t seed) {
  Random random(seed, {c.window.elements()});
  const double loud =
      c.is_sound ? std::pow(10.0, 1 + 3.5 * random.uniform()) : std::pow(10.0, 6 * random.uniform() - 3);
  const double offset = loud * random.normal(), turn = 3 * random.uniform();
  const uint64_t kind = seed % 8;
  std::vector<float> x;
  for (size_t i = 0; i < c.window.elements(); ++i) {
    double v = loud * random.normal();
    if (kind == 1) v = loud * (std::sin(turn * static_cast<double>(i)) + 0.01 * random.normal());
    if (kind == 2) v = offset;
    if (kind == 3) v = 0;
    if (kind == 4) v = random.uniform() < 0.5 ? -32768 : 32767;
    if (kind > 4) v += offset;
    if (c.is_sound) v = std::clamp(std::round(v), -32768.0, 32767.0);
    x.push_back(static_cast<float>(v));
  }
  return x;
}

std::string exact_float(float v) { return fmt::format("{:a}f", static_cast<double>(v)); }

std::string number_text(const std::string &prefix, const FeatureValue &value) {
  if (const auto *number = std::get_if<int32_t>(&value)) return std::to_string(*number);
  if (const auto *number = std::get_if<float>(&value)) return exact_float(*number);
  return prefix + std::get<std::string>(value);
}

// A function run_K(x, y) that calls the routine.
std::string routine_text(const FittedBlock &b, size_t k) {
  const std::string prefix = fmt::format("step{}_", k);
  std::string text;
  for (const FeatureTable &table : b.block->tables) {
    const std::vector<float> &values = b.step.table(table.name);
    if (values.empty()) continue;
    text += fmt::format("static const {} {}{}[] = {{", table.c_type, prefix, table.name);
    for (const float v : values)
      text += (table.c_type == "float" ? exact_float(v) : std::to_string(static_cast<int64_t>(v))) + ",";
    text += "};\n";
  }
  const FeatureCall call = b.block->c.get()(b.step, b.in);
  text += fmt::format("static const mote_{}_params {}p = {{", call.name, prefix);
  for (const auto &[name, value] : call.fields)
    text += fmt::format(".{} = {}, ", name, number_text(prefix, value));
  text += fmt::format("}};\nstatic void run_{}(const float *x, float *y) {{ mote_{}(&{}p, x, work, y); }}\n",
                      k, call.name, prefix);
  return text;
}

constexpr const char *kMain = R"(
static void each(void (*run)(const float *, float *), int windows, int in, int out, FILE *from, FILE *to) {
  while (windows-- > 0) {
    if (fread(x, 4, in, from) != (size_t)in) return;
    run(x, y);
    fwrite(y, 4, out, to);
  }
}
)";

class BitsProgram {
 public:
  void add(const FittedBlock &b, int windows) {
    text_ += routine_text(b, cases_.size());
    headers_.insert(fmt::format("#include \"mote_{}.h\"\n", b.block->c.get()(b.step, b.in).name));
    floats_ = std::max({floats_, b.in.elements(), b.out.elements(), b.block->work_floats(b.step, b.in)});
    cases_.push_back({b.in.elements(), b.out.elements(), windows});
  }
  // The outputs of all cases.
  std::vector<float> run(const std::vector<float> &inputs) const {
    const test::TempFolder folder;
    const auto path = [&](const char *name) { return (folder / name).string(); };
    std::string text = "#include <stdio.h>\n";
    for (const std::string &header : headers_) text += header;
    text += fmt::format("static float x[{0}], y[{0}], work[{0}];\n", floats_) + text_ + kMain +
            "int main(int n, char **paths) {\n  FILE *from = fopen(paths[1], \"rb\"), *to = fopen(paths[n - "
            "1], \"wb\");\n";
    for (size_t k = 0; k < cases_.size(); ++k)
      text += fmt::format("  each(run_{}, {}, {}, {}, from, to);\n", k, cases_[k].windows, cases_[k].in,
                          cases_[k].out);
    write_file(path("main.c"), text + "  return fclose(to);\n}\n");
    write_file(path("in"), std::string(reinterpret_cast<const char *>(inputs.data()), 4 * inputs.size()));
    const std::string runtime = std::string(MOTE_SOURCE_DIR) + "/runtime";
    std::vector<std::string> command = {"gcc",
                                        "-std=gnu11",
                                        "-O3",
                                        "-march=native",
                                        "-ffp-contract=fast",
                                        "-I" + runtime,
                                        "-I" + runtime + "/features",
                                        "-o",
                                        path("program"),
                                        path("main.c")};
    for (const auto &entry : std::filesystem::directory_iterator(runtime + "/features"))
      if (entry.path().extension() == ".c") command.push_back(entry.path().string());
    const ProcessResult built = run_process(command);
    EXPECT_EQ(built.status, 0) << built.output;
    EXPECT_EQ(run_process({path("program"), path("in"), path("out")}).status, 0);
    const std::string bytes = read_file(path("out"));
    std::vector<float> outputs(bytes.size() / 4);
    std::memcpy(outputs.data(), bytes.data(), bytes.size());
    return outputs;
  }

 private:
  std::string text_;
  std::set<std::string> headers_;
  struct Call {
    size_t in, out;
    int windows;
  };
  std::vector<Call> cases_;
  size_t floats_ = 0;
};

TEST(BlockBits, are_those_of_optimized_c_for_every_block) {
  std::vector<BitsCase> cases = sensor_cases();
  for (BitsCase &c : sound_cases()) cases.push_back(std::move(c));
  std::set<std::string> missing;
  for (const FeatureDef *block : all_features())
    if (block->c.is_given()) missing.insert(block->name);
  BitsProgram program;
  std::vector<float> inputs, expected;
  std::vector<size_t> begin;  // of each case among the expected values
  int total = 0;
  for (const BitsCase &c : cases) {
    const FittedBlock block(c.block, c.settings, c.window);
    missing.erase(c.block);
    const int windows = c.window.elements() > 4000 ? 30 : 300;
    program.add(block, windows);
    begin.push_back(expected.size());
    for (int w = 0; w < windows; ++w) {
      const std::vector<float> x = some_window(c, static_cast<uint64_t>(w)), y = block(x);
      inputs.insert(inputs.end(), x.begin(), x.end());
      expected.insert(expected.end(), y.begin(), y.end());
    }
    total += windows;
  }
  EXPECT_GE(total, 10000);
  EXPECT_TRUE(missing.empty()) << *missing.begin() << " is not among the cases";
  const std::vector<float> got = program.run(inputs);
  ASSERT_EQ(got.size(), expected.size());
  begin.push_back(got.size());
  for (size_t c = 0; c < cases.size(); ++c) {
    const auto first = static_cast<ptrdiff_t>(begin[c]), end = static_cast<ptrdiff_t>(begin[c + 1]);
    EXPECT_EQ(std::memcmp(&got[begin[c]], &expected[begin[c]], 4 * static_cast<size_t>(end - first)), 0)
        << cases[c].block;
    EXPECT_TRUE(std::all_of(got.begin() + first, got.begin() + end, [](float v) { return std::isfinite(v); }))
        << cases[c].block;
  }
}

TEST(BlockBits, a_window_of_one_row_is_refused_with_advice_or_gives_numbers) {
  std::vector<BitsCase> cases = sensor_cases();
  for (BitsCase &c : sound_cases()) cases.push_back(std::move(c));
  size_t given = 0;
  for (const BitsCase &c : cases) try {
      const FittedBlock block(c.block, c.settings, {1, c.window[1]});
      for (const float v : block(std::vector<float>(block.in.elements(), 7)))
        EXPECT_TRUE(std::isfinite(v)) << c.block;
      ++given;
    } catch (const Error &e) {
      EXPECT_FALSE(e.hint().empty()) << c.block << ": " << e.what();
    }
  EXPECT_GE(given, 9u);
}

// What is not finite comes out so or as an ordinary number, and no routine runs away with it.
TEST(BlockBits, blocks_survive_what_is_not_finite) {
  std::vector<BitsCase> cases = sensor_cases();
  for (BitsCase &c : sound_cases())
    if (c.window[0] < 4000) cases.push_back(std::move(c));
  for (const BitsCase &c : cases) {
    const FittedBlock block(c.block, c.settings, c.window);
    for (const float bad : {INFINITY, -INFINITY, NAN, 3e38f, -3e38f, 1e-45f})
      for (const bool is_all : {false, true}) {
        std::vector<float> x = some_window(c, 0);
        for (size_t i = 5; i < (is_all ? x.size() : 6); ++i) x[i] = bad;
        block(x);  // checks that nothing is written beyond its memory
      }
  }
}

}  // namespace
}  // namespace mote
