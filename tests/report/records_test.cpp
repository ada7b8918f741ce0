// Records as JSON, CSV and text: each figure against the value it came from, and the three forms with each
// other.
#include <map>
#include <set>
#include <sstream>

#include "base/files.h"
#include "base/text.h"
#include "report/table_reader.h"
#include "test_support.h"

namespace mote {
namespace {

using nlohmann::json;
using test::read_csv;
using test::words;

std::vector<EpochRecord> two_epochs(bool is_regression) {
  std::vector<EpochRecord> history = {{1, 0.51, 0.62, 0.73, 0.84, 0.001, 0.125},
                                      {2, 0.41, 0.66, 0.7, 0.9, 0.0005, 1.5}};
  if (is_regression)
    for (EpochRecord &e : history) {
      e.is_regression = true;
      e.accuracy = e.val_accuracy = 0;
      e.mae = e.loss / 3;
      e.val_mae = e.val_loss / 5;
    }
  return history;
}

TEST(HistoryRecord, csv_and_json_have_every_figure_under_its_name) {
  for (const bool is_regression : {false, true}) {
    TrainedRun run;
    run.history = two_epochs(is_regression);
    run.best_epoch = 2;
    run.stopped_early = true;
    const auto rows = read_csv(history_csv(run.history));
    const json j = history_json(run);
    ASSERT_EQ(rows.size(), 2u);
    ASSERT_EQ(j.at("epochs").size(), 2u);
    EXPECT_EQ(j.at("best_epoch"), 2);
    EXPECT_EQ(j.at("stopped_early"), true);
    EXPECT_EQ(j.at("judgement"), judge_history(run.history));
    for (size_t i = 0; i < 2; ++i) {
      const EpochRecord &e = run.history[i];
      std::map<std::string, double> expected = {{"epoch", e.epoch},
                                                {"loss", e.loss},
                                                {"val_loss", e.val_loss},
                                                {"learning_rate", e.learning_rate},
                                                {"seconds", e.seconds}};
      if (is_regression) {
        expected["mae"] = e.mae;
        expected["val_mae"] = e.val_mae;
      } else {
        expected["accuracy"] = e.accuracy;
        expected["val_accuracy"] = e.val_accuracy;
      }
      EXPECT_EQ(rows[i], expected);
      EXPECT_EQ(j.at("epochs")[i].get<decltype(expected)>(), expected);
    }
    const std::vector<EpochRecord> again = history_from(j);
    ASSERT_EQ(again.size(), 2u);
    for (size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(again[i].epoch, run.history[i].epoch);
      for (double EpochRecord::*field :
           {&EpochRecord::loss, &EpochRecord::accuracy, &EpochRecord::val_loss, &EpochRecord::val_accuracy,
            &EpochRecord::learning_rate, &EpochRecord::seconds, &EpochRecord::mae, &EpochRecord::val_mae})
        EXPECT_EQ(again[i].*field, run.history[i].*field);
      EXPECT_EQ(again[i].is_regression, is_regression);
    }
  }
}

TEST(HistoryRecord, has_the_range_of_each_layer) {
  TrainedRun run;
  run.history = two_epochs(false);
  run.history[0].ranges = {{"conv", {-0.1f, 3.25f}}, {"dense", {-INFINITY, INFINITY}}};
  run.history[1].ranges = {{"conv", {-0.2f, 7.5f}}, {"dense", {-1, 2}}};
  const json j = history_json(run);
  EXPECT_EQ(j.at("epochs")[0].at("ranges")[0], (json{{"layer", "conv"}, {"min", -0.1f}, {"max", 3.25f}}));
  EXPECT_EQ(j.at("epochs")[0].at("ranges")[1], (json{{"layer", "dense"}, {"min", "-inf"}, {"max", "inf"}}));
  const std::vector<EpochRecord> again = history_from(json::parse(j.dump()));
  for (size_t i = 0; i < 2; ++i) {
    ASSERT_EQ(again[i].ranges.size(), 2u);
    for (size_t l = 0; l < 2; ++l) {
      EXPECT_EQ(again[i].ranges[l].layer, run.history[i].ranges[l].layer);
      EXPECT_EQ(again[i].ranges[l].range.low, run.history[i].ranges[l].range.low);
      EXPECT_EQ(again[i].ranges[l].range.high, run.history[i].ranges[l].range.high);
    }
  }
}

TEST(Callbacks, log_and_checkpoints_are_those_of_each_epoch) {
  const Splits data = test::toy_splits();
  test::TempFolder folder;
  size_t calls = 0;
  std::string last, best;
  double lowest = INFINITY;
  const TrainedRun run =
      train(test::toy_model(), data,
            {.epochs = 6,
             .batch = 8,
             .optimizer = Adam{0.05f},
             .threads = 1,
             .callbacks = {csv_log((folder / "log.csv").string()), checkpoint((folder / "kept").string()),
                           [&](const EpochEnd &end) {
                             ++calls;
                             EXPECT_EQ(read_file(folder / "log.csv"), history_csv(end.history));
                             EXPECT_EQ(end.history.size(), calls);
                             EXPECT_EQ(end.is_best, end.record.val_loss < lowest);
                             const std::string now = format_mote(end.model());
                             if (end.record.val_loss < lowest) {
                               lowest = end.record.val_loss;
                               best = now;
                             }
                             last = now;
                             EXPECT_EQ(read_file(folder / "kept" / "last.mote"), last);
                             EXPECT_EQ(read_file(folder / "kept" / "best.mote"), best);
                             return true;
                           }}});
  EXPECT_EQ(calls, 6u);
  EXPECT_EQ(read_file(folder / "log.csv"), history_csv(run.history));
}

TEST(EvaluationRecord, has_the_scores_under_their_names) {
  const std::vector<int> truth = {0, 0, 0, 0, 1, 1, 2, 2, 2}, predicted = {0, 0, 1, 1, 1, 1, 2, 0, 0};
  const Evaluation e = score("int8", {"a", "b", "c"}, truth, predicted);
  const json j = evaluation_json(e);
  EXPECT_EQ(j.at("precision"), "int8");
  EXPECT_EQ(j.at("examples"), 9);
  EXPECT_DOUBLE_EQ(j.at("accuracy"), 5.0 / 9);
  EXPECT_EQ(j.at("confusion"), json({{2, 2, 0}, {0, 2, 0}, {2, 0, 1}}));
  EXPECT_EQ(j.at("labels"), json({"a", "b", "c"}));
  EXPECT_EQ(j.at("interval_95"), json({wilson_interval(5, 9).low, wilson_interval(5, 9).high}));
  EXPECT_EQ(j.at("worst_pair"), e.worst_pair());
  const auto expect = [](const json &s, double precision, double recall, double f1, size_t support) {
    EXPECT_NEAR(s.at("precision").get<double>(), precision, 1e-12);
    EXPECT_NEAR(s.at("recall").get<double>(), recall, 1e-12);
    EXPECT_NEAR(s.at("f1").get<double>(), f1, 1e-12);
    EXPECT_EQ(s.at("support"), support);
  };
  expect(j.at("classes").at("a"), 0.5, 0.5, 0.5, 4);
  expect(j.at("classes").at("b"), 0.5, 1, 2.0 / 3, 2);
  expect(j.at("classes").at("c"), 1, 1.0 / 3, 0.5, 3);
  expect(j.at("macro_avg"), 2.0 / 3, 11.0 / 18, 5.0 / 9, 9);
  expect(j.at("weighted_avg"), (4 * 0.5 + 2 * 0.5 + 3) / 9, 5.0 / 9, (4 * 0.5 + 2 * 2.0 / 3 + 3 * 0.5) / 9,
         9);
  const json r = evaluation_json(score_values("float", 2, {1, 2}, {1.5, 4}));
  EXPECT_EQ(r, json({{"precision", "float"}, {"examples", 2}, {"mse", 2.125}, {"mae", 1.25}}));
}

TEST(SummaryRecord, counts_what_the_layers_have) {
  const Model model = sequential("net", {20, 3}, {Conv1D{4, 3}, BatchNorm{}, Flatten{}, Dense{5, softmax}});
  const Summary s = summarize(model);
  const json j = summary_json(s);
  // 4 x 3 x 3 and 4; 4 x 4 of which two cannot be trained; none; 18 x 4 x 5 and 5
  const std::vector<size_t> parameters = {40, 16, 0, 365};
  const std::vector<std::vector<int>> shapes = {{18, 4}, {18, 4}, {72}, {5}};
  ASSERT_EQ(j.at("layers").size(), 4u);
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(j.at("layers")[i].at("parameters"), parameters[i]);
    EXPECT_EQ(j.at("layers")[i].at("output"), shapes[i]);
    EXPECT_EQ(j.at("layers")[i].at("name"), s.rows[i].name);
    EXPECT_EQ(j.at("layers")[i].at("type"), s.rows[i].type);
    EXPECT_EQ(j.at("layers")[i].at("macs"), s.rows[i].macs);
  }
  EXPECT_EQ(j.at("layers")[0].at("type"), "Conv1D");
  EXPECT_EQ(j.at("layers")[0].at("macs"), 18 * 4 * 3 * 3);
  EXPECT_EQ(j.at("layers")[3].at("macs"), 72 * 5);
  EXPECT_EQ(j.at("parameters"), 421);
  EXPECT_EQ(j.at("trainable"), 413);
  EXPECT_EQ(j.at("float32_bytes"), 421 * 4);
  uint64_t macs = 0;
  for (const json &l : j.at("layers")) macs += l.at("macs").get<uint64_t>();
  EXPECT_EQ(j.at("macs"), macs);
  EXPECT_EQ(j.at("int8_bytes"), 36 + 360 + 4 * (4 + 5));  // batch normalization is inside; biases are int32
  EXPECT_EQ(j.at("activation_bytes"), s.activation_bytes);

