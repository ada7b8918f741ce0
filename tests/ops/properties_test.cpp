// What an op states about itself, held against what its cases show, both ways: a property that does not hold
// fails, and so does one that is left out though it holds. What no case can show may not be claimed.
//
// The declarations that are more than yes or no (activation, fused loss, statistics, ...) are in
// declarations_test.cpp.
#include <set>

#include "graph/cost.h"
#include "mote/host_program.h"
#include "ops/single_op.h"
#include "program_runs.h"

namespace mote::test {
namespace {

using Shown = std::optional<bool>;  // nothing: the cases do not tell

// Of several cases: one that contradicts decides, then one that agrees.
Shown all_of(const std::vector<Shown> &shown) {
  Shown all;
  for (Shown s : shown)
    if (s) all = all.value_or(true) && *s;
  return all;
}

// Every float case, with rows of random inputs.
template <class Show>
Shown over_cases(const OpDef &op, Show show) {
  std::vector<Shown> shown;
  const OpCases cases = cases_of(op.name);
  if (cases.oracle)
    for (const OpCase &c : cases.cases) {
      SingleOp s(op, c, 3, 21);
      shown.push_back(show(s));
    }
  return all_of(shown);
}

template <class Show>
Shown over_programs(const OpDef &op, Show show) {
  std::vector<Shown> shown;
  if (op.run.is_given())
    for (const IntegerProgram &p : narrow_programs_of(op)) shown.push_back(show(p));
  return all_of(shown);
}

// Its values, or bytes, come out as they went in.
Shown gives_its_input(const OpDef &op) {
  const Shown of_values =
      over_cases(op, [](const SingleOp &s) -> Shown { return s.x.size() == 1 && s.forward() == s.x[0]; });
  const Shown of_bytes = over_programs(op, [](const IntegerProgram &p) -> Shown {
    HostProgram host(p);
    const auto inputs = random_inputs(host, 4, 5);
    return run_all(host, inputs) == inputs;
  });
  return all_of({of_values, of_bytes});
}

Shown runs(const IntegerProgram &p) {
  try {
    HostProgram host(p);
    run_all(host, random_inputs(host, 4, 6));
    return true;
  } catch (const Error &) {
    return false;
  }
}

// batch_norm has no layer of its own: what it is lowered to is asked.
Shown takes_int16(const OpDef &op) {
  if (op.run.is_given()) return over_programs(op, [](const IntegerProgram &p) { return runs(on_int16(p)); });
  if (!op.integer.is_given()) return {};
  return over_cases(op, [](const SingleOp &s) {
    return runs(lowered(s, {.dtype = DType::kInt16, .output = QuantParams{{0.001f}, {0}, 0}}));
  });
}

// Changes one value of an input after the other: what else changes than that value of the output?
Shown keeps_to_its_place(const IntegerProgram &p) {
  if (p.layers.size() != 1 || p.outputs.size() != 1) return {};
  const ProgramTensor &y = p.tensor(p.outputs[0]);
  HostProgram host(p);
  const std::vector<uint8_t> inputs = random_inputs(host, 1, 7), before = run_all(host, inputs);
  Shown shown;
  size_t at = 0;
  for (int t : p.inputs) {
    const ProgramTensor &x = p.tensor(t);
    const size_t size = dtype_bytes(x.dtype), count = x.shape.elements();
    for (size_t i = 0; i < count && x.shape == y.shape && x.dtype == y.dtype; i += 1 + count / 40) {
      std::vector<uint8_t> changed = inputs;
      for (size_t b = 0; b < size; ++b) changed[at + i * size + b] ^= 0x55;
      std::vector<uint8_t> after = run_all(host, changed);
      std::copy_n(before.begin() + static_cast<long>(i * size), size,
                  after.begin() + static_cast<long>(i * size));
      shown = shown.value_or(true) && after == before;
    }
    at += x.bytes();
  }
  return shown;
}

// In-place memory rests on this property: the call gives the same where its output lies upon an input.
bool works_in_place(const IntegerProgram &p) {
  const ProgramLayer &l = p.layers[0];
  const ProgramTensor &y = p.tensor(l.outputs[0]);
  HostProgram host(p);
  const std::vector<uint8_t> inputs = random_inputs(host, 1, 8), expected = run_all(host, inputs);
  const HostCall call = op_by_name(l.op).run.get()(host.program(), host.program().layers[0]);
  for (size_t k = 0; k < l.inputs.size(); ++k) {
    std::vector<std::vector<uint64_t>> memory;
    std::vector<const void *> in;
    void *out = nullptr;
    const uint8_t *from = inputs.data();
    for (int t : l.inputs) {
      const ProgramTensor &x = p.tensor(t);
      memory.emplace_back(x.bytes() / 8 + 1);
      in.push_back(memory.back().data());
      if (x.is_constant) {
        std::copy(x.data.begin(), x.data.end(), reinterpret_cast<uint8_t *>(memory.back().data()));
        continue;
      }
      std::copy_n(from, x.bytes(), reinterpret_cast<uint8_t *>(memory.back().data()));
      from += x.bytes();
      if (in.size() == k + 1 && x.shape == y.shape && x.dtype == y.dtype) out = memory.back().data();
    }
    if (out == nullptr) continue;
    call(in.data(), &out);
    if (!std::equal(expected.begin(), expected.end(), static_cast<const uint8_t *>(out))) return false;
  }
  return true;
}

Shown is_elementwise(const OpDef &op) {
  const Shown shown = over_programs(op, keeps_to_its_place);
  if (!shown || !*shown) return shown;
  return over_programs(op, [](const IntegerProgram &p) -> Shown {
    return p.layers.size() == 1 ? Shown(works_in_place(p)) : Shown();
  });
}

Shown clamps(const SingleOp &s, FusedActivation activation, float most) {
  HostProgram plain(lowered(s)), host(lowered(s, {.activation = activation}));
  const auto inputs = random_inputs(plain, 20, 9);
  const std::vector<uint8_t> without = run_all(plain, inputs), with = run_all(host, inputs);
  const QuantParams &quant = plain.program().tensor(plain.program().outputs[0]).quant;
  const int zero = quant.zero_point[0],
            top = std::min(127, zero + static_cast<int>(std::lround(most / quant.scale[0])));
  bool matters = false;
  for (size_t i = 0; i < with.size(); ++i) {
    const int value = static_cast<int8_t>(without[i]),
              expected = std::clamp(value, zero, std::max(zero, top));
    if (static_cast<int8_t>(with[i]) != expected) return false;
    matters |= value != expected;
  }
  return matters ? Shown(true) : Shown();
}

Shown takes_activation(const OpDef &op) {
  if (!op.integer.is_given()) return {};
  return over_cases(op, [](const SingleOp &s) {
    return all_of({clamps(s, FusedActivation::kRelu, 1e6f), clamps(s, FusedActivation::kRelu6, 6)});
  });
}

// Told of a relu behind it, forward gives max(y, 0) and backward the gradient of that.
Shown takes_relu(const OpDef &op) {
  return over_cases(op, [](SingleOp &s) -> Shown {
    const std::vector<float> y = s.forward();
    if (*std::min_element(y.begin(), y.end()) >= 0) return {};
    Random random(22);
    const std::vector<float> dy = random_floats(y.size(), random);
    std::vector<float> masked = dy, clamped = y;
    for (size_t i = 0; i < y.size(); ++i)
      if (!(y[i] > 0)) masked[i] = clamped[i] = 0;
    const auto expected = s.backward(masked);
    s.has_relu = true;
    if (s.forward() != clamped) return false;
    const auto g = s.backward(dy);
    for (size_t k = 0; k < g.dx.size(); ++k)
      for (size_t i = 0; i < g.dx[k].size(); ++i)
        if (std::fabs(g.dx[k][i] - expected.dx[k][i]) > 1e-5f) return false;
    return true;
  });
}

// Two inputs that differ in every byte.
Shown gives_the_same_for_any_values(const IntegerProgram &p) {
  HostProgram host(p);
  std::vector<uint8_t> inputs = random_inputs(host, 4, 11);
  const std::vector<uint8_t> before = run_all(host, inputs);
  for (uint8_t &byte : inputs) byte = static_cast<uint8_t>(~byte);
  return run_all(host, inputs) == before;
}

// A second forward in training must give the same, and is worth it only where nothing is multiplied up. That
// it costs less than memory is for a benchmark to say, so an op may leave it out.
Shown can_be_recomputed(const OpDef &op) {
  if (!op.has(Property::kRecomputed)) return false;
  return over_cases(op, [](const SingleOp &s) -> Shown {
    return cost_of(s.graph, *s.node).macs == 0 && s.forward() == s.forward();
  });
}

// Its channels scaled and shifted by its kernel and bias.
Shown takes_channel_affine(const OpDef &op) {
  std::vector<Shown> shown;
  const OpCases cases = cases_of(op.name);
  for (OpCase c : cases.cases) {
    if (!cases.oracle) break;
    if (std::any_of(op.attrs.begin(), op.attrs.end(), [](const AttrSpec &a) { return a.name == "use_bias"; }))
      c.attrs["use_bias"] = int64_t{1};
    SingleOp s(op, c, 3, 23);
    Parameter *kernel = s.graph.param(*s.node, Role::kKernel), *bias = s.graph.param(*s.node, Role::kBias);
    if (!kernel || !bias) return false;
    const size_t channels = static_cast<size_t>(kernel->channels());
    if (bias->data.size() != channels || c.out[-1] != kernel->channels()) return false;
    std::vector<float> expected = s.forward();
    Random random(24);
    const std::vector<float> scale = random_floats(channels, random),
                             offset = random_floats(channels, random);
    for (size_t i = 0; i < expected.size(); ++i)
      expected[i] = scale[i % channels] * expected[i] + offset[i % channels];
    for (size_t i = 0; i < kernel->data.size(); ++i) kernel->data[i] *= scale[i % channels];
    for (size_t i = 0; i < channels; ++i) bias->data[i] = bias->data[i] * scale[i] + offset[i];
    const std::vector<float> y = s.forward();
    bool is_same = true;
    for (size_t i = 0; i < y.size(); ++i)
      is_same &= std::fabs(y[i] - expected[i]) < 1e-3f * (1 + std::fabs(expected[i]));
    shown.push_back(is_same);
  }
  return all_of(shown);
}

// Powers of two, so that the products are exact. Views and identities are looked through, so they need not
// say.
Shown is_homogeneous(const OpDef &op) {
  if (gives_its_input(op).value_or(false)) return false;
  return over_cases(op, [](SingleOp &s) -> Shown {
    const int channels = s.c->in[0][-1];
    if (s.x.size() != 1 || s.c->out[-1] != channels) return false;
    const auto factor = [&](size_t i) {
      return std::ldexp(1.0f, static_cast<int>(i % static_cast<size_t>(channels)) % 4 - 1);
    };
    std::vector<float> expected = s.forward();
    for (size_t i = 0; i < expected.size(); ++i) expected[i] *= factor(i);
    for (size_t i = 0; i < s.x[0].size(); ++i) s.x[0][i] *= factor(i);
    return s.forward() == expected;
  });
}

Shown shows(Property property, const OpDef &op) {
  const Shown same = gives_its_input(op);
  switch (property) {
    case Property::kTakesInt16:
      return takes_int16(op);
    case Property::kElementwise:
      return same.value_or(false) ? Shown(false) : is_elementwise(op);  // a view has memory of its own kind
    case Property::kView:
      return same && op.run.is_given() ? same : Shown(false);
    case Property::kIdentityAtInference:
      return same && !op.run.is_given() ? same : Shown(false);
    case Property::kTakesActivation:
      return takes_activation(op);
    case Property::kTakesRelu:
      return takes_relu(op);
    case Property::kRecomputed:
      return can_be_recomputed(op);
    case Property::kTakesChannelAffine:
      return takes_channel_affine(op);
    case Property::kReadsShapes:
      return over_programs(op, gives_the_same_for_any_values);
    case Property::kHomogeneous:
      return is_homogeneous(op);
  }
  return {};
}

const char *name_of(Property property) {
  static constexpr const char *kNames[kPropertyCount] = {
      "takes int16",         "elementwise",  "view",       "identity at inference",
      "takes an activation", "takes a relu", "recomputed", "takes a channel affine",
      "reads shapes only",   "homogeneous"};
  return kNames[static_cast<int>(property)];
}

class Properties : public ::testing::TestWithParam<const OpDef *> {};

TEST_P(Properties, are_those_that_the_cases_show) {
  const OpDef &op = *GetParam();
  for (int i = 0; i < kPropertyCount; ++i) {
    const auto property = static_cast<Property>(i);
    const Shown shown = shows(property, op);
    EXPECT_EQ(op.has(property), shown.value_or(false)) << op.name << ": '" << name_of(property)
                                                       << (!shown   ? "' is claimed, and no case shows it"
                                                           : *shown ? "' holds and is not stated"
                                                                    : "' is stated and does not hold");
  }
}

INSTANTIATE_TEST_SUITE_P(AllOps, Properties, ::testing::ValuesIn(all_ops()),
                         [](const auto &info) { return info.param->name; });

// Each property is had by some op and not by others, so that neither answer goes untested.
TEST(Properties, tell_ops_apart) {
  for (int i = 0; i < kPropertyCount; ++i) {
    const auto has = [i](const OpDef *op) { return op->has(static_cast<Property>(i)); };
    EXPECT_TRUE(std::any_of(all_ops().begin(), all_ops().end(), has)) << i;
    EXPECT_FALSE(std::all_of(all_ops().begin(), all_ops().end(), has)) << i;
  }
}

}  // namespace
}  // namespace mote::test
