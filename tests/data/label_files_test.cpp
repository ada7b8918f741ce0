// Labels beside recordings: tables of intervals in seconds, label tracks of Audacity, exports of Edge Impulse
// and of Label Studio; what does not fit is refused or said.
#include <fmt/format.h>

#include "base/files.h"
#include "data/label_files.h"
#include "data/said.h"
#include "test_support.h"
#include "wav_bytes.h"

namespace mote {
namespace {

using Names = std::vector<std::string>;

// Sample n of a sound has the value n % 1000, so that a stretch shows where it is from.
std::string counting_wav(int samples, int rate = 1000) {
  std::vector<double> values;
  for (int i = 0; i < samples; ++i) values.push_back(i % 1000 / 32768.0);
  return test::wav_bytes(values, {.rate = rate});
}

std::string utf16(const std::string &text) {
  std::string out = "\xFF\xFE";
  for (const char c : text) out += {c, '\0'};
  return out;
}

class LabelFilesTest : public ::testing::Test {
 protected:
  void file(const std::string &name, const std::string &bytes) const {
    fs::create_directories((folder_ / name).parent_path());
    write_file(folder_ / name, bytes);
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

TEST_F(LabelFilesTest, a_table_of_seconds_cuts_sounds) {
  file("a.wav", counting_wav(5000));
  file("b.wav", counting_wav(900));
  file("marks.csv", "file,start,end,label\na.wav,0.25,0.75,go\na.wav,1.1,1.2,stop\nb.wav,0,0.5,go\n");
  const Recordings set = load({.intervals = "marks.csv"});
  EXPECT_EQ(stretches(set), (Names{"go 250+500", "stop 100+100", "go 0+500"}));
  EXPECT_EQ(set.labels, (Names{"go", "stop"}));
  EXPECT_EQ(set.items[1].first_line, 1101);
  EXPECT_TRUE(test::says(set, "4.8 of 5.9 s are in no marked stretch and left out")) << test::said(set);
}

TEST_F(LabelFilesTest, the_header_says_what_is_counted) {
  file("set/a.wav", counting_wav(5000));
  const auto cut = [&](const std::string &table) {
    file("marks.csv", table);
    return stretches(load({.intervals = "marks.csv"}));
  };
  const Names both = {"go 500+500", "stop 0+250"};
  EXPECT_EQ(cut("file,start_sample,end_sample,label\na,500,999,go\na,0,249,stop\n"), both);
  EXPECT_EQ(cut("filename,Begin Time (s),End Time (s),class\nset/a.wav,0.5,1,go\nset/a.wav,0,.25,stop\n"),
            both);
  EXPECT_EQ(cut("path,start_ms,end_ms,label\nset\\a.wav,500,1000,go\nset\\a.wav,0,250,stop\n"), both);
  EXPECT_EQ(cut("file;onset;offset;label\na.wav;0,5;1,0;go\na.wav;0,0;0,25;stop\n"), both);
  EXPECT_EQ(cut("file,start,end,label\na.wav,0:00.5,0:01,go\na.wav,00:00,0:00.25,stop\n"), both);
  EXPECT_EQ(cut("file,start,end,label\na.wav,0:00:00.5,0:00:01.0,go\na.wav,0:00:00,0:00:00.25,stop\n"), both);
  EXPECT_EQ(cut("\xEF\xBB\xBF"
                "file,start,end,label,who,note\r\na.wav,.5,1,go,ann,x\r\na.wav,0,.25,stop,ann,\r\n"),
            both);
  EXPECT_EQ(cut(utf16("file,start,end,label\r\na.wav,0.5,1,go\r\na.wav,0,0.25,stop\r\n")), both);
}

TEST_F(LabelFilesTest, minutes_are_minutes) {
  file("a.wav", counting_wav(70000));
  file("marks.csv", "file,start,end,label\na.wav,00:30,01:05,x\na.wav,01:05,01:08,y\n");
  EXPECT_EQ(stretches(load({.intervals = "marks.csv"})), (Names{"x 0+35000", "y 0+3000"}));
}

TEST_F(LabelFilesTest, seconds_and_moments_cut_tables_by_their_time_column) {
  std::string text = "t_ms,x\n", dated = "time,x\n";
  for (int i = 0; i < 100; ++i) {
    text += fmt::format("{},{}\n", 5000 + 20 * i, i);
    dated += fmt::format("2024-05-01 12:00:{:06.3f},{}\n", 0.5 * i, i);
  }
  file("a.csv", text);
  file("marks.csv", "file,start_s,end_s,label\na,0.2,0.4,go\na,1,1.5,stop\n");
  EXPECT_EQ(stretches(load({.intervals = "marks.csv"})), (Names{"go 10+10", "stop 50+25"}));
  file("a.csv", dated);
  file("marks.csv",
       "file,start,end,label\na,2024-05-01 12:00:05,2024-05-01 12:00:10,go\na,2024-05-01 12:00:20,2024-05-01 "
       "12:00:20.5,stop\n");
  EXPECT_EQ(stretches(load({.intervals = "marks.csv"})), (Names{"go 10+11", "stop 40+2"}));
}

TEST_F(LabelFilesTest, tracks_of_audacity_lie_beside_their_sounds) {
  file("a.wav", counting_wav(4000));
  file("a.txt",
       "0.500000\t1.000000\tdog\r\n\\\t200.000000\t4000.000000\r\n5.500000\t5.500000\tpoint\r\n"
       "2.000000\t2.250000\tlarge cat\r\n3.000000\t3.100000\t\r\n");
  file("deep/b.flac.wav", counting_wav(1000));
  file("deep/b.flac.txt", utf16("0.1\t0.2\tdog\n"));
  const Recordings set = load();
  EXPECT_EQ(stretches(set), (Names{"dog 500+500", "large cat 0+250", "dog 100+100"}));
  EXPECT_EQ(set.labels, (Names{"dog", "large cat"}));
  EXPECT_TRUE(test::says(set, "1 of 4 labels mark a point")) << test::said(set);
  EXPECT_TRUE(test::says(set, "1 of 4 labels have no class"));
  EXPECT_TRUE(test::says(set, "classes come from 2 Audacity label tracks: a.txt, b.flac.txt"));
  EXPECT_EQ(set.files.size(), 4u);  // a run is made of them, too
  file("c.wav", counting_wav(1000));
  EXPECT_TRUE(test::says(load(), "is left out: no label file names it"));
}

TEST_F(LabelFilesTest, a_run_reads_them_again_as_they_were) {
  file("a.wav", counting_wav(4000));
  file("a.txt", "0.5\t1.0\tdog\n1\t2\tcat\n");
  file("marks.json",
       R"([{"data":{"audio":"/x/b.wav"},"annotations":[{"result":[{"value":{"choices":["dog"]}}]}]}])");
  file("b.wav", counting_wav(700));
  const Recordings set = load();
  EXPECT_EQ(stretches(set), (Names{"dog 500+500", "cat 0+1000", "dog 0+700"}));
  FileSource source;
  for (const SourceFile &f : set.files) source.recordings.push_back(f.path);
  source.read = [](const std::string &path) { return read_file(path); };
  const Recordings again = load_recordings(folder_.text(), {}, source);
  EXPECT_EQ(stretches(again), stretches(set));
}

TEST_F(LabelFilesTest, tracks_beside_tables_need_words) {
  std::string text = "t_s,x\n";
  for (int i = 0; i < 50; ++i) text += fmt::format("{:.2f},{}\n", 7 + 0.1 * i, i);
  file("a.csv", text);
  file("a.txt", "0.5\t1.0\twalk\n2\t3\trun\n");
  EXPECT_EQ(stretches(load()), (Names{"walk 5+5", "run 20+10"}));
}

TEST_F(LabelFilesTest, of_edge_impulse_give_classes_parts_and_stretches) {
  for (const char *name :
       {"training/x.1.wav", "training/y.2.wav", "testing/x.3.wav", "training/z.wav", "training/u.wav"})
    file(name, counting_wav(1000));
  file("info.labels", R"({"version": 1, "files": [
    {"path": "training/x.1.wav", "name": "x.1", "category": "training", "label": {"type": "label", "label": "on"}},
    {"path": "training/y.2.wav", "name": "y.2", "category": "training", "label": {"type": "label", "label": "off"},
     "metadata": {"site": "7"}},
    {"path": "testing/x.3.wav", "name": "x.3", "category": "testing", "label": {"type": "label", "label": "on"}},
    {"path": "training/z.wav", "name": "z", "category": "training", "label": {"type": "multi-label", "labels": [
      {"label": "on", "startIndex": 0, "endIndex": 99}, {"label": "off", "startIndex": 100, "endIndex": 999}]}},
    {"path": "training/u.wav", "name": "u", "category": "training", "label": {"type": "unlabeled"}},
    {"path": "training/gone.wav", "name": "gone", "category": "training", "label": {"type": "label", "label": "on"}}]})");
  const Recordings set = load();
  std::map<std::string, std::string> parts;
  for (const Recording &r : set.items) parts[fs::path(r.file).filename()] += r.label + " " + r.part + ";";
  EXPECT_EQ(parts["x.1.wav"], "on train;");
  EXPECT_EQ(parts["y.2.wav"], "off train;");
  EXPECT_EQ(parts["x.3.wav"], "on test;");
  EXPECT_EQ(parts["z.wav"], "on train;off train;");
  EXPECT_EQ(parts.count("u.wav"), 0u);
  EXPECT_TRUE(test::says(set, "gives it no class")) << test::said(set);
  EXPECT_TRUE(test::says(set, "tells of 1 recording that is not there: gone.wav")) << test::said(set);
  fs::remove(folder_ / "info.labels");
  file("training/structured_labels.labels",
       R"({"version": 1, "type": "structured-labels", "structuredLabels": {
         "x.1.wav": [{"startIndex": 0, "endIndex": 499, "label": "a"}, {"startIndex": 500, "endIndex": 999, "label": "b"}]}})");
  EXPECT_EQ(stretches(load()), (Names{"a 0+500", "b 500+500"}));
}

