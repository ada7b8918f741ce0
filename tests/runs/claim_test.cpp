// Names of runs are claimed: two trainings that begin at once get two, and a name is freed by its holder's
// death.
//
// Resuming what was killed: tests/e2e/resume.sh.
#include "runs/claim.h"

#include <sys/wait.h>
#include <unistd.h>

#include "base/files.h"
#include "runs/unfinished.h"
#include "test_support.h"

namespace mote {
namespace {

Project project_in(const test::TempFolder &folder) {
  Project p;
  p.folder = folder.text();
  p.name = "wave";
  return p;
}

size_t entries(const fs::path &folder) {
  return static_cast<size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(Claim, no_two_have_one_name_and_nothing_is_left) {
  const test::TempFolder folder;
  {
    std::set<std::string> names;
    std::vector<RunClaim> claims;
    for (int i = 0; i < 12; ++i) {
      claims.push_back(RunClaim::next(project_in(folder)));
      names.insert(claims.back().path());
    }
    EXPECT_EQ(names.size(), 12u);
  }
  EXPECT_EQ(entries(folder / "runs"), 0u);
}

TEST(Claim, a_run_and_an_unfinished_training_keep_their_names) {
  const test::TempFolder folder;
  const std::string first = RunClaim::next(project_in(folder)).path();
  write_file(unfinished_path(first), "x");
  const std::string second = RunClaim::next(project_in(folder)).path();
  EXPECT_NE(second, first);
}

TEST(Claim, a_certain_name_is_held_by_one_and_freed_by_its_death) {
  const test::TempFolder folder;
  const std::string path = (folder / "runs" / "a").string();
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto claim = RunClaim::of(path);
    const char said = claim ? 'y' : 'n';
    if (write(ready[1], &said, 1) != 1) _exit(1);
    pause();
  }
  char said = 0;
  ASSERT_EQ(read(ready[0], &said, 1), 1);
  EXPECT_EQ(said, 'y');
  EXPECT_FALSE(RunClaim::of(path).has_value());
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(fs::exists(folder / "runs" / ".a.lock"));  // litter that blocks nobody
  EXPECT_TRUE(RunClaim::of(path).has_value());
  EXPECT_FALSE(fs::exists(folder / "runs" / ".a.lock"));
  close(ready[0]);
  close(ready[1]);
}

}  // namespace
}  // namespace mote
