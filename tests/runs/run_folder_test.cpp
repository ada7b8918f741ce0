// Run folders: names sort by time, the newest is found by name, paths inside the project are relative.
//
// What a run says of itself: run_test.cpp.
#include "runs/run_folder.h"

#include "test_support.h"

namespace mote {
namespace {

TEST(RunFolder, names_sort_by_time_then_counter) {
  const std::vector<std::string> order = {"baseline",
                                          "zebra",
                                          "20251122-134000-wave",
                                          "20261122-134000-wave",
                                          "20261122-134000-wave-2",  // an older mote counted so
                                          "20261122-134000-wave-03",
                                          "20261122-134000-wave-09",
                                          "20261122-134000-wave-10",
                                          "20261122-134000-wave-100",
                                          "20261122-134001-wave"};
  for (size_t a = 0; a < order.size(); ++a)
    for (size_t b = 0; b < order.size(); ++b)
      EXPECT_EQ(is_older_run(order[a], order[b]), a < b) << order[a] << " " << order[b];
}

TEST(RunFolder, the_newest_is_found_by_name_and_touching_changes_nothing) {
  const test::TempFolder folder;
  for (const char *name : {"20261122-134000-w-10", "20261122-134000-w-09", "20261122-134000-w", "mine"}) {
    fs::create_directories(folder / "runs" / name);
    write_file(folder / "runs" / name / run_file::kRecord, "{}");
    write_file(folder / "runs" / name / run_file::kModel, "x");
  }
  write_file(folder / "runs" / "20261122-134000-w" / run_file::kRecord, "{ }");
  EXPECT_EQ(find_run("", folder.text()).path, (folder / "runs" / "20261122-134000-w-10").string());
  const std::string named = (folder / "runs" / "20261122-134000-w-10").string();
  EXPECT_EQ(find_run(named + "/").path, named);  // as a shell completes it
  EXPECT_EQ(find_run(named + "//").path, named);
}

TEST(RunFolder, paths_inside_the_project_are_relative) {
  EXPECT_EQ(path_within("/a/b", "/a/b/data/x.csv"), "data/x.csv");
  EXPECT_EQ(path_within("/a/b/", "/a/b/c/../data"), "data");
  EXPECT_EQ(path_within("/a/b", "/a/bc/data"), "/a/bc/data");
  EXPECT_EQ(path_within("/a/b", "/a/b/../data"), "/a/data");
  EXPECT_EQ(path_within(".", "data"), "data");
}

}  // namespace
}  // namespace mote
