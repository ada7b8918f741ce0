// Files as a device hears them: whole, with marks on their rows whatever says where they are.
#include "data/stream_file.h"

#include <fmt/format.h>

#include "base/files.h"
#include "test_support.h"

namespace mote::test {
namespace {

// Rows 0, 1, 2, ... of one channel at 10 Hz; `restart`: the row at which the clock begins anew.
std::string clocked_table(int rows, int restart) {
  std::string text = "t,aX\n";
  for (int r = 0; r < rows; ++r)
    text += fmt::format("{:.1f},{}\n", (r < restart ? r : r - restart) * 0.1, r % 7 + 0.25);
  return text;
}
LoadOptions of_a_model() {
  LoadOptions options;
  options.window = 10;
  options.model = ForModel{10, 1, {"jump", "rest"}, true, {"aX"}};
  return options;
}
std::string marks_text(const StreamMarks &marks) {
  std::string text;
  for (const StreamMark &m : marks.list)
    text += fmt::format("{}:{}-{} {}; ", m.recording, m.first, m.last, m.label);
  return text;
}

class StreamFileTest : public ::testing::Test {
 protected:
  std::string write(const std::string &name, const std::string &text) {
    write_file(folder_ / name, text);
    return (folder_ / name).string();
  }
  std::string marks(const std::string &file, const std::string &labels, bool is_only = true) {
    given_ = {};
    given_.labels_file = labels;
    given_.is_only_stream = is_only;
    set_ = load_stream(file, of_a_model(), given_);
    return marks_text(given_);
  }
  TempFolder folder_;
  StreamMarks given_;
  Recordings set_;
};

TEST_F(StreamFileTest, tables_and_tracks_mark_rows) {
  const std::string file = write("walk.csv", clocked_table(100, 100));
  EXPECT_EQ(marks(file, ""), "");
  EXPECT_FALSE(given_.is_labelled);
  ASSERT_EQ(set_.items.size(), 1u);
  EXPECT_EQ(set_.items[0].rows, 100);
  const std::string by_row =
      write("rows.csv", "file,start_row,end_row,label\nwalk.csv,0,4,rest\nwalk.csv,20,29,jump\n");
  EXPECT_EQ(marks(file, by_row), "0:0-5 rest; 0:20-30 jump; ");
  EXPECT_TRUE(given_.is_labelled);
  const std::string seconds = write("seconds.csv", "start_s,end_s,label\n2,3,jump\n");
  EXPECT_EQ(marks(file, seconds), "0:20-30 jump; ");
  EXPECT_NE(error_of([&] { marks(file, seconds, false); }).find("expected the recording"), std::string::npos);
  const std::string track = write("any.txt", "2.0\t3.0\tjump\n5\t6\tturn\n");
  EXPECT_EQ(marks(file, track), "0:20-30 jump; 0:50-60 turn; ");
  EXPECT_NE(error_of([&] { marks(file, track, false); }).find("label track"), std::string::npos);
  write("walk.txt", "7\t8\tjump\n");  // beside it
  EXPECT_EQ(marks(file, ""), "0:70-80 jump; ");
  const std::string other = write("other.csv", "file,start_s,end_s,label\nrun.csv,2,3,jump\n");
  EXPECT_EQ(marks(file, other), "");
  EXPECT_TRUE(given_.is_labelled);
  EXPECT_EQ(given_.unknown.size(), 1u);
  const std::string behind = write("behind.csv", "start_s,end_s,label\n20,30,jump\n");
  EXPECT_NE(error_of([&] { marks(file, behind); }).find("behind the end of"), std::string::npos);
}

TEST_F(StreamFileTest, a_clock_that_goes_back_begins_a_recording_and_marks_keep_their_rows) {
  const std::string file = write("walk.csv", clocked_table(100, 60));
  const std::string by_row =
      write("rows.csv", "start_row,end_row,label\n0,1,rest\n20,29,jump\n50,69,turn\n90,95,jump\n");
  EXPECT_EQ(marks(file, by_row), "0:0-2 rest; 0:20-30 jump; 0:50-60 turn; 1:0-10 turn; 1:30-36 jump; ");
  ASSERT_EQ(set_.items.size(), 2u);
  EXPECT_EQ(set_.items[1].rows, 40);
}

TEST_F(StreamFileTest, a_label_column_does_not_cut) {
  std::string text = "label,aX\n";
  for (int r = 0; r < 60; ++r)
    text += fmt::format("{},{}\n", r >= 20 && r < 30 ? "jump" : "rest", r % 5 + 0.5);
  EXPECT_EQ(marks(write("walk.csv", text), ""), "0:0-20 rest; 0:20-30 jump; 0:30-60 rest; ");
  EXPECT_TRUE(given_.is_labelled);
  ASSERT_EQ(set_.items.size(), 1u);
}

TEST_F(StreamFileTest, a_table_is_read_once_for_several_streams) {
  const std::string walk = write("walk.csv", clocked_table(100, 100)),
                    run = write("run.csv", clocked_table(100, 100)),
                    sit = write("sit.csv", clocked_table(100, 100)),
                    table = write("all.csv",
                                  "file,start_s,end_s,label\nwalk.csv,2,3,jump\nrun.csv,4,5,jump\n"
                                  "gone.csv,1,2,jump\n");
  const StreamLabels labels = read_stream_labels(table, {walk, run, sit});
  EXPECT_EQ(labels.reading.size(), 1u);
  fs::remove(table);
  const auto marks_of = [&](const std::string &file) {
    given_ = {};
    given_.labels_file = table;
    given_.is_only_stream = false;
    given_.book = labels.book.get();
    load_stream(file, of_a_model(), given_);
    EXPECT_TRUE(given_.is_labelled);
    return marks_text(given_);
  };
  EXPECT_EQ(marks_of(walk), "0:20-30 jump; ");
  EXPECT_TRUE(given_.is_named);
  EXPECT_EQ(marks_of(run), "0:40-50 jump; ");
  EXPECT_TRUE(given_.is_named);
  EXPECT_EQ(marks_of(sit), "");
  EXPECT_FALSE(given_.is_named);
  EXPECT_EQ(labels.book->unknown().size(), 1u);
}

TEST_F(StreamFileTest, marks_on_the_last_rows_keep_a_row_when_resampled) {
  const std::string file = write("walk.csv", clocked_table(100, 100));
  given_.labels_file = write("rows.csv", "start_row,end_row,label\n20,29,jump\n99,99,jump\n");
  LoadOptions options = of_a_model();
  options.is_resampled = true;
  options.rate_hz = 4;
  set_ = load_stream(file, options, given_);
  ASSERT_EQ(set_.items.size(), 1u);
  EXPECT_EQ(set_.items[0].rows, 40);                             // from 0 to 9.75 s
  EXPECT_EQ(marks_text(given_), "0:8-12 jump; 0:39-40 jump; ");  // 9.9 s is nearer to a row that is not there
}

}  // namespace
}  // namespace mote::test
