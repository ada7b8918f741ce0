// A report as a whole: from recordings to one page whose text is escaped and whose absent parts are left out.
//
// Pictures, records and the page's parts have files of their own.
#include "mote/report.h"
#include "base/files.h"
#include "base/staged_folder.h"
#include "report/html.h"
#include "test_support.h"

namespace mote {
namespace {

TEST(Plot, pictures_are_png_and_svg_for_any_history) {
  for (size_t epochs : {1u, 2u, 500u}) {
    std::vector<EpochRecord> history;
    for (size_t n = 1; n <= epochs; ++n)
      history.push_back({static_cast<int>(n), 1.0 / static_cast<double>(n), 0.5, 1.1, 0.5, 0.1, 0});
    const Picture p = draw_history(history, 1);
    EXPECT_EQ(p.png.substr(1, 3), "PNG");
    EXPECT_NE(p.svg.find("<svg"), std::string::npos);
  }
  const Picture p = draw_confusion(score("int8", {"a <b>", "c"}, {0, 1, 1}, {0, 1, 0}));
  EXPECT_EQ(p.png.substr(1, 3), "PNG");
}

TEST(Records, history_survives_json) {
  TrainedRun run;
  run.history = {{1, 0.5, 0.6, 0.7, 0.8, 0.001, 0.1}};
  EXPECT_EQ(history_from(history_json(run))[0].val_accuracy, 0.8);
}

TEST(Html, text_is_escaped_and_absent_parts_are_left_out) {
  ReportInput in;
  in.title = "<script>alert(1)</script>";
  in.run = "r";
  in.created = "now";
  in.seed = "7";
  const std::string page = html_report(in);
  EXPECT_EQ(page.find("<script>"), std::string::npos);
  EXPECT_EQ(page.find("Evaluation on"), std::string::npos);
  EXPECT_EQ(page.find("http"), std::string::npos);  // self-contained
}

// A project as the library sees it: every step, then the files of the run.
TEST(Workflow, a_project_goes_from_recordings_to_a_report) {
  test::TempFolder folder;
  StagedFolder staged(folder / "data");
  for (const SynthFile &f : synth_gestures({.seed = 1, .persons = 2, .recordings = 6}))
    staged.write(f.path, f.content);
  staged.commit();
  write_file(folder / "mote.toml", project_toml("gesture", "wave"));
  Project project = read_project(folder.text());
  project.train.epochs = 4;
  const RunSummary run = train_run(project);
  EXPECT_EQ(run.splits.test.size() + run.splits.val.size() + run.splits.train.size(), 36u);
  EXPECT_ERROR(mote::Run(run.folder).integer_model(), "run `mote quantize` first");
  quantize_run(run.folder, {});
  EXPECT_EQ(evaluate_run(run.folder).evaluations.size(), 2u);
  EXPECT_EQ(evaluate_run(run.folder, {"int8", {(folder / "data").string()}}).evaluations[0].truth.size(),
            36u);
  for (const char *file :
       {"mote.toml", "run.json", "data.json", "summary.json", "history.json", "history.png", "history.svg",
        "model.mote", "model_int8.mote", "evaluation.json", "confusion.png"})
    EXPECT_TRUE(fs::exists(fs::path(run.folder.path) / file)) << file;
  const std::string page = read_file(write_report(run.folder));
  for (const char *part : {"On the device", "multiply-adds", "Configuration", "data:image/svg+xml"})
    EXPECT_NE(page.find(part), std::string::npos) << part;
  EXPECT_EQ(find_run("", folder.text()).path, run.folder.path);
}

}  // namespace
}  // namespace mote
