// The page of a run, read back: every table, card and sentence against the records it was made from.
#include "report/html.h"

#include "mote/replay.h"
#include "report/html_reader.h"
#include "test_support.h"

namespace mote {
namespace {

using nlohmann::json;
using test::HtmlTable;
using Row = std::vector<std::string>;

// Figures that no two places share, so that what stands in the wrong place is seen.
ReportInput some_report() {
  ReportInput in;
  in.title = "wave";
  in.run = "20260102-030405-wave";
  in.created = "2026-01-02 03:04:05";
  in.seed = "17";
  in.data = {
      {"classes",
       {{{"label", "punch"}, {"recordings", 12}, {"windows", 34}, {"seconds", 56.78}},
        {{"label", "idle"}, {"recordings", 11}, {"windows", 31}, {"seconds", 50.02}}}},
      {"window", 119},
      {"stride", 60},
      {"channels", {"aX", "aY", "aZ"}},
      {"rate_hz", 104.5},
      {"split", {{"train", 41}, {"val", 13}, {"test", 11}}},
      {"findings", json::array({{{"severity", "note"}, {"where", "a.csv:7"}, {"message", "is short"}}})}};
  in.history = {{"epochs", {{{"epoch", 1}, {"seconds", 0.25}}, {{"epoch", 2}, {"seconds", 0.5}}}},
                {"best_epoch", 1},
                {"stopped_early", true},
                {"judgement", "Overfitting: so it is."}};
  const Evaluation f = score("float", {"punch", "idle"}, {0, 0, 0, 0, 1, 1, 1}, {0, 0, 1, 1, 1, 1, 0});
  in.evaluations = json::array({evaluation_json(f)});
  in.summary = {
      {"layers",
       {{{"name", "conv"}, {"type", "Conv1D"}, {"output", {115, 8}}, {"parameters", 1248}, {"macs", 27600}},
        {{"name", "dense"}, {"type", "Dense"}, {"output", {2}}, {"parameters", 18}, {"macs", 16}}}},
      {"parameters", 1266},
      {"macs", 27616},
      {"float32_bytes", 5064},
      {"int8_bytes", 20480}};
  in.program = {{"layers",
                 {{{"name", "conv"},
                   {"op", "conv2d"},
                   {"output", "(115, 8) int8"},
                   {"macs", 27601},
                   {"weight_bytes", 1312}}}},
                {"macs", 27602},
                {"weight_bytes", 1340},
                {"buffer_bytes", 15360},
                {"buffer_lower_bound", 15001}};
  in.exports = json::array({{{"format", "c"}, {"path", "out/c"}, {"verified", "16 of 16"}}});
  in.toml = "name = \"wave\"\n";
  return in;
}

TEST(Html, heads_the_page_with_the_run) {
  const std::string text = test::text_of(html_report(some_report()));
  EXPECT_NE(text.find("run 20260102-030405-wave"), std::string::npos);
  EXPECT_NE(text.find("2026-01-02 03:04:05"), std::string::npos);
  EXPECT_NE(text.find("seed 17"), std::string::npos);
  EXPECT_NE(html_report(some_report()).find("<title>wave"), std::string::npos);
  EXPECT_NE(html_report(some_report()).find("<h1>wave</h1>"), std::string::npos);
}

TEST(Html, cards_say_percent_bytes_and_operations) {
  const auto cards = test::cards_of(html_report(some_report()));
  // 4 of 7; Wilson's interval solved for its ends: (p - q)^2 = z^2 q (1 - q) / n
  const double n = 7, p = 4.0 / 7, z = 1.959964, a = 1 + z * z / n, b = -(2 * p + z * z / n), c = p * p;
  const double root = std::sqrt(b * b - 4 * a * c);
  char label[80];
  std::snprintf(label, sizeof label, "float test accuracy (95 %%: %.1f - %.1f)", 100 * (-b - root) / (2 * a),
                100 * (-b + root) / (2 * a));
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"57.1 %", label},
      {"1,340 bytes", "int8 weights (flash)"},
      {"15.0 KB", "activation buffer (RAM), planned"},
      {"27,602", "multiply-adds per inference"}};
  EXPECT_EQ(cards, expected);
  ReportInput in = some_report();
  in.program = nullptr;
  in.evaluations = nullptr;
  EXPECT_EQ(test::cards_of(html_report(in)),
            (std::vector<std::pair<std::string, std::string>>{{"1,266", "parameters"}}));
}

