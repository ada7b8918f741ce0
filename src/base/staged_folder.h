// Folders that appear, or are replaced, all at once.
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

namespace mote {

namespace fs = std::filesystem;

// Files go to a hidden sibling of the target; one of the commits makes them the target. Without a commit
// nothing is left behind. Errors: kIo with the path as the user knows it.
class StagedFolder {
 public:
  explicit StagedFolder(fs::path target);
  ~StagedFolder();
  StagedFolder(const StagedFolder &) = delete;
  StagedFolder &operator=(const StagedFolder &) = delete;

  void write(const fs::path &relative, std::string_view bytes);
  const fs::path &staging() const { return staging_; }

  // Into a folder that is there, files move one by one: for adding to what belongs to the user. Equal names
  // are replaced, all others stay.
  void commit();

  // A folder that is there is exchanged as a whole: whenever the process is killed, all of it is of before or
  // all is of now. Of before, those files stay for which `is_kept` says so (relative to the target); they are
  // linked, not copied, where the file system has links. Where a folder cannot be exchanged (a mount point,
  // or the working directory of a process: of a terminal that would be left in a folder without a name) its
  // files are replaced one by one, those that go first.
  using IsKept = std::function<bool(const fs::path &)>;
  void commit_whole(const IsKept &is_kept);

 private:
  void keep(const IsKept &is_kept);
  void remove_old(const IsKept &is_kept);
  void move_files();
  bool exchange();

  fs::path target_, staging_;
};

}  // namespace mote
