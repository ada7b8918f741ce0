// mote: the command. Exit status 0 ok, 1 failed, 2 wrong usage; ended by a signal: 128 and its number.
#include <fmt/format.h>
#include <malloc.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <iostream>
#include <memory>
#include <new>
#include <sstream>
#include <string_view>

#include "base/escape.h"
#include "base/terminal_lines.h"
#include "base/text.h"
#include "cli.h"
#include "command_texts.h"
#include "interrupt.h"
#include "mote/error.h"
#include "terminal.h"

namespace mote::cli {

void describe(CLI::App *command, Common &common, const std::string &example) {
  command->add_flag("--json", common.json,
                    "print one JSON document on standard output; messages go to standard error");
  command->footer("Example:\n  " + example);
}

std::string shown(const std::string &text) { return escaped(Language::kTerminal, text); }

void say(const Common &common, const std::string &line) {
  if (common.json)
    complain(line);
  else
    std::cout << fitted(shown(line), columns_now(Stream::kOut)) << "\n";
}

void result(const Common &common, const nlohmann::json &json, const std::string &text) {
  if (common.json)
    std::cout << json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
  else
    std::cout << fitted(shown(text), columns_now(Stream::kOut)) << "\n";
}

void complain(const std::string &sentence) {
  std::cerr << fitted(shown(sentence), columns_now(Stream::kErr)) << "\n";
}

void warn(const std::vector<std::string> &notes) {
  for (const std::string &note : notes) complain("note: " + note + ".");
}

void warning(const std::string &sentence) {
  const std::string word = "warning:";
  const std::string lines = fitted(shown(word + " " + sentence + "."), columns_now(Stream::kErr));
  std::cerr << painted(Paint::kWarning, word) << lines.substr(word.size()) << "\n";
}

}  // namespace mote::cli

namespace {

// What CLI11 says of wrong usage, with the name that was probably meant.
std::string usage_error(const CLI::App &app, const CLI::ParseError &error, int argc, char **argv) {
  using namespace mote::cli;
  std::string text = error.what();
  const CLI::App *command = nullptr;
  for (const CLI::App *c : commands_of(app))
    if (argc > 1 && c->get_name() == argv[1]) command = c;
  if (argc > 1 && command == nullptr && argv[1][0] != '-') {
    const std::string near = nearest_command(app, argv[1]);
    text = fmt::format("there is no command '{}'{}", argv[1],
                       near.empty() ? "" : fmt::format("; did you mean '{}'?", near));
  } else if (dynamic_cast<const CLI::ExtrasError *>(&error) != nullptr) {
    const std::string option = unknown_option(command == nullptr ? app : *command, argc, argv);
    if (!option.empty()) text = option;
  }
  const std::string help = command == nullptr ? "mote --help" : "mote " + command->get_name() + " --help";
  return fmt::format("{}\n`{}` says more.\n", text, help);
}

int run(int argc, char **argv) {
  using namespace mote::cli;
  CLI::App app{"mote: from sensor recordings to a verified int8 model on a microcontroller", "mote"};
  app.set_version_flag("--version", version_text());
  app.require_subcommand(1);
  app.footer(
      "A first model:\n  mote init demo --template gesture && mote synth gestures --output demo/data\n  mote "
      "train demo && mote quantize demo && mote evaluate demo\n  mote export demo --format c --output "
      "demo/c");
#define MOTE_COMMAND(name) add_##name(app);
#include "commands.def"
#undef MOTE_COMMAND
  group_commands(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &e) {
    const bool has_asked = e.get_exit_code() == 0;  // for help, or the version
    std::ostringstream out;
    app.exit(e, out, out);
    if (has_asked)
      std::cout << mote::fitted(out.str(), columns_now(Stream::kOut));
    else if (argc == 1)
      std::cerr << mote::fitted(app.help(), columns_now(Stream::kErr));
    else
      std::cerr << mote::fitted(shown(usage_error(app, e, argc, argv)), columns_now(Stream::kErr));
    return has_asked ? 0 : 2;
  }
  std::cout.flush();
  if (!std::cout) throw mote::Error(mote::ErrorCode::kIo, "standard output", "cannot be written");
  return 0;
}

void fail(const std::string &sentence) {
  using namespace mote::cli;
  const std::string word = "mote:";
  const std::string lines = mote::fitted(word + " " + shown(sentence), columns_now(Stream::kErr));
  std::cerr << painted(Paint::kError, word) << lines.substr(word.size()) << "\n";
}

// Of what nobody can catch: memory that is refused before main() begins, or while a destructor frees a tree
// (JSON's takes some to do so). A sentence, with nothing that allocates, and the status of a failure; what
// was being written has its temporary name, which the next command removes.
[[noreturn]] void end_with_a_sentence() noexcept {
  bool is_memory = false;
  try {
    if (const std::exception_ptr current = std::current_exception()) std::rethrow_exception(current);
    // without one there may have been no memory for it
    is_memory = std::unique_ptr<char[]>(new (std::nothrow) char[1024]) == nullptr;
  } catch (const std::bad_alloc &) {
    is_memory = true;
  } catch (...) {
  }
  const std::string_view sentence =
      is_memory ? "mote: out of memory\n" : "mote: an error inside mote; please report what you did\n";
  if (::write(STDERR_FILENO, sentence.data(), sentence.size()) < 0) ::_exit(1);
  ::_exit(1);
}

// Set before other objects of the program are made: 101 is the first priority that is not the compiler's own.
struct SetTerminate {
  SetTerminate() { std::set_terminate(end_with_a_sentence); }
};
[[gnu::init_priority(101)]] const SetTerminate kSetTerminate;

}  // namespace

int main(int argc, char **argv) {
  int status = 1;
#if defined(__GLIBC__)
  // Blocks that a training takes and gives back for each example stay with the program. Else their pages are
  // asked of the kernel, and cleared by it, every time: a third of the time of changing a sound.
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
#endif
  std::signal(SIGXFSZ, SIG_IGN);  // a file that must not grow is an error of writing, as a full disk is
  try {
    status = run(argc, argv);
  } catch (const mote::Error &e) {
    fail(e.what());
  } catch (const std::bad_alloc &) {
    std::cerr << "mote: out of memory\n";
  } catch (const std::filesystem::filesystem_error &e) {
    fail(e.path1().string() + ": " + e.code().message());
  } catch (const std::exception &e) {
    fail(e.what());
  }
  mote::cli::end_as_asked();
  return status;
}
