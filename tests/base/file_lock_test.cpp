// Locks that one holds after the other, threads as well as processes.
#include "base/file_lock.h"

#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "base/files.h"
#include "test_support.h"

namespace mote {
namespace {

TEST(FileLock, is_of_one_and_leaves_nothing) {
  const test::TempFolder folder;
  const fs::path file = folder / ".a.lock";
  {
    std::optional<FileLock> first = FileLock::try_of(file);
    ASSERT_TRUE(first.has_value());
    EXPECT_FALSE(FileLock::try_of(file).has_value());
    const FileLock moved = std::move(*first);
    first.reset();
    EXPECT_FALSE(FileLock::try_of(file).has_value());
    EXPECT_TRUE(FileLock::try_of(folder / ".b.lock").has_value());
  }
  EXPECT_FALSE(fs::exists(file));
  EXPECT_TRUE(FileLock::try_of(file).has_value());
}

TEST(FileLock, is_waited_for) {
  const test::TempFolder folder;
  const fs::path file = folder / "lock";
  int inside = 0, most = 0, times = 0;  // by whoever holds it
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int k = 0; k < 100; ++k) {
        const FileLock lock(file);
        most = std::max(most, ++inside);
        std::this_thread::yield();
        ++times;
        --inside;
      }
    });
  for (std::thread &t : threads) t.join();
  EXPECT_EQ(most, 1);
  EXPECT_EQ(times, 400);
  EXPECT_FALSE(fs::exists(file));
}

TEST(FileLock, of_a_process_that_is_killed_is_free) {
  const test::TempFolder folder;
  const fs::path file = folder / "lock";
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    const FileLock lock(file);
    if (write(ready[1], "x", 1) != 1) _exit(1);
    pause();
  }
  char said = 0;
  ASSERT_EQ(read(ready[0], &said, 1), 1);
  EXPECT_FALSE(FileLock::try_of(file).has_value());
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(fs::exists(file));
  { const FileLock lock(file); }
  EXPECT_FALSE(fs::exists(file));
  close(ready[0]);
  close(ready[1]);
}

TEST(FileLock, in_a_folder_that_is_not_there_is_an_error) {
  const test::TempFolder folder;
  EXPECT_ERROR(FileLock::try_of(folder / "none" / "lock"), "cannot create the file: No such file");
  EXPECT_ERROR(FileLock(folder / "none" / "lock"), "cannot create the file: No such file");
}

}  // namespace
}  // namespace mote
