// GRU and simple RNN as integer layers: lowering, binding, C, and the standard operators that give the same
// bytes, which are written to .tflite. Their float forms are in gru.cpp and simple_rnn.cpp.
#include "ops/recurrent_support.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "ops/weights.h"

namespace mote::ops {
namespace {

constexpr float kGateScale = 1.0f / 4096, kStateScale = 1.0f / 32768, kOneScale = 1.0f / 16384;
constexpr int32_t kOne = 16384;

// The input as int16: 7 more fraction bits, so that 255 steps still fit.
float wide_input_scale(float scale) { return scale / 128.0f; }

// Columns of a float matrix [rows][columns] as rows.
std::vector<float> transposed(const std::vector<float> &x, size_t columns) {
  const size_t rows = x.size() / columns;
  std::vector<float> y(x.size());
  for (size_t r = 0; r < rows; ++r)
    for (size_t c = 0; c < columns; ++c) y[c * rows + r] = x[r * columns + c];
  return y;
}

// A weight matrix behind values of one scale; refuses sums that could overflow.
RecurrentProgram::Matrix bind_matrix(const ProgramLayer &l, const ProgramTensor &weights,
                                     const ProgramTensor &bias, float scale, double largest_value,
                                     double factor) {
  const size_t rows = bias.shape.elements(), size = weights.shape.elements() / rows;
  require(weights.quant.scale.size() == rows, l, "weights need one scale for each row");
  RecurrentProgram::Matrix m{weights.values<int8_t>(), bias.values<int32_t>(), {}, {}};
  for (size_t r = 0; r < rows; ++r) {
    require(weights.quant.zero_point.size() <= r || weights.quant.zero_point[r] == 0, l,
            "its weights are not symmetric");
    const float w = weights.quant.scale[r];
    require(w > 0 && std::isfinite(w), l, fmt::format("weights have the scale {}", w));
    const double real = scale * double{w} / kGateScale;
    double sum = 0;
    for (size_t i = 0; i < size; ++i) sum += std::abs(int{m.kernel[r * size + i]});
    check_accumulator(l, sum * largest_value, 0);
    const double largest = sum * largest_value * factor + std::fabs(m.bias[r]);
    check_wide_accumulator(l, largest, real);
    const Multiplier q = quantize_multiplier(real);
    m.multiplier.push_back(static_cast<int16_t>(mote_reduced(q.value)));
    m.shift.push_back(static_cast<int8_t>(q.shift));
  }
  return m;
}

// The input's zero point goes into the biases, unless one would not fit; returns what is left of it.
int fold_zero_point(RecurrentProgram::Matrix &m, int zero_point) {
  const size_t size = m.kernel.size() / m.bias.size();
  std::vector<int32_t> folded;
  for (size_t r = 0; r < m.bias.size(); ++r) {
    const int8_t *row = m.kernel.data() + r * size;
    const int64_t bias = m.bias[r] - int64_t{128} * zero_point * std::accumulate(row, row + size, int64_t{0});
    if (bias != static_cast<int32_t>(bias)) return zero_point;
    folded.push_back(static_cast<int32_t>(bias));
  }
  m.bias = std::move(folded);
  return 0;
}

}  // namespace

RecurrentSizes recurrent_sizes(const std::string &op, const NodeView &v) {
  if (v.in[0].rank() != 2)
    throw Error(ErrorCode::kShape, in_layer(op, v.name),
                fmt::format("input {}: expected (time, values)", v.in[0].text()),
                "put a Reshape before it, or a Conv1D that keeps the time axis");
  const Attrs &a = *v.attrs;
  return {v.in[0][0], v.in[0][1], a.integer("units"), a.integer("return_sequences") != 0};
}

Shape recurrent_shape(const RecurrentSizes &s) {
  return s.returns_sequence ? Shape{s.steps, s.units} : Shape{s.units};
}

std::vector<ParamSpec> recurrent_params(const NodeView &v, const RecurrentSizes &s, int gates,
                                        ParamSpec bias) {
  const int sums = gates * s.units;
  return {{.role = Role::kKernel,
           .shape = {s.inputs, sums},
           .channel_axis = 1,
           .init = initializer_of(*v.attrs),
           .fan_in = s.inputs,
           .fan_out = sums},
          {.role = Role::kRecurrentKernel,
           .shape = {s.units, sums},
           .channel_axis = 1,
           .init = Init::kOrthogonal,
           .fan_in = s.units,
           .fan_out = sums},
          std::move(bias)};
}

std::vector<AttrSpec> recurrent_attrs() {
  return {{"units", int64_t{1}, "values of the state", {}, 1, 4096},
          {"return_sequences", int64_t{0}, "1: the state after every step, 0: after the last", {}, 0, 1},
          kInitializerAttr};
}

void lower_recurrent(const RecurrentKind &kind, Lowering &l) {
  const int inputs = l.node.in[0][1], units = l.node.attrs->integer("units"), gates = kind.gates * units;
  IntegerProgram &p = l.program;
  const float scale = wide_input_scale(p.tensor(l.x[0]).quant.scale[0]);
  const size_t width = gates;
  const std::vector<float> &bias = *l.params[2];
  std::vector<float> recurrent_bias(width, 0.0f);
  if (bias.size() > width) recurrent_bias.assign(bias.begin() + gates, bias.end());
  WeightTensors input =
      quantize_weights(l.node.name + "/kernel", transposed(*l.params[0], width), {gates, inputs},
                       {bias.begin(), bias.begin() + gates}, scale, DType::kInt32, false, l.form(0));
  WeightTensors state =
      quantize_weights(l.node.name + "/recurrent", transposed(*l.params[1], width), {gates, units},
                       recurrent_bias, kStateScale, DType::kInt32, false, l.form(1));
  std::vector<int> in = {l.x[0]};
  for (ProgramTensor *t : {&input.weights, &input.bias, &state.weights, &state.bias})
    in.push_back(p.add_tensor(std::move(*t)));
  const auto int16_values = [&](const char *name, int count) {
    return p.add_tensor({l.node.name + name, {count}, DType::kInt16, {{kStateScale}, {0}, 0}, {}, false});
  };
  const int state_index = int16_values("/state", units),
            scratch = int16_values("/scratch", kind.scratch * units);
  p.layers.push_back({kind.op, l.node.name, *l.node.attrs, in, {l.y, state_index, scratch}});
}

RecurrentProgram prepare_recurrent(const RecurrentKind &kind, const IntegerProgram &p,
                                   const ProgramLayer &l) {
  const ProgramTensor &x = input_of(p, l, 0, DType::kInt8), &y = output_of(p, l, 0, DType::kInt8),
                      &state = output_of(p, l, 1, DType::kInt16),
                      &scratch = output_of(p, l, 2, DType::kInt16);
  RecurrentProgram r{};
  mote_recurrent_s8_params &q = r.params;
  q.units = l.attrs.integer("units");
  q.reset_after = l.attrs.contains("reset_after") ? l.attrs.integer("reset_after") : 0;
  q.returns_sequence = l.attrs.integer("return_sequences");
  require(x.shape.rank() == 3, l, fmt::format("input {} must be (batch, time, values)", x.shape.text()),
          ErrorCode::kShape);
  q.batches = x.shape[0];
  q.steps = x.shape[1];
  q.inputs = x.shape[2];
  const int gates = kind.gates * q.units;
  const Shape expected = q.returns_sequence ? Shape{q.batches, q.steps, q.units} : Shape{q.batches, q.units};
  const size_t units = q.units;
  require(y.shape == expected && state.shape.elements() == units &&
              scratch.shape.elements() == kind.scratch * units,
          l, fmt::format("output {} should be {}", y.shape.text(), expected.text()), ErrorCode::kShape);
  if (l.inputs.size() > 5) {
    const ProgramTensor &initial = input_of(p, l, 5, DType::kInt16);
    require(initial.shape.elements() == units && q.batches == 1, l, "its initial state does not fit",
            ErrorCode::kShape);
  }
  const ProgramTensor &kernel = constant_of(p, l, 1, DType::kInt8);
  const ProgramTensor &recurrent = constant_of(p, l, 3, DType::kInt8);
  require(kernel.shape == Shape({gates, q.inputs}) && recurrent.shape == Shape({gates, q.units}), l,
          "its weights do not fit the input", ErrorCode::kShape);
  const ProgramTensor *bias = optional_bias(p, l, 2, gates);
  const ProgramTensor *recurrent_bias = optional_bias(p, l, 4, gates);
  require(bias != nullptr && recurrent_bias != nullptr, l, "has no bias");
  r.input = bind_matrix(l, kernel, *bias, wide_input_scale(scale_of(l, x)), 256.0, 128.0);
  r.recurrent = bind_matrix(l, recurrent, *recurrent_bias, kStateScale, 32768.0, 1.0);
  q.input_zero_point = fold_zero_point(r.input, zero_point_of(l, x));
  q.output_zero_point = zero_point_of(l, y);
  const double out = kStateScale / double{scale_of(l, y)};
  check_accumulator(l, 32768, out);
  const Multiplier m = quantize_multiplier(out);
  q.output_multiplier = m.value;
  q.output_shift = m.shift;
  return r;
}

HostCall run_recurrent(const RecurrentKind &kind, const IntegerProgram &p, const ProgramLayer &l) {
  auto s = std::make_shared<RecurrentProgram>(prepare_recurrent(kind, p, l));
  return [s, run = kind.run, has_initial = l.inputs.size() > 5](HostInputs in, HostOutputs out) {
    const RecurrentProgram::Matrix &x = s->input, &h = s->recurrent;
    run(&s->params, in[0], has_initial ? static_cast<const int16_t *>(in[5]) : nullptr, x.kernel.data(),
        x.bias.data(), x.multiplier.data(), x.shift.data(), h.kernel.data(), h.bias.data(),
        h.multiplier.data(), h.shift.data(), out[1], out[2], out[0]);
  };
}

CCall call_recurrent(const RecurrentKind &kind, const IntegerProgram &p, const ProgramLayer &l) {
  const RecurrentProgram s = prepare_recurrent(kind, p, l);
  const auto &q = s.params;
  const auto list = [](const auto &values) { return std::vector<int64_t>(values.begin(), values.end()); };
  return {kind.routine,
          kind.source,
          "mote_recurrent_s8_params",
          {{"batches", q.batches},
           {"steps", q.steps},
           {"inputs", q.inputs},
           {"units", q.units},
           {"reset_after", q.reset_after},
           {"returns_sequence", q.returns_sequence},
           {"input_zero_point", q.input_zero_point},
           {"output_zero_point", q.output_zero_point},
           {"output_multiplier", q.output_multiplier},
           {"output_shift", q.output_shift}},
          {int8_array("kernel", s.input.kernel),
           int32_array("bias", s.input.bias),
           {"multiplier", DType::kInt16, list(s.input.multiplier), true},
           {"shift", DType::kInt8, list(s.input.shift), true},
           int8_array("recurrent_kernel", s.recurrent.kernel),
           int32_array("recurrent_bias", s.recurrent.bias),
           {"recurrent_multiplier", DType::kInt16, list(s.recurrent.multiplier), true},
           {"recurrent_shift", DType::kInt8, list(s.recurrent.shift), true}},
          {"params", "in0", l.inputs.size() > 5 ? "in5" : "NULL", "kernel", "bias", "multiplier", "shift",
           "recurrent_kernel", "recurrent_bias", "recurrent_multiplier", "recurrent_shift", "out1", "out2",
           "out0"}};
}

Cost recurrent_cost(const std::vector<Shape> &in) {
  // a program's layer has biases between the matrices
  const size_t recurrent = in.size() > 3 && in[2].rank() == 1 ? 3 : 2;
  return {(in[1].elements() + in[recurrent].elements()) * in[0][-2]};
}

namespace {

// Writes the steps of one layer. Every value is [N, 1, T or 1, ...]; matrix products are 1x1 convolutions,
// whose int16 arithmetic is one and the same in all interpreters, which that of FULLY_CONNECTED is not.
class Unroller {
 public:
  Unroller(const RecurrentKind &kind, IntegerProgram &p, const ProgramLayer &l) : kind_(kind), p_(p), l_(l) {
    q_ = prepare_recurrent(kind, p, l).params;
    const auto constant = [&](size_t i) { return p.tensor(l.inputs[i]); };
    input_ = {constant(1), constant(2)};
    state_ = {constant(3), constant(4)};
  }

