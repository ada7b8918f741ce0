// A run read once: its files and their digests, how it was made, its windows; damaged records are refused.
//
// Each field of a record changed: tests/workflow/hostile_run_test.cpp.
#include "mote/runs.h"

#include "base/digest.h"
#include "base/staged_folder.h"
#include "runs/golden.h"
#include "runs/made_how.h"
#include "runs/unfinished.h"
#include "test_support.h"

namespace mote {
namespace {

TEST(Digest, is_that_of_fips_180_4) {
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Run, each_file_is_read_once) {
  const test::TempFolder folder;
  write_file(folder / run_file::kRecord, "{\"name\": \"a\"}");
  const mote::Run run(RunFolder{folder.text(), folder.text()});
  write_file(folder / run_file::kRecord, "not JSON");
  EXPECT_EQ(run.json(run_file::kRecord).at("name"), "a");
  EXPECT_TRUE(run.json(run_file::kFolds).is_null());
  run.write(run_file::kFolds, "[1]");
  EXPECT_EQ(run.json(run_file::kFolds).at(0), 1);
  EXPECT_EQ(run.digest(run_file::kFolds), sha256(read_file(folder / run_file::kFolds)));
}

TEST(Run, a_record_that_is_damaged_or_newer_is_refused) {
  const test::TempFolder folder;
  const auto open = [&](const std::string &text) {
    write_file(folder / run_file::kRecord, text);
    return mote::Run(RunFolder{folder.text(), folder.text()});
  };
  EXPECT_ERROR(open("{"), "run.json: is damaged");
  EXPECT_ERROR(open("[1]"), "is damaged");
  EXPECT_ERROR(open("{\"format\": \"x\"}"), "is damaged");
  EXPECT_ERROR(open("{\"format\": 99}"), "has format 99; this mote reads up to 2");
  EXPECT_FALSE(open("{\"name\": \"a\"}").knows_its_data());
  EXPECT_ERROR(open("{\"format\": 2}").data_digest(), "is damaged");
}

TEST(Unfinished, a_sound_of_the_background_is_part_of_what_it_was_made_of) {
  const test::TempFolder folder;
  TrainOptions options;
  options.augment.sound.background = folder.text();
  write_file(folder / "hum.wav", "one");
  const uint32_t before = digest_of({}, options);
  write_file(folder / "notes.txt", "where it was recorded");
  EXPECT_EQ(digest_of({}, options), before);
  write_file(folder / "hum.wav", "two");
  EXPECT_NE(digest_of({}, options), before);
}

TEST(MadeHow, a_name_changes_nothing_and_a_part_does) {
  Recordings set;
  set.files = {{"/p/data/a.csv", 3, "aa"}, {"/p/data/b.csv", 4, "bb"}};
  for (const char *file : {"/p/data/a.csv", "/p/data/a.csv", "/p/data/b.csv"})
    set.items.push_back({"x", file, "", 1, 2, {}});
  const auto record = recordings_record(set, "tvx", "/p");
  EXPECT_EQ(record[0],
            (nlohmann::json{
                {"path", "data/a.csv"}, {"bytes", 3}, {"sha256", "aa"}, {"recordings", 2}, {"parts", "tv"}}));
  EXPECT_EQ(record[1].at("part"), "test");
  Recordings renamed = set;
  renamed.files[0].path = "/p/data/aa.csv";
  renamed.items[0].file = renamed.items[1].file = "/p/data/aa.csv";
  EXPECT_EQ(digest_of_data(recordings_record(renamed, "tvx", "/p")), digest_of_data(record));
  EXPECT_NE(digest_of_data(recordings_record(set, "ttx", "/p")), digest_of_data(record));
}

TEST(Golden, windows_come_back_and_are_those_an_exporter_would_take) {
  Splits splits;
  Dataset &test = splits.test;
  test.window = 3;
  test.channels = 2;
  test.labels = {"a", "b"};
  test.channel_names = {"x", "y"};
  constexpr size_t kWindows = 1000;
  for (size_t i = 0; i < kWindows; ++i) {
    for (int v = 0; v < 6; ++v) test.values.push_back(static_cast<float>(i) + 0.1f * static_cast<float>(v));
    test.classes.push_back(i % 2);
    test.sources.push_back({"f.csv", static_cast<long>(i), 0});
  }
  const test::TempFolder folder;
  StagedFolder staged(folder / "r");
  add_golden(staged, splits);
  staged.commit();
  write_file(folder / "r" / run_file::kRecord, "{}");
  const Dataset kept = golden_windows(mote::Run(RunFolder{(folder / "r").string(), folder.text()}));
  ASSERT_EQ(kept.size(), 256u);
  for (const size_t count : {1, 16, 64})
    for (size_t n = 0; n < count; ++n) {
      const float *a = kept.example(n * kept.size() / count), *b = test.example(n * kWindows / count);
      EXPECT_TRUE(std::equal(a, a + 6, b)) << n << " of " << count;
    }
  fs::remove(folder / "r" / run_file::kGolden);
  EXPECT_EQ(golden_windows(mote::Run(RunFolder{(folder / "r").string(), folder.text()})).size(), 0u);
}

}  // namespace
}  // namespace mote
