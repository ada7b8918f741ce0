// From files to examples: tables, arrays, recordings, windows, splits, findings.
//
// Single rules have files of their own: columns, splits, intervals, onsets, images, archives.
#include <map>
#include <set>

#include "base/files.h"
#include "base/staged_folder.h"
#include "base/zip.h"
#include "data/augment.h"
#include "data/csv.h"
#include "data/npy.h"
#include "data/onset.h"
#include "mote/synth.h"
#include "test_support.h"

namespace mote {
namespace {

using test::TempFolder;

struct Parsed {
  Table table;
  std::vector<Finding> problems;
  std::vector<size_t> lengths() const {
    std::vector<size_t> out;
    for (const auto &row : table.rows) {
      if (row.starts_recording || out.empty()) out.push_back(0);
      ++out.back();
    }
    return out;
  }
};
Parsed parse(const std::string &text) {
  Parsed p;
  p.table = parse_csv(text, "f.csv", {}, p.problems);
  return p;
}

using Lengths = std::vector<size_t>;

TEST(Csv, every_separator_found_in_the_wild) {
  EXPECT_EQ(parse("a,b\n1,2\n3,4\n\n5,6\n7,8\n").lengths(), (Lengths{2, 2}));  // blank line
  EXPECT_EQ(parse("a,b\n\n1,2\n\n3,4\n\n\n\n5,6\n\n7,8\n\n9,9\n\n1,1\n").lengths(),
            (Lengths{2, 4}));                                                   // a blank after every row
  EXPECT_EQ(parse("a,b\n1,2\n3,4\n,\n5,6\n7,8\n").lengths(), (Lengths{2, 2}));  // empty cells
  EXPECT_EQ(parse("-,-\n1,2\n3,4\n-,-\n5,6\n").lengths(), (Lengths{2, 1}));     // dashes
  EXPECT_EQ(parse("a,b\n1,2\n3,4\na,b\n5,6\n").lengths(), (Lengths{2, 1}));     // header again
  EXPECT_EQ(parse("1,2\n3,4\n5,6").lengths(), (Lengths{3}));  // no header, no newline at the end
  EXPECT_EQ(parse("a,b\r\n1,2\r\n3,4\r\n\r\n5,6\r\n").lengths(), (Lengths{2, 1}));  // CRLF
  EXPECT_EQ(parse("\xEF\xBB\xBF"
                  "a,b\n1,2\n")
                .table.columns,
            (std::vector<std::string>{"a", "b"}));  // byte order mark
  EXPECT_EQ(parse("a;b\n1;2\n").table.columns.size(), 2u);
  EXPECT_EQ(parse("a\tb\n1\t2\n").table.columns.size(), 2u);
  EXPECT_EQ(parse("1 2\n3  4\n").table.rows[1].values, (std::vector<double>{3, 4}));
  EXPECT_EQ(parse("a,b\r1,2\r3,4\r").lengths(), (Lengths{2}));  // old Mac line ends
}

TEST(Csv, problems_carry_their_line_and_the_rest_is_read) {
  const Parsed p = parse("aX,aY\n1,2\n3,abc\n5\n7,8,9\n1,1\n");
  ASSERT_EQ(p.problems.size(), 3u);
  EXPECT_EQ(p.problems[0].where, "f.csv:3");
  EXPECT_EQ(p.problems[0].message, "'abc' in column aY is not a number");
  EXPECT_EQ(p.problems[1].where, "f.csv:4");
  EXPECT_EQ(p.problems[1].message, "has 1 values, expected 2 (aX, aY)");
  EXPECT_EQ(p.table.rows.size(), 2u);
  EXPECT_EQ(parse("").problems[0].message, "is empty");
  EXPECT_EQ(parse("\n\r\n").problems[0].message, "is empty");
  EXPECT_EQ(parse("aX,aY\n").problems[0].message, "has a header but no rows");
  EXPECT_NE(parse(std::string("\xFF\xFE"
                              "a\0,\0",
                              6))
                .problems[0]
                .message.find("UTF-16"),
            std::string::npos);
  EXPECT_NE(parse(std::string("a\0b", 3)).problems[0].message.find("zero bytes"), std::string::npos);
  EXPECT_NE(parse("\xFF\xDF,b\n1,2\n").problems[0].message.find("UTF-8"), std::string::npos);
}

std::string npy(const std::string &descr, const std::string &order, const std::string &shape,
                const std::string &body, int version = 1) {
  std::string header =
      "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
  std::string out = "\x93NUMPY";
  out += static_cast<char>(version);
  out += '\0';
  out += static_cast<char>(header.size());
  out += '\0';
  if (version > 1) out += std::string(2, '\0');
  return out + header + body;
}
template <class T>
std::string raw(std::initializer_list<T> values) {
  return {reinterpret_cast<const char *>(values.begin()), values.size() * sizeof(T)};
}

TEST(Npy, reads_versions_types_and_orders) {
  for (int version : {1, 2, 3})
    EXPECT_EQ(parse_npy(npy("<f4", "False", "(2, 2)", raw<float>({1, 2, 3, 4}), version), "x").values,
              (std::vector<double>{1, 2, 3, 4}));
  EXPECT_EQ(parse_npy(npy("<f8", "True", "(2, 3)", raw<double>({1, 4, 2, 5, 3, 6})), "x").values,
            (std::vector<double>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(parse_npy(npy("<i2", "False", "(2,)", raw<int16_t>({-5, 7})), "x").values,
            (std::vector<double>{-5, 7}));
  EXPECT_EQ(parse_npy(npy("|u1", "False", "(2,)", "\x05\xFF"), "x").values, (std::vector<double>{5, 255}));
  EXPECT_EQ(parse_npy(npy(">i4", "False", "(1,)", std::string("\0\0\1\0", 4)), "x").values,
            (std::vector<double>{256}));
  EXPECT_EQ(parse_npy(npy("<i8", "False", "()", raw<int64_t>({9})), "x").values, (std::vector<double>{9}));
}

TEST(Npy, refuses_truncated_and_lying_files) {
  const std::string good = npy("<f4", "False", "(2, 2)", raw<float>({1, 2, 3, 4}));
  for (size_t n = 0; n < good.size(); ++n) EXPECT_THROW(parse_npy(good.substr(0, n), "x"), Error) << n;
  EXPECT_ERROR(parse_npy(npy("<f4", "False", "(200, 2)", raw<float>({1, 2})), "x.npy"),
               "x.npy: header promises 400 values of 4 bytes, the file holds 8 bytes");
  EXPECT_ERROR(parse_npy(npy("<f4", "False", "(99999999999, 99999999999)", ""), "x"),
               "more values than any file holds");
  EXPECT_ERROR(parse_npy(npy("<c8", "False", "(1,)", "12345678"), "x"), "elements of type '<c8'");
  EXPECT_ERROR(parse_npy(npy("|O", "False", "(1,)", "12345678"), "x"), "elements of type");
  EXPECT_ERROR(parse_npy("hello world", "x"), "not an .npy file");
}

TEST(Npy, written_arrays_are_read_back) {
  const std::vector<float> values = {1, -2, 3.5f, 0, 7, 8};
  const NpyArray a = parse_npy(format_npy_f32({1, 2, 3}, values.data()), "x");
  EXPECT_EQ(a.shape, (std::vector<size_t>{1, 2, 3}));
  EXPECT_EQ(a.values, std::vector<double>(values.begin(), values.end()));
}

// Recordings of three classes, `per_class` each, of `rows` rows; values differ everywhere.
void write_csvs(const TempFolder &folder, const std::string &sub, int per_class, int rows) {
  for (const std::string label : {"circle", "punch", "wave"}) {
    std::string text = "aX,aY\n";
    for (int n = 0; n < per_class; ++n) {
      for (int r = 0; r < rows; ++r)
        text += std::to_string(n + r * 0.25) + "," + std::to_string((label[0] - 'a') * 0.5 + n * r) + "\n";
      text += "\n";
    }
    fs::create_directories(folder / sub);
    write_file(folder / sub / (label + ".csv"), text);
  }
}

TEST(Recordings, labels_come_from_stems_or_folders) {
  TempFolder stems, people, classes;
  write_csvs(stems, "", 2, 5);
  EXPECT_EQ(load_recordings(stems.text()).labels, (std::vector<std::string>{"circle", "punch", "wave"}));
  write_csvs(people, "ann", 2, 5);
  write_csvs(people, "bob", 2, 5);
  const Recordings by_person = load_recordings(people.text());
  EXPECT_EQ(by_person.labels, (std::vector<std::string>{"circle", "punch", "wave"}));
  EXPECT_EQ(by_person.items[0].group, "ann");
  for (const char *label : {"idle", "run"}) {
    fs::create_directories(classes / label);
    for (int i = 1; i < 4; ++i)
      write_file(classes / (std::string(label) + "/rec_" + std::to_string(i) + ".csv"), "1,2\n3,4\n");
  }
  EXPECT_EQ(load_recordings(classes.text()).labels, (std::vector<std::string>{"idle", "run"}));
  TempFolder numbered;
  for (const char *name : {"wing_1.csv", "wing_2.csv", "ring.1a2b.csv"})
    write_file(numbered / name, "1,2\n3,4\n");
  EXPECT_EQ(load_recordings(numbered.text()).labels, (std::vector<std::string>{"ring", "wing"}));
}

TEST(Recordings, rate_comes_from_a_time_column) {
  TempFolder folder;
  for (const char *name : {"a.csv", "b.csv"}) write_file(folder / name, "time_ms,x\n0,1\n20,2\n40,3\n61,4\n");
  const Recordings set = load_recordings(folder.text());
  EXPECT_NEAR(set.rate_hz, 50, 1);
  EXPECT_EQ(set.channels, (std::vector<std::string>{"x"}));
  EXPECT_EQ(load_recordings(folder.text(), {.rate_hz = 10}).rate_hz, 10);
}

TEST(Recordings, fixed_rows_cut_a_file_and_report_the_rest) {
  TempFolder folder;
  std::string text;
  for (int i = 0; i < 23; ++i) text += std::to_string(i) + ",1\n";
  write_file(folder / "a.csv", text);
  write_file(folder / "b.csv", text);
  const Recordings set = load_recordings(folder.text(), {.rows_per_recording = 5});
  EXPECT_EQ(set.items.size(), 8u);
  ASSERT_EQ(set.findings.size(), 2u);
  EXPECT_NE(set.findings[0].where.find("a.csv:21"), std::string::npos);
  EXPECT_NE(set.findings[0].message.find("3 rows was skipped"), std::string::npos);
}

TEST(Recordings, a_group_column_names_the_person) {
  TempFolder folder;
  for (const char *name : {"a.csv", "b.csv"})
    write_file(folder / name, "who,x\nann,1\nann,2\nbob,3\nbob,4\n");
  const Recordings set = load_recordings(folder.text(), {.group_column = "who"});
  EXPECT_EQ(set.items.size(), 4u);
  EXPECT_EQ(set.items[1].group, "bob");
  EXPECT_EQ(set.channels, (std::vector<std::string>{"x"}));
}

TEST(Recordings, numpy_arrays_become_recordings) {
  TempFolder folder;
  std::vector<float> x(4 * 5 * 2);
  for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i);
  write_file(folder / "X.npy", format_npy_f32({4, 5, 2}, x.data()));
  const float y[4] = {2, 10, 10, 9};
  write_file(folder / "y.npy", format_npy_f32({4}, y));
  const Recordings set = load_recordings(folder.text());
  EXPECT_EQ(set.items.size(), 4u);
  EXPECT_EQ(set.labels, (std::vector<std::string>{"2", "9", "10"}));
  EXPECT_EQ(set.items[1].values[0], 10.0f);
  TempFolder zipped;
  write_file(zipped / "all.npz",
             format_zip({{"X.npy", format_npy_f32({4, 5, 2}, x.data())}, {"y.npy", format_npy_f32({4}, y)}}));
  EXPECT_EQ(load_recordings(zipped.text()).items[3].values, set.items[3].values);
  write_file(folder / "y.npy", format_npy_f32({3}, y));
  EXPECT_ERROR(load_recordings(folder.text()), "y has 3 labels for 4 examples");
}

TEST(Recordings, bad_input_is_named_with_file_and_line) {
  TempFolder folder;
  EXPECT_ERROR(load_recordings(folder.text()), "holds no recordings");
  EXPECT_ERROR(load_recordings(folder.text() + "/missing"), "no such file or folder");
  write_file(folder / "a.csv", "x,y\n1,2\n3,oops\n");
  write_file(folder / "b.csv", "x,y\n1,2\n");
  EXPECT_ERROR(load_recordings(folder.text()), "a.csv:3: 'oops' in column y is not a number");
  const Recordings kept = load_recordings(folder.text(), {.skip_bad_rows = true});
  EXPECT_EQ(kept.items.size(), 2u);
  EXPECT_EQ(kept.findings.size(), 1u);
  write_file(folder / "a.csv", "x\n1\n");
  EXPECT_ERROR(load_recordings(folder.text()), "has 2 channels");
  write_file(folder / "a.csv", "y,z\n1,2\n");
  EXPECT_ERROR(load_recordings(folder.text()), "has the columns x, y");
  EXPECT_ERROR(load_recordings(folder.text(), {.channels = {"z"}}), "has no column 'z'");
}

TEST(Windows, cover_recordings_by_length_and_stride) {
  TempFolder folder;
  write_csvs(folder, "", 2, 10);
  const auto count = [&](int window, int stride, ShortRecordings policy = ShortRecordings::kSkip) {
    return load_recordings(folder.text(), {.window = window, .stride = stride, .short_recordings = policy})
        .all()
        .size();
  };
  EXPECT_EQ(count(10, 0), 6u);
  EXPECT_EQ(count(4, 2), 6u * 4);
  EXPECT_EQ(count(4, 4), 6u * 2);
  EXPECT_EQ(count(11, 0), 0u);
  EXPECT_EQ(count(12, 0, ShortRecordings::kZero), 6u);
  const Dataset padded =
      load_recordings(folder.text(), {.window = 12, .short_recordings = ShortRecordings::kEdge}).all();
  EXPECT_EQ(padded.example(0)[11 * 2], padded.example(0)[9 * 2]);
}

std::set<std::string> sources(const Dataset &set) {
  std::set<std::string> out;
  for (const ExampleSource &s : set.sources) out.insert(s.file + ":" + std::to_string(s.line));
  return out;
}
bool disjoint(const Dataset &a, const Dataset &b) {
  const auto left = sources(a), right = sources(b);
  return std::none_of(left.begin(), left.end(), [&](const std::string &s) { return right.count(s) > 0; });
}

TEST(Split, no_recording_is_on_two_sides_and_classes_keep_their_shares) {
  TempFolder folder;
  write_csvs(folder, "", 20, 12);
  const Recordings set = load_recordings(folder.text(), {.window = 4, .stride = 2});
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const Splits s = set.split({.train = 0.6, .val = 0.2, .test = 0.2, .seed = seed});
    EXPECT_EQ(s.train.size(), 3u * 12 * 5);
    EXPECT_EQ(s.val.size(), 3u * 4 * 5);
    EXPECT_EQ(s.test.size(), 3u * 4 * 5);
    EXPECT_TRUE(disjoint(s.train, s.val) && disjoint(s.train, s.test) && disjoint(s.val, s.test));
    EXPECT_EQ(s.test.values, set.split({.train = 0.6, .val = 0.2, .test = 0.2, .seed = seed}).test.values);
  }
  const Splits ordered = set.split({.train = 0.6, .val = 0.2, .test = 0.2, .in_order = true});
  EXPECT_GT(ordered.test.sources.front().line, ordered.val.sources.front().line);
  EXPECT_GT(ordered.val.sources.front().line, ordered.train.sources.front().line);
}

TEST(Split, k_fold_tests_every_window_once) {
  TempFolder folder;
  write_csvs(folder, "", 7, 6);
  const Recordings set = load_recordings(folder.text());
  std::multiset<std::string> tested;
  for (const Splits &s : set.k_fold(5, {.train = 0.85, .val = 0.15, .test = 0})) {
    EXPECT_TRUE(disjoint(s.train, s.test) && disjoint(s.train, s.val) && disjoint(s.val, s.test));
    for (const ExampleSource &e : s.test.sources) tested.insert(e.text());
  }
  EXPECT_EQ(tested.size(), 21u);
  EXPECT_EQ(std::set<std::string>(tested.begin(), tested.end()).size(), 21u);
}

TEST(Split, one_group_is_held_out_at_a_time) {
  TempFolder folder;
  for (const char *person : {"ann", "bob", "cat"}) write_csvs(folder, person, 4, 6);
  const Recordings set = load_recordings(folder.text());
  const auto folds = set.leave_one_group_out({.train = 0.8, .val = 0.2, .test = 0});
  ASSERT_EQ(folds.size(), 3u);
  for (const ExampleSource &e : folds[1].test.sources) EXPECT_NE(e.file.find("/bob/"), std::string::npos);
  EXPECT_EQ(folds[1].test.size(), 12u);
  for (const ExampleSource &e : folds[1].train.sources) EXPECT_EQ(e.file.find("/bob/"), std::string::npos);
  EXPECT_ERROR(set.split({.test_groups = {"dan"}}), "there is no group 'dan'; the groups are ann, bob, cat");
  const Splits by_folder = set.split({.train = 0.34, .val = 0.33, .test = 0.33, .by = mote::folder});
  EXPECT_EQ(by_folder.train.size(), 12u);
}

TEST(Split, refuses_what_cannot_be_divided) {
  TempFolder folder;
  write_csvs(folder, "", 1, 10);
  EXPECT_ERROR(
      load_recordings(folder.text()).split(),
      "class 'circle' has 1 usable recording; at least 3 are needed; record more; if its file holds several");
  EXPECT_ERROR(load_recordings(folder.text(), {.window = 50}).split(),
               "window of 50 rows is longer than every recording (the longest has 10)");
  TempFolder one;
  write_file(one / "a.csv", "1,2\n\n3,4\n\n5,6\n");
  EXPECT_ERROR(load_recordings(one.text()).split(), "only one class ('a')");
  write_csvs(folder, "", 5, 10);
  write_file(folder / "wave.csv", "aX,aY\n1,2\n3,nan\n");
  EXPECT_ERROR(load_recordings(folder.text()).split(),
               "wave.csv:2: the recording that starts here has nan in column aY, row 2");
  EXPECT_ERROR(load_recordings(folder.text()).split({.train = 0.9, .val = 0.3, .test = 0.3}), "add up to 1");
}

TEST(Lint, finds_what_is_wrong) {
  TempFolder folder;
  std::string flat = "x,y\n", clipped = "x,y\n";
  for (int i = 0; i < 40; ++i) {
    flat += std::to_string(i) + ",7\n";
    clipped += std::to_string(std::min(4.0, 0.3 * i)) + "," + std::to_string(i % 7) + "\n";
  }
  write_file(folder / "flat.csv", flat);
  write_file(folder / "clip.csv", clipped);
  write_file(folder / "twin.csv", clipped);
  write_file(folder / "nan.csv", "x,y\n1,2\n3,nan\ninf,1\n");
  std::string all;
  for (const Finding &f : lint(load_recordings(folder.text()))) all += f.where + ": " + f.message + "\n";
  for (const char *part : {"flat.csv:2: column y is constant (7)", "clip.csv:2: column x seems clipped",
                           "twin.csv:2: the same recording as", "of another class",
                           "nan.csv:2: column y has 1 NaN", "class 'clip': has 1 recording; below ten"})
    EXPECT_NE(all.find(part), std::string::npos) << part << "\n" << all;
}

TEST(Augment, depends_on_its_stream_and_leaves_the_input_alone) {
  std::vector<float> x(40 * 6), a(x.size()), b(x.size());
  for (size_t i = 0; i < x.size(); ++i) x[i] = std::sin(0.1f * static_cast<float>(i));
  const auto copy = x;
  const ChannelStatistics s = channel_statistics(x.data(), 40, 6);
  const AugmentOptions o{.noise = 0.1f,
                         .scale = 0.2f,
                         .shift = 0.1f,
                         .rotate_deg = 30,
                         .time_warp = 0.3f,
                         .channel_dropout = 0.1f};
  augment(o, s, x.data(), 40, 6, Random(1, {2, 3}), a.data());
  augment(o, s, x.data(), 40, 6, Random(1, {2, 3}), b.data());
  EXPECT_EQ(a, b);
  augment(o, s, x.data(), 40, 6, Random(1, {2, 4}), b.data());
  EXPECT_NE(a, b);
  EXPECT_EQ(x, copy);
}

TEST(Synth, is_deterministic_and_separable_by_eye) {
  const auto files = synth_gestures({.seed = 3, .persons = 2, .recordings = 4});
  EXPECT_EQ(files.size(), 6u);
  EXPECT_EQ(files[0].content, synth_gestures({.seed = 3, .persons = 2, .recordings = 4})[0].content);
  EXPECT_NE(files[0].content, synth_gestures({.seed = 4, .persons = 2, .recordings = 4})[0].content);
  TempFolder folder;
  StagedFolder staged(folder / "d");
  for (const SynthFile &f : files) staged.write(f.path, f.content);
  staged.commit();
  const Recordings set = load_recordings((folder / "d").string(), {.window = 119});
  EXPECT_EQ(set.labels, (std::vector<std::string>{"flex", "idle", "punch"}));
  EXPECT_EQ(set.items.size(), 24u);
  for (const Recording &r : set.items) {
    EXPECT_EQ(r.rows, 119);
    EXPECT_NEAR(r.values[2], 1.0, 0.4);  // gravity at rest, in g
  }
}

// A set of synthetic recordings: rows of acceleration in g and of the rate of turning in degrees per second.
class Motions {
 public:
  std::map<std::string, std::vector<Recording>> of;  // of each label, those of a person one after the other
  static constexpr int kEach = 30;                   // of a person
  static const Motions &made() {
    static const Motions all;
    return all;
  }
  static double at(const Recording &r, size_t row, size_t channel) {
    return static_cast<double>(r.values[row * 6 + channel]);
  }

