// push() that computes layers over time column by column: the scores of every window of a stream, against the
// network on that window.
#include <fmt/format.h>

#include "base/files.h"
#include "base/process.h"
#include "codegen/c/column_plan.h"
#include "codegen/c/row_plan.h"
#include "mote/host_program.h"
#include "test_support.h"

namespace mote::test {
namespace {

// Networks over time, with windows without padding.
class TimeNet {
 public:
  explicit TimeNet(uint64_t seed) : random_(seed, {0x434F4C}), name_(fmt::format("net{}", seed)) {}

  Model make() {
    below(3) == 0 ? frames() : series();
    classes_ = between(2, 5);
    if (below(2) == 0) layers_.push_back(Dense{between(3, 12), relu});
    layers_.push_back(Dense{classes_, softmax});
    return sequential(name_, shape_, layers_);
  }
  // Rows from window to window: a multiple of what the strides make.
  int hop() {
    int most = 1;
    while ((most + 1) * product_ < shape_[0] / 3 && most < 6) ++most;
    return product_ * between(1, most);
  }
  Dataset data() {
    Dataset d;
    d.window = shape_[0];
    d.channels = shape_[1];
    for (int c = 0; c < classes_; ++c) d.labels.push_back(fmt::format("class{}", c));
    for (int i = 0; i < 12; ++i) {
      const float spread = random_.uniform(0.3f, 2.0f);
      for (size_t k = 0; k < d.example_floats(); ++k)
        d.values.push_back(spread * static_cast<float>(random_.normal()));
      d.classes.push_back(i % classes_);
    }
    return d;
  }

 private:
  int below(int n) { return static_cast<int>(random_.below(static_cast<uint64_t>(n))); }
  int between(int low, int high) { return low + below(high - low + 1); }
  Activation activation() { return below(3) == 0 ? none : relu; }
  void behind() {
    if (below(4) == 0) layers_.push_back(BatchNorm{});
    const int kind = below(6);
    if (kind == 0) layers_.push_back(LeakyReLU{});
    if (kind == 1) layers_.push_back(Tanh{});
    if (kind == 2) residual();
  }
  void residual() {
    const std::string from = fmt::format("from{}", layers_.size()), to = from + "to";
    layers_.push_back(Layer(ReLU{}).named(from));
    const int width = sequential("so_far", shape_, layers_).graph.output()[-1];
    if (shape_.rank() == 2 && !is_image_)
      layers_.push_back(Layer(Conv1D{width, 1, relu}).named(to));
    else
      layers_.push_back(Layer(Conv2D{width, 1, relu}).named(to));
    layers_.push_back(Layer(Add{}).from({from, to}));
  }
  void series() {
    int time = between(20, 48);
    shape_ = {time, between(1, 4)};
    for (int blocks = between(1, 3); blocks > 0 && time > 9; --blocks) {
      const int kernel = between(1, 5), stride = below(4) == 0 ? between(2, 3) : 1,
                dilation = stride == 1 && below(5) == 0 ? 2 : 1;
      switch (below(4)) {
        case 0:
          layers_.push_back(DepthwiseConv1D{kernel, activation(), stride, 1, below(3) == 0 ? 2 : 1, valid});
          time = (time - kernel) / stride + 1;
          break;
        case 1:
          layers_.push_back(SeparableConv1D{between(2, 9), kernel, activation(), stride, 1, 1, valid});
          time = (time - kernel) / stride + 1;
          break;
        default:
          layers_.push_back(Conv1D{between(2, 9), kernel, activation(), stride, dilation, valid});
          time = (time - (kernel - 1) * dilation - 1) / stride + 1;
      }
      product_ *= stride;
      behind();
      if (time < 8 || below(2) == 0) continue;
      const int pool = between(2, 3);
      if (below(3) == 0)
        layers_.push_back(AveragePool1D{pool});
      else
        layers_.push_back(MaxPool1D{pool});
      time /= pool;
      product_ *= pool;
    }
    switch (below(4)) {
      case 0:
        layers_.push_back(GlobalAveragePool1D{});
        break;
      case 1:
        layers_.push_back(GlobalMaxPool1D{});
        break;
      case 2:
        layers_.push_back(GRU{between(2, 6)});
        break;
      default:
        layers_.push_back(Flatten{});
    }
  }
  // Frames of features as an image whose height is time.
  void frames() {
    int time = between(16, 30), width = between(5, 10);
    shape_ = {time, width};
    is_image_ = true;
    layers_.push_back(Reshape{{time, width, 1}});
    for (int blocks = between(1, 3); blocks > 0 && time > 6 && width > 3; --blocks) {
      const int high = between(1, 4), wide = between(1, 3), stride = below(4) == 0 ? 2 : 1;
      if (below(3) == 0)
        layers_.push_back(DepthwiseConv2D{Pair(high, wide), activation(), Pair(stride, 1), 1, 1, valid});
      else
        layers_.push_back(Conv2D{between(2, 8), Pair(high, wide), activation(), Pair(stride, 1), 1, valid});
      time = (time - high) / stride + 1;
      width -= wide - 1;
      product_ *= stride;
      behind();
    }
    if (below(2) == 0)
      layers_.push_back(GlobalAveragePool2D{});
    else
      layers_.push_back(Flatten{});
  }