  std::vector<ProgramLayer> unroll() {
    const mote_recurrent_s8_params &q = q_;
    const ProgramTensor x = p_.tensor(l_.inputs[0]), y = p_.tensor(l_.outputs[0]);
    const int n = q.batches, t = q.steps, u = q.units;
    const int wide = add("quantize", "x16", {l_.inputs[0]}, x.shape, wide_input_scale(x.quant.scale[0]));
    const int image = add("reshape", "x", {wide}, {n, 1, t, q.inputs}, p_.tensor(wide).quant.scale[0],
                          {{"shape", std::vector<int64_t>{1, t, q.inputs}}});
    const bool is_gru = kind_.gates == 3;
    std::vector<int> gates(t, -1);
    if (is_gru) gates = by_step(product("x_zr", image, input_, 0, 2 * u));
    const std::vector<int> candidates = by_step(product("x_n", image, input_, is_gru ? 2 * u : 0, u));
    if (is_gru) one_ = constant("one", {1}, kOneScale, {kOne});
    int h = l_.inputs.size() > 5 ? add("reshape", "h", {l_.inputs[5]}, {n, 1, 1, u}, kStateScale,
                                       {{"shape", std::vector<int64_t>{1, 1, u}}})
                                 : constant("h", {n, 1, 1, u}, kStateScale, std::vector<int32_t>(n * u, 0));
    std::vector<int> states;
    for (int i = 0; i < t; ++i) {
      step_ = fmt::format("t{}/", i);
      const size_t k = i;
      h = is_gru ? step(h, gates[k], candidates[k]) : simple_step(h, candidates[k]);
      states.push_back(h);
    }
    step_.clear();
    if (std::find(p_.outputs.begin(), p_.outputs.end(), l_.outputs[1]) != p_.outputs.end())
      emit("reshape", "last", {h}, {l_.outputs[1]}, {{"shape", std::vector<int64_t>{u}}});
    if (q.returns_sequence && t > 1)
      h = add("concatenation", "states", states, {n, 1, t, u}, kStateScale, {{"axis", int64_t{2}}});
    const int narrow = p_.add_tensor({l_.name + "/y", p_.tensor(h).shape, DType::kInt8, y.quant, {}, false});
    emit("quantize", "y", {h}, {narrow}, {});
    const std::vector<int> &dims = y.shape.dims();
    emit("reshape", "out", {narrow}, {l_.outputs[0]},
         {{"shape", std::vector<int64_t>(dims.begin() + 1, dims.end())}});
    return std::move(layers_);
  }

