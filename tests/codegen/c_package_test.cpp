// The rest of the C package as its users call it: predict(), invoke(), labels, constants, checksum,
// self-test.
#include "codegen/c_package.h"
#include "mote/device.h"
#include "mote/host_program.h"
#include "small_program.h"

namespace mote::test {
namespace {

std::string hash_of(const IntegerProgram &p, const ExportCOptions &o = {}) {
  TempFolder folder;
  export_c(p, folder.text(), o);
  const std::string header = read_file(folder / "model.h"), key = "_HASH \"";
  const size_t at = header.find(key);
  return at == std::string::npos ? "" : header.substr(at + key.size(), 8);
}

// Numbers between the braces of an array of golden.h, one list for each vector.
std::vector<std::vector<double>> golden_array(const std::string &text, const std::string &name) {
  std::vector<std::vector<double>> vectors;
  size_t at = text.find(name + "[GOLDEN_COUNT]");
  if (at == std::string::npos) return vectors;
  at = text.find("= {", at) + 3;
  for (const size_t end = text.find("};", at); at < end;) {
    const char c = text[at];
    if (c == '{') vectors.emplace_back();
    if (c == '-' || std::isdigit(static_cast<unsigned char>(c))) {
      size_t used = 0;
      vectors.back().push_back(std::stod(text.substr(at, 40), &used));
      at += used;
      continue;
    }
    ++at;
  }
  return vectors;
}

class EveryKind : public ::testing::TestWithParam<Last> {};

TEST_P(EveryKind, predict_gives_the_class_and_scores_of_the_formula) {
  const Last last = GetParam();
  const SmallProgram small(5, 3, last == Last::kLogistic ? 2 : 4, last);
  CPackage package(small.p, {.golden_count = 1});
  const int windows = 60;
  const std::vector<float> rows = small.random_rows(5 * windows, 3);
  std::string commands;
  const std::vector<float> unit = {0.01f, 0.02f, 0.004f};
  for (int n = 0; n < windows; ++n) {
    const std::vector<float> window(rows.begin() + 15 * n, rows.begin() + 15 * (n + 1));
    std::vector<float> of_counts;
    std::vector<int> counts;
    for (size_t i = 0; i < 15; ++i) {
      counts.push_back(static_cast<int>(std::lround(window[i] / unit[i % 3])));
      of_counts.push_back(static_cast<float>(counts.back()) * unit[i % 3]);
    }
    commands += "w" + words(window) + "\nn" + words(window) + "\nm" + words(window) + "\ne" + words(window) +
                "\ni" + words(small.front_end(window.data())) + "\nv" + words(unit) + words(counts) + "\nw" +
                words(of_counts) + "\n";
  }
  const std::vector<std::string> lines = package.run(commands);
  ASSERT_EQ(lines.size(), static_cast<size_t>(8 * windows));
  std::set<int> classes;
  for (int n = 0; n < windows; ++n) {
    const std::string *l = &lines[static_cast<size_t>(8 * n)];
    const float *window = rows.data() + 15 * n;
    const std::vector<int> got = numbers(l[0]), scores(got.begin() + 1, got.end());
    const std::vector<double> real = small.real_outputs(window);
    int best = 0;
    for (size_t k = 0; k < scores.size(); ++k) {
      const double value = last == Last::kLogits ? 0.1 * (scores[k] + 5) : (scores[k] + 128) / 256.0;
      const double most = last == Last::kLogits ? 12.7 + 0.5 : 255 / 256.0;
      EXPECT_NEAR(value, std::min(real[k], most), last == Last::kLogits ? 0.11 : 0.03) << n;
      if (scores[k] > scores[static_cast<size_t>(best)]) best = static_cast<int>(k);
    }
    if (scores.size() == 1) best = scores[0] > 0;  // probability above a half
    EXPECT_EQ(got[0], best) << n;
    EXPECT_EQ(std::stoi(l[1]), best);  // without scores
    EXPECT_EQ(l[2], l[0]);             // in the caller's memory ...
    EXPECT_EQ(l[3], "0");              // ... and nothing beside it
    EXPECT_EQ(numbers(l[4]), small.front_end(window));
    std::vector<int> invoked = numbers(l[5]);
    invoked[0] = got[0];
    EXPECT_EQ(invoked, got);
    EXPECT_EQ(l[6], l[7]) << "counts";
    classes.insert(best);
  }
  EXPECT_EQ(classes.size(), last == Last::kLogistic ? 2u : 4u);
}

INSTANTIATE_TEST_SUITE_P(
    Outputs, EveryKind, ::testing::Values(Last::kSoftmax, Last::kLogistic, Last::kLogits), [](const auto &c) {
      return c.param == Last::kSoftmax ? "softmax" : c.param == Last::kLogistic ? "logistic" : "logits";
    });

TEST(CPackageTest, labels_stand_in_the_order_of_the_outputs_whatever_they_are_called) {
  SmallProgram small(4, 2, 4, Last::kSoftmax);
  CPackage plain(small.p, {.golden_count = 1});
  const auto hex = [](const std::string &s) {
    std::string text;
    for (char c : s) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return text;
  };
  const auto expected = [&](const std::vector<std::string> &labels) {
    std::vector<std::string> lines;
    for (const std::string &l : labels) lines.push_back(hex(l));
    return lines;
  };
  EXPECT_EQ(plain.run("l\n"), expected({"walk", "10", "2", "b"}));
  small.p.labels = {"a\"b\\", "?\?/x %d", "\xC3\xBC\n\t1", "*/ 7"};
  small.p.name = "3 axis / x */";
  CPackage odd(small.p, {.golden_count = 1});
  EXPECT_EQ(odd.run("l\n"), expected(small.p.labels));
  EXPECT_EQ(odd.macro("CLASSES"), "4");
}

TEST(CPackageTest, its_constants_are_those_of_the_program) {
  const SmallProgram small(5, 2, 4, Last::kSoftmax);
  CPackage package(small.p, {.golden_count = 3, .threshold = 0.6, .stride = 3, .smoothing = 2});
  // the version that the build file states
  const std::string build = read_file(fs::path(MOTE_SOURCE_DIR) / "CMakeLists.txt");
  const size_t at = build.find("VERSION ", build.find("project("));
  const std::string version = build.substr(at + 8, build.find_first_not_of("0123456789.", at + 8) - at - 8);
  EXPECT_EQ(package.macro("VERSION"), "\"" + version + "\"");
  EXPECT_EQ(package.macro("INPUT_SIZE"), "10");
  EXPECT_EQ(package.macro("OUTPUT_SIZE"), "4");
  EXPECT_EQ(package.macro("WINDOW"), "5");
  EXPECT_EQ(package.macro("CHANNELS"), "2");
  EXPECT_EQ(package.macro("OUTPUT_SCALE"), "0.00390625f");
  EXPECT_EQ(package.macro("OUTPUT_ZERO_POINT"), "(-128)");
  EXPECT_EQ(package.macro("GOLDEN_COUNT"), "3");
  // input and logits live at the same time, then logits and scores: 10 + 4 bytes, a multiple of 4
  EXPECT_EQ(package.macro("BUFFER_BYTES"), "16");
  EXPECT_EQ(package.made().buffer_bytes, 16u);
  // weights and biases, multiplier and shift of each output, offsets and gains
  EXPECT_EQ(package.made().weight_bytes, 40u + 16 + 16 + 4 + 16);
  EXPECT_EQ(package.run("d\n"), std::vector<std::string>{"3 2 154"});  // round(0.6 * 256)
  CPackage fallback(small.p, {.golden_count = 1});
  EXPECT_EQ(fallback.run("d\n"), std::vector<std::string>{"2 3 0"});  // half a window; no threshold chosen
  CPackage logits(SmallProgram(5, 2, 4, Last::kLogits).p, {.golden_count = 1, .threshold = 0.6});
  EXPECT_EQ(logits.run("d\n"), std::vector<std::string>{"2 3 0"});  // no probabilities, so no threshold
  SmallProgram positive(5, 2, 4, Last::kLogits);
  positive.p.tensors[static_cast<size_t>(positive.p.outputs[0])].quant.zero_point = {-128};
  CPackage above(positive.p, {.golden_count = 1, .threshold = 0.6});
  EXPECT_EQ(above.run("d\n"), std::vector<std::string>{"2 3 0"});  // nor are these
  const auto says = [](const CPackage &p, const std::string &part) {
    EXPECT_NE(p.file("model.h").find(part), std::string::npos) << part;
  };
  says(package, "/* real value of an output = SCALE * (q - ZERO_POINT) */");
  says(package, "Classifies");
  says(package, "the class");
  SmallProgram nameless(5, 2, 4, Last::kLogits);
  nameless.p.labels.clear();
  says(CPackage(nameless.p, {.golden_count = 1}, {"REENTRANT"}), "Computes the values of");
}

TEST(CPackageTest, its_hash_changes_with_the_weights_and_layers_only) {
  const SmallProgram small(4, 2, 4, Last::kSoftmax);
  const std::string hash = hash_of(small.p);
  ASSERT_EQ(hash.size(), 8u);
  EXPECT_EQ(hash_of(small.p), hash);
  const auto changed = [&](auto change) {
    IntegerProgram p = small.p;
    change(p);
    return hash_of(p);
  };
  std::set<std::string> all = {hash};
  all.insert(changed([](IntegerProgram &p) { p.tensors[1].data[7] ^= 1; }));              // a weight
  all.insert(changed([](IntegerProgram &p) { p.tensors[1].data.back() ^= 1; }));          // the last one
  all.insert(changed([](IntegerProgram &p) { p.tensors[2].data[4] ^= 1; }));              // a bias
  all.insert(changed([](IntegerProgram &p) { p.tensors[1].quant.scale[2] *= 1.01f; }));   // a scale
  all.insert(changed([](IntegerProgram &p) { p.tensors[3].quant.zero_point[0] += 1; }));  // a zero point
  all.insert(changed([](IntegerProgram &p) { p.layers[1].attrs["beta"] = 1.5; }));        // attributes
  all.insert(changed([](IntegerProgram &p) { p.layers[0].attrs["activation"] = std::string("relu"); }));
  EXPECT_EQ(all.size(), 8u);
  EXPECT_EQ(changed([](IntegerProgram &p) { std::swap(p.labels[0], p.labels[1]); }), hash);
  EXPECT_EQ(changed([](IntegerProgram &p) { p.name = "other"; }), hash);
  EXPECT_EQ(hash_of(small.p, {.golden_count = 3, .threshold = 0.7, .stride = 1, .smoothing = 5}), hash);
}

TEST(CPackageTest, golden_vectors_are_windows_of_the_data_with_their_outputs) {
  const SmallProgram small(5, 2, 4, Last::kSoftmax);
  Dataset data;
  data.window = 5;
  data.channels = 2;
  data.labels = small.p.labels;
  const std::vector<float> rows = small.random_rows(5 * 23, 9);
  data.values.assign(rows.begin(), rows.end());
  data.classes.assign(23, 0);
  const CPackage package(small.p, {.golden_from = &data, .golden_count = 7});
  const std::string text = package.file("golden.h");
  const auto in = golden_array(text, "golden_input"), out = golden_array(text, "golden_output");
  ASSERT_EQ(in.size(), 7u);
  ASSERT_EQ(out.size(), 7u);
  for (size_t n = 0; n < 7; ++n) {
    const float *window = data.example(n * 23 / 7);  // spread over all of it
    ASSERT_EQ(in[n].size(), 10u);
    for (size_t i = 0; i < 10; ++i) EXPECT_EQ(static_cast<float>(in[n][i]), window[i]);
    const std::vector<double> real = small.real_outputs(window);
    ASSERT_EQ(out[n].size(), 4u);
    for (size_t k = 0; k < 4; ++k) EXPECT_NEAR((out[n][k] + 128) / 256, std::min(real[k], 255 / 256.0), 0.03);
  }
  const CPackage few(small.p, {.golden_from = &data, .golden_count = 50});
  EXPECT_EQ(few.macro("GOLDEN_COUNT"), "23");  // no more than there are
  // without data: any windows, with their outputs as well
  const CPackage invented(small.p, {.golden_count = 5});
  const auto raw = golden_array(invented.file("golden.h"), "golden_input"),
             scores = golden_array(invented.file("golden.h"), "golden_output");
  ASSERT_EQ(raw.size(), 5u);
  std::set<std::vector<double>> different(scores.begin(), scores.end());
  EXPECT_GT(different.size(), 2u);
  for (size_t n = 0; n < 5; ++n) {
    const std::vector<float> window(raw[n].begin(), raw[n].end());
    const std::vector<double> real = small.real_outputs(window.data());
    for (size_t k = 0; k < 4; ++k)
      EXPECT_NEAR((scores[n][k] + 128) / 256, std::min(real[k], 255 / 256.0), 0.03);
  }
}

TEST(CPackageTest, the_selftest_counts_the_vectors_that_differ) {
  const SmallProgram small(4, 2, 4, Last::kSoftmax);
  CPackage good(small.p, {.golden_count = 6});
  EXPECT_EQ(good.run("s\ns\n"), (std::vector<std::string>{"0", "0"}));
  CPackage bad(small.p, {.golden_count = 6});
  std::string text = bad.file("golden.h");
  // another first value of vectors 0 and 3, another last value of vector 5
  size_t at = text.find("= {", text.find("golden_output["));
  for (int n = 0; n < 6; ++n) {
    at = text.find('{', at + 3);
    const size_t first = text.find_first_of("-0123456789", at), last = text.rfind(',', text.find('}', at));
    if (n == 5) text.insert(last, "- 1");
    if (n == 0 || n == 3) text.insert(text.find(',', first), "+ 1");
  }
  bad.change("golden.h", text);
  EXPECT_EQ(bad.run("s\n"), std::vector<std::string>{"3"});
}

TEST(CPackageTest, verifying_shows_what_the_compiler_or_the_selftest_says) {
  const SmallProgram small(4, 2, 4, Last::kSoftmax);
  TempFolder folder;
  const std::string to = (folder / "c").string();
  export_c(small.p, to, {.golden_count = 6});
  EXPECT_EQ(verify_c(to), "compiled with cc and run: mote_toy: 6 of 6 golden vectors equal");
  const std::string golden = read_file(folder / "c/golden.h");
  std::string other = golden;
  other.insert(other.find(',', other.find("{", other.find("= {", other.find("golden_output[")) + 3)), "+ 1");
  write_file(folder / "c/golden.h", other);
  EXPECT_ERROR(verify_c(to), "fails its self-test: mote_toy: 5 of 6 golden vectors equal");
  write_file(folder / "c/golden.h", golden + "\nint 1;\n");
  const std::string said = error_of([&] { verify_c(to); });
  EXPECT_NE(said.find("does not compile: "), std::string::npos) << said;
  EXPECT_NE(said.find("golden.h"), std::string::npos) << said;
}

TEST(CPackageTest, an_export_takes_the_place_of_the_one_before) {
  const SmallProgram large(4, 2, 4, Last::kSoftmax);
  IntegerProgram plain = large.p;
  plain.layers.pop_back();  // no softmax
  plain.outputs = {plain.layers.back().outputs[0]};
  for (const std::string &format : package_formats()) {
    TempFolder folder;
    const std::string to = (folder / "out").string();
    const ExportedC first = export_package(large.p, format, to);
    EXPECT_TRUE(first.changed_files.empty());
    std::string softmax;
    for (const std::string &file : first.files)
      if (file.ends_with("softmax_s8.c")) softmax = file;
    ASSERT_NE(softmax, "") << format;
    write_file(folder / "out/build.log", "of the user");
    EXPECT_TRUE(export_package(plain, format, to).changed_files.empty());
    EXPECT_FALSE(fs::exists(fs::path(to) / softmax)) << format;
    EXPECT_EQ(read_file(folder / "out/build.log"), "of the user");
    EXPECT_TRUE(verify_c(to).starts_with("compiled with cc and run")) << format;
    export_package(large.p, format, to);
    write_file(fs::path(to) / softmax, "int edited;\n");
    EXPECT_EQ(export_package(plain, format, to).changed_files, std::vector<std::string>{softmax});
    EXPECT_EQ(read_file(fs::path(to) / softmax), "int edited;\n");
    EXPECT_TRUE(verify_c(to).starts_with("compiled with cc and run")) << format;
  }
}

TEST(CPackageTest, the_manual_names_each_package) {
  const std::string manual = read_file(std::string(MOTE_SOURCE_DIR) + "/docs/device.md");
  const size_t at = manual.find("- Packages: ");
  ASSERT_NE(at, std::string::npos);
  const std::string sentence = manual.substr(at, manual.find('\n', at) - at);
  for (const std::string &format : package_formats())
    EXPECT_TRUE(sentence.find("`" + format + "`") != std::string::npos ||
                sentence.find("`--format " + format + "`") != std::string::npos)
        << format;
}

// No file of a package, in whatever language, runs or breaks by the name of the model.
TEST(CPackageTest, hostile_names_stay_names) {
  SmallProgram small(4, 2, 4, Last::kSoftmax);
  small.p.name = "$(shell,touch x) ${HOME} \"q\"\n!x: */ <b>";
  for (const std::string &format : package_formats()) {
    TempFolder folder;
    const ExportedC made = export_package(small.p, format, folder.text(), {.force = true});
    for (const std::string &file : made.files) {
      if (file.ends_with(".zip")) continue;
      const std::string text = read_file(fs::path(folder.text()) / file);
      if (file == "Kconfig") EXPECT_EQ(text.find('$'), std::string::npos) << text;
      EXPECT_EQ(text.find("\n!x"), std::string::npos) << file;
      if (file.ends_with(".md")) EXPECT_EQ(text.find("<b>"), std::string::npos) << file;
    }
    EXPECT_TRUE(verify_c(folder.text()).starts_with("compiled with cc and run")) << format;
  }
}

TEST(CPackageTest, a_model_that_works_row_by_row_goes_on_until_it_is_reset) {
  const Splits data = toy_splits(2, 10, 2, 10);
  const TrainedRun run =
      train(sequential("n", {10, 2}, {GRU{4}, Dense{3, softmax}, Dense{2}}), data, {.epochs = 1});
  const IntegerProgram row = quantize(run.model, {.calibrate_on = data.train, .by_row = true}),
                       whole = quantize(run.model, {.calibrate_on = data.train});
  CPackage package(row, {.golden_count = 4}, {"CARRIED", "LABELS"});
  std::string commands;
  for (size_t n = 0; n < 3; ++n) {
    commands += "r\n";
    for (size_t t = 0; t < 10; ++t)
      commands += "w" +
                  words(std::vector<float>(data.test.example(n) + 2 * t, data.test.example(n) + 2 * t + 2)) +
                  "\n";
  }
  const std::vector<std::string> lines = package.run("s\n" + commands + "s\n");
  ASSERT_EQ(lines.size(), 32u);
  EXPECT_EQ(lines[0] + lines[31], "00");
  HostProgram host(whole);
  for (size_t n = 0; n < 3; ++n) {
    int8_t expected[2];
    host.predict(data.test.example(n), expected);
    const std::vector<int> got = numbers(lines[1 + 10 * n + 9]);
    EXPECT_EQ((std::vector<int>{got[1], got[2]}), (std::vector<int>{expected[0], expected[1]})) << n;
  }
}

// Linked as the README says, and with nothing else: a source that is not named would be missing.
TEST(Readme, names_all_that_a_recurrent_model_needs_to_link) {
  const Splits data = toy_splits(3, 10, 2, 8);
  const std::vector<std::pair<std::string, Layer>> kinds = {
      {"gru_s8.c", GRU{4}}, {"lstm_s8.c", LSTM{4}}, {"simple_rnn_s8.c", SimpleRNN{4}}};
  for (const auto &[routine, layer] : kinds) {
    TempFolder folder;
    const IntegerProgram p = quantize(
        train(sequential("n", {10, 2}, {layer, Dense{3, softmax}}), data, {.epochs = 1, .batch = 8}).model,
        {.calibrate_on = data.train});
    export_c(p, folder.text(), {.golden_count = 3});
    const std::string text = read_file(folder / "README.md"), begin = "cc -std=c99 -O2 -o selftest ";
    const size_t at = text.find(begin);
    ASSERT_NE(at, std::string::npos) << text;
    const std::string files = text.substr(at + begin.size(), text.find(" &&", at) - at - begin.size());
    EXPECT_NE(files.find(routine), std::string::npos) << files;
    EXPECT_NE(files.find("sigmoid_s16.c"), std::string::npos) << files;  // which the routine calls
    const std::string firmware = "Add `" + files.substr(files.find(" model.c") + 1) + "` to your firmware";
    EXPECT_NE(text.find(firmware), std::string::npos) << firmware << "\n" << text;
    const ProcessResult r = run_process(
        {"sh", "-c",
         "cd '" + folder.text() + "' && gcc -std=c99 -O1 -o selftest " + files + " && ./selftest"});
    EXPECT_EQ(r.status, 0) << routine << "\n" << r.output;
    EXPECT_NE(r.output.find("3 of 3 golden vectors equal"), std::string::npos) << r.output;
  }
}

// Whatever a model is called, a line that its benchmark prints stays one. The clock goes on by 7 when asked.
TEST(Benchmark, of_a_name_that_moves_the_cursor_prints_what_profile_reads) {
  for (const std::string name :
       {"a\nmote-end sum=0", "x\r\x1b[2J\tb", "% d\"s \\n", "\xc3\xa9\xe2\x80\xa8"}) {
    SmallProgram small(4, 2, 3, Last::kSoftmax);
    small.p.name = name;
    TempFolder folder;
    const ExportedC made = export_c(small.p, folder.text(), {.golden_count = 1});
    write_file(folder / "selftest.c",
               "#include <stdio.h>\n#include \"model.h\"\n"
               "static uint32_t ticks(void) { static uint32_t now; return now += 7; }\n"
               "static void say(const char *text) { fputs(text, stdout); }\n"
               "int main(void) { mote_" +
                   made.name + "_benchmark(ticks, 1000000, say); return 0; }\n");
    const std::string build = "gcc -std=c99 -DMOTE_BENCHMARK -o benchmark *.c && ./benchmark";
    const ProcessResult r = run_process({"sh", "-c", "cd '" + folder.text() + "' && " + build});
    ASSERT_EQ(r.status, 0) << r.output;
    for (const char c : r.output)
      EXPECT_TRUE(c == '\n' || (c >= ' ' && c < 0x7F)) << static_cast<int>(c) << " in\n" << r.output;
    EXPECT_EQ(parse_benchmark(r.output, "log", name, made.hash, 2).repeats, 1);
  }
}

}  // namespace
}  // namespace mote::test
