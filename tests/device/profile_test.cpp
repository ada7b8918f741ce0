// What a profile says of a target, against formulas and second readings of the tables it is made from.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/files.h"
#include "base/text.h"
#include "codegen/c/row_plan.h"
#include "device/latency.h"
#include "device/work.h"
#include "features/preprocessing.h"
#include "graph/op_def.h"
#include "small_program.h"
#include "test_support.h"

namespace mote {
namespace {

const IntegerProgram &toy_program() {
  static const IntegerProgram kProgram = [] {
    const Splits data = test::toy_splits();
    return quantize(test::toy_run(data, 1).model, {.calibrate_on = data.train});
  }();
  return kProgram;
}

Board board_of(const std::string &core, double mhz, size_t ram_bytes = 1 << 20,
               size_t flash_bytes = 1 << 20) {
  Board b;
  b.name = "b";
  b.title = "Board";
  b.core = core;
  b.mhz = mhz;
  b.ram_bytes = ram_bytes;
  b.flash_bytes = flash_bytes;
  return b;
}

std::string line_with(const std::string &text, const std::string &begin) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(begin)) return line;
  ADD_FAILURE() << "no line begins with '" << begin << "' in\n" << text;
  return "";
}

// The numbers of a text, without the commas between thousands.
std::vector<double> numbers(std::string text) {
  for (size_t at; (at = text.find(',')) != std::string::npos && at + 1 < text.size();) text.erase(at, 1);
  std::vector<double> found;
  for (size_t i = 0; i < text.size(); ++i)
    if (std::isdigit(static_cast<unsigned char>(text[i])) &&
        (i == 0 || !std::isalnum(static_cast<unsigned char>(text[i - 1])))) {
      size_t used = 0;
      found.push_back(std::stod(text.substr(i), &used));
      i += used;
    }
  return found;
}

std::string source_file(const std::string &name) {
  return read_file(std::string(MOTE_SOURCE_DIR) + "/src/device/" + name);
}

// A second, line by line reading of a table: [section] and "key = value" without blanks around.
std::map<std::string, std::map<std::string, std::string>> read_sections(const std::string &text) {
  std::map<std::string, std::map<std::string, std::string>> sections;
  std::string section;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    const size_t at = line.find(" = ");
    if (line[0] == '[')
      section = line;
    else if (at != std::string::npos)  // not a row of an array
      sections[section][line.substr(0, at)] = line.substr(at + 3);
  }
  return sections;
}

// Of "{ call = 10.5, step = 2.0 }".
double sum_of(const std::string &factors, const Work &work) {
  double sum = 0;
  for (const auto &[part, times] : work) {
    const size_t at = factors.find(" " + part + " = ");
    if (at != std::string::npos) sum += times * std::stod(factors.substr(at + part.size() + 4));
  }
  return sum;
}

TEST(ProfileEstimate, instructions_are_those_of_the_loops_of_the_routines) {
  const auto table = read_sections(source_file("instructions.toml"));
  const IntegerProgram &program = toy_program();
  for (const std::string core : {"cortex-m0plus", "cortex-m4", "cortex-m55", "rv32imac"}) {
    SCOPED_TRACE(core);
    const auto &routines = table.at("[core.\"" + core + "\".routine]");
    const double error = std::stod(table.at("[core.\"" + core + "\"]").at("error"));
    const Profile p = profile(program, {.core = core});
    EXPECT_EQ(p.core, core);
    EXPECT_FALSE(p.is_measured);
    double sum = sum_of(routines.at("predict"), work_around(program));
    EXPECT_GT(sum, 63 * 5);
    EXPECT_NEAR(p.call_instructions, sum, 1e-6 * sum);
    EXPECT_EQ(p.call_values, 63u);
    ASSERT_EQ(p.layers.size(), program.layers.size());
    for (size_t i = 0; i < p.layers.size(); ++i) {
      const LayerProfile &l = p.layers[i];
      EXPECT_EQ(l.routine.empty(), l.op == "reshape") << l.op;
      double of_layer = 0;
      for (const CCall &call : op_by_name(l.op).c.get()(program, program.layers[i]))
        if (!call.is_copy)
          of_layer += sum_of(routines.at(call.routine), work_of(call, products_of_core(core), 0, 0));
      EXPECT_NEAR(l.instructions, of_layer, 1e-6 * of_layer) << l.op;
      EXPECT_EQ(of_layer > 0, l.op != "reshape");
      EXPECT_FALSE(l.is_guessed);
      sum += of_layer;
    }
    EXPECT_NEAR(p.instructions, sum, 1e-6 * sum);
    EXPECT_NEAR(p.instructions_error, error, 1e-9);
    const std::string text = profile_text(p);
    EXPECT_EQ(numbers(line_with(text, "  instr.")).front(), std::round(sum));
    EXPECT_NE(text.find("estimated, within " + std::to_string(static_cast<int>(std::lround(100 * error))) +
                        " % for 8 of 10 networks"),
              std::string::npos);
    EXPECT_EQ(numbers(line_with(text, "       front end and decision")).back(),
              std::round(p.call_instructions));
  }
}