TEST_F(LabelFilesTest, indexes_count_samples_of_the_file_before_it_is_resampled) {
  file("a.wav", counting_wav(4000, 4000));
  file("structured_labels.labels",
       R"({"structuredLabels": {"a.wav": [{"startIndex": 0, "endIndex": 1999, "label": "a"},
                                          {"startIndex": 2000, "endIndex": 3999, "label": "b"}]}})");
  const Recordings set = load({.rate_hz = 1000, .is_resampled = true});
  ASSERT_EQ(set.items.size(), 2u);
  EXPECT_EQ(set.items[0].rows, 500);
  EXPECT_EQ(set.items[1].rows, 500);
}

TEST_F(LabelFilesTest, of_label_studio_are_found_by_the_names_of_uploads) {
  std::string text = "t,x\n";
  for (int i = 0; i < 100; ++i) text += fmt::format("{},{}\n", 1000 + 10 * i, i);
  file("my walk.csv", text);
  file("b.csv", text);
  file("export.json", R"([
   {"id": 1, "file_upload": "0a1b2c3d-my%20walk.csv", "data": {"csv": "/data/upload/1/0a1b2c3d-my%20walk.csv"},
    "annotations": [
      {"was_cancelled": true, "result": [{"type": "choices", "value": {"choices": ["no"]}}]},
      {"was_cancelled": false, "result": [
        {"type": "timeserieslabels", "value": {"start": 1100, "end": 1190, "instant": false, "timeserieslabels": ["Run"]}},
        {"type": "timeserieslabels", "value": {"start": 1500, "end": 1500, "instant": true, "timeserieslabels": ["Run"]}},
        {"type": "textarea", "value": {"text": ["a note"]}},
        {"type": "timeserieslabels", "value": {"start": "1600", "end": 1700, "timeserieslabels": ["Walk", "Run"]}}]},
      {"result": [{"value": {"start": 1000, "end": 1100, "timeserieslabels": ["other"]}}]}]},
   {"id": 2, "data": {"ts": "https://host/files/b.csv?signature=1"}, "completions": [
      {"result": [{"type": "choices", "value": {"choices": ["Rest"]}}]}]}])");
  const Recordings set = load();
  EXPECT_EQ(stretches(set), (Names{"Rest 0+100", "Run 10+10", "Walk 60+11"}));
  EXPECT_TRUE(test::says(set, "1 of 2 tasks have several annotations")) << test::said(set);
  EXPECT_TRUE(test::says(set, "1 of 2 tasks have regions of several classes"));
  EXPECT_TRUE(test::says(set, "1 of 3 labels mark a point"));
}

