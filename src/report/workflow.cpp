#include "report/workflow.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "base/error.h"
#include "base/files.h"
#include "base/process.h"
#include "base/version.h"
#include "export/mote_file.h"
#include "export/tflite/tflite.h"
#include "mote_runtime.h"
#include "quant/qat.h"
#include "quant/quantize.h"
#include "report/callbacks.h"
#include "report/html.h"
#include "report/plot.h"
#include "report/records.h"
#include "report/unfinished.h"

namespace mote {

using nlohmann::json;

namespace {

std::string now_text() {
  return fmt::format("{:%Y-%m-%d %H:%M:%S}",
                     fmt::localtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())));
}

std::string dump(const json &j) { return j.dump(1, ' ', false, json::error_handler_t::replace) + "\n"; }

json read_json(const fs::path &path) {
  if (!fs::exists(path)) return {};
  try {
    return json::parse(read_file(path));
  } catch (const json::exception &e) {
    throw Error(ErrorCode::kDataFormat, path.string(), fmt::format("is damaged ({})", e.what()));
  }
}

json run_record(const Project &p, const std::string &kind) {
  return {{"name", p.name},       {"kind", kind},     {"created", now_text()},
          {"seed", p.train.seed}, {"mote", kVersion}, {"data", p.data_path}};
}

void add_evaluation(StagedFolder &staged, const Evaluation &e) {
  staged.write("evaluation.json", dump(json::array({evaluation_json(e)})));
  if (e.is_regression) return;
  const Picture matrix = draw_confusion(e);
  staged.write("confusion.png", matrix.png);
  staged.write("confusion.svg", matrix.svg);
}

}  // namespace

// `begun`: a training to go on with.
static RunSummary run_training(const Project &project, const std::string &path,
                               const std::optional<Unfinished> &begun) {
  RunSummary result;
  json record = run_record(project, "training"), data;
  Model model;
  {  // the recordings go before the training begins
    const Recordings recordings = load_recordings(project.data_path, project.load);
    result.splits = recordings.split(project.split);
    model = project.build_model(recordings);
    data = recordings_json(recordings, lint(recordings));
    for (const Finding &f : recordings.findings)
      data["findings"].push_back({{"severity", "note"}, {"where", f.where}, {"message", f.message}});
  }
  check_deployable(model);
  const std::string state_path = unfinished_path(path);
  remove_leftovers(path), remove_leftovers(state_path);
  { StagedFolder probe(path); }  // an unwritable place is found before training, not after
  TrainOptions options = project.train;
  if (project.has_checkpoints)
    options.callbacks.push_back(checkpoint((fs::path(project.folder) / "checkpoints").string()));
  const uint32_t digest = digest_of(result.splits);
  if (begun) {
    if (begun->digest != digest)
      throw Error(ErrorCode::kDataFormat, project.data_path, "has changed since the training began",
                  fmt::format("restore the recordings, or remove {} and train anew", state_path));
    options.resume = std::make_shared<TrainingState>(begun->state);
  }
  options.save = [&](const TrainingState &state) {
    try {
      save_unfinished(state_path, {project.toml, project.train.seed, project.split.seed, project.train.epochs,
                                   digest, state});
    } catch (const Error &e) {
      throw Error(e.code(), e.where(), e.message(),
                  fs::exists(state_path)
                      ? "what was saved before is whole: make room and `mote train --resume`"
                      : e.hint());
    }
  };
  result.trained = train(model, result.splits, options);
  StagedFolder staged(path);
  data["split"] = {{"train", result.splits.train.size()},
                   {"val", result.splits.val.size()},
                   {"test", result.splits.test.size()}};
  staged.write("mote.toml", project.toml);
  staged.write("run.json", dump(record));
  staged.write("data.json", dump(data));
  staged.write("summary.json", dump(summary_json(summarize(result.trained.model))));
  staged.write("history.json", dump(history_json(result.trained)));
  staged.write("history.csv", history_csv(result.trained.history));
  const Picture curves = draw_history(result.trained.history, result.trained.best_epoch);
  staged.write("history.png", curves.png);
  staged.write("history.svg", curves.svg);
  staged.write("model.mote", format_mote(result.trained.model));
  if (result.splits.test.size() > 0) {
    result.test = evaluate(result.trained.model, result.splits.test);
    add_evaluation(staged, result.test);
  }
  staged.commit();
  std::error_code ignored;
  fs::remove(state_path, ignored);
  result.folder = find_run(path);
  return result;
}