TEST(ProfileEstimate, bytes_are_those_of_the_exported_c) {
  const IntegerProgram &program = toy_program();
  test::TempFolder folder;
  const ExportedC made = export_c(program, (folder / "c").string());
  const Profile p = profile(program, {.core = "cortex-m4"});
  EXPECT_EQ(p.weight_bytes, made.weight_bytes);
  EXPECT_EQ(p.buffer_bytes, made.buffer_bytes);
  EXPECT_EQ(p.ram_bytes, made.buffer_bytes);
  EXPECT_EQ(p.stack_bytes, 1024u);
  EXPECT_EQ(profile(program, {.core = "cortex-m55"}).stack_bytes, 1280u);
  EXPECT_EQ(p.flash_bytes(), p.code_bytes + p.weight_bytes);
  // weights 36, bias 4 x 4, multipliers 4 x 4 and shifts of the convolution: at least the first three
  size_t convolutions = 0;
  for (const LayerProfile &l : p.layers) {
    if (l.op == "reshape" || l.op == "max_pool2d") EXPECT_EQ(l.weight_bytes, 0u) << l.name;
    if (l.op != "conv2d") continue;
    ++convolutions;
    EXPECT_GE(l.weight_bytes, 36u + 16 + 16);
    EXPECT_LE(l.weight_bytes, 36u + 3 * 16);
  }
  EXPECT_EQ(convolutions, 1u);
  // code: what any of the routines bring, and the model's own file
  const auto code = read_sections(source_file("instructions.toml")).at("[core.\"cortex-m4\".code]");
  double routines = std::stod(code.at("always"));
  std::istringstream rows(source_file("instructions.toml"));
  std::string row;
  while (std::getline(rows, row) && row != "[core.\"cortex-m4\".code]") {
  }
  while (std::getline(rows, row) && row != "]")
    for (const char *used :
         {"mote_conv2d_s8", "mote_max_pool2d_s8", "mote_fully_connected_s8", "mote_softmax_s8", "predict"})
      if (row.find('"' + std::string(used) + '"') != std::string::npos) {
        routines += numbers(row).front();
        break;
      }
  EXPECT_GT(routines, 3000);
  EXPECT_GT(p.code_bytes, routines + 5 * 4 * 10);
  EXPECT_LT(p.code_bytes, routines + 5 * 24 + 5 * 4 * 40 + 200);
  const std::string text = profile_text(p);
  EXPECT_TRUE(text.starts_with("Model 'toy' on cortex-m4\n")) << text;
  EXPECT_EQ(numbers(line_with(text, "  flash")),
            (std::vector<double>{static_cast<double>(p.flash_bytes()), static_cast<double>(p.code_bytes),
                                 static_cast<double>(p.weight_bytes)}));
  EXPECT_EQ(
      numbers(line_with(text, "  RAM")),
      (std::vector<double>{static_cast<double>(p.ram_bytes + p.stream_bytes + 1024),
                           static_cast<double>(p.buffer_bytes), static_cast<double>(p.stream_bytes), 1024}));
  EXPECT_NE(line_with(text, "  flash").find("(estimated)"), std::string::npos);
  EXPECT_NE(line_with(text, "  RAM").find("(bound)"), std::string::npos);
  EXPECT_NE(text.find("not asked for: --emulate measures"), std::string::npos);
}

