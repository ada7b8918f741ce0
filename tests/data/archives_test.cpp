// Examples a line (.ts, .arff, UCR's .tsv), NumPy's pairs, and pictures without compression.
#include <cmath>
#include <map>

#include "base/digest.h"
#include "base/files.h"
#include "base/random.h"
#include "base/zip.h"
#include "data/bitmap.h"
#include "data/find_files.h"
#include "data/npy.h"
#include "data/readers/readers.h"
#include "project/propose.h"
#include "said.h"
#include "test_support.h"

namespace mote {
namespace {

using test::says;
using test::TempFolder;
using Texts = std::vector<std::string>;

TEST(Archives, ts_gives_dimensions_classes_and_parts) {
  TempFolder folder;
  write_file(folder / "G_TRAIN.ts",
             "#comment\n@problemName G\n@univariate false\n@classLabel true up "
             "down\n@data\n1,2,3:4,5,6:up\n7,8:9,10:down\n");
  write_file(folder / "G_TEST.ts", "@classLabel true up down\n@data\n1,1,?:2,2,?:up\n");
  const Recordings set = load_recordings(folder.text());
  ASSERT_EQ(set.items.size(), 3u);
  EXPECT_EQ(set.items[0].group, "test");
  EXPECT_EQ(set.items[0].rows, 2);  // "?" fills up
  EXPECT_EQ(set.items[1].group, "train");
  EXPECT_EQ(set.items[1].values, (SensorValues{1, 4, 2, 5, 3, 6}));
  EXPECT_EQ(set.items[2].label, "down");
  EXPECT_EQ(set.items[2].first_line, 7);
  for (const char *bad :
       {"1,2:up\n", "@data\n1,2:up\n", "@classLabel true a\n@data\n1,x:a\n",
        "@classLabel true a\n@data\n1,2\n", "@classLabel true a\n@data\n1,2:1:a\n",
        "@classLabel true a\n@data\n", "@timeStamps true\n@data\n", "@classLabel true a\n@data\n1e400:a\n"}) {
    TempFolder wrong;
    write_file(wrong / "a.ts", bad);
    EXPECT_THROW(load_recordings(wrong.text()), Error) << bad;
  }
}

// temp, co2 and lux are quantities, each of its own scale; att1, att2, ... are one that goes on.
TEST(Archives, arff_of_named_attributes_is_features) {
  TempFolder folder;
  const auto is_features = [&](const std::string &names) {
    write_file(folder / "a.arff",
               "@relation r\n" + names + "@attribute class {x,y}\n@data\n1,200,x\n2,100,y\n");
    return load_recordings(folder.text()).is_features;
  };
  EXPECT_TRUE(is_features("@attribute temp real\n@attribute 'co2 level' real\n"));
  EXPECT_FALSE(is_features("@attribute att1 real\n@attribute\tatt2 real\n"));
}

TEST(Archives, arff_gives_flat_and_relational_examples) {
  TempFolder folder;
  write_file(folder / "a.arff",
             "% c\n@relation r\n@attribute a0 numeric\n@attribute a1 numeric\n@attribute class "
             "{1,2}\n@data\n1,2,1\n3,?,2\n");
  const Recordings set = load_recordings(folder.text());
  ASSERT_EQ(set.items.size(), 2u);
  EXPECT_EQ(set.items[0].values, (SensorValues{1, 2}));
  EXPECT_EQ(set.items[1].values, (SensorValues{3}));
  EXPECT_EQ(set.items[1].label, "2");
  write_file(folder / "a.arff",
             "@relation r\n@attribute s relational\n@attribute t0 numeric\n@attribute t1 numeric\n@end "
             "s\n@attribute class {a,b}\n@data\n'1,2\\n3,4',a\n\"5,6\\n7,8\",b\n");
  const Recordings nested = load_recordings(folder.text());
  ASSERT_EQ(nested.items.size(), 2u);
  EXPECT_EQ(nested.items[0].values, (SensorValues{1, 3, 2, 4}));
  EXPECT_EQ(nested.labels, (Texts{"a", "b"}));
  write_file(folder / "a.arff", "@relation r\n@attribute a0 numeric\n@attribute class {1,2}\n@data\n{0 1}\n");
  EXPECT_ERROR(load_recordings(folder.text()), "sparse");
}

// 30 columns, the class first or last, in an order that no time series has.
TEST(Archives, rows_with_a_class_are_examples) {
  for (const bool is_first : {true, false}) {
    TempFolder folder;
    std::string text;
    for (int r = 0; r < 12; ++r) {
      if (is_first) text += std::to_string(r % 3 + 1) + "\t";
      for (int c = 0; c < 30; ++c) text += std::to_string(r + 0.25 * c) + (c == 29 && is_first ? "" : "\t");
      text += is_first ? "\n" : std::to_string(r % 3 + 1) + "\n";
    }
    write_file(folder / "X_TRAIN.tsv", text);
    const Recordings set = load_recordings(folder.text());
    ASSERT_EQ(set.items.size(), 12u);
    EXPECT_EQ(set.labels, (Texts{"1", "2", "3"}));
    EXPECT_EQ(set.items[4].label, "2");
    EXPECT_EQ(set.items[4].rows, 30);
    EXPECT_EQ(set.items[4].values[1], 4.25f);
    EXPECT_EQ(set.items[4].group, "train");
    EXPECT_FALSE(set.is_features);
    EXPECT_TRUE(says(set, is_first ? "in the first column" : "in the last column"));
  }
  TempFolder folder;
  write_file(folder / "iris.csv", "id,length,width,species\n1,5.1,3.5,a\n2,4.9,3,a\n3,7,3.2,b\n");
  const Recordings set = load_recordings(
      folder.text(), {.label_column = "species", .drop_columns = {"id"}, .rows = RowsAre::kExamples});
  ASSERT_EQ(set.items.size(), 3u);
  EXPECT_EQ(set.items[2].values, (SensorValues{7, 3.2f}));
  EXPECT_EQ(set.labels, (Texts{"a", "b"}));
  EXPECT_TRUE(set.is_features);
}

std::string array(const std::vector<size_t> &shape, const std::vector<float> &values) {
  return format_npy_f32(shape, values.data());
}

TEST(Numpy, numbers_beyond_a_float_are_refused) {
  for (const double value : {1e300, -4e38, 3e38}) {
    TempFolder folder;
    const double values[2] = {1, value};
    write_file(folder / "X.npy",
               format_npy("<f8", {2, 1}, {reinterpret_cast<const char *>(values), sizeof values}));
    write_file(folder / "y.npy", array({2}, {0, 1}));
    if (value == 3e38)
      EXPECT_EQ(load_recordings(folder.text()).items.size(), 2u);
    else
      EXPECT_ERROR(load_recordings(folder.text()), "which is too large for a float");
  }
}

TEST(Numpy, pairs_one_hot_and_names_of_classes) {
  TempFolder folder;
  write_file(folder / "m.npz", format_zip({{"x_train.npy", array({2, 3}, {1, 2, 3, 4, 5, 6})},
                                           {"y_train.npy", array({2}, {0, 2})},
                                           {"x_test.npy", array({1, 3}, {7, 8, 9})},
                                           {"y_test.npy", array({1}, {1})},
                                           {"mean.npy", array({1}, {0})}}));
  const Recordings set = load_recordings(folder.text(), {.class_names = {"punch", "flex", "idle"}});
  ASSERT_EQ(set.items.size(), 3u);
  EXPECT_EQ(set.labels, (Texts{"punch", "flex", "idle"}));
  EXPECT_EQ(set.items[2].label, "flex");
  EXPECT_EQ(set.items[2].group, "test");
  EXPECT_TRUE(set.is_features);
  EXPECT_EQ(set.window(), 3);
  EXPECT_TRUE(says(set, "the arrays mean are not used"));
  EXPECT_ERROR(load_recordings(folder.text(), {.window = 2}), "is 2, but an example has 3 features");
  EXPECT_ERROR(load_recordings(folder.text(), {.class_names = {"a", "b"}}), "2 names for the classes 0 to 2");
  TempFolder hot;
  write_file(hot / "X.npy", array({3, 2, 1}, {1, 2, 3, 4, 5, 6}));
  write_file(hot / "y.npy", array({3, 3}, {0, 1, 0, 0, 0, 1, 1, 0, 0}));
  const Recordings one_hot = load_recordings(hot.text());
  EXPECT_EQ(one_hot.items[1].label, "2");
  EXPECT_FALSE(one_hot.is_features);
  EXPECT_TRUE(says(one_hot, "one-hot"));
  write_file(hot / "y.npy", array({3, 3}, {0, 1, 1, 0, 0, 1, 1, 0, 0}));
  EXPECT_ERROR(load_recordings(hot.text()), "is not one-hot");
}

// Reads these files from memory, as a run does that looks for them elsewhere.
FileSource source_of(const Recordings &set, const std::map<std::string, std::string> &bytes) {
  FileSource source;
  for (const SourceFile &f : set.files)
    (is_companion(f.path) ? source.companions : source.recordings).push_back(f.path);
  source.read = [bytes](const std::string &path) { return bytes.at(path); };
  return source;
}

TEST(Files, that_are_read_are_noted_and_can_lie_elsewhere) {
  const std::vector<std::map<std::string, std::string>> sets = {
      {{"X_train.npy", array({2, 3}, {1, 2, 3, 4, 5, 6})},
       {"y_train.npy", array({2}, {0, 1})},
       {"X_val.npy", array({1, 3}, {7, 8, 9})},
       {"y_val.npy", array({1}, {1})}},
      {{"X.npy", array({2, 3}, {1, 2, 3, 4, 5, 6})},
       {"y.npy", array({2}, {0, 1})},
       {"groups.npy", array({2}, {5, 6})}},
      {{"m.npz", format_zip({{"X.npy", array({2, 3}, {1, 2, 3, 4, 5, 6})}, {"y.npy", array({2}, {0, 1})}})}},
      {{"a.ts", "@classLabel true up\n@data\n1,2:up\n3,4:up\n"},
       {"b.csv", "5\n6\n"},
       {"c.ts", "@classLabel true up\n@data\n7,8:up\n"}},
      {{"wave/a.arff", "1,2\n3,4\n"}, {"idle/b.arff", "5,6\n7,8\n"}},
      {{"up/a.pgm", "P5 1 1 255\nA"}, {"down/b.pgm", "P5 1 1 255\nB"}},
      {{"t-images-idx3-ubyte", std::string("\0\0\x08\x03\0\0\0\x01\0\0\0\x01\0\0\0\x01Z", 17)},
       {"t-labels-idx1-ubyte", std::string("\0\0\x08\x01\0\0\0\x01\x03", 9)}},
  };
  for (const auto &files : sets) {
    TempFolder folder;
    std::map<std::string, std::string> bytes;
    for (const auto &[name, text] : files) {
      fs::create_directories((folder / name).parent_path());
      write_file(folder / name, text);
      bytes[(folder / name).string()] = text;
    }
    const Recordings set = load_recordings(folder.text());
    ASSERT_EQ(set.files.size(), bytes.size()) << files.begin()->first;
    for (const SourceFile &f : set.files) {
      EXPECT_EQ(f.bytes, bytes.at(f.path).size()) << f.path;
      EXPECT_EQ(f.sha256, sha256(bytes.at(f.path))) << f.path;
    }
    size_t at = 0;  // of each file in turn, as the record of a run has them
    for (const SourceFile &f : set.files)
      while (at < set.items.size() && set.items[at].file == f.path) ++at;
    EXPECT_EQ(at, set.items.size()) << files.begin()->first;
    for (const auto &[name, text] : files) fs::remove(folder / name);
    const Recordings again = load_recordings(folder.text(), {}, source_of(set, bytes));
    ASSERT_EQ(again.items.size(), set.items.size());
    for (size_t i = 0; i < set.items.size(); ++i) {
      EXPECT_EQ(again.items[i].label, set.items[i].label);
      EXPECT_EQ(again.items[i].group, set.items[i].group);
      EXPECT_EQ(again.items[i].values, set.items[i].values);
    }
    EXPECT_EQ(again.reading, set.reading);
  }
}

TEST(Files, are_wanted_or_left_out) {
  TempFolder folder;
  for (const char *name : {"a/x.csv", "a/y.csv", "b/x.csv", "c/x.csv"}) {
    fs::create_directories((folder / name).parent_path());
    write_file(folder / name, "1,2\n3,4\n");
  }
  const FoundFiles found =
      find_files(fs::path(folder.text()), {.files = {"a", "b/x.csv"}, .exclude = {"a/y.csv"}});
  EXPECT_EQ(found.recordings, (std::vector<fs::path>{folder / "a/x.csv", folder / "b/x.csv"}));
  ASSERT_EQ(found.notes.size(), 1u);
  EXPECT_EQ(found.notes[0].message, "left out by data.exclude");
  EXPECT_EQ(readable_files(),
            "a .csv, .tsv, .txt, .data, .npy, .npz, .ts, .arff, .png, .jpg, .bmp, .ppm, .pgm, .wav, .flac, "
            ".ogg, .aiff, .json, .cbor or idx3-ubyte file");
  EXPECT_EQ(reader_of("a/B.JPEG"), reader_of("c.png"));
  EXPECT_EQ(reader_of("a.doc"), nullptr);
}

TEST(Numpy, arrays_of_one_length_are_channels) {
  TempFolder folder;
  write_file(folder / "normal.npz",
             format_zip({{"DE.npy", array({3, 1}, {1, 2, 3})}, {"FE.npy", array({3, 1}, {4, 5, 6})}}));
  write_file(folder / "inner_7.npz", format_zip({{"DE.npy", array({2, 1}, {1, 2})},
                                                 {"BA.npy", array({2, 1}, {0, 0})},
                                                 {"FE.npy", array({2, 1}, {4, 5})}}));
  EXPECT_ERROR(load_recordings(folder.text()), "has 2 channels");
  const Recordings set = load_recordings(folder.text(), {.channels = {"DE", "FE"}});
  ASSERT_EQ(set.items.size(), 2u);
  EXPECT_EQ(set.items[1].values, (SensorValues{1, 4, 2, 5, 3, 6}));
  EXPECT_EQ(set.labels, (Texts{"inner", "normal"}));
}

TEST(Numpy, long_channels_are_cut_into_recordings) {
  TempFolder folder;
  write_file(folder / "normal.npz",
             format_zip({{"DE.npy", array({5}, {1, 2, 3, 4, 5})}, {"FE.npy", array({5}, {6, 7, 8, 9, 0})}}));
  write_file(folder / "inner.npz",
             format_zip({{"DE.npy", array({4}, {1, 2, 3, 4})}, {"FE.npy", array({4}, {5, 6, 7, 8})}}));
  const Recordings set = load_recordings(folder.text(), {.rows_per_recording = 2});
  ASSERT_EQ(set.items.size(), 4u);
  EXPECT_EQ(set.items[1].values, (SensorValues{3, 7, 4, 8}));  // inner
  EXPECT_EQ(set.items[1].first_line, 3);
  EXPECT_EQ(set.items[3].label, "normal");
  EXPECT_EQ(set.items[3].values, (SensorValues{3, 8, 4, 9}));
  EXPECT_TRUE(says(set, "an incomplete recording of 1 rows at its end was skipped; 2 were expected"));
  EXPECT_EQ(load_recordings(folder.text()).items.size(), 2u);
}

TEST(Bitmaps, give_the_stored_numbers) {
  const Image red{1, 2, 3, {255, 0, 0, 0, 0, 255}};
  EXPECT_EQ(with_channels(red, 1).pixels, (std::vector<uint8_t>{76, 29}));  // 0.299 * 255, 0.114 * 255
  EXPECT_EQ(with_channels({1, 1, 3, {0, 255, 0}}, 1).pixels[0], 150);       // 0.587 * 255
  EXPECT_EQ(parse_image("P6 # a comment\n2 1\n255\n\xff" + std::string("\0\0\0\0\xff", 5), "a.ppm").pixels,
            red.pixels);
  EXPECT_EQ(parse_image("P3\n2 1\n5\n5 0 0\n0 0 5\n", "a.ppm").pixels, red.pixels);
  EXPECT_EQ(parse_image(std::string("P5\n2 1\n65535\n\x80\0\xff\xff", 18), "a.pgm").pixels,
            (std::vector<uint8_t>{128, 255}));
  EXPECT_ERROR(parse_image("P5\n20 10\n255\nabc", "a.pgm"), "a.pgm: is a damaged PNM (it ends early)");
  EXPECT_ERROR(parse_image("P2\n99999 99999\n255\n1", "a.pgm"), "99999 x 99999 pixels");
  const auto le = [](uint32_t v) {
    return std::string{static_cast<char>(v), static_cast<char>(v >> 8), static_cast<char>(v >> 16),
                       static_cast<char>(v >> 24)};
  };
  // two rows of one pixel, the lower first: red above blue
  const std::string bmp = "BM" + le(62) + le(0) + le(54) + le(40) + le(1) + le(2) +
                          std::string("\1\0\x18\0", 4) + le(0) + le(8) + le(0) + le(0) + le(0) + le(0) +
                          std::string("\xff\0\0\0", 4) + std::string("\0\0\xff\0", 4);
  const Image image = parse_image(bmp, "a.bmp");
  EXPECT_EQ(image.pixels, red.pixels);
  EXPECT_EQ(image.height, 2);
  for (size_t n = 2; n + 1 < bmp.size(); ++n)
    EXPECT_THROW(parse_image(bmp.substr(0, n), "a.bmp"), Error) << n;
}

TEST(Propose, finds_recordings_without_separators) {
  TempFolder folder;
  for (const std::string label : {"flex", "punch"}) {
    std::string text = "aX,aY\n";
    for (int n = 0; n < 6; ++n)
      for (int t = 0; t < 40; ++t)
        text += std::to_string(std::sin(0.05 * t) * (n + 1)) + "," + std::to_string(std::cos(0.04 * t + n)) +
                "\n";
    write_file(folder / (label + ".csv"), text);
  }
  EXPECT_EQ(seams_of(load_recordings(folder.text())).length, 40);
  const Proposal p = propose_project({folder.text()}, "p");
  EXPECT_EQ(p.load.rows_per_recording, 40);
  EXPECT_EQ(p.load.window, 40);
  EXPECT_NE(p.toml.find("rows_per_recording = 40\n"), std::string::npos) << p.toml;
  EXPECT_NE(p.toml.find("# the label"), 0u);
  ASSERT_EQ(p.questions.size(), 1u);
  EXPECT_NE(p.questions[0].find("rate_hz"), std::string::npos);
  EXPECT_EQ(load_recordings(p.data_path, p.load).items.size(), 12u);
  EXPECT_ERROR(propose_project({folder.text() + "/missing"}, "p"), "no such file");
}

// `count` recordings of `length` rows in a row, each of which has an offset, of deviation `jump`.
Recordings without_marks(int length, int count, double jump, uint64_t seed) {
  Recordings set;
  set.channels = {"x", "y", "z"};
  Random random(seed);
  for (const char *label : {"a", "b"}) {
    Recording r;
    r.label = r.file = label;
    r.rows = length * count;
    double rest[3] = {};
    for (int t = 0; t < r.rows; ++t)
      for (double &offset : rest) {
        if (t % length == 0) offset = jump * random.normal();
        r.values.push_back(offset + random.normal());
      }
    set.items.push_back(r);
  }
  return set;
}

// Without a mean.npy beside it, what a scaler leaves is told by the values themselves.
TEST(Npy, that_was_normalized_before_it_was_saved_is_a_finding) {
  for (const double offset : {0.0, 0.2}) {
    test::TempFolder folder;
    std::vector<float> x;
    std::vector<float> y;
    for (int n = 0; n < 400; ++n) {
      const double sign = n % 4 < 2 ? 1 : -1;  // each value with its opposite, of the deviation 1
      for (int k = 0; k < 6; ++k) x.push_back(sign * ((n + k) % 2 ? 1.2 : 0.7483) + offset);
      y.push_back(n % 2);
    }
    write_file(folder / "X.npy", array({400, 6}, x));
    write_file(folder / "y.npy", array({400}, y));
    EXPECT_EQ(says(load_recordings(folder.text()), "was normalized before it was saved"), offset == 0)
        << offset;
  }
}

// Few seams at a long multiple jump farther by chance than many at the length.
TEST(Seams, are_at_the_shortest_length_whatever_its_multiples_do) {
  for (const auto &[length, count] :
       {std::pair{128, 16}, {100, 20}, {64, 12}, {50, 12}, {119, 10}, {60, 10}, {37, 20}})
    for (uint64_t seed = 1; seed <= 8; ++seed)
      EXPECT_EQ(seams_of(without_marks(length, count, 12, seed)).length, length) << seed;
  EXPECT_EQ(seams_of(without_marks(100, 20, 0, 1)).length, 0);
}

// Jumps that are hardly more than steps: if a length is proposed, so is the question.
// Steps are large where the motion is, in the middle of the file, and that is no seam.
TEST(Seams, are_not_the_middle_of_a_motion) {
  for (const int rows : {64, 90, 100, 128, 150, 200}) {
    Recordings set;
    set.channels = {"x", "y"};
    Random random(rows);
    for (int k = 0; k < 30; ++k) {
      Recording r{"a", "a.csv", "", 1, rows, {}};
      for (int t = 0; t < rows; ++t)
        for (int c = 0; c < 2; ++c) {
          const double near = (t - rows / 2.0) / (rows / 8.0);
          r.values.push_back(0.02 * random.normal() +
                             3 * std::exp(-near * near) * std::sin(t * (0.9 + c) + k));
        }
      set.items.push_back(std::move(r));
    }
    EXPECT_EQ(seams_of(set).length, 0) << rows;
  }
}

TEST(Seams, that_are_undecided_are_asked_for) {
  int asked = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const Seams seams = seams_of(without_marks(50, 12, 2.7, seed));
    EXPECT_TRUE(seams.length == 0 || seams.length == 50 || seams.other > 0) << seams.length;
    asked += seams.other > 0;
  }
  EXPECT_GT(asked, 0);
}

// acc_1 and gyro_1 are one recording; punch_1 and flex_1 are not.
TEST(Join, puts_the_files_of_one_recording_side_by_side) {
  TempFolder folder;
  for (int n = 1; n <= 4; ++n)
    for (const std::string sensor : {"acc", "gyro"}) {
      std::string text;
      for (int t = 0; t < 20 + n; ++t)
        text += std::to_string(sensor == "acc" ? t * t % 7 : -t * t % 5) + " " +
                std::to_string(std::sin(t * n)) + "\n";
      write_file(folder / (sensor + "_" + (n % 2 ? "walk" : "sit") + "_" + std::to_string(n) + ".txt"), text);
    }
  write_file(folder / "notes.csv", "1,2,3\n");
  const Proposal p = propose_project({folder.text()}, "p");
  EXPECT_EQ(p.load.join, (Texts{"acc", "gyro"}));
  EXPECT_EQ(p.load.exclude, (Texts{"notes.csv"}));
  EXPECT_NE(p.toml.find("join = [\"acc\", \"gyro\"]\n"), std::string::npos);
  const Recordings set = load_recordings(p.data_path, p.load);
  ASSERT_EQ(set.items.size(), 4u);
  EXPECT_EQ(set.channels, (Texts{"acc_c0", "acc_c1", "gyro_c0", "gyro_c1"}));
  EXPECT_EQ(set.labels, (Texts{"sit", "walk"}));
  EXPECT_EQ(set.items[0].values[4 * 3], 2);       // 9 % 7 of acc
  EXPECT_EQ(set.items[0].values[4 * 3 + 2], -4);  // -9 % 5 of gyro
  LoadOptions o = p.load;
  o.exclude.clear();
  EXPECT_ERROR(load_recordings(p.data_path, o), "has none of the words of data.join");
  write_file(folder / "gyro_walk_1.txt", "1 2\n3 4\n");
  EXPECT_ERROR(load_recordings(p.data_path, p.load), "has 2 rows");
  fs::remove(folder / "gyro_walk_1.txt");
  EXPECT_ERROR(load_recordings(p.data_path, p.load), "has no file of 'gyro' beside it");
  TempFolder classes;
  for (const char *name : {"punch_1.csv", "flex_1.csv", "punch_2.csv", "flex_2.csv"}) {
    std::string text;
    for (int t = 0; t < 20; ++t) text += std::to_string(std::sin(t * name[0])) + "\n";
    write_file(classes / name, text);
  }
  EXPECT_TRUE(propose_project({classes.text()}, "p").load.join.empty());
}

TEST(Join, keeps_a_clock_that_all_files_share_once) {
  TempFolder folder;
  for (const std::string label : {"up", "down"})
    for (const std::string sensor : {"Accelerometer", "Gyroscope"}) {
      fs::create_directories(folder / label);
      std::string text = "time_ms,x,y\n";
      for (int t = 0; t < 20; ++t)
        text += std::to_string(20 * t) + "," + std::to_string(std::sin(t + sensor.size())) + ",1.5\n";
      write_file(folder / label / (sensor + ".csv"), text);
    }
  const Recordings set = load_recordings(folder.text(), {.join = {"accelerometer", "gyroscope"}});
  EXPECT_EQ(set.channels, (Texts{"accelerometer_x", "accelerometer_y", "gyroscope_x", "gyroscope_y"}));
  EXPECT_EQ(set.rate_hz, 50);
  EXPECT_EQ(set.labels, (Texts{"down", "up"}));
}

TEST(Propose, asks_about_a_column_of_integers_that_stay) {
  TempFolder folder;
  std::string text;
  for (int r = 0; r < 240; ++r) {
    text += std::to_string(std::sin(r * 1.3)) + "," + std::to_string(std::cos(r * 0.9)) + ",";
    text += std::to_string(r / 40 % 3) + "\n";
  }
  write_file(folder / "log.csv", text);
  const Proposal p = propose_project({folder.text()}, "p");
  EXPECT_EQ(p.load.label_column, "c2");
  EXPECT_EQ(p.labels, (Texts{"0", "1", "2"}));
  EXPECT_EQ(p.recordings, 6u);
  EXPECT_NE(p.toml.find("label_column = \"c2\"\n"), std::string::npos);
  EXPECT_NE(p.questions.at(0).find("is column 'c2' the class of a row?"), std::string::npos);
}

// Bytes of an .npy of text, as numpy writes "<U" and "|S".
std::string text_array(const std::string &type, size_t rows, const std::string &body) {
  std::string header =
      "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + std::to_string(rows) + ",), }";
  header.append(63 - (10 + header.size()) % 64, ' ');
  header += '\n';
  return std::string("\x93NUMPY\x01\0", 8) + static_cast<char>(header.size()) + '\0' + header + body;
}

