// Files that a trained model shall answer: read without labels, by what the model takes (LoadOptions::model),
// and cut into windows a part at a time.
#include <algorithm>
#include <cmath>

#include "base/files.h"
#include "data/npy.h"
#include "test_support.h"

namespace mote::test {
namespace {

class ForModelFiles : public ::testing::Test {
 protected:
  std::string put(const std::string &name, const std::string &text) {
    fs::create_directories((folder_ / name).parent_path());
    write_file(folder_ / name, text);
    return (folder_ / name).string();
  }
  // For a model of two channels and windows of five rows, of the classes walk and run.
  static LoadOptions two_channels(bool uses_labels = false) {
    LoadOptions o;
    o.window = 5;
    o.stride = 5;
    o.model = ForModel{5, 2, {"run", "walk"}, uses_labels};
    return o;
  }
  static std::string rows(int count, const std::string &header, const std::string &more = "") {
    std::string text = header + "\n";
    for (int i = 0; i < count; ++i)
      text += std::to_string(i * 7 % 11) + "," + std::to_string(i * 5 % 13) + more + "\n";
    return text;
  }
  static std::string array(const std::vector<size_t> &shape) {
    size_t count = 1;
    for (size_t d : shape) count *= d;
    std::vector<float> values;
    for (size_t i = 0; i < count; ++i) values.push_back(static_cast<float>(i));
    return format_npy_f32(shape, values.data());
  }
  TempFolder folder_;
};

TEST_F(ForModelFiles, every_window_comes_once_and_never_more_than_asked_for) {
  Recordings set;
  set.channels = {"a", "b"};
  set.labels = {"x", "y"};
  set.options.window = 4;
  set.options.stride = 3;
  for (int n = 0; n < 5; ++n) {
    Recording r{n % 2 ? "y" : "x", "f" + std::to_string(n), "", n + 1, 3 + 6 * n, {}};
    for (int i = 0; i < 2 * r.rows; ++i) r.values.push_back(static_cast<float>(100 * n + i));
    set.items.push_back(std::move(r));
  }
  const Dataset all = set.all();
  ASSERT_GT(all.size(), 15u);
  for (size_t most : {size_t{1}, size_t{3}, size_t{7}, all.size(), all.size() + 5}) {
    size_t next = 0, parts = 0;
    set.each_part(most, [&](const Dataset &part) {
      ++parts;
      EXPECT_LE(part.size(), most);
      EXPECT_EQ(part.labels, all.labels);
      for (size_t i = 0; i < part.size(); ++i, ++next) {
        ASSERT_LT(next, all.size());
        EXPECT_EQ(part.classes[i], all.classes[next]);
        EXPECT_EQ(part.sources[i].text(), all.sources[next].text());
        EXPECT_TRUE(std::equal(part.example(i), part.example(i) + 8, all.example(next)));
      }
    });
    EXPECT_EQ(next, all.size());
    EXPECT_EQ(parts, (all.size() + most - 1) / most);
  }
}

TEST_F(ForModelFiles, an_array_as_wide_as_the_model_is_a_recording) {
  const Recordings two = load_recordings(put("a.npy", array({12, 2})), two_channels());
  ASSERT_EQ(two.items.size(), 1u);
  EXPECT_EQ(two.items[0].rows, 12);
  EXPECT_EQ(two.items[0].values[3], 3);
  LoadOptions one = two_channels();
  one.model->channels = 1;
  EXPECT_EQ(load_recordings(put("b.npy", array({12})), one).items[0].rows, 12);
  EXPECT_EQ(load_recordings(put("c.npy", array({12, 1})), one).items[0].rows, 12);
  const Recordings examples = load_recordings(put("d.npy", array({12, 5})), one);  // as wide as its window
  EXPECT_EQ(examples.items.size(), 12u);
  EXPECT_TRUE(examples.is_features);
  EXPECT_EQ(load_recordings(put("e.npy", array({3, 5, 2})), two_channels()).items.size(), 3u);
  // rows of another number of channels
  EXPECT_ERROR(load_recordings(put("h.npy", array({12, 4})), two_channels()),
               "has rows of 4 values, the model takes 2 channels");
  // for training it needs labels, as ever
  EXPECT_ERROR(load_recordings(put("f/g.npy", array({12, 2}))), "has no labels beside it");
}

TEST_F(ForModelFiles, labels_beside_an_array_matter_only_where_they_are_used) {
  const std::string x = put("X.npy", array({3, 5, 2}));
  put("y.npy", array({2}));
  EXPECT_EQ(load_recordings(x, two_channels()).items.size(), 3u);
  EXPECT_ERROR(load_recordings(x, two_channels(true)), "y has 2 labels for 3 examples");
  put("y.npy", array({3}));
  EXPECT_EQ(load_recordings(x, two_channels(true)).labels, (std::vector<std::string>{"0", "1", "2"}));
  EXPECT_EQ(load_recordings(x, two_channels()).labels, (std::vector<std::string>{""}));
}

TEST_F(ForModelFiles, columns_that_settings_name_may_be_absent) {
  LoadOptions o = two_channels();
  o.label_column = "activity";
  o.group_column = "person";
  o.id_column = "id";
  o.time_column = "t";
  o.drop_columns = {"note"};
  const std::string path = put("a.csv", rows(20, "x,y"));
  EXPECT_EQ(load_recordings(path, o).channels, (std::vector<std::string>{"x", "y"}));
  o.model.reset();
  EXPECT_ERROR(load_recordings(path, o), "has no column");
}

TEST_F(ForModelFiles, a_recording_is_not_cut_where_its_label_changes) {
  std::string text = "x,y,activity\n";
  for (int i = 0; i < 20; ++i)
    text += std::to_string(i * 7 % 11) + "," + std::to_string(i * 5 % 13) + (i < 8 ? ",walk\n" : ",run\n");
  const std::string path = put("a.csv", text);
  for (const bool uses_labels : {false, true}) {
    LoadOptions o = two_channels(uses_labels);
    o.label_column = "activity";
    const Recordings set = load_recordings(path, o);
    EXPECT_EQ(set.channels, (std::vector<std::string>{"x", "y"}));
    EXPECT_EQ(set.items.size(), uses_labels ? 2u : 1u);
  }
}

TEST_F(ForModelFiles, names_are_classes_where_the_model_knows_them) {
  const std::string text = rows(20, "x,y");
  const auto labels = [&](const std::string &path) {
    return load_recordings(path, two_channels(true)).labels;
  };
  EXPECT_EQ(labels(put("monday/walk.csv", text)), (std::vector<std::string>{"walk"}));
  EXPECT_EQ(labels(put("run/0007.csv", text)), (std::vector<std::string>{"run"}));
  EXPECT_EQ(labels(put("monday/new.csv", text)), (std::vector<std::string>{"new"}));
  put("people/ann/walk.csv", text);
  EXPECT_EQ(labels((folder_ / "people").string()), (std::vector<std::string>{"walk"}));
}

TEST_F(ForModelFiles, rows_are_examples_where_they_are_as_wide_as_a_window) {
  LoadOptions o;
  o.model = ForModel{30, 1, {"1", "2"}, true};
  std::string plain, labelled;
  for (int r = 0; r < 3; ++r) {
    std::string row;
    for (int c = 0; c < 30; ++c) row += (c > 0 ? "," : "") + std::to_string(0.37 * ((r + 2) * c % 17));
    plain += row + "\n";
    labelled += row + (r < 2 ? ",2\n" : ",1\n");
  }
  const Recordings bare = load_recordings(put("a.csv", plain), o);
  ASSERT_EQ(bare.items.size(), 3u);
  EXPECT_EQ(bare.items[1].rows, 30);
  EXPECT_EQ(bare.channel_count(), 1);
  const Recordings set = load_recordings(put("b.csv", labelled), o);
  ASSERT_EQ(set.items.size(), 3u);
  EXPECT_EQ(set.items[1].label, "2");
  EXPECT_EQ(set.items[2].label, "1");
  EXPECT_EQ(std::vector<float>(set.items[1].values.begin(), set.items[1].values.end()),
            std::vector<float>(bare.items[1].values.begin(), bare.items[1].values.end()));
}

TEST_F(ForModelFiles, values_that_are_no_numbers_are_named) {
  Recordings set;
  set.channels = {"a", "b"};
  set.items.push_back({"x", "f.csv", "", 7, 2, {}});
  set.items[0].values = {1, 2, 3, 4};
  check_finite(set);
  set.items[0].values[3] = NAN;
  EXPECT_ERROR(check_finite(set), "f.csv:7: the recording that starts here has nan in column b, row 2");
}

// What a device does not look at may say anything, also long after the rows by which a column is judged.
TEST(ForModel, needs_no_numbers_in_columns_that_it_does_not_use) {
  test::TempFolder folder;
  std::string text = "t_ms,ax,note,ay\n";
  for (int r = 0; r < 300; ++r)
    text += std::to_string(10 * r) + "," + std::to_string(r % 7) + "," + (r == 200 ? "hello" : "0") + "," +
            std::to_string(r % 5) + "\n";
  write_file(folder / "a.csv", text);
  LoadOptions o;
  o.model = ForModel{30, 2, {"x"}, false, {"ax", "ay"}};
  EXPECT_EQ(load_recordings((folder / "a.csv").string(), o).items[0].rows, 300);
  o.model->channels_used = {"ax", "az"};  // another table: nothing is known of it
  EXPECT_THROW(load_recordings((folder / "a.csv").string(), o), Error);
}

}  // namespace
}  // namespace mote::test
