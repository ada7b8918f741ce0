// Exchange: renameat2(2) with RENAME_EXCHANGE, which Linux has since 3.15; not every file system does.
#include "base/staged_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "base/error.h"
#include "base/files.h"

namespace mote {

static fs::path without_trailing_slash(fs::path path) {
  return path.has_filename() ? path : path.parent_path();
}

StagedFolder::StagedFolder(fs::path target) : target_(without_trailing_slash(std::move(target))) {
  std::error_code code;
  if (fs::exists(target_, code) && !fs::is_directory(target_, code))
    throw Error(ErrorCode::kIo, target_.string(), "exists and is not a folder");
  if (fs::is_directory(target_, code) && ::access(target_.c_str(), W_OK) != 0)
    throw io_error(target_, "write into the folder", errno);
  const fs::path parent = target_.has_parent_path() ? target_.parent_path() : fs::path(".");
  fs::create_directories(parent, code);
  if (code) throw io_error(parent, "create the folder", code.value());
  staging_ = parent / fmt::format(".{}.tmp-{}", target_.filename().string(), ::getpid());
  fs::remove_all(staging_, code);
  fs::create_directory(staging_, code);
  if (code) throw io_error(target_, "create the folder", code.value());
}

StagedFolder::~StagedFolder() {
  std::error_code code;
  if (!staging_.empty()) fs::remove_all(staging_, code);
}

void StagedFolder::write(const fs::path &relative, std::string_view bytes) {
  const fs::path path = staging_ / relative;
  std::error_code code;
  fs::create_directories(path.parent_path(), code);
  if (code) throw io_error(target_ / relative, "create the folder", code.value());
  try {
    write_new_file(path, bytes);
  } catch (const Error &e) {
    throw Error(e.code(), (target_ / relative).string(), e.message(), e.hint());
  }
}

void StagedFolder::commit() {
  std::error_code code;
  if (fs::exists(target_, code)) {
    move_files();
    return;
  }
  fs::rename(staging_, target_, code);
  if (code) throw io_error(target_, "create the folder", code.value());
  staging_.clear();
}

void StagedFolder::move_files() {
  std::error_code code;
  for (const auto &entry : fs::recursive_directory_iterator(staging_)) {
    const fs::path to = target_ / entry.path().lexically_relative(staging_);
    if (entry.is_directory())
      fs::create_directories(to, code);
    else
      fs::rename(entry.path(), to, code);
    if (code == std::errc::cross_device_link) {  // the target is a mount point
      write_file(to, read_file(entry.path()));
      continue;
    }
    if (code) throw io_error(to, "write", code.value());
  }
}

// Whether a process that can be seen has its working directory at or below `folder`.
static bool is_worked_in(const fs::path &folder) {
  std::error_code code;
  const std::string path = fs::canonical(folder, code).string();
  if (code) return false;
  for (const auto &entry : fs::directory_iterator("/proc", code)) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::error_code unreadable;
    const std::string where = fs::read_symlink(entry.path() / "cwd", unreadable).string();
    if (where == path || where.starts_with(path + "/")) return true;
  }
  return false;
}

// Links what stays into the staging folder.
void StagedFolder::keep(const IsKept &is_kept) {
  std::error_code code;
  auto entry = fs::recursive_directory_iterator(target_, code);
  if (code) throw io_error(target_, "read the folder", code.value());
  for (; entry != fs::recursive_directory_iterator(); entry.increment(code)) {
    const fs::path relative = entry->path().lexically_relative(target_), to = staging_ / relative;
    const auto fail = [&] { throw io_error(entry->path(), "keep", code.value()); };
    if (entry->is_directory(code) && !entry->is_symlink(code)) {
      if (!fs::is_empty(entry->path(), code)) continue;  // comes with its first file that stays
      if (!code) fs::create_directories(to, code);
      if (code) fail();
      continue;
    }
    if (fs::exists(fs::symlink_status(to, code)) || !is_kept(relative)) continue;
    code.clear();
    fs::create_directories(to.parent_path(), code);
    if (code) fail();
    if (::linkat(AT_FDCWD, entry->path().c_str(), AT_FDCWD, to.c_str(), 0) == 0) continue;
    fs::copy(entry->path(), to, fs::copy_options::copy_symlinks, code);
    if (code) fail();
  }
  if (code) throw io_error(target_, "read the folder", code.value());
}

bool StagedFolder::exchange() {
  struct stat is {};
  if (::stat(target_.c_str(), &is) == 0) ::chmod(staging_.c_str(), is.st_mode & 07777);
  std::error_code code;
  const fs::path real = fs::canonical(target_, code);  // the folder, not a symbolic link to it
  if (code) throw io_error(target_, "write into the folder", code.value());
  return ::renameat2(AT_FDCWD, staging_.c_str(), AT_FDCWD, real.c_str(), RENAME_EXCHANGE) == 0;
}

// What goes of before: in neither the new folder nor among what stays.
void StagedFolder::remove_old(const IsKept &is_kept) {
  std::error_code code;
  std::vector<fs::path> gone;
  for (const auto &entry : fs::recursive_directory_iterator(target_, code)) {
    const fs::path relative = entry.path().lexically_relative(target_);
    if (!fs::exists(staging_ / relative) && !entry.is_directory() && !is_kept(relative))
      gone.push_back(entry.path());
  }
  for (const fs::path &file : gone) {
    fs::remove(file, code);
    if (code) throw io_error(file, "remove", code.value());
    if (file.parent_path() != target_) fs::remove(file.parent_path(), code);  // if it is empty now
  }
}

void StagedFolder::commit_whole(const IsKept &is_kept) {
  std::error_code code;
  if (!fs::exists(target_, code)) {
    commit();
    return;
  }
  if (!is_worked_in(target_)) {
    keep(is_kept);
    if (exchange()) return;  // the destructor removes what is now of before
  }
  remove_old(is_kept);
  move_files();
}

}  // namespace mote
