// mote train --seeds: each run is that of its seed alone, bit for bit, also where the series was killed; what
// is said of them follows from their own records.
#include <csignal>

#include "cli/command.h"
#include "runs/unfinished.h"

namespace mote {
namespace {

using nlohmann::json;
using test::mote_in;
using test::mote_ok;

constexpr int kSeeds = 3;

class SeedsProject {
 public:
  SeedsProject() {
    test::small_project().copy_to(path());
    fs::remove_all(path() / "runs");
  }
  fs::path path() const { return folder_ / "p"; }
  std::string model(const json &run) const {
    return read_file(path() / run.get<std::string>() / run_file::kModel);
  }
  std::string model_of_seed(uint64_t seed, int epochs) const {
    const auto said = mote_ok(path(), {"train", "--quiet", "--json", "--seed", std::to_string(seed),
                                       "--epochs", std::to_string(epochs)});
    return model(said.parsed().at("run"));
  }

 private:
  test::TempFolder folder_;
};

// `mote` in a folder, not waited for.
pid_t started(const fs::path &folder, std::vector<std::string> arguments) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  std::vector<char *> argv = {const_cast<char *>(MOTE_BINARY)};
  for (std::string &a : arguments) argv.push_back(a.data());
  argv.push_back(nullptr);
  const int none = ::open("/dev/null", O_WRONLY);
  ::dup2(none, STDOUT_FILENO);
  ::dup2(none, STDERR_FILENO);
  if (::chdir(folder.c_str()) == 0) ::execv(argv[0], argv.data());
  ::_exit(127);
}

int status_of(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

size_t count_ending(const fs::path &folder, const std::string &ending) {
  size_t n = 0;
  std::error_code code;
  for (const auto &entry : fs::directory_iterator(folder, code)) n += entry.path().string().ends_with(ending);
  return n;
}

TEST(CliSeeds, each_is_the_training_of_its_seed_alone) {
  const SeedsProject p;
  const json said = mote_ok(p.path(), {"train", "--quiet", "--json", "--seeds", std::to_string(kSeeds),
                                       "--epochs", "4", "--threads", "2"})
                        .parsed();
  ASSERT_EQ(said.at("seeds").size(), size_t{kSeeds});
  double sum = 0, low = 1, high = 0, best = -1, least_loss = 1e300;
  uint64_t kept = 0;
  for (size_t i = 0; i < kSeeds; ++i) {
    const json &seed = said.at("seeds")[i];
    EXPECT_EQ(seed.at("seed"), 5 + i);  // that of mote.toml, and those after it
    EXPECT_EQ(p.model(seed.at("run")), p.model_of_seed(5 + i, 4)) << i;
    const fs::path run = p.path() / seed.at("run").get<std::string>();
    const json history = json::parse(read_file(run / run_file::kHistory));
    const json &epoch = history.at("epochs").at(history.at("best_epoch").get<size_t>() - 1);
    const double validation = epoch.at("val_accuracy"), loss = epoch.at("val_loss");
    EXPECT_EQ(seed.at("validation"), validation);
    EXPECT_EQ(seed.at("validation_int8"), history.at("int8").at("val_accuracy"));
    EXPECT_EQ(seed.at("test"), json::parse(read_file(run / run_file::kEvaluation)).at(0).at("accuracy"));
    sum += validation;
    low = std::min(low, validation);
    high = std::max(high, validation);
    if (validation > best || (validation == best && loss < least_loss)) {
      best = validation;
      least_loss = loss;
      kept = 5 + i;
    }
  }
  EXPECT_NEAR(said.at("validation").at("mean").get<double>(), sum / kSeeds, 1e-12);
  EXPECT_EQ(said.at("validation").at("low"), low);
  EXPECT_EQ(said.at("validation").at("high"), high);
  EXPECT_EQ(said.at("keep").at("seed"), kept);
  EXPECT_NE(said.at("keep").at("why").get<std::string>().find("validation accuracy"), std::string::npos);
  EXPECT_NE(said.at("keep").at("why").get<std::string>().find("own split"), std::string::npos);
  const fs::path series = p.path() / said.at("run").get<std::string>();
  json record = said;
  record.erase("run");
  EXPECT_EQ(json::parse(read_file(series / run_file::kSeeds)), record);
  EXPECT_EQ(json::parse(read_file(series / run_file::kRecord)).at("kind"), "seeds");
  EXPECT_EQ(count_ending(p.path() / "runs", ".seeds"), 0u);
  mote_ok(p.path(), {"evaluate"});  // of the newest run that has a model
  const auto none = mote_in(p.path(), {"train", "--resume"});
  EXPECT_EQ(none.status, 1);
  EXPECT_NE(none.err.find("there is no unfinished training"), std::string::npos) << none.err;
}

TEST(CliSeeds, share_the_windows_where_the_split_has_a_seed) {
  const SeedsProject p;
  const auto said =
      mote_ok(p.path(), {"train", "--quiet", "--seeds", "2", "--epochs", "2", "--set", "split.seed=1"});
  EXPECT_NE(said.out.find("Validation: mean "), std::string::npos) << said.out;
  EXPECT_NE(said.out.find("Keep runs/"), std::string::npos) << said.out;
  EXPECT_EQ(said.out.find("own split"), std::string::npos) << said.out;
}

TEST(CliSeeds, without_validation_none_is_chosen_by_the_test) {
  const SeedsProject p;
  const json said = mote_ok(p.path(), {"train", "--quiet", "--json", "--seeds", "2", "--epochs", "2", "--set",
                                       "split.train=0.7", "--set", "split.val=0"})
                        .parsed();
  EXPECT_TRUE(said.at("validation").is_null());
  EXPECT_FALSE(said.at("test").is_null());
  EXPECT_EQ(said.at("keep").at("seed"), 5);
  EXPECT_NE(said.at("keep").at("why").get<std::string>().find("no validation windows"), std::string::npos);
}

// Killed at three moments; what was begun goes on, what was finished stays, what was not begun begins.
TEST(CliSeeds, a_killed_series_goes_on_to_the_same_runs) {
#ifdef MOTE_SANITIZED
  GTEST_SKIP() << "training three times over: resuming runs under sanitizers in e2e_resume";
#endif
  constexpr int kEpochs = 60;
  const SeedsProject p;
  const fs::path runs = p.path() / "runs";
  const std::vector<std::string> begin = {
      "train",     "--quiet", "--seeds", std::to_string(kSeeds), "--epochs", std::to_string(kEpochs),
      "--threads", "2",       "--set",   "train.save_seconds=0"};
  pid_t child = started(p.path(), begin);
  for (int tries = 0; tries < 6000 && count_ending(runs, ".unfinished") < 2; ++tries) ::usleep(5000);
  ::kill(child, SIGKILL);
  status_of(child);
  ASSERT_EQ(count_ending(runs, ".seeds"), 1u);
  ASSERT_GE(count_ending(runs, ".unfinished"), 1u);
  child = started(p.path(), {"train", "--resume", "--quiet", "--threads", "2"});
  for (int tries = 0;
       tries < 6000 &&
       count_ending(runs, "-small") + count_ending(runs, "-small-02") + count_ending(runs, "-small-03") == 0;
       ++tries)
    ::usleep(5000);
  ::kill(child, SIGTERM);  // asked to end, it keeps what there is
  status_of(child);
  const json said = mote_ok(p.path(), {"train", "--resume", "--quiet", "--json", "--threads", "2"}).parsed();
  ASSERT_EQ(said.at("seeds").size(), size_t{kSeeds});
  for (size_t i = 0; i < kSeeds; ++i)
    EXPECT_EQ(p.model(said.at("seeds")[i].at("run")), p.model_of_seed(5 + i, kEpochs)) << i;
  EXPECT_EQ(count_ending(runs, ".seeds"), 0u);
  EXPECT_EQ(count_ending(runs, ".unfinished"), 0u);
}

TEST(CliSeeds, two_series_at_once_do_not_mix) {
  const SeedsProject p;
  const std::vector<std::string> command = {"train",    "--quiet", "--seeds",   "2",
                                            "--epochs", "3",       "--threads", "2"};
  const pid_t one = started(p.path(), command), two = started(p.path(), command);
  EXPECT_EQ(status_of(one), 0);
  EXPECT_EQ(status_of(two), 0);
  size_t series = 0, models = 0;
  std::set<std::string> used;
  for (const auto &entry : fs::directory_iterator(p.path() / "runs")) {
    models += fs::exists(entry.path() / run_file::kModel);
    if (!fs::exists(entry.path() / run_file::kSeeds)) continue;
    ++series;
    const json record = json::parse(read_file(entry.path() / run_file::kSeeds));
    for (const json &seed : record.at("seeds")) EXPECT_TRUE(used.insert(seed.at("run")).second);
  }
  EXPECT_EQ(series, 2u);
  EXPECT_EQ(models, 4u);
}

TEST(CliSeeds, refuses_what_does_not_go_together) {
  const SeedsProject p;
  EXPECT_EQ(mote_in(p.path(), {"train", "--seeds", "2", "--folds", "3"}).status, 2);
  EXPECT_EQ(mote_in(p.path(), {"train", "--seeds", "1"}).status, 2);
  fs::create_directories(p.path() / "runs");
  write_file(p.path() / "runs" / "20260101-000000-small.seeds", "{\"seeds\": [1, 2]}");
  const auto said = mote_in(p.path(), {"train", "--resume"});
  EXPECT_EQ(said.status, 1);
  EXPECT_NE(said.err.find("20260101-000000-small.seeds: is not a series of seeds: "), std::string::npos)
      << said.err;
}

}  // namespace
}  // namespace mote