TEST_F(LabelFilesTest, of_label_studio_count_rows_seconds_or_moments) {
  std::string plain = "x,y\n", dated = "time,x\n";
  for (int i = 0; i < 100; ++i) {
    plain += fmt::format("{},{}\n", i, (i * 7) % 11 + 0.5);
    dated += fmt::format("2024-05-01 12:{:02}:{:02},{}\n", i / 60, i % 60, i);
  }
  file("p.csv", plain);
  file("d.csv", dated);
  file("e.csv", dated);
  file("s.wav", counting_wav(1000));
  fs::remove(folder_ / "s.wav");
  file("min.json", R"([
   {"csv": "p.csv", "label": [{"start": 10, "end": 19, "timeserieslabels": ["a"]}], "id": 1, "annotator": 1},
   {"csv": "d.csv", "label": [{"start": "2024-05-01 12:00:30", "end": "2024-05-01 12:00:39", "timeserieslabels": ["b"]}]},
   {"csv": "e.csv", "label": [{"start": 1714564830000, "end": 1714564839000, "timeserieslabels": ["c"]}]}])");
  const Recordings set = load({.channels = {"x"}});
  EXPECT_EQ(stretches(set), (Names{"b 30+10", "c 30+10", "a 10+10"})) << test::said(set);
}

