// mote export, profile and boards: text, JSON and what was written tell the same.
#include "base/digest.h"
#include "cli/command.h"
#include "mote/host_program.h"

namespace mote {
namespace {

using test::grouped;
using test::json;
using test::match;
using test::mote_in;
using test::mote_ok;
using test::printed;
using test::Said;
using test::small_project;

std::string macro(const std::string &header, const std::string &name) {
  return match(header, "#define MOTE_SMALL_" + name + " (\\S+)")[0];
}

// A model of long windows, whose first layers can run row by row, as a file.
std::string long_model(const test::TempFolder &folder) {
  static const IntegerProgram kProgram = [] {
    const Splits data = test::toy_splits(3, 120, 3, 8);
    const Model model =
        sequential("long", {120, 3},
                   {Conv1D{.filters = 8, .kernel = 5, .activation = relu, .padding = same},
                    Conv1D{.filters = 8, .kernel = 3, .activation = relu}, AveragePool1D{2},
                    Conv1D{.filters = 4, .kernel = 3, .stride = 2}, Flatten{}, Dense{3, softmax}});
    return quantize(train(model, data, {.epochs = 1, .batch = 8}).model, {.calibrate_on = data.train});
  }();
  const std::string file = (folder / "long.mote").string();
  save(kProgram, file);
  return file;
}

IntegerProgram small_program() {
  return std::get<IntegerProgram>(load(small_project().in_run("model_int8.mote").string()));
}

TEST(CliExport, says_what_it_wrote) {
  test::TempFolder folder;
  small_project().copy_to(folder / "p");
  const Said text =
      mote_ok(folder / "p", {"export", "--format", "c", "--output", "c", "--golden", "5", "--verify"});
  const json j =
      mote_ok(folder / "p", {"export", "--format", "c", "--output", "c", "--golden", "5", "--json"}).parsed();
  EXPECT_EQ(j.at("format"), "c");
  EXPECT_EQ(j.at("folder"), "c");
  size_t files = 0;
  for (const auto &entry : fs::directory_iterator(folder / "p" / "c"))
    files += entry.path().filename().string()[0] != '.';
  EXPECT_EQ(j.at("files").size(), files);
  for (const std::string file : j.at("files")) EXPECT_TRUE(fs::exists(folder / "p" / "c" / file)) << file;
  const std::string header = read_file(folder / "p" / "c" / "model.h");
  EXPECT_EQ(macro(header, "BUFFER_BYTES"), j.at("buffer_bytes").dump());
  EXPECT_EQ(macro(header, "STRIDE"), "4");
  EXPECT_EQ(macro(header, "WINDOW"), "10");
  EXPECT_EQ(j.at("buffer_bytes"), plan_memory(small_program()).bytes);
  EXPECT_EQ(j.at("streamed_layers"), 0);
  EXPECT_EQ(j.at("moved_bytes"), 0);
  EXPECT_EQ(j.at("verified"), "not asked for");
  const auto said = match(
      text.out, "Wrote c: (\\d+) files, buffer (\\d+) bytes \\(RAM\\), weights (\\d+) bytes \\(flash\\)\\.");
  EXPECT_EQ(said, (std::vector<std::string>{std::to_string(files), j.at("buffer_bytes").dump(),
                                            j.at("weight_bytes").dump()}));
  EXPECT_NE(text.out.find("Verified: compiled with cc and run: mote_small: 5 of 5 golden vectors equal"),
            std::string::npos)
      << text.out;
  const json tflite =
      mote_ok(folder / "p", {"export", "--format", "tflite", "--output", "m.tflite", "--json"}).parsed();
  EXPECT_EQ(tflite, json({{"format", "tflite"},
                          {"file", "m.tflite"},
                          {"bytes", fs::file_size(folder / "p" / "m.tflite")}}));
  EXPECT_NE(mote_ok(folder / "p", {"export", "--format", "tflite", "--output", "d"})
                .out.find("Wrote d/small.tflite ("),
            std::string::npos);
  // exports are remembered, each once, as they were last
  const fs::path run = (*fs::directory_iterator(folder / "p" / "runs")).path();
  const std::string model = sha256(read_file(run / "model_int8.mote"));
  EXPECT_EQ(
      json::parse(read_file(run / "exports.json")),
      json::array({{{"format", "c"}, {"path", "c"}, {"verified", "not asked for"}, {"int8_model", model}},
                   {{"format", "tflite"},
                    {"path", "m.tflite"},
                    {"verified", "written and read back"},
                    {"int8_model", model}},
                   {{"format", "tflite"},
                    {"path", "d/small.tflite"},
                    {"verified", "written and read back"},
                    {"int8_model", model}}}));
}

TEST(CliExport, a_small_buffer_is_kept_or_refused) {
  test::TempFolder folder;
  small_project().copy_to(folder / "p");
  const std::string file = long_model(folder);
  const size_t plain = plan_memory(std::get<IntegerProgram>(load(file))).bytes;
  const std::string limit = std::to_string(plain - 4);
  const json j = mote_ok(folder / "p", {"export", file, "--output", "c", "--ram", limit, "--json"}).parsed();
  EXPECT_LE(j.at("buffer_bytes").get<size_t>(), plain - 4);
  EXPECT_GT(j.at("streamed_layers").get<int>(), 0);
  EXPECT_EQ(j.at("buffer_bytes").dump(), match(read_file(folder / "p" / "c" / "model.h"),
                                               "#define MOTE_LONG_MODEL_BUFFER_BYTES (\\S+)")[0]);
  const Said text = mote_ok(folder / "p", {"export", file, "--output", "c", "--ram", limit});
  EXPECT_EQ(match(text.out, "The first (\\d+) layers run row by row: ([\\d,]+) bytes are moved"),
            (std::vector<std::string>{j.at("streamed_layers").dump(), grouped(j.at("moved_bytes"))}));
  const Said refused = mote_in(folder / "p", {"export", "--output", "d", "--ram", "8"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_FALSE(fs::exists(folder / "p" / "d"));
  write_file(folder / "p" / "b.toml",
             "[[board]]\nname = \"tiny\"\ncore = \"cortex-m4\"\nmhz = 1\nram_kb = 1\nflash_kb = 1\n");
  const Said tiny =
      mote_in(folder / "p", {"export", "--output", "d", "--target", "tiny", "--boards", "b.toml"});
  EXPECT_EQ(tiny.status, 1);
  EXPECT_NE(tiny.err.find("does not fit the tiny: RAM: "), std::string::npos) << tiny.err;
  EXPECT_NE(tiny.err.find("Flash: "), std::string::npos);
  EXPECT_FALSE(fs::exists(folder / "p" / "d"));
  EXPECT_EQ(mote_in(folder / "p", {"export", "--output", "d", "--target", "nano33ble"}).status, 0);
  const Said verify = mote_in(folder / "p", {"export", "--format", "qemu", "--output", "e", "--verify"});
  EXPECT_EQ(verify.status, 1);
  EXPECT_FALSE(fs::exists(folder / "p" / "e"));
  EXPECT_NE(mote_ok(folder / "p", {"export", "--format", "cmake", "--output", "e", "--verify"})
                .out.find("Verified: compiled"),
            std::string::npos);
  EXPECT_NE(verify.err.find("--verify: compiles for this computer"), std::string::npos) << verify.err;
}

// The largest probability that the wanted part of the right answers reaches: found here by trying all 257.
TEST(CliExport, threshold_is_the_largest_that_keeps_the_wanted_part_of_right_answers) {
  const IntegerProgram program = small_program();
  const Splits splits = splits_of(find_run(small_project().run));
  HostProgram host(program);
  std::vector<int> right;
  for (size_t i = 0; i < splits.val.size(); ++i) {
    int8_t y[3];
    host.predict(splits.val.example(i), y);
    const auto best = std::max_element(y, y + 3) - y;
    if (best == splits.val.classes[i]) right.push_back(y[best] + 128);
  }
  ASSERT_LT(right.size(), splits.val.size());  // some are wrong, and must not count
  ASSERT_GT(right.size(), 20u);
  const auto brute = [&](double kept) {
    int largest = 0;
    for (int t = 0; t <= *std::max_element(right.begin(), right.end()); ++t) {
      const auto reach = std::count_if(right.begin(), right.end(), [&](int p) { return p >= t; });
      if (static_cast<double>(reach) >= kept * static_cast<double>(right.size()) - 1e-9) largest = t;
    }
    return std::min(0.9, largest / 256.0);
  };
  test::TempFolder folder;
  small_project().copy_to(folder / "p");
  std::vector<double> found;
  for (const double kept : {1.0, 0.95, 0.7, 0.5, 0.0}) {
    const auto threshold = choose_threshold(program, splits.val, kept);
    ASSERT_TRUE(threshold.has_value());
    EXPECT_NEAR(*threshold, brute(kept), 1e-12) << kept;
    found.push_back(*threshold);
  }
  EXPECT_LT(found[0], found[2]);
  mote_ok(folder / "p", {"export", "--output", "c", "--confidence", "0.7"});
  const std::string header = read_file(folder / "p" / "c" / "model.h");
  EXPECT_NEAR(std::stod(macro(header, "THRESHOLD")), 256 * brute(0.7), 0.5);
  EXPECT_NE(header.find("70 % of the right answers on 72 validation windows reach it"), std::string::npos);
  mote_ok(folder / "p", {"export", "--output", "c", "--confidence", "0.95"});
  EXPECT_NEAR(std::stod(macro(read_file(folder / "p" / "c" / "model.h"), "THRESHOLD")), 256 * brute(0.95),
              0.5);
}

TEST(CliThreshold, of_one_output_counts_the_surer_side) {
  const Splits data = test::toy_splits(2, 20, 3, 60);
  const Model model = train(sequential("two", {20, 3}, {Flatten{}, Dense{1, sigmoid}}), data,
                            {.epochs = 3, .batch = 8, .loss = {LossType::kBinaryCrossentropy}, .threads = 1})
                          .model;
  const IntegerProgram program = quantize(model, {.calibrate_on = data.train});
  HostProgram host(program);
  std::vector<int> right;
  for (size_t i = 0; i < data.train.size(); ++i) {
    int8_t y = 0;
    host.predict(data.train.example(i), &y);
    const int p = y + 128;  // of the second class, of 256
    if ((p > 128) == (data.train.classes[i] == 1)) right.push_back(p > 128 ? p : 256 - p);
  }
  ASSERT_FALSE(right.empty());
  std::sort(right.begin(), right.end());
  EXPECT_NEAR(*choose_threshold(program, data.train, 1), std::min(0.9, right.front() / 256.0), 1e-12);
  EXPECT_NEAR(*choose_threshold(program, data.train, 0), std::min(0.9, right.back() / 256.0), 1e-12);
}

TEST(CliProfile, json_is_the_profile_of_the_library) {
  const Board board = board_by_name(known_boards(), "nano33ble");
  ProfileOptions options{.board = board};
  options.c.stride = 4;
  const Profile p = profile(small_program(), options);
  const json j = mote_ok(small_project().folder(), {"profile", "--target", "nano33ble", "--json"}).parsed();
  const std::map<std::string, json> expected = {
      {"model", "small"},
      {"core", "cortex-m4"},
      {"target", "nano33ble"},
      {"is_measured", false},
      {"why_estimated", "not asked for: --emulate measures"},
      {"fits", true},
      {"problems", json::array()},
      {"code_bytes", p.code_bytes},
      {"weight_bytes", p.weight_bytes},
      {"flash_bytes", p.code_bytes + p.weight_bytes},
      {"buffer_bytes", p.buffer_bytes},
      {"ram_bytes", p.ram_bytes},
      {"stack_bytes", 1024},
      {"plan_lower_bound", p.plan.lower_bound},
      {"peak_layer", p.plan.peak_layer},
      {"streamed_layers", 0},
      {"moved_bytes", 0},
      {"instructions", p.instructions},
      {"instructions_error", p.instructions_error},
      {"call", {{"name", "predict"}, {"values", 23}, {"instructions", p.call_instructions}}}};
  for (const auto &[key, value] : expected) EXPECT_EQ(j.at(key), value) << key;
  ASSERT_EQ(j.at("layers").size(), p.layers.size());
  for (size_t i = 0; i < p.layers.size(); ++i) {
    const LayerProfile &l = p.layers[i];
    EXPECT_EQ(j.at("layers")[i], json({{"name", l.name},
                                       {"op", l.op},
                                       {"routine", l.routine},
                                       {"output", l.output},
                                       {"macs", l.macs},
                                       {"weight_bytes", l.weight_bytes},
                                       {"activation_bytes", l.alive_bytes},
                                       {"instructions", l.instructions},
                                       {"is_guessed", false}}));
  }
  for (size_t i = 0; i < p.plan.items.size(); ++i)
    EXPECT_EQ(j.at("plan")[i], json({{"tensor", p.plan_names[i]},
                                     {"offset", p.plan.items[i].offset},
                                     {"bytes", p.plan.items[i].bytes},
                                     {"first_layer", p.plan.items[i].first},
                                     {"last_layer", p.plan.items[i].last}}));
  // 64 MHz, 9.9 mW: milliseconds and millijoules of the estimated cycles
  const double ms = p.cycles->cycles / 64e6 * 1e3;
  EXPECT_NEAR(j.at("latency_ms").get<double>(), ms, 1e-9);
  EXPECT_NEAR(j.at("latency_ms_low").get<double>(), p.cycles->low / 64e6 * 1e3, 1e-9);
  EXPECT_NEAR(j.at("latency_ms_high").get<double>(), p.cycles->high / 64e6 * 1e3, 1e-9);
  EXPECT_NEAR(j.at("energy_mj").get<double>(), 9.9e-3 * ms * 1e-3 * 1e3, 1e-9);
  EXPECT_FALSE(j.contains("why_no_latency"));
  EXPECT_FALSE(j.contains("compiler"));
  EXPECT_EQ(mote_ok(small_project().folder(), {"profile", "--target", "nano33ble"}).out, profile_text(p));
}

// A stream takes a window every 4 rows of 20 a second, as data.stride says.
TEST(CliProfile, a_stream_has_the_stride_of_the_project) {
  const json j = mote_ok(small_project().folder(), {"profile", "--target", "nano33ble", "--json"}).parsed();
  EXPECT_NEAR(j.at("period_ms").get<double>(), 200, 1e-9);
  EXPECT_NE(mote_ok(small_project().folder(), {"profile", "--target", "nano33ble"})
                .out.find("fits a window every 200 ms"),
            std::string::npos);
}

TEST(CliProfile, says_what_is_missing_and_what_does_not_fit) {
  test::TempFolder folder;
  const std::string file = small_project().in_run("model_int8.mote").string();
  write_file(folder / "b.toml",
             "[[board]]\nname = \"tiny\"\ncore = \"cortex-m3\"\nmhz = 1\nram_kb = 1\nflash_kb = 4\n");
  const json j =
      mote_ok(folder.text(), {"profile", file, "--target", "tiny", "--boards", "b.toml", "--json"}).parsed();
  EXPECT_EQ(j.at("fits"), false);
  EXPECT_EQ(j.at("problems").size(), 2u);
  EXPECT_EQ(j.at("why_no_latency"), "no published times of cortex-m3 to fit cycles to");
  EXPECT_FALSE(j.contains("latency_ms"));
  const json s3 = mote_ok(folder.text(), {"profile", file, "--target", "esp32-s3", "--json"}).parsed();
  EXPECT_FALSE(s3.contains("instructions"));
  EXPECT_LT(s3.at("instructions_error").get<double>(), 0);
  const json core = mote_ok(folder.text(), {"profile", file, "--core", "cortex-m7", "--json"}).parsed();
  EXPECT_EQ(core.at("core"), "cortex-m7");
  EXPECT_FALSE(core.contains("target"));
  EXPECT_FALSE(core.contains("fits"));
  const std::string windows = long_model(folder);
  const size_t plain = plan_memory(std::get<IntegerProgram>(load(windows))).bytes;
  const json rows = mote_ok(folder.text(), {"profile", windows, "--core", "cortex-m4", "--ram",
                                            std::to_string(plain - 4), "--json"})
                        .parsed();
  EXPECT_LE(rows.at("buffer_bytes").get<size_t>(), plain - 4);
  EXPECT_GT(rows.at("streamed_layers").get<int>(), 0);
  EXPECT_GT(rows.at("moved_bytes").get<int>(), 0);
  const Said picture =
      mote_ok(folder.text(), {"profile", file, "--core", "cortex-m4", "--picture", "plan.svg"});
  EXPECT_TRUE(picture.out.ends_with("\nWrote plan.svg.\n"));
  EXPECT_EQ(test::without_ids(read_file(folder / "plan.svg")),
            test::without_ids(draw_plan(profile(small_program(), {.core = "cortex-m4"})).svg));
  EXPECT_EQ(mote_in(folder.text(), {"profile", file, "--picture", "plan.gif"}).status, 1);
  mote_ok(folder.text(), {"profile", file, "--picture", "plan.png"});
  EXPECT_EQ(read_file(folder / "plan.png").substr(1, 3), "PNG");
}

// A second reading of the list of boards: one "key = value" a line.
std::vector<std::map<std::string, std::string>> listed_boards() {
  std::vector<std::map<std::string, std::string>> boards;
  for (const std::string &line :
       test::lines_of(read_file(std::string(MOTE_SOURCE_DIR) + "/src/device/boards.toml"))) {
    if (line == "[[board]]") boards.emplace_back();
    const size_t at = line.find(" = ");
    if (line.empty() || line[0] == '#' || at == std::string::npos) continue;
    std::string value = line.substr(at + 3);
    if (value[0] == '"') value = value.substr(1, value.size() - 2);
    boards.back()[line.substr(0, at)] = value;
  }
  return boards;
}

TEST(CliBoards, text_and_json_are_the_list) {
  const auto expected = listed_boards();
  const json j = mote_ok(".", {"boards", "--json"}).parsed();
  const auto lines = test::lines_of(mote_ok(".", {"boards"}).out);
  ASSERT_GE(expected.size(), 20u);
  ASSERT_EQ(j.size(), expected.size());
  ASSERT_EQ(lines.size(), 1 + 2 * expected.size());
  EXPECT_EQ(test::words_of(lines[0]),
            (std::vector<std::string>{"name", "core", "MHz", "RAM", "KB", "flash", "KB", "mW"}));
  const std::vector<std::string> emulated = {"cortex-m0plus", "cortex-m3",  "cortex-m4",
                                             "cortex-m7",     "cortex-m33", "cortex-m55",
                                             "cortex-m85",    "rv32imac",   "rv32imc"};
  for (size_t i = 0; i < expected.size(); ++i) {
    auto b = expected[i];
    SCOPED_TRACE(b["name"]);
    EXPECT_EQ(j[i].at("name"), b["name"]);
    EXPECT_EQ(j[i].at("title"), b["title"]);
    EXPECT_EQ(j[i].at("core"), b["core"]);
    EXPECT_EQ(j[i].at("mhz"), std::stod(b["mhz"]));
    EXPECT_EQ(j[i].at("ram_bytes"), std::lround(std::stod(b["ram_kb"]) * 1024));
    EXPECT_EQ(j[i].at("flash_bytes"), std::lround(std::stod(b["flash_kb"]) * 1024));
    EXPECT_EQ(j[i].at("source"), b["source"]);
    EXPECT_EQ(j[i].at("can_emulate"),
              std::find(emulated.begin(), emulated.end(), b["core"]) != emulated.end());
    EXPECT_EQ(j[i].contains("power_mw"), b.contains("power_mw"));
    if (b.contains("power_mw")) {
      EXPECT_EQ(j[i].at("power_mw"), std::stod(b["power_mw"]));
      EXPECT_EQ(j[i].at("power_source"), b["power_source"]);
    }
    const auto words = test::words_of(lines[1 + 2 * i]);
    ASSERT_EQ(words.size(), 6u);
    EXPECT_EQ(words[0], b["name"]);
    EXPECT_EQ(words[1], b["core"]);
    EXPECT_EQ(std::stod(words[2]), std::stod(b["mhz"]));
    EXPECT_EQ(words[3], std::to_string(static_cast<long>(std::stod(b["ram_kb"]))));
    EXPECT_EQ(words[4], std::to_string(static_cast<long>(std::stod(b["flash_kb"]))));
    EXPECT_EQ(words[5] == "-", !b.contains("power_mw"));
    if (b.contains("power_mw")) EXPECT_EQ(std::stod(words[5]), std::stod(b["power_mw"]));
    EXPECT_TRUE(lines[2 + 2 * i].starts_with("  " + b["title"] + "; "));
    EXPECT_TRUE(lines[2 + 2 * i].ends_with(
        b["source"] + (b.contains("power_source") ? "; power: " + b["power_source"] : "")));
  }
}

TEST(CliBoards, the_users_own_come_last_and_win) {
  test::TempFolder folder;
  write_file(
      folder / "b.toml",
      "[[board]]\nname = \"nano33ble\"\ncore = \"cortex-m4\"\nmhz = 32\nram_kb = 1.5\nflash_kb = 512\n");
  const json j = mote_ok(folder.text(), {"boards", "--boards", "b.toml", "--json"}).parsed();
  EXPECT_EQ(j.back(), json({{"name", "nano33ble"},
                            {"title", "nano33ble"},
                            {"core", "cortex-m4"},
                            {"mhz", 32},
                            {"ram_bytes", 1536},
                            {"flash_bytes", 524288},
                            {"source", ""},
                            {"can_emulate", true}}));
  EXPECT_EQ(
      test::words_of(test::lines_of(mote_ok(folder.text(), {"boards", "--boards", "b.toml"}).out).back()),
      (std::vector<std::string>{"no", "source"}));
  const std::string file = small_project().in_run("model_int8.mote").string();
  const auto ms = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"profile", file, "--target", "nano33ble", "--json"});
    return mote_ok(folder.text(), more).parsed().at("latency_ms").get<double>();
  };
  EXPECT_NEAR(ms({"--boards", "b.toml"}), 2 * ms({}), 1e-9);  // half the clock
}

}  // namespace
}  // namespace mote