TEST(Numpy, labels_may_be_texts) {
  TempFolder folder;
  write_file(folder / "X.npy", array({2, 3}, {1, 2, 3, 4, 5, 6}));
  write_file(folder / "y.npy", text_array("<U2", 2, std::string("u\0\0\0p\0\0\0\xfc\0\0\0\0\0\0\0", 16)));
  EXPECT_EQ(load_recordings(folder.text()).labels, (Texts{"up", "\xC3\xBC"}));
  write_file(folder / "y.npy", text_array("|S3", 2, std::string("up\0off", 6)));
  EXPECT_EQ(load_recordings(folder.text()).items[1].label, "off");
  write_file(folder / "y.npy", text_array("|S3", 2, std::string("up\0\0\0\0", 6)));
  EXPECT_ERROR(load_recordings(folder.text()), "y[1] is an empty text");
  write_file(folder / "y.npy", text_array("|S3", 2, "up"));
  EXPECT_ERROR(load_recordings(folder.text()), "promises 2 values of 3 bytes");
  write_file(folder / "y.npy", text_array("|O", 2, "up"));
  EXPECT_ERROR(load_recordings(folder.text()),
               "Python objects, which are not read; save labels with y.astype(str)");
  write_file(folder / "X.npy", text_array("|S3", 2, std::string("up\0off", 6)));
  EXPECT_ERROR(load_recordings(folder.text()), "float32, float64 and integers are read");
}