TEST_F(LabelFilesTest, of_label_studio_mark_sounds_in_seconds_and_whole) {
  file("s.wav", counting_wav(1000));
  file("w.wav", counting_wav(500));
  file("min.json", R"([
   {"audio": "/data/local-files/?d=set/s.wav", "id": 1, "label": [{"start": 0.1, "end": 0.3, "channel": 0, "labels": ["x"]}]},
   {"audio": "/data/upload/2/deadbeef-w.wav", "choice": "y", "annotator": 1, "created_at": "2024-01-01T00:00:00Z"}])");
  EXPECT_EQ(stretches(load()), (Names{"x 100+200", "y 0+500"}));
}

TEST_F(LabelFilesTest, what_does_not_fit_is_refused_with_its_place) {
  file("a.wav", counting_wav(1000));
  const auto with = [&](const std::string &name, const std::string &text) {
    file(name, text);
    const std::string said =
        error(name == "marks.csv" ? LoadOptions{.intervals = "marks.csv"} : LoadOptions{});
    fs::remove(folder_ / name);
    return said;
  };
  const auto has = [](const std::string &text, const char *part) {
    return text.find(part) != text.npos ? testing::AssertionSuccess() : testing::AssertionFailure() << text;
  };
  EXPECT_TRUE(has(with("a.txt", "0.1\t0.2\tx\n0.5\t0.4\tx\n"), "a.txt:2: '0.5\t0.4\tx' is no label") ||
              has(with("a.txt", "0.1\t0.2\tx\n0.5\t0.4\tx\n"), "a.txt:2: "));
  EXPECT_TRUE(has(with("a.txt", "1.5\t2\tx\n"), "a.txt:1: begins at 1.5, behind the end of"));
  EXPECT_TRUE(has(with("marks.csv", "file,start,end,label\na.wav,0.5,0.4,x\na.wav,0.1,0.2,y\n"),
                  "marks.csv:2: '0.5' to '0.4'"));
  EXPECT_TRUE(
      has(with("marks.csv", "file,start_sample,end_sample,label\na.wav,0,1001,x\n"), "ends at row 1001 of"));
  EXPECT_TRUE(has(with("marks.csv", "file,start,end,label\na.wav,soon,later,x\n"), "is no interval"));
  EXPECT_TRUE(
      has(with("structured_labels.labels",
               R"({"structuredLabels": {"a.wav": [{"startIndex": 5, "endIndex": 2, "label": "x"}]}})"),
          "from row 5 to 2"));
  EXPECT_TRUE(
      has(with("info.labels", R"({"files": [{"path": "a.wav", "label": {"type": "odd"}}]})"), "type 'odd'"));
  EXPECT_TRUE(has(with("info.labels", R"({"files": 7})"), "files must be a list"));
  EXPECT_TRUE(has(with("info.labels", "{"), "is not JSON"));
  EXPECT_TRUE(has(with("l.json", R"([{"data": {"n": 1}, "annotations": []}])"), "task 1 names no file"));
  EXPECT_TRUE(has(with("l.json", R"([{"data": {"a": "a.wav"}, "annotations": [{"result": [{"value":
    {"start": "noon", "end": 2, "labels": ["x"]}}]}]}])"),
                  "'noon', which is no time"));
  EXPECT_TRUE(has(with("l.json", "[\"annotations\", " + std::string(100000, '[')), "nested deeper than"));
  EXPECT_TRUE(has(with("info.labels", std::string(100000, '[')), "nested deeper than"));
  std::string track;
  for (int i = 0; i < 110; ++i) track += "0\t1\tx\n";
  EXPECT_TRUE(has(with("a.txt", track), "more than 100 times over"));
}