  Random random_;
  std::string name_;
  Shape shape_;
  std::vector<Layer> layers_;
  bool is_image_ = false;
  int classes_ = 0, product_ = 1;
};

struct Streamed {
  IntegerProgram program;
  int hop = 0;
  ExportedC made = {};
};

IntegerProgram as_integers(const Model &model, const Dataset &data) {
  return quantize(untrained(model, data, {.threads = 1}), {data});
}

Streamed drawn(uint64_t seed) {
  TimeNet net(seed);
  const Model model = net.make();
  return {as_integers(model, net.data()), net.hop()};
}

std::vector<float> noise_rows(const IntegerProgram &p, int rows) {
  Random random(static_cast<uint64_t>(rows));
  std::vector<float> values(static_cast<size_t>(rows * p.front_end.channels));
  for (float &v : values) v = static_cast<float>(random.normal());
  return values;
}

// stream.c, whose scores are seen. A stream begins anew before row RESET.
constexpr const char *kColumnsDriver = R"(
#include <stdio.h>
#include "stream.c"
void NAME(FILE *rows, int reset);
void NAME(FILE *rows, int reset) {
  static float row[CHANNELS];
  int n = 0, i;
  for (; fread(row, sizeof row, 1, rows) == 1; ++n) {
    if (n == reset) RESET();
    if (PUSH(row) == -2) continue;
    printf("%d", n);
    for (i = 0; i < (int)sizeof kept.scores; ++i) printf(" %d", (&kept.scores[0][0])[i]);
    printf("\n");
  }
  printf("%d\n", (int)sizeof kept);
}
)";

// All of them in one compilation, with one runtime.
class ColumnsOnHost {
 public:
  void add(Streamed &s, const std::vector<float> &rows, int reset) {
    const std::string name = fmt::format("p{}", count_++), folder = (folder_ / name).string();
    s.made = export_c(s.program, folder,
                      {.golden_count = 1, .stride = s.hop, .smoothing = 1, .is_streaming = true});
    write_file(folder_ / (name + ".bin"),
               std::string_view(reinterpret_cast<const char *>(rows.data()), rows.size() * sizeof(float)));
    const std::string prefix = "mote_" + s.made.name;
    std::string upper = prefix;
    for (char &c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    write_file(folder_ / (name + "/driver.c"),
               fmt::format("#define NAME {}\n#define CHANNELS {}_CHANNELS\n#define RESET {}_stream_reset\n"
                           "#define PUSH {}_push\n{}",
                           name, upper, prefix, prefix, kColumnsDriver));
    write_file(folder_ / (name + "/mote_names.h"), "");
    for (const char *file : {"/driver.c", "/model.c"}) files_.insert(folder + file);
    for (const std::string &file : s.made.files)
      if (file.ends_with(".c") && runtime_.insert(file).second && !is_of_model(file))
        files_.insert(folder + "/" + file);
    main_ += fmt::format("void {0}(FILE *, int);\n", name);
    calls_ += fmt::format("  {0}(fopen(\"{1}.bin\", \"rb\"), {2});\n", name, folder, reset);
  }
  std::vector<std::string> lines() {
    write_file(folder_ / "main.c",
               "#include <stdio.h>\n" + main_ + "int main(void) {\n" + calls_ + "  return 0;\n}\n");
    std::vector<std::string> command = {"gcc",
                                        "-std=c99",
                                        "-O0",
                                        "-Wall",
                                        "-Wextra",
                                        "-Werror",
                                        "-o",
                                        (folder_ / "run").string(),
                                        (folder_ / "main.c").string()};
    command.insert(command.end(), files_.begin(), files_.end());
    const ProcessResult built = run_process(command);
    EXPECT_EQ(built.status, 0) << built.output.substr(0, 3000);
    const ProcessResult ran = run_process({(folder_ / "run").string()});
    EXPECT_EQ(ran.status, 0) << ran.output;
    std::vector<std::string> list;
    std::istringstream in(ran.output);
    for (std::string line; std::getline(in, line);) list.push_back(line);
    return list;
  }

 private:
  static bool is_of_model(const std::string &file) {
    for (const char *own : {"model.c", "stream.c", "model_selftest.c", "selftest.c", "benchmark.c"})
      if (file == own) return true;
    return false;
  }

  TempFolder folder_;
  int count_ = 0;
  std::set<std::string> files_, runtime_;
  std::string main_, calls_;
};

// A line for each due window: its last row, and what the network on that window gives.
std::vector<std::string> windowed_lines(const Streamed &s, const std::vector<float> &rows, int reset) {
  HostProgram host(s.program);
  std::vector<int8_t> scores(host.predict_bytes());
  const int window = s.program.front_end.window, channels = s.program.front_end.channels,
            count = static_cast<int>(rows.size()) / channels;
  std::vector<std::string> lines;
  for (const auto &[begin, end] : {std::pair{0, reset}, std::pair{reset, count}})
    for (int first = begin; first + window <= end; first += s.hop) {
      host.predict(rows.data() + first * channels, scores.data());
      lines.push_back(std::to_string(first + window - 1));
      for (const int8_t v : scores) lines.back() += fmt::format(" {}", v);
    }
  lines.push_back(std::to_string(s.made.stream_bytes));
  return lines;
}

TEST(Columns, give_the_scores_of_the_window_at_every_hop) {
  constexpr uint64_t kNets = 16;
  ColumnsOnHost host;
  std::vector<std::string> expected, owner;
  std::set<std::string> seen;
  uint64_t fewer = 0;
  for (uint64_t seed = 1; seed <= kNets; ++seed) {
    Streamed s = drawn(seed);
    const int window = s.program.front_end.window, reset = window + 3 * s.hop + window / 3,
              count = reset + window + 5 * s.hop + 2;
    const std::vector<float> rows = noise_rows(s.program, count);
    host.add(s, rows, reset);
    const ColumnPlan plan = plan_columns(s.program, s.hop);
    fewer += plan.hop_macs < plan.window_macs;
    for (const std::string &line : windowed_lines(s, rows, reset)) {
      expected.push_back(line);
      owner.push_back(s.program.name + ": " + s.made.push_layers);
      if (const size_t at = line.find(' '); at != line.npos) seen.insert(line.substr(at));
    }
  }
  EXPECT_EQ(fewer, kNets);
  EXPECT_GT(seen.size(), expected.size() / 2);  // the answers do differ
  const std::vector<std::string> got = host.lines();
  ASSERT_EQ(got.size(), expected.size());
  for (size_t i = 0; i < got.size(); ++i) EXPECT_EQ(got[i], expected[i]) << owner[i];
}

// A network on features that are computed frame by frame, of 64 rows each; a window begins every second
// frame.
Streamed on_features(Arithmetic arithmetic) {
  Dataset d;
  d.window = 1000;
  d.channels = 1;
  d.rate_hz = 8000;
  d.labels = {"a", "b", "c"};
  Random random(5);
  for (int i = 0; i < 6; ++i) {
    for (int k = 0; k < d.window; ++k) d.values.push_back(static_cast<float>(300 * random.normal()));
    d.classes.push_back(i % 3);
  }
  PreprocessingStep mel{"mfe",
                        {{"frame_ms", 16.0},
                         {"step_ms", 8.0},
                         {"fft_length", int64_t{128}},
                         {"filters", int64_t{6}},
                         {"low_hz", 300.0}},
                        {},
                        0};
  mel.arithmetic = arithmetic;
  TrainOptions options{.threads = 1};
  options.features = {mel};
  const Model model = sequential(
      arithmetic == Arithmetic::kFixed ? "fixed" : "sound", {14, 6},
      {Reshape{{14, 6, 1}}, Conv2D{4, Pair(3, 3), relu, 1, 1, same_width},
       DepthwiseConv2D{Pair(2, 3), relu, 1, 1, 1, same_width}, GlobalAveragePool2D{}, Dense{3, softmax}});
  return {quantize(untrained(model, d, options), {d}), 128};
}

TEST(Columns, are_frames_of_features) {
  ColumnsOnHost host;
  std::vector<std::string> expected;
  for (const Arithmetic arithmetic : {Arithmetic::kFloat, Arithmetic::kFixed}) {
    Streamed s = on_features(arithmetic);
    std::vector<float> rows = noise_rows(s.program, 3000);
    for (float &v : rows) v *= 500;
    host.add(s, rows, 1500);
    for (const std::string &line : windowed_lines(s, rows, 1500)) expected.push_back(line);
  }
  EXPECT_EQ(host.lines(), expected);
}

// What export says of a network over 24 rows of 2 channels with a window every `hop` rows.
std::string refusal(const std::vector<Layer> &layers, int hop,
                    DecisionPolicy policy = DecisionPolicy::kStream, const char *normalize = "channel") {
  Dataset d;
  d.window = 24;
  d.channels = 2;
  d.labels = {"a", "b"};
  Random random(3);
  for (int i = 0; i < 8 * 48; ++i) d.values.push_back(static_cast<float>(random.normal() + i % 48));
  d.classes = {0, 1, 0, 1, 0, 1, 0, 1};
  TrainOptions options{.threads = 1};
  options.normalize = normalize;
  std::vector<Layer> all = layers;
  all.push_back(Dense{2, softmax});
  IntegerProgram program = quantize(untrained(sequential("net", {24, 2}, all), d, options), {d});
  program.front_end.decision.policy = policy;
  const TempFolder folder;
  try {
    export_c(program, (folder / "c").string(), {.golden_count = 1, .stride = hop, .is_streaming = true});
  } catch (const Error &e) {
    EXPECT_EQ(e.code(), ErrorCode::kUnsupported);
    EXPECT_FALSE(fs::exists(folder / "c"));
    return e.where() + " " + e.message() + "; " + e.hint();
  }
  return "accepted";
}

TEST(Columns, are_refused_with_the_layer_and_the_change) {
  const auto says = [](const std::string &text, const std::string &layer, const std::string &why) {
    EXPECT_NE(text.find(layer), text.npos) << text;
    EXPECT_NE(text.find(why), text.npos) << text;
  };
  const Layer first = Conv1D{3, 5}, pool = MaxPool1D{2};
  EXPECT_EQ(refusal({first, pool, Flatten{}}, 2), "accepted");
  says(refusal({first, Layer(Conv1D{3, 3, relu, 1, 1, same}).named("second"), Flatten{}}, 2), "second",
       "pads in time");
  says(refusal({first, Layer(Conv1D{3, 2, relu, 1, 1, same}).named("second"), Flatten{}}, 2), "second",
       "pads in time");  // behind the last row only
  says(refusal({Layer(Conv1D{3, 3, relu, 1, 1, causal}).named("first"), Flatten{}}, 2), "first",
       "adds columns in time");
  says(
      refusal({first, pool, Layer(Conv1D{3, 3, relu, 3}).named("third"), Flatten{}}, 2), "third",
      "a stride of 3 in time, and windows begin every 1 of its columns, which is no multiple of it; make the "
      "hop 3 times as long");
  says(refusal({first, Flatten{}}, 24), "net", "none is in two of them");
  says(refusal({first, Flatten{}}, 30), "net", "none is in two of them");
  says(refusal({first, Flatten{}}, 21), "conv1d", "no column of it is in two of them");
  says(refusal({Flatten{}, Dense{4}}, 2), "dense", "no layer over time stands before it");
  says(refusal({GRU{3}}, 2), "gru", "empty state in every window");
  says(refusal({first, Flatten{}}, 2, DecisionPolicy::kTrigger), "net", "a trigger opens windows at any row");
  says(refusal({first, Flatten{}}, 2, DecisionPolicy::kStream, "feature"), "net",
       "normalized in its own way");
}

TEST(Columns, cannot_be_had_with_rows_in_less_memory) {
  Dataset d;
  d.window = 64;
  d.channels = 4;
  d.labels = {"a", "b"};
  Random random(4);
  for (int i = 0; i < 8 * 64 * 4; ++i) d.values.push_back(static_cast<float>(random.normal()));
  d.classes = {0, 1, 0, 1, 0, 1, 0, 1};
  // the wide layer makes the buffer, and of it a few rows at a time are enough
  const IntegerProgram program = as_integers(
      sequential("net", {64, 4},
                 {Conv1D{32, 3, relu}, Conv1D{4, 3, relu}, GlobalAveragePool1D{}, Dense{2, softmax}}),
      d);
  const size_t whole = plan_memory(program).bytes;
  const RowPlan rows = plan_rows(program, whole - 4);
  ASSERT_GT(rows.count, 0u);
  ASSERT_LE(rows.memory.bytes, whole - 4);
  const TempFolder folder;
  const auto with_ram = [&](size_t ram_bytes) {
    export_c(program, (folder / "c").string(),
             {.golden_count = 1, .stride = 4, .is_streaming = true, .ram_bytes = ram_bytes});
  };
  EXPECT_ERROR(with_ram(whole - 4), "cannot stream its layers over time");
  EXPECT_FALSE(fs::exists(folder / "c"));
  EXPECT_NO_THROW(with_ram(whole));
}

// The layers of a preset keep their places in frequency; those in time fall away.
TEST(Columns, of_a_preset_that_does_not_pad_in_time) {
  const auto has = [](bool is_streaming, const Shape &shape) {
    const Preset net = preset("ds_cnn", {.is_streaming = is_streaming});
    const Model model = sequential(net.name, net.input, net.layers);
    const std::vector<Node> &nodes = model.graph.nodes;
    return std::any_of(nodes.begin(), nodes.end(), [&](const Node &node) { return node.shape == shape; });
  };
  EXPECT_TRUE(has(false, {25, 5, 64}));
  EXPECT_FALSE(has(true, {25, 5, 64}));
  EXPECT_TRUE(has(true, {20, 5, 64}));
  EXPECT_TRUE(has(true, {12, 5, 64}));
}

}  // namespace
}  // namespace mote::test
