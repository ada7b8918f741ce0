// Boards, the linker's map, the fit of cycles, and the plans of memory and rows.
#include <algorithm>
#include <set>

#include "codegen/c/fit.h"
#include "codegen/c/row_plan.h"
#include "device/device_support.h"
#include "device/emulator.h"
#include "device/latency.h"
#include "mote/device.h"
#include "mote/host_program.h"
#include "mote/mote.h"
#include "test_support.h"

namespace mote {
namespace {

namespace fs = std::filesystem;

TEST(Boards, there_are_many_and_each_says_where_its_figures_come_from) {
  const std::vector<Board> boards = known_boards();
  EXPECT_GE(boards.size(), 20u);
  std::set<std::string> names;
  for (const Board &b : boards) {
    EXPECT_TRUE(names.insert(b.name).second) << b.name;
    EXPECT_FALSE(b.source.empty()) << b.name;
    EXPECT_EQ(b.power_mw.has_value(), !b.power_source.empty()) << b.name;
    EXPECT_GT(b.ram_bytes, 0u);
    EXPECT_LT(b.ram_bytes, b.flash_bytes + 1) << b.name;
  }
  EXPECT_EQ(board_by_name(boards, "nano33ble").ram_bytes, 256u * 1024);
  EXPECT_ERROR(board_by_name(boards, "nano33bel"), "did you mean 'nano33ble'?");
}

TEST(Boards, of_users_are_read_or_refused_with_the_line) {
  const std::string good =
      "[[board]]\nname = \"mine\"\ncore = \"cortex-m33\"\nmhz = 64\nram_kb = 128\nflash_kb = 512\n";
  const std::vector<Board> boards = parse_boards(good, "b.toml");
  ASSERT_EQ(boards.size(), 1u);
  EXPECT_EQ(boards[0].ram_bytes, 131072u);
  EXPECT_FALSE(boards[0].power_mw.has_value());
  EXPECT_ERROR(parse_boards("", "b.toml"), "has no [[board]]");
  EXPECT_ERROR(parse_boards("[[board]\n", "b.toml"), "b.toml:1");
  EXPECT_ERROR(parse_boards("\n\n[[board]]\nname = \"x\"\n", "b.toml"), "'core' must be a text");
  EXPECT_ERROR(parse_boards(good + "power = 3\n", "b.toml"), "a board has no 'power'");
  EXPECT_ERROR(
      parse_boards("[[board]]\nname = \"x\"\ncore = \"c\"\nmhz = -1\nram_kb = 1\nflash_kb = 1\n", "b.toml"),
      "'mhz' must be a number above 0");
  EXPECT_ERROR(
      parse_boards("[[board]]\nname = \"x\"\ncore = \"c\"\nmhz = nan\nram_kb = 1\nflash_kb = 1\n", "b.toml"),
      "'mhz' must be a number above 0");
  // found by fuzzing: the parser asserts
  EXPECT_ERROR(parse_boards(std::string("[[[[bo[\0\0\0a.\0\0\0\0\0\0\0[power_mw = 1\n", 32), "b.toml"),
               "b.toml");
  EXPECT_ERROR(read_boards("/nowhere/b.toml"), "/nowhere/b.toml");
}

TEST(Map, adds_up_what_the_model_puts_into_flash_and_ram) {
  const Footprint f = parse_map(
      "Discarded input sections\n\n .text.unused 0x00000000 0x100 /tmp/m/model.o\n\n"
      "Linker script and memory map\n\n.text           0x00000000     0x1234\n *(.text*)\n"
      " .text.mote_conv2d_s8\n                0x00000100      0x200 /tmp/m/conv2d_s8.o\n"
      " .text          0x00000300       0x10 /lib/libgcc.a(_udivsi3.o)\n"
      " .text.main     0x00000310      0x999 /tmp/m/measure.o\n"
      " .rodata.layer0_weights\n                0x00000400      0x300 /tmp/m/model.o\n"
      " .rodata.layer0_params\n                0x00000700       0x40 /tmp/m/model.o\n"
      " .rodata.offset 0x00000740        0xc /tmp/m/model.o\n"
      ".bss            0x20000000      0x500\n .bss.storage   0x20000000      0x400 /tmp/m/model.o\n"
      " .bss.output    0x20000400       0x10 /tmp/m/measure.o\n"
      "/DISCARD/\n .ARM.extab     0x00000000        0x0 /tmp/m/model.o\n .text.gone 0x1 0x55 "
      "/tmp/m/model.o\n");
  EXPECT_EQ(f.code_bytes, 0x200u + 0x10u + 0x40u);
  EXPECT_EQ(f.weight_bytes, 0x300u + 0xcu);
  EXPECT_EQ(f.buffer_bytes, 0x400u);
  EXPECT_EQ(f.ram_bytes, 0x400u);
}

TEST(Cycles, the_interval_covers_boards_that_were_left_out) {
  const CycleFit &fit = cycle_fit();
  EXPECT_GE(fit.left_out_points, 20);
  EXPECT_GE(fit.covered_points, 0.8 * fit.left_out_points);
  const auto m4 = fit.estimate("cortex-m4", 1e6);
  ASSERT_TRUE(m4.has_value());
  EXPECT_GT(m4->cycles_per_instruction, 1.0);  // no instruction of it takes less than a cycle
  EXPECT_LT(m4->cycles_per_instruction, 3.0);
  EXPECT_LT(m4->low, m4->cycles);
  EXPECT_LT(m4->cycles, m4->high);
  EXPECT_FALSE(fit.estimate("xtensa-lx7", 1e6).has_value());
  EXPECT_FALSE(fit.estimate("cortex-m3", 1e6).has_value());
}

IntegerProgram residual() {
  return test::int8_program(
      "residual", {24, 20, 3},
      {Layer(Conv2D{.filters = 8, .kernel = 3, .activation = relu, .padding = same}).named("first"),
       Conv2D{.filters = 8, .kernel = 3, .activation = relu, .padding = same},
       Layer(DepthwiseConv2D{.kernel = 3, .padding = same}).named("deep"),
       Layer(Add{relu}).from({"deep", "first"}).named("sum"),
       Conv2D{.filters = 6, .kernel = 3, .stride = 2, .padding = same}, MaxPool2D{2}, GlobalAveragePool2D{},
       Dense{2}, Softmax{}});
}

TEST(MemoryPlan, tensors_that_live_together_share_no_byte) {
  for (const IntegerProgram &p :
       {residual(), test::int8_program("line", {64, 3},
                                       {Conv1D{8, 5, relu}, MaxPool1D{2}, Flatten{}, Dense{2}, Softmax{}})}) {
    const MemoryPlan plan = plan_memory(p);
    for (const PlacedTensor &a : plan.items) {
      EXPECT_LE(a.offset + a.bytes, plan.bytes);
      for (const PlacedTensor &b : plan.items) {
        if (&a == &b || a.last < b.first || b.last < a.first) continue;
        EXPECT_TRUE(a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset)
            << p.tensor(a.tensor).name << " and " << p.tensor(b.tensor).name;
      }
    }
    EXPECT_EQ(plan.bytes, (plan.lower_bound + 3) / 4 * 4);  // the least possible, for these
    EXPECT_GE(plan.peak_layer, 0);
  }
}

TEST(MemoryPlan, an_elementwise_layer_takes_the_place_of_an_input_that_nothing_reads_later) {
  const IntegerProgram p = residual();
  const MemoryPlan plan = plan_memory(p);
  size_t adds = 0;
  for (const ProgramLayer &l : p.layers)
    if (l.op == "add") {
      ++adds;
      const auto at = [&](int t) { return plan.offset[static_cast<size_t>(t)]; };
      EXPECT_TRUE(at(l.outputs[0]) == at(l.inputs[0]) || at(l.outputs[0]) == at(l.inputs[1]));
    }
  EXPECT_EQ(adds, 1u);
}

TEST(Rows, streamed_layers_need_less_and_give_the_same_bytes) {
  for (const IntegerProgram &p :
       {residual(),
        test::int8_program(
            "line", {120, 3},
            {Conv1D{.filters = 8, .kernel = 5, .activation = relu, .padding = same},
             Conv1D{.filters = 8, .kernel = 3, .activation = relu, .dilation = 2}, AveragePool1D{2},
             Conv1D{.filters = 4, .kernel = 3, .stride = 2}, Flatten{}, Dense{2}, Softmax{}})}) {
    const size_t plain = plan_memory(p).bytes;
    const RowPlan least = plan_rows(p, 1);
    ASSERT_FALSE(least.layers.empty()) << p.name;
    EXPECT_LT(least.memory.bytes, plain);
    EXPECT_TRUE(plan_rows(p, plain).layers.empty());
    for (const size_t limit : {least.memory.bytes, (least.memory.bytes + plain) / 2}) {
      test::TempFolder folder;
      const std::string c = (folder / "c").string();
      const ExportedC made = export_c(p, c, {.golden_count = 5, .ram_bytes = limit});
      EXPECT_LE(made.buffer_bytes, limit);
      EXPECT_GT(made.streamed_layers, 1u);
      EXPECT_NE(verify_c(c).find("5 of 5"), std::string::npos) << p.name << " in " << limit;
    }
    EXPECT_ERROR(export_c(p, "nowhere", {.ram_bytes = least.memory.bytes - 4}), "the cheapest ways: (1)");
    EXPECT_FALSE(fs::exists("nowhere"));
  }
}

// A tensor that users read must be whole at the end, so nothing is streamed through it.
TEST(Rows, are_not_streamed_through_an_output) {
  IntegerProgram p = test::int8_program(
      "line", {120, 3},
      {Conv1D{.filters = 8, .kernel = 5, .activation = relu, .padding = same},
       Conv1D{.filters = 8, .kernel = 3}, Conv1D{.filters = 4, .kernel = 3}, Flatten{}, Dense{2}});
  const RowPlan through = plan_rows(p, 1);
  ASSERT_GE(through.layers.size(), 3u);
  for (size_t inner = 1; inner + 1 < through.tensors.size(); ++inner) {
    IntegerProgram shown = p;
    shown.outputs.push_back(through.tensors[inner].tensor);
    const RowPlan plan = plan_rows(shown, 1);
    for (size_t i = 0; i + 1 < plan.tensors.size(); ++i)
      EXPECT_NE(plan.tensors[i].tensor, shown.outputs.back()) << inner;
  }
}

TEST(Fit, three_ways_are_named_and_the_ones_that_keep_the_outputs_come_first) {
  const IntegerProgram p = residual();
  const size_t wanted = plan_rows(p, 1).memory.bytes;
  const std::vector<WayToFit> ways = ways_to_less_ram(p, wanted);
  ASSERT_EQ(ways.size(), 3u);
  EXPECT_TRUE(ways[0].keeps_outputs);
  EXPECT_LE(ways[0].bytes, wanted);
  EXPECT_EQ(ways_to_less_flash(p, 100).size(), 3u);
  Board tiny;
  tiny.name = tiny.title = "tiny";
  tiny.core = "cortex-m4";
  tiny.mhz = 1;
  tiny.ram_bytes = 2048;
  tiny.flash_bytes = 1024;
  const Profile profiled = profile(p, {.board = tiny});
  ASSERT_EQ(profiled.problems.size(), 2u);
  EXPECT_NE(profiled.problems[0].find("RAM: "), std::string::npos);
  EXPECT_NE(profiled.problems[0].find("\n  (3) "), std::string::npos);
  EXPECT_NE(profile_text(profiled).find("DOES NOT FIT"), std::string::npos);
}

TEST(Profile, says_where_nothing_is_known) {
  const IntegerProgram p = residual();
  const Profile s3 = profile(p, {.board = board_by_name(known_boards(), "esp32-s3")});
  EXPECT_FALSE(s3.is_measured);
  EXPECT_FALSE(s3.cycles.has_value());
  EXPECT_NE(profile_text(s3).find("no estimate"), std::string::npos);
  EXPECT_ERROR(profile(p, {.core = "cortex-m5"}), "cannot be emulated");
  // differences are in none of the networks that estimates are fitted to
  static const LayerDef kBelowZero{
      "below_zero", "BelowZero", {}, {}, [](Graph &g, const std::string &name, const Attrs &, int x) {
        return g.add("sub", name, {}, {x, add_activation(g, name + "/relu", "relu", x)});
      }};
  const Profile unknown = profile(
      test::int8_program("unknown", {8, 2}, {Conv1D{4, 3}, own_layer(kBelowZero), Flatten{}, Dense{2}}),
      {.core = "cortex-m4"});
  EXPECT_TRUE(unknown.has_guesses());
  EXPECT_GT(unknown.instructions_error, 0);
  EXPECT_NE(profile_text(unknown).find("a guess for the layers marked ~"), std::string::npos);
  const Profile conv = profile(p, {.core = "cortex-m4"});
  EXPECT_FALSE(conv.has_guesses());
  EXPECT_EQ(profile_text(conv).find("~"), std::string::npos);
}

TEST(Threshold, is_what_the_wanted_part_of_right_answers_reaches) {
  const Splits data = test::toy_splits(3, 20, 3, 12);
  const Model model = sequential("t", {20, 3}, {Conv1D{4, 3, relu}, Flatten{}, Dense{3}, Softmax{}});
  const TrainedRun run = train(model, data, {.epochs = 10, .batch = 8, .seed = 1});
  const IntegerProgram p = quantize(run.model, {.calibrate_on = data.train});
  HostProgram host(p);
  std::vector<int> right;  // probabilities of right answers, of 256
  for (size_t i = 0; i < data.train.size(); ++i) {
    int8_t scores[3];
    host.predict(data.train.example(i), scores);
    const int best = argmax_s8(scores, 3);
    if (best == data.train.classes[i]) right.push_back(scores[best] + 128);
  }
  ASSERT_GT(right.size(), 10u);
  for (const double kept : {1.0, 0.8, 0.5}) {
    const double threshold = *choose_threshold(p, data.train, kept);
    const auto answered = [&](double least) {
      return std::count_if(right.begin(), right.end(), [&](int r) { return r / 256.0 >= least; });
    };
    const double wanted = kept * static_cast<double>(right.size());
    EXPECT_GE(static_cast<double>(answered(threshold)), wanted);
    EXPECT_TRUE(threshold == 0.9 || static_cast<double>(answered(threshold + 1 / 256.0)) < wanted)
        << "a larger one would do";
  }
  EXPECT_EQ(*choose_threshold(p, data.train, 0),
            std::min(0.9, *std::max_element(right.begin(), right.end()) / 256.0));
  EXPECT_FALSE(choose_threshold(p, Dataset{}, 0.95).has_value());
}

TEST(Emulator, a_second_run_with_layers_adds_them_and_hides_nothing) {
  Measurement m;
  add_report(m, "instructions 1000\nstack 300\nwrong 2\nvectors 16\n", false);
  EXPECT_EQ(m.wrong, 2);
  add_report(m, "instructions 1200\nstack 400\nwrong 0\nvectors 16\nlayer 1 70\nlayer 0 30\n", true);
  EXPECT_EQ(m.wrong, 2);
  EXPECT_EQ(m.vectors, 16);
  EXPECT_EQ(m.instructions, 1000u);
  EXPECT_EQ(m.stack_bytes, 300u);
  EXPECT_EQ(m.layer_instructions, (std::vector<uint64_t>{30, 70}));
  Measurement second_is_wrong;
  add_report(second_is_wrong, "wrong 0\nvectors 16\n", false);
  add_report(second_is_wrong, "wrong 3\nvectors 16\n", true);
  EXPECT_EQ(second_is_wrong.wrong, 3);
}

}  // namespace
}  // namespace mote
