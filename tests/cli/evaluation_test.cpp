// mote evaluate, run, quantize, explain, summary and report: every figure against another source of it.
#include "base/digest.h"
#include "cli/command.h"
#include "features/preprocessing.h"
#include "report/html_reader.h"

namespace mote {
namespace {

using test::json;
using test::match;
using test::mote_in;
using test::mote_ok;
using test::printed;
using test::Said;
using test::small_project;
using test::values_in;

const std::vector<std::string> kLabels = {"high", "low", "mid"};

struct Window {
  std::string file;
  long line = 0, row = 0;
  int truth = 0, predicted = 0;
};

int class_named(const std::string &label) {
  return static_cast<int>(std::find(kLabels.begin(), kLabels.end(), label) - kLabels.begin());
}

// classes.csv of the dump.
std::vector<Window> dumped_windows() {
  const auto lines = test::lines_of(read_file(small_project().dump() / "classes.csv"));
  EXPECT_EQ(lines[0], "window,source,truth,predicted");
  std::vector<Window> windows;
  for (size_t i = 1; i < lines.size(); ++i) {
    const auto cells = match(lines[i], "^(\\d+),\"([^\"]*?):(\\d+)(?:\\+(\\d+))?\",(\\w+),(\\w+)$");
    EXPECT_EQ(cells[0], std::to_string(i - 1));
    windows.push_back({cells[1], std::stol(cells[2]), cells[3].empty() ? 0 : std::stol(cells[3]),
                       class_named(cells[4]), class_named(cells[5])});
  }
  return windows;
}

// Class by the float model, from its outputs as `mote run` gives them.
std::vector<int> float_classes() {
  test::TempFolder out;
  mote_ok(out.text(), {"run", small_project().in_run("model.mote").string(), "--input",
                       (small_project().dump() / "windows.f32").string(), "--output", "y"});
  const auto y = values_in<float>(out / "y");
  std::vector<int> classes;
  for (size_t i = 0; i < y.size(); i += 3) {
    EXPECT_NEAR(y[i] + y[i + 1] + y[i + 2], 1, 1e-4);
    classes.push_back(static_cast<int>(
        std::max_element(y.begin() + static_cast<long>(i), y.begin() + static_cast<long>(i) + 3) - y.begin() -
        static_cast<long>(i)));
  }
  return classes;
}

std::vector<int> int8_classes() {
  const auto y = values_in<int8_t>(small_project().dump() / "outputs.s8");
  std::vector<int> classes;
  for (size_t i = 0; i < y.size(); i += 3)
    classes.push_back(static_cast<int>(
        std::max_element(y.begin() + static_cast<long>(i), y.begin() + static_cast<long>(i) + 3) - y.begin() -
        static_cast<long>(i)));
  return classes;
}

TEST(CliDump, windows_are_the_rows_of_their_source_and_classes_stand_the_right_way_round) {
  const auto windows = dumped_windows();
  ASSERT_EQ(windows.size(), 72u);
  const auto values = values_in<float>(small_project().dump() / "windows.f32");
  ASSERT_EQ(values.size(), windows.size() * 20);
  std::map<std::string, std::vector<std::string>> files;
  size_t wrong = 0, moved = 0;
  for (size_t i = 0; i < windows.size(); ++i) {
    const Window &w = windows[i];
    const std::string label = fs::path(w.file).stem().string();
    EXPECT_EQ(w.truth, class_named(label)) << "the file says the class";
    auto &lines = files[label];
    if (lines.empty()) lines = test::lines_of(read_file(small_project().data() / (label + ".csv")));
    moved += w.row > 0;
    for (size_t t = 0; t < 10; ++t) {
      float x = 0, y = 0;
      ASSERT_EQ(std::sscanf(lines.at(static_cast<size_t>(w.line + w.row) - 1 + t).c_str(), "%f,%f", &x, &y),
                2);
      EXPECT_EQ(values[20 * i + 2 * t], x);
      EXPECT_EQ(values[20 * i + 2 * t + 1], y);
    }
    wrong += w.truth != w.predicted;
  }
  EXPECT_GT(wrong, 3u);  // else truth and prediction could not be told apart
  EXPECT_EQ(moved, 36u);
  EXPECT_EQ(int8_classes(), [&] {
    std::vector<int> predicted;
    for (const Window &w : windows) predicted.push_back(w.predicted);
    return predicted;
  }());
}

TEST(CliDump, inputs_and_outputs_are_what_the_model_takes_and_gives) {
  const auto program = std::get<IntegerProgram>(load(small_project().in_run("model_int8.mote").string()));
  const InputQuantization f = input_quantization(program.front_end);
  const auto values = values_in<float>(small_project().dump() / "windows.f32");
  const auto inputs = values_in<int8_t>(small_project().dump() / "inputs.s8");
  ASSERT_EQ(inputs.size(), values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    const size_t c = i % f.offset.size();
    const double q =
        (static_cast<double>(values[i]) - static_cast<double>(f.offset[c])) * static_cast<double>(f.gain[c]) +
        f.zero_point;
    EXPECT_NEAR(inputs[i], std::clamp(q, -128.0, 127.0), 0.502);
  }
  const auto outputs = read_file(small_project().dump() / "outputs.s8");
  ASSERT_EQ(outputs.size(), 72u * 3);
  test::TempFolder out;
  const std::string dump = small_project().dump().string();
  const Said raw =
      mote_ok(out.text(), {"run", small_project().run, "--input", dump + "/windows.f32", "--output", "a"});
  EXPECT_EQ(raw.out, "Ran 72 samples; wrote 216 bytes to a.\n");
  EXPECT_EQ(read_file(out / "a"), outputs);
  const json ran = mote_ok(out.text(), {"run", small_project().run, "--int8-input", "--input",
                                        dump + "/inputs.s8", "--output", "b", "--json"})
                       .parsed();
  EXPECT_EQ(ran, json({{"samples", 72}, {"output", "b"}, {"bytes", 216}}));
  EXPECT_EQ(read_file(out / "b"), outputs);
  write_file(out / "odd", std::string(81, 'x'));
  const Said odd = mote_in(out.text(), {"run", small_project().run, "--input", "odd", "--output", "c"});
  EXPECT_EQ(odd.status, 1);
  EXPECT_NE(
      odd.err.find(
          "odd: has 81 bytes, which is not a multiple of the 80 bytes of one sample (float32 sensor values)"),
      std::string::npos)
      << odd.err;
  EXPECT_NE(
      mote_in(out.text(), {"run", small_project().run, "--int8-input", "--input", "odd", "--output", "c"})
          .err.find("20 bytes of one sample"),
      std::string::npos);
  EXPECT_NE(
      mote_in(out.text(), {"run", small_project().in_run("model.mote"), "--input", "odd", "--output", "c"})
          .err.find("80 bytes of one window"),
      std::string::npos);
  EXPECT_FALSE(fs::exists(out / "c"));
}

void expect_scores(const json &e, const std::string &precision, const std::vector<int> &truth,
                   const std::vector<int> &predicted) {
  size_t right = 0;
  std::vector<std::vector<size_t>> confusion(3, std::vector<size_t>(3));
  for (size_t i = 0; i < truth.size(); ++i) {
    right += truth[i] == predicted[i];
    ++confusion[static_cast<size_t>(truth[i])][static_cast<size_t>(predicted[i])];
  }
  EXPECT_EQ(e.at("precision"), precision);
  EXPECT_EQ(e.at("examples"), truth.size());
  EXPECT_EQ(e.at("labels"), kLabels);
  EXPECT_EQ(e.at("confusion"), json(confusion));
  EXPECT_NEAR(e.at("accuracy").get<double>(), static_cast<double>(right) / static_cast<double>(truth.size()),
              1e-12);
  for (size_t k = 0; k < 3; ++k) {
    double said = 0, is = 0;
    for (size_t o = 0; o < 3; ++o) {
      said += static_cast<double>(confusion[o][k]);
      is += static_cast<double>(confusion[k][o]);
    }
    const json &c = e.at("classes").at(kLabels[k]);
    EXPECT_NEAR(c.at("precision").get<double>(), said > 0 ? static_cast<double>(confusion[k][k]) / said : 0,
                1e-12);
    EXPECT_NEAR(c.at("recall").get<double>(), static_cast<double>(confusion[k][k]) / is, 1e-12);
    EXPECT_EQ(c.at("support"), is);
  }
}

std::vector<int> truths() {
  std::vector<int> truth;
  for (const Window &w : dumped_windows()) truth.push_back(w.truth);
  return truth;
}

TEST(CliEvaluate, json_has_the_run_and_the_scores_of_both_models) {
  const json j = mote_ok(small_project().folder(), {"evaluate", "--json"}).parsed();
  EXPECT_EQ(fs::weakly_canonical(small_project().folder() / j.at("run").get<std::string>()),
            fs::weakly_canonical(small_project().run));
  ASSERT_EQ(j.at("evaluations").size(), 2u);
  expect_scores(j.at("evaluations")[0], "float", truths(), float_classes());
  expect_scores(j.at("evaluations")[1], "int8", truths(), int8_classes());
  EXPECT_EQ(small_project().record("evaluation.json"), j.at("evaluations"));
}

TEST(CliEvaluate, text_says_the_scores_and_counts_the_windows_that_change_class) {
  const std::string &text = small_project().evaluate_text.out;
  const auto truth = truths(), by_float = float_classes(), by_int8 = int8_classes();
  size_t changed = 0, right[2] = {};
  for (size_t i = 0; i < truth.size(); ++i) {
    changed += by_float[i] != by_int8[i];
    right[0] += by_float[i] == truth[i];
    right[1] += by_int8[i] == truth[i];
  }
  EXPECT_GT(changed, 0u);
  EXPECT_NE(2 * changed, truth.size());
  EXPECT_TRUE(text.starts_with("Run " + small_project().run + "\n"));
  const auto last =
      match(text, "\nfloat ([\\d.]+) %, int8 ([\\d.]+) %; (\\d+) of (\\d+) windows change class\\.\n$");
  EXPECT_EQ(last[0], printed("%.2f", 100.0 * static_cast<double>(right[0]) / 72));
  EXPECT_EQ(last[1], printed("%.2f", 100.0 * static_cast<double>(right[1]) / 72));
  EXPECT_EQ(last[2], std::to_string(changed));
  EXPECT_EQ(last[3], "72");
  for (int k = 0; k < 2; ++k) {
    const std::string name = k == 0 ? "float" : "int8";
    const Interval wilson = wilson_interval(right[k], 72);
    const auto head = match(text, "\n" + name +
                                      ": accuracy ([\\d.]+) % of (\\d+) windows \\(95 % interval ([\\d.]+) - "
                                      "([\\d.]+) over (\\d+) recordings\\)\n");
    const json ends = small_project().record("evaluation.json").at(static_cast<size_t>(k)).at("interval_95");
    EXPECT_EQ(head, (std::vector<std::string>{printed("%.2f", 100.0 * static_cast<double>(right[k]) / 72),
                                              "72", printed("%.1f", 100 * ends[0].get<double>()),
                                              printed("%.1f", 100 * ends[1].get<double>()), "36"}));
    // two windows of each recording, mostly right or wrong together
    EXPECT_LT(ends[0].get<double>(), wilson.low);
    EXPECT_GT(ends[1].get<double>(), wilson.high);
    const Evaluation e = score(name, kLabels, truth, k == 0 ? by_float : by_int8);
    EXPECT_NE(text.find(e.report() + "\n" + e.confusion_text() + e.worst_pair() + "\n"), std::string::npos);
  }
}

TEST(CliEvaluate, precision_picks_one_and_other_data_are_scored_whole) {
  const auto evaluate = [](std::vector<std::string> more) {
    more.insert(more.begin(), {"evaluate", small_project().run, "--json"});
    return mote_ok(small_project().folder(), more).parsed().at("evaluations");
  };
  const json before = small_project().record("evaluation.json");
  for (const char *precision : {"float", "int8"}) {
    const json list = evaluate({"--precision", precision});
    ASSERT_EQ(list.size(), 1u);
    EXPECT_EQ(list[0], before[precision == std::string("float") ? 0 : 1]);
    const std::string text =
        mote_ok(small_project().folder(), {"evaluate", small_project().run, "--precision", precision}).out;
    EXPECT_EQ(text.find("change class"), std::string::npos);
    EXPECT_EQ(text.find("There is no int8 model"), std::string::npos);
  }
  const json all = evaluate({"--data", small_project().data().string()});
  EXPECT_EQ(all[0].at("examples"), 240);
  EXPECT_EQ(small_project().record("evaluation.json"), before) << "other data are not the run's test windows";
  // one class alone: the others have no support, and the order of classes stays that of the model
  test::TempFolder folder;
  fs::create_directories(folder / "d");
  fs::copy(small_project().data() / "low.csv", folder / "d" / "low.csv");
  fs::copy(small_project().data() / "mid.csv", folder / "d" / "mid.csv");
  const json two = evaluate({"--data", (folder / "d").string()});
  EXPECT_EQ(two[0].at("labels"), kLabels);
  EXPECT_EQ(two[0].at("classes").at("high").at("support"), 0);
  EXPECT_EQ(two[0].at("classes").at("low").at("support"), 80);
  EXPECT_EQ(two[0].at("confusion")[1], all[0].at("confusion")[1]);
  fs::copy(small_project().data() / "mid.csv", folder / "d" / "odd.csv");
  // one that the model does not know is counted apart
  const Said odd = mote_ok(folder.text(), {"evaluate", small_project().run, "--data", "d", "--json"});
  const json judged = odd.parsed();
  EXPECT_EQ(judged.at("evaluations"), two);
  EXPECT_EQ(judged.at("unknown").at(0).at("label"), "odd");
  EXPECT_EQ(judged.at("unknown").at(0).at("windows"), 80);
}

TEST(CliEvaluate, a_run_without_an_int8_model_says_how_to_make_one) {
  test::TempFolder folder;
  small_project().copy_to(folder / "p");
  fs::remove((*fs::directory_iterator(folder / "p" / "runs")).path() / "model_int8.mote");
  const Said said = mote_ok(folder / "p", {"evaluate"});
  EXPECT_NE(said.out.find("There is no int8 model yet; `mote quantize` makes one."), std::string::npos);
  EXPECT_EQ(mote_ok(folder / "p", {"evaluate", "--json"}).parsed().at("evaluations").size(), 1u);
}

TEST(CliQuantize, says_the_program_that_it_wrote) {
  const auto program = std::get<IntegerProgram>(load(small_project().in_run("model_int8.mote").string()));
  EXPECT_TRUE(small_project().quantize_text.out.starts_with(program_text(program)));
  EXPECT_NE(small_project().quantize_text.out.find("Wrote " + small_project().run + "/model_int8.mote."),
            std::string::npos);
  test::TempFolder folder;
  small_project().copy_to(folder / "p");
  const fs::path run = (*fs::directory_iterator(folder / "p" / "runs")).path();
  const Said said = mote_ok(folder / "p", {"quantize", run.string(), "--examples", "9", "--calibrate-on",
                                           "val", "--json", "--dense", "per-tensor", "--calibration",
                                           "percentile", "--percentile", "99", "--bias-correction"});
  const json j = said.parsed();
  EXPECT_EQ(j.at("run"), run.string());
  EXPECT_EQ(j.at("model"), run.string() + "/model_int8.mote");
  EXPECT_EQ(j.at("program"), program_json(std::get<IntegerProgram>(load(j.at("model").get<std::string>()))));
  EXPECT_FALSE(j.contains("val_accuracy"));
  const json record = json::parse(read_file(run / "quantize.json"));
  EXPECT_EQ(record.at("method"), "ptq");
  EXPECT_EQ(record.at("calibrate_on"), "val");
  EXPECT_EQ(record.at("settings").at("examples"), 9);
  EXPECT_EQ(record.at("settings").at("dense"), "per-tensor");
  EXPECT_EQ(record.at("settings").at("calibration"), "percentile");
  EXPECT_EQ(record.at("settings").at("percentile"), 99);
  EXPECT_EQ(record.at("settings").at("bias_correction"), true);
  EXPECT_EQ(record.at("settings").at("equalize"), false);
  EXPECT_EQ(record.at("settings").at("ranges").at("hidden").size(), 2u);  // mote.toml's
  EXPECT_EQ(record.at("findings"), j.at("warnings"));
  ASSERT_FALSE(j.at("warnings").empty());  // nine windows are few
  std::string warnings;
  for (const std::string finding : j.at("warnings")) warnings += "warning: " + finding + ".\n";
  EXPECT_EQ(said.err, warnings);
}

TEST(CliQuantize, aware_training_says_the_accuracy_of_what_it_wrote) {
  test::TempFolder folder;
  small_project().copy_to(folder / "p");
  const fs::path run = (*fs::directory_iterator(folder / "p" / "runs")).path();
  const Said text = mote_ok(folder / "p", {"quantize", "--method", "qat", "--epochs", "2", "--quiet"});
  const Splits splits = splits_of(find_run(run.string()));
  const auto program = std::get<IntegerProgram>(load((run / "model_int8.mote").string()));
  const Evaluation e = evaluate(program, splits.val);
  EXPECT_EQ(match(text.out, "Validation of the int8 model: accuracy ([\\d.]+) %\\.")[0],
            printed("%.2f", 100 * e.accuracy));
  const json record = json::parse(read_file(run / "quantize.json"));
  EXPECT_EQ(record.at("method"), "qat");
  ASSERT_EQ(record.at("history").at("epochs").size(), 2u);
  EXPECT_NEAR(record.at("history").at("epochs")[1].at("val_accuracy").get<double>(), e.accuracy, 1e-9);
}

TEST(CliExplain, counts_what_the_models_do_on_validation_windows) {
  test::TempFolder folder;
  small_project().copy_to(folder / "p");
  const fs::path run = (*fs::directory_iterator(folder / "p" / "runs")).path();
  // a range so narrow that some windows change their class
  for (const fs::path &file : {folder / "p" / "mote.toml", run / "mote.toml"}) {
    std::string toml = read_file(file);
    const std::string wide = "hidden = [0, 1.2]";
    const size_t at = toml.find(wide);
    ASSERT_NE(at, std::string::npos) << file;
    write_file(file, toml.replace(at, wide.size(), "hidden = [0, 0.1]"));
  }
  mote_ok(folder / "p", {"quantize", run.string()});
  const Said text = mote_ok(folder / "p", {"explain", run.string(), "--no-remedies"});
  const json j = mote_ok(folder / "p", {"explain", run.string(), "--no-remedies", "--json"}).parsed();
  json record = json::parse(read_file(run / "explain.json"));
  EXPECT_EQ(j.at("run"), run.string());
  EXPECT_EQ(j.at("picture"), run.string() + "/explain.png");
  record["run"] = j.at("run");
  record["picture"] = j.at("picture");
  EXPECT_EQ(record, j);
  EXPECT_TRUE(j.at("remedies").empty());
  const Splits splits = splits_of(find_run(run.string()));
  const Evaluation f = evaluate(std::get<Model>(load((run / "model.mote").string())), splits.val),
                   q = evaluate(std::get<IntegerProgram>(load((run / "model_int8.mote").string())),
                                splits.val);
  EXPECT_EQ(j.at("scored"), 72);
  EXPECT_NEAR(j.at("float_accuracy").get<double>(), f.accuracy, 1e-12);
  EXPECT_NEAR(j.at("int8_accuracy").get<double>(), q.accuracy, 1e-12);
  json flips = json::array();
  for (size_t i = 0; i < f.truth.size(); ++i)
    if (f.predicted[i] != q.predicted[i])
      // as seen from the folder in which explain ran
      flips.push_back({{"source", splits.val.sources[i].text().substr((folder / "p/").string().size())},
                       {"truth", kLabels[static_cast<size_t>(f.truth[i])]},
                       {"float", kLabels[static_cast<size_t>(f.predicted[i])]},
                       {"int8", kLabels[static_cast<size_t>(q.predicted[i])]}});
  EXPECT_FALSE(flips.empty());
  // in the order in which explain took its windows, class by class
  json listed = j.at("flips");
  std::sort(listed.begin(), listed.end());
  std::sort(flips.begin(), flips.end());
  EXPECT_EQ(listed, flips);
  EXPECT_NE(text.out.find("Wrote " + run.string() + "/explain.png and explain.json"), std::string::npos);
  bool is_hidden_there = false;
  for (const json &l : j.at("layers"))
    if (l.at("name") == "hidden") {
      is_hidden_there = true;
      EXPECT_NEAR(l.at("range")[1].get<double>(), 0.1, 0.001);
    }
  EXPECT_TRUE(is_hidden_there);
  EXPECT_EQ(read_file(run / "explain.png").substr(1, 3), "PNG");
}

TEST(CliSummary, text_and_json_have_both_models) {
  const json j = mote_ok(small_project().folder(), {"summary", small_project().run, "--json"}).parsed();
  EXPECT_EQ(j.at("float"), small_project().record("summary.json"));
  const auto program = std::get<IntegerProgram>(load(small_project().in_run("model_int8.mote").string()));
  EXPECT_EQ(j.at("int8"), program_json(program));
  // 6 x 3 x 2 and 6; 48 x 8 and 8; 8 x 3 and 3
  EXPECT_EQ(j.at("float").at("parameters"), 36 + 6 + 384 + 8 + 24 + 3);
  EXPECT_EQ(j.at("float").at("macs"), 8 * 36 + 384 + 24);
  EXPECT_EQ(j.at("int8").at("macs"), 8 * 36 + 384 + 24);
  EXPECT_EQ(j.at("float").at("float32_bytes"), 461 * 4);
  EXPECT_EQ(j.at("float").at("int8_bytes"), 444 + 17 * 4);
  EXPECT_EQ(j.at("int8").at("weight_bytes"), 444 + 17 * 4);
  const std::string text = mote_ok(small_project().folder(), {"summary", small_project().run}).out;
  EXPECT_TRUE(text.starts_with("Model 'small', input (10, 2)\n")) << text;
  EXPECT_NE(text.find("Parameters: 461   MACs: 696"), std::string::npos) << text;
  EXPECT_NE(text.find("\nint8 program\n" + program_text(program)), std::string::npos);
  const std::string file =
      mote_ok(small_project().folder(), {"summary", small_project().in_run("model_int8.mote").string()}).out;
  EXPECT_TRUE(file.starts_with("int8 model 'small'\n" + program_text(program))) << file;
  EXPECT_NE(file.find("Decision of push(): stream: a window every 4 rows (0.20 s), mean of 3; UNKNOWN below"),
            std::string::npos)
      << file;
  EXPECT_EQ(mote_ok(small_project().folder(),
                    {"summary", small_project().in_run("model_int8.mote").string(), "--json"})
                .parsed(),
            program_json(program));
}

TEST(CliReport, page_has_the_figures_of_the_records) {
  const Said said = mote_ok(small_project().folder(), {"report", small_project().run});
  EXPECT_EQ(said.out, "Wrote " + small_project().run + "/report.html.\n");
  const std::string page = read_file(small_project().in_run("report.html"));
  const json evaluations = small_project().record("evaluation.json");
  const auto cards = test::cards_of(page);
  ASSERT_EQ(cards.size(), 7u);
  for (size_t i = 0; i < 2; ++i) {
    const json &e = evaluations[i];
    EXPECT_EQ(cards[i].first, printed("%.1f %%", 100 * e.at("accuracy").get<double>()));
    EXPECT_EQ(cards[i].second,
              e.at("precision").get<std::string>() +
                  printed(" test accuracy (95 %%: %.1f - ", 100 * e.at("interval_95")[0].get<double>()) +
                  printed("%.1f over 36 recordings)", 100 * e.at("interval_95")[1].get<double>()));
  }
  EXPECT_EQ(cards[4].first, "512 bytes");  // 444 weights and 17 biases of 4
  EXPECT_EQ(cards[6].first, "696");
  size_t replays = 0;
  for (const test::HtmlTable &t : test::tables_of(page)) {
    if (t.rows[0].size() != 6 || t.rows[0][1] != "events") continue;
    const json &all = evaluations[replays].at("replay");
    const std::string share =
        printed("%.1f", 100 * all.at("found").get<double>() / all.at("events").get<double>());
    EXPECT_EQ(cards[2 + replays++].first, share + " %");
    EXPECT_EQ(t.rows.back()[1], all.at("events").dump());
    EXPECT_EQ(t.rows.back()[2], all.at("found").dump());
    EXPECT_TRUE(t.rows.back()[5].starts_with(share + " (")) << t.rows.back()[5];
  }
  EXPECT_EQ(replays, 2u);
  size_t tables = 0;
  for (const test::HtmlTable &t : test::tables_of(page)) {
    if (t.rows[0].size() != 5 || t.rows[0][1] != "precision") continue;
    const json &e = evaluations[tables++];
    for (size_t k = 0; k < 3; ++k) {
      const json &c = e.at("classes").at(kLabels[k]);
      EXPECT_EQ(t.rows[k + 1], (std::vector<std::string>{
                                   kLabels[k], printed("%.3f", c.at("precision").get<double>()),
                                   printed("%.3f", c.at("recall").get<double>()),
                                   printed("%.3f", c.at("f1").get<double>()), c.at("support").dump()}));
    }
  }
  EXPECT_EQ(tables, 2u);
  const auto pictures = test::pictures_of(page);
  ASSERT_GE(pictures.size(), 1u);
  EXPECT_EQ(pictures[0].second, read_file(small_project().in_run("history.svg")));
  size_t matrices = 0;
  for (const test::HtmlTable &t : test::tables_of(page)) {
    if (!t.rows[0][0].starts_with("true")) continue;
    const json &confusion = evaluations[matrices++].at("confusion");
    for (size_t r = 0; r < confusion.size(); ++r)
      for (size_t k = 0; k < confusion.size(); ++k) EXPECT_EQ(t.rows[r + 1][k + 1], confusion[r][k].dump());
  }
  EXPECT_EQ(matrices, 2u);
  const std::string signed_by =
      "<!-- of model " + sha256(read_file(small_project().in_run("model_int8.mote"))) + " and data " +
      small_project().record("run.json").at("data_digest").get<std::string>() + " -->\n";
  EXPECT_EQ(
      test::without_ids(read_file(small_project().in_run("confusion.svg"))),
      test::without_ids(draw_confusion(score("int8", kLabels, truths(), int8_classes())).svg) + signed_by);
  EXPECT_NE(test::text_of(page).find("Windows of 10 rows, stride 4, 2 channels at 20 Hz. Split by recording: "
                                     "96 training, 72 validation and 72 test windows."),
            std::string::npos);
  const fs::path run = small_project().run;
  EXPECT_NE(test::text_of(page).find("run " + run.filename().string()), std::string::npos);
  EXPECT_NE(test::text_of(page).find("seed 5"), std::string::npos);
  EXPECT_NE(test::text_of(page).find("hidden = [0, 1.2]"), std::string::npos);
}

}  // namespace
}  // namespace mote