TEST(ProfileFit, ends_at_the_last_byte_of_buffer_and_stack_and_of_code_and_weights) {
  const Profile p = profile(toy_program(), {.core = "cortex-m4"});
  const size_t ram = p.all_ram_bytes() + p.stack_bytes, flash = p.code_bytes + p.weight_bytes;
  const auto problems = [&](size_t board_ram, size_t board_flash) {
    return profile(toy_program(), {.board = board_of("cortex-m4", 64, board_ram, board_flash)});
  };
  const Profile fits = problems(ram, flash);
  EXPECT_TRUE(fits.problems.empty());
  const std::string text = profile_text(fits);
  EXPECT_NE(line_with(text, "  flash").find("fits, 0 left"), std::string::npos);
  EXPECT_NE(line_with(text, "  RAM").find("fits, 0 left"), std::string::npos);
  EXPECT_EQ(text.find("DOES NOT FIT"), std::string::npos);
  const Profile by_ram = problems(ram - 1, flash), by_flash = problems(ram, flash - 1);
  ASSERT_EQ(by_ram.problems.size(), 1u);
  EXPECT_TRUE(by_ram.problems[0].starts_with("RAM: 1 bytes too many.")) << by_ram.problems[0];
  EXPECT_NE(line_with(profile_text(by_ram), "  RAM").find("DOES NOT FIT, 1 too many"), std::string::npos);
  ASSERT_EQ(by_flash.problems.size(), 1u);
  EXPECT_TRUE(by_flash.problems[0].starts_with("Flash: 1 bytes too many.")) << by_flash.problems[0];
  EXPECT_NE(line_with(profile_text(by_flash), "  flash").find("DOES NOT FIT, 1 too many"), std::string::npos);
  const Profile roomy = problems(ram + 1234, flash + 4321);
  EXPECT_EQ(numbers(line_with(profile_text(roomy), "  RAM"))[1], static_cast<double>(ram + 1234));
  EXPECT_NE(line_with(profile_text(roomy), "  RAM").find("fits, 1,234 left"), std::string::npos);
  EXPECT_NE(line_with(profile_text(roomy), "  flash").find("fits, 4,321 left"), std::string::npos);
  // what remains for activations is the board's RAM without the stack
  const Profile small = problems(1024 + 100, flash);
  EXPECT_EQ(small.problems.size(), 1u);
}

TEST(ProfileTime, is_cycles_through_the_clock_and_energy_is_power_for_that_time) {
  Board board = board_of("cortex-m4", 80);
  board.power_mw = 12.5;
  board.power_source = "a table";
  const Profile p = profile(toy_program(), {.board = board});
  ASSERT_TRUE(p.cycles.has_value());
  EXPECT_DOUBLE_EQ(p.ms(80e6), 1000);  // a second
  const auto plain = cycle_fit().estimate("cortex-m4", p.instructions);
  EXPECT_DOUBLE_EQ(p.cycles->cycles, plain->cycles);
  const double instructions = 1 + p.instructions_error;  // both errors
  EXPECT_GT(instructions, 1);
  EXPECT_NEAR(p.cycles->low, plain->low / instructions, 1e-9 * plain->low);
  EXPECT_NEAR(p.cycles->high, plain->high * instructions, 1e-9 * plain->high);
  const double seconds = p.cycles->cycles / 80e6;
  const std::string text = profile_text(p);
  EXPECT_TRUE(text.starts_with("Model 'toy' on Board (cortex-m4, 80 MHz)\n")) << text;
  double ms = 0, low = 0, high = 0, per_instruction = 0;
  int basis = 0;  // where it begins
  const std::string time = line_with(text, "  time"), energy = line_with(text, "  energy");
  ASSERT_EQ(
      std::sscanf(time.c_str(), "  time %lf ms %lf to %lf ms; estimated: %lf cycles per instruction, from %n",
                  &ms, &low, &high, &per_instruction, &basis),
      4)
      << time;
  EXPECT_NEAR(ms, 1e3 * seconds, 6e-3 * 1e3 * seconds);
  EXPECT_NEAR(low, 1e3 * p.cycles->low / 80e6, 6e-3 * low);
  EXPECT_NEAR(high, 1e3 * p.cycles->high / 80e6, 6e-3 * high);
  EXPECT_NEAR(per_instruction, p.cycles->cycles / p.instructions, 0.006);
  EXPECT_TRUE(time.substr(static_cast<size_t>(basis)).starts_with(plain->basis)) << time;
  double mj = 0, mj_low = 0, mj_high = 0, mw = 0;
  ASSERT_EQ(std::sscanf(energy.c_str(), "  energy %lf mJ %lf to %lf mJ; estimated: %lf mW (a table)", &mj,
                        &mj_low, &mj_high, &mw),
            4)
      << energy;
  const double millijoules = 12.5e-3 * seconds * 1e3;  // watts, seconds
  EXPECT_NEAR(mj, millijoules, 6e-3 * millijoules);
  EXPECT_NEAR(mj_low / mj, low / ms, 0.02);
  EXPECT_NEAR(mj_high / mj, high / ms, 0.02);
  EXPECT_EQ(mw, 12.5);
  board.power_mw.reset();
  EXPECT_NE(
      profile_text(profile(toy_program(), {.board = board})).find("no figure of this board's active power"),
      std::string::npos);
}

