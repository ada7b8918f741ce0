// A project of sounds with a block: what `mote data` shows of its windows, and what `mote train` keeps of its
// features and says beside its network.
#include <set>

#include "cli/command.h"
#include "data/augment.h"
#include "data/sound.h"
#include "mote/project.h"
#include "mote/recordings.h"
#include "wav_bytes.h"

namespace mote {
namespace {

using test::json;
using test::mote_in;
using test::mote_ok;

constexpr int kTones = 20, kToneRate = 4000, kToneRows = 1000;

// Two tones in noise, and silence; one file of high is a low tone.
void write_tones(const fs::path &folder) {
  Random random(4);
  for (const auto &[label, hz] : {std::pair{"high", 900.0}, {"low", 300.0}, {"quiet", 0.0}}) {
    fs::create_directories(folder / label);
    for (int n = 0; n < kTones; ++n) {
      const double own = std::string(label) == "high" && n == 13 ? 300 : hz;
      std::vector<double> values;
      for (int t = 0; t < kToneRows; ++t)
        values.push_back(std::clamp(
            (own > 0 ? 0.2 * std::sin(2 * M_PI * own * t / kToneRate + n) : 0) + 0.02 * random.normal(), -1.0,
            0.99));
      write_file(folder / label / (std::to_string(n) + ".wav"), test::wav_bytes(values, {.rate = kToneRate}));
    }
  }
}

struct ToneProject {
  test::TempFolder folder;
  explicit ToneProject(const std::string &more = "",
                       const std::string &blocks = R"([{ block = "mfe", filters = 12 }])") {
    write_tones(folder / "data");
    write_file(folder / "mote.toml", R"(name = "tones"
[features]
blocks = )" + blocks + R"(
[model]
layers = [{ type = "conv1d", filters = 4, kernel = 3, activation = "relu" }, { type = "global_avg_pool1d" },
          { type = "dense", units = "classes", activation = "softmax" }]
[train]
epochs = 3
)" + more);
  }
  std::set<std::string> kept() const {
    std::set<std::string> names;
    if (fs::exists(folder / ".mote"))
      for (const auto &entry : fs::directory_iterator(folder / ".mote"))
        if (entry.path().extension() == ".bin") names.insert(entry.path().filename());
    return names;
  }
};

TEST(CliTones, a_map_names_the_window_that_is_of_another_class) {
  const ToneProject p;
  const test::Said said = mote_ok(p.folder.path(), {"data", "--features", "--json"});
  const json shown = said.parsed().at("features");
  EXPECT_EQ(shown.at("map").size(), 3u * kTones);
  EXPECT_EQ(shown.at("of"), "features");
  const json &farthest = shown.at("outliers").at(0);
  EXPECT_EQ(farthest.at("window"), "data/high/13.wav");
  EXPECT_EQ(farthest.at("class"), "high");
  EXPECT_EQ(farthest.at("nearest"), "low");
  EXPECT_EQ(shown.at("files").size(), 8u);
  for (const char *name : {"high", "low", "quiet", "map"}) {
    EXPECT_TRUE(read_file(p.folder / "preview" / (std::string(name) + ".png")).starts_with("\x89PNG"));
    EXPECT_NE(read_file(p.folder / "preview" / (std::string(name) + ".svg")).find("</svg>"),
              std::string::npos);
  }
  const std::string text = mote_ok(p.folder.path(), {"data", "--features", "--output", "shown"}).out;
  EXPECT_NE(text.find("1. "), std::string::npos);
  EXPECT_NE(text.find("high data/high/13.wav, nearer to low"), std::string::npos) << text;
  for (const std::string &line : test::lines_of(text.substr(text.find("The farthest"))))
    EXPECT_LE(line.size(), 80u) << line;
}

TEST(CliTones, windows_without_blocks_are_shown_too) {
  const ToneProject p;
  const json shown = mote_ok(p.folder.path(), {"data", "data", "--features", "--output", "shown", "--json"})
                         .parsed()
                         .at("features");
  EXPECT_EQ(shown.at("map").size(), 3u * kTones);
  EXPECT_EQ(shown.at("of"), "windows");
}

TEST(CliTones, files_are_not_written_among_the_recordings) {
  const ToneProject p;
  const test::Said said = mote_in(p.folder.path(), {"data", "--features", "--output", "data/shown"});
  EXPECT_EQ(said.status, 1);
  EXPECT_NE(said.err.find("lies in the folder of the recordings"), std::string::npos) << said.err;
  EXPECT_FALSE(fs::exists(p.folder / "data" / "shown"));
}

TEST(CliTones, a_preview_is_the_window_and_what_the_training_makes_of_it) {
  const ToneProject p("[augment]\nnoise = 0.3\nscale = 0.2\n");
  const json files =
      mote_ok(p.folder.path(), {"data", "--preview", "--json"}).parsed().at("preview").at("files");
  EXPECT_EQ(files.size(), 18u);  // three of each class, each twice
  EXPECT_TRUE(read_file(p.folder / "preview" / "preview.png").starts_with("\x89PNG"));
  const Project project = read_project(p.folder.text());
  const Splits splits = load_recordings(project.data_path, project.load).split(project.split);
  const Dataset &train = splits.train;
  const auto statistics = channel_statistics(train.values.data(), train.size() * kToneRows, 1);
  for (const json &file : files) {
    const std::string path = file.at("file"), source = file.at("window");
    const Sound sound = parse_sound(read_file(p.folder / path), path);
    EXPECT_EQ(sound.rate_hz, kToneRate);
    ASSERT_EQ(sound.frames(), size_t{kToneRows});
    size_t w = 0;
    while (w < train.size() && !train.sources[w].text().ends_with(source)) ++w;
    ASSERT_LT(w, train.size());
    std::vector<float> expected(train.example(w), train.example(w) + kToneRows);
    if (file.at("augmented"))
      augment(project.train.augment, statistics, train.example(w), kToneRows, 1,
              Random(project.train.seed, {kAugmentStream, 1, w}), expected.data());
    for (size_t i = 0; i < expected.size(); ++i)
      ASSERT_EQ(sound.samples[i], std::nearbyint(expected[i])) << path;
  }
}

TEST(CliTones, a_preview_of_other_signals_is_a_picture) {
  const test::TempFolder folder;
  test::small_project().copy_to(folder / "p");
  const json shown = mote_ok(folder / "p", {"data", "--preview", "--json"}).parsed().at("preview");
  EXPECT_TRUE(shown.at("files").empty());
  const std::string picture = shown.at("picture");
  EXPECT_TRUE(read_file(folder / "p" / picture).starts_with("\x89PNG"));
  const test::Said said = mote_in(folder / "p", {"data", "--preview", "--set", "augment.image.zoom=0.1"});
  EXPECT_EQ(said.status, 1);
  EXPECT_NE(said.err.find("augment.image: is of pictures, and these are none"), std::string::npos)
      << said.err;
}

TEST(CliTones, data_says_of_blocks_what_train_would_refuse) {
  const ToneProject p("", R"([{ block = "mfe", frame_ms = 900 }])");
  const test::Said data = mote_in(p.folder.path(), {"data"}), train = mote_in(p.folder.path(), {"train"});
  EXPECT_EQ(data.status, 1);
  EXPECT_EQ(train.status, 1);
  EXPECT_NE(data.out.find("mfe"), std::string::npos) << data.out;
}

TEST(CliTones, features_are_kept_for_the_next_training_and_change_nothing) {
  const ToneProject p;
  mote_ok(p.folder.path(), {"train"});
  const auto first = p.kept();
  ASSERT_EQ(first.size(), 2u);  // of the windows, and of those of a stream of them
  const std::string model = read_file(find_run(p.folder.text()).path / fs::path("model.mote"));
  mote_ok(p.folder.path(), {"train", "--threads", "1"});
  EXPECT_EQ(p.kept(), first);
  fs::remove_all(p.folder / ".mote");
  write_file(p.folder / ".mote", "in the way");
  const std::string said = mote_ok(p.folder.path(), {"train"}).out;
  EXPECT_NE(said.find("Note: features are computed for this training only"), std::string::npos) << said;
  for (const auto &entry : fs::directory_iterator(p.folder / "runs"))
    if (entry.is_directory()) EXPECT_EQ(read_file(entry.path() / "model.mote"), model);
}

TEST(CliTones, what_needs_no_network_stands_beside_it) {
  const ToneProject p;
  const test::Said said = mote_ok(p.folder.path(), {"train", "--json"});
  const json history = said.parsed();
  const json &baseline = history.at("baseline");
  ASSERT_EQ(baseline.size(), 2u);
  EXPECT_EQ(baseline[0].at("part"), "validation");
  EXPECT_EQ(baseline[1].at("part"), "test");
  EXPECT_EQ(baseline[1].at("network"), history.at("test").at("accuracy"));
  EXPECT_GT(baseline[1].at("nearest_mean").get<double>(), 0.8);  // tones of three bands
  EXPECT_LT(baseline[1].at("network").get<double>(), 0.8);       // three epochs are few
  EXPECT_NE(history.at("baseline_finding").get<std::string>().find("no better"), std::string::npos);
  const std::string text = mote_ok(p.folder.path(), {"train"}).out;
  EXPECT_NE(text.find("Without a network, on the same test windows: nearest class mean"), std::string::npos)
      << text;
  EXPECT_NE(text.find("Note: the network is no better"), std::string::npos) << text;
  mote_ok(p.folder.path(), {"report"});
  EXPECT_NE(read_file(find_run(p.folder.text()).path / fs::path("report.html")).find("linear model"),
            std::string::npos);
}

TEST(CliTones, run_of_a_sound_points_to_predict) {
  const ToneProject p;
  mote_ok(p.folder.path(), {"train"});
  const test::Said said =
      mote_in(p.folder.path(), {"run", (find_run(p.folder.text()).path / fs::path("model.mote")).string(),
                                "--input", "data/high/1.wav", "--output", "out.bin"});
  EXPECT_EQ(said.status, 1);
  EXPECT_NE(said.err.find("mote predict"), std::string::npos) << said.err;
}

TEST(CliTones, the_readme_of_the_c_says_the_unit_of_a_sound) {
  const ToneProject p;
  mote_ok(p.folder.path(), {"train"});
  mote_ok(p.folder.path(), {"quantize"});
  mote_ok(p.folder.path(), {"export", "--format", "c", "--output", "c"});
  EXPECT_NE(read_file(p.folder / "c" / "README.md").find("units of 16 bits"), std::string::npos);
  const fs::path run = fs::path(test::small_project().run);
  mote_ok(p.folder.path(), {"export", run.string(), "--format", "c", "--output", "other"});
  EXPECT_EQ(read_file(p.folder / "other" / "README.md").find("units of 16 bits"), std::string::npos);
}

}  // namespace
}  // namespace mote
