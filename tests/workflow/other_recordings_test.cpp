// Other recordings than those of the training: channels by name, rate and range compared; units that do not
// matter.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <sstream>

#include "base/files.h"
#include "base/staged_folder.h"
#include "base/text.h"
#include "mote/predict.h"
#include "mote/synth.h"
#include "mote/workflow.h"
#include "test_support.h"
#include "workflow/other_recordings.h"

namespace mote {
namespace {

using Names = std::vector<std::string>;

// Six channels of 40 recordings; a row of `text` becomes one of `columns` of it, times `factor`.
struct Change {
  std::vector<size_t> columns = {0, 1, 2, 3, 4, 5};
  double factor = 1;
  std::string header = "";  // "": the names of the columns
};

Names cut(const std::string &text, char at) {
  Names parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, at);) parts.push_back(part);
  return parts;
}

std::string changed(const std::string &text, const Change &change) {
  std::string out;
  bool is_first = true;
  for (const std::string &line : cut(text, '\n')) {
    const Names cells = cut(line, ',');
    if (cells.size() < 6) {
      out += "\n";
      continue;
    }
    const bool is_header = is_first;
    is_first = false;
    std::string row;
    for (size_t c : change.columns)
      row += (row.empty() ? "" : ",") +
             (is_header ? cells[c] : fmt::format("{:.9g}", *parse_number(cells[c]) * change.factor));
    out += (is_header && !change.header.empty() ? change.header : row) + "\n";
  }
  return out;
}

class LoadForModel : public ::testing::Test {
 protected:
  void write(const std::string &name, const Change &change) {
    StagedFolder staged(folder_ / name);
    for (const SynthFile &f : files_) staged.write(f.path, changed(f.content, change));
    staged.commit();
  }
  void SetUp() override {
    write("data", {});
    write_file(folder_ / "mote.toml", project_toml("dense", "wave"));
    project_ = read_project(folder_.text());
    project_.train.epochs = 10;
    run_ = train_run(project_).folder;
  }
  RunScores scores(const std::string &data, const std::string &dump = "") {
    return evaluate_run(run_,
                        {.precision = "float", .on = {.data = (folder_ / data).string()}, .dump = dump});
  }
  double accuracy(const std::string &data) { return scores(data).evaluations[0].accuracy; }
  std::string notes(const std::string &data) {
    std::string all;
    for (const std::string &n : scores(data).notes) all += n + "\n";
    return all;
  }

  const test::TempFolder folder_;
  const std::vector<SynthFile> files_ = synth_gestures({.seed = 1, .persons = 2, .recordings = 6});
  Project project_;
  RunFolder run_;
};

bool has(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }

TEST_F(LoadForModel, the_recordings_of_the_training_need_no_word) {
  EXPECT_EQ(notes("data"), "");
  const mote::Run run(run_);
  const std::vector<ChannelRange> &ranges = run.model().preprocessing.channel_ranges;
  ASSERT_EQ(ranges.size(), 6u);
  const Dataset train = load_run_data(run_).splits.train;
  double sum = 0;
  float low = train.values[2], high = low;
  for (size_t i = 2; i < train.values.size(); i += 6) {
    sum += static_cast<double>(train.values[i]);
    low = std::min(low, train.values[i]);
    high = std::max(high, train.values[i]);
  }
  EXPECT_NEAR(ranges[2].mean, sum / static_cast<double>(train.values.size() / 6), 1e-5);
  EXPECT_EQ(ranges[2].low, low);
  EXPECT_EQ(ranges[2].high, high);
}

TEST_F(LoadForModel, takes_channels_by_name) {
  write("swapped", {.columns = {5, 3, 4, 2, 1, 0}});
  EXPECT_EQ(accuracy("swapped"), accuracy("data"));
  EXPECT_TRUE(has(notes("swapped"), "are taken by name as the model's aX, aY, aZ, gX, gY, gZ"));
  Names notes;
  const Recordings as_model = load_for_model(AnyModel(mote::Run(run_).model()), options_for(&project_),
                                             (folder_ / "swapped").string(), true, notes);
  const Recordings own = load_recordings(project_.data_path, project_.load);
  ASSERT_EQ(as_model.items.size(), own.items.size());
  EXPECT_TRUE(
      std::equal(own.items[3].values.begin(), own.items[3].values.end(), as_model.items[3].values.begin()));
}