TEST_F(LabelFilesTest, what_ends_late_or_overlaps_is_said) {
  file("a.wav", counting_wav(1000));
  file("a.txt", "0.1\t0.5\tx\n0.4\t0.6\ty\n0.45\t0.5\ty\n0.9\t1.05\tx\n");
  const Recordings set = load();
  EXPECT_EQ(stretches(set), (Names{"x 100+400", "y 400+200", "y 450+50", "x 900+100"}));
  EXPECT_TRUE(test::says(set, "1 of 4 labels end behind the recording, and are cut there"))
      << test::said(set);
  EXPECT_TRUE(test::says(set, "1 of 4 labels overlap one of another class")) << test::said(set);
}

TEST_F(LabelFilesTest, two_files_that_mark_one_recording_are_refused) {
  file("a.wav", counting_wav(1000));
  file("a.txt", "0.1\t0.5\tx\n");
  file("structured_labels.labels",
       R"({"structuredLabels": {"a.wav": [{"startIndex": 0, "endIndex": 9, "label": "x"}]}})");
  EXPECT_NE(error().find("leave one of them out with data.exclude"), std::string::npos) << error();
  EXPECT_EQ(stretches(load({.exclude = {"a.txt"}})), Names{"x 0+10"});
}

class MarksOfTables : public LabelFilesTest {
 protected:
  void table(const std::string &name) const {
    std::string text = "time,x\n";
    for (int i = 0; i < 1000; ++i) text += fmt::format("{:.2f},{}\n", 0.01 * i, i);
    file(name, text);
  }
  void table_of(const std::string &name, const char *day, int first_hour, int rows) const {
    std::string text = "time,x\n";
    for (int i = 0; i < rows; ++i)
      text += fmt::format("{}{:02}:{:02}:{:02},{}\n", day, first_hour + i / 3600, i / 60 % 60, i % 60, i);
    file(name, text);
  }
  Names cut(const std::string &marks) const {
    file("marks.csv", marks);
    return stretches(load({.channels = {"x"}, .intervals = "marks.csv"}));
  }
  static std::string task(const std::string &file, const std::string &values) {
    return fmt::format(R"({{"data": {{"csv": "{}"}}, "annotations": [{{"result": [{}]}}]}})", file, values);
  }
  static std::string region(const std::string &from, const std::string &to, const char *label) {
    return fmt::format(R"({{"value": {{"start": {}, "end": {}, "labels": ["{}"]}}}})", from, to, label);
  }
};

