// mote export: from a run or a model file to C, a package of a build system, or a .tflite file; with
// --verify the result is compiled and compared.
//
// What is in the files is made by codegen/ and formats/; what comes from the run by workflow/export.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "cli.h"
#include "form_options.h"
#include "mote/device.h"
#include "mote/error.h"
#include "mote/export.h"
#include "mote/files.h"
#include "mote/portfolio.h"
#include "mote/project.h"
#include "mote/report.h"
#include "mote/workflow.h"

namespace mote::cli {

namespace {

struct ExportArguments : Common {
  std::string target, format = "c", output, ram, push = "auto", board, boards, core = "cortex-m4";
  std::optional<double> kept = {};
  FormArguments forms = {};
  std::optional<bool> is_streaming = {};
  bool force = false, verify = false, keep_names = false;
  int golden = 16;
};

Board board_of(const ExportArguments &o) { return board_by_name(boards_with(o.boards), o.board); }

// The formats of others hold one byte per weight.
void say_what_is_plain(const IntegerProgram &program, const ExportArguments &o) {
  if (!o.forms.is_auto()) return;
  const std::string core = o.board.empty() ? o.core : core_for_forms(board_of(o));
  const ChosenForms chosen = choose_forms(program, {core, o.forms.slowdown});
  const auto is_packed = [](const ProgramTensor &t) {
    return t.is_constant && t.storage != &plain_storage();
  };
  if (chosen.is_packed() || std::any_of(program.tensors.begin(), program.tensors.end(), is_packed))
    warn({fmt::format(
        "{} holds weights of 8 bits only: what C stores in fewer bytes{} is written plain", o.format,
        chosen.is_packed() ? fmt::format(" ({} bytes of flash less)", with_commas(chosen.saved_bytes))
                           : "")});
}

void export_notebook(const RunOrModel &target, const ExportArguments &o) {
  if (!target.run)
    throw Error(ErrorCode::kInvalidArgument, "--format notebook",
                "is made from the records of a run, and this is a model file", "name a run or a project");
  const std::string file = write_notebook(*target.run, o.output);
  result(o, {{"format", o.format}, {"file", file}}, fmt::format("Wrote {}.", file));
}

void export_file(const RunOrModel &target, const IntegerProgram &program, const ExportArguments &o) {
  const WrittenModel made = export_model(program, o.format, o.output, {.keep_names = o.keep_names});
  if (target.run) note_export(*target.run, o.format, made.file, "written and read back");
  if (o.format != "mote") say_what_is_plain(program, o);
  const size_t bytes = std::filesystem::file_size(made.file);
  result(o, {{"format", o.format}, {"file", made.file}, {"bytes", bytes}},
         fmt::format("Wrote {} ({}){}.", made.file, human_bytes(bytes),
                     made.beside.empty() ? "" : " and " + made.beside));
}

std::vector<std::string> all_formats() {
  std::vector<std::string> formats = export_formats();
  formats.insert(formats.end(), {"notebook", "bundle"});
  return formats;
}

void export_bundle_of(const RunOrModel &target, const ExportArguments &o) {
  if (!target.run)
    throw Error(ErrorCode::kInvalidArgument, o.target, "is a model file, and a bundle is of a run",
                "name a run or a project");
  const WrittenBundle made = export_bundle(*target.run, o.output, o.golden);
  for (const std::string &what : made.left_out) warn({"left out: " + what});
  result(o, {{"format", o.format}, {"file", made.file}, {"bytes", made.bytes}, {"files", made.files}},
         fmt::format("Wrote {} ({}, {} files). `mote verify {}` checks it.", made.file,
                     human_bytes(made.bytes), made.files.size() + 1, made.file));
}

}  // namespace

void add_export(CLI::App &app) {
  auto o = std::make_shared<ExportArguments>();
  CLI::App *c =
      app.add_subcommand("export", "the int8 model as standalone C or as .tflite, or the run as a notebook");
  c->add_option("TARGET", o->target,
                "a run, a project, or an int8 .mote or .tflite file; default: the newest run here");
  c->add_option(
       "--format", o->format,
       fmt::format("c, a file ({}), a package ({}), qemu: firmware for the emulator, notebook: the report "
                   "of a run for Jupyter, or bundle: a zip of the whole run that others can check",
                   fmt::join(writable_formats(), ", "), fmt::join(package_formats(), ", ")))
      ->capture_default_str()
      ->check(CLI::IsMember(all_formats()));
  c->add_flag("--keep-names", o->keep_names, "tflite: names of all tensors, not only of inputs and outputs");
  c->add_option("--output", o->output, "folder; for a file also its name, with the extension of the format")
      ->required();
  c->add_option("--golden", o->golden, "golden vectors in the C self-test")
      ->capture_default_str()
      ->check(CLI::Range(1, 10000));
  c->add_option("--ram", o->ram,
                "largest activation buffer, e.g. 24k: first layers run row by row where that is needed");
  c->add_option(
       "--push", o->push,
       "features of a stream: frames: each once, or refused with the reason; windows: all of a window; "
       "auto: frames where it can be")
      ->capture_default_str()
      ->check(CLI::IsMember(push_features_names().names()));
  add_streaming_option(c, o->is_streaming);
  c->add_option("--target", o->board,
                "a board (`mote boards`): refuses a model that does not fit, and says what would help");
  c->add_option("--boards", o->boards, "a TOML file with boards of your own");
  c->add_option("--core", o->core,
                "of --format qemu, and what --forms reckons with where there is no --target")
      ->capture_default_str();
  add_form_options(c, o->forms);
  c->add_option("--confidence", o->kept,
                "of push(): the part of right answers on validation windows that are still answered")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1.0));
  c->add_flag("--verify", o->verify, "compile the C with cc and run its self-test; not of qemu");
  c->add_flag("--force", o->force, "write into a folder that holds other files");
  describe(c, *o, "mote export --format c --output firmware/model --verify");
  c->callback([o] {
    const RunOrModel target = find_run_or_model(o->target);
    if (o->format == "bundle") return export_bundle_of(target, *o);
    if (o->format == "notebook") return export_notebook(target, *o);
    const std::vector<std::string> files = writable_formats();
    if (std::find(files.begin(), files.end(), o->format) != files.end()) {
      export_file(target, target.program(), *o);
      return;
    }
    const std::string core = o->board.empty() ? core_by_name(o->core).name : core_for_forms(board_of(*o));
    const ChosenForms chosen = chosen_forms(target.program(), core, o->forms);
    const IntegerProgram &program = chosen.program;
    RunExport kept;
    if (target.run) kept = export_options(*target.run, o->kept);
    warn(kept.notes);
    ExportCOptions options = kept.with_golden();
    options.golden_count = o->golden;
    options.force = o->force;
    options.push_features = *push_features_names().find(o->push);
    if (o->is_streaming) options.is_streaming = *o->is_streaming;
    if (!o->ram.empty()) options.ram_bytes = parse_bytes(o->ram, "--ram");
    if (!o->board.empty()) check_fit(program, board_of(*o), options.ram_bytes);
    if (o->verify && o->format == "qemu")
      throw Error(ErrorCode::kInvalidArgument, "--verify",
                  "compiles for this computer, qemu is firmware for a board",
                  "run `make run` in the folder, or `mote profile --emulate`");
    const ExportedC made = o->format == "c" ? export_c(program, o->output, options)
                           : o->format == "qemu"
                               ? export_qemu(program, core_by_name(o->core), o->output, options)
                               : export_package(program, o->format, o->output, options);
    const std::string verified = o->verify ? verify_c(o->output) : "not asked for";
    if (target.run) note_export(*target.run, o->format, o->output, verified, &chosen);
    for (const std::string &file : made.changed_files)
      warn({fmt::format(
          "{} in {} is of an earlier export and was changed since, so it was kept; this model does not "
          "use it",
          file, o->output)});
    std::string text = fmt::format("Wrote {}: {} files, buffer {} bytes (RAM), weights {} bytes (flash).",
                                   o->output, made.files.size(), made.buffer_bytes, made.weight_bytes);
    if (made.stream_bytes > 0)
      text += fmt::format("\nFor push() {} bytes of RAM more{}.", made.stream_bytes,
                          made.push_features.empty() ? "" : "; it " + made.push_features);
    if (!made.push_layers.empty()) text += "\nOf a stream it " + made.push_layers + ".";
    if (made.streamed_layers > 0)
      text += fmt::format(
          "\nThe first {} layers run row by row: {} bytes are moved per invocation; `mote profile --ram` "
          "says "
          "what that costs.",
          made.streamed_layers, with_commas(static_cast<long long>(made.moved_bytes)));
    text += stored_text(chosen);
    if (o->verify) text += "\nVerified: " + verified;
    nlohmann::json json = {{"format", o->format},
                           {"folder", o->output},
                           {"files", made.files},
                           {"changed_files", made.changed_files},
                           {"buffer_bytes", made.buffer_bytes},
                           {"stream_bytes", made.stream_bytes},
                           {"push_layers", made.push_layers},
                           {"weight_bytes", made.weight_bytes},
                           {"streamed_layers", made.streamed_layers},
                           {"moved_bytes", made.moved_bytes},
                           {"verified", verified}};
    if (!chosen.layers.empty()) json["forms"] = forms_json(chosen);
    result(*o, json, text);
  });
}

}  // namespace mote::cli
