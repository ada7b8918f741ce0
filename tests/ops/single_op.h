// One case of an op as a graph of one node, with random parameters and inputs, and the integer programs of an
// op: what the checks of ops_test.cpp and properties_test.cpp work on.
#pragma once

#include <algorithm>
#include <cmath>
#include <memory>

#include "features/preprocessing.h"
#include "ops/integer_support.h"
#include "ops/op_cases.h"
#include "quant/lower.h"
#include "test_support.h"

namespace mote::test {

inline bool has_float_form(const OpDef &op) { return static_cast<bool>(cases_of(op.name).oracle); }

inline std::vector<float> random_floats(size_t n, Random &random, double deviation = 1) {
  std::vector<float> v(n);
  for (float &x : v) x = static_cast<float>(deviation * random.normal());
  return v;
}
inline Values widened(const std::vector<float> &v) { return {v.begin(), v.end()}; }

// One case as a graph of one node, with random parameters; a batch of random inputs.
struct SingleOp {
  Graph graph;
  const Node *node;
  const OpCase *c;
  int rows;
  bool has_relu = false;              // of its training kernels
  std::vector<std::vector<float>> x;  // per input, [rows, in]

  SingleOp(const OpDef &op, const OpCase &given, int batch, uint64_t seed) : c(&given), rows(batch) {
    graph.name = op.name;
    graph.input = given.in[0];
    std::vector<int> inputs = {0};
    for (size_t i = 1; i < given.in.size(); ++i) {  // values of the other shapes; nothing computes them
      graph.nodes.push_back({"in" + std::to_string(i), &op_by_name("relu"), {}, {0}, given.in[i], {}});
      inputs.push_back(static_cast<int>(i));
    }
    graph.add(op.name, "node", given.attrs, inputs);
    node = &graph.nodes.back();
    Random random(seed);
    for (Parameter &p : graph.params) {
      p.data = random_floats(p.data.size(), random, 0.5);
      if (p.role == Role::kGamma || p.role == Role::kMovingVariance)
        for (float &v : p.data) v = 0.3f + std::fabs(v);
    }
    for (const Shape &shape : given.in) {
      x.push_back(random_floats(static_cast<size_t>(rows) * shape.elements(), random));
      if (!given.is_smooth) {  // well apart from each other and from zero
        for (size_t i = 0; i < x.back().size(); ++i)
          x.back()[i] = 0.05f * static_cast<float>((i * 7919) % 997) - 24.0f + 0.01f;
        random.shuffle(x.back());
      }
    }
  }

  NodeView view() const {
    NodeView v = graph.view(*node);
    v.has_relu = has_relu;
    return v;
  }

  std::vector<float> forward() const {
    const NodeView view = this->view();
    const Forward &f = node->op->forward.get();
    std::vector<float> y(static_cast<size_t>(rows) * node->shape.elements()),
        state(f.state_floats(view) * static_cast<size_t>(rows)), scratch(f.scratch_floats(view));
    std::vector<const float *> in, params;
    for (const auto &v : x) in.push_back(v.data());
    for (const Parameter &p : graph.params) params.push_back(p.data.data());
    ForwardArgs a;
    a.rows = rows;
    a.x = in.data();
    a.y = y.data();
    a.params = params.data();
    a.state = state.data();
    a.scratch = scratch.data();
    f.compile(view)(a);
    return y;
  }

  struct Gradients {
    std::vector<std::vector<float>> dx, dparams;
  };
  // Of loss = sum(weight * y).
  Gradients backward(const std::vector<float> &weight, bool is_adding_to_gradients = false) const {
    return backward_onto(weight, is_adding_to_gradients || !node->op->backward->overwrites ? 0.0f : 1e9f,
                         is_adding_to_gradients);
  }
  // The same where gradients held `before` already.
  Gradients backward_onto(const std::vector<float> &weight, float before, bool is_adding_to_gradients) const {
    const NodeView view = this->view();
    const Forward &f = node->op->forward.get();
    const Backward &b = node->op->backward.get();
    std::vector<float> y(weight.size()), state(f.state_floats(view) * static_cast<size_t>(rows)),
        scratch(std::max(f.scratch_floats(view), b.scratch_floats(view)));
    std::vector<const float *> in, params;
    std::vector<float *> dx, dparams;
    Gradients g;
    for (const auto &v : x) g.dx.emplace_back(v.size());
    for (const Parameter &p : graph.params) g.dparams.emplace_back(p.data.size());
    for (const auto &v : x) in.push_back(v.data());
    for (auto &v : g.dx) dx.push_back(v.data());
    for (const Parameter &p : graph.params) params.push_back(p.data.data());
    for (auto &v : g.dparams) dparams.push_back(v.data());
    ForwardArgs fa;
    fa.rows = rows;
    fa.x = in.data();
    fa.y = y.data();
    fa.params = params.data();
    fa.state = state.data();
    fa.scratch = scratch.data();
    f.compile(view)(fa);
    BackwardArgs ba;
    ba.rows = rows;
    ba.x = in.data();
    ba.y = y.data();
    ba.dy = weight.data();
    ba.dx = dx.data();
    ba.params = params.data();
    ba.dparams = dparams.data();
    ba.state = state.data();
    ba.scratch = scratch.data();
    std::vector<float> prepared(b.prepared_floats(view));
    if (b.prepare) b.prepare(view)(params.data(), prepared.data());
    ba.prepared = prepared.data();
    const std::unique_ptr<bool[]> is_adding(new bool[x.size()]);
    std::fill_n(is_adding.get(), x.size(), is_adding_to_gradients);
    ba.is_adding = is_adding.get();
    for (auto &v : g.dx) std::fill(v.begin(), v.end(), before);
    b.compile(view)(ba);
    return g;
  }