TEST(Numpy, mean_and_deviation_of_a_script_are_read) {
  TempFolder folder;
  std::vector<float> x;
  for (int i = 0; i < 20; ++i) x.insert(x.end(), {i % 2 ? 1.0f : -1.0f, i % 4 < 2 ? 1.0f : -1.0f});
  std::vector<float> y(20);
  for (size_t i = 0; i < 20; ++i) y[i] = static_cast<float>(i % 2);
  write_file(folder / "X.npy", array({20, 2}, x));
  write_file(folder / "y.npy", array({20}, y));
  write_file(folder / "mean.npy", array({1, 2}, {50, 7}));
  write_file(folder / "std.npy", array({2}, {4, 8}));
  const Recordings set = load_recordings(folder.text());
  EXPECT_EQ(set.items.size(), 20u);
  EXPECT_EQ(set.given_mean, (std::vector<float>{50, 7}));
  EXPECT_EQ(set.all().given_deviation, (std::vector<float>{4, 8}));
  EXPECT_EQ(set.files.size(), 4u);
  EXPECT_TRUE(says(set, "seems to be normalized by mean.npy and std.npy already"));
  write_file(folder / "std.npy", array({1}, {4}));
  EXPECT_ERROR(load_recordings(folder.text()), "has 1 values, mean.npy has 2");
  write_file(folder / "std.npy", array({2}, {4, 0}));
  EXPECT_ERROR(load_recordings(folder.text()), "std[1] = 0 is no deviation");
}