TEST(ProfileTime, a_core_without_published_times_has_none) {
  const Profile m3 = profile(toy_program(), {.board = board_of("cortex-m3", 72)});
  EXPECT_FALSE(m3.cycles.has_value());
  EXPECT_TRUE(m3.has_instructions());
  EXPECT_EQ(m3.why_no_latency, "no published times of cortex-m3 to fit cycles to");
  EXPECT_NE(profile_text(m3).find("no published times of cortex-m3"), std::string::npos);
  const Profile xtensa = profile(toy_program(), {.board = board_of("xtensa-lx7", 240)});
  EXPECT_EQ(xtensa.core, "");
  EXPECT_EQ(xtensa.why_no_latency, "no instructions were measured or fitted for this core");
  EXPECT_EQ(numbers(line_with(profile_text(xtensa), "  instr.")).size(), 0u);
  // near enough to compile for, but its times are its own
  const Profile m85 = profile(toy_program(), {.board = board_of("cortex-m85", 480)});
  EXPECT_EQ(m85.core, "cortex-m55");
  EXPECT_DOUBLE_EQ(m85.cycles->cycles, cycle_fit().estimate("cortex-m85", m85.instructions)->cycles);
  // another core than the board's, asked for
  const Profile other = profile(toy_program(), {.board = board_of("cortex-m4", 64), .core = "cortex-m7"});
  EXPECT_EQ(other.core, "cortex-m7");
  EXPECT_DOUBLE_EQ(other.cycles->cycles, cycle_fit().estimate("cortex-m7", other.instructions)->cycles);
  EXPECT_EQ(profile(toy_program(), {}).core, "cortex-m4");
}

// From onset to onset at the soonest, counted by the trigger itself: every other row is loud.
TEST(ProfileStream, of_a_trigger_can_come_as_soon_as_its_windows_can) {
  IntegerProgram program = toy_program();
  program.front_end.rate_hz = 50;
  const int window = program.front_end.window, channels = program.front_end.channels;
  for (const auto &[pre_roll, refractory] : {std::pair{0, 0}, {0, 9}, {5, 0}, {5, 3}, {5, 5}, {5, 30}}) {
    SCOPED_TRACE(fmt::format("{} {}", pre_roll, refractory));
    DecisionRule rule{
        .policy = DecisionPolicy::kTrigger, .stride = 1, .refractory = refractory, .pre_roll = pre_roll};
    rule.onset = {.weights = std::vector<float>(static_cast<size_t>(channels), 1.0f), .threshold = 1};
    program.front_end.decision = rule;
    long soonest = std::numeric_limits<long>::max();
    for (int phase = 0; phase < 2; ++phase) {  // of the rows that are loud, behind the first window
      StreamWindows windows(rule, window, channels);
      long before = -1;
      for (long row = 0; row < 400; ++row) {
        const std::vector<float> values(static_cast<size_t>(channels),
                                        (row + (before >= 0 ? phase : 0)) % 2 ? 5.0f : 0.0f);
        if (!windows.next(values.data())) continue;
        if (before >= 0) soonest = std::min(soonest, row - before);
        before = row;
      }
    }
    EXPECT_DOUBLE_EQ(profile(program, {}).period_ms, 20.0 * static_cast<double>(soonest));
  }
  program.front_end.decision = {.stride = 3};
  EXPECT_DOUBLE_EQ(profile(program, {}).period_ms, 60);
}

TEST(ProfilePush, is_said_of_either_policy_measured_or_not) {
  Profile p = profile(toy_program(), {});
  ASSERT_TRUE(p.push.has_value());
  EXPECT_FALSE(p.push->is_measured);
  EXPECT_EQ(p.push->ram_bytes, p.ram_bytes + p.stream_bytes);
  EXPECT_NE(profile_text(p).find("instr. a row while nothing happens, estimated; "), std::string::npos);
  EXPECT_EQ(profile_json(p).at("push").at("is_measured"), false);
  p.rate_hz = 50;
  p.push = PushCost{DecisionPolicy::kTrigger, 0, 1234, 1234, 56789, 4321};
  EXPECT_NE(
      profile_text(p).find(
          "  push()          1,234  instr. a row while nothing happens, measured; 56,789 with the "
          "row that ends the window of an event\n           61,700 instr. per second of signal, 50 rows\n"),
      std::string::npos)
      << profile_text(p);
  EXPECT_EQ(
      profile_json(p).at("push"),
      nlohmann::json::parse(R"({"policy": "trigger", "rest_instructions": 1234.0, "row_instructions": 1234.0,
                                      "window_instructions": 56789.0, "ram_bytes": 4321, "is_measured": true,
                                      "instructions_per_second": 61700.0})"));
  p.push = PushCost{DecisionPolicy::kStream, 10, 6000, 500, 55500, 4321};
  EXPECT_NE(profile_text(p).find(
                "  push()          6,000  instr. a row while nothing happens, measured; 55,500 with a "
                "row that ends a window, one in 10, and 500 with others\n"),
            std::string::npos)
      << profile_text(p);
  EXPECT_EQ(profile_json(p).at("push").at("hop"), 10);
}