RunSummary train_run(const Project &project) {
  return run_training(project, new_run_path(project), std::nullopt);
}

RunSummary resume_run(const Project &given) {
  const std::optional<std::string> path = newest_unfinished(given.folder);
  if (!path)
    throw Error(ErrorCode::kNotFound, (fs::path(given.folder) / "runs").string(),
                "there is no unfinished training", "`mote train` without --resume begins one");
  const std::optional<Unfinished> begun = load_unfinished(unfinished_path(*path));
  if (begun->toml != given.toml)
    throw Error(ErrorCode::kDataFormat, (fs::path(given.folder) / "mote.toml").string(),
                "has changed since the training began",
                fmt::format("restore it, or remove {} and train anew", unfinished_path(*path)));
  Project project = given;
  project.train.seed = begun->seed, project.split.seed = begun->split_seed;
  project.train.epochs = begun->epochs;
  return run_training(project, *path, begun);
}

CrossValidation cross_validate(const Project &project, const std::vector<Splits> &splits) {
  if (project.train.target != ModelTarget::kClasses)
    throw Error(ErrorCode::kUnsupported, "train", "cross-validation counts classes; this project has none");
  CrossValidation result;
  const Recordings recordings = load_recordings(project.data_path, project.load);
  const Model model = project.build_model(recordings);
  check_deployable(model);
  const std::string path = new_run_path(project);
  { StagedFolder probe(path); }
  std::vector<int> truth, by_float, by_int8;
  json folds = json::array();
  for (const Splits &fold : splits) {
    const TrainedRun trained = train(model, fold, project.train);
    const Evaluation f = evaluate(trained.model, fold.test),
                     q = evaluate(quantize(trained.model, {fold.train, project.quantize}), fold.test);
    FoldScore score{fold.name, f.truth.size(), 0, 0};
    for (size_t i = 0; i < f.truth.size(); ++i)
      score.correct_float += f.predicted[i] == f.truth[i], score.correct_int8 += q.predicted[i] == q.truth[i];
    truth.insert(truth.end(), f.truth.begin(), f.truth.end());
    by_float.insert(by_float.end(), f.predicted.begin(), f.predicted.end());
    by_int8.insert(by_int8.end(), q.predicted.begin(), q.predicted.end());
    folds.push_back({{"name", score.name},
                     {"examples", score.examples},
                     {"correct_float", score.correct_float},
                     {"correct_int8", score.correct_int8}});
    result.folds.push_back(score);
  }
  result.pooled_float = score("float", recordings.labels, truth, by_float);
  result.pooled_int8 = score("int8", recordings.labels, truth, by_int8);
  StagedFolder staged(path);
  staged.write("mote.toml", project.toml);
  staged.write("run.json", dump(run_record(project, "cross-validation")));
  staged.write("folds.json", dump(folds));
  staged.write(
      "evaluation.json",
      dump(json::array({evaluation_json(result.pooled_float), evaluation_json(result.pooled_int8)})));
  const Picture matrix = draw_confusion(result.pooled_int8);
  staged.write("confusion.png", matrix.png);
  staged.write("confusion.svg", matrix.svg);
  staged.commit();
  result.folder = find_run(path);
  return result;
}

Project project_of(const RunFolder &run) {
  const fs::path path = fs::path(run.path) / "mote.toml";
  Project project = parse_project(read_file(path), path.string(), run.project);
  const json record = read_json(fs::path(run.path) / "run.json");
  // options of the command line are part of the run
  if (record.contains("seed")) {
    if (project.split.seed == project.train.seed) project.split.seed = record.at("seed").get<uint64_t>();
    project.train.seed = record.at("seed").get<uint64_t>();
  }
  if (record.contains("data") && fs::path(record.at("data").get<std::string>()).is_absolute())
    project.data_path = record.at("data");
  return project;
}

Splits splits_of(const RunFolder &run) {
  const Project project = project_of(run);
  return load_recordings(project.data_path, project.load).split(project.split);
}

Model float_model(const RunFolder &run) {
  return std::get<Model>(load((fs::path(run.path) / "model.mote").string()));
}