  Values oracle(const Oracle &o) const {
    Values all;
    for (int r = 0; r < rows; ++r) {
      std::vector<Values> in, params;
      for (size_t i = 0; i < x.size(); ++i) {
        const size_t n = c->in[i].elements();
        in.emplace_back(x[i].begin() + static_cast<long>(static_cast<size_t>(r) * n),
                        x[i].begin() + static_cast<long>((static_cast<size_t>(r) + 1) * n));
      }
      for (const Parameter &p : graph.params) params.push_back(widened(p.data));
      const Values y = o(node->attrs, c->in, in, params, c->out);
      all.insert(all.end(), y.begin(), y.end());
    }
    return all;
  }
};

// A model of the case's one node, with windows to calibrate on.
inline Model model_of(const SingleOp &s) {
  Model m;
  m.graph = s.graph;
  const int elements = static_cast<int>(s.c->in[0].elements());
  m.preprocessing = {elements, 1, 0, {"x"}, {normalization("none", {0.0f}, {1.0f})}};
  m.graph.layers.push_back({"node", s.graph.name, 0, 1});
  for (size_t i = 0; i < s.node->shape.elements(); ++i) m.labels.push_back("c" + std::to_string(i));
  return m;
}
inline Dataset data_of(const SingleOp &s) {
  Dataset d;
  d.window = static_cast<int>(s.c->in[0].elements());
  d.channels = 1;
  d.values.assign(s.x[0].begin(), s.x[0].end());
  d.classes.assign(static_cast<size_t>(s.rows), 0);
  return d;
}

inline ValueRange range_of(const std::vector<float> &values) {
  ValueRange range;
  range.include(values.data(), values.size());
  return range;
}
inline Shape with_batch(const Shape &shape) {
  std::vector<int> dims = shape.dims();
  dims.insert(dims.begin(), 1);
  return Shape(dims);
}

// What an op is told when it lowers itself; without `output` its scale is that of its output range.
struct ToldLowering {
  FusedActivation activation = FusedActivation::kNone;
  DType dtype = DType::kInt8;
  std::optional<QuantParams> output = std::nullopt;
};

// The integer layers of one case.
inline IntegerProgram lowered(const SingleOp &s, const ToldLowering &told = {}) {
  IntegerProgram p;
  p.name = "lowered";
  Lowering l{p, s.view(), {}, -1, {}, told.activation};
  const auto scale_of = [&](const std::vector<float> &values) {
    return told.dtype == DType::kInt16 ? choose_int16_params(range_of(values))
                                       : choose_quant_params(range_of(values));
  };
  for (size_t i = 0; i < s.x.size(); ++i)
    l.x.push_back(p.add_tensor({"x", with_batch(s.c->in[i]), told.dtype, scale_of(s.x[i]), {}, false}));
  QuantParams quant = scale_of(s.forward());
  if (s.node->op->output_range == OutputRange::kSameAsInput) quant = p.tensor(l.x[0]).quant;
  if (s.node->op->output_range == OutputRange::kProbability) quant = {{1.0f / 256}, {-128}, 0};
  if (s.node->op->output_range == OutputRange::kSymmetricUnit) quant = {{1.0f / 128}, {0}, 0};
  l.y = p.add_tensor({"y", with_batch(s.c->out), told.dtype, told.output.value_or(quant), {}, false});
  for (const Parameter &param : s.graph.params) l.params.push_back(&param.data);
  p.inputs = l.x;
  p.outputs = {l.y};
  s.node->op->integer.get()(l);
  return p;
}

// The same program on int16 activations, where the scale is 256 times finer and biases have 64 bits.
inline IntegerProgram on_int16(IntegerProgram p) {
  p.name += "_s16";
  p.front_end = {};
  for (ProgramTensor &t : p.tensors) {
    if (t.dtype == DType::kInt8 && !t.is_constant) {
      const bool is_probability =
          t.quant.scale == std::vector<float>{1.0f / 256} && t.quant.zero_point[0] == -128;
      t.dtype = DType::kInt16;
      t.quant.scale[0] /= is_probability ? 128 : 256;
      t.quant.zero_point[0] = 0;
    } else if (t.dtype == DType::kInt32 && t.is_constant) {
      std::vector<int64_t> wide = widened(t);
      for (int64_t &v : wide) v *= 256;
      for (float &scale : t.quant.scale) scale /= 256;
      t.dtype = DType::kInt64;
      t.data.assign(reinterpret_cast<uint8_t *>(wide.data()),
                    reinterpret_cast<uint8_t *>(wide.data() + wide.size()));
    }
  }
  return p;
}

// The int8 programs of an op: its cases quantized, and programs of its own.
inline std::vector<IntegerProgram> narrow_programs_of(const OpDef &op) {
  OpCases cases = cases_of(op.name);
  std::vector<IntegerProgram> programs = cases.programs;
  if (op.integer.is_given() && cases.oracle)
    for (const OpCase &c : cases.cases) {
      if (c.in.size() != 1) continue;
      const SingleOp s(op, c, 16, 9);
      programs.push_back(quantize(model_of(s), {data_of(s)}));
    }
  return programs;
}

// These, and the same on int16 if the op takes that.
inline std::vector<IntegerProgram> programs_of(const OpDef &op) {
  std::vector<IntegerProgram> programs = narrow_programs_of(op);
  if (op.has(Property::kTakesInt16))
    for (size_t i = 0, count = programs.size(); i < count; ++i) programs.push_back(on_int16(programs[i]));
  return programs;
}

}  // namespace mote::test
