// What a board printed of a model, and what that is worth for others: oracles are sums and logarithms written
// here.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <thread>

#include <thread>
#include "base/files.h"
#include "device/board_measurements.h"
#include "device/latency.h"

#include "test_support.h"

namespace mote {
namespace {

struct Printed {
  std::vector<unsigned> ticks;  // of the layers
  unsigned call = 1000, calls = 10, hz = 1000000, mark = 0, wrong = 0;
  std::string hash = "0badcafe", model = "mote_toy";

  std::string text() const {
    unsigned long sum = call + calls + hz + wrong + ticks.size() + 100 + 100ul * mark;
    std::string lines = fmt::format("mote-benchmark format=1 model={} hash={} layers={} hz={} wrong={}\n",
                                    model, hash, ticks.size(), hz, wrong);
    lines += fmt::format("mote-call calls={} ticks={} marks=100 marks_ticks={}\n", calls, call, 100 * mark);
    for (size_t i = 0; i < ticks.size(); ++i) {
      lines += fmt::format("mote-layer index={} times={} ticks={}\n", i, calls, ticks[i]);
      sum += i + calls + ticks[i];
    }
    return lines + fmt::format("mote-end sum={}\n", sum % 0x100000000ul);
  }
};

BoardTiming read(const std::string &log, size_t layers) {
  return parse_benchmark(log, "log", "toy", "0badcafe", layers);
}

TEST(BenchmarkLog, gives_medians_in_seconds_without_what_the_marks_take) {
  const BoardTiming t = read(Printed{.ticks = {300, 620}, .call = 1000, .mark = 2}.text() +
                                 Printed{.ticks = {320, 600}, .call = 1100, .mark = 2}.text() +
                                 Printed{.ticks = {9000, 900}, .call = 9900, .mark = 2}.text(),
                             2);
  EXPECT_EQ(t.repeats, 3);
  EXPECT_EQ(t.calls, 10u);
  EXPECT_DOUBLE_EQ(t.call_s, 110e-6);
  ASSERT_EQ(t.layers_s.size(), 2u);
  EXPECT_DOUBLE_EQ(t.layers_s[0], 30e-6);  // (320 - 10 marks of 2) / 10 calls
  EXPECT_DOUBLE_EQ(t.layers_s[1], 60e-6);
  EXPECT_NEAR(t.spread, 8, 1e-9);
  // another clock of the same time
  const BoardTiming fast = read(Printed{.ticks = {30000}, .call = 110000, .hz = 100000000}.text(), 1);
  EXPECT_DOUBLE_EQ(fast.call_s, 110e-6);
  // the sum wraps as that of the board does
  EXPECT_EQ(read(Printed{.ticks = {3000000000u, 1000000000u}, .call = 4000000000u}.text(), 2).repeats, 1);
}

TEST(BenchmarkLog, takes_whole_measurements_of_the_model_only) {
  const std::string whole = Printed{.ticks = {300, 600}}.text();
  for (size_t cut = 1; cut + 1 < whole.size(); ++cut) {
    EXPECT_ANY_THROW(read(whole.substr(0, cut), 2)) << cut;
    const BoardTiming t = read(whole.substr(cut) + whole + whole.substr(0, cut), 2);
    EXPECT_EQ(t.repeats, 1) << cut;
    EXPECT_DOUBLE_EQ(t.call_s, 100e-6) << cut;
  }
  // a digit that is another one, in any number
  for (size_t at = whole.find("layers="); at < whole.size(); ++at) {
    if (!std::isdigit(static_cast<unsigned char>(whole[at]))) continue;
    std::string other = whole;
    other[at] = other[at] == '9' ? '8' : static_cast<char>(other[at] + 1);
    EXPECT_ANY_THROW(read(other, 2)) << other;
  }
  EXPECT_ERROR(read(Printed{.ticks = {300}, .hash = "1"}.text(), 1),
               "log:1: is of the model 'mote_toy' with the checksum 1, not of 'toy' with 0badcafe");
  EXPECT_EQ(read(Printed{.ticks = {300}, .hash = "1"}.text() + Printed{.ticks = {300}}.text(), 1).repeats, 1);
  EXPECT_ERROR(read(Printed{.ticks = {300}, .wrong = 2}.text(), 1), "2 golden vectors differ on the board");
  EXPECT_ERROR(read(Printed{.ticks = {300, 1300}}.text(), 2),
               "its layers take 0.16 ms together, a call 0.1 ms");
  EXPECT_ERROR(read(Printed{.ticks = {300}}.text(), 2), "has 1 layers, 'toy' has 2");
}

BoardMeasurement measured(const std::string &model, std::vector<double> instructions,
                          std::vector<double> cycles) {
  return {"b", "cortex-m4", model, "hash of " + model, 64, true, std::move(instructions), std::move(cycles)};
}

TEST(BoardFit, of_one_model_has_its_factor_and_the_spread_of_its_layers) {
  EXPECT_FALSE(measured_cycles({}, 1).has_value());
  // 1.5 cycles an instruction in all; layers of 2, 1.5 and 1, as far from the others as 2 from 1,150 /
  // 800, 1.5 from 300 / 200 and 1 from 1,250 / 800
  const auto e = measured_cycles({measured("a", {100, 700, 100}, {200, 1050, 100})}, 2000);
  ASSERT_TRUE(e.has_value());
  EXPECT_NEAR(e->cycles, 3000, 1e-9);
  EXPECT_NEAR(e->cycles_per_instruction, 1.5, 1e-12);
  const double factor = 2 / (1150 / 800.0);  // 1,050 of 1,350 are less than 80 %, with the next 200 more
  EXPECT_NEAR(e->error, factor - 1, 1e-12);
  EXPECT_NEAR(e->high, 3000 * factor, 1e-9);
  EXPECT_NEAR(e->low, 3000 / factor, 1e-9);
  EXPECT_NE(e->basis.find("'a' timed on this board (counted instructions); within 39 %"), std::string::npos);
  // a layer that takes nearly all is not compared with itself
  EXPECT_NEAR(measured_cycles({measured("a", {1000, 10}, {2000, 10})}, 1)->error, 1, 1e-12);
  // one layer tells nothing of others
  EXPECT_NEAR(measured_cycles({measured("a", {100}, {150})}, 1)->error,
              std::exp(cycle_fit().log_half_width) - 1, 1e-12);
  // nor does one beside which the others vanish
  EXPECT_NEAR(measured_cycles({measured("a", {1e15, 0.01}, {1e15, 0.01})}, 1)->error,
              std::exp(cycle_fit().log_half_width) - 1, 1e-12);
  // and no clock is exact
  EXPECT_NEAR(measured_cycles({measured("a", {100, 100}, {150, 150})}, 1)->error, 0.02, 1e-3);
}

TEST(BoardFit, of_several_models_is_their_geometric_mean_and_as_wrong_as_for_the_worst_of_them) {
  const std::vector<BoardMeasurement> list = {measured("a", {100, 100}, {100, 100}),
                                              measured("b", {100, 100}, {200, 200}),
                                              measured("c", {100, 100}, {400, 400})};
  const auto e = measured_cycles(list, 10);
  EXPECT_NEAR(e->cycles, 20, 1e-9);
  EXPECT_NEAR(e->error, std::sqrt(8) - 1, 1e-9);  // "c" by "a" and "b": sqrt(2)
  // the last time of a model holds
  std::vector<BoardMeasurement> again = list;
  again.push_back(measured("c", {100, 100}, {200, 200}));
  EXPECT_NEAR(measured_cycles(again, 10)->cycles, 10 * std::cbrt(4), 1e-9);
  EXPECT_EQ(latest(again, "hash of a").size(), 2u);
}

TEST(BoardFile, keeps_what_it_held_and_gives_back_what_it_got) {
  test::TempFolder folder;
  const std::string path = (folder / "b.toml").string();
  const std::string own =
      "# mine\n[[board]]\nname = \"b\"\ncore = \"cortex-m4\"\nmhz = 64\nram_kb = 1\nflash_kb = 4";
  write_file(path, own);
  BoardMeasurement m = measured("a \"quoted\" name", {10, 0, 20}, {15, 3, 31});
  keep_measurement(m, path);
  keep_measurement(measured("c", {10}, {12}), path);
  EXPECT_TRUE(read_file(path).starts_with(own + "\n"));
  const std::vector<Board> boards = boards_with(path);
  const Board &b = board_by_name(boards, "b");
  ASSERT_EQ(b.measurements.size(), 2u);
  EXPECT_EQ(b.measurements[0].instructions, m.instructions);
  EXPECT_EQ(b.measurements[0].cycles, m.cycles);
  EXPECT_EQ(b.measurements[0].hash, m.hash);
  EXPECT_TRUE(b.measurements[0].is_counted);
  EXPECT_TRUE(board_by_name(boards, "nano33ble").measurements.empty());
  // of a board of ours, in a file that was not there
  const std::string fresh = (folder / "new.toml").string();
  m.board = "nano33ble";
  keep_measurement(m, fresh);
  const std::vector<Board> known = boards_with(fresh);
  EXPECT_EQ(board_by_name(known, "nano33ble").measurements.size(), 1u);
  // of a board that is another one now: not kept, and of no use where it stands
  m.core = "cortex-m7";
  EXPECT_ERROR(keep_measurement(m, fresh),
               "has a board 'nano33ble' of its own, which is no cortex-m7 at 64 MHz");
  std::string text = read_file(fresh);
  write_file(fresh, text.replace(text.find("mhz = 64"), 8, "mhz = 80"));
  EXPECT_TRUE(board_by_name(boards_with(fresh), "nano33ble").measurements.empty());
  m.board = "nobody";
  EXPECT_ERROR(keep_measurement(m, fresh), "has no board 'nobody'");
}

TEST(BoardFile, is_written_as_the_file_that_it_is) {
  test::TempFolder folder;
  const fs::path file = folder / "b.toml", link = folder / "link.toml";
  // a clock that decimals do not hold
  write_file(file,
             "[[board]]\nname = \"b\"\ncore = \"cortex-m4\"\nmhz = 133.3333333\nram_kb = 1\nflash_kb = 4\n");
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink(file, link);
  BoardMeasurement m = measured("a", {10, 20}, {15, 31});
  m.mhz = 133.3333333;
  keep_measurement(m, link.string());
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(board_by_name(boards_with(file.string()), "b").measurements.size(), 1u);
  // two at once both stand in it
  std::vector<std::thread> both;
  for (const char *model : {"c", "d", "e", "f"})
    both.emplace_back([&, model] {
      BoardMeasurement other = m;
      other.model = model;
      other.hash = model;
      keep_measurement(other, file.string());
    });
  for (std::thread &t : both) t.join();
  EXPECT_EQ(board_by_name(boards_with(file.string()), "b").measurements.size(), 5u);
  // larger than what is read again
  write_file(file, read_file(file) + std::string((1 << 20) - fs::file_size(file) - 20, '#') + "\n");
  m.hash = "one more";
  EXPECT_ERROR(keep_measurement(m, file.string()), "would be larger than the 1 MB");
}

TEST(BoardFile, refuses_measurements_that_are_none) {
  const std::string good =
      "[[measurement]]\nboard = \"b\"\ncore = \"c\"\nmhz = 64\nmodel = \"m\"\nhash = \"h\"\ninstructions = "
      "[1, 2]\n"
      "cycles = [3, 4]\n";
  EXPECT_EQ(parse_measurements(good, "f").size(), 1u);
  const auto with = [&](const std::string &old, const std::string &other) {
    std::string text = good;
    return text.replace(text.find(old), old.size(), other);
  };
  EXPECT_ERROR(parse_measurements(with("[3, 4]", "[3]"), "f"),
               "f:1: 'instructions' and 'cycles' must be equally many");
  EXPECT_ERROR(parse_measurements(with("[3, 4]", "[3, -4]"), "f"), "'cycles' must be numbers of at least 0");
  EXPECT_ERROR(parse_measurements(with("[3, 4]", "[3, nan]"), "f"), "'cycles' must be numbers of at least 0");
  EXPECT_ERROR(parse_measurements(with("[3, 4]", "[0, 0]"), "f"),
               "needs at least one instruction and one cycle");
  EXPECT_ERROR(parse_measurements(with("[1, 2]", "[1e-300, 0]"), "f"), "at least one instruction");
  EXPECT_ERROR(parse_measurements(with("[3, 4]", "[]"), "f"), "a measurement needs 'cycles'");
  EXPECT_ERROR(parse_measurements(with("64", "0"), "f"), "'mhz' must be a number above 0");
  EXPECT_ERROR(parse_measurements(with("\"m\"", "5"), "f"), "needs 'model', a text");
  EXPECT_ERROR(parse_measurements("measurement = 5\n", "f"),
               "f:1: a measurement is a table: [[measurement]]");
  EXPECT_ERROR(parse_measurements("measurement = [5]\n", "f"), "[[measurement]]");
  EXPECT_ERROR(parse_measurements(with("[[measurement]]", "[measurement]"), "f"), "[[measurement]]");
  EXPECT_ERROR(parse_measurements(good + "is_counted = 1\n", "f"), "'is_counted' must be true or false");
}

TEST(BoardFile, refuses_keys_and_tables_that_nobody_reads) {
  const std::string board = "[[board]]\nname = \"b\"\ncore = \"c\"\nmhz = 64\nram_kb = 1\nflash_kb = 4\n";
  const std::string measurement =
      "[[measurement]]\nboard = \"b\"\ncore = \"c\"\nmhz = 64\nmodel = \"m\"\nhash = "
      "\"h\"\ninstructions = [1]\ncycles = [3]\n";
  EXPECT_EQ(parse_measurements(board + measurement, "f").size(), 1u);
  EXPECT_ERROR(parse_measurements(board + measurement + "cycle = [3]\n", "f"),
               "f:15: a measurement has no 'cycle'; did you mean 'cycles'?");
  EXPECT_ERROR(parse_measurements(board + measurement + "weather = 3\n", "f"),
               "f:15: a measurement has no 'weather'; it has board, core, mhz, model, hash");
  EXPECT_ERROR(parse_boards(board + "flash = 3\n", "f"), "f:7: a board has no 'flash'");
  EXPECT_ERROR(parse_boards(board + "[[measurements]]\n", "f"),
               "f:7: a file of boards has no 'measurements'; did you mean 'measurement'?");
  EXPECT_ERROR(parse_boards("[board]\nname = \"b\"\n" + measurement, "f"),
               "f:1: a board is a table: [[board]]");
}

TEST(BoardFile, refuses_a_measurement_of_a_board_that_nobody_names) {
  const test::TempFolder folder;
  const std::string file = (folder / "b.toml").string(),
                    board =
                        "[[board]]\nname = \"wristband\"\ncore = \"cortex-m4\"\nmhz = 64\nram_kb = "
                        "1\nflash_kb = 4\n";
  const auto write = [&](const std::string &name) {
    write_file(file, board + fmt::format("[[measurement]]\nboard = \"{}\"\ncore = \"cortex-m4\"\nmhz = "
                                         "64\nmodel = \"m\"\nhash = \"h\"\ninstructions = [1]\ncycles = "
                                         "[3]\n",
                                         name));
  };
  write("wristband");
  EXPECT_EQ(boards_with(file).back().measurements.size(), 1u);
  write("nano33ble");  // mote's own
  EXPECT_EQ(board_by_name(boards_with(file), "nano33ble").measurements.size(), 1u);
  write("wristbnad");
  EXPECT_ERROR(boards_with(file),
               "b.toml:7: 'board' of a measurement is 'wristbnad', which no [[board]] of the file is called");
  EXPECT_ERROR(boards_with(file), "did you mean 'wristband'?");
  write("xyz");
  EXPECT_ERROR(boards_with(file), "put that [[board]] into the file, or remove the measurement");
}

TEST(BoardFile, may_be_empty_where_a_measurement_is_kept) {
  const test::TempFolder folder;
  const std::string file = (folder / "b.toml").string(), none = (folder / "none.toml").string();
  for (const char *text : {"", "# mine\n", "\n\n"}) {
    write_file(file, text);
    EXPECT_ERROR(boards_with(file), "has no [[board]]; write one, with name, core, mhz, ram_kb and flash_kb");
    EXPECT_EQ(boards_with(file, true).size(), known_boards().size());
    BoardMeasurement m = measured("a", {10}, {12});
    m.board = "nano33ble";
    keep_measurement(m, file);
    EXPECT_TRUE(read_file(file).starts_with(text));
    EXPECT_EQ(board_by_name(boards_with(file), "nano33ble").measurements.size(), 1u);
  }
  EXPECT_EQ(boards_with(none, true).size(), known_boards().size());
  EXPECT_ERROR(boards_with(none), "none.toml");
  write_file(file, "[[bord]]\n");  // not empty
  EXPECT_ERROR(boards_with(file, true), "did you mean 'board'?");
}

TEST(BoardFit, names_each_model_once) {
  std::vector<BoardMeasurement> list = {measured("a", {10}, {12}), measured("b", {10}, {12}),
                                        measured("a", {10}, {12})};
  EXPECT_EQ(measured_models(list), (std::vector<std::string>{"b", "a"}));
  list[0].hash = "of another training";
  EXPECT_TRUE(measured_cycles(list, 1)->basis.starts_with("'b', 'a' timed on this board"));
}

}  // namespace
}  // namespace mote
