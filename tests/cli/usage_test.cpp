// What the program makes of its arguments, and the small commands: init, synth, data, summary of presets.
#include "cli/command.h"

namespace mote {
namespace {

using test::json;
using test::mote_in;
using test::mote_ok;
using test::Said;
using test::small_project;

// As the help lists them.
std::vector<std::string> commands() {
  const std::string help = mote_ok(".", {"--help"}).out;
  const size_t from = help.find("Recordings:"), to = help.find("\nA first model:", from);
  const std::string part = help.substr(from, to - from);
  const std::regex line("\n  ([a-z]+) ");
  std::vector<std::string> names;
  for (std::sregex_iterator m(part.begin(), part.end(), line), end; m != end; ++m) names.push_back((*m)[1]);
  return names;
}

// Each stands below a heading, and its help names a page that is there.
TEST(CliUsage, every_command_has_its_place_and_page) {
  EXPECT_EQ(mote_ok(".", {"--help"}).out.find("Subcommands:"), std::string::npos);
  for (const std::string &command : commands()) {
    const std::string help = mote_ok(".", {command, "--help"}).out;
    std::smatch page;
    ASSERT_TRUE(std::regex_search(help, page, std::regex("\nMore: (docs/[a-z0-9/-]+\\.md)\n"))) << command;
    EXPECT_TRUE(fs::exists(fs::path(MOTE_SOURCE_DIR) / page[1].str())) << command;
  }
}

// A hint can be followed: the command is one, and has the options.
TEST(CliUsage, commands_that_sentences_name_are_commands) {
  std::map<std::string, std::string> help;
  const std::regex named("`mote ([a-z]+)([^`\"]*)"), option("--[a-z][a-z-]*");
  size_t found = 0;
  for (const char *folder : {"src", "apps", "runtime", "include"})
    for (const auto &entry : fs::recursive_directory_iterator(fs::path(MOTE_SOURCE_DIR) / folder)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".cpp" && extension != ".h" && extension != ".in") continue;
      const std::string source = read_file(entry.path());
      for (std::sregex_iterator m(source.begin(), source.end(), named), end; m != end; ++m) {
        ++found;
        const std::string command = (*m)[1], rest = (*m)[2];
        if (!help.contains(command)) {
          const Said said = mote_in(".", {command, "--help"});
          ASSERT_EQ(said.status, 0) << entry.path() << ": " << m->str();
          help[command] = said.out + " ";
        }
        for (std::sregex_iterator o(rest.begin(), rest.end(), option); o != end; ++o)
          EXPECT_TRUE(std::regex_search(help[command], std::regex(o->str() + "[ ,\n]")))
              << entry.path() << ": " << m->str();
      }
    }
  EXPECT_GT(found, 50u);
}

TEST(CliUsage, statuses_tell_wrong_usage_from_failure) {
  test::TempFolder folder;
  for (const std::vector<std::string> &wrong : {std::vector<std::string>{},
                                                {"trian"},
                                                {"train", "--epochs", "0"},
                                                {"train", "--epochs", "x"},
                                                {"train", "--folds", "1"},
                                                {"train", "--folds", "3", "--leave-one-group-out"},
                                                {"train", "--resume", "--seed", "1"},
                                                {"evaluate", "--precision", "int4"},
                                                {"export"},
                                                {"export", "--output", "x", "--format", "exe"},
                                                {"export", "--output", "x", "--golden", "0"},
                                                {"export", "--output", "x", "--confidence", "1.5"},
                                                {"quantize", "--method", "x"},
                                                {"quantize", "--percentile", "49"},
                                                {"quantize", "--examples", "0"},
                                                {"synth", "waves", "--output", "x"},
                                                {"run", "m.mote"},
                                                {"init"},
                                                {"runs", "--yes"},
                                                {"compare"},
                                                {"tag"},
                                                {"note"},
                                                {"verify"},
                                                {"evaluate", "a", "b"}}) {
    const Said said = mote_in(folder.text(), wrong);
    EXPECT_EQ(said.status, 2) << (wrong.empty() ? "" : wrong.back());
    EXPECT_EQ(said.out, "");
    EXPECT_NE(said.err, "");
  }
  for (const std::vector<std::string> &failed : {std::vector<std::string>{"train"},
                                                 {"evaluate"},
                                                 {"report"},
                                                 {"explain"},
                                                 {"quantize", "nowhere"},
                                                 {"profile", "nowhere.mote"},
                                                 {"data", "nowhere"},
                                                 {"boards", "--boards", "nowhere.toml"},
                                                 {"runs"},
                                                 {"compare", "a", "b"},
                                                 {"tag", "nowhere", "best"},
                                                 {"note", "nowhere"},
                                                 {"reproduce"},
                                                 {"verify", "nowhere.zip"},
                                                 {"train", "--resume"}}) {
    const Said said = mote_in(folder.text(), failed);
    EXPECT_EQ(said.status, 1) << failed[0];
    EXPECT_TRUE(said.err.starts_with("mote: ")) << said.err;
    EXPECT_LE(test::lines_of(said.err).size(), 3u);
  }
  EXPECT_TRUE(folder.is_empty());
}

TEST(CliUsage, help_and_version_are_on_standard_output) {
  EXPECT_TRUE(std::regex_match(mote_ok(".", {"--version"}).out, std::regex("\\d+\\.\\d+\\.\\d+\\S*\n")));
  const std::vector<std::string> all = commands();
  EXPECT_GT(all.size(), 12u);
  for (const std::string &command : all) {
    if (command == "help") continue;
    const std::string own = mote_ok(".", {command, "--help"}).out;
    EXPECT_NE(own.find(std::string("Example:\n  mote ") + command), std::string::npos) << own;
    EXPECT_NE(own.find("--json"), std::string::npos);
  }
}

TEST(CliUsage, a_closed_output_is_a_failure) {
  const Said said = mote_in(".", {"boards"});
  EXPECT_EQ(said.status, 0);
  EXPECT_EQ(std::system((std::string(MOTE_BINARY) + " boards >/dev/full 2>/dev/null").c_str()) >> 8, 1);
}

TEST(CliInit, makes_a_project_that_trains_and_touches_no_other) {
  test::TempFolder folder;
  const Said made = mote_ok(folder.text(), {"init", "one"});
  EXPECT_EQ(
      made.out,
      "Made one/mote.toml. Put recordings into one/data, then run `mote data one`. one/capture/capture.ino "
      "records with an Arduino Nano 33 BLE Sense.\n");
  for (const auto &[file, text] : project_files("gesture", "one"))
    EXPECT_EQ(read_file(folder / "one" / file), text);
  EXPECT_TRUE(fs::exists(folder / "one" / "capture" / "mote_stream.h"));
  EXPECT_EQ(read_file(folder / "one" / "mote.toml"), project_toml("gesture", "one"));
  EXPECT_EQ(read_file(folder / "one" / ".gitignore"), "runs/\n");
  EXPECT_TRUE(fs::exists(folder / "one" / "data" / "README.txt"));
  EXPECT_EQ(mote_ok(folder.text(), {"init", "two", "--template", "dense", "--json"}).parsed(),
            json({{"project", "two"}, {"template", "dense"}}));
  EXPECT_EQ(read_file(folder / "two" / "mote.toml"), project_toml("dense", "two"));
  write_file(folder / "one" / "mote.toml", "mine");
  const Said again = mote_in(folder.text(), {"init", "one"});
  EXPECT_EQ(again.status, 1);
  EXPECT_NE(again.err.find("one/mote.toml: exists already"), std::string::npos);
  EXPECT_EQ(read_file(folder / "one" / "mote.toml"), "mine");
  EXPECT_NE(mote_in(folder.text(), {"init", "three", "--template", "x"}).err.find("there is no template 'x'"),
            std::string::npos);
  EXPECT_FALSE(fs::exists(folder / "three"));
}

TEST(CliSynth, writes_as_many_recordings_as_it_says) {
  test::TempFolder folder;
  const Said said =
      mote_ok(folder.text(), {"synth", "gestures", "--output", "d", "--persons", "2", "--recordings", "3"});
  EXPECT_EQ(said.out, "Wrote 6 files with 18 synthetic recordings to d.\n");
  EXPECT_EQ(mote_ok(folder.text(),
                    {"synth", "gestures", "--output", "e", "--persons", "2", "--recordings", "3", "--json"})
                .parsed(),
            json({{"output", "e"}, {"files", 6}, {"synthetic", true}}));
  const json data = mote_ok(folder.text(), {"data", "d", "--json"}).parsed();
  EXPECT_EQ(data.at("recordings"), 18);
  EXPECT_EQ(data.at("classes").size(), 3u);
  for (const char *file : {"person_1/punch.csv", "person_2/idle.csv"}) {
    EXPECT_EQ(read_file(folder / "d" / file), read_file(folder / "e" / file));  // the same seed
    EXPECT_GT(read_file(folder / "d" / file).size(), 1000u);
  }
  mote_ok(folder.text(),
          {"synth", "gestures", "--output", "f", "--persons", "2", "--recordings", "3", "--seed", "8"});
  EXPECT_NE(read_file(folder / "f" / "person_1/punch.csv"), read_file(folder / "d" / "person_1/punch.csv"));
}

TEST(CliData, counts_the_rows_of_the_files) {
  const json j = mote_ok(small_project().folder(), {"data", "--json"}).parsed();
  const std::string text = mote_ok(small_project().folder(), {"data"}).out;
  EXPECT_EQ(j.at("recordings"), 120);
  EXPECT_EQ(j.at("window"), 10);
  EXPECT_EQ(j.at("stride"), 4);
  EXPECT_EQ(j.at("rate_hz"), 20);
  EXPECT_EQ(j.at("channels"), json({"x", "y"}));
  ASSERT_EQ(j.at("classes").size(), 3u);
  for (const json &c : j.at("classes")) {
    const std::string label = c.at("label");
    const auto lines = test::lines_of(read_file(small_project().data() / (label + ".csv")));
    double low[2] = {1e9, 1e9}, high[2] = {-1e9, -1e9}, sum[2] = {};
    size_t rows = 0, recordings = 1;
    for (size_t i = 1; i < lines.size(); ++i) {
      double v[2];
      recordings += lines[i].empty();
      if (std::sscanf(lines[i].c_str(), "%lf,%lf", v, v + 1) != 2) continue;
      ++rows;
      for (size_t k = 0; k < 2; ++k) {
        low[k] = std::min(low[k], v[k]);
        high[k] = std::max(high[k], v[k]);
        sum[k] += v[k];
      }
    }
    EXPECT_EQ(c.at("recordings"), recordings);
    EXPECT_EQ(c.at("windows"), 2 * recordings);
    EXPECT_NEAR(c.at("seconds").get<double>(), static_cast<double>(rows) / 20, 1e-9);
    EXPECT_EQ(c.at("shortest_rows"), 14);
    for (size_t k = 0; k < 2; ++k) {
      EXPECT_NEAR(c.at("min")[k].get<double>(), low[k], 1e-4);
      EXPECT_NEAR(c.at("max")[k].get<double>(), high[k], 1e-4);
      EXPECT_NEAR(c.at("mean")[k].get<double>(), sum[k] / static_cast<double>(rows), 1e-4);
    }
    EXPECT_EQ(test::row_of(text, label),
              (std::vector<std::string>{label, std::to_string(recordings), std::to_string(2 * recordings),
                                        test::printed("%.1f", static_cast<double>(rows) / 20), "14"}));
  }
}

TEST(CliData, findings_decide_the_status) {
  test::TempFolder folder;
  fs::create_directories(folder / "d");
  write_file(folder / "d" / "a.csv", "x,y\n1,2\n3,4\n5,oops\n");
  write_file(folder / "d" / "b.csv", "x,y\n1,2\n3,4\n5,6\n");
  const Said all = mote_in(folder.text(), {"data", "d"});
  EXPECT_EQ(all.status, 1);
  EXPECT_NE(all.out.find("  error    "), std::string::npos) << all.out;
  EXPECT_NE(all.err.find("d: has errors, listed above"), std::string::npos);
  const Said lint = mote_in(folder.text(), {"data", "d", "--lint"});
  EXPECT_EQ(lint.status, 1);
  EXPECT_NE(lint.out.find("a.csv:4: "), std::string::npos) << lint.out;
  EXPECT_EQ(lint.out.find("recordings"), lint.out.find("recordings,"));  // no table
  const Said good = mote_in(small_project().folder(), {"data", "--lint"});
  EXPECT_EQ(good.status, 0) << good.out;
  fs::create_directories(folder / "empty");
  const Said none = mote_in(folder.text(), {"data", "empty"});
  EXPECT_EQ(none.status, 1);
}

TEST(CliSummary, of_presets_and_of_a_project_before_training) {
  const json list = mote_ok(".", {"summary", "--preset", "list", "--json"}).parsed();
  EXPECT_EQ(list, json(preset_names()));
  const std::string table = mote_ok(".", {"summary", "--preset", "list"}).out;
  for (const std::string name : list) EXPECT_NE(table.find(name), std::string::npos);
  const json j =
      mote_ok(".", {"summary", "--preset", "gesture_gru", "--input", "50,3", "--classes", "4", "--json"})
          .parsed();
  EXPECT_EQ(j.at("layers").back().at("output"), json({4}));
  test::TempFolder folder;
  small_project().copy_to(folder / "p");
  fs::remove_all(folder / "p" / "runs");
  const json before = mote_ok(folder / "p", {"summary", "--json"}).parsed();
  EXPECT_EQ(before, small_project().record("summary.json"));
  for (const std::vector<std::string> &bad :
       {std::vector<std::string>{"summary", "p", "--preset", "gesture_gru"},
        {"summary", "--preset", "gesture_gru", "--input", "0,3"}})
    EXPECT_EQ(mote_in(folder.text(), bad).status, 1);
}

}  // namespace
}  // namespace mote
