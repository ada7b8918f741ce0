// What an op declares beside its properties (properties_test.cpp): its parameters' roles and axes, the
// activation or the loss that it is, its output range, statistics, states and standard form. Held against its
// cases both ways: a wrong declaration fails, and so does one that is left out.
#include <map>
#include <set>

#include "graph/cost.h"
#include "mote/host_program.h"
#include "ops/single_op.h"
#include "program_runs.h"
#include "train/loss.h"

namespace mote::test {
namespace {

class Declarations : public ::testing::TestWithParam<const OpDef *> {
 protected:
  const OpDef &op() const { return *GetParam(); }
  OpCases cases() const { return cases_of(op().name); }
  bool gives_its_input() const {
    const OpCases list = cases();
    return std::all_of(list.cases.begin(), list.cases.end(), [&](const OpCase &c) {
      const SingleOp s(op(), c, 2, 30);
      return s.x.size() == 1 && s.forward() == s.x[0];
    });
  }
};
INSTANTIATE_TEST_SUITE_P(AllOps, Declarations, ::testing::ValuesIn(all_ops()),
                         [](const auto &info) { return info.param->name; });

// Of two outputs [rows, out]: the channels in which they differ.
std::vector<bool> different_channels(const std::vector<float> &a, const std::vector<float> &b, int channels) {
  std::vector<bool> differ(static_cast<size_t>(channels));
  for (size_t i = 0; i < a.size(); ++i)
    if (a[i] != b[i]) differ[i % differ.size()] = true;
  return differ;
}

// Of a layer whose channels a scale can move into: a weight reaches the output channel of its place, and no
// other.
TEST_P(Declarations, output_channels_of_parameters_lie_along_the_axis) {
  if (!op().has(Property::kTakesChannelAffine))
    GTEST_SKIP() << "its output channels are not those of its weights";
  for (const OpCase &c : cases().cases) {
    SingleOp s(op(), c, 2, 31);
    const std::vector<float> before = s.forward();
    for (Parameter &p : s.graph.params) {
      ASSERT_EQ(p.channels(), c.out[-1]) << p.name;
      for (size_t i = 0; i < p.data.size(); i += 1 + p.data.size() / 50) {
        const float keep = p.data[i];
        p.data[i] += 3;
        const std::vector<bool> differ = different_channels(before, s.forward(), p.channels());
        p.data[i] = keep;
        for (size_t k = 0; k < differ.size(); ++k)
          EXPECT_EQ(differ[k], k == i % differ.size()) << p.name << " " << i;
      }
    }
  }
}

// Without the weights of one input channel, nothing depends on that channel; with them it does. Tried on
// every axis.
TEST_P(Declarations, input_channels_of_a_kernel_lie_along_the_axis) {
  if (!op().has(Property::kTakesChannelAffine)) GTEST_SKIP() << "no pass asks its kernel for input channels";
  std::vector<bool> is_possible;
  int declared = -2;
  for (const OpCase &c : cases().cases) {
    const SingleOp given(op(), c, 1, 32);
    const Parameter &kernel = *given.graph.param(*given.node, Role::kKernel);
    is_possible.resize(static_cast<size_t>(kernel.shape.rank()), true);
    declared = kernel.input_axis;
    const int channels = c.in[0][-1];
    for (int axis = 0; axis < kernel.shape.rank(); ++axis)
      for (int channel = 0; channel < channels && is_possible[static_cast<size_t>(axis)]; ++channel) {
        if (kernel.shape[axis] != channels) {
          is_possible[static_cast<size_t>(axis)] = false;
          break;
        }
        SingleOp s = given;
        s.node = &s.graph.nodes.back();
        Parameter &k = *s.graph.param(*s.node, Role::kKernel);
        const AlongAxis along = k.shape.along(axis);
        for (size_t i = 0; i < k.data.size(); ++i)
          if (along(i) == static_cast<size_t>(channel)) k.data[i] = 0;
        const std::vector<float> before = s.forward();
        for (size_t i = static_cast<size_t>(channel); i < s.x[0].size(); i += static_cast<size_t>(channels))
          s.x[0][i] += 5;
        if (s.forward() != before) is_possible[static_cast<size_t>(axis)] = false;
      }
  }
  for (size_t axis = 0; axis < is_possible.size(); ++axis)
    EXPECT_EQ(static_cast<int>(axis) == declared, is_possible[axis]) << axis;
}

// What statistics move has no gradient; all else has one in some case (a recurrent kernel has none over one
// step).
TEST_P(Declarations, roles_say_which_parameters_gradients_train) {
  std::map<Role, bool> is_trained, is_moved;
  for (const OpCase &c : cases().cases) {
    if (!cases().oracle) break;
    const SingleOp s(op(), c, 3, 33);
    Random random(34);
    const auto g = s.backward(random_floats(3 * c.out.elements(), random));
    std::set<Role> roles;
    for (size_t i = 0; i < s.graph.params.size(); ++i) {
      const Parameter &p = s.graph.params[i];
      is_trained[p.role] = p.is_trainable();
      is_moved[p.role] |=
          std::any_of(g.dparams[i].begin(), g.dparams[i].end(), [](float d) { return d != 0; });
      EXPECT_TRUE(roles.insert(p.role).second) << "two parameters of the role " << p.name;
      // kernels are what multiply-adds come from
      if (p.is_kernel()) EXPECT_GT(cost_of(s.graph, *s.node).macs, 0u);
    }
  }
  EXPECT_EQ(is_moved, is_trained);
}

// An op that overwrites gradients leaves nothing of what was there; one that adds keeps it.
TEST_P(Declarations, gradients_are_overwritten_where_that_is_said) {
  for (const OpCase &c : cases().cases) {
    if (!cases().oracle) break;
    const SingleOp s(op(), c, 2, 35);
    Random random(36);
    const std::vector<float> dy = random_floats(2 * c.out.elements(), random);
    EXPECT_EQ(s.backward_onto(dy, 1e9f, false).dx == s.backward_onto(dy, 0, false).dx,
              op().backward->overwrites);
  }
}

TEST_P(Declarations, the_activation_is_the_one_that_it_computes) {
  struct Known {
    FusedActivation activation;
    float low, high;
  };
  std::optional<FusedActivation> shown;
  for (const Known &k : {Known{FusedActivation::kRelu, 0, 1e30f}, Known{FusedActivation::kRelu6, 0, 6},
                         Known{FusedActivation::kReluN1To1, -1, 1}}) {
    const OpCases list = cases();
    bool is_that = static_cast<bool>(list.oracle);
    for (const OpCase &c : list.cases) {
      if (!list.oracle) break;
      SingleOp s(op(), c, 2, 37);
      for (float &v : s.x[0]) v *= 9;  // beyond 6
      std::vector<float> expected = s.x[0];
      for (float &v : expected) v = std::clamp(v, k.low, k.high);
      is_that &= s.x.size() == 1 && s.forward() == expected;
    }
    if (is_that) shown = k.activation;
  }
  EXPECT_EQ(op().activation, shown);
}

// The loss of the op's input by the loss itself, and of its output by the loss's definition.
TEST_P(Declarations, the_fused_loss_takes_the_input_for_the_output) {
  std::optional<LossType> shown;
  for (LossType type : {LossType::kCategoricalCrossentropy, LossType::kBinaryCrossentropy}) {
    bool has_case = false, is_that = !gives_its_input();
    for (const OpCase &c : cases().cases) {
      if (!cases().oracle || c.in.size() != 1 || c.in[0].rank() != 1 || c.out != c.in[0] || c.out[0] < 2)
        continue;
      const SingleOp s(op(), c, 1, 38);
      const std::vector<float> y = s.forward();
      has_case = true;
      for (int truth = 0; truth < c.out[0]; ++truth) {
        double expected = 0;
        for (size_t i = 0; i < y.size(); ++i) {
          const double p = static_cast<int>(i) == truth ? y[i] : 1.0 - double{y[i]};
          if (type == LossType::kBinaryCrossentropy) expected -= std::log(p) / static_cast<double>(y.size());
          if (type == LossType::kCategoricalCrossentropy && static_cast<int>(i) == truth)
            expected -= std::log(p);
        }
        const double loss = example_loss({type}, y.size(), s.x[0].data(), {truth}, 1, nullptr);
        is_that &= std::fabs(loss - expected) < 1e-4 * (1 + loss);  // NaN is not
      }
    }
    if (has_case && is_that) shown = type;
  }
  EXPECT_EQ(op().fused_loss, shown);
}

// The integer layers take any scale for their output, or they refuse all but one.
TEST_P(Declarations, the_output_range_is_the_one_that_its_layers_take) {
  const OpCases list = cases();
  if (!list.oracle || !op().integer.is_given())
    GTEST_SKIP() << "its tensors carry their scales, or it has none";
  const auto takes = [&](const std::function<QuantParams(const SingleOp &)> &output) {
    return std::all_of(list.cases.begin(), list.cases.end(), [&](const OpCase &c) {
      const SingleOp s(op(), c, 2, 39);
      try {
        HostProgram host(lowered(s, {.output = output(s)}));
        return true;
      } catch (const Error &) {
        return false;
      }
    });
  };
  const auto is = [](float scale, int zero) {
    return [=](const SingleOp &) { return QuantParams{{scale}, {zero}, 0}; };
  };
  OutputRange range = OutputRange::kCalibrated;
  if (!takes(is(0.7f, 5))) {
    const auto same = [](const SingleOp &s) { return choose_quant_params(range_of(s.x[0])); };
    const bool is_same = takes(same), is_probability = takes(is(1.0f / 256, -128)),
               is_unit = takes(is(1.0f / 128, 0));
    ASSERT_EQ(is_same + is_probability + is_unit, 1);
    range = is_same          ? OutputRange::kSameAsInput
            : is_probability ? OutputRange::kProbability
                             : OutputRange::kSymmetricUnit;
  }
  EXPECT_EQ(op().output_range, range);
  for (const OpCase &c : list.cases) {  // and the outputs lie in it
    SingleOp s(op(), c, 3, 40);
    for (auto &x : s.x)
      for (float &v : x) v *= 5;
    const auto [low, high] = std::minmax_element(s.x[0].begin(), s.x[0].end());
    for (float y : s.forward()) {
      if (range == OutputRange::kSameAsInput)
        EXPECT_TRUE(y >= std::min(0.0f, *low) && y <= std::max(0.0f, *high));
      if (range == OutputRange::kProbability) EXPECT_TRUE(y >= 0 && y <= 1);
      if (range == OutputRange::kSymmetricUnit) EXPECT_LE(std::fabs(y), 1);
    }
  }
}

// In training: with the sums of these rows, if the op has any.
std::vector<float> trained_forward(const SingleOp &s) {
  const NodeView view = s.view();
  const Forward &f = s.node->op->forward.get();
  const auto &statistics = s.node->op->statistics;
  std::vector<float> y(static_cast<size_t>(s.rows) * s.node->shape.elements()),
      state(f.state_floats(view) * static_cast<size_t>(s.rows)), scratch(f.scratch_floats(view)), prepared;
  std::vector<const float *> in, params;
  for (const auto &v : s.x) in.push_back(v.data());
  for (const Parameter &p : s.graph.params) params.push_back(p.data.data());
  ForwardArgs a;
  a.rows = s.rows;
  a.x = in.data();
  a.y = y.data();
  a.params = params.data();
  a.state = state.data();
  a.scratch = scratch.data();
  a.is_training = true;
  a.seed = 4;
  if (statistics) {
    std::vector<double> sums(statistics->count(view));
    statistics->add(view)(a, sums.data());
    prepared.resize(statistics->prepared_floats(view));
    statistics->prepare(view)(sums.data(), nullptr, s.rows, params.data(), prepared.data());
    a.prepared = prepared.data();
  }
  f.compile(view)(a);
  return y;
}

// The first row's output changes with the second row's input: then and only then there are statistics.
TEST_P(Declarations, statistics_are_what_couples_the_rows_of_a_batch) {
  const OpCases list = cases();
  if (!list.oracle) GTEST_SKIP() << "is not trained";
  bool is_coupled = false;
  for (const OpCase &c : list.cases) {
    SingleOp s(op(), c, 3, 40);
    const std::vector<float> before = trained_forward(s);
    for (size_t k = 0; k < s.x.size(); ++k)
      for (size_t i = c.in[k].elements(); i < s.x[k].size(); ++i) s.x[k][i] = 2 * s.x[k][i] + 1;
    const std::vector<float> after = trained_forward(s);
    is_coupled |=
        !std::equal(after.begin(), after.begin() + static_cast<long>(c.out.elements()), before.begin());
  }
  EXPECT_EQ(is_coupled, op().statistics.has_value());
  EXPECT_EQ(is_coupled, op().at_inference != nullptr) << "tuning needs nodes without statistics in its place";
}

// y = scale[c] x + offset[c], fitted to two inputs and seen to hold for a third.
TEST_P(Declarations, the_channel_affine_is_what_inference_computes) {
  const OpCases list = cases();
  if (!list.oracle || gives_its_input()) GTEST_SKIP() << "has no affine of its own";
  bool is_affine = true;
  for (const OpCase &c : list.cases) {
    SingleOp s(op(), c, 2, 41);
    if (s.x.size() != 1 || c.out != c.in[0]) {
      is_affine = false;
      continue;
    }
    const std::vector<float> x = s.x[0], y = s.forward();
    const auto channels = static_cast<size_t>(c.out[-1]);
    const auto at = [&](float v) {
      s.x[0].assign(x.size(), v);
      return s.forward();
    };
    const std::vector<float> zero = at(0), one = at(1);
    const auto is_near = [](double a, double b) { return std::fabs(a - b) < 1e-4 * (1 + std::fabs(b)); };
    for (size_t i = 0; i < y.size(); ++i) {
      const double offset = zero[i % channels], scale = one[i % channels] - offset;
      is_affine &= is_near(y[i], scale * x[i] + offset);
    }
    if (!op().channel_affine) continue;
    std::vector<const std::vector<float> *> params;
    for (const Parameter &p : s.graph.params) params.push_back(&p.data);
    const ChannelAffine a = op().channel_affine(s.node->attrs, params);
    ASSERT_EQ(a.scale.size(), channels);
    for (size_t k = 0; k < channels; ++k) {
      EXPECT_TRUE(is_near(a.offset[k], zero[k])) << k;
      EXPECT_TRUE(is_near(a.scale[k], double{one[k]} - double{zero[k]})) << k;
    }
  }
  EXPECT_EQ(op().channel_affine != nullptr, is_affine);
}

// Values 0 .. nodes of a graph, each by its op's forward.
std::vector<float> run_graph(const Graph &g, const std::vector<float> &x, int rows) {
  std::vector<std::vector<float>> values = {x};
  for (const Node &node : g.nodes) {
    const NodeView view = g.view(node);
    const Forward &f = node.op->forward.get();
    std::vector<float> y(static_cast<size_t>(rows) * node.shape.elements()),
        state(f.state_floats(view) * static_cast<size_t>(rows)), scratch(f.scratch_floats(view));
    std::vector<const float *> in, params;
    for (int v : node.inputs) in.push_back(values[static_cast<size_t>(v)].data());
    for (int p : node.params) params.push_back(g.params[static_cast<size_t>(p)].data.data());
    ForwardArgs a;
    a.rows = rows;
    a.x = in.data();
    a.y = y.data();
    a.params = params.data();
    a.state = state.data();
    a.scratch = scratch.data();
    f.compile(view)(a);
    values.push_back(std::move(y));
  }
  return values.back();
}

TEST_P(Declarations, the_nodes_at_inference_give_what_the_op_gives) {
  if (!op().at_inference) GTEST_SKIP() << "is the same in training and at inference";
  for (const OpCase &c : cases().cases) {
    const SingleOp s(op(), c, 2, 42);
    Graph g;
    g.input = c.in[0];
    std::vector<const std::vector<float> *> params;
    for (const Parameter &p : s.graph.params) params.push_back(&p.data);
    const int value = op().at_inference(g, s.view(), params, 0);
    EXPECT_EQ(value, static_cast<int>(g.nodes.size()));
    const std::vector<float> y = run_graph(g, s.x[0], 2), expected = s.forward();
    ASSERT_EQ(y.size(), expected.size());
    for (size_t i = 0; i < y.size(); ++i) EXPECT_NEAR(y[i], expected[i], 1e-4 * (1 + std::fabs(expected[i])));
  }
}

// A layer with outputs beside its result has a state; row by row, with that carried, it gives what the window
// gives (quantize compares them). All others are refused.
TEST_P(Declarations, states_are_what_a_layer_carries_from_row_to_row) {
  const OpCases list = cases();
  if (!list.oracle || !op().integer.is_given()) GTEST_SKIP() << "has no layer of its own that is quantized";
  for (const OpCase &c : list.cases) {
    const SingleOp s(op(), c, 16, 43);
    bool has_state = false;
    for (const ProgramLayer &l : lowered(s).layers) has_state |= l.op == op().name && l.outputs.size() > 1;
    EXPECT_EQ(!op().state_outputs.empty(), has_state);
    if (!has_state || s.node->attrs.integer("return_sequences") != 0) continue;
    Model m = model_of(s);
    m.preprocessing.window = c.in[0][0];
    m.preprocessing.channels = c.in[0][1];
    m.preprocessing.channel_names.assign(static_cast<size_t>(c.in[0][1]), "x");
    m.preprocessing.steps = {normalization("none", std::vector<float>(static_cast<size_t>(c.in[0][1]), 0.0f),
                                           std::vector<float>(static_cast<size_t>(c.in[0][1]), 1.0f))};
    Dataset d = data_of(s);
    d.window = c.in[0][0];
    d.channels = c.in[0][1];
    QuantizeOptions options{.calibrate_on = d};
    options.by_row = true;
    const IntegerProgram row = quantize(m, options);
    EXPECT_EQ(row.states.size(), op().state_outputs.size());
  }
}

// A layer that may be left out gives the bytes of its input, and one that gives others may not.
TEST_P(Declarations, a_layer_that_leaves_values_gives_its_input) {
  if (!op().leaves_values) GTEST_SKIP() << "never says so";
  bool leaves = false, changes = false;
  for (const IntegerProgram &p : cases().programs) {
    HostProgram host(p);
    const std::vector<uint8_t> inputs = random_inputs(host, 4, 31);
    const bool is_same = op().leaves_values(p, p.layers[0]);
    EXPECT_EQ(run_all(host, inputs) == inputs, is_same);
    leaves |= is_same;
    changes |= !is_same;
  }
  EXPECT_TRUE(leaves && changes) << "the cases show one answer only";
}

// Every layer that can be deployed has a place in .tflite: an operator of its own, or the layers it is made
// of. An operator's layers are made of others where they have a setting that it has not.
TEST_P(Declarations, a_standard_form_stands_where_there_is_no_operator) {
  const bool has_operator = op().tflite.is_given() && op().tflite->write.is_given();
  const bool is_deployed = op().run.is_given() && op().c.is_given();  // not where it is computed ahead
  if (!op().score_unit.empty()) {                                     // the file of a detector ends before it
    EXPECT_FALSE(has_operator || op().standard_form);
    return;
  }
  if (!has_operator) EXPECT_EQ(op().standard_form != nullptr, is_deployed);
  if (!has_operator || !op().standard_form) return;
  bool is_replaced = false, stands = false;
  for (const IntegerProgram &p : programs_of(op())) {
    IntegerProgram standard = p;
    for (const ProgramLayer &l : p.layers) {
      if (l.op != op().name) continue;
      const bool is_other = op().standard_form(standard, l).size() > 1;
      is_replaced |= is_other;
      stands |= !is_other;
    }
  }
  EXPECT_TRUE(is_replaced && stands) << "the cases show one form only";
}

}  // namespace
}  // namespace mote::test
