// `mote run` on a file: tables and arrays beside raw samples, and what the outputs say.
//
// Running is samples.cpp; recordings are read where predict reads them (other_recordings.h).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/error.h"
#include "base/escape.h"
#include "base/files.h"
#include "data/column_names.h"
#include "data/csv.h"
#include "data/npy.h"
#include "data/readers/readers.h"
#include "mote/decision.h"
#include "mote/evaluate.h"
#include "mote/workflow.h"
#include "program/program.h"
#include "train/loss.h"
#include "workflow/other_recordings.h"

namespace mote {

namespace {

enum class InputKind { kRaw, kTable, kArray };

InputKind kind_of(const std::string &path, const std::string &bytes) {
  const std::string extension = lower(fs::path(path).extension().string());
  if (extension == ".npy" || bytes.starts_with("\x93NUMPY")) return InputKind::kArray;
  return extension == ".csv" || extension == ".tsv" ? InputKind::kTable : InputKind::kRaw;
}

struct Numbers {
  std::vector<double> values;
  std::vector<std::string> places;  // of each row
  size_t row = 0;                   // values
};

Numbers numbers_in(InputKind kind, const std::string &path, const std::string &bytes) {
  Numbers n;
  if (kind == InputKind::kArray) {
    NpyArray array = parse_npy(bytes, path);
    n.row = array.row_size();
    for (size_t i = 0; i < array.rows(); ++i) n.places.push_back(fmt::format("{}:{}", path, i + 1));
    n.values = std::move(array.values);
    return n;
  }
  std::vector<Finding> problems;
  const Table table = parse_csv(bytes, path, {}, problems);
  if (!problems.empty()) throw Error(ErrorCode::kDataFormat, problems[0].where, problems[0].message);
  n.row = table.columns.size();
  for (const Table::Row &row : table.rows) {
    n.values.insert(n.values.end(), row.values.begin(), row.values.end());
    n.places.push_back(fmt::format("{}:{}", path, row.line));
  }
  return n;
}

template <class T>
void append(std::string &bytes, double value) {
  const T v = static_cast<T>(value);
  bytes.append(reinterpret_cast<const char *>(&v), sizeof v);
}

int port_zero_point(const QuantParams &q) { return q.zero_point.empty() ? 0 : q.zero_point[0]; }

std::string quantized_type(const ProgramTensor &input) {
  const QuantParams q = input.port_quant();
  const std::string type = dtype_name(input.port_dtype());
  return q.is_set()
             ? fmt::format("{} with the scale {} and the zero point {}", type, q.scale[0], port_zero_point(q))
             : type;
}

std::string how_to_quantize(const ProgramTensor &input) {
  const QuantParams q = input.port_quant();
  if (!q.is_set()) return "give whole numbers that fit this type";
  const int zero_point = port_zero_point(q);
  return fmt::format("give round(value / {}) {} {} for each value, as the input is quantized", q.scale[0],
                     zero_point < 0 ? '-' : '+', std::abs(zero_point));
}

// Integers stay as they are: an input's scale and zero point are the caller's.
std::string input_bytes(const IntegerProgram &program, const Numbers &n, const std::string &path) {
  if (program.inputs.size() != 1)
    throw Error(ErrorCode::kUnsupported, path,
                fmt::format("is one array, the model has {} inputs", program.inputs.size()),
                "give raw samples: all inputs of one after the other");
  const ProgramTensor &input = program.tensor(program.inputs[0]);
  if (n.row != input.shape.elements())
    throw Error(ErrorCode::kDataFormat, path,
                fmt::format("has {} values in a row, the model's input has {} {}", n.row,
                            input.shape.elements(), input.shape.text()));
  const DType type = input.port_dtype();
  const bool is_real = type == DType::kFloat32, has_sign = type != DType::kUint8;
  const int bits = static_cast<int>(8 * dtype_bytes(type));
  const double most = std::ldexp(1.0, has_sign ? bits - 1 : bits), least = has_sign ? -most : 0;
  std::string bytes;
  for (size_t i = 0; i < n.values.size(); ++i) {
    const double v = n.values[i];
    if (!is_real && !(v == std::floor(v) && v >= least && v < most))
      throw Error(ErrorCode::kDataFormat, n.places[i / n.row],
                  fmt::format("holds {:g}, the model's input is {}", v, quantized_type(input)),
                  program.front_end.is_set() ? "leave out --int8-input to give sensor values"
                                             : how_to_quantize(input));
    if (is_real)
      append<float>(bytes, v);
    else if (type == DType::kInt8)
      append<int8_t>(bytes, v);
    else if (type == DType::kUint8)
      append<uint8_t>(bytes, v);
    else if (type == DType::kInt16)
      append<int16_t>(bytes, v);
    else if (type == DType::kInt32)
      append<int32_t>(bytes, v);
    else
      throw Error(ErrorCode::kUnsupported, path, fmt::format("the model's input is {}", dtype_name(type)),
                  "give raw samples");
  }
  return bytes;
}

const char *numpy_type(DType type) {
  switch (type) {
    case DType::kInt8:
      return "|i1";
    case DType::kUint8:
      return "|u1";
    case DType::kInt16:
      return "<i2";
    case DType::kInt32:
      return "<i4";
    default:
      return "<f4";
  }
}

// What the outputs are: of an int8 program those of its first output where that is all it gives.
void describe_outputs(const AnyModel &model, RanFile &ran) {
  ran.type = "<f4";
  size_t size = sizeof(float);
  if (const auto *program = std::get_if<IntegerProgram>(&model)) {
    const DType type = program->tensor(program->outputs[0]).port_dtype();
    ran.type = numpy_type(type);
    size = dtype_bytes(type);
  }
  ran.outputs = ran.output.size() / std::max<size_t>(1, ran.samples) / size;
}

// The first largest output, or which side of one half a single one is on.
void answer(const AnyModel &model, RanFile &ran) {
  const size_t classes = labels_of(model).size(), count = ran.outputs;
  if (classes == 0 || (count != classes && !(classes == 2 && count == 1))) return;
  const auto *program = std::get_if<IntegerProgram>(&model);
  if (program && ran.type != "|i1") return;
  const bool has_share = program ? has_probabilities(*program) : true;
  const double boundary =
      program && count == 1 ? decision_threshold(program->tensor(program->outputs[0])) : 0.5;
  ran.answers.resize(ran.samples);
  for (size_t i = 0; i < ran.samples; ++i) {
    std::vector<double> values(count);
    double sum = 0;
    for (size_t k = 0; k < count; ++k) {
      float real = 0;
      if (program)
        real = static_cast<float>(static_cast<int8_t>(ran.output[i * count + k]));
      else
        std::memcpy(&real, ran.output.data() + (i * count + k) * sizeof(float), sizeof real);
      values[k] = double{real};
    }
    AnsweredSample &a = ran.answers[i];
    a.label = class_of(values.data(), count, boundary);
    const double said = values[count == 1 ? 0 : static_cast<size_t>(a.label)];
    double share = program ? (said + 128) / 256 : said;
    if (count == 1 && a.label == 0) share = 1 - share;
    for (double v : values) sum += v;
    const bool is_share =
        program || count == 1 || std::fabs(sum - 1) < 1e-3;  // of a float model without softmax: no
    if (has_share && is_share && share >= 0 && share <= 1) a.probability = share;
  }
}

RanFile run_recordings(const AnyModel &model, const Project *project, const std::string &path) {
  RanFile ran;
  std::vector<std::string> places;
  Recordings recordings = load_for_model(model, options_for(project), path, false, ran.notes);
  recordings.take_off_running_mean(preprocessing_of(model).running_mean);
  constexpr size_t kAtOnce = 1024;
  recordings.each_part(kAtOnce, [&](const Dataset &part) {
    ran.samples += part.size();
    for (const ExampleSource &s : part.sources) places.push_back(s.text());
    const auto add = [&](const auto &values) {
      ran.output.append(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(values[0]));
    };
    if (const auto *program = std::get_if<IntegerProgram>(&model))
      add(integer_outputs(*program, part));
    else
      add(float_outputs(std::get<Model>(model), part, true));
  });
  if (ran.samples == 0)
    throw Error(
        ErrorCode::kDataFormat, path,
        fmt::format("holds no recording as long as the model's window of {} rows", recordings.window()));
  ran.is_raw = false;
  describe_outputs(model, ran);
  answer(model, ran);
  for (size_t i = 0; i < ran.answers.size(); ++i) ran.answers[i].place = places[i];
  return ran;
}

}  // namespace

RanFile run_on_file(const AnyModel &model, const Project *project, const std::string &input,
                    bool is_int8_input) {
  const std::string bytes = read_file(input);
  const InputKind kind = kind_of(input, bytes);
  const auto *program = std::get_if<IntegerProgram>(&model);
  const bool takes_inputs = program && (is_int8_input || !program->front_end.is_set());
  if (kind != InputKind::kRaw && !takes_inputs) return run_recordings(model, project, input);
  if (kind == InputKind::kRaw && is_sound(input))
    throw Error(ErrorCode::kDataFormat, input, "is a sound, whose bytes are no samples that a model takes",
                "`mote predict RUN FILE` reads sounds");
  RanFile ran;
  std::vector<std::string> places;
  if (kind == InputKind::kRaw) {
    static_cast<RanSamples &>(ran) = run_samples(model, bytes, input, is_int8_input);
  } else {
    const Numbers numbers = numbers_in(kind, input, bytes);
    static_cast<RanSamples &>(ran) =
        run_samples(model, input_bytes(*program, numbers, input), input, is_int8_input);
    places = numbers.places;
    ran.is_raw = false;
  }
  describe_outputs(model, ran);
  answer(model, ran);
  for (size_t i = 0; i < ran.answers.size() && i < places.size(); ++i) ran.answers[i].place = places[i];
  return ran;
}

std::string format_outputs(const RanFile &ran, const std::vector<std::string> &labels,
                           const std::string &file) {
  const std::string extension = lower(fs::path(file).extension().string());
  if (ran.is_raw) return ran.output;
  if (extension == ".npy") return format_npy(ran.type, {ran.samples, ran.outputs}, ran.output);
  if (extension != ".csv") return ran.output;
  std::string text = "sample";
  for (size_t k = 0; k < ran.outputs; ++k) text += fmt::format(",output{}", k);
  text += ran.answers.empty() ? "\n" : ",label,probability\n";
  const size_t size = ran.output.size() / std::max<size_t>(1, ran.samples * ran.outputs);
  for (size_t i = 0; i < ran.samples; ++i) {
    text += std::to_string(i);
    for (size_t k = 0; k < ran.outputs; ++k) {
      const char *from = ran.output.data() + (i * ran.outputs + k) * size;
      float real = 0;
      int32_t whole = 0;
      if (ran.type == "<f4") {
        std::memcpy(&real, from, sizeof real);
        text += fmt::format(",{}", real);
      } else {
        std::memcpy(&whole, from, size);
        const int unused = static_cast<int>(32 - 8 * size);
        text += fmt::format(",{}", static_cast<int32_t>(static_cast<uint32_t>(whole) << unused) >> unused);
      }
    }
    if (!ran.answers.empty()) {
      const AnsweredSample &a = ran.answers[i];
      text += "," + escaped(Language::kCsv, labels[static_cast<size_t>(a.label)]) + ",";
      if (a.probability) text += fmt::format("{}", *a.probability);
    }
    text += "\n";
  }
  return text;
}

}  // namespace mote
