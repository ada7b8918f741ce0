// mote profile --measured and what of it is kept for mote boards: logs are written here.
#include <fmt/format.h>

#include "cli/command.h"

namespace mote {
namespace {

using test::json;
using test::match;
using test::mote_in;
using test::mote_ok;
using test::Said;
using test::small_project;

// What the benchmark of the small project prints on a board where each layer takes so many microseconds.
class Measured {
 public:
  Measured() {
    mote_ok(folder_.text(), {"export", model_, "--format", "c", "--output", "c"});
    const std::string benchmark = read_file(folder_ / "c" / "benchmark.c");
    hash_ = match(benchmark, " hash=(\\w+)")[0];
    layers_ = std::stoi(match(benchmark, "#define BENCH_LAYERS (\\d+)")[0]);
    write_file(folder_ / "log.txt", log(100));
  }

  fs::path path(const std::string &name) const { return folder_ / name; }
  std::string log(int layer_us) const {
    const int call_us = layers_ * layer_us + 5;
    std::string text = fmt::format(
        "mote-benchmark format=1 model=mote_small hash={} layers={} hz=1000000 wrong=0\n"
        "mote-call calls=1 ticks={} marks=1 marks_ticks=0\n",
        hash_, layers_, call_us);
    int sum = layers_ + 1000000 + 1 + call_us + 1;
    for (int i = 0; i < layers_; ++i) {
      text += fmt::format("mote-layer index={} times=1 ticks={}\n", i, layer_us);
      sum += i + 1 + layer_us;
    }
    return text + fmt::format("mote-end sum={}\n", sum);
  }
  Said profile(const std::vector<std::string> &more) const {
    std::vector<std::string> arguments = {"profile", model_, "--measured", "log.txt"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return mote_in(folder_.text(), arguments);
  }
  Said boards(const std::vector<std::string> &more = {}) const {
    std::vector<std::string> arguments = {"boards", "--boards", "b.toml"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return mote_ok(folder_.text(), arguments);
  }

 private:
  test::TempFolder folder_;
  std::string model_ = small_project().in_run("model_int8.mote").string(), hash_;
  int layers_ = 0;
};

bool has(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }

TEST(CliMeasured, is_kept_in_a_file_of_comments_and_a_model_is_named_once) {
  const Measured m;
  write_file(m.path("b.toml"), "# boards of mine\n");
  for (int i = 0; i < 2; ++i) {
    const Said said = m.profile({"--target", "nano33ble", "--boards", "b.toml"});
    EXPECT_EQ(said.status, 0) << said.err;
    EXPECT_TRUE(has(said.out, "\nKept in b.toml, for --boards with the next model on this board."))
        << said.out;
  }
  EXPECT_TRUE(read_file(m.path("b.toml")).starts_with("# boards of mine\n"));
  EXPECT_TRUE(has(m.boards().out, "\n  timed on it: small\n"));
  for (const json &board : m.boards({"--json"}).parsed())
    EXPECT_EQ(board.value("measured", json::array()),
              board.at("name") == "nano33ble" ? json::array({"small"}) : json::array());
}

TEST(CliMeasured, that_cannot_be_kept_leaves_no_picture) {
  const Measured m;
  const std::string full = "# " + std::string((1 << 20) - 10, 'x') + "\n";
  write_file(m.path("b.toml"), full);
  const std::vector<std::string> arguments = {"--target", "nano33ble", "--boards",
                                              "b.toml",   "--picture", "p.svg"};
  const Said refused = m.profile(arguments);
  EXPECT_EQ(refused.status, 1);
  EXPECT_TRUE(has(refused.err, "would be larger than the 1 MB")) << refused.err;
  EXPECT_FALSE(fs::exists(m.path("p.svg")));
  EXPECT_EQ(read_file(m.path("b.toml")), full);
  // nor is anything kept where the picture is of no kind
  fs::remove(m.path("b.toml"));
  EXPECT_EQ(m.profile({"--target", "nano33ble", "--boards", "b.toml", "--picture", "p.gif"}).status, 1);
  EXPECT_FALSE(fs::exists(m.path("b.toml")));
  const Said said = m.profile(arguments);
  EXPECT_EQ(said.status, 0) << said.err;
  EXPECT_TRUE(fs::exists(m.path("p.svg")));
  EXPECT_TRUE(fs::exists(m.path("b.toml")));
}

TEST(CliMeasured, of_a_processor_without_instructions_says_that_nothing_is_kept) {
  const Measured m;
  const Said said = m.profile({"--target", "esp32-s3", "--boards", "b.toml"});
  EXPECT_EQ(said.status, 0) << said.err;
  EXPECT_TRUE(has(said.out,
                  "\nNot kept in b.toml: what a board leaves for other models is cycles per "
                  "instruction, and mote knows no instructions of xtensa-lx7;"))
      << said.out;
  EXPECT_FALSE(fs::exists(m.path("b.toml")));
  const json j = m.profile({"--target", "esp32-s3", "--boards", "b.toml", "--json"}).parsed().at("measured");
  EXPECT_EQ(j.at("kept_in"), "");
  EXPECT_TRUE(has(j.at("why_not_kept"), "no instructions of xtensa-lx7"));
  // a core whose instructions are known, but no published times, has a factor from now on
  write_file(m.path("b.toml"),
             "[[board]]\nname = \"helium\"\ncore = \"cortex-m55\"\nmhz = 10\nram_kb = 64\nflash_kb = 256\n");
  const Said kept = m.profile({"--target", "helium", "--boards", "b.toml"});
  EXPECT_TRUE(has(kept.out, "\nKept in b.toml")) << kept.out << kept.err;
  EXPECT_TRUE(has(m.boards().out, "timed on it: small"));
}

}  // namespace
}  // namespace mote