TEST_F(MarksOfTables, that_end_late_are_cut_and_do_not_change_the_unit) {
  table("a.csv");
  EXPECT_EQ(cut("file,label,start_time,end_time\na,walk,0,5\na,run,5,12\n"),
            (Names{"walk 0+500", "run 500+500"}));
  const Recordings set = load({.channels = {"x"}, .intervals = "marks.csv"});
  EXPECT_TRUE(test::says(set, "marks of marks.csv are seconds of the time column")) << test::said(set);
  EXPECT_TRUE(test::says(set, "1 of 2 labels end behind the recording, and are cut there"));
  file("marks.csv", "file,label,start_time,end_time\na,walk,0,5\na,run,11,12\n");
  EXPECT_NE(error({.channels = {"x"}, .intervals = "marks.csv"}).find("begins at 11, behind the end of"),
            std::string::npos);
}

TEST_F(MarksOfTables, count_the_same_in_all_recordings_of_a_label_file) {
  table("a.csv");
  table("b.csv");
  const auto both = [&](const std::string &from, const std::string &to) {
    file("l.json",
         "[" + task("a.csv", region(from, to, "x")) + "," + task("b.csv", region("2", "5", "y")) + "]");
    return stretches(load({.channels = {"x"}}));
  };
  EXPECT_EQ(both("401", "800"), (Names{"x 401+400", "y 2+4"}));        // rows
  EXPECT_EQ(both("4.5", "10.05"), (Names{"x 450+550", "y 200+301"}));  // seconds
}

TEST_F(MarksOfTables, of_times_and_dates_are_never_rows) {
  table_of("a.csv", "", 10, 3600);
  EXPECT_EQ(cut("file,label,start,end\na,walk,10:00,10:10\na,run,10:10,10:30\n"),
            (Names{"walk 0+600", "run 600+1201"}));
  table_of("a.csv", "2024-05-01 ", 10, 600);
  EXPECT_EQ(cut("file,label,start,end\na,x,2024-05-01 10:00:00,2024-05-01 10:01:00\n"
                "a,y,2024-05-01 10:02:00,2024-05-01 10:11:00\n"),
            (Names{"x 0+61", "y 120+480"}));
  std::string text = "time,x\n";
  for (int i = 0; i < 600; ++i) text += fmt::format("{},{}\n", 1714557600000 + 1000LL * i, i);
  file("a.csv", text);
  EXPECT_EQ(cut("file,label,start,end\na,walk,2024-05-01T10:00:00,2024-05-01T10:04:59\n"
                "a,run,2024-05-01 10:05:00,2024-05-01 10:09:00\n"),
            (Names{"walk 0+300", "run 300+241"}));
}

TEST_F(MarksOfTables, of_names_with_eight_digits_and_a_dash_stay_apart) {
  table("20240101-walk.csv");
  table("20240102-walk.csv");
  file("l.json", "[" + task("/data/local-files/?d=set/20240101-walk.csv", region("0", "4", "x")) + "," +
                     task("/data/local-files/?d=set/20240102-walk.csv", region("5", "9", "y")) + "]");
  EXPECT_EQ(stretches(load({.channels = {"x"}})), (Names{"x 0+401", "y 500+401"}));
  file("l.json", "[" + task("/data/upload/1/20240101-walk.csv", region("0", "4", "x")) + "," +
                     task("/data/upload/1/20240102-walk.csv", region("5", "9", "y")) + "]");
  EXPECT_EQ(stretches(load({.channels = {"x"}})), (Names{"x 0+401", "y 500+401"}));
}

TEST_F(MarksOfTables, of_names_in_several_folders_are_of_their_folder) {
  file("p1/a.wav", counting_wav(900));
  file("p2/a.wav", counting_wav(900));
  file("l.json", "[" + task("/data/local-files/?d=p1/a.wav", region("0", "0.4", "x")) + "," +
                     task("/data/local-files/?d=p2/a.wav", region("0.5", "0.8", "y")) + "]");
  EXPECT_EQ(stretches(load()), (Names{"x 0+400", "y 500+300"}));
  fs::remove(folder_ / "l.json");
  file("marks.csv", "file,start,end,label\na.wav,0,0.5,x\n");
  const Recordings set = load({.intervals = "marks.csv"});
  EXPECT_EQ(stretches(set), (Names{"x 0+500", "x 0+500"}));
  EXPECT_TRUE(test::says(set, "'a.wav' names 2 recordings, and all are cut alike")) << test::said(set);
}