TEST(Html, data_is_told_class_by_class) {
  const std::string page = html_report(some_report());
  const HtmlTable data = test::table_with(page, "recordings");
  EXPECT_EQ(data.rows, (std::vector<Row>{{"class", "recordings", "windows", "seconds"},
                                         {"punch", "12", "34", "56.8"},
                                         {"idle", "11", "31", "50.0"}}));
  const std::string text = test::text_of(page);
  EXPECT_NE(
      text.find("Windows of 119 rows, stride 60, 3 channels at 104.5 Hz. Split by recording: 41 training, 13 "
                "validation and 11 test windows."),
      std::string::npos);
  EXPECT_NE(text.find("1 finding in the data"), std::string::npos);
  EXPECT_NE(text.find("a.csv:7: is short"), std::string::npos);
  ReportInput in = some_report();
  in.data["image"] = {28, 32};
  EXPECT_NE(test::text_of(html_report(in)).find("Images of 32 x 28 pixels, 3 channels."), std::string::npos);
  in.data["findings"] = json::array();
  for (int i = 1; i <= 60; ++i)
    in.data["findings"].push_back({{"where", "w" + std::to_string(i) + "."}, {"message", "m"}});
  const std::string many = test::text_of(html_report(in));
  EXPECT_NE(many.find("60 findings in the data"), std::string::npos);
  EXPECT_NE(many.find("w50.: m"), std::string::npos);
  EXPECT_EQ(many.find("w51.: m"), std::string::npos);  // the first fifty
}

TEST(Html, training_and_its_judgement) {
  ReportInput in = some_report();
  EXPECT_NE(test::text_of(html_report(in))
                .find("2 epochs in 0.75 s, stopped early; the weights are those of epoch 1."),
            std::string::npos);
  EXPECT_NE(html_report(in).find("<p class=\"warn\">Overfitting: so it is.</p>"), std::string::npos);
  in.history["stopped_early"] = false;
  in.history["judgement"] = "";
  EXPECT_NE(test::text_of(html_report(in)).find("2 epochs in 0.75 s; the weights"), std::string::npos);
  EXPECT_EQ(html_report(in).find("<p class=\"warn\">"), std::string::npos);
}

TEST(Html, scores_stand_in_their_columns) {
  const std::string page = html_report(some_report());
  // punch: 2 of 3 claimed right, 2 of 4 found; idle: 2 of 4 claimed, 2 of 3 found
  const HtmlTable scores = test::table_with(page, "precision");
  const auto three = [](double v) {
    char text[16];
    std::snprintf(text, sizeof text, "%.3f", v);
    return std::string(text);
  };
  const double f1 = 2 * (2.0 / 3) * 0.5 / (2.0 / 3 + 0.5);
  EXPECT_EQ(scores.rows,
            (std::vector<Row>{
                {"class", "precision", "recall", "F1", "support"},
                {"punch", "0.667", "0.500", three(f1), "4"},
                {"idle", "0.500", "0.667", three(f1), "3"},
                {"macro average", three((2.0 / 3 + 0.5) / 2), three((2.0 / 3 + 0.5) / 2), three(f1), "7"},
                {"weighted average", three((4 * 2.0 / 3 + 3 * 0.5) / 7), three(4.0 / 7), three(f1), "7"}}));
  const std::string text = test::text_of(page);
  EXPECT_NE(text.find("Evaluation on 7 test windows"), std::string::npos);
  EXPECT_NE(page.find("<h3>float</h3>"), std::string::npos);
  EXPECT_NE(text.find("Most confused: 2 of 4 'punch' were taken for 'idle'."), std::string::npos);
}

// The counts of some device, no two alike.
Replay some_replay(const std::string &precision) {
  Replay r;
  r.precision = precision;
  r.labels = {"punch", "idle", "<flex>"};
  r.all = {.events = 1230, .found = 1101, .wrong = 51, .missed = 78};
  r.classes = {{.events = 30, .found = 21, .wrong = 4, .missed = 5},
               {},
               {.events = 1200, .found = 1080, .wrong = 47, .missed = 73}};
  r.false_events = 9;
  r.rest_minutes = 12.5;
  r.most_false_per_minute = 1.37;
  r.delay_s = 0.82;
  r.rest_from = "recordings of 'idle'";
  return r;
}