// Of any hop: below a window, of a row, beyond two windows.
TEST(ProfilePush, at_rest_is_the_mean_over_a_hop) {
  const Core &core = core_by_name("cortex-m4");
  if (!missing_tools(core).empty()) GTEST_SKIP() << missing_tools(core);
  for (const int hop : {1, 6, 100}) {
    SCOPED_TRACE(hop);
    ProfileOptions options{.core = "cortex-m4", .is_emulated = true};
    options.c.stride = hop;
    const Profile p = profile(toy_program(), options);
    ASSERT_TRUE(p.push.has_value());
    // an independent stream of one value, in full
    const auto channels = static_cast<size_t>(toy_program().front_end.channels);
    const std::vector<float> rows(channels * static_cast<size_t>(20 + 5 * hop), 0.3f);
    MeasureOptions m;
    m.c.stride = hop;
    const PushedRows pushed = push_on_core(toy_program(), core, rows, {}, m);
    double sum = 0;
    for (int i = 0; i < hop; ++i)
      sum += pushed.instructions[pushed.instructions.size() - 1 - static_cast<size_t>(i)];
    // its values are others, which take other ways through the routines
    EXPECT_NEAR(p.push->rest_instructions, sum / hop, 0.07 * sum / hop);
    EXPECT_NEAR(p.push->window_instructions, pushed.instructions.back(), 0.05 * pushed.instructions.back());
    EXPECT_EQ(p.push->hop, hop);
  }
}

// 14 frames of 6 mel energies of 1,000 samples.
IntegerProgram program_of_frames() {
  Preprocessing p{1000,
                  1,
                  8000,
                  {"audio"},
                  resolved({{"mfe",
                             {{"frame_ms", 16.0},
                              {"step_ms", 8.0},
                              {"fft_length", int64_t{256}},
                              {"filters", int64_t{6}},
                              {"low_hz", 300.0}},
                             {}}},
                           8000)};
  p.steps.push_back(normalization("none"));
  const std::vector<float> window(1000, 1.0f);
  fit(p, window.data(), 1);
  p.steps.back() = quantization({0}, {1}, 0);
  test::SmallProgram small(14, 6, 4, test::Last::kSoftmax);
  small.p.front_end = p;
  return small.p;
}

TEST(ProfileBlocks, have_a_row_each_and_push_keeps_what_the_linker_places) {
  const IntegerProgram program = program_of_frames();
  ProfileOptions options{.core = "cortex-m4"};
  options.c.stride = 320;
  const Profile guess = profile(program, options);
  ASSERT_EQ(guess.blocks.size(), 1u);
  EXPECT_EQ(guess.push_features, "computes mfe frame by frame, of 128 rows every 64");
  EXPECT_EQ(guess.blocks[0].routine, "audio_frames");
  EXPECT_TRUE(guess.blocks[0].is_guessed);
  EXPECT_GE(guess.weight_bytes, guess.blocks[0].table_bytes);
  if (const Core &core = core_by_name("cortex-m4"); !missing_tools(core).empty())
    GTEST_SKIP() << missing_tools(core);
  options.is_emulated = true;
  const Profile p = profile(program, options);
  const BlockProfile &b = p.blocks[0];
  EXPECT_FALSE(b.is_guessed);
  EXPECT_GT(b.instructions, 0.5 * p.instructions);
  EXPECT_LT(b.instructions, p.call_instructions);
  EXPECT_EQ(p.push->ram_bytes, p.ram_bytes + p.stream_bytes);
  EXPECT_EQ(p.stream_bytes, guess.stream_bytes);
  EXPECT_EQ(p.weight_bytes, guess.weight_bytes);
  EXPECT_NEAR(static_cast<double>(b.code_bytes), static_cast<double>(guess.blocks[0].code_bytes), 64);
  EXPECT_NEAR(static_cast<double>(p.code_bytes), static_cast<double>(guess.code_bytes), 0.25 * p.code_bytes);
  // five frames, of the fourteen that a window has, and a window's network
  EXPECT_LT(p.push->rest_instructions * 320, 0.6 * p.instructions);
  EXPECT_NE(profile_text(p).find("mfe"), std::string::npos);
}

