// What a project goes through, one function per step: each reads the run folder, adds to it and returns what
// it made. Files of a run: docs/formats.md.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
#include "export/c/export_c.h"
#include "quant/explain.h"
#include "quant/qat.h"
#include "runs/run_folder.h"
#include "train/evaluate.h"

namespace mote {

struct RunSummary {
  RunFolder folder;
  TrainedRun trained;
  Evaluation test;  // float; empty when there is no test set
  Splits splits;
};

// Loads, splits, trains, evaluates on the test windows and writes a new run folder at the end, all at once.
// On its way there, runs/<run>.unfinished keeps the state of the training (train.save_seconds).
// `before` is called when model and data are known to be sound.
using BeforeTraining = std::function<void(const Model &model, const Splits &data)>;
RunSummary train_run(const Project &project, const BeforeTraining &before = nullptr);
// Goes on with the newest unfinished training of the project to the same run, bit for bit, as if it had not
// been stopped. Seeds and epochs are those it was begun with. Errors: kNotFound when there is none,
// kDataFormat when mote.toml or the data have changed since.
RunSummary resume_run(const Project &project);

struct FoldScore {
  std::string name;
  size_t examples, correct_float, correct_int8;
};
struct CrossValidation {
  RunFolder folder;
  std::vector<FoldScore> folds;
  Evaluation pooled_float, pooled_int8;  // every example once, by the model that did not see it
};
// One training per split; each fold's model is also quantized and scored.
CrossValidation cross_validate(const Project &project, const std::vector<Splits> &splits);

// The splits that the run was trained with, read again from its data.
Splits splits_of(const RunFolder &run);
Project project_of(const RunFolder &run);  // as recorded when the run was made

Model float_model(const RunFolder &run);
fs::path integer_path(const RunFolder &run);  // model_int8.mote
bool has_integer_model(const RunFolder &run);
IntegerProgram integer_model(const RunFolder &run);  // Errors: kNotFound, "run mote quantize first"

struct QuantizeRequest {
  QuantizeSettings settings;
  std::string calibrate_on = "train";  // or "val", "test"
  bool by_row = false;
  bool is_aware = false;  // quantization-aware training instead of calibration alone
  TuneSettings tune = {};
  std::vector<Callback> callbacks = {};  // of that training
};
struct QuantizedRun {
  IntegerProgram program;
  std::vector<std::string> findings;  // what speaks against the calibration set
  std::vector<EpochRecord> history;   // of quantization-aware training
  bool has_validation = true;         // its scores are of validation windows
};
// Writes model_int8.mote and quantize.json.
QuantizedRun quantize_run(const RunFolder &run, const QuantizeRequest &request);

// Compares the int8 model of the run with the float model; writes explain.json, explain.png and explain.svg.
// Errors: kNotFound without an int8 model.
Explanation explain_run(const RunFolder &run, bool has_remedies = true);

// Test windows of the run, or every window of `data_path`; writes evaluation.json and the confusion matrix.
std::vector<Evaluation> evaluate_run(const RunFolder &run, const std::string &precision = "",
                                     const std::string &data_path = "");

// Writes the test windows and what the int8 model makes of them, for comparing with a device: windows.f32
// (sensor values), inputs.s8, outputs.s8 and classes.csv. Returns the number of windows.
size_t dump_run(const RunFolder &run, const std::string &folder);

// What an export of the run needs: golden vectors from its test windows, the stride of its windows, and the
// threshold of push(), chosen so that `kept` of the validation windows that are classified rightly are still
// answered. `splits` must outlive the options.
ExportCOptions export_options(const RunFolder &run, const IntegerProgram &program, const Splits &splits,
                              double kept = 0.95);
// The largest probability, but at most 0.9, that at least `kept` of the rightly classified examples reach;
// nullopt without any.
std::optional<double> choose_threshold(const IntegerProgram &program, const Dataset &examples, double kept);

// Remembers an export for the report.
void note_export(const RunFolder &run, const std::string &format, const std::string &path,
                 const std::string &verified);

// Compiles an exported C folder with the system's compiler and runs its self-test.
// Returns what happened in a sentence. Errors: kDataFormat when a golden vector differs or it does not
// compile.
std::string verify_c(const std::string &folder);

std::string write_report(const RunFolder &run);  // path of the page

}  // namespace mote
