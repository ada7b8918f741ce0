// lstm: TensorFlow Lite's UNIDIRECTIONAL_SEQUENCE_LSTM, int8 with an int16 cell state, as found in imported
// models. The state starts at zero with every call; carrying it from call to call is a streaming form that
// does not exist yet.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "mote_runtime.h"
#include "ops/import_support.h"
#include "ops/integer_support.h"
#include "ops/op_list.h"

namespace mote::ops {
namespace {

// Inputs of the layer: x, four input weights, four recurrent weights, four biases (gates i, f, g, o);
// outputs: y and the cell state as scratch.
constexpr int kUnidirectionalSequenceLstm = 44;
constexpr size_t kInputWeights = 1, kRecurrentWeights = 5, kBias = 9;

struct Prepared {
  mote_lstm_s8_params params;
  std::vector<int8_t> input_weights, recurrent_weights;
  std::vector<int32_t> bias;
};

Prepared prepare(const IntegerProgram &p, const ProgramLayer &l) {
  const ProgramTensor &x = input_of(p, l, 0, DType::kInt8), &y = output_of(p, l, 0, DType::kInt8),
                      &cell = output_of(p, l, 1, DType::kInt16);
  require(x.shape.rank() == 3 && y.shape.rank() == 3, l, "input and output must be (batch, time, values)",
          ErrorCode::kShape);
  Prepared r{};
  mote_lstm_s8_params &q = r.params;
  q.batches = x.shape[0], q.steps = x.shape[1], q.inputs = x.shape[2], q.cells = y.shape[2];
  require(y.shape == Shape({q.batches, q.steps, q.cells}) &&
              cell.shape.elements() == static_cast<size_t>(q.cells),
          l, fmt::format("input {} and output {} do not fit", x.shape.text(), y.shape.text()),
          ErrorCode::kShape);
  const double sx = scale_of(l, x), sh = scale_of(l, y), sc = l.attrs.number("cell_scale"),
               gate_scale = std::ldexp(1.0, -12);
  q.input_zero_point = zero_point_of(l, x), q.hidden_zero_point = zero_point_of(l, y);
  int power;
  require(std::frexp(sc, &power) == 0.5, l,
          fmt::format("the cell state's scale {} is not a power of two", sc));
  q.cell_scale_power = power - 1;
  require(q.cell_scale_power >= -24 && q.cell_scale_power <= 0, l,
          fmt::format("the cell state's scale {} is out of range", sc));
  const double clip = l.attrs.number("cell_clip");
  if (clip > 0) q.cell_clip = static_cast<int32_t>(std::min(std::max(clip / sc, -32768.0), 32767.0));
  const auto set = [](double real, int32_t &value, int32_t &shift) {
    const Multiplier m = quantize_multiplier(real);
    value = m.value, shift = m.shift;
  };
  for (size_t g = 0; g < 4; ++g) {
    const auto take = [&](size_t first, int columns, double scale, const ProgramTensor *bias,
                          std::vector<int8_t> &all, int32_t &value, int32_t &shift) {
      const ProgramTensor &w = constant_of(p, l, first + g, DType::kInt8);
      require(w.shape == Shape({q.cells, columns}), l,
              fmt::format("weights {} should be ({}, {})", w.shape.text(), q.cells, columns),
              ErrorCode::kShape);
      require(zero_point_of(l, w) == 0, l, "its weights are not symmetric");
      const double real = scale * static_cast<double>(scale_of(l, w)) / gate_scale;
      for (size_t j = 0; j < static_cast<size_t>(q.cells); ++j)
        check_accumulator(l,
                          accumulator_bound(w.as<int8_t>() + j * static_cast<size_t>(columns),
                                            static_cast<size_t>(columns), bias, j),
                          real);
      all.insert(all.end(), w.as<int8_t>(), w.as<int8_t>() + w.shape.elements());
      set(real, value, shift);
    };
    const ProgramTensor *bias = optional_bias(p, l, kBias + g, static_cast<size_t>(q.cells));
    require(bias != nullptr, l, "a gate has no bias");
    take(kInputWeights, q.inputs, sx, bias, r.input_weights, q.input_multiplier[g], q.input_shift[g]);
    take(kRecurrentWeights, q.cells, sh, nullptr, r.recurrent_weights, q.recurrent_multiplier[g],
         q.recurrent_shift[g]);
    r.bias.insert(r.bias.end(), bias->as<int32_t>(), bias->as<int32_t>() + q.cells);
  }
  const double unit = std::ldexp(1.0, -15), largest = std::ldexp(1.0, 30);
  check_accumulator(l, largest, unit * unit / sc);
  check_accumulator(l, largest, unit * unit / sh);
  set(unit, q.forget_multiplier, q.forget_shift);
  set(unit * unit / sc, q.update_multiplier, q.update_shift);
  set(unit * unit / sh, q.output_multiplier, q.output_shift);
  return r;
}

HostCall lstm_run(const IntegerProgram &p, const ProgramLayer &l) {
  auto s = std::make_shared<Prepared>(prepare(p, l));
  return [s](const void *const *in, void *const *out) {
    mote_lstm_s8(&s->params, static_cast<const int8_t *>(in[0]), s->input_weights.data(),
                 s->recurrent_weights.data(), s->bias.data(), static_cast<int16_t *>(out[1]),
                 static_cast<int8_t *>(out[0]));
  };
}

CCall lstm_c(const IntegerProgram &p, const ProgramLayer &l) {
  const Prepared s = prepare(p, l);
  const auto &q = s.params;
  return {"mote_lstm_s8",
          "lstm_s8.c",
          "mote_lstm_s8_params",
          {{"batches", q.batches},
           {"steps", q.steps},
           {"inputs", q.inputs},
           {"cells", q.cells},
           {"input_zero_point", q.input_zero_point},
           {"hidden_zero_point", q.hidden_zero_point},
           {"cell_clip", q.cell_clip},
           {"cell_scale_power", q.cell_scale_power},
           {"forget_multiplier", q.forget_multiplier},
           {"forget_shift", q.forget_shift},
           {"update_multiplier", q.update_multiplier},
           {"update_shift", q.update_shift},
           {"output_multiplier", q.output_multiplier},
           {"output_shift", q.output_shift},
           {"input_multiplier", q.input_multiplier},
           {"input_shift", q.input_shift},
           {"recurrent_multiplier", q.recurrent_multiplier},
           {"recurrent_shift", q.recurrent_shift}},
          {{"input_weights", DType::kInt8, {s.input_weights.begin(), s.input_weights.end()}},
           {"recurrent_weights", DType::kInt8, {s.recurrent_weights.begin(), s.recurrent_weights.end()}},
           {"bias", DType::kInt32, {s.bias.begin(), s.bias.end()}}},
          {"params", "in0", "input_weights", "recurrent_weights", "bias", "out1", "out0"}};
}

// The operator's 24 inputs: 1-4 and 5-8 weights, 12-15 biases, 18 hidden and 19 cell state; the rest must be
// absent.
Attrs lstm_read(const TfOperator &op, IntegerProgram &p, ProgramLayer &l) {
  const auto *o = std::get_if<TfLstm>(&op.options);
  require(o != nullptr && l.inputs.size() >= 20 && l.outputs.size() == 1, l, "lacks inputs or options");
  require(!o->is_time_major && o->projection_clip == 0, l,
          "is time-major or clips a projection, which is not supported");
  for (size_t i : {9, 10, 11, 16, 17, 20, 21, 22, 23})
    require(i >= l.inputs.size() || l.inputs[i] < 0, l,
            "uses peephole, projection or layer norm, which TensorFlow Lite Micro does not have either");
  std::vector<int> inputs = {l.inputs[0]};
  for (size_t i : {1, 2, 3, 4, 5, 6, 7, 8, 12, 13, 14, 15}) inputs.push_back(l.inputs[i]);
  require(l.inputs[18] >= 0 && l.inputs[19] >= 0 && l.outputs[0] >= 0, l, "has no state tensors");
  const ProgramTensor &hidden = p.tensor(l.inputs[18]), &cell = p.tensor(l.inputs[19]);
  require(cell.dtype == DType::kInt16 && cell.quant.scale.size() == 1, l,
          "needs an int16 cell state with a scale");
  require_same_scale(l, hidden, p.tensor(l.outputs[0]));
  const Attrs attrs{{"cell_scale", static_cast<double>(cell.quant.scale[0])},
                    {"cell_clip", static_cast<double>(o->cell_clip)}};
  const int cells = p.tensor(l.outputs[0]).shape.rank() > 0 ? p.tensor(l.outputs[0]).shape[-1] : 1;
  l.inputs = inputs;
  l.outputs.push_back(p.add_tensor({l.name + "/cell", {cells}, DType::kInt16, cell.quant, {}, false}));
  return attrs;
}

TfOperator lstm_write(const IntegerProgram &p, const ProgramLayer &l) {
  const ProgramTensor &y = p.tensor(l.outputs[0]), &cell = p.tensor(l.outputs[1]);
  const std::vector<int> state = {y.shape[0], y.shape[2]};
  std::vector<TfOperand> operands(24, {TfOperand::kAbsent});
  operands[0] = {0};
  for (int i = 0; i < 8; ++i) operands[static_cast<size_t>(1 + i)] = {static_cast<int>(kInputWeights) + i};
  for (int i = 0; i < 4; ++i) operands[static_cast<size_t>(12 + i)] = {static_cast<int>(kBias) + i};
  operands[18] = {TfOperand::kNone, {}, state, DType::kInt8, y.quant, true};
  operands[19] = {TfOperand::kNone, {}, state, DType::kInt16, cell.quant, true};
  const auto clip = static_cast<float>(l.attrs.number("cell_clip"));
  return {kUnidirectionalSequenceLstm, 1, TfLstm{TfActivation::kTanh, clip, 0.0f, false}, operands, 1};
}

}  // namespace

const OpDef &lstm_op() {
  const NotSupported imported = imported_only("lstm");
  static const OpDef kOp{
      .name = "lstm",
      .doc = "Long short-term memory over a sequence (imported models).",
      .attrs = {{"cell_scale", 1.0 / 2048, "scale of the cell state, a power of two", {}, 1e-9, 1.0},
                {"cell_clip", 0.0, "largest cell state; 0: none", {}, 0, 1e9}},
      .structure = imported,
      .forward = imported,
      .backward = imported,
      .integer = imported,
      .run = Run(lstm_run),
      .c = EmitC(lstm_c),
      .tflite = Tflite{{kUnidirectionalSequenceLstm}, lstm_write, lstm_read},
      .cost = CostOf([](const std::vector<Shape> &in, const Shape &out, const Attrs &) {
        uint64_t weights = 0;
        for (size_t i = kInputWeights; i < kBias && i < in.size(); ++i) weights += in[i].elements();
        return Cost{weights * out.elements() / static_cast<uint64_t>(out[-1])};
      })};
  return kOp;
}

}  // namespace mote::ops