static fs::path integer_path(const RunFolder &run) { return fs::path(run.path) / "model_int8.mote"; }

bool has_integer_model(const RunFolder &run) { return fs::exists(integer_path(run)); }

IntegerProgram integer_model(const RunFolder &run) {
  if (!has_integer_model(run))
    throw Error(ErrorCode::kNotFound, run.path, "has no int8 model yet", "run `mote quantize` first");
  return std::get<IntegerProgram>(load(integer_path(run).string()));
}

static const Dataset &part_of(const Splits &splits, const std::string &part) {
  return part == "val" ? splits.val : part == "test" ? splits.test : splits.train;
}

QuantizedRun quantize_run(const RunFolder &run, const QuantizeRequest &request) {
  const Splits splits = splits_of(run);
  const Dataset &examples = part_of(splits, request.calibrate_on);
  if (examples.size() == 0)
    throw Error(ErrorCode::kDataFormat, "quantize",
                fmt::format("the run has no {} windows", request.calibrate_on));
  const Project project = project_of(run);
  const QuantizeOptions options{examples, request.settings, request.by_row};
  QuantizedRun result;
  const Model model = float_model(run);
  result.findings = judge_representative(calibration_set(model, options), request.calibrate_on);
  if (!request.settings.drops_outliers)
    if (const size_t far = examples.size() - usual_examples(examples, model.preprocessing).size(); far > 0)
      result.findings.push_back(
          fmt::format("{} of {} windows to calibrate on reach more than four times as far as the others; see "
                      "`mote explain`, or leave them out with --drop-outliers",
                      far, examples.size()));
  json record = {{"method", request.is_aware ? "qat" : "ptq"},
                 {"settings", settings_json(request.settings)},
                 {"calibrate_on", request.calibrate_on},
                 {"findings", result.findings}};
  if (request.is_aware) {
    TrainOptions training = project.train;
    training.callbacks = request.callbacks;
    TunedModel tuned = quantize_aware(model, splits, options, request.tune, training);
    result.program = std::move(tuned.program);
    record["history"] = history_json(tuned.run);
    result.history = std::move(tuned.run.history);
    result.has_validation = splits.val.size() > 0;
  } else {
    result.program = quantize(model, options);
  }
  save(result.program, integer_path(run).string());
  write_file(fs::path(run.path) / "quantize.json", dump(record));
  return result;
}

Explanation explain_run(const RunFolder &run, bool has_remedies) {
  const IntegerProgram program = integer_model(run);
  const Project project = project_of(run);
  const fs::path record = fs::path(run.path) / "quantize.json";
  ExplainOptions options{project.quantize, &project.train, has_remedies};
  try {
    if (fs::exists(record)) options.settings = settings_from(read_json(record).at("settings"));
  } catch (const json::exception &e) {
    throw Error(ErrorCode::kDataFormat, record.string(), fmt::format("is damaged ({})", e.what()),
                "run `mote quantize` anew");
  }
  const Explanation explanation = explain(float_model(run), program, splits_of(run), options);
  write_file(fs::path(run.path) / "explain.json", dump(explanation_json(explanation)));
  const Picture picture = draw_explanation(explanation);
  write_file(fs::path(run.path) / "explain.png", picture.png);
  write_file(fs::path(run.path) / "explain.svg", picture.svg);
  return explanation;
}

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
    write_file(fs::path(run.path) / "evaluation.json", dump(list));
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
  const FrontEnd &f = program.front_end;
  std::vector<int8_t> inputs(data.values.size());
  for (size_t i = 0; i < data.size(); ++i)
    mote_front_end_f32(data.example(i), static_cast<int32_t>(data.example_floats()), f.offset.data(),
                       f.gain.data(), static_cast<int32_t>(f.offset.size()), f.zero_point,
                       inputs.data() + i * data.example_floats());
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

void note_export(const RunFolder &run, const std::string &format, const std::string &path,
                 const std::string &verified) {
  const fs::path file = fs::path(run.path) / "exports.json";
  json list = read_json(file);
  if (!list.is_array()) list = json::array();
  json kept = json::array();
  for (const json &e : list)
    if (e.at("format") != format || e.at("path") != path) kept.push_back(e);
  kept.push_back({{"format", format}, {"path", path}, {"verified", verified}});
  write_file(file, dump(kept));
}

