// Several label files that tell of one recording, names of recordings that are there, rows of files of which
// some are left out, times of day behind midnight.
#include <fmt/format.h>

#include "base/files.h"
#include "data/label_book.h"
#include "data/said.h"
#include "mote/project.h"
#include "test_support.h"
#include "wav_bytes.h"

namespace mote {
namespace {

using Names = std::vector<std::string>;

class LabelSources : public ::testing::Test {
 protected:
  void file(const std::string &name, const std::string &bytes) const {
    fs::create_directories((folder_ / name).parent_path());
    write_file(folder_ / name, bytes);
  }
  // Sample n has the value n.
  void sound(const std::string &name) const {
    std::vector<double> values;
    for (int i = 0; i < 1000; ++i) values.push_back(i / 32768.0);
    file(name, test::wav_bytes(values, {.rate = 1000}));
  }
  void info(const std::string &name, const std::string &files) const {
    file(name, fmt::format(R"({{"version": 1, "files": [{}]}})", files));
  }
  static std::string of(const std::string &path, const std::string &label,
                        const char *category = "training") {
    return fmt::format(R"({{"path": "{}", "category": "{}", "label": {{"type": "label", "label": "{}"}}}})",
                       path, category, label);
  }
  Recordings load(LoadOptions options = {}) const { return load_recordings(folder_.text(), options); }
  std::string error(LoadOptions options = {}) const {
    return test::error_of([&] { load(options); });
  }
  // "label from+rows" of each recording
  static Names stretches(const Recordings &set) {
    Names all;
    for (const Recording &r : set.items) all.push_back(fmt::format("{} {}+{}", r.label, r.values[0], r.rows));
    return all;
  }
  const test::TempFolder folder_;
};

#define EXPECT_SAYS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

TEST_F(LabelSources, that_give_two_classes_are_refused) {
  sound("set/a.wav");
  info("info.labels", of("set/a.wav", "dog"));
  file("l.json", R"([{"audio": "/data/local-files/?d=set/a.wav", "choice": "cat", "annotator": 1}])");
  const std::string said = error();
  EXPECT_SAYS(said, "info.labels calls it 'dog'");
  EXPECT_SAYS(said, "l.json calls it 'cat'");
  EXPECT_SAYS(said, "correct one of them, or leave one of them out with data.exclude");
  EXPECT_EQ(stretches(load({.exclude = {"l.json"}})), Names{"dog 0+1000"});
  EXPECT_EQ(stretches(load({.exclude = {"info.labels"}})), Names{"cat 0+1000"});
  file("l.json", R"([{"audio": "/data/local-files/?d=set/a.wav", "choice": "dog", "annotator": 1}])");
  EXPECT_EQ(stretches(load()), Names{"dog 0+1000"});  // they agree
}

TEST_F(LabelSources, intervals_with_fractions_count_no_rows) {
  std::string text = "time,x\n";
  for (int i = 0; i < 100; ++i) text += fmt::format("{:.2f},{}\n", 10 + 0.02 * i, i);
  file("a.csv", text);
  file("marks.csv", "file,start,end,label\na,10.5,10.7,go\na,11,11.5,stop\n");
  const Recordings set = load({.intervals = "marks.csv"});
  EXPECT_EQ(stretches(set), (Names{"go 25+11", "stop 50+26"}));
  EXPECT_TRUE(std::any_of(set.reading.begin(), set.reading.end(), [](const std::string &said) {
    return said.find("by the time column of a table, in seconds of a sound") != said.npos;
  }));
}

TEST_F(LabelSources, of_label_studio_name_two_uploads_of_one_file) {
  sound("s.wav");
  sound("w.wav");
  file("min.json", R"([
   {"audio": "/data/upload/2/deadbeef-s.wav", "label": [{"start": 0.1, "end": 0.3, "labels": ["x"]}], "id": 1, "annotator": 1},
   {"audio": "/data/upload/2/deadbeef-w.wav", "choice": "y", "id": 2, "annotator": 1},
   {"audio": "/data/upload/3/01234567-s.wav", "label": [{"start": 0.5, "end": 0.6, "labels": ["z"]}], "id": 3, "annotator": 1}])");
  const Recordings set = load();
  EXPECT_TRUE(test::says(set, "1 of 3 tasks are of another upload than the first of their file's name"))
      << test::said(set);
  EXPECT_EQ(set.items.size(), 3u);
}

// A folder each with a file of one name: each is asked whether another recording could be meant.
TEST_F(LabelSources, that_contradict_each_other_in_many_folders_are_all_named) {
  constexpr int kFolders = 4000;
  LabelBook book;
  const auto path = [](int i) { return fmt::format("/set/{:05}/audio.wav", i); };
  for (int i = 0; i < kFolders; ++i) book.know(path(i));
  for (int i = 0; i < kFolders; ++i) book.entry(fmt::format("{:05}/audio.wav", i), "a.json").label = "x";
  for (int i = 0; i < kFolders; i += 2) book.entry(path(i), "b.json").label = "y";
  book.entry("audio.wav", "c.json").label = "z";  // may be any of them
  int contradicted = 0;
  for (int i = 0; i < kFolders; ++i) contradicted += book.against(path(i), *book.find(path(i))) != nullptr;
  EXPECT_EQ(contradicted, kFolders / 2);
}

TEST_F(LabelSources, a_class_and_stretches_are_refused_in_any_order) {
  sound("set/a.wav");
  file("set/a.txt", "0.1\t0.5\tx\n");
  info("info.labels", of("set/a.wav", "dog"));
  EXPECT_SAYS(error(), "info.labels calls it 'dog'");
  EXPECT_SAYS(error(), "a.txt marks 1 stretch of it");
  fs::rename(folder_ / "info.labels", folder_ / "set/z.labels");
  info("set/z.labels", of("a.wav", "dog"));
  EXPECT_SAYS(error(), "z.labels calls it 'dog'");
  file("set/z.labels", R"({"files": [{"path": "a.wav", "label": {"type": "unlabeled"}}]})");
  EXPECT_EQ(stretches(load()), Names{"x 100+400"});  // it says nothing of classes
}

TEST_F(LabelSources, of_which_one_has_no_folders_are_refused) {
  sound("deep/a.wav");
  file("deep/a.txt", "0.1\t0.5\tx\n");
  file("marks.csv", "file,start,end,label\na.wav,0.2,0.3,y\n");
  EXPECT_SAYS(error({.intervals = "marks.csv"}), "marks.csv marks 1 stretch of it");
  file("marks.csv", "person,take,label,first_row,last_row\n3,1,y,1,9\n");
  fs::rename(folder_ / "deep/a.wav", folder_ / "deep/p3_1.wav");
  fs::rename(folder_ / "deep/a.txt", folder_ / "deep/p3_1.txt");
  EXPECT_SAYS(error({.intervals = "marks.csv"}), "marks.csv marks 1 stretch of it");
}

TEST_F(LabelSources, a_short_name_may_be_that_of_another_recording) {
  sound("a.wav");
  sound("deep/a.wav");
  file("deep/a.txt", "0.1\t0.5\tx\n");
  file("marks.csv", "file,start,end,label\na.wav,0.2,0.3,y\n");
  const Recordings set = load({.intervals = "marks.csv"});
  EXPECT_EQ(stretches(set), (Names{"y 200+100", "x 100+400"}));
  EXPECT_FALSE(test::says(set, "not there")) << test::said(set);
}

TEST_F(LabelSources, one_file_that_contradicts_itself_is_refused_or_said) {
  sound("a.wav");
  info("info.labels", of("a.wav", "dog") + "," + of("a.wav", "cat"));
  EXPECT_SAYS(error(), "info.labels: tells of a.wav twice, and not the same");
  info("info.labels", of("a.wav", "dog") + "," + of("a.wav", "dog", "testing"));
  EXPECT_SAYS(error(), "tells of a.wav twice");
  info("info.labels", of("a.wav", "dog") + "," + of("a.wav", "dog"));
  EXPECT_EQ(stretches(load()), Names{"dog 0+1000"});
  fs::remove(folder_ / "info.labels");
  file("l.json", R"([{"audio": "/d/a.wav", "choice": "dog"}, {"audio": "/d/a.wav", "choice": "cat"},
                     {"data": {"audio": "/d/a.wav"}, "annotations": [{"result": [{"value": {"choices": ["cat"]}}]}]}])");
  EXPECT_TRUE(test::says(load(), "give a recording another class than what stands before it"))
      << test::said(load());
  fs::remove(folder_ / "l.json");
  file("marks.csv", "file,start,end,label\na.wav,0.2,0.3,y\nx/a.wav,0.5,0.6,z\n");
  fs::create_directories(folder_ / "x");
  fs::rename(folder_ / "a.wav", folder_ / "x/a.wav");
  const Recordings set = load({.intervals = "marks.csv"});
  EXPECT_EQ(stretches(set), Names{"z 500+100"});
  EXPECT_TRUE(test::says(set, "what it says of a.wav is not used: a longer name of the same recording"))
      << test::said(set);
}

