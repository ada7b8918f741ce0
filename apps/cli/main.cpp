// mote: the command. Exit status 0 ok, 1 failed, 2 wrong usage.
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <iostream>
#include <sstream>
#include <string_view>

#include "base/escape.h"
#include "base/version.h"
#include "cli.h"
#include "mote/error.h"

namespace mote::cli {

void describe(CLI::App *command, Common &common, const std::string &example) {
  command->add_flag("--json", common.json,
                    "print one JSON document on standard output; messages go to standard error");
  command->footer("Example:\n  " + example);
}

std::string shown(const std::string &text) { return escaped(Language::kTerminal, text); }

void say(const Common &common, const std::string &line) {
  (common.json ? std::cerr : std::cout) << shown(line) << "\n";
}

void result(const Common &common, const nlohmann::json &json, const std::string &text) {
  if (common.json)
    std::cout << json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
  else
    std::cout << shown(text) << "\n";
}

void warn(const std::vector<std::string> &notes) {
  for (const std::string &note : notes) std::cerr << "note: " << shown(note) << ".\n";
}

bool is_terminal() { return ::isatty(STDERR_FILENO) != 0; }

}  // namespace mote::cli

namespace {

int run(int argc, char **argv) {
  using namespace mote::cli;
  CLI::App app{"mote: from sensor recordings to a verified int8 model on a microcontroller", "mote"};
  app.set_version_flag("--version", mote::kVersion);
  app.require_subcommand(1);
  app.footer(
      "A first model:\n  mote init demo --template gesture && mote synth gestures --output demo/data\n  mote "
      "train demo && mote quantize demo && mote evaluate demo && mote export demo --format c --output "
      "demo/c");
#define MOTE_COMMAND(name) add_##name(app);
#include "commands.def"
#undef MOTE_COMMAND
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &e) {
    std::ostringstream out, err;
    const int code = app.exit(e, out, err);
    std::cout << out.str();
    std::cerr << shown(err.str());
    return code == 0 ? 0 : 2;
  }
  std::cout.flush();
  if (!std::cout) throw mote::Error(mote::ErrorCode::kIo, "standard output", "cannot be written");
  return 0;
}

// Of what nobody can catch: memory that is refused before main() begins, or while a destructor frees a tree
// (JSON's takes some to do so). A sentence, with nothing that allocates, and the status of a failure; what
// was being written has its temporary name, which the next command removes.
[[noreturn]] void end_with_a_sentence() noexcept {
  std::string_view sentence = "mote: an error inside mote; please report what you did\n";
  try {
    if (const std::exception_ptr current = std::current_exception()) std::rethrow_exception(current);
  } catch (const std::bad_alloc &) {
    sentence = "mote: out of memory\n";
  } catch (...) {
  }
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
  using mote::cli::shown;
  try {
    return run(argc, argv);
  } catch (const mote::Error &e) {
    std::cerr << "mote: " << shown(e.what()) << "\n";
  } catch (const std::bad_alloc &) {
    std::cerr << "mote: out of memory\n";
  } catch (const std::filesystem::filesystem_error &e) {
    std::cerr << "mote: " << shown(e.path1().string() + ": " + e.code().message()) << "\n";
  } catch (const std::exception &e) {
    std::cerr << "mote: " << shown(e.what()) << "\n";
  }
  return 1;
}