TEST_F(LabelFilesTest, the_first_annotation_counts_and_choices_of_a_region_are_no_second) {
  file("a.wav", counting_wav(900));
  file("l.json", R"([
   {"audio": "/data/upload/1/abcdef01-a.wav", "id": 1, "label": [{"start": 0, "end": 0.4, "labels": ["x"]},
     {"start": 0, "end": 0.4, "choices": ["loud"]}], "annotator": 1},
   {"audio": "/data/upload/1/abcdef01-a.wav", "id": 1, "label": [{"start": 0.1, "end": 0.5, "labels": ["x"]}], "annotator": 2}])");
  EXPECT_EQ(stretches(load()), Names{"x 0+400"});
  EXPECT_TRUE(test::says(load(), "have several annotations; the first of each is taken"));
}

TEST_F(LabelFilesTest, of_edge_impulse_can_be_left_out) {
  file("a/x.wav", counting_wav(900));
  file("info.labels", "{");
  const Recordings set = load({.exclude = {"info.labels"}});
  EXPECT_EQ(set.labels, Names{"a"});
  EXPECT_FALSE(test::says(set, "leaves nothing out")) << test::said(set);
}

TEST_F(LabelFilesTest, rows_that_reach_the_end_are_no_error) {
  file("a.wav", counting_wav(1000));
  file("structured_labels.labels",
       R"({"structuredLabels": {"a.wav": [{"startIndex": 500, "endIndex": 1000, "label": "x"}]}})");
  const Recordings set = load();
  EXPECT_EQ(stretches(set), Names{"x 500+500"});
  EXPECT_TRUE(test::says(set, "1 of 1 label end behind the recording")) << test::said(set);
  file("structured_labels.labels",
       R"({"structuredLabels": {"a.wav": [{"startIndex": 500, "endIndex": 1001, "label": "x"}]}})");
  EXPECT_NE(error().find("rows are counted from 0, so the last is 999"), std::string::npos) << error();
}

TEST_F(LabelFilesTest, a_file_that_is_skipped_leaves_nothing_behind) {
  file("a.txt", "1.5\t2\tx\n");
  file("a.wav", counting_wav(1000, 4000));  // begins behind its end
  for (const char *name : {"b", "c"}) {
    file(std::string(name) + ".wav", counting_wav(1000));
    file(std::string(name) + ".txt", "0\t0.5\tx\n");
  }
  LoadOptions options;
  options.skip_bad_files = true;
  const Recordings set = load(options);
  EXPECT_EQ(set.items.size(), 2u);
  EXPECT_EQ(set.rate_hz, 1000);
  EXPECT_FALSE(test::says(set, "is sampled at")) << test::said(set);
}

TEST(LabelFiles, of_a_million_labels_take_time_that_grows_with_them_only) {
  std::string track;
  for (int i = 0; i < 1000000; ++i) track += fmt::format("{}.0\t{}.5\tx\n", i, i);
  LabelBook book;
  std::vector<Finding> findings;
  parse_label_track(track, "a.txt", book, findings);
  EXPECT_EQ(book.find("a.wav")->marks.size(), 1000000u);
}

TEST(LabelFiles, are_told_from_tables_by_what_they_hold) {
  EXPECT_TRUE(looks_like_label_track("0.0\t1.5\tdog\n\\\t1\t2\n", true));
  EXPECT_TRUE(looks_like_label_track("0,5\t1,5\tdog", false));
  EXPECT_FALSE(looks_like_label_track("0.0\t1.5\t7.25\n", true));  // three sensors
  EXPECT_FALSE(looks_like_label_track("time\tx\ty\n0\t1\t2\n", false));
  EXPECT_FALSE(looks_like_label_track("a note\n", false));
  EXPECT_TRUE(looks_like_label_studio("\n [ {\"id\": 1, \"annotations\": ["));
  EXPECT_FALSE(looks_like_label_studio("[1, 2]"));
  EXPECT_FALSE(looks_like_label_studio("[{\"file\": \"a.csv\", \"labels\": 3}]"));
  EXPECT_FALSE(looks_like_label_studio("{\"annotations\": []}"));
}

}  // namespace
}  // namespace mote
