#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "report/plot.h"
#include "report/records.h"
#include "runs/json_file.h"
#include "workflow/workflow.h"

namespace mote {

using nlohmann::json;

std::vector<Evaluation> evaluate_run(const RunFolder &run, const std::string &precision,
                                     const std::string &data_path) {
  const Project project = project_of(run);
  const Model model = float_model(run);
  Dataset data;
  if (data_path.empty()) {
    data = splits_of(run).test;
    if (data.size() == 0)
      throw Error(ErrorCode::kDataFormat, "evaluate", "the run has no test windows",
                  "give data with --data, or a split with test > 0");
  } else {
    LoadOptions options = project.load;
    options.window = model.preprocessing.window, options.labels = {};
    if (options.stride == 0) options.stride = options.window;
    const Recordings recordings = load_recordings(data_path, options);
    for (const std::string &label : recordings.labels)
      if (!model.labels.empty() &&
          std::find(model.labels.begin(), model.labels.end(), label) == model.labels.end())
        throw Error(ErrorCode::kDataFormat, data_path,
                    fmt::format("holds recordings of '{}', which the model does not know", label),
                    fmt::format("its classes are {}", fmt::join(model.labels, ", ")));
    Recordings mapped = recordings;
    if (!model.labels.empty()) mapped.labels = model.labels;
    data = mapped.all();
  }
  std::vector<Evaluation> results;
  if (precision != "int8") results.push_back(evaluate(model, data));
  if (precision == "int8" || (precision.empty() && has_integer_model(run)))
    results.push_back(evaluate(integer_model(run), data));
  if (data_path.empty() && precision.empty()) {
    json list = json::array();
    for (const Evaluation &e : results) list.push_back(evaluation_json(e));
    write_file(fs::path(run.path) / "evaluation.json", json_text(list));
    if (results.back().is_regression) return results;
    const Picture matrix = draw_confusion(results.back());
    write_file(fs::path(run.path) / "confusion.png", matrix.png);
    write_file(fs::path(run.path) / "confusion.svg", matrix.svg);
  }
  return results;
}

size_t dump_run(const RunFolder &run, const std::string &target) {
  const IntegerProgram program = integer_model(run);
  const Dataset data = splits_of(run).test;
  const Evaluation scores = evaluate(program, data);
  const std::vector<int8_t> inputs = integer_inputs(program, data);
  const std::vector<int8_t> outputs = integer_outputs(program, data);
  std::string table = "window,source,truth,predicted\n";
  for (size_t i = 0; !scores.is_regression && i < data.size(); ++i)
    table += fmt::format("{},\"{}\",{},{}\n", i, data.sources[i].text(),
                         data.labels[static_cast<size_t>(scores.truth[i])],
                         data.labels[static_cast<size_t>(scores.predicted[i])]);
  const auto bytes = [](const auto &v) {
    return std::string_view(reinterpret_cast<const char *>(v.data()), v.size() * sizeof(v[0]));
  };
  StagedFolder staged(target);
  staged.write("windows.f32", bytes(data.values));
  staged.write("inputs.s8", bytes(inputs));
  staged.write("outputs.s8", bytes(outputs));
  staged.write("classes.csv", table);
  staged.commit();
  return data.size();
}

}  // namespace mote
