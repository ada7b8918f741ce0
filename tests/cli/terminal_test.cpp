// The program in terminals of several widths: nothing wraps, progress is one line, signals keep the training,
// colours and carriage returns stay on the terminal.
#include "cli/terminal.h"

#include "../../apps/cli/time_left.h"

namespace mote {
namespace {

using test::mote_in;
using test::mote_on_terminal;
using test::Said;
using test::Shown;
using test::small_project;

// Labels as people write them: long ones, Chinese ones, and paths that fill a line by themselves.
class LongNames {
 public:
  LongNames() {
    Random random(5);
    fs::create_directories(data());
    const std::vector<std::string> labels = {
        "walking downstairs with a very heavy suitcase in the left hand",
        "\xE4\xB8\x8A\xE6\xA5\xBC\xE6\xA2\xAF\xE7\x9A\x84\xE6\x97\xB6\xE5\x80\x99", "sit"};
    for (size_t k = 0; k < labels.size(); ++k) {
      std::string csv = "acceleration_of_the_wrist,y\n";
      for (int r = 0; r < 40; ++r) {
        if (r > 0) csv += "\n";
        for (int t = 0; t < 8; ++t)
          csv += test::printed("%.3f,", 2.0 * k + random.normal()) + test::printed("%.3f\n", random.normal());
      }
      write_file(data() / (labels[k] + ".csv"), csv);
    }
    write_file(folder() / "mote.toml", R"(name = "long"
[data]
label_from = "stem"
window = 8
rate_hz = 20
[model]
layers = [ { type = "flatten" }, { type = "dense", name = "a_hidden_layer_with_quite_a_long_name", units = 8, activation = "relu" },
  { type = "dense", units = "classes", activation = "softmax" } ]
[train]
epochs = 40
threads = 1
)");
  }
  fs::path folder() const { return temp_ / "long"; }
  fs::path data() const {
    return folder() / "data/participant_with_a_rather_long_name/session_of_the_afternoon";
  }

