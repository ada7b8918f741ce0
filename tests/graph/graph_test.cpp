// Graphs and ops as data: facets given or refused with a reason, settings checked, shapes that do not fit,
// first weights.
//
// What ops compute: tests/ops. More of settings: attrs_test.cpp; of weights: initial_values_test.cpp.
#include <set>

#include "graph/op_def.h"
#include "test_support.h"

namespace mote {
namespace {

TEST(Ops, every_facet_is_given_or_refused_with_a_reason) {
  std::set<std::string> names;
  for (const OpDef *op : all_ops()) {
    EXPECT_TRUE(names.insert(op->name).second) << op->name;
    EXPECT_FALSE(op->doc.empty()) << op->name;
    const auto check = [&](const auto &facet, const char *which) {
      if (!facet.is_given()) EXPECT_GT(facet.why().size(), 20u) << op->name << " " << which;
    };
    check(op->structure, "structure");
    check(op->forward, "forward");
    check(op->backward, "backward");
    check(op->integer, "integer");
    check(op->run, "run");
    check(op->c, "c");
    check(op->tflite, "tflite");
    check(op->cost, "cost");
    for (const AttrSpec &a : op->attrs) EXPECT_FALSE(a.doc.empty()) << op->name << "." << a.name;
  }
}

TEST(Ops, builtin_codes_are_claimed_once) {
  std::set<int> codes;
  for (const OpDef *op : all_ops())
    if (op->tflite.is_given())
      for (int code : op->tflite->builtin_codes)
        EXPECT_TRUE(codes.insert(code).second) << op->name << " " << code;
}

TEST(Ops, an_unknown_name_suggests_the_nearest) {
  EXPECT_ERROR(op_by_name("conv2"), "did you mean 'conv2d'?");
}

TEST(Attrs, are_checked_for_name_type_range_and_choice) {
  Graph g;
  g.input = {4};
  EXPECT_ERROR(g.add("dense", "d", {{"unit", int64_t{3}}}, {0}), "did you mean 'units'?");
  EXPECT_ERROR(g.add("dense", "d", {{"units", 3.5}}, {0}), "expected an integer");
  EXPECT_ERROR(g.add("dense", "d", {{"units", int64_t{0}}}, {0}), "outside");
  EXPECT_ERROR(g.add("dense", "d", {{"initializer", std::string("xavier")}}, {0}), "not one of");
}

// Where a graph does not say: as Keras and tf.nn do it.
TEST(Attrs, that_are_not_given_change_nothing_or_are_those_of_keras) {
  using List = std::vector<int64_t>;
  const Attrs window{{"pool", List{2, 2}}, {"strides", List{2, 2}}, {"padding", std::string("valid")}},
      recurrent{{"return_sequences", int64_t{0}}, {"initializer", std::string("glorot_uniform")}},
      kernel{{"strides", List{1, 1}},           {"dilation", List{1, 1}},
             {"padding", std::string("valid")}, {"initializer", std::string("glorot_uniform")},
             {"use_bias", int64_t{1}},          {"activation", std::string("none")}};
  const std::map<std::string, Attrs> expected = {
      {"avg_pool2d", window},
      {"max_pool2d", window},
      {"conv2d", kernel},
      {"depthwise_conv2d", kernel},
      {"batch_norm", {{"momentum", 0.99}, {"epsilon", 1e-3}}},
      {"concatenation", {{"axis", int64_t{-1}}}},
      {"dense", {{"use_bias", int64_t{1}}, {"activation", std::string("none")}}},
      {"dropout", {{"rate", 0.5}, {"spatial", int64_t{0}}}},
      {"gru", recurrent},
      {"lstm", recurrent},
      {"simple_rnn", recurrent},
      {"leaky_relu", {{"alpha", 0.2}}},
      {"mean", {{"axes", List{-1}}}},
      {"reshape", {{"shape", List{-1}}}},
      {"softmax", {{"beta", 1.0}}}};
  for (const auto &[op, attrs] : expected) {
    const Attrs all = complete_attrs(op, op_by_name(op).attrs, {});
    for (const auto &[name, value] : attrs) EXPECT_EQ(all.at(name), value) << op << "." << name;
  }
  Graph g;
  g.input = {4, 5};
  g.add("reshape", "flat", {}, {0});
  EXPECT_EQ(g.value_shape(1), (Shape{20}));
}

TEST(Graph, shape_errors_name_layer_shapes_and_fix) {
  Graph g;
  g.input = {4, 3};
  EXPECT_ERROR(g.add("dense", "head", {{"units", int64_t{2}}}, {0}),
               "[dense 'head'] input (4, 3): expected one dimension; put a Flatten");
}

// Keras: glorot_uniform in +-sqrt(6 / (in + out)); he_normal with deviation sqrt(2 / in), cut at two
// deviations.
TEST(Initializers, have_the_moments_of_keras) {
  const auto draw = [](const char *name) {
    Graph g;
    g.input = {400};
    g.add("dense", "d", {{"units", int64_t{300}}, {"initializer", std::string(name)}}, {0});
    initialize(g, 11);
    return g.params[0].data;
  };
  const auto deviation = [](const std::vector<float> &v) {
    double squares = 0;
    for (float x : v) squares += static_cast<double>(x) * static_cast<double>(x);
    return std::sqrt(squares / static_cast<double>(v.size()));
  };
  const auto largest = [](const std::vector<float> &v) {
    return static_cast<double>(*std::max_element(v.begin(), v.end()));
  };
  EXPECT_NEAR(deviation(draw("glorot_uniform")), std::sqrt(2.0 / 700), 1e-4);
  EXPECT_NEAR(largest(draw("glorot_uniform")), std::sqrt(6.0 / 700), 1e-4);
  EXPECT_NEAR(deviation(draw("he_normal")), std::sqrt(2.0 / 400), 3e-4);
  EXPECT_NEAR(largest(draw("he_normal")), 2 * std::sqrt(2.0 / 400) / 0.87962566103423978, 1e-3);
  EXPECT_NEAR(largest(draw("he_uniform")), std::sqrt(6.0 / 400), 1e-4);
  EXPECT_NEAR(deviation(draw("glorot_normal")), std::sqrt(2.0 / 700), 3e-4);
}

}  // namespace
}  // namespace mote