  const std::string text = s.text();
  EXPECT_NE(text.find("Parameters: 421 (413 trainable)   MACs: " + with_commas(static_cast<long long>(macs))),
            std::string::npos);
  EXPECT_NE(text.find("Weights: 1,684 bytes as float32, 432 bytes as int8 (biases int32)"),
            std::string::npos);
  EXPECT_NE(
      text.find("Activations: " + with_commas(static_cast<long long>(s.activation_bytes)) + " bytes as int8"),
      std::string::npos);
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  std::getline(lines, line);
  for (size_t i = 0; i < 4 && std::getline(lines, line); ++i) {
    EXPECT_TRUE(line.starts_with(s.rows[i].name + " (" + s.rows[i].type + ")")) << line;
    std::string shape = "(None";
    for (int d : shapes[i]) shape += ", " + std::to_string(d);
    EXPECT_NE(line.find(shape + ") "), std::string::npos) << line;
    const auto cells = words(line);
    EXPECT_EQ(cells[cells.size() - 2], with_commas(static_cast<long long>(parameters[i])));
    EXPECT_EQ(cells.back(), with_commas(static_cast<long long>(s.rows[i].macs)));
  }
  EXPECT_EQ(text.find("Warning"), std::string::npos);
  EXPECT_NE(summarize(sequential("big", {1000}, {Dense{210}, Dense{2}})).text().find("Warning: 206."),
            std::string::npos);
  EXPECT_EQ(summarize(sequential("big", {1000}, {Dense{200}, Dense{2}})).text().find("Warning"),
            std::string::npos);
}

TEST(ProgramRecord, tells_the_same_as_the_program_in_both_forms) {
  const Splits data = test::toy_splits();
  const IntegerProgram p = quantize(test::toy_run(data, 2).model, {.calibrate_on = data.train});
  const json j = program_json(p);
  const std::string text = program_text(p);
  EXPECT_EQ(j.at("name"), "toy");
  EXPECT_EQ(j.at("labels"), data.train.labels);
  EXPECT_EQ(j.at("has_front_end"), true);
  uint64_t macs = 0;
  size_t weights = 0;
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  std::getline(lines, line);
  ASSERT_EQ(j.at("layers").size(), p.layers.size());
  for (size_t i = 0; i < p.layers.size(); ++i) {
    const json &l = j.at("layers")[i];
    size_t constants = 0;
    for (const int t : p.layers[i].inputs)
      if (t >= 0 && p.tensor(t).is_constant) constants += p.tensor(t).data.size();
    const ProgramTensor &y = p.tensor(p.layers[i].outputs[0]);
    EXPECT_EQ(l.at("name"), p.layers[i].name);
    EXPECT_EQ(l.at("op"), p.layers[i].op);
    EXPECT_EQ(l.at("output"), y.shape.text() + " int8");
    EXPECT_EQ(l.at("weight_bytes"), constants);
    macs += l.at("macs").get<uint64_t>();
    weights += constants;
    std::getline(lines, line);
    EXPECT_TRUE(line.starts_with(p.layers[i].name + " (" + p.layers[i].op + ")")) << line;
    EXPECT_NE(line.find(y.shape.text() + " int8"), std::string::npos) << line;
    const auto cells = words(line);
    EXPECT_EQ(cells[cells.size() - 2], with_commas(l.at("macs").get<long long>()));
    EXPECT_EQ(cells.back(), with_commas(static_cast<long long>(constants)));
  }
  EXPECT_EQ(macs, 18u * 4 * 9 + 36 * 8 + 8 * 3);  // convolution and two dense layers
  EXPECT_EQ(weights, 4u * 9 + 36 * 8 + 8 * 3 + 4 * (4 + 8 + 3));
  EXPECT_EQ(j.at("macs"), macs);
  EXPECT_EQ(j.at("weight_bytes"), weights);
  const MemoryPlan plan = plan_memory(p);
  EXPECT_EQ(j.at("buffer_bytes"), plan.bytes);
  EXPECT_EQ(j.at("buffer_lower_bound"), plan.lower_bound);
  EXPECT_NE(text.find("MACs: " + with_commas(static_cast<long long>(macs)) + "   Weights: " +
                      human_bytes(weights) + "   Activation buffer: " + human_bytes(plan.bytes) +
                      " (planned; set by " + p.layers[static_cast<size_t>(plan.peak_layer)].name + ")"),
            std::string::npos)
      << text;
}

TEST(ProgramRecord, the_first_layer_can_set_the_peak) {
  const Splits data = test::toy_splits();
  const Model model =
      train(sequential("wide", {20, 3}, {Flatten{}, Dense{40, relu}, Dense{3, softmax}}), data, {.epochs = 1})
          .model;
  const IntegerProgram p = quantize(model, {.calibrate_on = data.train});
  IntegerProgram first = p;
  while (plan_memory(first).peak_layer != 0 && first.layers.size() > 1)  // cut off what precedes it
  {
    first.inputs = first.layers[0].outputs;
    first.layers.erase(first.layers.begin());
  }
  ASSERT_EQ(plan_memory(first).peak_layer, 0);
  EXPECT_NE(program_text(first).find("; set by " + first.layers[0].name + ")"), std::string::npos);
}

TEST(ProgramRecord, ports_say_what_their_integers_stand_for) {
  const Splits data = test::toy_splits();
  const IntegerProgram p = quantize(test::toy_run(data, 2).model, {.calibrate_on = data.train});
  const json j = program_json(p);
  const std::string text = program_text(p);
  for (const auto &[key, role, index] :
       {std::tuple{"inputs", "Input", p.inputs[0]}, {"outputs", "Output", p.outputs[0]}}) {
    const ProgramTensor &t = p.tensor(index);
    const json &port = j.at(key)[0];
    EXPECT_EQ(port.at("name"), t.name);
    EXPECT_EQ(port.at("shape"), t.shape.dims());
    EXPECT_EQ(port.at("type"), "int8");
    EXPECT_EQ(port.at("bytes"), t.shape.elements());
    EXPECT_EQ(port.at("scale"), t.quant.scale[0]);
    EXPECT_EQ(port.at("zero_point"), t.quant.zero_point[0]);
    // "Input: (1, 20, 3) int8, value = 0.0123 * (q + 5)": taken at its word it gives what int8 stands for
    const size_t at = text.find(std::string(role) + ": " + t.shape.text() + " int8, value = ");
    ASSERT_NE(at, std::string::npos) << text;
    double scale = 0;
    char sign = 0;
    int zero = 0;
    ASSERT_EQ(std::sscanf(text.c_str() + text.find("value = ", at), "value = %lf * (q %c %d)", &scale, &sign,
                          &zero),
              3);
    EXPECT_NEAR(scale * (100 + (sign == '-' ? -zero : zero)),
                static_cast<double>(t.quant.scale[0]) * (100 - t.quant.zero_point[0]), 1e-3);
  }
  EXPECT_EQ(p.tensor(p.outputs[0]).quant.zero_point[0], -128);
  EXPECT_NE(text.find("(q + 128)"), std::string::npos);
}

TEST(ExplanationRecord, has_every_figure_under_its_name) {
  Explanation e;
  e.scored = 40;
  e.calibrated = 30;
  e.float_accuracy = 0.9;
  e.int8_accuracy = 0.8;
  e.labels = {"a", "b"};
  e.findings = {"so", "and so"};
  ExplainedLayer l;
  l.name = "n";
  l.op = "o";
  l.alone_db = 31.5;
  l.accumulated_db = INFINITY;
  l.range = {-1, 2};
  l.seen = {-0.5f, 3};
  l.usual = 1.5;
  l.values = 1000;
  l.below = 3;
  l.above = 4;
  l.low_source = "x.csv:1";
  l.high_source = "y.csv:2";
  l.activations = {-1, 0.25, {1, 2, 3}};
  e.layers = {l};
  e.flips = {{5, "z.csv:3", 1, 1, 0}};
  e.remedies = {{"what", "--setting", 0.85, 0, 11, -12, 13, 0.5}};
  const json j = explanation_json(e);
  const json layer = {{"name", "n"},
                      {"op", "o"},
                      {"sqnr_alone_db", 31.5},
                      {"sqnr_accumulated_db", "inf"},
                      {"range", {-1.0, 2.0}},
                      {"seen", {-0.5, 3.0}},
                      {"usual", 1.5},
                      {"values", 1000},
                      {"saturated_low", 3},
                      {"saturated_high", 4},
                      {"low_set_by", "x.csv:1"},
                      {"high_set_by", "y.csv:2"},
                      {"activations", {{"low", -1.0}, {"width", 0.25}, {"counts", {1, 2, 3}}}},
                      {"weights", nullptr}};
  EXPECT_EQ(j.at("layers"), json::array({layer}));
  EXPECT_EQ(j.at("flips"),
            json::array({{{"source", "z.csv:3"}, {"truth", "b"}, {"float", "b"}, {"int8", "a"}}}));
  EXPECT_EQ(j.at("remedies"), json::array({{{"what", "what"},
                                            {"setting", "--setting"},
                                            {"accuracy", 0.85},
                                            {"weight_bytes", 11},
                                            {"buffer_bytes", -12},
                                            {"int16_macs", 13},
                                            {"seconds", 0.5}}}));
  EXPECT_EQ(j.at("findings"), json({"so", "and so"}));
  EXPECT_EQ(j.at("scored"), 40);
  EXPECT_EQ(j.at("calibrated"), 30);
  EXPECT_EQ(j.at("float_accuracy"), 0.9);
  EXPECT_EQ(j.at("int8_accuracy"), 0.8);
  EXPECT_FALSE(j.contains("float_mse"));
  e.is_regression = true;
  e.float_mse = 2;
  e.int8_mse = 3;
  e.remedies[0].mse = 4;
  e.layers[0].alone_db = -INFINITY;
  e.flips[0].truth = 7;
  const json r = explanation_json(e);
  EXPECT_EQ(r.at("float_mse"), 2);
  EXPECT_EQ(r.at("int8_mse"), 3);
  EXPECT_EQ(r.at("remedies")[0].at("mse"), 4);
  EXPECT_FALSE(r.at("remedies")[0].contains("accuracy"));
  EXPECT_EQ(r.at("layers")[0].at("sqnr_alone_db"), "-inf");
  EXPECT_EQ(r.at("flips")[0].at("truth"), 7);
}

TEST(ExplanationText, agrees_with_the_record) {
  Explanation e;
  e.scored = 40;
  e.labels = {"aa", "bb", "cc"};
  e.findings = {"The first finding."};
  ExplainedLayer l;
  l.name = "layer";
  l.op = "o";
  l.alone_db = 31.5;
  l.accumulated_db = 12.25;
  l.range = {-1, 2.5f};
  l.seen = {-0.5f, 3};
  l.values = 1000;
  l.below = 13;
  l.above = 4;
  l.low_source = "x.csv:1";
  l.high_source = "y.csv:2";
  l.activations = {-1, 0.25, {1, 2, 3}};
  e.layers = {l};
  for (int i = 0; i < 12; ++i) e.flips.push_back({5, "z.csv:" + std::to_string(i), 1, 2, 0});
  e.remedies = {{"something", "--setting", 0.8567, 0, 11, -12, 13, 0.5}};
  const std::string text = explanation_text(e);
  std::istringstream lines(text);
  std::set<std::string> seen;
  size_t flips = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto cells = words(line);
    if (cells.empty()) continue;
    if (cells[0] == "layer") {
      seen.insert("layer");
      EXPECT_EQ(cells[1], "31.5");
      EXPECT_TRUE(cells[2] == "12.2" || cells[2] == "12.3") << cells[2];
      EXPECT_NE(line.find("-1 .. 2.5"), std::string::npos);
      EXPECT_NE(line.find(" 1.70 %"), std::string::npos);  // 17 of 1000
      EXPECT_NE(line.find("x.csv:1, y.csv:2"), std::string::npos);
    } else if (cells[0].starts_with("z.csv:")) {
      EXPECT_EQ(cells, (std::vector<std::string>{"z.csv:" + std::to_string(flips), "bb", "cc", "aa"}));
      ++flips;
    } else if (cells[0] == "something") {
      seen.insert("something");
      EXPECT_EQ(cells, (std::vector<std::string>{"something", "85.67", "%", "+11", "B", "-12", "B", "13",
                                                 "--setting"}));
    }
  }
  EXPECT_EQ(seen.size(), 2u);
  EXPECT_EQ(flips, 10u);
  EXPECT_NE(text.find("... and 2 more"), std::string::npos);
  EXPECT_TRUE(text.starts_with("The first finding.\n"));
}