struct SharedSet {
  const char *path;
  size_t recordings, classes, channels;
  int rows_per_recording;
  size_t most_questions;
};

// What is proposed against what ../shared/data/README.md says of each set.
TEST(Propose, understands_the_sets_of_others) {
  MOTE_NEED_SHARED_DATA();
  for (const SharedSet &s : {SharedSet{"gestures/martinlindholdt", 265, 5, 6, 0, 1},
                             {"gestures/rawalc", 21, 2, 6, 0, 1},
                             {"gestures/devnithw", 20, 2, 6, 119, 1},
                             {"gestures/yankunm", 30, 2, 6, 0, 1},
                             {"gestures/NeethuESim", 20, 2, 6, 119, 1},
                             {"gestures/spaziochirale", 26, 2, 6, 0, 1},
                             {"optdigits", 3823, 10, 1, 0, 1},
                             {"notmnist", 10000, 10, 1, 0, 0},
                             {"magic_wand_mwuec", 822, 3, 3, 0, 1}}) {
    const Proposal p = propose_project({test::shared_data() + "/" + s.path}, "p");
    const Recordings set = load_recordings(p.data_path, p.load, true);
    EXPECT_EQ(set.items.size(), s.recordings) << s.path;
    EXPECT_EQ(set.labels.size(), s.classes) << s.path;
    EXPECT_EQ(set.channels.size(), s.channels) << s.path;
    EXPECT_EQ(p.load.rows_per_recording, s.rows_per_recording) << s.path;
    EXPECT_LE(p.questions.size(), s.most_questions) << s.path;
  }
}

}  // namespace
}  // namespace mote