 private:
  int simple_step(int h, int candidate) {
    const Shape shape{q_.batches, 1, 1, q_.units};
    const int sum = add("add", "in", {candidate, product("h_n", h, state_, 0, q_.units)}, shape, kGateScale);
    return add("tanh", "h", {sum}, shape, kStateScale);
  }

  int step(int h, int gates, int candidate) {
    const int n = q_.batches, u = q_.units;
    const Shape one{n, 1, 1, u}, two{n, 1, 1, 2 * u};
    const int h_zr = product("h_zr", h, state_, 0, 2 * u);
    const int zr =
        add("logistic", "zr", {add("add", "zr_in", {gates, h_zr}, two, kGateScale)}, two, kStateScale);
    const std::vector<int> parts = split("split", zr, 3, 2);
    const int z = parts[0], r = parts[1];
    int inner;
    if (q_.reset_after)
      inner = add("mul", "r_h", {r, product("h_n", h, state_, 2 * u, u)}, one, kGateScale);
    else
      inner = product("h_n", add("mul", "r_h", {r, h}, one, kStateScale), state_, 2 * u, u);
    const int candidate_in = add("add", "n_in", {candidate, inner}, one, kGateScale);
    const int fresh = add("tanh", "n", {candidate_in}, one, kStateScale);
    const int kept = add("mul", "kept", {z, h}, one, kStateScale);
    const int share = add("sub", "share", {one_, z}, one, kStateScale);
    const int added = add("mul", "added", {share, fresh}, one, kStateScale);
    return add("add", "h", {kept, added}, one, kStateScale);
  }

