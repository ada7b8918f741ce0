// Stands in the PATH of the tests in the place of the C compilers. The same C is compiled by the same
// compiler with the same flags again and again: every generated package brings the runtime, and what the
// release tests compiled the sanitized ones generate again. An object is made once and given again to whoever
// asks for the same.
//
// "The same" is the whole text of the source and of all headers it includes, the flags and the compiler, so a
// fault in a generated file or in the runtime is compiled like any other. What does not compile is not kept,
// and warnings are repeated. Whatever is no compilation of plain C sources goes to the compiler as it came.
//
// Objects are kept in the folder MOTE_OBJECTS; without it nothing is kept. Called as the link NAME, it stands
// for the compiler that the file NAME.real, beside it, names.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

namespace {

std::optional<std::string> text_of(const fs::path &path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return std::nullopt;
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return std::nullopt;
  return std::move(text).str();
}

// FNV-1a of 128 bits, over parts that are told apart by their length.
class Digest {
 public:
  void add(std::string_view part) {
    for (size_t n = part.size(), i = 0; i < sizeof n; ++i, n >>= 8) add_byte(static_cast<unsigned char>(n));
    for (char c : part) add_byte(static_cast<unsigned char>(c));
  }
  std::string hex() const {
    char text[33];
    std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(state_ >> 64),
                  static_cast<unsigned long long>(state_));
    return text;
  }

 private:
  __extension__ using Wide = unsigned __int128;
  void add_byte(unsigned char c) {
    constexpr Wide kPrime = (Wide{1} << 88) + 0x13B;
    state_ = (state_ ^ c) * kPrime;
  }
  Wide state_ = (Wide{0x6c62272e07bb0142} << 64) + 0x62b821756295c58d;
};

[[noreturn]] void become(const std::string &program, const Words &words) {
  std::vector<char *> argv = {const_cast<char *>(program.c_str())};
  for (const std::string &w : words) argv.push_back(const_cast<char *>(w.c_str()));
  argv.push_back(nullptr);
  ::execv(program.c_str(), argv.data());
  std::perror(program.c_str());
  ::_exit(127);
}

// Runs a program with its standard error in a file.
bool succeeds(const std::string &program, const Words &words, const fs::path &said) {
  const pid_t child = ::fork();
  if (child == 0) {
    const int file = ::open(said.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
    ::dup2(file, STDERR_FILENO);
    become(program, words);
  }
  int status = 1;
  return child > 0 && ::waitpid(child, &status, 0) == child && status == 0;
}

struct Command {
  Words words, compile_flags;  // as given; those without the sources, the output and what only a linker reads
  std::vector<size_t> sources;  // positions in words
  Words folders, forced;        // -I, -include
  std::string output;
  bool is_linked = true, is_plain = true;
};

bool starts(std::string_view word, std::initializer_list<std::string_view> with) {
  for (std::string_view w : with)
    if (word.substr(0, w.size()) == w) return true;
  return false;
}

Command parse(Words words) {
  Command c;
  c.words = std::move(words);
  static const std::set<std::string> kForLinker = {"-nostdlib", "-nostartfiles", "-static", "-shared"};
  for (size_t i = 0; i < c.words.size(); ++i) {
    const std::string &w = c.words[i];
    const bool has_next = i + 1 < c.words.size();
    if (w == "-o" && has_next) {
      c.output = c.words[++i];
    } else if (w == "-c") {
      c.is_linked = false;
    } else if (w == "-T" && has_next) {
      ++i;
    } else if (w == "-include" && has_next) {
      c.forced.push_back(c.words[i + 1]);
      c.compile_flags.insert(c.compile_flags.end(), {w, c.words[++i]});
    } else if (starts(w, {"-I"}) && w.size() > 2) {
      c.folders.push_back(w.substr(2));
      c.compile_flags.push_back(w);
    } else if (w.empty() || w[0] != '-') {
      const fs::path path = w;
      if (path.extension() == ".c")
        c.sources.push_back(i);
      else if (path.extension() != ".o" && path.extension() != ".a")
        c.is_plain = false;
    } else if (starts(w, {"-l", "-L", "-Wl,"}) || kForLinker.count(w) > 0) {
    } else if (starts(w, {"-O", "-std=", "-W", "-D", "-f", "-m", "-g", "--specs="}) && w != "-D") {
      c.compile_flags.push_back(w);
    } else {
      c.is_plain = false;  // preprocessing only, a language, a response file, ...
    }
  }
  c.is_plain =
      c.is_plain && !c.sources.empty() && !c.output.empty() && (c.is_linked || c.sources.size() == 1);
  return c;
}

// Adds a file and what it includes from folders of the command; what stands elsewhere belongs to the
// compiler. False for an include that a macro names.
bool add_file(Digest &digest, const fs::path &path, const Words &folders, std::set<std::string> &seen) {
  const std::optional<std::string> text = text_of(path);
  if (!text) return false;
  digest.add(*text);
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    const size_t hash = line.find_first_not_of(" \t");
    if (hash == std::string::npos || line[hash] != '#') continue;
    const size_t word = line.find_first_not_of(" \t", hash + 1);
    if (word == std::string::npos || line.compare(word, 7, "include") != 0) continue;
    const size_t open = line.find_first_not_of(" \t", word + 7);
    if (open == std::string::npos || (line[open] != '"' && line[open] != '<')) return false;
    const size_t close = line.find(line[open] == '"' ? '"' : '>', open + 1);
    if (close == std::string::npos) return false;
    const std::string name = line.substr(open + 1, close - open - 1);
    Words places = folders;
    if (line[open] == '"') places.insert(places.begin(), path.parent_path().string());
    for (const std::string &place : places) {
      const fs::path file = fs::path(place) / name;
      std::error_code error;
      if (!fs::exists(file, error)) continue;
      digest.add(name);
      if (seen.insert(file.lexically_normal().string()).second && !add_file(digest, file, folders, seen))
        return false;
      break;
    }
  }
  return true;
}

