// lstm: long short-term memory over (time, values), Keras' equations and gate order i, f, g, o:
//   i, f, o = sigmoid(x W + h U + b), g = tanh(x W + h U + b); c' = f c + i g; h' = o tanh(c')
// Its integer form is TensorFlow Lite's UNIDIRECTIONAL_SEQUENCE_LSTM: int8 with an int16 cell state.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "kernels/conv2d.h"
#include "kernels/gemm.h"
#include "mote_runtime.h"
#include "ops/channel_support.h"
#include "ops/import_support.h"
#include "ops/op_list.h"
#include "ops/recurrent_support.h"
#include "ops/weights.h"

namespace mote::ops {
namespace {

RecurrentSizes sizes_of(const NodeView &v) { return recurrent_sizes("lstm", v); }

std::vector<ParamSpec> lstm_params(const NodeView &v) {
  constexpr int kGates = 4;
  const RecurrentSizes s = sizes_of(v);
  return recurrent_params(
      v, s, kGates,
      {.role = Role::kBias, .shape = {kGates * s.units}, .channel_axis = 0, .init = Init::kForgetOnes});
}

// What forward keeps of each example and step, `units` floats each: the gates, the cell, its tanh, h, and
// room for the gradients of h and the cell.
enum Slot { kI, kF, kG, kO, kCell, kTanh, kH, kGradient, kCellGradient, kSlots };

struct Steps {
  RecurrentSizes s;
  float *state;
  ptrdiff_t step() const { return ptrdiff_t{kSlots} * s.units; }
  ptrdiff_t row() const { return s.steps * step(); }
  float *at(int r, int t, Slot slot) const { return state + r * row() + t * step() + slot * s.units; }
};

void lstm_forward(const RecurrentSizes &s, const ForwardArgs &a) {
  const Steps m{s, a.state};
  const int units = s.units, gates = 4 * units;
  kernels::gemm({a.rows * s.steps, gates, s.inputs, a.x[0], s.inputs, 1, a.params[0], gates, m.at(0, 0, kI),
                 m.step(), a.params[2]});
  for (int t = 0; t < s.steps; ++t) {
    if (t > 0)
      kernels::gemm({a.rows, gates, units, m.at(0, t - 1, kH), m.row(), 1, a.params[1], gates, m.at(0, t, kI),
                     m.row(), nullptr, true});
    for (int r = 0; r < a.rows; ++r) {
      float *i = m.at(r, t, kI), *f = m.at(r, t, kF), *g = m.at(r, t, kG), *o = m.at(r, t, kO),
            *cell = m.at(r, t, kCell), *tanh = m.at(r, t, kTanh), *h = m.at(r, t, kH);
      const float *old = t > 0 ? m.at(r, t - 1, kCell) : nullptr;
      apply_sigmoid(i, 2 * units);
      apply_tanh(g, units);
      apply_sigmoid(o, units);
      for (int j = 0; j < units; ++j) cell[j] = i[j] * g[j];
      for (int j = 0; old && j < units; ++j) cell[j] += f[j] * old[j];
      std::copy_n(cell, units, tanh);
      apply_tanh(tanh, units);
      for (int j = 0; j < units; ++j) h[j] = o[j] * tanh[j];
    }
  }
  copy_outputs(
      s, a.rows, [&](int r, int t) { return m.at(r, t, kH); }, a.y);
}

// From the last step to the first; the gates become the gradients of their sums.
void lstm_backward(const RecurrentSizes &s, const BackwardArgs &a) {
  const Steps m{s, a.state};
  const int units = s.units, gates = 4 * units;
  copy_gradients(s, a.rows, a.dy, [&](int r, int t) { return m.at(r, t, kGradient); });
  for (int r = 0; r < a.rows; ++r) std::fill_n(m.at(r, s.steps - 1, kCellGradient), units, 0.0f);
  float *transposed = a.scratch;
  kernels::transpose(a.params[1], units, gates, transposed);
  for (int t = s.steps - 1; t >= 0; --t) {
    for (int r = 0; r < a.rows; ++r) {
      float *i = m.at(r, t, kI), *f = m.at(r, t, kF), *g = m.at(r, t, kG), *o = m.at(r, t, kO);
      const float *tanh = m.at(r, t, kTanh), *dh = m.at(r, t, kGradient), *later = m.at(r, t, kCellGradient);
      const float *old = t > 0 ? m.at(r, t - 1, kCell) : nullptr;
      float *before = t > 0 ? m.at(r, t - 1, kCellGradient) : nullptr;
      for (int j = 0; j < units; ++j) {
        const float ij = i[j], fj = f[j], gj = g[j], oj = o[j], tj = tanh[j];
        const float dc = later[j] + dh[j] * oj * (1.0f - tj * tj);
        if (before) before[j] = dc * fj;
        i[j] = dc * gj * ij * (1.0f - ij);
        f[j] = (old ? dc * old[j] : 0.0f) * fj * (1.0f - fj);
        g[j] = dc * ij * (1.0f - gj * gj);
        o[j] = dh[j] * tj * oj * (1.0f - oj);
      }
      for (int k = 0; k < gates; ++k) a.dparams[2][k] += i[k];
    }
    if (t > 0)
      kernels::gemm({a.rows, units, gates, m.at(0, t, kI), m.row(), 1, transposed, units,
                     m.at(0, t - 1, kGradient), m.row(), nullptr, true});
  }
  kernels::gemm({s.inputs, gates, a.rows * s.steps, a.x[0], 1, s.inputs, m.at(0, 0, kI), m.step(),
                 a.dparams[0], gates, nullptr, true});
  for (int r = 0; r < a.rows && s.steps > 1; ++r)
    kernels::gemm({units, gates, s.steps - 1, m.at(r, 0, kH), 1, m.step(), m.at(r, 1, kI), m.step(),
                   a.dparams[1], gates, nullptr, true});
  if (a.dx[0] == nullptr) return;
  kernels::transpose(a.params[0], s.inputs, gates, transposed);
  kernels::gemm({a.rows * s.steps, s.inputs, gates, m.at(0, 0, kI), m.step(), 1, transposed, s.inputs,
                 a.dx[0], s.inputs, nullptr, a.is_adding[0]});
}

// Of h and of the cell, at all steps.
void lstm_ranges(const RecurrentSizes &s, const float *state, int rows, std::vector<ValueRange> &ranges) {
  const Steps m{s, const_cast<float *>(state)};
  ranges.resize(2);
  for (int r = 0; r < rows; ++r)
    for (int t = 0; t < s.steps; ++t) {
      ranges[0].include(m.at(r, t, kH), s.units);
      ranges[1].include(m.at(r, t, kCell), s.units);
    }
}

// Inputs of the layer: x, four input weights, four recurrent weights, four biases (gates i, f, g, o), and
// optionally the initial hidden [cells] int8 and cell state [cells] int16; outputs: y, always the sequence,
// and the last cell state.
constexpr int kUnidirectionalSequenceLstm = 44;
constexpr size_t kInputWeights = 1, kRecurrentWeights = 5, kBias = 9, kHidden = 13, kInitialCell = 14;

struct Prepared {
  mote_lstm_s8_params params;
  std::vector<int8_t> input_weights, recurrent_weights;
  std::vector<int32_t> bias, recurrent_bias;  // which hold the zero points
};

Prepared prepare(const IntegerProgram &p, const ProgramLayer &l) {
  const ProgramTensor &x = input_of(p, l, 0, DType::kInt8), &y = output_of(p, l, 0, DType::kInt8),
                      &cell = output_of(p, l, 1, DType::kInt16);
  require(x.shape.rank() == 3 && y.shape.rank() == 3, l, "input and output must be (batch, time, values)",
          ErrorCode::kShape);
  Prepared r{};
  mote_lstm_s8_params &q = r.params;
  q.batches = x.shape[0];
  q.steps = x.shape[1];
  q.inputs = x.shape[2];
  q.cells = y.shape[2];
  require(y.shape == Shape({q.batches, q.steps, q.cells}) && std::cmp_equal(cell.shape.elements(), q.cells),
          l, fmt::format("input {} and output {} do not fit", x.shape.text(), y.shape.text()),
          ErrorCode::kShape);
  if (l.inputs.size() > kHidden) {
    const ProgramTensor &hidden = input_of(p, l, kHidden, DType::kInt8),
                        &initial = input_of(p, l, kInitialCell, DType::kInt16);
    require(q.batches == 1 && std::cmp_equal(hidden.shape.elements(), q.cells) &&
                std::cmp_equal(initial.shape.elements(), q.cells),
            l, "its initial state does not fit", ErrorCode::kShape);
    require_same_scale(l, hidden, y);
    require_same_scale(l, initial, cell);
  }
  const double sh = scale_of(l, y), sc = l.attrs.number("cell_scale"), gate_scale = std::ldexp(1.0, -12);
  q.hidden_zero_point = zero_point_of(l, y);
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
    value = m.value;
    shift = m.shift;
  };
  for (size_t g = 0; g < 4; ++g) {
    const ProgramTensor *given = optional_bias(p, l, kBias + g, q.cells);
    require(given != nullptr, l, "a gate has no bias");
    const std::vector<int32_t> none(q.cells, 0);
    const auto take = [&](size_t first, int columns, const ProgramTensor &values,
                          const std::vector<int32_t> &bias, std::vector<int8_t> &all,
                          std::vector<int32_t> &all_bias, int32_t &value, int32_t &shift) {
      const ProgramTensor &w = constant_of(p, l, first + g, DType::kInt8);
      require(w.shape == Shape({q.cells, columns}), l,
              fmt::format("weights {} should be ({}, {})", w.shape.text(), q.cells, columns),
              ErrorCode::kShape);
      require(zero_point_of(l, w) == 0, l, "its weights are not symmetric");
      const double real = scale_of(l, values) * scale_of(l, w) / gate_scale;
      set(real, value, shift);
      const std::vector<int8_t> matrix = w.values<int8_t>();
      bool is_small = shift < 0;
      for (int j = 0; j < q.cells; ++j) {
        const int8_t *row = matrix.data() + j * columns;
        const double bound = accumulator_bound(row, columns, bias[j]);
        check_accumulator(l, bound, real);
        is_small &= bound < 0x1p30;
        all_bias.push_back(bias[j] - zero_point_of(l, values) * std::accumulate(row, row + columns, 0));
      }
      if (!is_small) shift += MOTE_WIDE_SUM;
      all.insert(all.end(), matrix.begin(), matrix.end());
    };
    take(kInputWeights, q.inputs, x, given->values<int32_t>(), r.input_weights, r.bias, q.input_multiplier[g],
         q.input_shift[g]);
    take(kRecurrentWeights, q.cells, y, none, r.recurrent_weights, r.recurrent_bias,
         q.recurrent_multiplier[g], q.recurrent_shift[g]);
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
  return [s, has_initial = l.inputs.size() > kHidden](HostInputs in, HostOutputs out) {
    mote_lstm_s8(&s->params, in[0], has_initial ? static_cast<const int8_t *>(in[kHidden]) : nullptr,
                 has_initial ? static_cast<const int16_t *>(in[kInitialCell]) : nullptr,
                 s->input_weights.data(), s->recurrent_weights.data(), s->bias.data(),
                 s->recurrent_bias.data(), out[1], out[0]);
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
           {"bias", DType::kInt32, {s.bias.begin(), s.bias.end()}},
           {"recurrent_bias", DType::kInt32, {s.recurrent_bias.begin(), s.recurrent_bias.end()}}},
          {"params", "in0", l.inputs.size() > kHidden ? "in13" : "NULL",
           l.inputs.size() > kHidden ? "in14" : "NULL", "input_weights", "recurrent_weights", "bias",
           "recurrent_bias", "out1", "out0"}};
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
  const Attrs attrs{{"cell_scale", double{cell.quant.scale[0]}}, {"cell_clip", double{o->cell_clip}}};
  const int cells = p.tensor(l.outputs[0]).shape.rank() > 0 ? p.tensor(l.outputs[0]).shape[-1] : 1;
  l.inputs = inputs;
  l.outputs.push_back(p.add_tensor({l.name + "/cell", {cells}, DType::kInt16, cell.quant, {}, false}));
  return attrs;
}

// One matrix or bias of each gate, as the operator has them, the scale of a matrix from its largest weight.
// The sequence of h goes to a tensor of its own where only its end is wanted.
void lstm_lower(Lowering &l) {
  IntegerProgram &p = l.program;
  const RecurrentSizes s = sizes_of(l.node);
  const int units = s.units, gates = 4 * units;
  const ProgramTensor x = p.tensor(l.x[0]), y = p.tensor(l.y);
  // of one gate, [units][rows]
  const auto matrix_of = [&](const std::vector<float> &all, int rows, int gate) {
    std::vector<float> w;
    for (int j = 0; j < units; ++j)
      for (int r = 0; r < rows; ++r) w.push_back(all[r * gates + gate * units + j]);
    return w;
  };
  const std::vector<float> no_bias(units, 0.0f);
  std::vector<WeightTensors> kernels, recurrent;
  for (int g = 0; g < 4; ++g) {
    const auto first = l.params[2]->begin() + g * units;
    kernels.push_back(quantize_weights("", matrix_of(*l.params[0], s.inputs, g), {units, s.inputs},
                                       {first, first + units}, x.quant.scale[0], DType::kInt32, true,
                                       l.form(0)));
    recurrent.push_back(quantize_weights("", matrix_of(*l.params[1], units, g), {units, units}, no_bias, 1,
                                         DType::kInt32, true, l.form(1)));
  }
  std::vector<int> in = {l.x[0]};
  const auto add = [&](ProgramTensor t, const char *name, int gate) {
    t.name = fmt::format("{}/{}{}", l.node.name, name, gate);
    in.push_back(p.add_tensor(std::move(t)));
  };
  for (int g = 0; g < 4; ++g) add(kernels[g].weights, "kernel", g);
  for (int g = 0; g < 4; ++g) add(recurrent[g].weights, "recurrent", g);
  for (int g = 0; g < 4; ++g) add(kernels[g].bias, "bias", g);
  // a power of two that holds the cell states seen; those beyond saturate
  const ValueRange cells = l.inner_ranges.size() > 1 ? l.inner_ranges[1] : ValueRange{-8, 8};
  const double most = std::max({-double{cells.low}, double{cells.high}, 0.5});
  const int power = std::clamp(static_cast<int>(std::ceil(std::log2(most / 32767))), -15, -9);
  const double cell_scale = std::ldexp(1.0, power);
  const int cell = p.add_tensor(
      {l.node.name + "/cell", {units}, DType::kInt16, {{static_cast<float>(cell_scale)}, {0}, 0}, {}, false});
  const Attrs attrs{{"cell_scale", cell_scale},
                    {"cell_clip", 0.0},
                    {"units", int64_t{units}},
                    {"return_sequences", int64_t{s.returns_sequence}},
                    {"initializer", l.node.attrs->at("initializer")}};
  if (s.returns_sequence) {
    p.layers.push_back({"lstm", l.node.name, attrs, in, {l.y, cell}});
    return;
  }
  const int sequence =
      p.add_tensor({l.node.name + "/sequence", {1, s.steps, units}, DType::kInt8, y.quant, {}, false});
  p.layers.push_back({"lstm", l.node.name, attrs, in, {sequence, cell}});
  int last = sequence;
  if (s.steps > 1) {
    last = p.add_tensor({l.node.name + "/last", {1, 1, units}, DType::kInt8, y.quant, {}, false});
    using List = std::vector<int64_t>;
    p.layers.push_back(
        {"strided_slice",
         l.node.name + "/last",
         {{"begin", List{0, s.steps - 1, 0}}, {"count", List{1, 1, units}}, {"step", List{1, 1, 1}}},
         {sequence},
         {last}});
  }
  p.layers.push_back({"reshape", l.node.name + "/out", {}, {last}, {l.y}});
}

TfOperator lstm_write(const IntegerProgram &p, const ProgramLayer &l) {
  require(l.inputs.size() <= kHidden, l, "keeps its state outside, which TensorFlow Lite's operator cannot");
  const ProgramTensor &y = p.tensor(l.outputs[0]), &cell = p.tensor(l.outputs[1]);
  const std::vector<int> state = {y.shape[0], y.shape[2]};
  std::vector<TfOperand> operands(24, {TfOperand::kAbsent});
  operands[0] = {0};
  for (int i = 0; i < 8; ++i) operands[1 + i] = {int{kInputWeights} + i};
  for (int i = 0; i < 4; ++i) operands[12 + i] = {int{kBias} + i};
  operands[18] = {TfOperand::kNone, {}, state, DType::kInt8, y.quant, true};
  operands[19] = {TfOperand::kNone, {}, state, DType::kInt16, cell.quant, true};
  const float clip = l.attrs.number("cell_clip");
  return {kUnidirectionalSequenceLstm, 1, TfLstm{TfActivation::kTanh, clip, 0.0f, false}, operands, 1};
}

}  // namespace

