// The table of layers for whatever a name stands for: a project before any training, a run with one or
// two models, a file.
//
// The table is nn/layer.cpp's for float models and report/records.cpp's for int8 programs.
#include "mote/workflow.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "features/preprocessing.h"
#include "formats/model_format.h"
#include "mote/decision.h"
#include "mote/report.h"
#include "report/file_description.h"
#include "report/model_picture.h"

namespace mote {

// What stands between the window and the network.
static std::string front_lines(const Preprocessing &p) {
  std::string text;
  if (p.image.is_set())
    text += fmt::format("\nPictures: {} x {} pixels; others are brought to it ({})\n", p.image.width,
                        p.image.height, image_fit_names().name_of(p.image.fit));
  for (size_t i = 0; i + 1 < p.steps.size(); ++i) {
    text += i == 0 ? "\nFeatures: " : begins_chain(p.steps, i) ? "; beside it " : ", then ";
    text += p.steps[i].block;
  }
  if (!p.has_blocks()) return text;
  const std::string how = how_joined(p);
  return text + "\n" + (how.empty() ? "" : fmt::format("({})\n", how));
}

// And behind it: the rule of a stream, if somebody chose one.
static std::string lines_around(const Preprocessing &p) {
  if (!p.decision.is_set()) return front_lines(p);
  return front_lines(p) + fmt::format("\nDecision of push(): {}.\n({})\n",
                                      decision_text(p.decision, p.channel_names, p.rate_hz),
                                      p.decision.reason);
}

SummaryOf summary_of(const Model &model, bool is_folded) {
  const Summary s = summarize(is_folded ? folded(model) : model);
  SummaryOf made{summary_json(s), fmt::format("Model '{}', input {}\n{}", model.graph.name,
                                              model.graph.input.text(), s.text())};
  for (const LeftNormalization &n : left_normalizations(model)) {
    made.record["left_normalizations"].push_back({{"layer", n.layer}, {"why", n.why}});
    made.text += fmt::format(
        "Batch normalization '{}' stays a layer of its own when the model is deployed: {}. Whether int8 "
        "loses "
        "there depends on the data; `mote train` and `mote quantize` say so.\n",
        n.layer, n.why);
  }
  return made;
}

// A project that was never trained can be looked at too.
static bool is_untrained(const fs::path &folder) {
  if (!fs::exists(folder / run_file::kProject) || fs::exists(folder / run_file::kRecord)) return false;
  std::error_code code;
  return !fs::exists(folder / "runs", code) || fs::is_empty(folder / "runs", code);
}

// A file that mote cannot run is described, with all that stands in the way; one that is no model is refused.
static std::optional<FileDescription> described_foreign(const std::string &path, const Error &refusal) {
  if (!fs::is_regular_file(path) || refusal.code() == ErrorCode::kNotFound ||
      refusal.code() == ErrorCode::kIo)
    return {};
  const std::string bytes = read_file(path);
  for (const ModelFormat *format : model_formats())
    if (format->is_kind(bytes) && format->describe.is_given()) return format->describe.get()(bytes, path);
  return {};
}

static RunOrModel found_or_described(const std::string &target, std::optional<FileDescription> &described) {
  try {
    return find_run_or_model(target);
  } catch (const Error &e) {
    described = described_foreign(target, e);
    if (!described) throw;
    return {};
  }
}

static SummaryOf summary_of(const IntegerProgram &p) {
  return {program_json(p),
          fmt::format("int8 model '{}'\n", p.name) + program_text(p) + lines_around(p.front_end)};
}

SummaryOf summary_of(const std::string &target, bool is_folded, const std::vector<std::string> &assignments) {
  const fs::path folder = target.empty() ? "." : target;
  if (is_untrained(folder)) {
    const Project project = read_project(folder.string(), assignments);
    return summary_of(project.build_model(project.recordings()), is_folded);
  }
  if (!assignments.empty())
    throw Error(ErrorCode::kInvalidArgument, "--set", "a run keeps the model it was made with",
                "of a project, before its first training");
  std::optional<FileDescription> described;
  const RunOrModel found = found_or_described(target, described);
  if (described) return {description_json(*described), description_text(*described)};
  if (!found.run) {
    if (const auto *model = std::get_if<Model>(&*found.file)) return summary_of(*model, is_folded);
    return summary_of(std::get<IntegerProgram>(*found.file));
  }
  if (found.run->is_imported()) return summary_of(found.run->integer_model());
  SummaryOf s = summary_of(found.run->model(), is_folded);
  if (!found.run->has_integer_model()) {
    s.text += lines_around(found.run->model().preprocessing);
    return s;
  }
  const IntegerProgram &p = found.run->integer_model();
  s.record = {{"float", s.record}, {"int8", program_json(p)}};
  s.text += "\nint8 program\n" + program_text(p) + lines_around(p.front_end);
  return s;
}

static PictureGraph graph_of(const Model &model, bool is_folded) {
  return picture_graph(is_folded ? folded(model) : model);
}

static PictureGraph graph_of(const std::string &target, bool is_folded,
                             const std::vector<std::string> &assignments) {
  const fs::path folder = target.empty() ? "." : target;
  if (is_untrained(folder)) {
    const Project project = read_project(folder.string(), assignments);
    return graph_of(project.build_model(project.recordings()), is_folded);
  }
  std::optional<FileDescription> described;
  const RunOrModel found = found_or_described(target, described);
  if (described) return picture_graph(*described);
  if (!found.run) {
    if (const auto *model = std::get_if<Model>(&*found.file)) return graph_of(*model, is_folded);
    return picture_graph(std::get<IntegerProgram>(*found.file));
  }
  return found.run->has_integer_model() ? picture_graph(found.run->integer_model())
                                        : graph_of(found.run->model(), is_folded);
}

static void write_picture(const PictureGraph &graph, const std::string &path) {
  picture_bytes({}, path);  // of no other ending
  const Picture made = model_picture(graph);
  write_file(path, picture_bytes(made, path));
}

void draw_architecture(const Model &model, bool is_folded, const std::string &path) {
  write_picture(graph_of(model, is_folded), path);
}

void draw_architecture(const std::string &target, bool is_folded, const std::vector<std::string> &assignments,
                       const std::string &path) {
  write_picture(graph_of(target, is_folded, assignments), path);
}

}  // namespace mote
