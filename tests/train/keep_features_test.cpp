// Features that are kept: the same training with and without, whatever lies in the folder; files that are
// another's, not whole, or lie, are made anew.
//
// Oracle: the blocks themselves, window by window, and a training without a folder.
#include "train/keep_features.h"

#include <cmath>
#include <cstring>
#include <set>

#include "features/preprocessing.h"
#include "mote/evaluate.h"
#include "mote/quantize.h"
#include "mote/train.h"
#include "train/feature_file.h"
#include "train/second_trainer.h"

namespace mote {
namespace {

TrainOptions with_statistics(int threads = 1) {
  return {.epochs = 3, .batch = 8, .threads = threads, .features = {{"statistics", {}, {}}}};
}

Model model_of_features(const Splits &data) {
  const Shape shape =
      feature_shape(with_statistics().features, {data.train.window, data.train.channels}, data.train.rate_hz);
  return sequential("features", shape, {Flatten{}, Dense{6, relu}, Dense{data.classes(), softmax}});
}

// A folder where features of the data are kept by `keep()`.
struct KeepingFolder {
  test::TempFolder folder;
  Splits data = test::toy_splits();
  Model model = model_of_features(data);
  ThreadPool pool{2};
  size_t computed = 0;  // windows, by the last keep()
  std::string note;

  std::string path() const { return (folder / "kept").string(); }
  void keep(const std::string &where) {
    computed = 0;
    note =
        keep_features(training_blocks(model, data.train, with_statistics()), data,
                      {.folder = where, .done = [&](size_t, size_t windows) { computed = windows; }}, pool);
  }
  void keep() { keep(path()); }
  size_t windows() const { return data.train.size() + data.val.size() + data.test.size(); }

