// Folders that are exchanged as a whole, and what stays in them.
#include "base/staged_folder.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/process.h"
#include "test_support.h"

namespace mote {
namespace {

using test::TempFolder;

ino_t inode_of(const fs::path &path) {
  struct stat is {};
  return ::stat(path.c_str(), &is) == 0 ? is.st_ino : 0;
}

class Replaced : public ::testing::Test {
 protected:
  Replaced() : target_(folder_ / "out") {
    fs::create_directories(target_ / "src/deep");
    fs::create_directories(target_ / "empty");
    for (const char *file : {"a", "src/ours", "src/deep/ours", "mine", "src/mine"})
      write_file(target_ / file, "old");
    fs::create_symlink("nowhere", target_ / "link");
    ::chmod(target_.c_str(), 0750);
  }

  void replace(const fs::path &target) const {
    StagedFolder staged(target);
    staged.write("a", "new");
    staged.write("b/c", "new");
    staged.commit_whole([](const fs::path &file) { return file.filename() != "ours"; });
  }

  void expect_replaced() const {
    EXPECT_EQ(read_file(target_ / "a"), "new");
    EXPECT_EQ(read_file(target_ / "b/c"), "new");
    EXPECT_EQ(read_file(target_ / "mine"), "old");
    EXPECT_EQ(read_file(target_ / "src/mine"), "old");
    EXPECT_FALSE(fs::exists(target_ / "src/ours"));
    EXPECT_FALSE(fs::exists(target_ / "src/deep"));
    EXPECT_TRUE(fs::is_directory(target_ / "empty"));
    EXPECT_EQ(fs::read_symlink(target_ / "link"), "nowhere");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_ / ""), fs::directory_iterator()), 1);
  }

  TempFolder folder_;
  fs::path target_;
};

TEST_F(Replaced, at_once_with_what_is_kept) {
  const ino_t folder = inode_of(target_), kept = inode_of(target_ / "mine");
  replace(target_);
  expect_replaced();
  EXPECT_NE(inode_of(target_), folder);  // another folder took the name
  EXPECT_EQ(inode_of(target_ / "mine"), kept);
  EXPECT_EQ(fs::status(target_).permissions(), fs::perms(0750));
}

TEST_F(Replaced, file_by_file_where_somebody_works_in_it) {
  int ready[2], over[2];
  ASSERT_EQ(::pipe(ready), 0);
  ASSERT_EQ(::pipe(over), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    char byte = 0;
    ::close(over[1]);
    bool is_there = ::chdir((target_ / "src").c_str()) == 0 && ::write(ready[1], "x", 1) == 1;
    is_there = is_there && ::read(over[0], &byte, 1) == 0;
    ::_exit(is_there && fs::exists("mine") ? 0 : 1);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  const ino_t folder = inode_of(target_);
  replace(target_);
  expect_replaced();
  EXPECT_EQ(inode_of(target_), folder);
  for (const int fd : {ready[0], ready[1], over[0], over[1]}) ::close(fd);
  int status = 1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);  // it still stands in a folder with a name
}

TEST_F(Replaced, through_a_link_the_folder_behind_it) {
  const TempFolder other;
  fs::create_directory_symlink(target_, other / "link");
  replace(other / "link");
  expect_replaced();
  EXPECT_TRUE(fs::is_symlink(other / "link"));
}

TEST_F(Replaced, only_by_a_commit) {
  {
    StagedFolder staged(target_);
    staged.write("a", "new");
  }
  EXPECT_EQ(read_file(target_ / "a"), "old");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_ / ""), fs::directory_iterator()), 1);
}

TEST(Process, says_how_a_program_ended) {
  EXPECT_EQ(run_process({"sh", "-c", "exit 3"}).status, 3);
  EXPECT_EQ(run_process({"sh", "-c", "exit 127"}).status, 127);
  EXPECT_EQ(run_process({"sh", "-c", "kill -9 $$"}).status, 128 + 9);
  EXPECT_EQ(run_process({"sh", "-c", "echo a; echo b >&2"}).output, "a\nb\n");
  const ProcessResult absent = run_process({"/no/such/program"});
  EXPECT_EQ(absent.status, -1);
  EXPECT_EQ(absent.error, "No such file or directory");
  const TempFolder folder;
  write_file(folder / "text", "not a program");
  EXPECT_EQ(run_process({(folder / "text").string()}).error, "Permission denied");
}

TEST(TemporaryFolders, say_that_TMPDIR_is_not_there) {
  const char *before = std::getenv("TMPDIR");
  const std::string kept = before ? before : "";
  ::setenv("TMPDIR", "/no/such/folder", 1);
  EXPECT_ERROR(TemporaryFolder("mote-test"), "/no/such/folder: cannot make a temporary folder in it");
  if (before)
    ::setenv("TMPDIR", kept.c_str(), 1);
  else
    ::unsetenv("TMPDIR");
}

}  // namespace
}  // namespace mote
