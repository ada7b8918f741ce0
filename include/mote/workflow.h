// What a project goes through, one function per step, as the commands of `mote` do it: each reads the run
// folder, adds to it and returns what it made. Then: runs and model files by name, raw samples, summaries,
// budgets. Files of a run: docs/formats.md.
//
// Uses nlohmann/json.
// Errors: as the parts (project.h, recordings.h, train.h, quantize.h, runs.h) have them; kIo. Files and
// folders appear whole or not at all. Ownership/Threads: two processes may train in one project at the same
// time; each gets a folder of its own.
//
// Example:
//   const mote::Project project = mote::read_project("wave");
//   const mote::RunSummary made = mote::train_run(project);  // wave/runs/<time>-wave/
//   const mote::Run run(made.folder);
//   mote::quantize_run(run);
//   std::cout << mote::evaluate_run(run).evaluations.back().report() << mote::write_report(run) << "\n";
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "mote/compress.h"
#include "mote/device.h"
#include "mote/evaluate.h"
#include "mote/explain.h"
#include "mote/export.h"
#include "mote/files.h"
#include "mote/project.h"
#include "mote/quantize.h"
#include "mote/replay.h"
#include "mote/runs.h"

namespace mote {

struct RunSummary {
  RunFolder folder;
  TrainedRun trained;
  Evaluation test;             // float; empty when there is no test set
  nlohmann::json test_record;  // null then
  // Of the kept epoch, by post-training quantization as `mote quantize` does it; nullopt: see why_no_int8.
  std::optional<Evaluation> val_int8;
  std::string why_no_int8;
  std::vector<std::string> int8_findings;  // where the model loses by it, each in a sentence
  // Classes of which no window was found, each in a sentence: on validation windows, or of a class that has
  // none there on training windows.
  std::vector<std::string> never_found;
  std::string
      rest_finding;  // that the stream it is made for has no class of rest; "": it has one, or needs none
  // What class means and a linear model make of the network's inputs, in a sentence, and that the network is
  // no better; "": that would be too much work, or it is.
  std::string baseline, baseline_finding;
  std::string feature_note;  // why features of the windows are not kept in the project; "": they are
  // The first of what `mote data` warns of in these recordings, with their number; "": nothing.
  std::string data_finding;
  // That the split ignores the groups there are, with the figure of a run that keeps them where there is one;
  // "": it keeps them, or there are none.
  std::string group_finding;
  // Of a detector: the threshold with its false-alarm rate, in a sentence, and that there are too few windows
  // to know that; "": there are not.
  std::string threshold, threshold_finding;
  // What the device would tell of the test recordings; nullopt: the model has no stream, or there are none.
  std::optional<Replay> replay;
  nlohmann::json history;  // history.json
  Splits splits;
};

// Loads, splits, trains, evaluates on the test windows and writes a new run folder at the end, all at once.
// On its way there, runs/<run>.unfinished keeps the state of the training (train.save_seconds).
// `from`: starts with the weights, the preprocessing and the classes of that run, which is recorded as
// parent. Errors: kShape when the two networks differ, naming the first layer that does.
// `before` is called when model and data are known to be sound, with the options that it will train with.
using BeforeTraining =
    std::function<void(const Model &model, const Splits &data, const TrainOptions &options)>;
RunSummary train_run(const Project &project, const Run *from = nullptr,
                     const BeforeTraining &before = nullptr);
// Goes on with the newest unfinished training of the project to the same run, bit for bit, as if it had not
// been stopped. Seeds and epochs are those it was begun with; `epochs` may be more where the schedule of the
// learning rate does not depend on their number. Errors: kNotFound when there is none, kIo when another
// process is at it, kDataFormat when mote.toml or the data have changed since, kInvalidArgument of `epochs`.
RunSummary resume_run(const Project &project, std::optional<int> epochs = {},
                      const BeforeTraining &before = nullptr);
// Makes a run of a model that others trained: model.tflite is an int8 .tflite, or a .mote without a front
// end, of one example in and its classes' probabilities out. The project says what stands in front of it and
// behind it: data.window, data.rate_hz and data.channels (without them: a sound), or data.image_size and
// data.image_channels; data.labels, the classes in the order of the outputs; features and decision. The run
// has its int8 model alone (Run::is_imported()): it can be judged on other recordings and on streams,
// exported and profiled. Errors: kInvalidArgument naming the setting that is missing or does not fit;
// kUnsupported for several inputs or outputs, for outputs that are no probabilities, and for a float model.
struct ImportedRun {
  RunFolder folder;
  IntegerProgram program;
  std::vector<std::string> notes;
};
ImportedRun import_run(const Project &project);

// Those that no process is working on, the newest first.
std::vector<std::string> stopped_trainings(const Project &project);

// Where many runs of a project were judged on one test part: the best of them is too good by chance. Of kind
// "chosen_on_test"; empty below ten.
std::vector<Finding> choice_findings(const Project &project);

// Trainings that differ by their seed alone.
// What seeds are compared by. Of a detector the mean score of normal windows in validation, which alone it
// knows, and the AUC in test.
enum class SeedFigure { kAccuracy, kMeanAbsoluteError, kDetection };
struct SeedScore {
  uint64_t seed = 0;
  RunFolder run;
  SeedFigure figure = SeedFigure::kAccuracy;
  int kept_epoch = 0;
  // The figures, the loss of the kept epoch. Of a detector there is no int8 figure of validation.
  std::optional<double> validation, validation_loss, validation_int8, test;
};
struct SeedSpread {
  double mean = 0, low = 0, high = 0;
};
struct SeedRuns {
  RunFolder folder;  // of their record, seeds.json; it holds no model
  std::vector<SeedScore> seeds;
  SeedFigure figure = SeedFigure::kAccuracy;
  std::optional<SeedSpread> validation, test;  // nullopt: there are no such windows
  size_t kept = 0;                             // of `seeds`: the best by validation; never by the test
  std::string why;                             // in a sentence
  nlohmann::json record;                       // seeds.json
};
// The project once for each seed, side by side on the cores: each run is that of train_run() with the
// project's seed (and that of its split, where it is the same) replaced. What a killed one has done is kept:
// finished runs, and unfinished ones as train_run() leaves them.
// `project` for the seed at hand, so that a command can watch each by callbacks; `end_seed` is told of each
// that ended, one at a time.
struct SeedsRequest {
  std::vector<uint64_t> seeds;
  std::function<void(Project &project, uint64_t seed)> each = nullptr;
  std::function<void(const SeedScore &)> end_seed = nullptr;
};
SeedRuns train_seeds(const Project &project, const SeedsRequest &request);
// Whether there is a series that was not finished and that no process is at.
bool has_open_series(const Project &project);
// Goes on with the newest such series, nullopt: there is none. Seeds are those it was begun with. Errors: kIo
// when another process is at it; kDataFormat when mote.toml has changed since.
std::optional<SeedRuns> resume_seeds(const Project &project, const SeedsRequest &request);

struct FoldScore {
  std::string name;
  size_t examples, correct_float, correct_int8;
  nlohmann::json baseline = {};  // what needs no network on these examples, as history.json has it, or null
};
struct CrossValidation {
  RunFolder folder;
  std::vector<FoldScore> folds;
  Evaluation pooled_float, pooled_int8;  // every example once, by the model that did not see it
  std::string baseline = {};             // what needs no network, on the same examples; "": not computed
  nlohmann::json record = {};            // folds.json
};
// One training per split; each fold's model is also quantized and scored. `end_fold`: told of each.
CrossValidation cross_validate(const Project &project, std::vector<Splits> splits,
                               const std::function<void(const FoldScore &)> &end_fold = nullptr);

// Which windows a run is judged on. By default its own: the recordings and the split that it recorded.
struct JudgedOn {
  std::string data = "";    // the recordings of this folder or file instead
  bool is_resplit = false;  // a new split of what lies in the data folder now
  bool is_own() const { return data.empty() && !is_resplit; }
};
// Recordings that the run did not record are read as its model knows them: channels by name and in its order,
// its window, its classes; `notes` tell what was adapted and what does not look like the training windows.
// Errors: kDataFormat for channels that are missing and for classes that the model does not know; else as
// load_own_data(), load_recordings() and split().
RunData load_run_data(const Run &run, const JudgedOn &on = {});

// The splits that the run was trained with, from its recordings.
Splits splits_of(const Run &run);

struct QuantizeRequest {
  QuantizeSettings settings;
  std::string calibrate_on = "train";  // or "val", "test"
  bool by_row = false;
  bool is_aware = false;  // quantization-aware training instead of calibration alone
  TuneSettings tune = {};
  std::optional<Teaching> teaching = std::nullopt;  // by the float model, where it is tuned
  std::vector<Callback> callbacks = {};             // of that training
  StepCallback on_step = nullptr;                   // of it too
  JudgedOn on = {};
};
struct QuantizedRun {
  IntegerProgram program;
  std::vector<std::string> findings;  // what speaks against the calibration set
  std::vector<EpochRecord> history;   // of quantization-aware training
  bool has_validation = true;         // its scores are of validation windows
  std::string threshold;              // of a detector: with its false-alarm rate, in a sentence
  std::vector<std::string> notes;     // about the recordings
};
// Writes model_int8.mote and quantize.json.
QuantizedRun quantize_run(const Run &run, const QuantizeRequest &request = {});

struct CompressRequest {
  CompressSettings settings = {};
  std::vector<Run> teachers = {};  // beside the run itself, where `is_own_teacher`
  bool is_own_teacher = false;
  std::vector<Callback> callbacks = {};
  StepCallback on_step = nullptr;
  std::function<void(const Splits &data, const TrainOptions &options)> before = nullptr;  // of the first step
  // A search for what is small enough, in place of what `settings` say should be done: flash of weights and
  // model code on a board, by default the project's, or on a Cortex-M4. 0: none.
  size_t flash_bytes = 0;
  std::string board = "";
  double drop = 1;              // points of validation accuracy that it may cost
  bool has_mixed_bits = false;  // of the search: bits of each kernel by sensitivity
  std::function<void(const TriedCompression &)> on_tried = nullptr;
  std::string into = "";  // the folder of the new run, which must not be there; "": the next under runs/
};
struct CompressedRun {
  // How an export stores the weights of the int8 model by calibration; no layers where it has no int8 model.
  ChosenForms forms = {};
  RunSummary made;                           // the new run; its `trained` is that of the last stage
  CompressedModel compressed;                // without its run
  std::vector<TriedCompression> tried = {};  // by a search
  size_t chosen = 0;                         // of these
};
// A new run of the run's own recordings and split, which is recorded as its parent: compress.json says what
// was done. Errors: as compress() and load_own_data(); kDataFormat of a run that does not know its
// recordings.
CompressedRun compress_run(const Run &run, const CompressRequest &request);

// What a project's windows look like, in files of a folder.
struct ShownWindows {
  std::vector<std::string> files;
  nlohmann::json record;
  std::string text;
};
// A picture (PNG and SVG) of raw values and features for each class, and a map of all windows: the two main
// directions (PCA) of what `options.features` make of them, or of the windows themselves. The record has the
// map and the windows that are the farthest from their class. Errors: as train() has them of blocks; kIo.
ShownWindows show_features(const Recordings &recordings, const TrainOptions &options,
                           const std::string &folder);
// A few windows of each class, as they are cut and as options.augment changes them in the first epoch of a
// training on them: one picture of all, and of sounds of a known rate WAV files. Errors: as a training has
// them of options.augment; kIo.
ShownWindows preview_windows(const Dataset &windows, const TrainOptions &options, const std::string &folder);

// Compares the int8 model of the run with the float model; writes explain.json, explain.png and explain.svg.
// Errors: kNotFound without an int8 model.
struct ExplainedRun {
  Explanation explanation;
  nlohmann::json record;  // explain.json
  std::vector<std::string> notes;
};
ExplainedRun explain_run(const Run &run, bool has_remedies = true, const JudgedOn &on = {});

// Windows of other recordings whose class the model does not know; "" for those without one.
struct UnknownClass {
  std::string label;
  size_t windows = 0;
  std::map<std::string, std::vector<size_t>>
      answered;  // by precision: as which of the model's classes, how often
};

struct EvaluateRequest {
  std::string precision = "";  // "float" or "int8"; "": both, and written down
  JudgedOn on = {};            // of other data every window is scored, and nothing is written down
  // Of the run's own windows: "train", "val", "test" or "all"; "": test, or val where there is no test part.
  // Only scores of the test part are written down.
  std::string part = "";
  // Also writes the windows and what the int8 model makes of them into this folder, for comparing with a
  // device: windows.f32 (sensor values), inputs.s8, outputs.s8 and classes.csv.
  std::string dump = "";
  // The replay of the int8 model also on this emulated core, which must tell the same. It must outlive the
  // call; nullptr: on none.
  const Core *core = nullptr;
};
struct RunScores {
  std::vector<Evaluation> evaluations;  // of the windows of known classes; empty where there are none
  std::vector<Replay> replays;          // of models with a stream, one for each evaluation
  DecisionRule rule;                    // that they followed
  std::optional<EmulatedReplay> emulated;
  std::string replay_advice;          // why they are far below the accuracy of windows; "" where they are not
  std::vector<UnknownClass> unknown;  // of other data
  nlohmann::json records;             // one each, with the digests of the model and the data that it is of
  std::vector<std::string> notes;
  std::vector<std::string> reading;  // of other data: where its labels come from, as Recordings::reading
  bool is_resplit = false;           // windows that the model may have been trained on
  std::string part;                  // that was scored; "" of other data
};
// Scores the test windows of the run, or those of another part. Writes evaluation.json and the confusion
// matrix; of a new split evaluation_resplit.json instead.
RunScores evaluate_run(const Run &run, const EvaluateRequest &request = {});
// What a command emulates: the core that is wanted, or else that of the project's target, or a Cortex-M4.
// Errors: kInvalidArgument for a core that cannot be emulated.
const Core &core_to_emulate(const std::string &wanted, const Project *project);

// evaluation_json with the digests, what a report checks before it shows a figure, and the surest wrong
// answers by their places in the folder `project`.
nlohmann::json evaluation_record(const Evaluation &evaluation, const std::string &model_digest,
                                 const std::string &data_digest, const std::string &project = "");

// What an export of the run needs, from its folder alone: golden vectors from windows that it keeps, and
// what push() does otherwise than the model's decision rule says: with `kept`, a threshold that this share of
// the validation windows that were classified rightly reaches. Of a model without a rule, the stride of its
// windows and the threshold that 95 % reach.
struct RunExport {
  Dataset golden;
  ExportCOptions options;
  std::vector<std::string> notes;
  ExportCOptions with_golden() const {
    ExportCOptions o = options;
    if (golden.size() > 0) o.golden_from = &golden;
    return o;
  }
};
// Whether push() can share columns of layers over time as model.streaming asks, before time is spent on
// training. `windows`: of the stream. Errors: kUnsupported, with the layer and the change that would allow
// it.
void check_streaming(const Project &project, const Model &model, const Dataset &examples,
                     const DecisionRule &windows);
RunExport export_options(const Run &run, std::optional<double> kept = {});
// The same without golden vectors: what push() does.
RunExport push_options(const Run &run);
int stride_of(const Run &run);  // of windows that overlap; 0: the exporter's choice

// Probabilities (of 256) that the program gives its right answers, in order; empty where its outputs are
// none.
std::vector<int> right_answers(const IntegerProgram &program, const Dataset &examples);
// The largest probability, but at most 0.9, that at least `kept` of them reach; nullopt without any.
std::optional<double> threshold_of(const std::vector<int> &right, double kept);
std::optional<double> choose_threshold(const IntegerProgram &program, const Dataset &examples, double kept);

// Remembers an export for the report; `forms`: how it stores weights, if any have a pattern.
void note_export(const Run &run, const std::string &format, const std::string &path,
                 const std::string &verified, const ChosenForms *forms = nullptr);

// Compiles the C of an exported folder, of --format c or a package, with the system's compiler and runs its
// self-test. Returns what happened in a sentence. Errors: kDataFormat when a golden vector differs or it does
// not compile, kNotFound without a compiler, kIo where no program may be started.
std::string verify_c(const std::string &folder);

// What the run's records say of the model and data that are there: one HTML page without links to other
// files. Errors: kDataFormat for a damaged record, with its file and field.
std::string report_page(const Run &run);
std::string report_text(const Run &run);  // the same in Markdown, without pictures
// Writes it into the run folder; the path of the page.
std::string write_report(const Run &run);
struct WrittenReport {
  std::string path;
  std::vector<std::string> notes;  // what is not shown and why
};
// "html"; "md": the same in Markdown, without pictures; "json": all records in one. `output`: a file, "" for
// report.html, .md or .json of the run. Errors: as report_page(); kIo.
WrittenReport write_report(const Run &run, const std::string &format, const std::string &output = "");
// The same as a Jupyter notebook (nbformat 4.5), its commands as cells; the path of what was written.
// `output`: a file, or a folder that is there.
std::string write_notebook(const Run &run, const std::string &output);

// Keeps what was measured of the run's int8 model on a board or an emulated core, in place of what was known
// of that one, for the report. Errors: kIo.
void note_profile(const Run &run, const Profile &profile);

// How the int8 model answers the run's test windows (the validation windows of a run without) when these are
// disturbed more and more: noise, gain, turns of the sensor, a clock that is off, lost rows.
struct DisturbedLevel {
  double level = 0;
  Evaluation score;
};
struct Disturbance {
  std::string kind, title, axis, unit;  // "noise", "Added noise", "deviation of the noise, ...", "%"
  std::vector<DisturbedLevel> levels;
  std::string text;  // in a sentence: how far it may go
};
struct Robustness {
  Evaluation undisturbed;
  std::string part;
  std::vector<Disturbance> sweeps;
  std::vector<std::pair<std::string, std::string>> not_applicable;  // title, why
  nlohmann::json record;                                            // robustness.json
  std::vector<std::string> notes;
  std::string text() const;
};
// Writes robustness.json. The same seed gives the same windows, whatever the number of threads. Errors:
// kNotFound without an int8 model, kUnsupported of a model that has no classes or works row by row.
Robustness robustness_of(const Run &run, uint64_t seed);

// What an argument [RUN|MODEL] names: a run, a project, or a .mote or .tflite file.
struct RunOrModel {
  std::optional<Run> run;
  std::optional<AnyModel> file;