TEST_F(LoadForModel, leaves_out_columns_that_the_model_was_not_trained_on) {
  write("more", {.columns = {0, 1, 2, 0, 3, 4, 5}, .header = "aX,aY,aZ,temperature,gX,gY,gZ"});
  EXPECT_EQ(accuracy("more"), accuracy("data"));
  EXPECT_TRUE(has(notes("more"), "column temperature is not used"));
}

TEST_F(LoadForModel, refuses_other_channels) {
  write("other", {.header = "aX,aY,aZ,mX,mY,mZ"});
  EXPECT_ERROR(scores("other"),
               "has no column gX, gY, gZ, which the model was trained on; instead there is mX, mY, mZ");
  write("fewer", {.columns = {0, 1, 2}});
  EXPECT_ERROR(scores("fewer"), "has no column gX, gY, gZ");
}

TEST_F(LoadForModel, says_another_unit) {
  write("milli", {.factor = 1000});
  EXPECT_TRUE(has(notes("milli"),
                  "larger than those that the model was trained on, in every channel, by a factor "
                  "of about 1000, as between g and milli-g"));
  write("kilo", {.factor = 1 / 9.80665});
  EXPECT_TRUE(has(notes("kilo"),
                  "smaller than those that the model was trained on, in every channel, by a factor "
                  "of about 9.81, as between g and m/s2"))
      << notes("kilo");
  write("twice", {.factor = 2});
  EXPECT_EQ(notes("twice"), "");  // somebody else's strength
}

TEST_F(LoadForModel, run_says_what_predict_says) {
  write("milli", {.factor = 1000});
  const std::string file = (folder_ / "milli" / files_[0].path).string();
  const mote::Run run(run_);
  const RanFile ran = run_on_file(run.model(), &run.project(), file);
  ASSERT_EQ(ran.notes.size(), 1u);
  EXPECT_TRUE(has(ran.notes[0], "larger than those that the model was trained on, in every channel"))
      << ran.notes[0];
  EXPECT_EQ(ran.notes, Predictor(find_run_or_model(run_.path)).predict(file).notes);
  EXPECT_EQ(run_on_file(run.model(), &run.project(), (folder_ / "data" / files_[0].path).string()).notes,
            Names());
}

TEST_F(LoadForModel, says_another_rate) {
  Preprocessing model = mote::Run(run_).model().preprocessing;
  model.rate_hz = 119;
  Recordings recordings = load_recordings(project_.data_path, project_.load);
  const auto said = [&](double measured, bool is_resampled) {
    recordings.measured_rate_hz = measured;
    recordings.options.is_resampled = is_resampled;
    recordings.rate_hz = is_resampled ? 119 : measured;
    TrainingComparison comparison;
    comparison.add(recordings);
    const Names notes = comparison.sentences(model);
    return notes.empty() ? std::string() : notes[0];
  };
  EXPECT_TRUE(
      has(said(50, false), "sampled at 50 Hz, the model was trained at 119 Hz, and nothing is resampled"));
  EXPECT_TRUE(has(said(50, true), "were resampled to the 119 Hz"));
  EXPECT_EQ(said(119, false), "");
  EXPECT_EQ(said(0, false), "");
  model.rate_hz = 0;
  EXPECT_EQ(said(50, false), "");
}

TEST_F(LoadForModel, a_model_that_does_not_know_its_ranges_compares_none) {
  Model old = mote::Run(run_).model();
  old.preprocessing.channel_ranges.clear();
  write("milli", {.factor = 1000});
  Names notes;
  load_for_model(AnyModel(old), options_for(&project_), (folder_ / "milli").string(), true, notes);
  EXPECT_TRUE(notes.empty());
}

