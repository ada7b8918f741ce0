// What `mote data` and `mote train --profile` tell: the overview of recordings and where the time went, as
// JSON and text.
#include <algorithm>

#include "report/table_reader.h"
#include "test_support.h"

namespace mote {
namespace {

using nlohmann::json;
using test::words;

// Two classes of recordings of different lengths; one value is missing.
Recordings some_recordings() {
  Recordings set;
  set.labels = {"up", "down"};
  set.channels = {"x", "y"};
  set.rate_hz = 10;
  set.options.window = 4;
  set.options.stride = 2;
  const auto add = [&](const std::string &label, int rows, float from) {
    Recording r;
    r.label = label;
    r.file = label + ".csv";
    r.rows = rows;
    for (int t = 0; t < rows; ++t) {
      r.values.push_back(from + static_cast<float>(t));
      r.values.push_back(0 - 2 * static_cast<float>(t));
    }
    set.items.push_back(std::move(r));
  };
  add("up", 4, 1);
  add("down", 3, 5);
  add("up", 9, 2);
  add("down", 12, 0);
  set.items[0].values[2] = NAN;
  return set;
}

TEST(DataRecord, overview_is_what_the_rows_hold) {
  Recordings set = some_recordings();
  const std::vector<Finding> findings = {{Severity::kError, "up.csv:3", "is bad"},
                                         {Severity::kWarning, "down", "is small"},
                                         {Severity::kNote, "all", "is synthetic"}};
  const json j = recordings_json(set, findings);
  // windows: of 4 rows 1, of 9 rows at 0, 2, 4: 3; of 3 rows none, of 12 rows 5
  const json up = {{"label", "up"},       {"recordings", 2},    {"windows", 4},
                   {"seconds", 1.3},      {"shortest_rows", 4}, {"longest_rows", 9},
                   {"min", {1.0, -16.0}}, {"max", {10.0, 0.0}}, {"mean", j["classes"][0]["mean"]}};
  const json down = {{"label", "down"},     {"recordings", 2},    {"windows", 5},
                     {"seconds", 1.5},      {"shortest_rows", 3}, {"longest_rows", 12},
                     {"min", {0.0, -22.0}}, {"max", {11.0, 0.0}}, {"mean", j["classes"][1]["mean"]}};
  EXPECT_EQ(j.at("classes"), json::array({up, down}));
  // x of up: 1, 3, 4 and 2 .. 10; y of down: 0, -2, -4 and 0 .. -22
  EXPECT_NEAR(up["mean"][0].get<double>(), (1 + 3 + 4 + 54) / 12.0, 1e-6);
  EXPECT_NEAR(up["mean"][1].get<double>(), (-12 - 72) / 13.0, 1e-6);
  EXPECT_NEAR(down["mean"][1].get<double>(), (-6 - 132) / 15.0, 1e-6);
  EXPECT_EQ(j.at("recordings"), 4);
  EXPECT_EQ(j.at("channels"), json({"x", "y"}));
  EXPECT_EQ(j.at("rate_hz"), 10);
  EXPECT_EQ(j.at("window"), 4);
  EXPECT_EQ(j.at("stride"), 2);
  EXPECT_EQ(j.at("findings"),
            json::array({{{"severity", "error"}, {"where", "up.csv:3"}, {"message", "is bad"}},
                         {{"severity", "warning"}, {"where", "down"}, {"message", "is small"}},
                         {{"severity", "note"}, {"where", "all"}, {"message", "is synthetic"}}}));
  EXPECT_FALSE(j.contains("image"));
  size_t windows = 0;
  for (const ClassOverview &o : overview(set)) windows += o.windows;
  set.items[0].values[2] = 0;
  EXPECT_EQ(set.all().size(), windows);  // what is announced is what is cut
  set.options.short_recordings = ShortRecordings::kZero;
  EXPECT_EQ(overview(set)[1].windows, 6u);
  EXPECT_EQ(set.all().size(), windows + 1);
}

TEST(DataRecord, text_has_the_same_figures) {
  Recordings set = some_recordings();
  std::vector<Finding> findings = {{Severity::kError, "up.csv:3", "is bad"}};
  const std::string text = recordings_text(set, findings);
  std::istringstream lines(text);
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(lines, line);) rows.push_back(words(line));
  using Row = std::vector<std::string>;
  EXPECT_EQ(rows[0], (Row{"class", "recordings", "windows", "seconds", "rows", "each"}));
  EXPECT_EQ(rows[1], (Row{"up", "2", "4", "1.3", "4-9"}));
  EXPECT_EQ(rows[2], (Row{"down", "2", "5", "1.5", "3-12"}));
  EXPECT_NE(text.find("4 recordings, window 4 rows, stride 2, rate 10 Hz"), std::string::npos);
  EXPECT_EQ(rows[6], (Row{"class", "channel", "min", "mean", "max"}));
  EXPECT_EQ(rows[7], (Row{"up", "x", "1", "5.167", "10"}));
  EXPECT_EQ(rows[8], (Row{"y", "-16", "-6.462", "0"}));
  EXPECT_EQ(rows[10], (Row{"y", "-22", "-9.2", "0"}));
  EXPECT_NE(text.find("1 finding:\n  error    up.csv:3: is bad\n"), std::string::npos);
  for (int i = 2; i <= 43; ++i) findings.push_back({Severity::kNote, "w" + std::to_string(i), "m"});
  EXPECT_NE(recordings_text(set, findings).find("  note     42 times (w2, w3, w4, ...): m\n"),
            std::string::npos);
  for (Finding &f : findings) f.message += f.where;
  const std::string many = recordings_text(set, findings);
  EXPECT_NE(many.find("43 findings:"), std::string::npos);
  EXPECT_NE(many.find("  note     w40: mw40\n  ... and 3 more"), std::string::npos);
  EXPECT_NE(recordings_text(set, {}).find("Nothing suspicious found."), std::string::npos);
  set.rate_hz = 0;
  EXPECT_NE(recordings_text(set, {}).find("rate unknown (set data.rate_hz)"), std::string::npos);
  set.image_height = 28;
  set.image_width = 32;
  EXPECT_NE(recordings_text(set, {}).find("4 images of 32 x 28 pixels, 2 channels"), std::string::npos);
  EXPECT_EQ(recordings_json(set, {}).at("image"), json({28, 32}));
}

TEST(TrainingProfileRecord, text_and_json_add_up) {
  TrainingProfile p;
  p.rows = {{"a", "conv", 0.2, 0.3, 4e8}, {"b", "dense", 0.1, 0.05, 0}, {"c", "conv", 0.06, 0.1, 1e8}};
  p.threads = 2;
  p.steps = 1000;
  p.feed_s = 0.1;
  p.step_s = 0.8;
  p.update_s = 0.3;
  p.peak_flops = 6e9;
  const json j = profile_json(p);
  EXPECT_EQ(j.at("threads"), 2);
  EXPECT_EQ(j.at("steps"), 1000);
  EXPECT_EQ(j.at("feed_s"), 0.1);
  EXPECT_EQ(j.at("step_s"), 0.8);
  EXPECT_EQ(j.at("update_s"), 0.3);
  EXPECT_EQ(j.at("peak_flops"), 6e9);
  EXPECT_NEAR(j.at("share_of_peak").get<double>(), 5e8 / 0.8 / 6e9, 1e-12);
  EXPECT_EQ(j.at("layers")[0],
            json({{"layer", "a"}, {"op", "conv"}, {"forward_s", 0.2}, {"backward_s", 0.3}, {"flop", 4e8}}));
  ASSERT_EQ(j.at("layers").size(), 3u);
  const std::string text = profile_text(p);
  EXPECT_NE(text.find("1000 steps on 2 threads, 1200.0 us each: forward and backward 66.7 %, data 8.3 %, "
                      "optimizer 25.0 %."),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("0.6 GFLOP/s in forward and backward, 10 % of the 6 that these cores can do."),
            std::string::npos)
      << text;
  std::istringstream lines(text);
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(lines, line);) rows.push_back(words(line));
  using Row = std::vector<std::string>;
  const auto find = [&](const std::string &first) {
    for (const Row &r : rows)
      if (!r.empty() && r[0] == first) return r;
    return Row{};
  };
  EXPECT_EQ(find("conv"),
            (Row{"conv", "260.0", "400.0", "81.5", "%", "0.8"}));  // 0.66 of 0.81 s, 5e8 in 0.66 s
  EXPECT_EQ(find("dense"), (Row{"dense", "100.0", "50.0", "18.5", "%", "-"}));
  EXPECT_EQ(find("a"), (Row{"a", "200.0", "300.0", "61.7", "%", "0.8"}));
  const auto place = [&](const std::string &first) {
    return std::find_if(rows.begin(), rows.end(), [&](const Row &r) { return !r.empty() && r[0] == first; });
  };
  EXPECT_LT(place("conv"), place("dense"));  // the slowest first, by op and by layer
  EXPECT_LT(place("a"), place("b"));
  for (int i = 0; i < 12; ++i) p.rows.push_back({"z" + std::to_string(i), "relu", 0.001, 0, 0});
  const std::string many = profile_text(p);
  EXPECT_NE(many.find("\nz6 "), std::string::npos);  // ten layers
  EXPECT_EQ(many.find("\nz7 "), std::string::npos);
  p.threads = 1;
  p.peak_flops = 0;
  EXPECT_EQ(p.share_of_peak(), 0);
  EXPECT_EQ(profile_text(p).find("GFLOP/s in forward"), std::string::npos);
  EXPECT_NE(profile_text(p).find("1000 steps on 1 thread,"), std::string::npos);
}

}  // namespace
}  // namespace mote