  // The integer program to export. Errors: kNotFound, kUnsupported for a float model file.
  const IntegerProgram &program() const;
};
// Errors: kNotFound, kDataFormat.
RunOrModel find_run_or_model(const std::string &name);

// Says that a program does not fit a board, before anything of it is written.
// Errors: kUnsupported with every problem and what would help.
void check_fit(const IntegerProgram &program, const Board &board, size_t ram_bytes);

// A model on raw samples, as `mote run` has it.
struct RanSamples {
  size_t samples = 0;
  std::string output;  // one after the other
};
// What the samples were answered, where the model has classes. A sample without one output per class, or the
// probability of the second of two, is not answered.
struct AnsweredSample {
  std::string place;                  // in the file: "in.csv:2+50"; "": it is binary
  int label = -1;                     // of the model's labels
  std::optional<double> probability;  // where the outputs are probabilities
};
struct RanFile : RanSamples {
  std::vector<AnsweredSample> answers;
  bool is_raw = true;                   // the input was
  size_t outputs = 0;                   // of each sample
  std::string type = "";                // of an output, as NumPy names it: "<f4", "|i1"
  std::vector<std::string> notes = {};  // what is odd about the file, as `predict` says it
};
// `input`, a file: .csv, .tsv or .npy (by name, or NumPy's magic number) as recordings for a model with
// preprocessing, read and cut as by `evaluate`, else as inputs, one sample a row; any other as raw samples.
// `project`: whose settings read it, or nullptr. Errors: as load_recordings and run_samples; kDataFormat for
// values that an input cannot hold.
RanFile run_on_file(const AnyModel &model, const Project *project, const std::string &input,
                    bool is_int8_input = false);
// The outputs. Of raw samples one after the other; else as the name of their file wants them: .npy [samples,
// outputs], .csv with a header and, where there are, label and probability; else one after the other.
std::string format_outputs(const RanFile &ran, const std::vector<std::string> &labels,
                           const std::string &file);

// `input`: samples one after the other, little-endian, no header. A float model takes float32 sensor values
// and gives float32; an int8 program with a front end takes the same and gives its outputs, with
// `is_int8_input` or without a front end it takes its inputs. Errors: kDataFormat naming `where`.
RanSamples run_samples(const AnyModel &model, const std::string &input, const std::string &where,
                       bool is_int8_input = false);

// What a model is made of, for programs and for people, as `mote summary` has it.
struct SummaryOf {
  nlohmann::json record;
  std::string text;
};
// is_folded: as deployed, batch normalization inside the weights before it.
SummaryOf summary_of(const Model &model, bool is_folded = false);
// Of a run (with its int8 program once it has one), a project, also before any training, or a model file.
// "": the project or newest run here. `assignments`: "key=value" in place of what mote.toml says, of a
// project before its first training. Errors: as find_run() and load(); kInvalidArgument when a run or a file
// is given others.
SummaryOf summary_of(const std::string &target, bool is_folded = false,
                     const std::vector<std::string> &assignments = {});

// The same as a picture, .svg or .png: a box for each layer with its attributes, weights and int8 range,
// arrows with shapes. Of a run its int8 model once it has one, also of files that mote cannot run. Errors: as
// summary_of(); kInvalidArgument for another ending; kUnsupported for more layers than can be looked at.
void draw_architecture(const std::string &target, bool is_folded, const std::vector<std::string> &assignments,
                       const std::string &path);
void draw_architecture(const Model &model, bool is_folded, const std::string &path);

// What a model will need on its target is known before it is trained: flash, RAM and time depend on shapes,
// not on weights.
//
// The int8 program of the project's model with the weights that training would begin with. Ranges are those
// of the recordings; without any, of noise of the shape that mote.toml says.
struct UntrainedProgram {
  IntegerProgram program;
  bool has_data = false;
};
// Errors: as load_recordings and build_model; kNotFound when neither recordings nor data.window,
// data.channels and data.labels give the model's shape.
UntrainedProgram untrained_program(const Project &project);
IntegerProgram untrained_program(const Project &project, const Model &model, const Dataset &examples);

// What exceeds [target], each in a sentence. Time counts when even its low end is too long.
std::vector<std::string> over_budget(const TargetBudget &budget, const Profile &profile);

}  // namespace mote