TEST_F(LabelSources, parts_that_contradict_each_other_are_refused) {
  sound("d/a.wav");
  info("info.labels", of("d/a.wav", "dog"));
  info("d/more.labels", of("a.wav", "dog", "testing"));
  EXPECT_SAYS(error(), "is for testing by");
}

TEST_F(LabelSources, recordings_that_cannot_be_read_or_are_excluded_are_there) {
  sound("a.wav");
  file("b.wav", "RIFF of nothing");
  sound("c.wav");
  info("info.labels",
       of("a.wav", "dog") + "," + of("b.wav", "dog") + "," + of("c.wav", "dog") + "," + of("d.wav", "dog"));
  LoadOptions options;
  options.skip_bad_files = true;
  options.exclude = {"c.wav"};
  const Recordings set = load(options);
  EXPECT_TRUE(test::says(set, "tells of 1 recording that is not there: d.wav")) << test::said(set);
}

TEST_F(LabelSources, tracks_are_known_whatever_the_case_of_their_endings) {
  sound("A.WAV");
  file("A.TXT", "0.1\t0.5\tx\n");
  sound("b.Wav");
  file("b.txt", "0.2\t0.5\tx\n");
  std::string text = "t_s,x\n";
  for (int i = 0; i < 50; ++i) text += fmt::format("{:.2f},{}\n", 0.1 * i, i);
  EXPECT_EQ(stretches(load()), (Names{"x 100+400", "x 200+300"}));
  for (const char *name : {"A.WAV", "A.TXT", "b.Wav", "b.txt"}) fs::remove(folder_ / name);
  file("C.CSV", text);
  file("C.Txt", "1\t2\twalk\n");
  EXPECT_EQ(stretches(load()), Names{"walk 10+10"});
}