TEST(SettingsRecord, survives_and_has_the_names_of_the_command_line) {
  QuantizeSettings s;
  s.int16_layers = {"a", "b"};
  s.examples = 77;
  s.drops_outliers = true;
  s.has_equalization = true;
  s.calibration.method = RangeMethod::kPercentile;
  s.calibration.percentile = 98.5;
  s.calibration.layers = {{"a", RangeMethod::kMse, {}}, {"b", {}, ValueRange{-1, 2}}};
  const json j = settings_json(s);
  EXPECT_EQ(j, json({{"int16", {"a", "b"}},
                     {"calibration", "percentile"},
                     {"percentile", 98.5},
                     {"ranges", {{"a", "mse"}, {"b", {-1.0, 2.0}}}},
                     {"examples", 77},
                     {"drop_outliers", true},
                     {"equalize", true},
                     {"bias_correction", false},
                     {"dense", "per-channel"}}));
  EXPECT_EQ(settings_json(settings_from(j)), j);
  QuantizeSettings other;
  other.has_bias_correction = other.has_dense_per_tensor = true;
  const json k = settings_json(other);
  EXPECT_EQ(k.at("bias_correction"), true);
  EXPECT_EQ(k.at("equalize"), false);
  EXPECT_EQ(k.at("drop_outliers"), false);
  EXPECT_EQ(k.at("dense"), "per-tensor");
  EXPECT_EQ(settings_json(settings_from(k)), k);
  EXPECT_TRUE(settings_from(k).has_bias_correction);
  EXPECT_FALSE(settings_from(k).has_equalization);
}

}  // namespace
}  // namespace mote