  std::vector<fs::path> files() const {
    std::vector<fs::path> list;
    for (const auto &entry : fs::directory_iterator(path()))
      if (entry.path().extension() == ".bin") list.push_back(entry.path());
    return list;
  }
  bool are_right() {
    const Preprocessing blocks = training_blocks(model, data.train, with_statistics());
    std::vector<float> own(output_shape(blocks).elements());
    for (const Dataset *set : {&data.train, &data.val, &data.test})
      for (size_t i = 0; i < set->size(); ++i) {
        FrontEnd(blocks).apply(set->example(i), own.data());
        if (std::memcmp(own.data(), set->features->of(i), own.size() * sizeof(float)) != 0) return false;
      }
    return true;
  }
};

TEST(KeepFeatures, a_training_is_the_same_with_and_without_a_folder_for_any_threads) {
  const Splits bare = test::toy_splits();
  const std::vector<float> weights =
      test::weights_of(train(model_of_features(bare), bare, with_statistics()).model);
  for (const int threads : {1, 2, 5}) {
    EXPECT_EQ(test::weights_of(train(model_of_features(bare), bare, with_statistics(threads)).model),
              weights);
    KeepingFolder k;
    k.keep();
    EXPECT_EQ(test::weights_of(train(k.model, k.data, with_statistics(threads)).model), weights);
  }
}

TEST(KeepFeatures, scores_are_the_same_with_and_without) {
  KeepingFolder k;
  const Splits bare = test::toy_splits();
  const TrainedRun run = train(k.model, bare, with_statistics());
  const IntegerProgram program = quantize(run.model, {bare.train});
  k.keep();
  EXPECT_EQ(float_outputs(run.model, k.data.val), float_outputs(run.model, bare.val));
  EXPECT_EQ(integer_outputs(program, k.data.val), integer_outputs(program, bare.val));
  EXPECT_EQ(integer_inputs(program, k.data.val), integer_inputs(program, bare.val));
  const IntegerProgram other = quantize(run.model, {k.data.train});
  EXPECT_EQ(integer_outputs(other, bare.test), integer_outputs(program, bare.test));
}

TEST(KeepFeatures, are_computed_once_whatever_the_split) {
  KeepingFolder k;
  k.keep();
  EXPECT_EQ(k.computed, k.windows());
  EXPECT_TRUE(k.are_right());
  k.keep();
  EXPECT_EQ(k.computed, 0u);
  EXPECT_TRUE(k.are_right());
  std::swap(k.data.train, k.data.val);
  k.keep();
  EXPECT_EQ(k.computed, 0u);
  EXPECT_TRUE(k.are_right());
  EXPECT_EQ(k.files().size(), 1u);
}

TEST(KeepFeatures, windows_that_are_alike_are_computed_once) {
  KeepingFolder k;
  std::copy_n(k.data.train.example(0), k.data.train.example_floats(), k.data.val.values.begin());
  k.keep();
  EXPECT_EQ(k.computed, k.windows() - 1);
  EXPECT_TRUE(k.are_right());
}

TEST(KeepFeatures, another_value_or_setting_makes_another_file) {
  KeepingFolder k;
  k.keep();
  k.data.val.values[7] += 1;
  k.keep();
  EXPECT_EQ(k.computed, k.windows());
  EXPECT_TRUE(k.are_right());
  EXPECT_EQ(k.files().size(), 2u);
  const Preprocessing blocks = training_blocks(k.model, k.data.train, with_statistics());
  Preprocessing fewer = blocks;
  fewer.steps[0].attrs["values"] = std::string("mean,rms");
  EXPECT_NE(feature_key(blocks, {}), feature_key(fewer, {}));
  EXPECT_FALSE(k.data.train.features->are_of(fewer));
  EXPECT_TRUE(k.data.train.features->are_of(blocks));
}

TEST(KeepFeatures, a_file_that_is_not_whole_is_made_anew) {
  KeepingFolder k;
  k.keep();
  const fs::path file = k.files().at(0);
  const std::string whole = read_file(file);
  std::string damaged = whole;
  damaged[whole.size() / 2] ^= 1;
  std::string of_others = whole;
  of_others[0] = 'x';
  for (const std::string &bytes : {whole.substr(0, whole.size() - 4), damaged, of_others, std::string("m"),
                                   std::string(), whole + whole}) {
    write_file(file, bytes);
    k.keep();
    EXPECT_EQ(k.computed, k.windows());
    EXPECT_EQ(k.note, "");
    EXPECT_TRUE(k.are_right());
    EXPECT_EQ(read_file(file), whole);
  }
}

TEST(KeepFeatures, a_whole_file_of_other_arithmetic_is_made_anew) {
  KeepingFolder k;
  std::set<WindowName> names;
  for (const Dataset *set : {&k.data.train, &k.data.val, &k.data.test})
    for (size_t i = 0; i < set->size(); ++i)
      names.insert(name_of_window(set->example(i), set->example_floats()));
  const std::vector<WindowName> sorted(names.begin(), names.end());
  const Preprocessing blocks = training_blocks(k.model, k.data.train, with_statistics());
  const size_t floats = output_shape(blocks).elements();
  fs::create_directories(k.path());
  const FeatureFile file(k.path(), feature_key(blocks, sorted), sorted, floats);
  FeatureFile::Writing writing = file.write();
  for (size_t i = 0; i < sorted.size(); ++i) std::fill_n(writing.row(i), floats, 1.0f);
  EXPECT_EQ(writing.commit().get()[0], 1.0f);
  k.keep();
  EXPECT_EQ(k.computed, k.windows());
  EXPECT_TRUE(k.are_right());
}

TEST(KeepFeatures, without_a_folder_that_can_be_written_they_are_in_memory) {
  KeepingFolder k;
  write_file(k.folder / "file", "no folder");
  k.keep((k.folder / "file").string());
  EXPECT_TRUE(k.are_right());
  EXPECT_NE(k.note.find("not kept"), std::string::npos) << k.note;
  EXPECT_NE(k.note.find("file"), std::string::npos) << k.note;
}

TEST(KeepFeatures, who_computes_none_gets_those_of_the_folder_or_none) {
  KeepingFolder k;
  const Preprocessing blocks = training_blocks(k.model, k.data.train, with_statistics());
  keep_features(blocks, k.data, {.folder = k.path(), .computes_none = true}, k.pool);
  EXPECT_EQ(k.data.train.features, nullptr);
  EXPECT_FALSE(fs::exists(k.path()));
  k.keep();
  k.data.train.features.reset();
  keep_features(blocks, k.data, {.folder = k.path(), .computes_none = true}, k.pool);
  EXPECT_NE(k.data.train.features, nullptr);
  EXPECT_TRUE(k.are_right());
}

TEST(KeepFeatures, four_files_are_kept_and_what_the_killed_left_is_removed) {
  KeepingFolder k;
  k.keep();
  const fs::path left = k.path() + "/features-0123456789abcdef.bin.tmp-999999999";
  write_file(left, "half");
  write_file(k.path() + "/notes.txt", "mine");
  std::vector<fs::path> first = k.files();
  for (int n = 0; n < 6; ++n) {
    k.data.val.values[0] += 1;
    k.keep();
  }
  EXPECT_EQ(k.files().size(), 4u);
  EXPECT_FALSE(fs::exists(first[0]));
  EXPECT_FALSE(fs::exists(left));
  EXPECT_TRUE(fs::exists(k.path() + "/notes.txt"));
  EXPECT_EQ(read_file(k.path() + "/.gitignore"), "*\n");
}

TEST(KeepFeatures, features_outlive_their_file) {
  KeepingFolder k;
  k.keep();
  fs::remove_all(k.path());
  EXPECT_TRUE(k.are_right());
}

TEST(KeepFeatures, what_is_not_finite_names_its_window) {
  Splits data = test::toy_splits();
  data.train.values[3 * data.train.example_floats()] = NAN;
  EXPECT_ERROR(train(model_of_features(data), data, with_statistics()), "of window 3 is not finite");
}

TEST(KeepFeatures, augmented_windows_have_features_of_their_own) {
  KeepingFolder k;
  k.keep();
  TrainOptions o = with_statistics();
  o.augment = {.noise = 0.5, .scale = 0.3f};
  const Splits bare = test::toy_splits();
  const std::vector<float> weights = test::weights_of(train(k.model, bare, o).model);
  EXPECT_EQ(test::weights_of(train(k.model, k.data, o).model), weights);
  EXPECT_NE(test::weights_of(train(k.model, k.data, with_statistics()).model), weights);
}

// 64 rows may be pictures of 8 x 8 or of 4 x 16 pixels.
TEST(KeepFeatures, of_pictures_are_of_their_height_and_width) {
  Preprocessing square{64, 1, 0, {}, {{"image", {{"height", int64_t{4}}, {"width", int64_t{4}}}, {}}}};
  square.image = {8, 8, {}};
  square.steps = resolved(square.steps, 0);
  Preprocessing wide = square;
  wide.image = {4, 16, {}};
  const auto rows = std::make_shared<std::vector<float>>(16);
  const WindowFeatures features(square, {rows, rows->data()}, {0});
  EXPECT_TRUE(features.are_of(square));
  EXPECT_FALSE(features.are_of(wide));
  EXPECT_EQ(feature_key(square, {}), feature_key(square, {}));
  EXPECT_NE(feature_key(square, {}), feature_key(wide, {}));
}

}  // namespace
}  // namespace mote