TEST_F(LabelSources, rows_are_those_of_the_file_also_behind_bad_ones) {
  std::string text = "x,y\n";
  for (int i = 0; i < 100; ++i)
    text += i == 10 || i == 11 || i == 50 ? "?,broken\n" : i == 12 ? "1\n" : fmt::format("{},{}\n", i, i % 7);
  file("a.csv", text);
  file("marks.csv",
       "file,first_row,last_row,label\na,1,10,p\na,9,15,q\na,31,40,r\na,46,60,s\na,91,100,t\na,51,51,u\n");
  LoadOptions options;
  options.intervals = "marks.csv";
  options.channels = {"x"};
  options.skip_bad_rows = true;
  const Recordings set = load(options);
  EXPECT_EQ(stretches(set), (Names{"p 0+10", "q 8+4", "r 30+10", "s 45+14", "t 90+10"}));
  EXPECT_TRUE(test::says(set, "1 of 6 labels mark rows of which none is left")) << test::said(set);
  file("marks.csv", "file,first_row,last_row,label\na,1,10,p\na,91,102,t\n");
  EXPECT_SAYS(error(options), "which has 100 (rows are counted from 1, so the last is 100)");
}

TEST_F(LabelSources, rows_that_are_resampled_are_those_of_the_file) {
  std::string text = "t_ms,x\n";
  for (int i = 0; i < 200; ++i) text += fmt::format("{},{}\n", 10 * i, i);
  file("a.csv", text);
  file("marks.csv", "file,first_row,last_row,label\na,1,40,p\na,101,140,q\n");
  const Recordings set = load({.rate_hz = 50, .is_resampled = true, .intervals = "marks.csv"});
  ASSERT_EQ(set.items.size(), 2u);
  EXPECT_EQ(set.items[0].rows, 20);
  EXPECT_EQ(set.items[1].rows, 20);
  EXPECT_NEAR(set.items[0].values[0], 0, 1e-3);
  EXPECT_NEAR(set.items[1].values[0], 100, 1e-3);
  EXPECT_NEAR(set.items[1].values[19], 138, 1e-3);
}

