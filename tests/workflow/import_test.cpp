// A .tflite that others trained, imported behind the front end that mote.toml says. The oracle of the front
// end is the formula of the input's quantization, round(value / scale) + zero point.
#include <cmath>

#include "base/files.h"
#include "data/npy.h"
#include "mote/host_program.h"
#include "mote/portfolio.h"
#include "mote/workflow.h"
#include "trained_program.h"

namespace mote::test {
namespace {

class ImportedTflite : public TrainedProgram {
 protected:
  void SetUp() override {
    stranger_ = *program_;
    stranger_.front_end = {};
    stranger_.labels.clear();
    write_file(folder_ / "theirs.tflite", format_tflite(stranger_));
    write_toml(
        "window = 20\nrate_hz = 50\nchannels = [\"x\", \"y\", \"z\"]\nlabels = [\"a\", \"b\", \"rest\"]\n");
  }
  void write_toml(const std::string &data, const std::string &model = "tflite = \"theirs.tflite\"\n",
                  const std::string &more = "") {
    write_file(folder_ / "mote.toml", "[data]\n" + data + "[model]\n" + model + more);
  }
  Project project() const { return read_project(folder_.text()); }
  ImportedRun imported() const { return import_run(project()); }
  // One class per folder, a table of rows each.
  void write_windows(const std::string &folder) const {
    for (size_t i = 0; i < data_->test.size(); ++i) {
      const float *window = data_->test.example(i);
      std::string table = "x,y,z\n";
      for (int row = 0; row < 20; ++row)
        table += fmt::format("{},{},{}\n", window[3 * row], window[3 * row + 1], window[3 * row + 2]);
      const std::string label = std::vector<std::string>{"a", "b", "rest"}[data_->test.classes[i]];
      fs::create_directories(folder_ / folder / label);
      write_file(folder_ / folder / label / fmt::format("{}.csv", i), table);
    }
  }