  // Rows first .. first + count of a matrix product.
  int product(const std::string &name, int x, const WeightTensors &matrix, int first, int count) {
    const auto key = std::make_pair(&matrix, first);
    if (!weights_.contains(key)) {
      const ProgramTensor &all = matrix.weights, &all_bias = matrix.bias;
      const int columns = all.shape[1];
      ProgramTensor w{l_.name + "/" + name + "_weights", {count, 1, 1, columns}, DType::kInt8, {}, {}, true};
      const std::vector<int8_t> values = all.values<int8_t>();
      const std::vector<int64_t> biases = widened(all_bias);
      w.store<int8_t>({values.begin() + first * columns, values.begin() + (first + count) * columns});
      ProgramTensor b{l_.name + "/" + name + "_bias", {count}, DType::kInt64, {}, {}, true};
      for (int c = first; c < first + count; ++c) {
        const float scale = all.quant.scale[c];
        w.quant.scale.push_back(scale);
        w.quant.zero_point.push_back(0);
        b.quant.scale.push_back(scale * p_.tensor(x).quant.scale[0]);
        b.quant.zero_point.push_back(0);
      }
      b.store<int64_t>({biases.begin() + first, biases.begin() + first + count});
      weights_[key] = {p_.add_tensor(std::move(w)), p_.add_tensor(std::move(b))};
    }
    const auto [w, b] = weights_[key];
    const Shape in = p_.tensor(x).shape;
    return add("conv2d", name, {x, w, b}, {in[0], in[1], in[2], count}, kGateScale,
               {{"filters", int64_t{count}}});
  }