TEST(Html, replays_are_told_class_by_class) {
  ReportInput in = some_report();
  const auto evaluation_of = [](const std::string &precision) {
    json e = evaluation_json(score(precision, {"punch", "idle", "<flex>"}, {0, 1, 2}, {0, 1, 2}));
    e["replay"] = replay_json(some_replay(precision));
    return e;
  };
  in.evaluations = json::array({evaluation_of("float"), evaluation_of("int8")});
  in.evaluations[1]["replay"]["false"] = 10;
  const std::string page = html_report(in), text = test::text_of(page);
  const auto interval = [](double found, double events) {
    // Wilson's, solved for its ends as above
    const double p = found / events, z = 1.959964, a = 1 + z * z / events, b = -(2 * p + z * z / events),
                 c = p * p;
    const double root = std::sqrt(b * b - 4 * a * c);
    return fmt::format("{:.1f} - {:.1f}", 100 * (-b - root) / (2 * a), 100 * (-b + root) / (2 * a));
  };
  EXPECT_EQ(test::table_with(page, "missed").rows,
            (std::vector<Row>{{"class", "events", "found", "wrong", "missed", "found, % (95 %)"},
                              {"punch", "30", "21", "4", "5", "70.0 (" + interval(21, 30) + ")"},
                              {"<flex>", "1,200", "1,080", "47", "73", "90.0 (" + interval(1080, 1200) + ")"},
                              {"all", "1,230", "1,101", "51", "78", "89.5 (" + interval(1101, 1230) + ")"}}));
  EXPECT_NE(text.find("Replay: what a device would have told"), std::string::npos);
  EXPECT_NE(text.find("with rest between them from recordings of 'idle'."), std::string::npos);
  EXPECT_NE(
      text.find(
          "Told while nothing happened: 9 in 12.5 minutes of rest, 0.72 a minute (95 %: below 1.37). An "
          "event is told 0.82 s after it began (median)."),
      std::string::npos)
      << text;
  EXPECT_NE(text.find("Told while nothing happened: 10 in"), std::string::npos);
  const auto cards = test::cards_of(page);
  const std::pair<std::string, std::string> found(
      "89.5 %", "int8 events found in the replay (95 %: " + interval(1101, 1230) + ")");
  EXPECT_EQ(std::count(cards.begin(), cards.end(), found), 1);

  // without a rate there are no minutes
  in.evaluations[0]["replay"].erase("rest_minutes");
  in.evaluations[0]["replay"].erase("delay_s");
  EXPECT_NE(test::text_of(html_report(in)).find("Told while nothing happened: 9."), std::string::npos);
  for (json &e : in.evaluations) e.erase("replay");
  EXPECT_EQ(html_report(in).find("Replay"), std::string::npos);
  in.evaluations[0]["replay"] = {{"events", 3}};
  EXPECT_ERROR(html_report(in), "evaluation.json: is not as mote writes it");
}

TEST(Html, regressions_say_their_errors) {
  ReportInput in = some_report();
  in.evaluations = json::array({evaluation_json(score_values("int8", 2, {1, 2}, {1.5, 4}))});
  const std::string page = html_report(in);
  EXPECT_NE(test::text_of(page).find("int8: mean squared error 2.125, mean absolute error 1.25."),
            std::string::npos);
  const auto cards = test::cards_of(page);
  EXPECT_EQ(cards[0], (std::pair<std::string, std::string>{"1.25", "int8 mean absolute error, test"}));
}

TEST(Html, layers_of_the_model_and_of_the_device) {
  const std::string page = html_report(some_report());
  EXPECT_EQ(test::table_with(page, "parameters").rows,
            (std::vector<Row>{{"layer", "output", "parameters", "MACs"},
                              {"conv (Conv1D)", "[115,8]", "1,248", "27,600"},
                              {"dense (Dense)", "[2]", "18", "16"},
                              {"total", "", "1,266", "27,616"}}));
  EXPECT_EQ(test::table_with(page, "integer layer").rows,
            (std::vector<Row>{{"integer layer", "output", "MACs", "weight bytes"},
                              {"conv (conv2d)", "(115, 8) int8", "27,601", "1,312"}}));
  EXPECT_EQ(test::table_with(page, "export").rows,
            (std::vector<Row>{{"export", "where", "verified"}, {"c", "out/c", "16 of 16"}}));
  const std::string text = test::text_of(page);
  EXPECT_NE(text.find("Weights: 5,064 bytes as float32, 1,340 bytes as int8."), std::string::npos);
  EXPECT_NE(text.find("one static buffer of 15,360 bytes, planned ahead (lower bound 15,001)"),
            std::string::npos);
}

TEST(Html, pictures_are_inlined_as_they_are) {
  ReportInput in = some_report();
  in.history_svg = "<svg a=\"1\" b='50%'>\n#\xc3\xa4 & \\ {}</svg>";
  in.plan_svg = "<svg>2</svg>";
  const auto pictures = test::pictures_of(html_report(in));
  ASSERT_EQ(pictures.size(), 2u);
  EXPECT_EQ(pictures[0].second, in.history_svg);
  EXPECT_EQ(pictures[1].second, in.plan_svg);
  EXPECT_EQ(pictures[1].first, "Memory plan: which tensor lies where in the buffer, over the layers");
}