TEST(ProfileStream, keeps_up_where_a_window_takes_less_than_its_stride) {
  IntegerProgram program = toy_program();
  program.front_end.rate_hz = 50;
  ProfileOptions options{.board = board_of("cortex-m4", 64)};
  EXPECT_DOUBLE_EQ(profile(program, options).period_ms, 200);  // half of 20 rows, 20 ms each
  options.c.stride = 7;
  const Profile p = profile(program, options);
  EXPECT_DOUBLE_EQ(p.period_ms, 140);
  const auto said = [&](double mhz) {
    Profile q = p;
    q.board->mhz = mhz;
    std::istringstream lines(profile_text(q));
    for (std::string line; std::getline(lines, line);)
      if (line.find(" a window every ") != std::string::npos) return line;
    return std::string();
  };
  const double exactly = p.cycles->high / 140e3, fails = p.cycles->low / 140e3;
  EXPECT_TRUE(said(exactly * 1.001).starts_with("           fits a window every 140 ms: busy for"))
      << said(exactly);
  EXPECT_EQ(said(exactly * 0.999), "           may not fit a window every 140 ms");
  EXPECT_EQ(said(fails * 1.001), "           may not fit a window every 140 ms");
  EXPECT_EQ(said(fails * 0.999), "           DOES NOT FIT a window every 140 ms");
  double busy = 0, most = 0;
  ASSERT_EQ(
      std::sscanf(said(exactly * 10).c_str(),
                  " fits a window every 140 ms: busy for %lf %% of the time, at most %lf %%", &busy, &most),
      2);
  EXPECT_NEAR(most, 10, 0.5);
  EXPECT_NEAR(busy, 10 * p.cycles->cycles / p.cycles->high, 0.06 * busy);
  program.front_end.rate_hz = 0;
  EXPECT_EQ(profile(program, options).period_ms, 0);
  EXPECT_EQ(profile_text(profile(program, options)).find(" a window every "), std::string::npos);
}

TEST(ProfileTable, has_a_row_for_each_layer_and_a_bar_for_each_tensor) {
  const Profile p = profile(toy_program(), {.core = "cortex-m4"});
  const MemoryPlan plan = plan_memory(toy_program());
  const std::string text = profile_text(p);
  size_t peaks = 0;
  for (size_t i = 0; i < p.layers.size(); ++i) {
    const LayerProfile &l = p.layers[i];
    const std::string row =
        line_with(text, std::string(i < 10 ? "    " : "   ") + std::to_string(i) + "  " + l.name);
    EXPECT_NE(row.find(" " + l.output + " "), std::string::npos) << row;
    std::string rest = row.substr(row.find(l.output) + l.output.size());
    const bool is_peak = rest.ends_with("  <- sets the peak");
    peaks += is_peak;
    EXPECT_EQ(is_peak, static_cast<int>(i) == plan.peak_layer);
    EXPECT_EQ(numbers(rest.substr(0, rest.find("<-"))),
              (std::vector<double>{static_cast<double>(l.macs), static_cast<double>(l.weight_bytes),
                                   static_cast<double>(plan.alive[i]), std::round(l.instructions)}));
  }
  EXPECT_EQ(peaks, 1u);
  EXPECT_EQ(p.layers[static_cast<size_t>(plan.peak_layer)].alive_bytes,
            *std::max_element(plan.alive.begin(), plan.alive.end()));
  EXPECT_NE(text.find("Memory plan: " + with_commas(static_cast<long long>(plan.bytes)) +
                      " bytes, the least possible in this order of layers"),
            std::string::npos);
  EXPECT_NE(text.find("instr. (est.)"), std::string::npos);
  // bars: a column for the input and each layer, filled while the tensor lives
  ASSERT_EQ(p.plan_names.size(), plan.items.size());
  size_t bars = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    for (size_t i = 0; i < plan.items.size(); ++i) {
      const PlacedTensor &item = plan.items[i];
      const std::string &name = toy_program().tensor(item.tensor).name;
      EXPECT_EQ(p.plan_names[i], name);
      if (!line.ends_with("  " + name) || line.find(" .. ") == std::string::npos) continue;
      std::string bar = "  ";
      for (int l = -1; l <= static_cast<int>(p.layers.size()); ++l)
        bar += item.first <= l && l <= item.last ? "\u2588" : "\u00b7";
      EXPECT_TRUE(line.starts_with(bar + " ")) << line;
      EXPECT_EQ(numbers(line.substr(bar.size(), line.size() - name.size() - bar.size())),
                (std::vector<double>{static_cast<double>(item.offset),
                                     static_cast<double>(item.offset + item.bytes)}));
      ++bars;
    }
  EXPECT_EQ(bars, plan.items.size());
}