const OpDef &lstm_op() {
  std::vector<AttrSpec> attrs = recurrent_attrs();
  attrs.push_back(
      {"cell_scale", 1.0 / 2048, "integer form: scale of the cell state, a power of two", {}, 1e-9, 1.0});
  attrs.push_back({"cell_clip", 0.0, "integer form: largest cell state; 0: none", {}, 0, 1e9});
  static const OpDef kOp{
      .name = "lstm",
      .doc = "Long short-term memory over (time, values).",
      .attrs = attrs,
      .structure = Structure{[](const NodeView &v) { return recurrent_shape(sizes_of(v)); }, lstm_params},
      .forward = Forward{.compile =
                             [](const NodeView &v) {
                               return [s = sizes_of(v)](const ForwardArgs &a) { lstm_forward(s, a); };
                             },
                         .state_floats =
                             [](const NodeView &v) {
                               const RecurrentSizes s = sizes_of(v);
                               return size_t{kSlots} * s.steps * s.units;
                             },
                         .inner_ranges =
                             [](const NodeView &v) {
                               return [s = sizes_of(v)](const float *state, int rows,
                                                        std::vector<ValueRange> &ranges) {
                                 lstm_ranges(s, state, rows, ranges);
                               };
                             }},
      .backward = Backward{.compile =
                               [](const NodeView &v) {
                                 return [s = sizes_of(v)](const BackwardArgs &a) { lstm_backward(s, a); };
                               },
                           .scratch_floats =
                               [](const NodeView &v) {
                                 const RecurrentSizes s = sizes_of(v);
                                 return size_t{4} * s.units * std::max(s.units, s.inputs);
                               },
                           .overwrites = true},
      .integer = Integer(lstm_lower),
      .run = HostRun(lstm_run),
      .c = EmitC(lstm_c),
      .tflite = Tflite{{kUnidirectionalSequenceLstm}, lstm_write, lstm_read},
      .cost = CostOf([](const std::vector<Shape> &in, const Shape &, const Attrs &) {
        uint64_t weights = 0;  // of a graph two matrices and a bias, of a program eight and four
        const size_t matrices = in.size() > kBias ? kBias : 3;
        for (size_t i = kInputWeights; i < matrices; ++i) weights += in[i].elements();
        return Cost{weights * in[0][-2]};
      }),
      .properties = {},
      .output_range = OutputRange::kCalibrated,
      .state_outputs = {0, 1},
      .weight_scales = 4,  // one of each gate
      .channels = own_channels("units")};
  return kOp;
}

}  // namespace mote::ops