  TempFolder folder_;
  IntegerProgram stranger_;
};

TEST_F(ImportedTflite, answers_as_their_network_on_quantized_windows) {
  const IntegerProgram theirs = parse_tflite(read_file(folder_ / "theirs.tflite"), "theirs");
  HostProgram inside(theirs), whole(imported().program);
  const auto &quant = theirs.tensor(theirs.inputs[0]).quant;
  for (size_t i = 0; i < data_->test.size(); ++i) {
    const float *window = data_->test.example(i);
    std::vector<int8_t> input(inside.input_bytes()), wanted(inside.output_bytes()),
        got(whole.predict_bytes());
    for (size_t v = 0; v < input.size(); ++v)
      input[v] = static_cast<int8_t>(
          std::clamp(std::lround(window[v] / quant.scale[0]) + quant.zero_point[0], -128L, 127L));
    inside.invoke(input.data(), wanted.data());
    whole.predict(window, got.data());
    EXPECT_EQ(got, wanted) << i;
  }
}

TEST_F(ImportedTflite, is_a_run_that_is_judged_listed_and_made_again) {
  write_windows("labelled");
  const ImportedRun made = imported();
  EXPECT_EQ(made.program.labels, (std::vector<std::string>{"a", "b", "rest"}));
  EXPECT_EQ(made.program.front_end.decision.rest, 2);
  const mote::Run run(find_run("", folder_.text()));
  EXPECT_EQ(fs::path(run.path()).filename(), fs::path(made.folder.path).filename());
  ASSERT_TRUE(run.is_imported());
  const RunScores scores = evaluate_run(run, {.on = {.data = (folder_ / "labelled").string()}});
  ASSERT_EQ(scores.evaluations.size(), 1u);
  HostProgram host(made.program);
  std::vector<int> answers;
  for (size_t i = 0; i < data_->test.size(); ++i) {
    std::vector<int8_t> outputs(host.predict_bytes());
    host.predict(data_->test.example(i), outputs.data());
    answers.push_back(static_cast<int>(std::max_element(outputs.begin(), outputs.end()) - outputs.begin()));
  }
  size_t right = 0;
  for (size_t i = 0; i < answers.size(); ++i) right += answers[i] == data_->test.classes[i] ? 1u : 0u;
  EXPECT_DOUBLE_EQ(scores.evaluations[0].accuracy,
                   static_cast<double>(right) / static_cast<double>(answers.size()));
  EXPECT_ERROR(evaluate_run(run), "without recordings");
  EXPECT_ERROR(run.model(), "that others trained");
  EXPECT_ERROR(quantize_run(made.folder), "that others trained");
  EXPECT_TRUE(reproduce_run(made.folder, {}).is_identical);
  for (ProgramTensor &t : stranger_.tensors)
    if (t.is_constant && t.dtype == DType::kInt8) t.data[0] ^= 1;
  write_file(folder_ / "theirs.tflite", format_tflite(stranger_));
  const Reproduced other = reproduce_run(made.folder, {});
  EXPECT_NE(other.text.find("theirs.tflite has other bytes"), std::string::npos) << other.text;
}

TEST_F(ImportedTflite, what_does_not_fit_is_said_before_a_run_is_made) {
  const std::string labels = "labels = [\"a\", \"b\", \"rest\"]\n";
  const std::string whole = "window = 20\nrate_hz = 50\nchannels = [\"x\", \"y\", \"z\"]\n" + labels;
  const auto refused = [&](const std::string &data, const std::string &part, const std::string &more = "",
                           const std::string &model = "tflite = \"theirs.tflite\"\n") {
    write_toml(data, model, more);
    EXPECT_ERROR(imported(), part);
    EXPECT_FALSE(fs::exists(folder_ / "runs") && !fs::is_empty(folder_ / "runs")) << part;
  };
  refused("rate_hz = 50\n" + labels, "data.window");
  refused("window = 20\n" + labels, "data.rate_hz");
  refused("window = 21\nrate_hz = 50\nchannels = [\"x\", \"y\", \"z\"]\nlabels = [\"a\", \"b\", \"c\"]\n",
          "the input of");
  refused("window = 20\nrate_hz = 50\nchannels = [\"x\", \"y\", \"z\"]\nlabels = [\"a\", \"b\"]\n",
          "2 classes are named");
  refused("window = 20\nrate_hz = 50\nchannels = [\"x\", \"y\", \"z\"]\n", "0 classes are named");
  refused("image_size = 8\n" + labels, "data.image_channels");
  refused(whole, "fitted on recordings", "[train]\nnormalize = \"channel\"\n");
  refused(whole, "the onset of a trigger", "[decision]\npolicy = \"trigger\"\n");
  refused(whole, "more than the window", "[decision]\nhop = 21\n");
  refused(whole, "range of the sensor",
          "[features]\narithmetic = \"fixed\"\nblocks = [ { block = \"magnitude\" } ]\n");
  refused(whole, "does not go together", "",
          "tflite = \"theirs.tflite\"\nlayers = [ { type = \"flatten\" } ]\n");
  refused(whole, "does not go together", "", "tflite = \"theirs.tflite\"\ndetector = \"gaussian\"\n");
  refused(whole, "no such file", "", "tflite = \"nobody.tflite\"\n");
  refused(whole, "names no model", "", "layers = [ { type = \"flatten\" } ]\n");
  const std::string bytes = read_file(folder_ / "theirs.tflite");
  for (const size_t kept : {size_t{0}, size_t{7}, bytes.size() / 2, bytes.size() - 1}) {
    write_file(folder_ / "theirs.tflite", bytes.substr(0, kept));
    refused(whole, "theirs.tflite");
  }
  write_file(folder_ / "theirs.tflite", format_mote(run_->model));
  refused(whole, "is a float model");
  write_file(folder_ / "theirs.tflite", format_mote(*program_));
  refused(whole, "front end of its own");
  write_file(folder_ / "theirs.tflite", bytes);
  write_toml(whole);
  EXPECT_ERROR(train_run(project()), "that others trained");
}

}  // namespace
}  // namespace mote::test