TEST_F(LoadForModel, a_dump_is_of_the_recordings_that_are_given) {
  quantize_run(run_);
  write("half", {.factor = 0.5});
  const std::string target = (folder_ / "dump").string();
  scores("half", target);
  Names notes;
  const Dataset windows = load_for_model(AnyModel(mote::Run(run_).model()), options_for(&project_),
                                         (folder_ / "half").string(), true, notes)
                              .all();
  const std::string bytes = read_file(fs::path(target) / "windows.f32");
  ASSERT_EQ(bytes.size(), windows.values.size() * sizeof(float));
  EXPECT_EQ(std::memcmp(bytes.data(), windows.values.data(), bytes.size()), 0);
  EXPECT_TRUE(has(read_file(fs::path(target) / "classes.csv"), "half/"));
}

// quantize --data, explain --data and --resplit come through the same door as evaluate --data.
TEST_F(LoadForModel, is_the_door_of_quantize_and_explain_too) {
  write("swapped", {.columns = {5, 3, 4, 2, 1, 0}});
  write("milli", {.factor = 1000});
  write("other", {.header = "aX,aY,aZ,mX,mY,mZ"});
  const auto on = [&](const std::string &data) { return JudgedOn{.data = (folder_ / data).string()}; };
  const auto said = [](const Names &notes, const std::string &part) {
    return std::any_of(notes.begin(), notes.end(), [&](const std::string &n) { return has(n, part); });
  };
  const RunData own = load_run_data(run_, on("data")), swapped = load_run_data(run_, on("swapped"));
  EXPECT_EQ(own.notes.size(), 1u);  // that it is a new split
  EXPECT_EQ(swapped.splits.parts, own.splits.parts);
  EXPECT_TRUE(std::equal(own.splits.train.values.begin(), own.splits.train.values.end(),
                         swapped.splits.train.values.begin()));
  EXPECT_FALSE(swapped.is_own);
  const std::string milli = "by a factor of about 1000, as between g and milli-g";
  QuantizeRequest request;
  request.on = on("swapped");
  EXPECT_TRUE(said(quantize_run(run_, request).notes, "are taken by name"));
  request.on = on("milli");
  EXPECT_TRUE(said(quantize_run(run_, request).notes, milli));
  EXPECT_TRUE(said(explain_run(run_, false, on("milli")).notes, milli));
  request.on = on("other");
  EXPECT_ERROR(quantize_run(run_, request), "has no column gX, gY, gZ");
  EXPECT_ERROR(explain_run(run_, false, on("other")), "has no column gX, gY, gZ");
  // what lies in the data folder now is in another unit
  fs::rename(folder_ / "data", folder_ / "before");
  fs::rename(folder_ / "milli", folder_ / "data");
  request.on = {.is_resplit = true};
  EXPECT_TRUE(said(quantize_run(run_, request).notes, milli));
  EXPECT_TRUE(said(evaluate_run(run_, {.precision = "float", .on = {.is_resplit = true}}).notes, milli));
}

TEST_F(LoadForModel, some_of_the_classes_keep_their_outputs_and_others_are_refused) {
  write("two", {});
  for (const std::string person : {"person_1", "person_2"}) fs::remove(folder_ / "two" / person / "flex.csv");
  const RunData two = load_run_data(run_, {.data = (folder_ / "two").string()});
  const mote::Run run(run_);
  EXPECT_EQ(two.splits.test.labels, run.model().labels);
  EXPECT_GT(evaluate(run.model(), two.splits.test).accuracy,
            0.6);  // half, if one class took the place of another
  for (const std::string person : {"person_1", "person_2"})
    fs::rename(folder_ / "two" / person / "idle.csv", folder_ / "two" / person / "jump.csv");
  EXPECT_ERROR(load_run_data(run_, {.data = (folder_ / "two").string()}), "has recordings of class 'jump'");
}