std::optional<double> choose_threshold(const IntegerProgram &program, const Dataset &examples, double kept) {
  const ProgramTensor &output = program.tensor(program.outputs[0]);
  if (!program.front_end.is_set() || !program.states.empty() || output.dtype != DType::kInt8 ||
      !output.quant.is_set() || output.quant.scale[0] != 1.0f / 256)
    return {};
  HostProgram host(program);
  const int count = static_cast<int>(output.shape.elements());
  std::vector<int8_t> scores(static_cast<size_t>(count));
  std::vector<int> right;  // probabilities of right answers, of 256
  for (size_t i = 0; i < examples.size(); ++i) {
    host.predict(examples.example(i), scores.data());
    const int best = count == 1 ? scores[0] > decision_threshold(output) : argmax_s8(scores.data(), count);
    int probability = scores[count == 1 ? 0 : static_cast<size_t>(best)] + 128;
    if (count == 1 && best == 0) probability = 256 - probability;
    if (best == examples.classes[i]) right.push_back(probability);
  }
  if (right.empty()) return {};
  std::sort(right.begin(), right.end());
  const auto lost =
      std::min(right.size() - 1, static_cast<size_t>((1 - kept) * static_cast<double>(right.size())));
  // a stream has windows between two classes, which no validation set has: certainty is not asked for
  constexpr double kMost = 0.9;
  return std::min(kMost, right[lost] / 256.0);
}

ExportCOptions export_options(const RunFolder &run, const IntegerProgram &program, const Splits &splits,
                              double kept) {
  ExportCOptions o;
  if (!program.front_end.is_set()) return o;
  o.golden_from = splits.test.size() > 0 ? &splits.test : &splits.train;
  const int stride = project_of(run).load.stride;  // of windows that overlap; else the exporter's choice
  o.stride = stride > 0 && stride < program.front_end.window ? stride : 0;
  if (splits.val.size() == 0) return o;
  o.threshold = choose_threshold(program, splits.val, kept);
  o.threshold_from = fmt::format("{:g} % of the right answers on {} validation windows reach it", 100 * kept,
                                 splits.val.size());
  return o;
}

std::string verify_c(const std::string &folder) {
  const fs::path binary = fs::temp_directory_path() / fmt::format("mote-selftest-{}", ::getpid());
  std::vector<std::string> command = {"cc",      "-std=c99", "-O2", "-Wall",
                                      "-Wextra", "-Werror",  "-o",  binary.string()};
  for (const auto &entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".c") command.push_back(entry.path().string());
  const ProcessResult compiled = run_process(command);
  if (compiled.status == -1) return "not verified: there is no C compiler (cc)";
  if (compiled.status != 0)
    throw Error(ErrorCode::kDataFormat, folder, "does not compile: " + compiled.output.substr(0, 2000));
  const ProcessResult ran = run_process({binary.string()});
  std::error_code ignored;
  fs::remove(binary, ignored);
  if (ran.status != 0)
    throw Error(ErrorCode::kDataFormat, folder, "fails its self-test: " + ran.output.substr(0, 2000));
  std::string line = ran.output.substr(0, ran.output.find('\n'));
  return "compiled with cc and run: " + line;
}

std::string write_report(const RunFolder &run) {
  const fs::path folder(run.path);
  ReportInput in;
  const json record = read_json(folder / "run.json");
  in.title = record.at("name"), in.created = record.at("created"),
  in.seed = std::to_string(record.at("seed").get<uint64_t>());
  in.run = fs::absolute(folder).lexically_normal().filename().string();
  in.data = read_json(folder / "data.json"), in.summary = read_json(folder / "summary.json"),
  in.history = read_json(folder / "history.json");
  in.evaluations = read_json(folder / "evaluation.json"), in.exports = read_json(folder / "exports.json");
  if (fs::exists(folder / "history.svg")) in.history_svg = read_file(folder / "history.svg");
  if (fs::exists(folder / "confusion.svg")) in.confusion_svg = read_file(folder / "confusion.svg");
  if (has_integer_model(run)) in.program = program_json(integer_model(run));
  in.toml = read_file(folder / "mote.toml");
  const fs::path page = folder / "report.html";
  write_file(page, html_report(in));
  return page.string();
}

}  // namespace mote
