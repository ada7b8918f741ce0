// mote collect: recordings from a board on a serial port or from this computer's microphone, a file each.
//
// What comes and when a recording begins is the library's (mote/collect.h); here are options, the Enter key
// and what is shown.
#include "mote/collect.h"

#include <fmt/format.h>
#include <sys/poll.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "base/escape.h"
#include "base/staged_folder.h"
#include "cli.h"
#include "interrupt.h"
#include "live_trace.h"
#include "mote/error.h"
#include "mote/project.h"
#include "mote/sketches.h"

namespace mote::cli {

namespace {

struct CollectCommand : Common {
  std::string folder = ".", output, sketch, start = "now";
  bool lists_ports = false, is_quiet = false;
  CollectOptions collect;
};

// Lines of standard input, each of which begins a recording.
class EnterKey {
 public:
  bool is_pressed() {
    pollfd wanted = {STDIN_FILENO, POLLIN, 0};
    while (!is_over_ && ::poll(&wanted, 1, 0) > 0) {
      char c = 0;
      const ssize_t n = ::read(STDIN_FILENO, &c, 1);
      is_over_ = n <= 0;
      if (n > 0 && c == '\n') return true;
    }
    return false;
  }
  bool is_over() const { return is_over_; }

 private:
  bool is_over_ = false;
};

std::string folder_of_recordings(const CollectCommand &o) {
  if (!o.output.empty()) return o.output;
  if (std::filesystem::exists(fs::path(o.folder) / "mote.toml")) return read_project(o.folder).data_path;
  return (fs::path(o.folder) / "data").lexically_normal().string();
}

std::string counted(uint64_t count, const char *one, const char *many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string losses_text(const CollectedSession &s) {
  std::vector<std::string> parts;
  const auto add = [&](uint64_t count, const char *one, const char *many) {
    if (count > 0) parts.push_back(counted(count, one, many));
  };
  add(s.lost_rows, "row was lost", "rows were lost");
  add(s.damaged, "frame or line was damaged", "frames or lines were damaged");
  add(s.skipped_bytes, "byte was of no frame", "bytes were of no frame");
  add(static_cast<uint64_t>(s.restarts), "time the board started anew", "times the board started anew");
  add(static_cast<uint64_t>(s.reconnections), "time the port went away", "times the port went away");
  return parts.empty() ? "Nothing was lost." : fmt::format("While it was open {}.", fmt::join(parts, ", "));
}

std::string session_text(const CollectCommand &o, const CollectedSession &s, const std::string &folder) {
  std::string text = fmt::format("Recorded {} of '{}' into {}.\n", counted(s.whole(), "example", "examples"),
                                 o.collect.label, (fs::path(folder) / o.collect.label).string());
  if (!s.source.empty()) {
    text += fmt::format("{}{}{}", s.board, s.board.empty() ? "" : ": ", s.source);
    if (s.baud > 0) text += fmt::format(" at {} baud", s.baud);
    if (!s.channels.empty()) text += fmt::format(", channels {}", fmt::join(s.channels, ", "));
    if (s.measured_rate_hz > 0) text += fmt::format(", {:.5g} Hz measured", s.measured_rate_hz);
    if (s.stated_rate_hz > 0) text += fmt::format(", {:.5g} Hz stated", s.stated_rate_hz);
    text += ".\n";
  }
  return text + losses_text(s);
}

nlohmann::json session_json(const CollectCommand &o, const CollectedSession &s, const std::string &folder) {
  nlohmann::json files = nlohmann::json::array();
  for (const CollectedFile &f : s.files)
    files.push_back({{"path", f.path}, {"rows", f.rows}, {"lost_rows", f.lost}, {"whole", f.is_whole}});
  return {{"folder", folder},
          {"label", o.collect.label},
          {"source", s.source},
          {"port", o.collect.port},
          {"baud", s.baud},
          {"board", s.board},
          {"sketch", s.sketch},
          {"channels", s.channels},
          {"stated_rate_hz", s.stated_rate_hz},
          {"measured_rate_hz", s.measured_rate_hz},
          {"recordings", s.whole()},
          {"files", files},
          {"lost_rows", s.lost_rows},
          {"damaged", s.damaged},
          {"skipped_bytes", s.skipped_bytes},
          {"restarts", s.restarts},
          {"reconnections", s.reconnections},
          {"why_ended", s.why_ended}};
}

void run_session(CollectCommand &o) {
  const std::string folder = folder_of_recordings(o);
  o.collect.folder = folder;
  o.collect.start = o.start == "key"     ? CollectStart::kKey
                    : o.start == "level" ? CollectStart::kLevel
                                         : CollectStart::kNow;
  const Interruptible ends("Ended. Recordings that were whole are kept.");
  ask_before_ending("Ended. Recordings that were whole are kept.");
  EnterKey enter;
  LiveTrace trace(o.is_quiet || o.json, o.collect.count);
  const CollectedSession s =
      collect(o.collect, {.show = [&](const CollectView &view) { trace.show(view); },
                          .note =
                              [&](const std::string &sentence) {
                                trace.clear();
                                complain("note: " + sentence + ".");
                              },
                          .collected =
                              [&](const CollectedFile &file) {
                                trace.clear();
                                if (!o.is_quiet)
                                  say(o, fmt::format("{}  {}", file.path, counted(file.rows, "row", "rows")));
                              },
                          .is_key_pressed = [&] { return enter.is_pressed(); },
                          .is_end_asked = [&] { return is_end_asked() || enter.is_over(); }});
  trace.clear();
  result(o, session_json(o, s, folder), session_text(o, s, folder));
  const std::string kept = counted(s.whole(), "whole recording is kept", "whole recordings are kept");
  if (enter.is_over() && !is_end_asked())
    throw Error(ErrorCode::kIo, "standard input", "ended before every recording was begun; " + kept,
                "each needs an Enter; --start now needs none");
  if (!s.why_ended.empty()) throw Error(ErrorCode::kIo, o.collect.port, s.why_ended + "; " + kept);
}

void list_ports(const CollectCommand &o) {
  nlohmann::json json = nlohmann::json::array();
  std::string text;
  for (const SerialPortInfo &port : serial_ports()) {
    json.push_back({{"path", port.path}, {"board", port.board}});
    text += fmt::format("{}{}  {}", text.empty() ? "" : "\n", port.path, port.board);
  }
  result(o, {{"ports", json}}, text.empty() ? "No serial port is plugged in." : text);
}

void write_sketch(const CollectCommand &o) {
  const auto files = collect_sketch(o.sketch);
  const std::string folder = o.output.empty() ? "." : o.output;
  StagedFolder staged(folder);
  for (const auto &[path, text] : files) staged.write(path, text);
  staged.commit();
  const std::string ino = (fs::path(folder) / files.begin()->first).parent_path().string();
  result(
      o, {{"sketch", o.sketch}, {"folder", ino}, {"files", files.size()}},
      fmt::format("Wrote {}. Open it in Arduino's editor; its first lines say which libraries and wiring it "
                  "needs. Then `mote collect --port PORT --label NAME`.",
                  ino));
}

void add_start_options(CLI::App *c, std::string &start, CollectOptions &o) {
  c->add_option(
       "--start", start,
       "now: each after a countdown; key: after Enter and a countdown; level: when the channels leave "
       "where they rest")
      ->capture_default_str()
      ->check(CLI::IsMember({"now", "key", "level"}));
  c->add_option("--countdown", o.countdown_s,
                "seconds before a recording; with --start level before the first")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 3600.0));
  c->add_option("--level", o.level,
                "of --start level: what the distances of all channels from rest must add up to (default: ten "
                "times what they do in a second of rest)")
      ->check(CLI::NonNegativeNumber);
  c->add_option("--before", o.before_s,
                "of --start level: seconds of a recording before the level is reached")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
}

}  // namespace

