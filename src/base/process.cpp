// fork, exec and wait for a program, with its two outputs in one text. The words reach it as they are; no
// shell sees them. A second pipe, closed on exec, tells a program that cannot be started from one that exits
// with 127.
//
// Who runs compilers and emulators: device/.
#include "base/process.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace mote {

namespace {

struct PipeEnd {
  int fd;
  void close() {
    if (fd >= 0) ::close(fd);
    fd = -1;
  }
  ~PipeEnd() { close(); }
};

ssize_t read_some(int fd, void *to, size_t size) {
  ssize_t n;
  do n = ::read(fd, to, size);
  while (n < 0 && errno == EINTR);
  return n;
}

}  // namespace

ProcessResult run_process(const std::vector<std::string> &command, const std::string &folder) {
  ProcessResult result;
  std::vector<char *> argv;
  for (const std::string &word : command) argv.push_back(const_cast<char *>(word.c_str()));
  argv.push_back(nullptr);
  int output[2], failure[2];  // the second is closed by a program that starts, or says why it does not
  const auto give_up = [&] {
    result.error = std::strerror(errno);
    return result;
  };
  if (::pipe2(output, O_CLOEXEC) != 0) return give_up();
  const PipeEnd read_end{output[0]};
  PipeEnd write_end{output[1]};
  if (::pipe2(failure, O_CLOEXEC) != 0) return give_up();
  const PipeEnd failure_end{failure[0]};
  PipeEnd failure_write_end{failure[1]};
  const pid_t child = ::fork();
  if (child < 0) return give_up();
  if (child == 0) {
    ::dup2(output[1], STDOUT_FILENO);
    ::dup2(output[1], STDERR_FILENO);
    if (folder.empty() || ::chdir(folder.c_str()) == 0) ::execvp(argv[0], argv.data());
    const int code = errno;
    [[maybe_unused]] const ssize_t n = ::write(failure[1], &code, sizeof code);
    ::_exit(127);
  }
  write_end.close();
  failure_write_end.close();
  int code = 0;
  const bool is_started = read_some(failure[0], &code, sizeof code) <= 0;
  char buffer[4096];
  for (ssize_t n; (n = read_some(output[0], buffer, sizeof buffer)) > 0;) result.output.append(buffer, n);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return give_up();
  if (!is_started)
    result.error = std::strerror(code);
  else
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

}  // namespace mote
