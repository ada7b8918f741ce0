// Recordings of a detector of anomalies: classes become normal and anomaly, and anomalies are for the test
// alone.
#include <algorithm>

#include "base/files.h"
#include "mote/recordings.h"
#include "mote/test_stream.h"
#include "test_support.h"

namespace mote::test {
namespace {

// Ten recordings of each of three classes, in two groups.
void write_recordings(const TempFolder &folder) {
  for (const char *label : {"on", "off", "broken"})
    for (int n = 0; n < 10; ++n) {
      std::string text = "x,y\n";
      for (int row = 0; row < 20; ++row)
        text += std::to_string(row * n % 7 + 0.5) + "," + std::to_string(n + 10 * label[1]) + "\n";
      const std::string path = std::string(n % 2 ? "a/" : "b/") + label + "_" + std::to_string(n) + ".csv";
      fs::create_directories(fs::path(folder / path).parent_path());
      write_file(folder / path, text);
    }
}

LoadOptions of_detector(std::vector<std::string> normal) {
  LoadOptions options{.window = 10, .stride = 10};
  options.normal = std::move(normal);
  options.label_from = LabelFrom::kStem;
  options.needs_classes = false;
  return options;
}

TEST(Anomalies, are_all_classes_but_the_normal_ones_and_tested_alone) {
  TempFolder folder;
  write_recordings(folder);
  const Recordings set = load_recordings(folder / "", of_detector({"on", "off"}));
  EXPECT_EQ(set.labels, detector_labels());
  for (GroupBy by : {GroupBy::kRecording, GroupBy::kFolder}) {
    const Splits splits = set.split({.train = 0.5,
                                     .val = by == GroupBy::kFolder ? 0.0 : 0.25,
                                     .test = by == GroupBy::kFolder ? 0.5 : 0.25,
                                     .by = by});
    for (const Dataset *part : {&splits.train, &splits.val})
      EXPECT_EQ(std::count(part->classes.begin(), part->classes.end(), 1), 0);
    EXPECT_EQ(std::count(splits.test.classes.begin(), splits.test.classes.end(), 1), 20);
    EXPECT_GT(std::count(splits.test.classes.begin(), splits.test.classes.end(), 0), 0);
    EXPECT_EQ(splits.train.size() + splits.val.size() + splits.test.size(), 60u);
  }
}

TEST(Anomalies, need_not_be_there) {
  TempFolder folder;
  write_recordings(folder);
  LoadOptions options = of_detector({"on"});
  options.labels = {"on"};
  const Splits splits = load_recordings(folder / "", options).split({});
  EXPECT_EQ(splits.train.labels, detector_labels());
  EXPECT_EQ(std::count(splits.test.classes.begin(), splits.test.classes.end(), 1), 0);
}

TEST(Anomalies, are_refused_where_nothing_is_normal_or_folds_are_asked_for) {
  TempFolder folder;
  write_recordings(folder);
  EXPECT_ERROR(load_recordings(folder / "", of_detector({"ok"})),
               "has no recordings of class 'ok' (anomaly.normal)");
  EXPECT_ERROR(load_recordings(folder / "", of_detector({"on", "anomaly"})), "names 'anomaly'");
  const Recordings set = load_recordings(folder / "", of_detector({"on"}));
  EXPECT_ERROR(set.k_fold(3, {}), "has no folds");
  EXPECT_ERROR(set.leave_one_group_out({}), "has no folds");
}

// The same of the training, of marks in a stream, and of other recordings.
TEST(Anomalies, are_what_the_list_does_not_name) {
  EXPECT_EQ(detector_class({"running"}, "running"), "normal");
  EXPECT_EQ(detector_class({"running"}, "normal"), "normal");
  EXPECT_EQ(detector_class({"running"}, "idle"), "anomaly");
  TempFolder folder;
  write_file(folder / "normal.csv", "x\n1\n2\n3\n");
  write_file(folder / "idle.csv", "x\n1\n2\n3\n");
  LoadOptions options = of_detector({"idle"});
  options.window = options.stride = 3;
  EXPECT_ERROR(load_recordings(folder / "", options), "leaves out the class 'normal'");
}

// A detector's "normal" is the rest of a stream; elsewhere it is a class like others.
TEST(Anomalies, normal_is_rest_of_a_detector_alone) {
  EXPECT_TRUE(is_rest_of(true, "normal"));
  EXPECT_FALSE(is_rest_of(true, "anomaly"));
  EXPECT_FALSE(is_rest_of(true, "idle"));
  EXPECT_FALSE(is_rest_of(false, "normal"));
  EXPECT_TRUE(is_rest_of(false, "idle"));
}

}  // namespace
}  // namespace mote::test
