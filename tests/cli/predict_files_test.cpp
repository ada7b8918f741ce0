// mote predict on several files: those that cannot be answered, whose note it is, and how long logs are cut.
#include <fmt/format.h>

#include "cli/command.h"

namespace mote {
namespace {

using test::json;
using test::lines_of;
using test::mote_in;
using test::mote_ok;
using test::printed;
using test::Said;
using test::small_project;

constexpr const char *kHeader = "x,y\n";

std::string some_rows(int rows, uint64_t seed, double size = 1) {
  Random random(seed);
  std::string csv;
  for (int t = 0; t < rows; ++t) {
    const double middle = 5 + 2 * (std::sin(t * 0.02) + 0.5 * random.normal());
    csv += printed("%.3f,", size * middle) + printed("%.3f\n", size * (-middle * 10 + 4 * random.normal()));
  }
  return csv;
}

std::vector<std::string> predict_with(const std::vector<std::string> &more) {
  std::vector<std::string> all = {"predict", small_project().run};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

TEST(PredictFiles, one_that_cannot_be_answered_does_not_keep_the_others_from_it) {
  test::TempFolder temp;
  write_file(temp / "a.csv", kHeader + some_rows(30, 1));
  write_file(temp / "short.csv", kHeader + some_rows(9, 2));
  write_file(temp / "c.csv", kHeader + some_rows(30, 3));
  write_file(temp / "empty.csv", "");
  write_file(temp / "letter.csv", "Dear reader,\nthis is no table.\nYours\n");
  const Said said = mote_in(temp.text(), predict_with({"a.csv", "short.csv", "nowhere.csv", "c.csv"}));
  EXPECT_EQ(said.status, 1);
  const auto lines = lines_of(said.out);
  ASSERT_EQ(lines.size(), 2u) << said.out;
  EXPECT_TRUE(lines[0].starts_with("a.csv ")) << said.out;
  EXPECT_TRUE(lines[1].starts_with("c.csv ")) << said.out;
  for (const char *part : {"short.csv: has 9 rows, the model's window is 10",
                           "nowhere.csv: no such file or folder", "2 of 4 files have no answer"})
    EXPECT_NE(said.err.find(part), std::string::npos) << said.err;

  const Said machine = mote_in(temp.text(), predict_with({"a.csv", "short.csv", "c.csv", "--json"}));
  EXPECT_EQ(machine.status, 1);
  const json files = machine.parsed().at("files"),
             alone = mote_ok(temp.text(), predict_with({"c.csv", "--json"})).parsed().at("files");
  ASSERT_EQ(files.size(), 3u);
  EXPECT_EQ(files[1].size(), 2u);
  EXPECT_EQ(files[1].at("file"), "short.csv");
  EXPECT_NE(files[1].at("error").get<std::string>().find("has 9 rows"), std::string::npos);
  EXPECT_EQ(files[2], alone[0]);

  // nothing at all: sentences, no answer, and a document that says so
  const Said none = mote_in(temp.text(), predict_with({"empty.csv", "letter.csv"}));
  EXPECT_EQ(none.status, 1);
  EXPECT_EQ(none.out, "");
  for (const char *part : {"empty.csv", "letter.csv", "2 of 2 files have no answer"})
    EXPECT_NE(none.err.find(part), std::string::npos) << none.err;
  const Said document = mote_in(temp.text(), predict_with({"letter.csv", "--json"}));
  EXPECT_EQ(document.status, 1);
  EXPECT_TRUE(document.parsed().at("files")[0].contains("error")) << document.out;
}

size_t count_of(const std::string &text, const std::string &part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(PredictFiles, a_note_says_whose_it_is) {
  test::TempFolder temp;
  const auto swapped = [](int seed) {
    std::string csv = "y,x\n";
    for (const std::string &line : lines_of(some_rows(30, static_cast<uint64_t>(seed)))) {
      const size_t comma = line.find(',');
      csv += line.substr(comma + 1) + "," + line.substr(0, comma) + "\n";
    }
    return csv;
  };
  write_file(temp / "a.csv", kHeader + some_rows(30, 1));
  write_file(temp / "b.csv", swapped(2));
  write_file(temp / "c.csv", swapped(3));
  write_file(temp / "d.csv", kHeader + some_rows(30, 4, 1000));
  const std::string taken = "the columns y, x are taken by name as the model's x, y";
  const auto errors = [&](const std::vector<std::string> &files) {
    return mote_ok(temp.text(), predict_with(files)).err;
  };
  const auto flat = [](std::string text) {  // without the line breaks of the terminal
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
  };
  const std::string some = flat(errors({"a.csv", "b.csv", "d.csv"}));
  EXPECT_NE(some.find("note: b.csv: " + taken), std::string::npos) << some;
  EXPECT_NE(some.find("note: d.csv: the values are larger than those"), std::string::npos) << some;
  EXPECT_NE(flat(errors({"a.csv", "b.csv", "c.csv"})).find("note: b.csv, c.csv: " + taken),
            std::string::npos);
  const std::string both = flat(errors({"b.csv", "c.csv"}));
  EXPECT_NE(both.find("note: both files: " + taken), std::string::npos) << both;
  EXPECT_EQ(count_of(both, taken), 1u) << both;
  EXPECT_NE(flat(errors({"b.csv"})).find("note: " + taken), std::string::npos);
}

// A run whose files hold recordings of 20 rows one behind the other, without a mark between them.
TEST(PredictFiles, a_long_log_is_one_stream_and_recordings_strung_together_are_not) {
  test::TempFolder temp;
  fs::create_directories(temp / "p/data");
  Random random(7);
  const auto recording = [&](double level) {  // begins anew far from where it ends
    std::string csv;
    for (int t = 0; t < 20; ++t)
      csv += printed("%.3f,", level + 0.5 * t + 0.05 * random.normal()) + printed("%.3f\n", level - 0.5 * t);
    return csv;
  };
  for (const auto &[label, level] : {std::pair("low", 0.0), {"high", 30.0}}) {
    std::string csv = kHeader;
    for (int n = 0; n < 12; ++n) csv += recording(level);
    write_file(temp / fmt::format("p/data/{}.csv", label), csv);
  }
  write_file(temp / "p/mote.toml", R"(name = "p"
[data]
path = "data"
window = 10
stride = 5
rows_per_recording = 20
rate_hz = 10
[model]
layers = [ { type = "flatten" }, { type = "dense", units = "classes", activation = "softmax" } ]
[decision]
policy = "stream"
hop = 5
[train]
epochs = 2
)");
  mote_ok(temp / "p", {"train", "--quiet"});
  std::string log = kHeader;
  for (int t = 0; t < 205; ++t)
    log += printed("%.3f,", 10 * std::sin(t * 0.1)) + printed("%.3f\n", 5 * std::cos(t * 0.13));
  write_file(temp / "log.csv", log);
  const auto starts = [&](const std::string &file, const std::vector<std::string> &more,
                          Said *kept = nullptr) {
    std::vector<std::string> all = {"predict", (temp / "p").string(), file, "--json"};
    all.insert(all.end(), more.begin(), more.end());
    const Said said = mote_ok(temp.text(), all);
    if (kept) *kept = said;
    std::vector<int> list;
    const json answered = said.parsed();
    for (const json &w : answered["files"][0]["windows"]) list.push_back(w.at("start"));
    return list;
  };
  std::vector<int> every_five, in_recordings;
  for (int row = 0; row + 10 <= 205; row += 5) every_five.push_back(row);
  for (int row = 0; row < 200; row += 20)
    for (int within : {0, 5, 10}) in_recordings.push_back(row + within);
  Said said;
  EXPECT_EQ(starts("log.csv", {}, &said), every_five);
  EXPECT_NE(said.err.find("are answered as one stream"), std::string::npos) << said.err;
  EXPECT_EQ(starts("log.csv", {"--set", "data.rows_per_recording=20"}), in_recordings);
  std::vector<int> strung;
  for (int row = 0; row < 240; row += 20)
    for (int within : {0, 5, 10}) strung.push_back(row + within);
  EXPECT_EQ(starts("p/data/low.csv", {}, &said), strung);
  EXPECT_NE(said.err.find("the values jump every 20 rows"), std::string::npos) << said.err;
}

// What push() says where it has no class, and where it says nothing.
TEST(PredictFiles, unknown_is_not_nothing) {
  const std::vector<std::string> labels = {"a", "b"};
  EXPECT_EQ(decision_json(1, labels), "b");
  EXPECT_EQ(decision_json(StreamDecision::kUnknown, labels), "UNKNOWN");
  EXPECT_TRUE(decision_json(StreamDecision::kNothing, labels).is_null());
}

TEST(EvaluateOther, says_where_the_labels_of_the_data_come_from) {
  test::TempFolder temp;
  fs::create_directories(temp / "d/high");
  fs::create_directories(temp / "d/low");
  fs::copy(small_project().data() / "high.csv", temp / "d/high/1.csv");
  fs::copy(small_project().data() / "low.csv", temp / "d/low/2.csv");
  const std::string folders = "classes come from the folders (high, low); data.label_from = \"folder\"";
  const auto said = [&](const std::string &data, bool is_json) {
    std::vector<std::string> all = {"evaluate", small_project().run, "--data", data};
    if (is_json) all.push_back("--json");
    return mote_ok(temp.text(), all);
  };
  const std::string text = said((temp / "d").string(), false).out;
  EXPECT_NE(text.find("How the files were read:\n"), std::string::npos) << text;
  EXPECT_NE(text.find(folders), std::string::npos) << text;
  const json reading = said((temp / "d").string(), true).parsed().at("reading");
  EXPECT_NE(std::find(reading.begin(), reading.end(), folders), reading.end()) << reading.dump();
  EXPECT_NE(said(small_project().data().string(), false).out.find("classes come from the file names"),
            std::string::npos);
}

}  // namespace
}  // namespace mote
