// Blocks of features on files, and on the road from recordings to C.
#include "mote/features.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "data/npy.h"
#include "features/preprocessing.h"
#include "mote/evaluate.h"
#include "mote/export.h"
#include "mote/files.h"
#include "mote/project.h"
#include "mote/quantize.h"
#include "mote/train.h"
#include "test_support.h"
#include "wav_bytes.h"

namespace mote {
namespace {

TEST(FeatureBlocks, take_sounds_tables_and_arrays_of_windows) {
  const test::TempFolder folder;
  write_file(folder / "a.wav", test::wav_bytes({0.5, -0.5, 0.25, -0.25}));
  const FeatureArray sound = run_feature_block("statistics", {"values=min,max"}, (folder / "a.wav").string());
  EXPECT_EQ(sound.shape, std::vector<size_t>{2});
  EXPECT_EQ(sound.values, (std::vector<float>{-16384, 16384}));

  write_file(folder / "a.csv", "time,x,y\n0.00,1,5\n0.01,2,5\n0.02,3,5\n");
  const FeatureArray table = run_feature_block("statistics", {"values=mean"}, (folder / "a.csv").string());
  EXPECT_EQ(table.values, (std::vector<float>{2, 5}));  // the clock is no channel

  std::vector<float> windows;
  for (int i = 0; i < 3 * 4 * 2; ++i) windows.push_back(static_cast<float>(i));
  write_file(folder / "a.npy", format_npy_f32({3, 4, 2}, windows.data()));
  const FeatureArray array = run_feature_block("statistics", {"values=min"}, (folder / "a.npy").string());
  EXPECT_EQ(array.shape, (std::vector<size_t>{3, 2}));
  EXPECT_EQ(array.values, (std::vector<float>{0, 1, 8, 9, 16, 17}));
  const NpyArray written = parse_npy(format_feature_array(array), "x");
  EXPECT_EQ(written.shape, array.shape);
  EXPECT_EQ(written.values, std::vector<double>(array.values.begin(), array.values.end()));
}

// A picture has a height and a width, whatever its proportion.
TEST(FeatureBlocks, take_pictures_as_they_are) {
  const test::TempFolder folder;
  std::string ppm = "P5 4 2 255\n";
  for (int i = 0; i < 8; ++i) ppm += static_cast<char>(10 * i);
  write_file(folder / "a.pgm", ppm);
  const auto run = [&](std::vector<std::string> settings) {
    settings.push_back("values=keep");
    return run_feature_block("image", settings, (folder / "a.pgm").string());
  };
  EXPECT_EQ(run({}).shape, (std::vector<size_t>{2, 4, 1}));
  const FeatureArray means = run({"height=1", "width=2", "resize=area"});
  EXPECT_EQ(means.values, (std::vector<float>{25, 45}));
  EXPECT_ERROR(run({"from_height=4"}), "from_height");
}

TEST(FeatureBlocks, refuse_what_they_do_not_know) {
  const test::TempFolder folder;
  const std::string wav = (folder / "a.wav").string();
  write_file(wav, test::wav_bytes({0.5, -0.5}));
  EXPECT_ERROR(run_feature_block("statistcs", {}, wav), "did you mean 'statistics'?");
  EXPECT_ERROR(run_feature_block("normalization", {}, wav), "is fitted to the recordings of a project");
  EXPECT_ERROR(run_feature_block("statistics", {"value=min"}, wav), "value");
  EXPECT_ERROR(run_feature_block("statistics", {"values"}, wav), "is not KEY=VALUE");
  EXPECT_ERROR(run_feature_block("mfe", {"rate_hz=8000"}, wav), "leave the setting out");
  const std::vector<float> huge = {3e38f, -3e38f, 3e38f, -3e38f};
  write_file(folder / "huge.npy", format_npy_f32({4}, huge.data()));
  EXPECT_ERROR(run_feature_block("statistics", {}, (folder / "huge.npy").string()), "not finite");
  write_file(folder / "a.bin", "1234");
  EXPECT_ERROR(run_feature_block("statistics", {}, (folder / "a.bin").string()),
               "is no file that a block takes");
  EXPECT_ERROR(run_feature_block("statistics", {}, (folder / "none.wav").string()), "none.wav");
}

// The steps before the normalization, from training to the C's self-test, which takes windows of the sensor.
TEST(FeatureBlocks, of_a_project_are_in_training_int8_files_and_c) {
  const Splits data = test::toy_splits(3, 40, 3, 24);
  TrainOptions options{.epochs = 300, .batch = 8, .threads = 2};
  options.features = {{"statistics", {{"values", std::string("deviation,mean_crossings,max")}}, {}}};
  const Model model =
      sequential("toy", feature_shape(options.features, {40, 3}, 50), {Dense{8, relu}, Dense{3, softmax}});
  EXPECT_EQ(model.graph.input, (Shape{9}));
  const TrainedRun run = train(model, data, options);
  ASSERT_EQ(run.model.preprocessing.steps.size(), 2u);
  EXPECT_EQ(run.model.preprocessing.steps[1].attrs.text("normalize"), "feature");
  EXPECT_GT(evaluate(run.model, data.test).accuracy, 0.8);

  const test::TempFolder folder;
  save(run.model, (folder / "m.mote").string());
  const auto kept = std::get<Model>(load((folder / "m.mote").string()));
  EXPECT_EQ(float_outputs(kept, data.test), float_outputs(run.model, data.test));

  const IntegerProgram program = quantize(run.model, {.calibrate_on = data.train});
  EXPECT_GT(evaluate(program, data.test).accuracy, 0.8);
  export_c(program, (folder / "c").string(), {.golden_from = &data.test, .golden_count = 16});
  EXPECT_TRUE(verify_c((folder / "c").string()).starts_with("compiled"));
  export_c(program, (folder / "noise").string(), {.golden_count = 4});  // no windows are given
  EXPECT_TRUE(verify_c((folder / "noise").string()).starts_with("compiled"));
}

TEST(FeatureBlocks, that_do_not_fit_are_refused_before_training) {
  const Splits data = test::toy_splits(3, 40, 3, 24);
  TrainOptions options{.epochs = 1};
  options.features = {{"statistics", {{"values", std::string("mode")}}, {}}};
  const Model model = sequential("toy", {9}, {Dense{3, softmax}});
  EXPECT_ERROR(train(model, data, options), "there is no statistic 'mode'");
  options.features = {{"statistics", {}, {}}};
  EXPECT_ERROR(train(model, data, options), "does not fit features of (30)");
  options.features = {{"mfe", {{"rate_hz", 8000.0}}, {}}};  // the recordings have 50
  EXPECT_ERROR(train(model, data, options), "rate_hz is 8000, the recordings have 50 rows a second");
  options.features = {{"statistics", {}, {}}, {"mfe", {}, {}}};
  EXPECT_ERROR(train(model, data, options), "features.blocks[1] (mfe)");
  options.features = {{"quantization", {}, {}}};
  EXPECT_ERROR(train(model, data, options), "features.blocks[0] (quantization)");
}

TEST(FeatureBlocks, are_a_setting_of_a_project) {
  const std::string rest = "[model]\nlayers = [{ type = \"dense\", units = \"classes\" }]\n";
  const Project p = parse_project(
      "[features]\nblocks = [{ block = \"statistics\", values = \"min,max\" }]\n" + rest, "mote.toml", ".");
  ASSERT_EQ(p.train.features.size(), 1u);
  EXPECT_EQ(p.train.features[0].attrs.text("values"), "min,max");
  const Project lists = parse_project(
      "[features]\nblocks = [{ block = \"spectral\", values = [\"peaks\", \"entropy\"], bands = [0.5, 2, 8] "
      "}]\n" +
          rest,
      "mote.toml", ".");
  EXPECT_EQ(lists.train.features[0].attrs.text("values"), "peaks,entropy");
  EXPECT_EQ(lists.train.features[0].attrs.text("bands"), "0.5,2,8");
  for (const auto &entry : std::vector<std::pair<std::string, std::string>>{
           {"[{ block = \"statistics\", values = [true] }]", "expected a list of words or numbers"},
           {"[{ blok = \"mfe\" }]", "names no block"},
           {"[{ block = \"statistcs\" }]", "did you mean 'statistics'"},
           {"[{ block = \"statistics\", valeus = \"min\" }]", "valeus"},
           {"[{ block = \"statistics\", values = 3 }]", "values"},
           {"[[{ block = \"statistics\" }], [\n{ block = \"mfe\" },\n{ block = \"mfee\" }]]",
            "mote.toml:4: features.blocks[1][1]: no block is called 'mfee'"},
           {"[[{ block = \"statistics\" }], []]", "features.blocks[1]: is an empty chain"},
           {"[[{ block = \"statistics\" }], { block = \"mfe\" }]", "is a block among lists of blocks"},
           {"[[[{ block = \"statistics\" }]]]", "features.blocks[0][0]: names no block"},
           {"\"statistics\"", "expected a list of blocks"}})
    EXPECT_ERROR(parse_project("[features]\nblocks = " + entry.first + "\n" + rest, "mote.toml", "."),
                 entry.second);
}

// Two chains, one of them of two blocks; a run remembers them, and C copies their frames side by side.
TEST(FeatureBlocks, of_several_chains_are_in_training_files_and_c) {
  const Project p = parse_project(
      "[features]\nblocks = [[{ block = \"spectrogram\", frame_ms = 320, step_ms = 160 }],\n"
      "[{ block = \"mfe\", filters = 3, low_hz = 1, frame_ms = 320, step_ms = 160 }]]\n"
      "[model]\nlayers = [{ type = \"dense\", units = \"classes\" }]\n",
      "mote.toml", ".");
  EXPECT_EQ(settings_json(project_from_settings(settings_json(p), "record", ".")), settings_json(p));
  const Splits data = test::toy_splits(3, 64, 1, 24);
  for (const bool is_list : {false, true}) {
    TrainOptions options{.epochs = 4, .batch = 8, .threads = 2};
    options.features = p.train.features;
    if (is_list) options.features.push_back({"statistics", {}, {}, 1});
    const Shape input = feature_shape(options.features, {64, 1}, 50);
    EXPECT_EQ(input.rank(), is_list ? 1 : 2);
    const TrainedRun run = train(sequential("toy", input, {Flatten{}, Dense{3, softmax}}), data, options);
    const test::TempFolder folder;
    save(run.model, (folder / "m.mote").string());
    const auto kept = std::get<Model>(load((folder / "m.mote").string()));
    EXPECT_EQ(float_outputs(kept, data.test), float_outputs(run.model, data.test));
    const IntegerProgram program = quantize(run.model, {.calibrate_on = data.train});
    export_c(program, (folder / "c").string(), {.golden_from = &data.test, .golden_count = 16});
    EXPECT_TRUE(verify_c((folder / "c").string()).starts_with("compiled"));
  }
}

// A folder per word; what is proposed is a project that builds its model.
TEST(FeatureBlocks, are_proposed_for_sounds) {
  const test::TempFolder folder;
  const auto fill = [&](const std::vector<int> &lengths) {
    for (const char *word : {"no", "yes"}) {
      fs::create_directories(folder / "data" / word);
      for (size_t n = 0; n < lengths.size(); ++n) {
        std::vector<double> tone;
        for (int i = 0; i < lengths[n]; ++i) tone.push_back(0.3 * std::sin(0.1 * (n + 1) * i));
        write_file(folder / "data" / word / ("clip" + std::to_string(n) + ".wav"),
                   test::wav_bytes(tone, {.rate = 8000}));
      }
    }
  };
  for (const auto &[lengths, window] : std::vector<std::pair<std::vector<int>, int>>{
           {{4000, 4000, 3900, 4000, 4000, 4000}, 4000}, {{1000, 9000, 3000, 20000, 4000, 12000}, 8000}}) {
    fill(lengths);
    const Proposal proposal = propose_project({(folder / "data").string()}, "words");
    EXPECT_EQ(proposal.load.window, window);
    EXPECT_EQ(proposal.labels, (std::vector<std::string>{"no", "yes"}));
    const Project project = parse_project(proposal.toml, "mote.toml", folder.text());
    ASSERT_EQ(project.train.features.size(), 1u);
    const Recordings set = load_recordings((folder / "data").string(), project.load);
    const Model model = project.build_model(set);
    EXPECT_EQ(model.graph.input[1], 40);
    EXPECT_EQ(model.graph.output(), (Shape{2}));
  }
}

TEST(FeatureBlocks, are_in_the_docs) {
  const std::string docs = read_file(std::string(MOTE_SOURCE_DIR) + "/docs/features.md");
  EXPECT_NE(docs.find("\n" + feature_blocks_markdown()), std::string::npos)
      << "put the output of `mote features --markdown` behind the text of docs/features.md";
}

}  // namespace
}  // namespace mote
