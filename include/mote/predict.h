// Predictions: what a trained model says of files, window by window, with the decision that push() of the
// exported C makes on the same rows.
//
// Any file that training reads, read as the run read its own; none needs a class. Windows follow each other
// as they do on the device, or are those that the model's trigger opens; each recording of a file is a stream
// of its own. data.rows_per_recording of the run cuts a file only where its values jump there, or where it is
// assigned with the run: a long log is one stream. Of a recording in which no event is heard there are
// windows all the same, of which nothing is told.
//
// Units: start in rows from the beginning of the file, over its recordings one behind the other.
// Memory: a file at a time; of a table of more than 8 MB such a part at a time, what it means decided on the
// first, else what reading the file takes; some 16 MB of windows, and 24 bytes for each answer. Tables that
// are cut or resampled by settings (rows_per_recording, resample, join) are read as a whole, as arrays are.
// Numerics: emulate() shows that the exported C tells the same on a device, row for row.
// Errors: kNotFound, kDataFormat naming file, line and what was expected; kUnsupported for a model without
// preprocessing.
//
// Example:
//   mote::Predictor predictor(mote::find_run_or_model("wave"));
//   for (const std::string &file : predictor.files_of("wave/data")) {
//     const mote::FilePrediction found = predictor.predict(file);
//     std::cout << found.file << " " << predictor.labels()[found.label] << " " << found.probability << "\n";
//   }
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mote/decision.h"
#include "mote/workflow.h"

namespace mote {

struct WindowPrediction {
  long start = 0;         // rows of the file before it
  int label = -1;         // of a classifier
  float probability = 0;  // of that label
  // Over the last windows of its recording; kUnknown: no class is sure enough; kNothing: a trigger did not
  // open this window, or an event was just told.
  int decision = StreamDecision::kUnknown;
  float error = 0;   // of an autoencoder: mean absolute error, of what it works on
  double score = 0;  // of a detector of anomalies; of an int8 one the least with these outputs
};

// A recording of a file, for which windows begin anew.
struct PredictedRecording {
  long line = 0;  // in the file; 0: it has no lines
  long start = 0, rows = 0;
  size_t first = 0, windows = 0;  // of FilePrediction::windows
};

struct FilePrediction {
  std::string file;
  int label = -1;          // of the largest probability, averaged over all its windows
  double probability = 0;  // that average
  std::vector<WindowPrediction> windows;
  std::vector<float> values;  // of a regression: [windows, outputs]
  double error = 0;           // of an autoencoder: average over its windows
  std::vector<PredictedRecording> recordings;
  bool is_whole = false;           // an image or a list of features, not a stretch of time
  double rate_hz = 0;              // 0: not known
  std::vector<std::string> notes;  // sentences about what was read
};

class Predictor {
 public:
  // `precision`: "float", "int8", or "" for int8 where there is such a model. Errors: kNotFound,
  // kUnsupported.
  explicit Predictor(RunOrModel model, const std::string &precision = "");
  ~Predictor();
  Predictor(Predictor &&) noexcept;

  const std::string &precision() const;
  const std::vector<std::string> &labels() const;  // empty of a regression
  ModelTarget target() const;
  int window() const;  // rows
  const DecisionRule &rule() const;
  // Of a detector of anomalies: the score from which a window is one; nullopt: it is none.
  std::optional<double> threshold() const;
  bool has_push() const;  // false: its exported C has none, as of a model that takes row by row
  const std::vector<std::string> &notes() const;  // about the model

  // The files that a name stands for: itself, or those of a folder. Errors: kNotFound, kDataFormat without
  // any.
  std::vector<std::string> files_of(const std::string &path) const;
  FilePrediction predict(const std::string &file) const;
  // The exported C on an emulated core, fed row by row with what predict() reads of the file; its rows are
  // counted from the beginning of the file. Errors:
  // kUnsupported for a float model and for one without push(); kNotFound for tools that are missing;
  // kDataFormat, naming the row, where it does not tell what `desk` has of the file.
  EmulatedReplay emulate(const FilePrediction &desk, const Core &core) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// Whether a command's argument is a model rather than a file to be answered: a run, a project, a .mote or
// .tflite.
bool is_run_or_model(const std::string &name);

}  // namespace mote
