// The steps of a project without the commands: own windows, what is kept for exports, scores, runs of older
// formats.
//
// Single steps and their refusals have files of their own.
#include "mote/workflow.h"

#include "base/files.h"
#include "base/staged_folder.h"
#include "mote/synth.h"
#include "test_support.h"

namespace mote {
namespace {

// A project that is trained for two epochs and quantized.
class Workflow : public ::testing::Test {
 protected:
  void SetUp() override {
    StagedFolder staged(folder_ / "data");
    for (const SynthFile &f : synth_gestures({.seed = 1, .persons = 2, .recordings = 6}))
      staged.write(f.path, f.content);
    staged.commit();
    write_file(folder_ / "mote.toml", project_toml("gesture", "wave"));
    project_ = read_project(folder_.text());
    project_.train.epochs = 2;
    run_ = train_run(project_).folder;
    quantize_run(run_);
  }
  const test::TempFolder folder_;
  Project project_;
  RunFolder run_;
};

TEST_F(Workflow, own_windows_are_those_of_the_training) {
  const RunData data = load_run_data(run_);
  const Splits trained = load_recordings(project_.data_path, project_.load).split(project_.split);
  EXPECT_EQ(data.splits.parts, trained.parts);
  EXPECT_TRUE(std::equal(data.splits.test.values.begin(), data.splits.test.values.end(),
                         trained.test.values.begin()));
  EXPECT_EQ(data.digest, mote::Run(run_).data_digest());
  EXPECT_TRUE(data.notes.empty());
}

TEST_F(Workflow, what_an_export_needs_is_kept_exactly) {
  const RunData data = load_run_data(run_);
  fs::remove_all(folder_ / "data");
  const mote::Run run(run_);
  for (const double kept : {0.0, 0.5, 0.95, 1.0}) {
    const RunExport made = export_options(run, kept);
    EXPECT_EQ(made.options.threshold, choose_threshold(run.integer_model(), data.splits.val, kept));
    EXPECT_EQ(made.golden.size(), data.splits.test.size());
    EXPECT_TRUE(
        std::equal(made.golden.values.begin(), made.golden.values.end(), data.splits.test.values.begin()));
    EXPECT_TRUE(made.notes.empty());
  }
  write_report(run);
}

TEST_F(Workflow, scores_name_the_models_and_the_data_they_are_of) {
  const mote::Run run(run_);
  const RunScores scores = evaluate_run(run);
  EXPECT_EQ(scores.records[0].at("model"), run.digest(run_file::kModel));
  EXPECT_EQ(scores.records[1].at("model"), run.digest(run_file::kIntegerModel));
  EXPECT_EQ(scores.records[1].at("data"), run.data_digest());
  EXPECT_NE(run.text(run_file::kConfusionSvg).find(run.digest(run_file::kIntegerModel)), std::string::npos);
}

TEST_F(Workflow, a_run_of_format_1_is_judged_with_a_sentence) {
  const fs::path file = fs::path(run_.path) / run_file::kRecord;
  write_file(file,
             R"({"name": "wave", "kind": "training", "created": "then", "seed": 7, "data": "/nowhere"})");
  const RunScores scores = evaluate_run(run_);
  ASSERT_EQ(scores.notes.size(), 1u);
  EXPECT_NE(scores.notes[0].find("does not say which recordings it was trained on"), std::string::npos);
}

TEST_F(Workflow, a_training_from_a_run_begins_with_its_weights) {
  const mote::Run from(run_);
  Project next = project_;
  next.train.epochs = 1;
  next.train.optimizer = Sgd{1e-9f};
  const RunSummary s = train_run(next, &from);
  ASSERT_EQ(s.trained.model.graph.params.size(), from.model().graph.params.size());
  for (size_t i = 0; i < s.trained.model.graph.params.size(); ++i)
    for (size_t k = 0; k < s.trained.model.graph.params[i].data.size(); ++k)
      EXPECT_NEAR(s.trained.model.graph.params[i].data[k], from.model().graph.params[i].data[k], 1e-4);
  EXPECT_EQ(mote::Run(s.folder).json(run_file::kRecord).at("parent_model"), from.digest(run_file::kModel));
  next.layers = {{"flatten", {}}, {"dense", {{"units", std::string("classes")}}}};
  EXPECT_ERROR(train_run(next, &from), "its weights do not fit");
}

}  // namespace
}  // namespace mote
