// Which fault this process runs with: MOTE_MUTANT=n. What it reached goes into the file MOTE_MUTANTS_REACHED,
// which is mapped, so that a process that is killed has noted it too.
#include "switch.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

namespace {
unsigned char nobody_asks[1 << 16];

unsigned char *reached() {
  const char *path = std::getenv("MOTE_MUTANTS_REACHED");
  const int file = path == nullptr ? -1 : ::open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) return nobody_asks;
  void *map = ::ftruncate(file, sizeof nobody_asks) != 0
                  ? MAP_FAILED
                  : ::mmap(nullptr, sizeof nobody_asks, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  ::close(file);
  return map == MAP_FAILED ? nobody_asks : static_cast<unsigned char *>(map);
}

int active() {
  const char *number = std::getenv("MOTE_MUTANT");
  return number == nullptr ? 0 : std::atoi(number);
}
}  // namespace

extern "C" {
int mote_mutant = 0;
unsigned char *mote_mutants_reached = nobody_asks;
}

// before every other initialization
__attribute__((constructor(101))) static void start() {
  mote_mutant = active();
  mote_mutants_reached = reached();
}

// A template: "<mutant N:wrong:right:>" becomes one or the other. Operators have no colon.
static std::string chosen(std::string_view text) {
  constexpr std::string_view kBegin = "<mutant ";
  std::string out;
  for (size_t at = text.find(kBegin); at != text.npos; at = text.find(kBegin)) {
    const size_t wrong = text.find(':', at) + 1, right = text.find(':', wrong) + 1,
                 end = text.find(":>", right);
    const int number = std::atoi(text.data() + at + kBegin.size());
    mote_mutants_reached[number] = 1;
    out += text.substr(0, at);
    out += number == mote_mutant ? text.substr(wrong, right - 1 - wrong) : text.substr(right, end - right);
    text.remove_prefix(end + 2);
  }
  return out += text;
}

// A file that mote writes into a package: its faults are chosen when it is written.
std::string_view mote_mutants_embed(std::string_view text) {
  static std::map<const char *, std::string> done;
  static const std::string kSwitch = "MOTE_MUTANT(";
  if (text.find("<mutant ") != text.npos) {
    std::string &out = done[text.data()];
    return out.empty() ? out = chosen(text) : out;
  }
  if (text.find(kSwitch) == text.npos) return text;
  std::string &out = done[text.data()];
  if (!out.empty()) return out;
  out = "#ifndef MOTE_MUTANT\n#define MOTE_MUTANT(n) ((n) == " + std::to_string(mote_mutant) + ")\n#endif\n";
  out += text;
  for (size_t at = 0; (at = text.find(kSwitch, at)) != text.npos; at += kSwitch.size())
    mote_mutants_reached[std::atoi(text.data() + at + kSwitch.size())] = 1;
  return out;
}