TEST(ProfileRows, streamed_layers_are_told_with_what_they_move) {
  // windows so long that a few rows of two convolutions are far less than all of them
  const Splits data = test::toy_splits(3, 120, 3, 8);
  const Model model =
      sequential("long", {120, 3},
                 {Conv1D{.filters = 8, .kernel = 5, .activation = relu, .padding = same},
                  Conv1D{.filters = 8, .kernel = 3, .activation = relu}, AveragePool1D{2},
                  Conv1D{.filters = 4, .kernel = 3, .stride = 2}, Flatten{}, Dense{3, softmax}});
  const IntegerProgram program =
      quantize(train(model, data, {.epochs = 1, .batch = 8}).model, {.calibrate_on = data.train});
  const size_t plain = plan_memory(program).bytes;
  const RowPlan rows = plan_rows(program, plain - 4);
  ASSERT_GT(rows.count, 1u);
  EXPECT_GT(rows.moved_bytes, 0u);
  const Profile p = profile(program, {.core = "cortex-m4", .ram_bytes = plain - 4});
  EXPECT_EQ(p.streamed_layers, rows.count);
  EXPECT_EQ(p.moved_bytes, rows.moved_bytes);
  // a row of a convolution over time is one position, where four could share their filters
  const Profile whole = profile(program, {.core = "cortex-m4"});
  const auto first = static_cast<size_t>(
      std::find_if(p.layers.begin(), p.layers.end(), [](const LayerProfile &l) { return l.op == "conv2d"; }) -
      p.layers.begin());
  ASSERT_LT(first, p.streamed_layers);
  EXPECT_GT(p.layers[first].instructions, 2 * whole.layers[first].instructions);
  EXPECT_GE(p.instructions_error, 0.1);
  EXPECT_EQ(p.buffer_bytes, rows.memory.bytes);
  EXPECT_LE(p.buffer_bytes, plain - 4);
  EXPECT_NE(profile_text(p).find("The first " + std::to_string(rows.count) + " layers run row by row: " +
                                 with_commas(static_cast<long long>(rows.moved_bytes)) + " bytes"),
            std::string::npos);
}

// Programs of our own in place of compiler and emulator, so that every figure is known, on machines without
// them too.
class Emulated : public testing::Test {
 protected:
  void SetUp() override {
    path_ = std::getenv("PATH");
    tool("arm-none-eabi-gcc",
         "for word; do case $word in --version) echo 'compiler 1.2'; exit;; -Wl,-Map=*) "
         "map=${word#-Wl,-Map=};; esac; done\n"
         "[ -z \"$map\" ] || printf 'Linker script and memory map\\n"
         " .text.a 0x1 0x1000 /m/conv2d_s8.o\\n .rodata.layer0_weights 0x1 0x200 /m/model.o\\n"
         " .bss.storage 0x1 0x300 /m/model.o\\n .bss.state 0x1 0x40 /m/model.o\\n' >\"$map\"\n");
    say(0);
    ::setenv("PATH", (folder_.text() + ":" + path_).c_str(), 1);
  }
  void TearDown() override { ::setenv("PATH", path_.c_str(), 1); }

  // Layer 0 takes 700 instructions, layer 1 200, of 1000 in all; of rows of three floats each takes
  // 0x01010101.
  void say(int wrong) {
    tool("qemu-system-arm",
         "[ \"$1\" != --version ] || { echo 'emulator 3.4'; exit; }\n"
         "[ ! -f input.bin ] || head -c $(($(wc -c <input.bin) / 12 * 8)) /dev/zero | tr '\\0' '\\1' "
         ">output.bin\n"
         "printf 'layer 0 700\\nlayer 1 200\\ninstructions 1000\\nstack 456\\nwrong " +
             std::to_string(wrong) + "\\nvectors 4\\n'\n");
  }
  void tool(const std::string &name, const std::string &script) {
    const fs::path file = folder_ / name;
    write_file(file, "#!/bin/sh\n" + script);
    fs::permissions(file, fs::perms::owner_all);
  }