// Names come from files and folders of the user: wherever they are shown they stay text.
TEST(Html, hostile_names_stay_text_everywhere) {
  const std::string evil = "<img src=x onerror=\"alert(1)\">&amp;'";
  ReportInput in = some_report();
  in.title = in.run = in.created = in.seed = in.toml = evil;
  in.data["classes"][0]["label"] = evil;
  in.data["findings"][0]["where"] = in.data["findings"][0]["message"] = evil;
  in.history["judgement"] = evil;
  Evaluation e = score("int8", {evil, "b"}, {0, 1, 1}, {0, 0, 1});
  in.evaluations = json::array({evaluation_json(e)});
  in.summary["layers"][0]["name"] = in.summary["layers"][0]["type"] = evil;
  in.program["layers"][0]["name"] = in.program["layers"][0]["op"] = in.program["layers"][0]["output"] = evil;
  in.exports[0]["format"] = in.exports[0]["path"] = in.exports[0]["verified"] = evil;
  const std::string page = html_report(in);
  EXPECT_EQ(page.find("<img"), std::string::npos);
  EXPECT_EQ(page.find("onerror=\""), std::string::npos);
  size_t shown = 0;
  const std::string text = test::text_of(page);
  for (size_t at = text.find(evil); at != std::string::npos; at = text.find(evil, at + 1)) ++shown;
  // title twice, run, created, seed, toml; class in data, scores and twice in the confusion, worst pair;
  // finding twice; judgement; 2 + 3 of layers; 3 of exports, and 2 in their stage
  EXPECT_EQ(shown, 24u);
}

TEST(Html, the_settings_keep_their_lines) {
  ReportInput in = some_report();
  in.toml = "name = \"wave\"\n\n[data]\nwindow = 9 # <rows>\n";
  EXPECT_NE(html_report(in).find(">name = &quot;wave&quot;\n\n[data]\nwindow = 9 # &lt;rows&gt;\n</pre>"),
            std::string::npos);
}

// On a phone a wide table or picture is moved within the page; a picture says from which width on.
TEST(Html, whatever_is_wide_can_be_moved) {
  ReportInput in = some_report();
  in.history_svg = "<svg width=\"840\" height=\"350\"></svg>";
  const std::string page = html_report(in);
  const auto count = [&](const std::string &what) {
    size_t n = 0;
    for (size_t at = page.find(what); at != page.npos; at = page.find(what, at + 1)) ++n;
    return n;
  };
  EXPECT_GT(count("<table"), 3u);
  // and by a keyboard
  const auto scrolled = [&](const std::string &tag) {
    size_t n = 0;
    for (size_t at = page.find("<div class=\"scroll"); at != page.npos;
         at = page.find("<div class=\"scroll", at + 1)) {
      const size_t end = page.find('>', at);
      n += page.compare(end + 1, tag.size(), tag) == 0 &&
                   page.substr(at, end - at).find("tabindex=\"0\"") != page.npos
               ? 1
               : 0;
    }
    return n;
  };
  EXPECT_EQ(count("<table"), scrolled("<table"));
  EXPECT_EQ(count("</table>"), count("</table></div>"));
  EXPECT_EQ(count("<img"), scrolled("<picture"));
  EXPECT_EQ(count("style=\"min-width:546px\""), 1u);
}

TEST(Html, says_which_record_somebody_else_wrote) {
  for (const char *key : {"macro_avg", "precision", "labels", "interval_95"}) {
    ReportInput in = some_report();
    in.evaluations = json::array({evaluation_json(score("int8", {"a", "b"}, {0, 1, 1}, {0, 0, 1}))});
    in.evaluations[0].erase(key);
    const std::string said = test::error_of([&] { html_report(in); });
    EXPECT_NE(said.find("evaluation.json: is not as mote writes it (key '"), std::string::npos) << said;
    EXPECT_EQ(said.find("json.exception"), std::string::npos) << said;
  }
  ReportInput in = some_report();
  in.evaluations = json::array({evaluation_json(score("<script>", {"a", "b"}, {0, 1, 1}, {0, 0, 1}))});
  EXPECT_EQ(html_report(in).find("<script>"), std::string::npos);
  in.evaluations[0]["interval_95"] = json::array();
  EXPECT_ERROR(html_report(in), "evaluation.json: is not as mote writes it");
}

}  // namespace
}  // namespace mote