 private:
  Motions() {
    TempFolder folder;
    StagedFolder staged(folder / "d");
    for (const SynthFile &f : synth_gestures({.seed = 11, .persons = 4, .recordings = kEach}))
      staged.write(f.path, f.content);
    staged.commit();
    for (const Recording &r : load_recordings((folder / "d").string(), {.window = 119}).items)
      of[r.label].push_back(r);
  }
};

// As the capture sketch cuts: 11 rows, then the one with which |aX| + |aY| + |aZ| reaches 2.5 g. Of idle
// every row is recorded, and none is an event.
TEST(Synth, events_begin_eleven_rows_before_the_onset_of_the_capture_sketch) {
  constexpr double kRounded = 0.0016;  // three decimals of three channels
  for (const auto &[label, recordings] : Motions::made().of)
    for (const Recording &r : recordings) {
      ASSERT_EQ(r.rows, 119);
      for (size_t row = 0; row < (label == "idle" ? 119 : 12); ++row) {
        double loud = 0;
        for (size_t c = 0; c < 3; ++c) loud += std::fabs(Motions::at(r, row, c));
        if (row == 11 && label != "idle")
          EXPECT_GE(loud, 2.5 - kRounded) << label;
        else
          EXPECT_LT(loud, 2.5 + kRounded) << label << " in row " << row;
      }
    }
}

TEST(Synth, the_onset_that_is_fitted_is_that_of_the_capture_sketch) {
  TempFolder folder;
  StagedFolder staged(folder / "d");
  for (const SynthFile &f : synth_gestures({.seed = 2, .persons = 2, .recordings = 5}))
    staged.write(f.path, f.content);
  staged.commit();
  const Recordings set = load_recordings((folder / "d").string(), {.window = 119});
  std::vector<size_t> events, rest;
  for (size_t i = 0; i < set.items.size(); ++i) (set.items[i].label == "idle" ? rest : events).push_back(i);
  const auto fit = fit_onset(set, events, rest);
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->pre_roll, 11);
  EXPECT_EQ(fit->missed + fit->far + fit->alarms, 0);
  EXPECT_EQ(fit->rule.weights, (std::vector<float>{1, 1, 1, 0, 0, 0}));
  EXPECT_EQ(fit->rule.level_shift, OnsetRule::kFixedLevel);
  EXPECT_NEAR(fit->rule.threshold, 2.5f, 0.2f);
}

// Minimum jerk: a turn by an angle in T seconds is at most 1.875 angle / T fast. Flex takes 0.40 s / effort
// out and 0.42 s back, punch 0.29 s / effort and 0.36 s, both divided by the person's speed; efforts are 0.85
// .. 1.15.
TEST(Synth, gestures_take_their_time) {
  const Motions &motions = Motions::made();
  for (const auto &[label, usual] : {std::pair{"flex", 0.42 / 0.40}, std::pair{"punch", 0.36 / 0.29}}) {
    std::vector<double> ratios;
    for (const Recording &r : motions.of.at(label)) {
      double out = 0, back = 0;
      for (size_t i = 0; i < 119; ++i) {
        out = std::max(out, -Motions::at(r, i, 4));
        back = std::max(back, Motions::at(r, i, 4));
      }
      ratios.push_back(out / back);
    }
    std::sort(ratios.begin(), ratios.end());
    EXPECT_NEAR(ratios[ratios.size() / 2], usual, 0.06) << label;
    EXPECT_NEAR(ratios.front(), 0.85 * usual, 0.08) << label;
  }
}

// Held still, the forearm is tilted anew each time, by 0.1 rad about the person's own way of holding it, and
// sways by 0.03 rad at 0.4 Hz.
TEST(Synth, idle_is_a_tilt_and_a_sway) {
  const std::vector<Recording> &idle = Motions::made().of.at("idle");
  for (const size_t channel : {0u, 1u}) {
    double sum = 0;
    for (size_t first = 0; first < idle.size(); first += Motions::kEach) {
      std::vector<double> tilt;
      double mean = 0;
      for (size_t n = first; n < first + Motions::kEach; ++n) {
        tilt.push_back(0);
        for (size_t i = 0; i < 119; ++i) tilt.back() += Motions::at(idle[n], i, channel) / 119;
        mean += tilt.back() / Motions::kEach;
      }
      for (double x : tilt) sum += (x - mean) * (x - mean) / (Motions::kEach - 1);
    }
    EXPECT_NEAR(std::sqrt(sum / 4), 0.1, 0.025) << channel;
  }
  // the rate about y by least squares: bias + slope cos(2 pi 0.4 t)
  double mean_slope = 0;
  for (const Recording &r : idle) {
    double c_sum = 0, y_sum = 0, cc = 0, cy = 0;
    for (size_t i = 0; i < 119; ++i) {
      const double c = std::cos(2 * 3.14159265358979 * 0.4 * static_cast<double>(i) / 119),
                   y = Motions::at(r, i, 4);
      c_sum += c;
      y_sum += y;
      cc += c * c;
      cy += c * y;
    }
    mean_slope += (cy - c_sum * y_sum / 119) / (cc - c_sum * c_sum / 119) / static_cast<double>(idle.size());
  }
  EXPECT_NEAR(mean_slope, -0.09, 0.03);
}

// The real recordings: every quirk of every folder.
TEST(SharedGestures, every_file_gives_its_recordings) {
  MOTE_NEED_SHARED_DATA();
  const std::string root = test::shared_data() + "/gestures/";
  const auto count = [&](const std::string &name, const LoadOptions &o = {.rows_per_recording = 119}) {
    return load_recordings(root + name, o);
  };
  const std::vector<std::pair<std::string, size_t>> kFiles = {
      {"martinlindholdt/punch.csv", 16}, {"martinlindholdt/flex.csv", 26}, {"martinlindholdt/circ.csv", 48},
      {"martinlindholdt/hori.csv", 98},  {"martinlindholdt/vert.csv", 77}, {"rawalc/punch.csv", 10},
      {"rawalc/flex.csv", 11},           {"devnithw/punch.csv", 10},       {"devnithw/flex.csv", 10},
      {"yankunm/punch.csv", 13},         {"yankunm/flex.csv", 17},         {"NeethuESim/punch.csv", 10},
      {"NeethuESim/flex.csv", 10},       {"spaziochirale/punch.csv", 13},  {"spaziochirale/flex.csv", 13},
      {"Benja1972/punch.csv", 10},       {"Benja1972/flex.csv", 10}};
  for (const auto &[name, expected] : kFiles) EXPECT_EQ(count(name).items.size(), expected) << name;
  // files with separators need no fixed length
  EXPECT_EQ(count("yankunm/punch.csv", {}).items.size(), 13u);
  EXPECT_EQ(count("martinlindholdt/circ.csv", {}).items.size(), 48u);
  EXPECT_EQ(count("Benja1972/Poing_flex_then_ext_X50_64samples.csv", {}).items.size(), 101u);
  EXPECT_EQ(count("Benja1972/poing_flex_64samples.csv", {.rows_per_recording = 64}).items.size(), 20u);
}

}  // namespace
}  // namespace mote