 private:
  test::TempFolder temp_;
};

// A training that takes as long as it is let.
void make_endless(const fs::path &folder) {
  small_project().copy_to(folder);
  fs::remove_all(folder / "runs");
}
const std::vector<std::string> kEndless = {"train", "--epochs", "1000000"};

std::string unfinished_in(const fs::path &folder) {
  std::string found;
  for (const auto &entry : fs::directory_iterator(folder / "runs"))
    if (entry.path().extension() == ".unfinished") found = "runs/" + entry.path().filename().string();
  return found;
}

TEST(Terminal, no_command_writes_wider_than_the_terminal) {
#ifdef MOTE_SANITIZED
  const std::vector<size_t> widths = {40};  // 21 commands for each, and trainings among them
#else
  const std::vector<size_t> widths = {80, 60, 40};
#endif
  for (const size_t columns : widths) {
    LongNames project;
    for (const std::vector<std::string> &arguments :
         {std::vector<std::string>{},
          {"--help"},
          {"help", "quantize"},
          {"train", "--help"},
          {"trian"},
          {"data"},
          {"train"},
          {"quantize"},
          {"quantize", "--method", "qat", "--epochs", "3"},
          {"evaluate", "--part", "all"},
          {"predict", ".", "data"},
          {"summary"},
          {"explain"},
          {"profile", "--target", "nano33ble"},
          {"boards"},
          {"report"},
          {"export", "--format", "tflite", "--output", "m.tflite"},
          {"train", "--folds", "3"},
          {"profile", "--target", "nano33"},
          {"train", "--set", "train.epohcs=3"},
          {"train", "--resume"}}) {
      const Shown shown = mote_on_terminal(project.folder(), columns, arguments);
      EXPECT_EQ(shown.ended_by, 0);
      // a path in a sentence is left whole, to be copied: only there the terminal breaks a line itself
      size_t broken = 0;
      for (const std::string &word : test::words_of(shown.raw))
        if (word.find('/') != word.npos) broken += columns_of(word) / columns;
      EXPECT_LE(shown.wraps, broken) << columns << " columns: " << (arguments.empty() ? "" : arguments[0])
                                     << "\n"
                                     << shown.text();
    }
  }
}

TEST(Terminal, progress_is_one_line_that_is_written_over) {
  for (const size_t columns : {100, 80, 60, 40}) {
    LongNames project;
    const Shown shown = mote_on_terminal(project.folder(), columns, {"train"});
    EXPECT_EQ(shown.status, 0) << shown.text();
    EXPECT_EQ(shown.wraps, 0u) << shown.text();
    size_t lines = 0;
    for (const std::string &line : shown.screen)
      lines += std::regex_search(line, std::regex("^epoch +\\d+/"));
    EXPECT_EQ(lines, 1u) << shown.text();
    EXPECT_TRUE(shown.screen[0].starts_with("epoch 40/40")) << shown.screen[0];
    EXPECT_EQ(shown.screen[0].find("left"), std::string::npos) << "at the end nothing is left";
  }
}

TEST(Terminal, progress_of_folds_cuts_their_names) {
  LongNames project;
  const Shown shown = mote_on_terminal(project.folder(), 60, {"train", "--folds", "3"});
  EXPECT_EQ(shown.status, 0) << shown.text();
  EXPECT_EQ(shown.wraps, 0u);
  for (const char *fold : {"fold 1 of 3: ", "fold 2 of 3: ", "fold 3 of 3: "})
    EXPECT_NE(shown.text().find(fold), std::string::npos) << shown.text();
}

TEST(Terminal, the_width_is_the_one_that_it_has_now) {
  test::TempFolder temp;
  make_endless(temp / "p");
  bool is_narrow = false, has_asked = false;
  size_t narrowed_at = 0;
  Shown shown =
      mote_on_terminal(temp / "p", 100, kEndless, {}, [&](const std::string &raw, pid_t child, int terminal) {
        if (!is_narrow && raw.find("val accuracy") != raw.npos) {
          winsize size = {};
          size.ws_row = 40;
          size.ws_col = 40;
          ::ioctl(terminal, TIOCSWINSZ, &size);
          is_narrow = true;
          narrowed_at = raw.size();
        }
        if (is_narrow && !has_asked && raw.size() > narrowed_at + 400) {
          has_asked = true;
          ::kill(child, SIGINT);
        }
      });
  ASSERT_TRUE(has_asked);
  // behind the line that was on its way
  Shown later;
  later.raw = shown.raw.substr(shown.raw.find('\r', narrowed_at + 150));
  test::look(later, 40);
  EXPECT_EQ(later.wraps, 0u) << later.text();
  const Shown given = mote_on_terminal(temp.path(), 100, {"--help"}, {{"COLUMNS", "50"}});
  for (const std::string &line : given.screen) EXPECT_LE(columns_of(line), 50u);
  EXPECT_GT(given.screen.size(),
            mote_on_terminal(temp.path(), 100, {"--help"}, {{"COLUMNS", "x"}}).screen.size());
}

TEST(Terminal, elsewhere_there_are_no_carriage_returns_and_no_limit) {
  LongNames project;
  for (const std::vector<std::string> &arguments : {std::vector<std::string>{"train"},
                                                    {"quantize", "--method", "qat", "--epochs", "3"},
                                                    {"predict", ".", "data"},
                                                    {"evaluate"},
                                                    {"train", "--folds", "3"}}) {
    const Said said = mote_in(project.folder(), arguments);
    EXPECT_EQ(said.status, 0) << said.err;
    EXPECT_EQ((said.out + said.err).find_first_of("\r\033"), std::string::npos) << said.out << said.err;
  }
  const Said said = mote_in(project.folder(), {"predict", ".", "data"});
  EXPECT_NE(said.out.find(
                "participant_with_a_rather_long_name/session_of_the_afternoon/walking downstairs with a very "
                "heavy suitcase in the left hand.csv  walking downstairs with a very heavy suitcase"),
            std::string::npos)
      << said.out;
}

TEST(Terminal, a_signal_keeps_the_training_and_says_how_to_go_on) {
  test::TempFolder temp;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    const fs::path folder = temp / std::to_string(signal);
    make_endless(folder);
    bool has_asked = false;
    const Shown shown =
        mote_on_terminal(folder, 80, kEndless, {}, [&](const std::string &raw, pid_t child, int terminal) {
          if (has_asked || raw.find("epoch ") == raw.npos) return;
          has_asked = true;
          if (signal == SIGINT)
            EXPECT_EQ(::write(terminal, "\x03", 1), 1);  // what Ctrl-C types
          else
            ::kill(child, signal);
        });
    EXPECT_EQ(shown.ended_by, signal) << "a shell makes 128 and its number of it";
    const std::string kept = unfinished_in(folder);
    ASSERT_NE(kept, "") << shown.text();
    EXPECT_NE(shown.text().find(kept), std::string::npos) << shown.text();
    EXPECT_NE(shown.text().find("`mote train --resume`"), std::string::npos) << shown.text();
    EXPECT_EQ(shown.wraps, 0u);
  }
  // on with it, to the weights of a training that nobody stopped
  const fs::path folder = temp / "short";
  make_endless(folder);
  ASSERT_EQ(mote_in(folder, {"train", "--epochs", "60"}).status, 0);
  const std::string whole = read_file(fs::path(find_run("", folder.string()).path) / "model.mote");
  fs::remove_all(folder / "runs");
  mote_on_terminal(folder, 80, {"train", "--epochs", "60"}, {}, [](const std::string &raw, pid_t child, int) {
    if (raw.find("epoch ") != raw.npos && raw.find("Stopping") == raw.npos) ::kill(child, SIGTERM);
  });
  if (!unfinished_in(folder).empty()) {
    const Shown resumed = mote_on_terminal(folder, 80, {"train", "--resume"});
    EXPECT_EQ(resumed.status, 0) << resumed.text();
  }
  EXPECT_EQ(read_file(fs::path(find_run("", folder.string()).path) / "model.mote"), whole);
}

// Steps that take long: the first Ctrl-C waits for the end of one, the second does not.
TEST(Terminal, a_second_signal_ends_at_once) {
  test::TempFolder temp;
  make_endless(temp / "p");
  int asked = 0;
  const Shown shown =
      mote_on_terminal(temp / "p", 80, kEndless, {}, [&](const std::string &raw, pid_t child, int) {
        if (asked > 0 || raw.find("epoch ") == raw.npos) return;
        ::kill(child, SIGSTOP);  // both are there before a step ends
        ::kill(child, SIGINT);
        ::kill(child, SIGTERM);
        ::kill(child, SIGCONT);
        ++asked;
      });
  EXPECT_TRUE(shown.ended_by == SIGINT || shown.ended_by == SIGTERM) << shown.ended_by;
  EXPECT_NE(shown.text().find("Stopping; Ctrl-C again ends at once."), std::string::npos) << shown.text();
  EXPECT_NE(shown.text().find("`mote train"), std::string::npos) << shown.text();
}

TEST(Terminal, cross_validation_says_that_it_is_kept_only_whole) {
  test::TempFolder temp;
  make_endless(temp / "p");
  bool has_asked = false;
  const Shown shown = mote_on_terminal(temp / "p", 80, {"train", "--folds", "4", "--set", "train.epochs=200"},
                                       {}, [&](const std::string &raw, pid_t child, int) {
                                         if (has_asked || raw.find("as int8") == raw.npos) return;
                                         has_asked = true;
                                         ::kill(child, SIGINT);
                                       });
  EXPECT_EQ(shown.ended_by, SIGINT);
  EXPECT_NE(shown.text().find("of 4 folds were done"), std::string::npos) << shown.text();
  EXPECT_NE(shown.text().find("`mote train --folds 4`"), std::string::npos) << shown.text();
}

TEST(Terminal, a_signal_that_was_ignored_stays_ignored) {
  test::TempFolder temp;
  make_endless(temp / "p");
  ::signal(SIGHUP, SIG_IGN);  // as nohup does; handed on to the program
  bool has_hung_up = false, has_asked = false;
  size_t at = 0;
  const Shown shown =
      mote_on_terminal(temp / "p", 80, kEndless, {}, [&](const std::string &raw, pid_t child, int) {
        if (!has_hung_up && raw.find("epoch ") != raw.npos) {
          has_hung_up = true;
          at = raw.size();
          ::kill(child, SIGHUP);
        }
        if (has_hung_up && !has_asked && raw.size() > at + 300) {
          has_asked = true;
          ::kill(child, SIGTERM);
        }
      });
  ::signal(SIGHUP, SIG_DFL);
  EXPECT_EQ(shown.ended_by, SIGTERM);
}

TEST(Terminal, colours_are_of_a_terminal_that_wants_them) {
  test::TempFolder temp;
  const std::vector<std::string> wrong = {"summary", "nowhere"};
  const auto is_coloured = [&](const std::map<std::string, std::string> &environment) {
    const Shown shown = mote_on_terminal(temp.path(), 80, wrong, environment);
    EXPECT_TRUE(shown.text().starts_with("mote: ")) << "the word is there in any case: " << shown.text();
    return shown.raw.find("\033[1;31mmote:\033[0m") != std::string::npos;
  };
  EXPECT_TRUE(is_coloured({}));
  EXPECT_FALSE(is_coloured({{"NO_COLOR", "1"}}));
  EXPECT_FALSE(is_coloured({{"TERM", "dumb"}}));
  EXPECT_FALSE(is_coloured({{"NO_COLOR", "1"}, {"CLICOLOR_FORCE", "1"}}));
  EXPECT_EQ(mote_in(temp.path(), wrong).err.find('\033'), std::string::npos);
}

TEST(Terminal, wrong_names_are_answered_with_the_nearest) {
  test::TempFolder temp;
  const auto said = [&](const std::vector<std::string> &arguments) {
    return mote_in(temp.path(), arguments).err;
  };
  EXPECT_NE(said({"trian"}).find("did you mean 'train'?"), std::string::npos);
  EXPECT_NE(said({"train", "--epoch", "3"}).find("there is no option '--epoch'; did you mean '--epochs'?"),
            std::string::npos);
  EXPECT_NE(said({}).find("\n  train "), std::string::npos) << "alone it shows its help";
  for (const char *command : {"train", "quantize", "boards"})
    EXPECT_EQ(mote_in(temp.path(), {"help", command}).out, mote_in(temp.path(), {command, "--help"}).out);
  const fs::path folder = small_project().folder();
  EXPECT_NE(mote_in(folder, {"profile", "--target", "nano33"}).err.find("did you mean 'nano33ble'?"),
            std::string::npos);
  EXPECT_NE(mote_in(folder, {"train", "--set", "train.epohcs=3"}).err.find("train.epochs"),
            std::string::npos);
}

// Epochs of one second each.
TEST(TimeLeft, counts_the_epochs_of_this_process) {
  cli::TimeLeft fresh(10, false);
  EXPECT_FALSE(fresh.left(0, 0));
  EXPECT_NEAR(*fresh.left(0.5, 0.5), 9.5, 1e-9) << "from the steps of the first epoch";
  fresh.end_epoch(1, 1);
  EXPECT_NEAR(*fresh.left(0, 0), 9, 1e-9);
  EXPECT_NEAR(*fresh.left(0.25, 0.2), 8.75, 1e-9);
  fresh.end_epoch(10, 1);
  EXPECT_EQ(*fresh.left(0, 0), 0);

  cli::TimeLeft resumed(100, true);
  EXPECT_FALSE(resumed.left(0.1, 0.9)) << "its first epoch was mostly done before";
  resumed.end_epoch(91, 0.01);
  EXPECT_NEAR(*resumed.left(1, 0.5), 17, 1e-9) << "two seconds an epoch, nine epochs, one second gone";
  resumed.end_epoch(92, 2);
  EXPECT_NEAR(*resumed.left(0, 0), 16, 1e-9);
}

}  // namespace
}  // namespace mote
