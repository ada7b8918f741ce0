// What a model says of examples, float or int8, and how that is scored: outputs, answers, the windows that
// were answered wrongly, the loss of integer outputs.
//
// The scores themselves, from classes and values of whatever origin, are metrics.cpp; which examples are
// asked about is the workflow's.
#include "mote/evaluate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "base/error.h"
#include "base/threads.h"
#include "data/network_inputs.h"
#include "data/readers/readers.h"
#include "features/preprocessing.h"
#include "graph/op_def.h"
#include "host/detector_program.h"
#include "mote/decision.h"
#include "mote/detector.h"
#include "mote/host_program.h"
#include "train/group_interval.h"
#include "train/network.h"

namespace mote {

static void check_shape(int window, int channels, const Dataset &data) {
  if (data.window != window || data.channels != channels)
    throw Error(ErrorCode::kShape, "evaluate",
                fmt::format("the data has windows of ({}, {}), the model expects ({}, {})", data.window,
                            data.channels, window, channels));
}

static void check_data(int window, int channels, const std::vector<std::string> &labels,
                       const Dataset &data) {
  check_shape(window, channels, data);
  if (!labels.empty() && data.labels != labels)
    throw Error(ErrorCode::kDataFormat, "evaluate",
                fmt::format("the data has the classes {}, the model {}", fmt::join(data.labels, ", "),
                            fmt::join(labels, ", ")));
  if (data.size() == 0) throw Error(ErrorCode::kDataFormat, "evaluate", "there are no windows to evaluate");
}

std::vector<float> float_outputs(const Model &model, const Dataset &data, bool keep_softmax) {
  constexpr int kBatch = 64;
  ThreadPool pool(1);
  Network network(model.graph, kBatch, 0, pool,
                  {.is_whole = keep_softmax || model.preprocessing.target != ModelTarget::kClasses});
  const size_t floats = model.graph.input.elements(), count = network.outputs();
  const NetworkInputs inputs(model.preprocessing, data);
  std::vector<float> outputs;
  for (size_t from = 0; from < data.size(); from += kBatch) {
    const size_t rows = std::min<size_t>(kBatch, data.size() - from);
    for (size_t r = 0; r < rows; ++r) inputs.of(from + r, network.input() + r * floats);
    network.predict(rows);
    for (size_t r = 0; r < rows; ++r)
      outputs.insert(outputs.end(), network.output(r), network.output(r) + count);
  }
  return outputs;
}

std::vector<int8_t> integer_inputs(const IntegerProgram &program, const Dataset &data) {
  const Preprocessing &f = program.front_end;
  const size_t from = window_shape(f).elements(), to = program.tensor(program.inputs[0]).shape.elements();
  if (const Int8Inputs kept(f, data); kept.are_kept()) {
    std::vector<int8_t> inputs(data.size() * to);
    for (size_t i = 0; i < data.size(); ++i) kept.of(i, inputs.data() + i * to);
    return inputs;
  }
  const FrontEnd front_end(f);
  std::vector<float> work(front_end.plan().floats);
  std::vector<int8_t> inputs(data.values.size() / from * to);
  for (size_t i = 0; (i + 1) * to <= inputs.size(); ++i)
    front_end.quantize(data.values.data() + i * from, work.data(), inputs.data() + i * to);
  return inputs;
}

std::vector<int8_t> integer_outputs(const IntegerProgram &program, const Dataset &data) {
  constexpr size_t kFewest = 64;  // examples that a thread is worth
  const size_t slices = std::clamp<size_t>(data.size() / kFewest, 1, hardware_threads());
  const size_t step = program.front_end.window * program.front_end.channels;
  std::vector<std::unique_ptr<HostProgram>> hosts;
  for (size_t s = 0; s < slices; ++s) hosts.push_back(std::make_unique<HostProgram>(program));
  const size_t bytes = hosts[0]->predict_bytes();
  std::vector<int8_t> outputs(data.size() * bytes);
  const Int8Inputs kept(program.front_end, data);
  const bool is_kept = kept.are_kept() && program.states.empty() && program.inputs.size() == 1 &&
                       !program.tensor(program.inputs[0]).is_uint8_port;
  const auto run = [&](int slice) {
    HostProgram &host = *hosts[slice];
    const size_t from = data.size() * slice / slices, to = data.size() * (slice + 1) / slices;
    std::vector<int8_t> input(is_kept ? host.input_bytes() : 0);
    for (size_t i = from; i < to; ++i) {
      if (is_kept) {
        kept.of(i, input.data());
        host.invoke(input.data(), outputs.data() + i * bytes);
        continue;
      }
      host.reset();
      for (size_t at = 0; at + step <= data.example_floats();
           at += step)  // a program of rows sees all of them
        host.predict(data.example(i) + at, outputs.data() + i * bytes);
    }
  };
  if (slices == 1)
    run(0);
  else
    ThreadPool(slices).run(slices, run);
  return outputs;
}

template <class T>
static std::vector<int> classes_of(const std::vector<T> &outputs, size_t count, T threshold) {
  std::vector<int> result;
  for (size_t i = 0; i + count <= outputs.size(); i += count)
    result.push_back(class_of(outputs.data() + i, count, threshold));
  return result;
}

// What the outputs should be.
static std::vector<float> target_values(const Preprocessing &p, const Dataset &data, size_t outputs) {
  std::vector<float> targets = data.targets;
  if (p.target == ModelTarget::kInput) {
    const size_t from = window_shape(p).elements(), to = output_shape(p).elements();
    targets.resize(data.values.size() / from * to);
    const NetworkInputs inputs(p, data);
    for (size_t i = 0; (i + 1) * to <= targets.size(); ++i) inputs.of(i, targets.data() + i * to);
  }
  if (targets.size() != data.size() * outputs)
    throw Error(ErrorCode::kDataFormat, "evaluate",
                fmt::format("the data has {} target values for {} outputs of {} examples", targets.size(),
                            outputs, data.size()));
  return targets;
}

// What the outputs of a classifier say; `values` are before a softmax, or of a single output the probability
// of the second class.
static Answers class_answers(const Dataset &data, std::vector<int> answered, size_t classes,
                             const std::vector<float> &values, bool are_probabilities) {
  Answers a;
  a.classes = classes;
  a.answered = std::move(answered);
  const size_t count = values.size() / std::max<size_t>(1, data.size());
  for (size_t i = 0; i < data.size(); ++i) {
    const float *v = values.data() + i * count;
    for (size_t k = 0; k < count; ++k)
      if (!std::isfinite(v[k]))
        throw Error(ErrorCode::kDataFormat, data.sources.empty() ? "evaluate" : data.sources[i].text(),
                    "the model's output for this window is no number",
                    "are the values in the units of the training data?");
    if (count == 1) {
      const float second = std::clamp(v[0], 0.0f, 1.0f);
      a.probabilities.insert(a.probabilities.end(), {1 - second, second});
    } else if (are_probabilities) {
      a.probabilities.insert(a.probabilities.end(), v, v + count);
    } else {
      const double most = *std::max_element(v, v + count);
      double sum = 0;
      for (size_t k = 0; k < count; ++k) sum += std::exp(v[k] - most);
      for (size_t k = 0; k < count; ++k) a.probabilities.push_back(std::exp(v[k] - most) / sum);
    }
  }
  return a;
}

// Mean absolute error of each example.
static std::vector<float> errors_of(const std::vector<float> &targets, const std::vector<float> &outputs,
                                    size_t examples) {
  std::vector<float> errors(examples);
  const size_t count = outputs.size() / std::max<size_t>(1, examples);
  for (size_t i = 0; i < examples; ++i) {
    double sum = 0;
    for (size_t k = i * count; k < (i + 1) * count; ++k) sum += std::fabs(double{outputs[k]} - targets[k]);
    errors[i] = sum / std::max<size_t>(1, count);
  }
  return errors;
}

// Of an autoencoder also how far each of its outputs is from what went in.
static Answers value_answers(const Preprocessing &p, const Dataset &data, std::vector<float> values) {
  Answers a;
  if (p.target == ModelTarget::kInput) {
    const size_t count = values.size() / std::max<size_t>(1, data.size());
    a.errors = errors_of(target_values(p, data, count), values, data.size());
  }
  a.values = std::move(values);
  return a;
}

Answers answers(const Model &model, const Dataset &data) {
  const Preprocessing &p = model.preprocessing;
  check_shape(p.window, p.channels, data);
  const size_t count = model.graph.output().elements();
  const std::vector<float> outputs = float_outputs(model, data, count == 1);
  if (p.target != ModelTarget::kClasses) return value_answers(p, data, outputs);
  // of a model without labels as many as it has outputs; a single one tells two apart
  const size_t classes = model.labels.empty() ? std::max<size_t>(2, count) : model.labels.size();
  Answers a = class_answers(data, classes_of(outputs, count, 0.5f), classes, outputs, is_detector(model));
  for (size_t i = 0; i < data.size(); ++i)  // as an int8 model would have them
    for (size_t k = count == 1 ? 1 : 0; k < a.classes; ++k)
      a.scores.push_back(
          std::clamp(std::lround(a.probabilities[i * a.classes + k] * 256) - 128, -128L, 127L));
  return a;
}

// A stretch that a label file marks of a file without lines is found by its place in the whole.
static ExampleSource from_beginning(ExampleSource source) {
  if (source.line < 1 || !(is_sound(source.file) || is_acquisition(source.file))) return source;
  return {source.file, 0, static_cast<int>(source.line - 1) + source.row};
}

static std::vector<WrongWindow> wrong_windows(const Dataset &data, const Evaluation &e, const Answers &a,
                                              const std::vector<float> &errors) {
  std::vector<WrongWindow> list;
  for (size_t i = 0; i < data.sources.size(); ++i) {
    if (!e.is_regression && e.truth[i] == e.predicted[i]) continue;
    WrongWindow w;
    w.source = from_beginning(data.sources[i]);
    if (!data.is_features && !data.image.is_set()) {
      w.rows = data.window;
      w.rate_hz = data.rate_hz;
    }
    if (e.is_regression) {
      w.error = double{errors[i]};
    } else {
      w.truth = e.truth[i];
      w.predicted = e.predicted[i];
      w.probability = double{a.probability(i)};
    }
    list.push_back(std::move(w));
  }
  std::stable_sort(list.begin(), list.end(), [](const WrongWindow &x, const WrongWindow &y) {
    return x.probability != y.probability ? x.probability > y.probability : x.error > y.error;
  });
  return list;
}

// The area under the curve, and false alarms with their interval over groups of normal windows.
static DetectionScore detection_score(double threshold, const std::string &unit,
                                      const std::vector<double> &scores, const Evaluation &e) {
  DetectionScore d{true, threshold, unit};
  d.auc = roc_auc(scores, e.truth);
  d.partial_auc = partial_roc_auc(scores, e.truth, DetectionScore::kMaxFpr);
  constexpr size_t kMostPoints = 200;
  d.roc = roc_curve(scores, e.truth, kMostPoints);
  WindowGroups groups{e.groups.kind, e.groups.names};
  std::vector<int> truth, predicted;
  for (size_t i = 0; i < e.truth.size(); ++i) {
    if (e.truth[i] != 0) continue;
    truth.push_back(0);
    predicted.push_back(e.predicted[i]);
    if (!e.groups.of.empty()) groups.of.push_back(e.groups.of[i]);
  }
  const Evaluation normal = score(e.precision, e.labels, truth, predicted, groups);
  d.normal = truth.size();
  d.false_alarms = d.normal - static_cast<size_t>(std::count(predicted.begin(), predicted.end(), 0));
  d.interval_method = normal.interval_method;
  d.false_alarm_interval = {1 - normal.interval.high, 1 - normal.interval.low};
  d.over = over_groups(normal.groups, normal.group_scores.size(), normal.interval_method);
  return d;
}

Evaluation evaluate(const Model &model, const Dataset &data) {
  const Preprocessing &p = model.preprocessing;
  check_data(p.window, p.channels, model.labels, data);
  const size_t count = model.graph.output().elements();
  if (p.target == ModelTarget::kClasses) {
    const Answers a = answers(model, data);
    Evaluation e = score("float", model.labels.empty() ? data.labels : model.labels, data.classes, a.answered,
                         data.groups);
    e.wrong = wrong_windows(data, e, a, {});
    if (is_detector(model))
      e.detection =
          detection_score(anomaly_threshold(model), score_unit(model), anomaly_scores(model, data), e);
    return e;
  }
  const std::vector<float> outputs = float_outputs(model, data, count == 1),
                           targets = target_values(p, data, count);
  Evaluation e = score_values("float", data.size(), targets, outputs);
  e.wrong = wrong_windows(data, e, {}, errors_of(targets, outputs, data.size()));
  return e;
}

// What the outputs of a program stand for.
static std::vector<float> output_values(const IntegerProgram &program, const std::vector<int8_t> &outputs) {
  const QuantParams &quant = program.tensor(program.outputs[0]).quant;
  std::vector<float> values(outputs.size());
  for (size_t i = 0; i < values.size(); ++i) values[i] = quant.scale[0] * (outputs[i] - quant.zero_point[0]);
  return values;
}

static std::vector<float> target_values(const IntegerProgram &program, const Dataset &data, size_t outputs) {
  const Preprocessing &f = program.front_end;
  const bool is_input = f.target == ModelTarget::kInput;
  return target_values(is_input ? real_form(f, program.tensor(program.inputs[0]).quant) : f, data, outputs);
}

static Answers answers_of(const IntegerProgram &program, const Dataset &data,
                          const std::vector<int8_t> &outputs) {
  const ProgramTensor &y = program.tensor(program.outputs[0]);
  const size_t count = y.shape.elements();
  if (program.labels.empty()) {
    const Preprocessing &f = program.front_end;
    return value_answers(
        f.target == ModelTarget::kInput ? real_form(f, program.tensor(program.inputs[0]).quant) : f, data,
        output_values(program, outputs));
  }
  Answers a =
      class_answers(data, classes_of(outputs, count, static_cast<int8_t>(decision_threshold(y))),
                    program.labels.size(), output_values(program, outputs), has_probabilities(program));
  a.scores = outputs;
  return a;
}

static void check_front_end(const IntegerProgram &program) {
  if (!program.front_end.is_set())
    throw Error(ErrorCode::kUnsupported, program.name, "has no front end, as an imported .tflite",
                "evaluate a .mote model");
}

Answers answers(const IntegerProgram &program, const Dataset &data) {
  const Preprocessing &f = program.front_end;
  check_front_end(program);
  check_shape(program.states.empty() ? f.window : data.window, f.channels, data);
  return answers_of(program, data, integer_outputs(program, data));
}

Evaluation score_outputs(const IntegerProgram &program, const Dataset &data,
                         const std::vector<int8_t> &outputs) {
  const size_t count = program.tensor(program.outputs[0]).shape.elements();
  if (!program.labels.empty()) {
    const Answers a = answers_of(program, data, outputs);
    Evaluation e = score("int8", program.labels, data.classes, a.answered, data.groups);
    e.wrong = wrong_windows(data, e, a, {});
    if (is_detector(program))
      e.detection = detection_score(anomaly_threshold(program), score_unit_of(program),
                                    scores_of_outputs(program, outputs), e);
    return e;
  }
  const std::vector<float> targets = target_values(program, data, count),
                           values = output_values(program, outputs);
  Evaluation e = score_values("int8", data.size(), targets, values);
  e.wrong = wrong_windows(data, e, {}, errors_of(targets, values, data.size()));
  return e;
}

double loss_of_outputs(const Loss &loss, const IntegerProgram &program, const Dataset &data,
                       const std::vector<int8_t> &outputs) {
  const size_t count = program.tensor(program.outputs[0]).shape.elements();
  std::vector<float> x = output_values(program, outputs), targets;
  if (program.labels.empty()) targets = target_values(program, data, count);
  constexpr float kLeast = 1.0f / 512;  // half a step of a probability
  const bool is_probability = !program.layers.empty() &&
                              op_by_name(program.layers.back().op).output_range == OutputRange::kProbability;
  if (!loss.is_regression() && is_probability)  // the loss works on logits
    for (float &p : x) {
      const float q = std::clamp(p, kLeast, 1 - kLeast);
      p = loss.type == LossType::kBinaryCrossentropy ? std::log(q / (1 - q)) : std::log(q);
    }
  double sum = 0;
  for (size_t i = 0; i < data.size(); ++i) {
    Target target;
    if (targets.empty())
      target.truth = data.classes[i];
    else
      target.values = targets.data() + i * count;
    sum += example_loss(loss, count, x.data() + i * count, target, 1, nullptr);
  }
  return sum / std::max<size_t>(1, data.size());
}

Evaluation evaluate(const IntegerProgram &program, const Dataset &data) {
  const Preprocessing &f = program.front_end;
  check_front_end(program);
  check_data(program.states.empty() ? f.window : data.window, f.channels, program.labels, data);
  return score_outputs(program, data, integer_outputs(program, data));
}

}  // namespace mote