  std::vector<int> by_step(int value) {
    if (q_.steps == 1) return {value};
    return split("steps" + std::to_string(value), value, 2, q_.steps);
  }

  std::vector<int> split(const std::string &name, int value, int axis, int parts) {
    std::vector<int> dims = p_.tensor(value).shape.dims(), outputs;
    dims[axis] /= parts;
    for (int i = 0; i < parts; ++i)
      outputs.push_back(p_.add_tensor({fmt::format("{}/{}{}{}", l_.name, step_, name, i),
                                       Shape(dims),
                                       DType::kInt16,
                                       p_.tensor(value).quant,
                                       {},
                                       false}));
    emit("split", name, {value}, outputs, {{"axis", int64_t{axis}}});
    return outputs;
  }

  int constant(const std::string &name, const Shape &shape, float scale, const std::vector<int32_t> &values) {
    ProgramTensor t{l_.name + "/" + name, shape, DType::kInt16, {{scale}, {0}, 0}, {}, true};
    for (int32_t v : values)
      for (int shift : {0, 8}) t.data.push_back(v >> shift & 0xFF);
    return p_.add_tensor(std::move(t));
  }

  int add(const std::string &op, const std::string &name, const std::vector<int> &inputs, const Shape &shape,
          float scale, const Attrs &attrs = {}) {
    const int y =
        p_.add_tensor({l_.name + "/" + step_ + name, shape, DType::kInt16, {{scale}, {0}, 0}, {}, false});
    emit(op, name, inputs, {y}, attrs);
    return y;
  }

  void emit(const std::string &op, const std::string &name, const std::vector<int> &inputs,
            const std::vector<int> &outputs, const Attrs &attrs) {
    const std::string full = l_.name + "/" + step_ + name;
    layers_.push_back({op, full, complete_attrs(full, op_by_name(op).attrs, attrs), inputs, outputs});
  }

  const RecurrentKind &kind_;
  IntegerProgram &p_;
  const ProgramLayer &l_;
  mote_recurrent_s8_params q_;
  WeightTensors input_, state_;
  std::string step_;
  int one_ = -1;
  std::map<std::pair<const WeightTensors *, int>, std::pair<int, int>> weights_;
  std::vector<ProgramLayer> layers_;
};

}  // namespace

std::vector<ProgramLayer> recurrent_standard_form(const RecurrentKind &kind, IntegerProgram &p,
                                                  const ProgramLayer &l) {
  return Unroller(kind, p, l).unroll();
}

}  // namespace mote::ops
