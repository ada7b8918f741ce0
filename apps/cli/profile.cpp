// mote profile: memory, time and energy of a model on a board, also before any training, and what of it
// is over the project's budget.
//
// Figures: src/device. What is untrained is named so above the table.
#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"
#include "cli.h"
#include "form_options.h"
#include "mote/device.h"
#include "mote/error.h"
#include "mote/project.h"
#include "mote/report.h"
#include "mote/workflow.h"

namespace mote::cli {

// What is profiled: a model file, the int8 model of a run, or a project's model before any training.
struct Subject {
  IntegerProgram program;
  std::optional<Run> run;
  std::optional<Project> project;
  bool is_untrained = false;
  std::string note;
};

static bool is_project(const std::string &name) {
  const std::filesystem::path folder = name.empty() ? "." : name;
  return std::filesystem::exists(folder / "mote.toml") && !std::filesystem::exists(folder / "run.json");
}

static Subject subject_of(const std::string &name, bool is_untrained,
                          const std::vector<std::string> &assignments) {
  if (is_project(name) && (is_untrained || !has_finished_run(name.empty() ? "." : name))) {
    Subject s;
    s.project = read_project(name.empty() ? "." : name, assignments);
    s.is_untrained = true;
    UntrainedProgram made = untrained_program(*s.project);
    s.program = std::move(made.program);
    s.note = fmt::format(
        "UNTRAINED: weights as training begins, {}. Memory and time are those of the trained "
        "model but for what its ranges change.\n",
        made.has_data ? "ranges of the recordings" : "ranges of noise, as there are no recordings");
    return s;
  }
  if (is_untrained) throw Error(ErrorCode::kInvalidArgument, "--untrained", "is of a project");
  check_assignments(assignments, {"target"});
  const RunOrModel target = find_run_or_model(name);
  Subject s{target.program(), target.run, {}, false, ""};
  if (s.run) {
    RunFolder folder = s.run->folder();
    folder.assignments = assignments;
    s.project = Run(folder).project();
  } else if (!assignments.empty()) {
    throw Error(ErrorCode::kInvalidArgument, "--set", "is of a project or a run");
  }
  return s;
}

// What a log leaves for the next model on that board.
static std::string why_not_kept(const Profile &p) {
  return p.measurement ? ""
                       : fmt::format(
                             "what a board leaves for other models is cycles per instruction, and mote "
                             "knows no instructions of {}; the times above are all that the log gives",
                             p.board->core);
}

static std::string kept_text(const Profile &p, const std::string &boards) {
  if (!p.measurement)
    return fmt::format("\nNot kept{}: {}.", boards.empty() ? "" : " in " + boards, why_not_kept(p));
  return boards.empty() ? "\nNot kept: --boards FILE keeps it for the next model on this board."
                        : "\nKept in " + boards + ", for --boards with the next model on this board.";
}

void add_profile(CLI::App &app) {
  struct Options : Common {
    std::string target, board, core, boards, ram, measured, picture, push = "auto", flags = "-O2";
    std::vector<std::string> assignments;
    bool is_emulated = false, is_untrained = false;
    std::optional<bool> is_streaming = {};
    FormArguments forms;
  };
  auto o = std::make_shared<Options>();
  CLI::App *c = app.add_subcommand("profile", "flash, RAM, instructions, latency and energy on a target");
  c->add_option("MODEL", o->target,
                "a run, a project, or an int8 .mote or .tflite file; default: the newest run here");
  c->add_option("--target", o->board, "a board; `mote boards` lists them");
  c->add_option("--core", o->core, "a core instead: cortex-m0plus, -m3, -m4, -m7, -m33, -m55 or rv32imac");
  c->add_option("--boards", o->boards, "a TOML file with boards of your own");
  c->add_flag("--emulate", o->is_emulated,
              "compile it and run it on the emulated core: measured instead of estimated");
  c->add_option("--ram", o->ram,
                "largest activation buffer, e.g. 24k: first layers run row by row where that is needed");
  c->add_option("--push", o->push, "how push() computes features, as of mote export")
      ->capture_default_str()
      ->check(CLI::IsMember(push_features_names().names()));
  add_streaming_option(c, o->is_streaming);
  add_form_options(c, o->forms);
  c->add_option(
      "--measured", o->measured,
      "what the package's benchmark printed on the board: beside the estimate, and kept in the file of "
      "--boards for the next model");
  c->add_option("--flags", o->flags, "of the cross compiler")->capture_default_str();
  c->add_flag("--untrained", o->is_untrained, "a project: as mote.toml is now, although there are runs");
  add_set_option(c, o->assignments);
  c->add_option("--picture", o->picture, "the memory plan as .png or .svg");
  describe(c, *o, "mote profile --target nano33ble --emulate");
  c->callback([o] {
    const Subject subject = subject_of(o->target, o->is_untrained, o->assignments);
    const std::vector<Board> boards = boards_with(o->boards, !o->measured.empty());
    ProfileOptions options;
    if (!o->board.empty()) options.board = board_by_name(boards, o->board);
    // [target] holds unless another one is asked for
    const bool is_for_target = subject.project && o->board.empty() && o->core.empty();
    if (is_for_target) options.board = target_board(*subject.project);
    // a file that is given on the command line knows the board better than [target]
    const auto is_named = [&](const Board &b) { return options.board && b.name == options.board->name; };
    if (is_for_target && !o->boards.empty() && std::any_of(boards.begin(), boards.end(), is_named))
      options.board = board_by_name(boards, options.board->name);
    options.core = o->core;
    options.measured_log = o->measured;
    options.is_emulated = o->is_emulated;
    if (!o->ram.empty()) options.ram_bytes = parse_bytes(o->ram, "--ram");
    options.flags.clear();
    for (const std::string &flag : CLI::detail::split(o->flags, ' '))
      if (!flag.empty()) options.flags.push_back(flag);
    options.c.golden_count = 4;
    options.c.push_features = *push_features_names().find(o->push);
    options.c.is_streaming = o->is_streaming.value_or(subject.project && subject.project->is_streaming);
    if (subject.is_untrained && subject.project->decision.hop != DecisionSettings::kChosen)
      options.c.stride = subject.project->decision.hop;
    // a stream's windows are those of the exported push()
    if (subject.run && !subject.program.front_end.decision.is_set())
      options.c.stride = stride_of(*subject.run);
    const ChosenForms chosen = chosen_forms(
        subject.program, options.board ? core_for_forms(*options.board) : options.core, o->forms);
    const IntegerProgram &program = chosen.program;
    const Profile p = profile(program, options);
    if (o->is_emulated && !p.is_measured)
      say(*o, "Not measured: " + p.why_estimated + ". What follows is estimated.");
    nlohmann::json json = profile_json(p);
    std::string text = subject.note + profile_text(p);
    text.pop_back();
    if (subject.is_untrained) json["untrained"] = true;
    if (!chosen.layers.empty()) json["forms"] = forms_json(chosen);
    text += stored_text(chosen);
    if (is_for_target && subject.project->target.is_set()) {
      const std::vector<std::string> over = over_budget(subject.project->target, p);
      json["over_budget"] = over;
      text += over.empty() ? "\nWithin [target]." : "\nOver the budget of [target]:";
      for (const std::string &problem : over) text += "\n  " + problem;
    }
    // the picture last: where the measurement cannot be kept, nothing is written
    const std::string picture = o->picture.empty() ? "" : picture_bytes(draw_plan(p), o->picture);
    // what was measured of the run's own model as it is exported
    const bool is_kept =
        subject.run && (p.is_measured || p.timing) && options.ram_bytes == 0 && subject.run->is_writable();
    if (is_kept) note_profile(*subject.run, p);
    if (p.measurement && !o->boards.empty()) keep_measurement(*p.measurement, o->boards);
    if (!o->picture.empty()) write_file(o->picture, picture);
    if (is_kept) text += "\nThe run keeps what was measured: `mote runs` shows it.";
    if (!o->picture.empty()) text += "\nWrote " + o->picture + ".";
    if (!o->measured.empty()) {
      json["measured"]["kept_in"] = p.measurement ? o->boards : "";
      if (!p.measurement) json["measured"]["why_not_kept"] = why_not_kept(p);
      text += kept_text(p, o->boards);
    }
    result(*o, json, text);
  });
}

}  // namespace mote::cli