void add_collect(CLI::App &app) {
  auto o = std::make_shared<CollectCommand>();
  CLI::App *c = app.add_subcommand("collect", "record from a board on a serial port, or from the microphone");
  c->add_option("DIR", o->folder, "a project (default: this folder), whose data folder gets the recordings");
  c->add_option("--output", o->output,
                "folder of recordings instead of the project's; with --sketch, of sketches");
  CLI::Option *port =
      c->add_option("--port", o->collect.port, "the board's: /dev/ttyACM0; --ports lists them");
  CLI::Option *microphone = c->add_flag("--microphone", o->collect.is_microphone,
                                        "the computer's own, as WAV files of one channel");
  port->excludes(microphone);
  c->add_option("--label", o->collect.label, "the class of these recordings, which names their folder");
  c->add_option("--count", o->collect.count, "recordings; from a camera, pictures")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000000));
  c->add_option("--seconds", o->collect.seconds, "of each recording")
      ->capture_default_str()
      ->check(CLI::Range(1e-3, 86400.0));
  add_start_options(c, o->start, o->collect);
  c->add_option("--baud", o->collect.baud, "rate of the serial port (default: found by listening)");
  c->add_option("--rate", o->collect.microphone_hz, "of --microphone: samples in a second")
      ->capture_default_str()
      ->check(CLI::Range(1000.0, 192000.0));
  c->add_option("--patience", o->collect.patience_s,
                "seconds without a row, or without a port that went away, after which it ends")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 86400.0));
  c->add_flag("--ports", o->lists_ports, "list the serial ports and what is plugged into them");
  c->add_option("--sketch", o->sketch, "write a sketch that sends, instead of recording")
      ->check(CLI::IsMember(collect_sketches()));
  c->add_flag("--quiet", o->is_quiet, "neither a trace nor a line for each file");
  describe(c, *o, "mote collect wave --port /dev/ttyACM0 --label punch --count 20 --start level");
  c->callback([o, port, microphone] {
    if (o->lists_ports) return list_ports(*o);
    if (!o->sketch.empty()) return write_sketch(*o);
    if (port->count() + microphone->count() == 0) throw CLI::RequiredError("--port or --microphone");
    if (o->collect.label.empty()) throw CLI::RequiredError("--label, which must not be empty,");
    run_session(*o);
  });
}

}  // namespace mote::cli
