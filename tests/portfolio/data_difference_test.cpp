// Recordings of two runs by hand: what is gone, new, changed, renamed or in another part is known.
#include "portfolio/data_difference.h"

#include "run_folders.h"

namespace mote {
namespace {

using nlohmann::json;

json recording(const std::string &path, const std::string &digest, const std::string &part) {
  return {{"path", path}, {"bytes", 3}, {"sha256", digest}, {"recordings", 1}, {"part", part}};
}

class DataDifference : public ::testing::Test {
 protected:
  mote::Run run(const std::string &name, const std::string &digest, const json &recordings) {
    const fs::path path = test::make_run(folder_.path(), {.name = name, .data = digest});
    json record = json::parse(read_file(path / run_file::kRecord));
    record["recordings"] = recordings;
    test::write_record(path, run_file::kRecord, record);
    return mote::Run(RunFolder{path.string(), folder_.text(), {}});
  }
  test::TempFolder folder_;
};

TEST_F(DataDifference, each_file_is_told_once_and_by_its_content) {
  const mote::Run a = run("a", "1",
                          {recording("same.csv", "s", "train"), recording("gone.csv", "g", "train"),
                           recording("edited.csv", "e1", "val"), recording("old.csv", "o", "test"),
                           recording("moved.csv", "m", "train")});
  const mote::Run b = run("b", "2",
                          {recording("same.csv", "s", "train"), recording("edited.csv", "e2", "val"),
                           recording("new.csv", "o", "test"), recording("moved.csv", "m", "test"),
                           recording("fresh.csv", "f", "train")});
  const json d = data_difference(a, b);
  EXPECT_EQ(d.at("same"), false);
  EXPECT_EQ(d.at("only_a"), json::array({"gone.csv"}));
  EXPECT_EQ(d.at("only_b"), json::array({"fresh.csv"}));
  EXPECT_EQ(d.at("changed"), json::array({"edited.csv"}));
  EXPECT_EQ(d.at("renamed"), json::array({json::array({"old.csv", "new.csv"})}));
  EXPECT_EQ(d.at("other_parts"), json::array({"moved.csv"}));
  EXPECT_EQ(data_sentence(d, "A", "B"),
            "Recordings of A and B: 1 only in A (gone.csv); 1 only in B (fresh.csv); 1 of other content "
            "(edited.csv); "
            "1 renamed (old.csv -> new.csv); 1 divided into other parts (moved.csv)");
}

TEST_F(DataDifference, the_same_and_the_unknown) {
  const json files = json::array({recording("x.csv", "s", "train")});
  const mote::Run a = run("a", "1", files), b = run("b", "1", files);
  EXPECT_EQ(data_sentence(data_difference(a, b), "A", "B"),
            "Recordings of A and B: the same file in the same parts");
  const fs::path old = folder_ / "runs" / "old";
  fs::create_directories(old);
  write_file(old / run_file::kRecord, "{}");
  EXPECT_NE(
      data_sentence(data_difference(a, mote::Run(RunFolder{old.string(), folder_.text(), {}})), "A", "B")
          .find("does not say which"),
      std::string::npos);
}

}  // namespace
}  // namespace mote
