// push() that computes features frame by frame: what reaches the network, against the blocks on each whole
// window.
#include <fmt/format.h>

#include "base/files.h"
#include "base/process.h"
#include "features/stream_plan.h"
#include "small_program.h"

namespace mote::test {
namespace {

// model.c and stream.c in one file, in which the network's input is seen on its way. Prints for each row of
// rows.bin what push() answers, and behind an answer that input. A stream begins anew before row RESET.
constexpr const char *kFramesDriver = R"(
#include <stdio.h>
#include <string.h>
#include "model.h"
#include "mote_runtime.h"
/* a package has the one that its model needs */
__typeof__(mote_front_end_f32) mote_front_end_f32 __attribute__((weak));
__typeof__(mote_front_end_s32) mote_front_end_s32 __attribute__((weak));
static int8_t seen[MOTE_TOY_INPUT_SIZE];
static void seen_front_end(const float *x, int32_t n, const MOTE_FLASH float *offset, const MOTE_FLASH float *gain,
                           int32_t period, int32_t zero_point, int8_t *out) {
  mote_front_end_f32(x, n, offset, gain, period, zero_point, out);
  if (n == MOTE_TOY_INPUT_SIZE) memcpy(seen, out, sizeof seen);
}
static void seen_front_end_s32(const int32_t *x, int32_t n, const MOTE_FLASH int32_t *offset,
                               const MOTE_FLASH int32_t *multiplier, const MOTE_FLASH int32_t *shift, int32_t period,
                               int32_t zero_point, int8_t *out) {
  mote_front_end_s32(x, n, offset, multiplier, shift, period, zero_point, out);
  if (n == MOTE_TOY_INPUT_SIZE) memcpy(seen, out, sizeof seen);
}
#undef mote_front_end_f32
#define mote_front_end_f32 seen_front_end
#undef mote_front_end_s32
#define mote_front_end_s32 seen_front_end_s32
#include "model.c"
static void seen_invoke(const int8_t *input, int8_t *output) {
  memcpy(seen, input, sizeof seen);
  mote_toy_invoke(input, output);
}
#define mote_toy_invoke seen_invoke
static int32_t seen_work[MOTE_TOY_BUFFER_BYTES / 4];
#define mote_toy_predict(raw, scores) (mote_toy_front_end(raw, seen), (mote_toy_predict)(raw, scores))
#define mote_toy_predict_samples(samples, scores) \
  (features_of(0, samples, 0, (void *)seen_work, seen), (mote_toy_predict_samples)(samples, scores))
#define decide stream_decide
#include "stream.c"
int main(int argc, char **argv) {
  static float row[MOTE_TOY_CHANNELS];
  FILE *f = fopen(argv[argc - 1], "rb");
  int n = 0, i;
  for (; fread(row, sizeof row, 1, f) == 1; ++n) {
    if (n == RESET) mote_toy_stream_reset();
    if (mote_toy_push(row) == MOTE_TOY_NOTHING) continue;
    printf("%d", n);
    for (i = 0; i < MOTE_TOY_INPUT_SIZE; ++i) printf(" %d", seen[i]);
    printf("\n");
  }
  printf("%d\n", (int)sizeof kept);
  return 0;
}
)";

PreprocessingStep block(const std::string &name, Attrs attrs = {}, int chain = 0) {
  return {name, std::move(attrs), {}, chain};
}
PreprocessingStep mel(int frame, int hop, int filters, int chain = 0) {
  constexpr double kMsOfSample = 1.0 / 8;  // 8000 a second
  return block("mfe",
               {{"frame_ms", frame * kMsOfSample},
                {"step_ms", hop * kMsOfSample},
                {"fft_length", int64_t{256}},
                {"filters", int64_t{filters}},
                {"low_hz", 300.0}},
               chain);
}

struct FramesCase {
  std::string name;
  std::vector<PreprocessingStep> blocks;
  int window, stride, channels = 1;
  enum Period { kRow, kAll, kOne } period = kRow;
  bool is_by_frame = true, is_quantized = true;
  std::string why = "";
  bool in_integers = false;
};

constexpr double kRate = 8000;

std::vector<float> noise(size_t count, uint64_t seed) {
  Random random(seed);
  std::vector<float> values(count);
  for (size_t i = 0; i < count; ++i)
    values[i] = static_cast<float>(random.normal()) * (i / 500 % 2 == 0 ? 300.0f : 4000.0f);
  return values;
}

// Numbers of a quantization under which the features of noise spread over int8.
void quantize_by_noise(Preprocessing &p, size_t period) {
  Preprocessing real = p;
  const FrontEnd front_end(real);
  const size_t count = front_end.plan().shape.elements();
  std::vector<float> y(count), offset(period), gain(period);
  const std::vector<float> window = noise(window_shape(p).elements(), 3);
  front_end.features(window.data(), y.data());
  for (size_t k = 0; k < period; ++k) {
    double sum = 0, squares = 0;
    const auto n = static_cast<double>(count / period);
    for (size_t i = k; i < count; i += period) {
      sum += y[i];
      squares += double{y[i]} * double{y[i]};
    }
    const double deviation = std::sqrt(std::max(0.0, squares / n - sum / n * (sum / n)));
    offset[k] = static_cast<float>(sum / n);
    gain[k] = static_cast<float>(40 / std::max(deviation, 1e-2 + std::fabs(sum / n) / 100));
  }
  p.steps.back() = quantization(offset, gain, 3);
}

IntegerProgram program_of(const FramesCase &c) {
  std::vector<PreprocessingStep> blocks = c.blocks;
  if (c.in_integers)
    for (PreprocessingStep &step : blocks) step.arithmetic = Arithmetic::kFixed;
  Preprocessing p{c.window, c.channels, kRate, {}, resolved(blocks, kRate)};
  p.steps.push_back(normalization("none"));
  fit(p, noise(window_shape(p).elements(), 1).data(), 1);
  const Shape shape = FeaturePlan(p).shape;
  const size_t row = static_cast<size_t>(shape[-1]);
  SmallProgram small(static_cast<int>(shape.elements() / row), static_cast<int>(row), 4, Last::kSoftmax);
  quantize_by_noise(p, c.period == FramesCase::kRow   ? row
                       : c.period == FramesCase::kOne ? 1
                                                      : shape.elements());
  for (int i = 0; i < c.channels; ++i) p.channel_names.push_back(fmt::format("ch{}", i));
  small.p.front_end = p;
  return small.p;
}

std::vector<std::string> pushed_lines(const FramesCase &c, const IntegerProgram &program,
                                      const std::vector<float> &rows, int reset, ExportedC *made = nullptr) {
  const TempFolder folder;
  const auto path = [&](const std::string &name) { return (folder / name).string(); };
  const ExportedC exported =
      export_c(program, path("c"), {.golden_count = 1, .stride = c.stride, .smoothing = 1});
  if (made) *made = exported;
  write_file(folder / "driver.c", kFramesDriver);
  write_file(folder / "rows.bin",
             std::string_view(reinterpret_cast<const char *>(rows.data()), rows.size() * sizeof(float)));
  std::vector<std::string> command = {"gcc",       "-std=gnu99",     "-O0",
                                      "-w",        "-I" + path("c"), "-o",
                                      path("run"), path("driver.c"), fmt::format("-DRESET={}", reset)};
  for (const auto &entry : fs::directory_iterator(folder / "c"))
    if (const std::string name = entry.path().filename().string();
        name.ends_with(".c") && name.find("selftest") == name.npos && name != "model.c" &&
        name != "stream.c" && name != "benchmark.c")
      command.push_back(entry.path().string());
  const ProcessResult built = run_process(command);
  EXPECT_EQ(built.status, 0) << built.output;
  const ProcessResult ran = run_process({path("run"), path("rows.bin")});
  EXPECT_EQ(ran.status, 0) << ran.output;
  std::vector<std::string> lines;
  std::istringstream in(ran.output);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// A line for each due window: its last row, and the int8 input by the blocks on the whole window.
std::vector<std::string> expected_lines(const FramesCase &c, const IntegerProgram &program,
                                        const std::vector<float> &rows, int reset) {
  const FrontEnd front_end(program.front_end);
  std::vector<float> work(front_end.plan().floats);
  std::vector<int8_t> input(front_end.plan().shape.elements());
  std::vector<std::string> lines;
  const int count = static_cast<int>(rows.size()) / c.channels;
  for (const auto &[begin, end] : {std::pair{0, reset}, std::pair{reset, count}})
    for (int first = begin; first + c.window <= end; first += c.stride) {
      front_end.quantize(rows.data() + first * c.channels, work.data(), input.data());
      lines.push_back(std::to_string(first + c.window - 1));
      for (const int8_t v : input) lines.back() += fmt::format(" {}", v);
    }
  return lines;
}

void check_frames(const FramesCase &c) {
  SCOPED_TRACE(c.name);
  const IntegerProgram program = program_of(c);
  const StreamPlan plan = plan_stream(program.front_end, c.stride);
  EXPECT_EQ(plan.is_by_frame, c.is_by_frame) << plan.why;
  if (c.is_by_frame) EXPECT_EQ(plan.is_quantized, c.is_quantized) << plan.why;
  EXPECT_NE(plan.why.find(c.why), std::string::npos) << plan.why;
  EXPECT_EQ(c.why.empty(), plan.why.empty()) << plan.why;
  const int reset = c.window + 3 * c.stride + c.window / 3, rows = reset + c.window + 4 * c.stride + 2;
  const std::vector<float> values = noise(static_cast<size_t>(rows * c.channels), 5);
  const std::vector<std::string> expected = expected_lines(c, program, values, reset);
  ExportedC made;
  std::vector<std::string> got = pushed_lines(c, program, values, reset, &made);
  ASSERT_FALSE(got.empty());
  EXPECT_EQ(got.back(), std::to_string(made.stream_bytes));
  got.pop_back();
  ASSERT_EQ(got.size(), expected.size());
  std::set<std::string> seen;
  for (size_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(got[i], expected[i]) << "window " << i;
    seen.insert(got[i].substr(got[i].find(' ')));
  }
  EXPECT_GT(seen.size(), got.size() / 2);  // the inputs do differ
}

TEST(PushFrames, are_those_of_the_window) {
  check_frames({.name = "overlapping", .blocks = {mel(128, 64, 6)}, .window = 1000, .stride = 320});
  check_frames(
      {.name = "rows behind the last frame", .blocks = {mel(200, 80, 5)}, .window = 1037, .stride = 80});
  check_frames({.name = "no overlap", .blocks = {mel(200, 80, 5)}, .window = 700, .stride = 700});
  check_frames({.name = "rows between windows", .blocks = {mel(200, 90, 5)}, .window = 700, .stride = 1111});
  check_frames(
      {.name = "frames that no window has", .blocks = {mel(240, 40, 4)}, .window = 300, .stride = 280});
  check_frames({.name = "rows that no frame has",
                .blocks = {block("raw", {{"scale", 0.5}}), mel(100, 150, 5)},
                .window = 800,
                .stride = 300});
}

TEST(PushFrames, of_rows_alone) {
  check_frames({.name = "rows",
                .blocks = {block("sign_free"), block("magnitude", {{"keep", std::string("true")}})},
                .window = 20,
                .stride = 7,
                .channels = 3});
}

TEST(PushFrames, are_kept_as_floats_where_the_quantization_or_another_block_wants_all) {
  check_frames({.name = "a mean for each value",
                .blocks = {mel(128, 64, 4)},
                .window = 600,
                .stride = 128,
                .period = FramesCase::kAll,
                .is_quantized = false});
  check_frames({.name = "statistics of frames",
                .blocks = {mel(128, 64, 4), block("statistics")},
                .window = 600,
                .stride = 64,
                .period = FramesCase::kOne,
                .is_quantized = false,
                .why = "statistics is of the whole window"});
}

TEST(PushFrames, of_several_chains) {
  check_frames({.name = "side by side",
                .blocks = {mel(128, 64, 6), mel(128, 64, 3, 1)},
                .window = 640,
                .stride = 128});
  check_frames({.name = "one behind the other",
                .blocks = {mel(128, 64, 6), mel(200, 128, 3, 1)},
                .window = 650,
                .stride = 256,
                .period = FramesCase::kOne});
  check_frames({.name = "frames and the window",
                .blocks = {mel(128, 64, 6), block("statistics", {}, 1), mel(128, 64, 2, 2)},
                .window = 500,
                .stride = 192,
                .period = FramesCase::kOne,
                .is_quantized = false,
                .why = "statistics is of the whole window"});
}

TEST(PushFrames, in_integers) {
  check_frames({.name = "frames in integers",
                .blocks = {mel(128, 64, 6)},
                .window = 1000,
                .stride = 320,
                .in_integers = true});
  check_frames({.name = "frames and the window in integers",
                .blocks = {mel(128, 64, 6), block("statistics", {}, 1), mel(128, 64, 2, 2)},
                .window = 500,
                .stride = 192,
                .period = FramesCase::kOne,
                .is_quantized = false,
                .why = "statistics is of the whole window",
                .in_integers = true});
  check_frames({.name = "spectra of three axes in integers",
                .blocks = {block("spectral", {{"fft_length", int64_t{64}}}), block("statistics", {}, 1)},
                .window = 128,
                .stride = 50,
                .channels = 3,
                .period = FramesCase::kAll,
                .is_by_frame = false,
                .why = "spectral is a mean over the whole window",
                .in_integers = true});
}

TEST(PushFrames, of_grids_that_do_not_meet_are_computed_by_window) {
  check_frames(
      {.name = "another grid",
       .blocks = {mel(128, 64, 6)},
       .window = 640,
       .stride = 100,
       .is_by_frame = false,
       .why = "mfe gives a frame every 64 rows and a window begins every 100, which is no multiple of it "
              "(64 or 128 is)"});
}

TEST(PushFrames, of_any_sizes) {
  Random random(11);
  const auto from = [&](int low, int high) {
    return low + static_cast<int>(random.below(static_cast<uint64_t>(high - low + 1)));
  };
  for (int i = 0; i < 3; ++i) {
    const int frame = from(30, 256), hop = from(10, 200), window = from(frame, 1200);
    const int stride = from(0, 1) == 1 ? hop * from(1, 5) : from(window, 2 * window);
    check_frames({.name = fmt::format("frame {} hop {} window {} stride {}", frame, hop, window, stride),
                  .blocks = {mel(frame, hop, from(1, 6))},
                  .window = window,
                  .stride = stride});
  }
}

TEST(PushFrames, are_refused_with_the_reason_where_they_are_asked_for) {
  const auto why = [](const FramesCase &c) {
    const TempFolder folder;
    const IntegerProgram program = program_of(c);
    try {
      export_c(program, (folder / "c").string(),
               {.golden_count = 1, .stride = c.stride, .push_features = PushFeatures::kFrames});
    } catch (const Error &e) {
      EXPECT_EQ(e.code(), ErrorCode::kUnsupported);
      return e.message();
    }
    return std::string("accepted");
  };
  EXPECT_EQ(why({.name = "", .blocks = {mel(128, 64, 6)}, .window = 640, .stride = 128}), "accepted");
  EXPECT_EQ(why({.name = "", .blocks = {block("statistics")}, .window = 64, .stride = 32}),
            "its features cannot be computed frame by frame: statistics is of the whole window");
  EXPECT_NE(why({.name = "", .blocks = {mel(128, 64, 6)}, .window = 640, .stride = 65}).find("no multiple"),
            std::string::npos);
}

}  // namespace
}  // namespace mote::test