std::optional<std::string> key_of(const Command &c, const std::string &source, const std::string &compiler) {
  Digest digest;
  std::error_code error;
  digest.add(fs::canonical(compiler, error).string());
  digest.add(std::to_string(fs::last_write_time(compiler, error).time_since_epoch().count()));
  for (const std::string &flag : c.compile_flags)
    if (!starts(flag, {"-I"})) digest.add(flag);
  std::set<std::string> seen;
  for (const std::string &file : c.forced)
    if (!add_file(digest, file, c.folders, seen)) return std::nullopt;
  if (!add_file(digest, source, c.folders, seen)) return std::nullopt;
  return digest.hex();
}

// The object of a source, made if it is not there. Empty: it does not compile, or cannot be kept.
fs::path object_of(const Command &c, const std::string &source, const std::string &compiler,
                   const fs::path &kept) {
  const std::optional<std::string> key = key_of(c, source, compiler);
  if (!key) return {};
  const fs::path object = kept / (*key + ".o"), said = kept / (*key + ".said");
  std::error_code error;
  if (!fs::exists(object, error)) {
    const std::string mine = (kept / (*key + "-" + std::to_string(::getpid()))).string();
    Words words = c.compile_flags;
    words.insert(words.end(), {"-c", source, "-o", mine + ".o"});
    const bool is_made = succeeds(compiler, words, mine + ".said");
    if (is_made) {
      fs::rename(mine + ".said", said, error);
      if (!error) fs::rename(mine + ".o", object, error);
    }
    if (!is_made || error) {
      fs::remove(mine + ".said", error);
      fs::remove(mine + ".o", error);
      return {};
    }
  }
  if (const std::optional<std::string> warnings = text_of(said)) std::fputs(warnings->c_str(), stderr);
  return object;
}

}  // namespace

int main(int argc, char **argv) {
  // by the name it was called with, whatever links lead here
  const fs::path self = fs::read_symlink("/proc/self/exe"), name = fs::path(argv[0]).filename();
  std::ifstream real(self.parent_path() / (name.string() + ".real"));
  std::string compiler;
  std::getline(real, compiler);
  if (compiler.empty()) {
    std::fprintf(stderr, "%s: stands for no compiler\n", argv[0]);
    return 127;
  }
  const Words words(argv + 1, argv + argc);
  const char *folder = std::getenv("MOTE_OBJECTS");
  const Command c = parse(words);
  if (folder == nullptr || !c.is_plain) become(compiler, words);
  std::error_code error;
  fs::create_directories(folder, error);
  Words linked = c.words;
  for (size_t at : c.sources) {
    const fs::path object = object_of(c, c.words[at], compiler, folder);
    if (object.empty()) become(compiler, words);  // it says why
    linked[at] = object.string();
  }
  if (c.is_linked) {
    if (name.string().find("clang") != std::string::npos)
      linked.push_back("-Wno-unused-command-line-argument");
    become(compiler, linked);
  }
  if (!fs::copy_file(linked[c.sources[0]], c.output, fs::copy_options::overwrite_existing, error))
    become(compiler, words);
  return 0;
}