// Two of three classes are the same recordings, so that one of them cannot be found.
TEST(NeverFound, a_class_that_is_never_answered_is_named_with_its_windows) {
  const test::TempFolder folder;
  Random random(3);
  const auto write = [&](const std::string &label, double level, int recordings) {
    std::string csv = "x,y\n";
    for (int r = 0; r < recordings; ++r) {
      if (r > 0) csv += "\n";
      for (int t = 0; t < 10; ++t)
        csv += fmt::format("{:.4f},{:.4f}\n", level + 0.1 * random.normal(), random.normal());
    }
    write_file(folder / ("data/" + label + ".csv"), csv);
  };
  fs::create_directories(folder / "data");
  write("common", 0, 60);
  write("rare", 0, 6);
  write("other", 3, 40);
  const std::string toml = R"(name = "n"
[data]
path = "data"
window = 10
rate_hz = 10
[split]
train = 0.5
val = {}
test = {}
[model]
layers = [ {{ type = "flatten" }}, {{ type = "dense", units = "classes", activation = "softmax" }} ]
[train]
epochs = 30
batch = 8
)";
  write_file(folder / "mote.toml", fmt::format(fmt::runtime(toml), 0.5, 0));
  const RunSummary validated = train_run(read_project(folder.text()));
  EXPECT_EQ(validated.never_found, Names{"class 'rare' is never found: 0 of 3 validation windows"});
  EXPECT_EQ(validated.history.at("never_found"), validated.never_found);
  ASSERT_TRUE(validated.val_int8);
  write_file(folder / "mote.toml", fmt::format(fmt::runtime(toml), 0, 0.5));
  const RunSummary trained = train_run(read_project(folder.text()));
  EXPECT_EQ(trained.never_found, Names{"class 'rare' is never found: 0 of 3 training windows"});
  EXPECT_FALSE(trained.val_int8);
  EXPECT_EQ(trained.why_no_int8, "there are no validation windows");
  EXPECT_EQ(trained.history.at("int8").at("why_not"), trained.why_no_int8);
}

// The same recordings in any unit: one outcome. Measured before: a photocurrent in ampere 33 %, in 10 nA 83
// %.
TEST(Units, do_not_matter) {
  const test::TempFolder folder;
  StagedFolder staged(folder / "data");
  for (const SynthFile &f : synth_gestures({.seed = 3, .persons = 2, .recordings = 6}))
    staged.write(f.path, f.content);
  staged.commit();
  struct Outcome {
    std::string weights;  // of the int8 model
    Parts parts;
    size_t findings = 0;
    double real = 0, integer = 0;
  };
  const auto outcome = [&](float factor) {
    Recordings set = load_recordings((folder / "data").string(), {.window = 60, .stride = 60});
    for (Recording &r : set.items)
      for (float &v : r.values) v *= factor;
    const Splits splits = set.split({.seed = 7});
    Model model = sequential("units", {60, 6}, {Flatten{}, Dense{8, relu}, Dense{splits.classes()}});
    const TrainedRun run =
        train(model, splits, {.epochs = 8, .batch = 8, .optimizer = Adam{3e-3f}, .seed = 7});
    const IntegerProgram q = quantize(run.model, {.calibrate_on = splits.train});
    Outcome o{"", splits.parts, lint(set).size(), evaluate(run.model, splits.test).accuracy,
              evaluate(q, splits.test).accuracy};
    for (const ProgramTensor &t : q.tensors) o.weights.append(t.data.begin(), t.data.end());
    if (factor < 1e-6f) {
      ExportCOptions options;
      options.golden_from = &splits.test;
      const std::string c = (folder / fmt::format("c{:g}", factor)).string();
      export_c(q, c, options);
      EXPECT_TRUE(has(verify_c(c), "golden vectors equal")) << factor;
    }
    return o;
  };
  const Outcome one = outcome(1);
  EXPECT_GT(one.real, 0.8);
  for (const float factor : {0x1p-40f, 0x1p30f}) {  // exact in every step
    const Outcome o = outcome(factor);
    EXPECT_EQ(o.weights, one.weights) << factor;
    EXPECT_EQ(o.real, one.real);
    EXPECT_EQ(o.integer, one.integer);
    EXPECT_EQ(o.findings, one.findings);
  }
  for (const float factor : {1e-12f, 1e-9f, 1e-3f, 1e3f, 1e9f}) {
    const Outcome o = outcome(factor);
    EXPECT_EQ(o.parts, one.parts) << factor;
    EXPECT_EQ(o.findings, one.findings) << factor;
    EXPECT_EQ(o.real, one.real) << factor;
    EXPECT_EQ(o.integer, one.integer) << factor;
  }
}

}  // namespace
}  // namespace mote
