// The page of a run from the records that are in it; those of an older model or of other recordings are
// left out and named.
//
// The document: report/html.h. No score is computed anew; what a board would need is estimated here where
// `mote profile` did not measure it.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/escape.h"
#include "base/file_lock.h"
#include "base/files.h"
#include "base/text.h"
#include "features/preprocessing.h"
#include "mote/decision.h"
#include "mote/report.h"
#include "mote/workflow.h"
#include "report/html.h"
#include "runs/json_file.h"
#include "runs/run_folder.h"
#include "workflow/report_pictures.h"
#include "workflow/run_step.h"

namespace mote {

using nlohmann::json;

namespace {

// Whether a record is of a model of the run as it is now.
bool is_current(const Run &run, const json &record, const char *key) {
  const std::string digest = record.value(key, "");
  return !digest.empty() &&
         (digest == run.digest(run_file::kModel) || digest == run.digest(run_file::kIntegerModel));
}

// The evaluations that are of the models and the recordings of the run; what is left out is said.
json current_evaluations(const Run &run, std::vector<std::string> &notes) {
  return run.reading(run_file::kEvaluation, [&](const json &list) -> json {
    if (!list.is_array() || !run.has(run_file::kModel))
      return list;  // of a cross-validation no model is kept
    json shown = json::array();
    bool has_unsigned = false, has_stale = false;
    for (const json &e : list) {
      if (!e.contains("model"))
        has_unsigned = true;
      else if (is_current(run, e, "model") && e.value("data", "") == run.data_digest())
        shown.push_back(e);
      else
        has_stale = true;
    }
    if (has_stale)
      notes.push_back(
          "An evaluation of another model than the one that is here is not shown; `mote evaluate` makes a "
          "new one.");
    if (has_unsigned)
      notes.push_back(
          "An evaluation that does not say which model it is of (an older mote made it) is not shown; `mote "
          "evaluate` makes a new one.");
    return shown;
  });
}

void note_resplit(const Run &run, std::vector<std::string> &notes) {
  run.reading(run_file::kResplit, [&](const json &list) {
    if (!list.is_array()) return;
    for (const json &e : list)
      if (is_current(run, e, "model") && e.contains("accuracy"))
        notes.push_back(
            fmt::format("On a new split of what was in the data folder later, {}: {:.1f} % of {} windows. "
                        "The model may have "
                        "been trained on some of them.",
                        e.at("precision").get<std::string>(), 100 * e.at("accuracy").get<double>(),
                        e.at("examples").get<size_t>()));
  });
}

json current_exports(const Run &run, std::vector<std::string> &notes) {
  return run.reading(run_file::kExports, [&](const json &list) -> json {
    if (!list.is_array()) return list;
    json shown = json::array();
    for (const json &e : list)
      if (is_current(run, e, "int8_model")) shown.push_back(e);
    if (shown.size() < list.size())
      notes.push_back(fmt::format("{} of {} exports are of another int8 model and are not shown.",
                                  list.size() - shown.size(), list.size()));
    return shown;
  });
}

constexpr size_t kMostKeptProfiles = 20;

// A record that is of the int8 model that is there; else null.
json of_int8_model(const Run &run, const char *name) {
  return run.reading(name, [&](const json &j) -> json {
    return j.is_object() && run.has_integer_model() &&
                   j.value("int8_model", "") == run.digest(run_file::kIntegerModel)
               ? j
               : json();
  });
}

// How much a page may hold of what is before the network.
json front_of(const Preprocessing &p, bool is_fitted) {
  if (!p.is_set()) return nullptr;
  json blocks = json::array();
  for (size_t i = 0; i + 1 < p.steps.size(); ++i) blocks.push_back(p.steps[i].block);
  json front = {{"window", p.window},
                {"channels", p.channels},
                {"rate_hz", p.rate_hz},
                {"channel_names", p.channel_names},
                {"blocks", blocks}};
  if (p.image.is_set()) front["image"] = {p.image.height, p.image.width};
  if (p.has_blocks()) front["output"] = output_shape(p).text();
  if (is_fitted)
    front["normalization"] =
        fmt::format("{}, fitted on the training windows, inside the model", p.steps.back().block);
  if (p.decision.is_set())
    front["decision"] = "push() answers by " + decision_text(p.decision, p.channel_names, p.rate_hz);
  return front;
}

// Of the project's board, or of one board for each core that is common; without time where it is not known.
std::vector<Board> boards_of(const Project &project) {
  if (const std::optional<Board> board = target_board(project)) return {*board};
  static const std::vector<Board> kKnown = known_boards();
  std::vector<Board> boards;
  for (const Board &b : kKnown)
    if (b.name == "nano33ble" || b.name == "pico" || b.name == "pico2" || b.name == "nucleo-h743zi")
      boards.push_back(b);
  return boards;
}

// As an export stores its weights for that core, which is what `mote profile` and `mote runs` count, too.
IntegerProgram stored_for(const Run &run, const std::string &core) {
  FormOptions options;
  if (!core.empty()) options.core = core;
  return choose_forms(run.integer_model(), options).program;
}

// What `mote profile` measured, then estimates of what it did not. `plan`: of the first.
json devices_of(const Run &run, bool has_pictures, std::string &plan, std::vector<std::string> &notes) {
  json list = json::array();
  const std::string digest = run.digest(run_file::kIntegerModel);
  run.reading(run_file::kDevices, [&](const json &kept) {
    if (!kept.is_array()) return;
    for (const json &d : kept)
      if (d.value("int8_model", "") == digest) list.push_back(d);
  });
  std::vector<Board> boards;
  try {
    boards = boards_of(run.project());
  } catch (const Error &e) {  // a file of boards that is elsewhere
    notes.push_back(fmt::format("Boards are not estimated: {} {}.", e.where(), e.message()));
  }
  for (const Board &board : boards) {
    const bool is_known = std::any_of(list.begin(), list.end(),
                                      [&](const json &d) { return d.value("target", "") == board.name; });
    if (is_known && (!plan.empty() || !has_pictures)) continue;
    try {
      ProfileOptions options;
      options.board = board;
      options.c = push_options(run).options;
      const Profile p = profile(stored_for(run, board.core), options);
      if (plan.empty() && has_pictures) plan = draw_plan(p).svg;
      if (!is_known) list.push_back(profile_json(p));
    } catch (const Error &) {
      continue;  // no C for a layer: export says why
    }
  }
  return list;
}

json step_of(const Run &run) {
  json step = {{"step", step_name(run)}, {"run", name_of_path(run.path())}};
  run.reading(run_file::kSummary, [&](const json &s) {
    if (!s.is_object()) return;
    step["parameters"] = s.at("parameters");
    step["macs"] = s.at("macs");
  });
  std::vector<std::string> notes;
  const json evaluations = current_evaluations(run, notes);
  if (evaluations.is_array())
    for (const json &e : evaluations)
      if (e.contains("accuracy")) step[e.at("precision").get<std::string>() + "_accuracy"] = e.at("accuracy");
  if (run.has_integer_model()) {
    const json program = program_json(run.integer_model());
    step["weight_bytes"] = program.at("weight_bytes");
    try {
      ProfileOptions options;
      options.board = target_board(run.project());
      options.c = push_options(run).options;
      const Profile p = profile(stored_for(run, options.board ? options.board->core : ""), options);
      step["flash_bytes"] = p.flash_bytes();
    } catch (const Error &) {  // a file of boards that is elsewhere, or no C for a layer
    }
    step["buffer_bytes"] = program.at("buffer_bytes");
  }
  return step;
}

// From the first parent that is still there to the run itself.
json steps_of(const Run &run, std::vector<std::string> &notes) {
  constexpr size_t kMost = 12;
  std::vector<json> steps = {step_of(run)};
  std::optional<Run> at = run;
  while (steps.size() < kMost) {
    const std::string parent = run.reading(
        run_file::kRecord, [&](const json &) { return at->json(run_file::kRecord).value("parent", ""); });
    if (parent.empty()) break;
    const fs::path folder = fs::path(at->folder().project) / parent;
    if (!fs::exists(folder / run_file::kRecord)) {
      notes.push_back(
          fmt::format("The parent run {} is not there, so the comparison begins behind it.", parent));
      break;
    }
    try {
      at.emplace(find_run(folder.lexically_normal().string()));
      steps.push_back(step_of(*at));
    } catch (const std::exception &e) {
      notes.push_back(fmt::format("The parent run {} cannot be read ({}).", parent, reason_of(e)));
      break;
    }
  }
  return json(std::vector<json>(steps.rbegin(), steps.rend()));
}

// The commands that made it, as they are typed in the project's folder.
std::string commands_of(const Run &run, const json &record) {
  std::string text;
  const auto with_settings = [&](std::string command) {
    if (record.contains("set"))
      for (const json &s : record.at("set")) command += " --set " + shell_word(s.get<std::string>());
    return command + "\n";
  };
  const json &compress = run.json(run_file::kCompress);
  const std::string kind = record.value("kind", "training");
  if (kind == "compression" && compress.is_object()) {
    text += compress_command(run, record.value("parent", "RUN")) + "\n";
  } else if (kind == "training") {
    std::string command = "mote train";
    if (record.contains("seed")) command += " --seed " + record.at("seed").dump();
    if (const std::string parent = record.value("parent", ""); !parent.empty())
      command += " --from " + shell_path(parent);
    text += with_settings(command);
  } else if (const json &folds = run.json(run_file::kFolds); kind == "cross-validation" && folds.is_array()) {
    // each fold is called after the group it left out, or by its number
    const bool is_by_group = !folds.empty() && folds.at(0).value("name", "").starts_with("without ");
    return with_settings(
        fmt::format("mote train {} --seed {}",
                    is_by_group ? "--leave-one-group-out" : fmt::format("--folds {}", folds.size()),
                    record.value("seed", uint64_t{0})));
  } else {
    return "";
  }
  const json quantize = of_int8_model(run, run_file::kQuantize);
  if (quantize.is_object())
    text += fmt::format("mote quantize --method {}\n", shell_word(quantize.value("method", "ptq")));
  const std::string name = path_within(run.folder().project, run.path());
  return text +
         fmt::format("mote evaluate\nmote report\nmote reproduce {}  # from the record, and compares bits\n",
                     shell_path(name));
}

json record_of(const Run &run) {
  return run.reading(run_file::kRecord, [&](const json &j) -> json {
    if (!j.is_object()) return nullptr;
    json record = j;
    for (const char *key : {"recordings", "fold_parts"}) record.erase(key);
    if (run.has(run_file::kModel)) record["float_model"] = run.digest(run_file::kModel);
    if (run.has_integer_model()) record["int8_model"] = run.digest(run_file::kIntegerModel);
    if (const std::string again = commands_of(run, j); !again.empty()) record["again"] = again;
    return record;
  });
}

void add_model_records(const Run &run, bool has_pictures, ReportInput &in) {
  if (run.has(run_file::kModel)) {
    in.front = front_of(run.model().preprocessing, true);
    if (has_pictures)
      in.architecture =
          run.has_integer_model() ? picture_graph(run.integer_model()) : picture_graph(run.model());
  } else if (run.is_imported()) {
    in.front = front_of(run.integer_model().front_end, false);
    if (has_pictures) in.architecture = picture_graph(run.integer_model());
  }
  in.steps = steps_of(run, in.notes);
  in.compress = run.json(run_file::kCompress);
  if (has_pictures && run.has(run_file::kCompressSvg)) in.compress_svg = run.text(run_file::kCompressSvg);
  if (!run.has_integer_model()) return;
  in.program = program_json(run.integer_model());
  in.quantize = of_int8_model(run, run_file::kQuantize);
  in.explain = of_int8_model(run, run_file::kExplain);
  in.robustness = of_int8_model(run, run_file::kRobustness);
  if (has_pictures && in.explain.is_object() && run.has(run_file::kExplainSvg))
    in.explain_svg = run.text(run_file::kExplainSvg);
  in.devices = devices_of(run, has_pictures, in.plan_svg, in.notes);
}

// `has_pictures`: else what is made of words alone is gathered.
ReportInput report_input(const Run &run, bool has_pictures = true) {
  ReportInput in;
  const json &record = run.json(run_file::kRecord);  // all optional in format 1
  in.title = record.value("name", "?");
  in.created = record.value("created", "?");
  in.seed = record.contains("seed") ? record.at("seed").dump() : "?";
  in.run = name_of_path(run.path());
  in.where = shell_path(run.path());
  in.record = record_of(run);
  in.data = run.json(run_file::kData);
  in.summary = run.json(run_file::kSummary);
  in.history = run.json(run_file::kHistory);
  in.evaluations = current_evaluations(run, in.notes);
  in.exports = current_exports(run, in.notes);
  in.folds = run.json(run_file::kFolds);
  note_resplit(run, in.notes);
  if (has_pictures && run.has(run_file::kHistorySvg)) in.history_svg = run.text(run_file::kHistorySvg);
  add_model_records(run, has_pictures, in);
  if (has_pictures) {
    in.examples = example_pictures(run);
    in.features = feature_pictures(run);
    in.wrong = wrong_pictures(run);
  }
  in.toml = run.text(run_file::kProject);
  return in;
}

}  // namespace

std::string report_page(const Run &run) { return html_report(report_input(run)); }
std::string report_text(const Run &run) { return document_markdown(run_document(report_input(run, false))); }

WrittenReport write_report(const Run &run, const std::string &format, const std::string &output) {
  const bool is_json = format == "json", is_markdown = format == "md";
  const ReportInput in = report_input(run, !is_json && !is_markdown);
  const std::string bytes = is_json       ? json_text(report_json(in))
                            : is_markdown ? document_markdown(run_document(in))
                                          : html_report(in);
  if (!output.empty()) {
    write_file(output, bytes);
    return {output, in.notes};
  }
  const char *name = is_json       ? run_file::kReportJson
                     : is_markdown ? run_file::kReportMarkdown
                                   : run_file::kReport;
  run.write(name, bytes);
  return {run.file(name).string(), in.notes};
}

std::string write_report(const Run &run) { return write_report(run, "html").path; }

void note_profile(const Run &run, const Profile &profile) {
  const fs::path folder = fs::absolute(run.path()).lexically_normal();
  const FileLock lock(folder.parent_path() / fmt::format(".{}.devices.lock", folder.filename().string()));
  const Run now(run.folder());  // as another process may have left it
  json made = profile_json(profile), kept = json::array();
  made["int8_model"] = run.digest(run_file::kIntegerModel);
  const auto is_replaced = [&](const json &d) {
    return d.value("int8_model", "") != made.at("int8_model") ||
           (d.value("target", "") == made.value("target", "") && d.value("core", "") == made.at("core"));
  };
  now.reading(run_file::kDevices, [&](const json &list) {
    for (const json &d : list.is_array() ? list : json::array())
      if (d.is_object() && !is_replaced(d) && kept.size() + 1 < kMostKeptProfiles) kept.push_back(d);
  });
  if (!made.contains("title")) made["title"] = profile.core;
  kept.push_back(std::move(made));
  run.write(run_file::kDevices, json_text(kept));
}

std::string write_notebook(const Run &run, const std::string &output) {
  fs::path path = output;
  if (fs::is_directory(path))
    path /= c_identifier(run.json(run_file::kRecord).value("name", "model")) + ".ipynb";
  if (path.extension() != ".ipynb") path += ".ipynb";
  write_file(path.string(), json_text(document_notebook(run_document(report_input(run)))));
  return path.string();
}

}  // namespace mote
