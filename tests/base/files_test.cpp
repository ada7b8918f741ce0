// Limits and leftovers of files, archives and checksums.
#include <sys/wait.h>
#include <unistd.h>

#include <set>

#include "base/checksum.h"
#include "base/files.h"
#include "base/staged_folder.h"
#include "base/zip.h"
#include "test_support.h"

namespace mote {
namespace {

using test::TempFolder;

TEST(ReadFile, keeps_its_limit_to_the_byte) {
  const TempFolder folder;
  const fs::path path = folder / "ten";
  write_file(path, "0123456789");
  EXPECT_EQ(read_file(path, 10), "0123456789");
  EXPECT_ERROR(read_file(path, 9), "is 10 bytes large; at most 9 are read");
  write_file(path, "");
  EXPECT_EQ(read_file(path, 0), "");
  write_file(path, std::string(100000, 'x') + "end");
  EXPECT_EQ(read_file(path).substr(99999), "xend");
  EXPECT_FALSE(read_file("/proc/self/status").empty());  // whose size the system gives as 0
  EXPECT_ERROR(read_file("/proc/self/status", 20), "at most 20 are read");
}

TEST(Leftovers, of_killed_writers_go_and_those_of_living_ones_stay) {
  const TempFolder folder;
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  ASSERT_GT(child, 0);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);  // a process that is no more
  const std::string dead = std::to_string(child), self = std::to_string(::getpid());
  // process 1 lives, though not everybody may send it a signal
  const std::vector<std::string> names = {
      "run",      "run.tmp-1", "run.tmp-" + dead,  "run.tmp-" + self, "other.tmp-" + dead,
      "run.tmp-", "run.tmp-x", "a.run.tmp-" + dead};
  for (const std::string &name : names) write_file(folder / name, "x");
  fs::create_directories(folder / (".run.tmp-" + dead) / "deep");
  fs::create_directories(folder / (".run.tmp-" + self));
  remove_leftovers(folder / "run");
  std::set<std::string> left;
  for (const auto &entry : fs::directory_iterator(folder / "")) left.insert(entry.path().filename());
  EXPECT_EQ(left, (std::set<std::string>{"run.tmp-1", "run.tmp-" + self, "other.tmp-" + dead, "run.tmp-",
                                         "run.tmp-x", "run", "a.run.tmp-" + dead, ".run.tmp-" + self}));
}

TEST(StagedFolder, without_commit_leaves_the_target_as_it_was) {
  const TempFolder folder;
  fs::create_directories(folder / "out");
  write_file(folder / "out/a", "old");
  {
    StagedFolder staged(folder / "out/");  // the slash at the end names the same folder
    staged.write("a", "new");
    staged.write("b", "new");
  }
  EXPECT_EQ(read_file(folder / "out/a"), "old");
  EXPECT_FALSE(fs::exists(folder / "out/b"));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder / ""), fs::directory_iterator()), 1);
  write_file(folder / "file", "x");
  EXPECT_ERROR(StagedFolder(folder / "file"), "exists and is not a folder");
}

TEST(Zip, keeps_its_limit_for_all_entries_together) {
  const ZipEntries entries = {{"a", std::string(300, 'a')}, {"b", std::string(200, 'b')}};
  const std::string bytes = format_zip(entries);
  EXPECT_EQ(parse_zip(bytes, "x", 500), entries);
  EXPECT_ERROR(parse_zip(bytes, "x", 499), "unpacks to more bytes than are accepted");
  const TempFolder folder;
  write_file(folder / "x.zip", bytes);
  EXPECT_EQ(read_zip((folder / "x.zip").string(), 500), entries);
  EXPECT_ERROR(parse_zip(std::string(21, 'x'), "x.zip"), "x.zip: is not a zip archive");
}

// Which of the two counts, readers of archives do not agree on.
TEST(Zip, two_entries_of_one_name_are_refused) {
  std::string bytes = format_zip({{"one-a", "x"}, {"one-b", "y"}});
  for (size_t at; (at = bytes.find("one-b")) != std::string::npos;) bytes.replace(at, 5, "one-a");
  EXPECT_ERROR(parse_zip(bytes, "x.zip"), "is not a readable zip archive");
}

TEST(Checksum, is_crc_32) {  // the check value of the catalogue of CRC algorithms
  EXPECT_EQ(checksum("123456789"), 0xCBF43926u);
  EXPECT_EQ(checksum(""), 0u);
}

TEST(TemporaryFolder, is_nobody_elses_and_goes_with_what_is_in_it) {
  fs::path first;
  {
    const TemporaryFolder a("mote-x"), b("mote-x");
    first = a.path();
    EXPECT_NE(a.path(), b.path());
    EXPECT_TRUE(first.filename().string().starts_with("mote-x-"));
    write_file(first / "file", "x");
  }
  EXPECT_FALSE(fs::exists(first));
}

}  // namespace
}  // namespace mote