TEST_F(LabelSources, times_of_day_go_on_behind_midnight) {
  std::string text = "time,x\n";
  for (int i = 0; i < 600; ++i) {
    const int of_day = (23 * 3600 + 55 * 60 + i) % 86400;
    text += fmt::format("{:02}:{:02}:{:02},{}\n", of_day / 3600, of_day / 60 % 60, of_day % 60, i);
  }
  file("a.csv", text);
  file("marks.csv",
       "file,start,end,label\na,23:56:00,23:57:00,p\na,23:59:50,00:00:10,q\na,00:01:00,00:02:00,r\n");
  const Recordings set = load({.channels = {"x"}, .intervals = "marks.csv"});
  EXPECT_EQ(stretches(set), (Names{"p 60+61", "q 290+21", "r 360+61"})) << test::said(set);
  file("marks.csv", "file,start,end,label\na,23:56,23:57,p\na,23:59,00:01,q\n");
  EXPECT_EQ(stretches(load({.channels = {"x"}, .intervals = "marks.csv"})), (Names{"p 60+61", "q 240+121"}));
  text.resize(text.find("23:58"));
  file("a.csv", text);
  file("marks.csv", "file,start,end,label\na,23:56:00,23:57:00,p\na,23:57:30,00:00:10,q\n");
  EXPECT_SAYS(error({.channels = {"x"}, .intervals = "marks.csv"}), "its end stands before its beginning");
  file("marks.csv", "file,start,end,label\na,12:00:00,12:01:00,p\n");
  EXPECT_SAYS(error({.channels = {"x"}, .intervals = "marks.csv"}), "before the beginning of");
  sound("s.wav");
  fs::remove(folder_ / "a.csv");
  file("marks.csv", "file,start,end,label\ns.wav,0:00.5,0:00.2,p\n");
  EXPECT_SAYS(error({.intervals = "marks.csv"}), "its end stands before its beginning");
}

// Stretches of one table are not to be trained on and tested with.
TEST_F(LabelSources, of_tables_make_the_proposed_split_one_by_file) {
  for (int n = 0; n < 8; ++n) {
    std::string text = "t_ms,x\n";
    for (int i = 0; i < 200; ++i) text += fmt::format("{},{}\n", 10 * i, (i * 7 + n) % 31);
    file(fmt::format("take{}.csv", n), text);
    file(fmt::format("take{}.txt", n), "0\t0.9\twalk\n1\t1.9\trun\n");
  }
  const auto proposed = [&] { return propose_project({folder_.text()}, "p").toml; };
  EXPECT_SAYS(proposed(), "by = \"file\"");
  for (int n = 0; n < 8; ++n) {
    fs::remove(folder_ / fmt::format("take{}.txt", n));
    fs::create_directories(folder_ / (n % 2 == 0 ? "walk" : "run"));
    fs::rename(folder_ / fmt::format("take{}.csv", n),
               folder_ / (n % 2 == 0 ? "walk" : "run") / fmt::format("take{}.csv", n));
  }
  EXPECT_EQ(proposed().find("by = \"file\""), std::string::npos) << proposed();
}

}  // namespace
}  // namespace mote