 private:
  test::TempFolder folder_;
  std::string path_;
};

TEST_F(Emulated, figures_are_those_of_the_map_and_of_the_run) {
  const Profile p = profile(
      toy_program(), {.board = board_of("cortex-m4", 64), .is_emulated = true, .flags = {"-Os", "-g"}});
  EXPECT_TRUE(p.is_measured);
  EXPECT_EQ(p.code_bytes, 0x1000u);
  EXPECT_EQ(p.weight_bytes, 0x200u);
  EXPECT_EQ(p.flash_bytes(), 0x1200u);
  EXPECT_EQ(p.buffer_bytes, 0x300u);
  EXPECT_EQ(p.ram_bytes, 0x340u);
  EXPECT_EQ(p.stack_bytes, 456u);
  EXPECT_EQ(p.instructions, 1000);
  EXPECT_EQ(p.instructions_error, 0);
  EXPECT_EQ(p.layers[0].instructions, 700);
  EXPECT_EQ(p.layers[1].instructions, 200);
  ASSERT_TRUE(p.push.has_value());
  EXPECT_EQ(p.push->window_instructions, 0x01010101);
  EXPECT_DOUBLE_EQ(p.push->rest_instructions, 0x01010101);
  EXPECT_EQ(p.push->ram_bytes, 0x340u);
  EXPECT_EQ(p.push->hop, 10);
  EXPECT_EQ(p.call_instructions, 100);                         // what no layer took
  const auto plain = cycle_fit().estimate("cortex-m4", 1000);  // nothing is added to its interval
  EXPECT_DOUBLE_EQ(p.cycles->low, plain->low);
  EXPECT_DOUBLE_EQ(p.cycles->high, plain->high);
  const std::string text = profile_text(p);
  EXPECT_NE(line_with(text, "  flash").find("code 4,096 (measured) + weights 512"), std::string::npos);
  // 0x340, what push() keeps, and the stack
  EXPECT_NE(line_with(text, "  RAM").find(with_commas(static_cast<long long>(1288 + p.stream_bytes)) + " of"),
            std::string::npos);
  EXPECT_NE(line_with(text, "  RAM")
                .find(fmt::format("buffer 768 + push() {} + stack 456 (measured)",
                                  with_commas(static_cast<long long>(p.stream_bytes)))),
            std::string::npos);
  EXPECT_NE(line_with(text, "  instr.").find("1,000  measured: emulator 3.4, compiler 1.2, -Os -g"),
            std::string::npos);
  EXPECT_EQ(text.find("(est.)"), std::string::npos);
  EXPECT_EQ(text.find("--emulate"), std::string::npos);
  // a board that is full to the byte, and one byte less
  const auto on = [&](size_t ram, size_t flash) {
    return profile(toy_program(), {.board = board_of("cortex-m4", 64, ram, flash), .is_emulated = true})
        .problems.size();
  };
  const size_t ram = 0x340 + 456 + p.stream_bytes;
  EXPECT_EQ(on(ram, 0x1200), 0u);
  EXPECT_EQ(on(ram - 1, 0x1200), 1u);
  EXPECT_EQ(on(ram, 0x11ff), 1u);
}

TEST_F(Emulated, golden_vectors_that_differ_are_refused) {
  say(3);
  EXPECT_ERROR(profile(toy_program(), {.core = "cortex-m4", .is_emulated = true}),
               "toy: 3 of 4 golden vectors differ on the emulated Arm Cortex-M4F");
  say(1);
  EXPECT_ERROR(profile(toy_program(), {.core = "cortex-m7", .is_emulated = true}),
               "1 of 4 golden vectors differ");
}

TEST_F(Emulated, without_tools_it_is_an_estimate_that_says_so) {
  tool("qemu-system-arm", "exit 1\n");
  const Profile p = profile(toy_program(), {.core = "cortex-m4", .is_emulated = true});
  EXPECT_FALSE(p.is_measured);
  EXPECT_EQ(p.why_estimated,
            "qemu-system-arm is not installed (Debian: apt install gcc-arm-none-eabi "
            "libnewlib-arm-none-eabi qemu-system-arm)");
  tool("arm-none-eabi-gcc", "exit 1\n");
  EXPECT_NE(profile(toy_program(), {.core = "cortex-m4", .is_emulated = true})
                .why_estimated.find("arm-none-eabi-gcc and qemu-system-arm are not installed"),
            std::string::npos);
}

}  // namespace
}  // namespace mote
