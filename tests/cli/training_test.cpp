// mote train, with and without folds: what is said, the records and the progress tell the same.
#include "cli/command.h"

namespace mote {
namespace {

using test::json;
using test::match;
using test::mote_in;
using test::mote_ok;
using test::printed;
using test::Said;
using test::small_project;

TEST(CliTrain, says_what_the_records_of_the_run_hold) {
  const std::string &text = small_project().train_text.out;
  const json history = small_project().record("history.json"), data = small_project().record("data.json"),
             run = small_project().record("run.json");
  const auto counts =
      match(text,
            "Trained on (\\d+) windows, (\\d+) for validation, (\\d+) for test\\. Kept epoch (\\d+) "
            "of (\\d+): validation accuracy ([\\d.]+) % \\(int8: ([\\d.]+) %\\)\\.");
  const json &split = data.at("split");
  EXPECT_EQ(counts[0], split.at("train").dump());
  EXPECT_EQ(counts[1], split.at("val").dump());
  EXPECT_EQ(counts[2], split.at("test").dump());
  EXPECT_EQ(split.at("train").get<int>() + split.at("val").get<int>() + split.at("test").get<int>(), 240);
  EXPECT_EQ(split.at("train").get<int>(), 96);  // 0.4, 0.3, 0.3 of 40 recordings of each class
  EXPECT_EQ(split.at("val").get<int>(), 72);
  const json &epochs = history.at("epochs");
  EXPECT_EQ(epochs.size(), 20u);
  EXPECT_EQ(counts[3], history.at("best_epoch").dump());
  EXPECT_EQ(counts[3],
            "20");  // without early stopping the weights of the last epoch, be they the best or not
  EXPECT_EQ(counts[4], "20");
  const json &kept = epochs.at(std::stoul(counts[3]) - 1);
  EXPECT_EQ(kept.at("epoch"), history.at("best_epoch"));
  EXPECT_EQ(counts[5], printed("%.1f", 100 * kept.at("val_accuracy").get<double>()));
  EXPECT_EQ(counts[6], printed("%.1f", 100 * history.at("int8").at("val_accuracy").get<double>()));
  EXPECT_EQ(fs::path(match(text, "Wrote (\\S+)\n")[0]).filename(), fs::path(small_project().run).filename());
  EXPECT_EQ(run.at("name"), "small");
  EXPECT_EQ(run.at("kind"), "training");
  EXPECT_EQ(run.at("seed"), 5);
  // the file of figures has the same ones
  const auto rows = test::lines_of(read_file(small_project().in_run("history.csv")));
  ASSERT_EQ(rows.size(), 21u);
  EXPECT_EQ(rows[0], "epoch,loss,accuracy,val_loss,val_accuracy,learning_rate,seconds");
  for (size_t i = 0; i < 20; ++i) {
    double v[7];
    ASSERT_EQ(std::sscanf(rows[i + 1].c_str(), "%lf,%lf,%lf,%lf,%lf,%lf,%lf", v, v + 1, v + 2, v + 3, v + 4,
                          v + 5, v + 6),
              7);
    const char *names[] = {"epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate"};
    for (size_t k = 0; k < 6; ++k) EXPECT_DOUBLE_EQ(v[k], epochs[i].at(names[k]).get<double>()) << names[k];
  }
}

TEST(CliTrain, says_the_accuracy_of_the_test_windows_with_its_interval) {
  const auto said = match(small_project().train_text.out,
                          "Test accuracy \\(float\\): ([\\d.]+) % \\((\\d+) windows; 95 % interval ([\\d.]+) "
                          "- ([\\d.]+) over 36 recordings\\)\\.");
  // the float model is that of the first record of the evaluation
  const json e = small_project().record("evaluation.json").at(0);
  size_t right = 0, all = 0;
  for (size_t t = 0; t < 3; ++t)
    for (size_t p = 0; p < 3; ++p) {
      const auto n = e.at("confusion")[t][p].get<size_t>();
      all += n;
      right += t == p ? n : 0;
    }
  EXPECT_EQ(said[0], printed("%.1f", 100.0 * static_cast<double>(right) / static_cast<double>(all)));
  EXPECT_EQ(said[1], std::to_string(all));
  const Interval wilson = wilson_interval(right, all);
  const json ends = e.at("interval_95");
  EXPECT_EQ(said[2], printed("%.1f", 100 * ends[0].get<double>()));
  EXPECT_EQ(said[3], printed("%.1f", 100 * ends[1].get<double>()));
  EXPECT_LT(ends[0].get<double>(), wilson.low);  // windows of one recording go together
  EXPECT_EQ(e.at("interval").at("over"), "recording");
  EXPECT_EQ(e.at("interval").at("groups"), 36);
}

TEST(CliTrain, progress_in_a_pipe_is_a_line_now_and_then) {
  const json epochs = small_project().record("history.json").at("epochs");
  const auto lines = test::lines_of(small_project().train_text.err);
  ASSERT_EQ(lines.size(), 11u);  // the first, and every tenth part of the 20
  const int shown[] = {1, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20};
  for (size_t i = 0; i < lines.size(); ++i) {
    int epoch = 0, of = 0;
    double loss = 0, accuracy = 0, val_loss = 0, val_accuracy = 0, left = -1;
    ASSERT_EQ(
        std::sscanf(lines[i].c_str(),
                    "epoch %d/%d  loss %lf  accuracy %lf %%  val loss %lf  val accuracy %lf %%  %lf s left",
                    &epoch, &of, &loss, &accuracy, &val_loss, &val_accuracy, &left),
        i + 1 == lines.size() ? 6 : 7)  // at the end nothing is left
        << lines[i];
    EXPECT_EQ(epoch, shown[i]);
    EXPECT_EQ(of, 20);
    const json &e = epochs[static_cast<size_t>(epoch) - 1];
    EXPECT_NEAR(loss, e.at("loss").get<double>(), 6e-5);
    EXPECT_NEAR(accuracy, 100 * e.at("accuracy").get<double>(), 0.06);
    EXPECT_NEAR(val_loss, e.at("val_loss").get<double>(), 6e-5);
    EXPECT_NEAR(val_accuracy, 100 * e.at("val_accuracy").get<double>(), 0.06);
    EXPECT_EQ(left < 0, i + 1 == lines.size());
  }
  EXPECT_TRUE(lines.back().ends_with(" %"));
}

TEST(CliTrain, json_is_the_record_and_options_go_before_the_file) {
  test::TempFolder folder;
  small_project().copy_to(folder / "p");
  fs::remove_all(folder / "p" / "runs");
  const Said said =
      mote_ok(folder / "p", {"train", "--json", "--quiet", "--seed", "9", "--epochs", "3", "--profile"});
  EXPECT_EQ(said.err, "");
  const json j = said.parsed();
  const fs::path run = folder / "p" / j.at("run").get<std::string>();
  const json history = json::parse(read_file(run / "history.json")),
             data = json::parse(read_file(run / "data.json"));
  for (const char *key : {"epochs", "best_epoch", "stopped_early", "judgement"})
    EXPECT_EQ(j.at(key), history.at(key));
  EXPECT_EQ(j.at("epochs").size(), 3u);
  EXPECT_EQ(j.at("windows"), data.at("split"));
  EXPECT_EQ(j.at("test"), json::parse(read_file(run / "evaluation.json")).at(0));
  EXPECT_EQ(json::parse(read_file(run / "run.json")).at("seed"), 9);
  EXPECT_EQ(j.at("profile").at("threads"), 1);
  EXPECT_EQ(j.at("profile").at("steps"), 3 * 12);  // 96 windows in batches of 8
  const json other =
      mote_ok(folder / "p", {"train", "--json", "--seed", "9", "--epochs", "3", "--quiet"}).parsed();
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(other.at("epochs")[i].at("loss"), j.at("epochs")[i].at("loss"));
  EXPECT_FALSE(other.contains("profile"));
  const Said quiet = mote_ok(folder / "p", {"train", "--quiet", "--epochs", "1"});
  EXPECT_EQ(quiet.err, "");
  EXPECT_NE(quiet.out.find("Kept epoch 1 of 1:"), std::string::npos);
}

TEST(CliTrain, folds_score_every_window_once_and_add_up) {
  test::TempFolder folder;
  small_project().copy_to(folder / "p");
  const Said text = mote_ok(folder / "p", {"train", "--folds", "3", "--epochs", "4"});
  const json j = mote_ok(folder / "p", {"train", "--folds", "3", "--epochs", "4", "--json"}).parsed();
  EXPECT_NE(text.out.find("Cross-validation: 3 trainings."), std::string::npos);
  ASSERT_EQ(j.at("folds").size(), 3u);
  size_t examples = 0, by_float = 0, by_int8 = 0;
  double by_means = 0;
  for (const json &f : j.at("folds")) {
    ASSERT_EQ(f.at("baseline").back().at("part"), "test");
    by_means += f.at("baseline").back().at("nearest_mean").get<double>() * f.at("examples").get<double>();
    const auto n = f.at("examples").get<size_t>(), x = f.at("correct_float").get<size_t>(),
               q = f.at("correct_int8").get<size_t>();
    examples += n;
    by_float += x;
    by_int8 += q;
    bool is_said = false;
    for (const std::string &line : test::lines_of(text.out)) {
      if (!line.starts_with(f.at("name").get<std::string>() + " ")) continue;
      is_said = true;
      const auto words = test::words_of(line.substr(f.at("name").get<std::string>().size()));
      EXPECT_EQ(words, (std::vector<std::string>{
                           std::to_string(n),
                           printed("%.1f", 100.0 * static_cast<double>(x) / static_cast<double>(n)), "%",
                           printed("%.1f", 100.0 * static_cast<double>(q) / static_cast<double>(n)), "%"}));
    }
    EXPECT_TRUE(is_said) << f;
  }
  EXPECT_EQ(examples, 240u);
  EXPECT_NE(text.out.find(printed("Without a network, on the same windows: nearest class mean %.1f %%",
                                  100 * by_means / 240)),
            std::string::npos)
      << text.out;
  EXPECT_NE(by_float, by_int8);  // else the columns could not be told apart
  for (const auto &[key, right] : {std::pair{"float", by_float}, {"int8", by_int8}}) {
    const json &e = j.at(key);
    EXPECT_EQ(e.at("precision"), key);
    EXPECT_EQ(e.at("examples"), 240);
    EXPECT_NEAR(e.at("accuracy").get<double>(), static_cast<double>(right) / 240, 1e-12);
    const json ends = e.at("interval_95");
    EXPECT_LT(ends[0].get<double>(), wilson_interval(right, 240).low);
    EXPECT_NE(text.out.find(std::string(key) +
                            printed(" %.1f %% (240 windows; 95 %% interval ",
                                    100.0 * static_cast<double>(right) / 240) +
                            printed("%.1f - ", 100 * ends[0].get<double>()) +
                            printed("%.1f over 120 recordings)", 100 * ends[1].get<double>())),
              std::string::npos)
        << text.out;
  }
  const auto row = [&](size_t k) {
    std::vector<std::string> cells = {j.at("int8").at("labels")[k]};
    for (const json &n : j.at("int8").at("confusion")[k]) cells.push_back(n.dump());
    return cells;
  };
  for (size_t k = 0; k < 3; ++k) EXPECT_EQ(test::row_of(text.out, row(k)[0]), row(k));
  const fs::path run = folder / "p" / j.at("run").get<std::string>();
  EXPECT_EQ(json::parse(read_file(run / "folds.json")), j.at("folds"));
  EXPECT_EQ(json::parse(read_file(run / "evaluation.json")), json::array({j.at("float"), j.at("int8")}));
  EXPECT_EQ(json::parse(read_file(run / "run.json")).at("kind"), "cross-validation");
  const json parts = json::parse(read_file(run / "run.json")).at("fold_parts");
  ASSERT_EQ(parts.size(), 3u);
  for (size_t i = 0; i < 3 * test::SmallProject::kPerClass; ++i) {  // each recording is held out once
    size_t held_out = 0;
    for (const std::string fold : parts) held_out += fold.at(i) == 'x';
    EXPECT_EQ(held_out, 1u);
  }
}

// What is odd about the data is said before every kind of training, each cause once.
TEST(CliTrain, warnings_come_with_folds_and_when_a_training_goes_on) {
  test::TempFolder folder;
  small_project().copy_to(folder / "p");
  fs::remove_all(folder / "p" / "runs");
  const std::string toml = read_file(folder / "p" / "mote.toml");
  const size_t at = toml.find("train = 0.4"), end = toml.find("[model]");
  write_file(folder / "p" / "mote.toml", toml.substr(0, at) + "train = 0.7\nval = 0\ntest = 0.3\n" +
                                             toml.substr(end) + "[train.early_stopping]\npatience = 5\n");
  const std::string warning =
      "warning: there are no validation windows, so early stopping watches loss of the training windows";
  const auto count = [&](const std::string &text) {
    size_t n = 0;
    for (const std::string &line : test::lines_of(text)) n += line.starts_with(warning);
    return n;
  };
  const Said plain = mote_ok(folder / "p", {"train", "--quiet", "--epochs", "2"});
  EXPECT_EQ(count(plain.err), 1u) << plain.err;
  EXPECT_NE(plain.out.find("No int8 figure: there are no validation windows."), std::string::npos)
      << plain.out;
  const Said folds = mote_ok(folder / "p", {"train", "--quiet", "--folds", "3", "--epochs", "1"});
  EXPECT_EQ(count(folds.err), 1u) << folds.err;
  EXPECT_NE(folds.err.find("(in 3 of 3 folds)"), std::string::npos) << folds.err;
  // one that is stopped in its second epoch
  Project project = read_project((folder / "p").string());
  project.train.epochs = 3;
  project.train.save_seconds = 0;
  struct Stopped {};
  project.train.callbacks.push_back([](const EpochEnd &e) -> bool {
    if (e.record.epoch == 2) throw Stopped{};
    return true;
  });
  EXPECT_THROW(train_run(project), Stopped);
  const Said resumed = mote_ok(folder / "p", {"train", "--quiet", "--resume"});
  EXPECT_EQ(count(resumed.err), 1u) << resumed.err;
}

// A model that is wrong by its recordings scores well: who did not ask `mote data` hears of it beside the
// score.
TEST(CliTrain, says_the_first_of_what_data_says_of_the_recordings) {
  EXPECT_EQ(small_project().train_text.out.find("mote data"), std::string::npos);
  test::TempFolder folder;
  small_project().copy_to(folder / "p");
  const fs::path high = folder / "p" / "data" / "high.csv";
  const std::string rows = read_file(high), first = rows.substr(4, rows.find("\n\n") - 4);
  write_file(high, rows + "\n" + first + "\n");  // its first recording once more
  const Said one = mote_ok(folder / "p", {"train", "--quiet", "--epochs", "1"});
  EXPECT_NE(one.out.find("\nNote: `mote data` says of the recordings: "), std::string::npos) << one.out;
  EXPECT_NE(one.out.find("the same recording as"), std::string::npos) << one.out;
  const Said json_of = mote_ok(folder / "p", {"train", "--quiet", "--json", "--epochs", "1"});
  EXPECT_NE(json::parse(json_of.out).at("data_finding").get<std::string>().find("the same recording as"),
            std::string::npos);
}

}  // namespace
}  // namespace mote
