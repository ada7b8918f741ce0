// Loops of routines counted by hand beside work_of().
#include "device/work.h"

#include <map>

#include "device/device_support.h"
#include "graph/cost.h"
#include "graph/op_def.h"

namespace mote {
namespace {

using Parts = std::map<std::string, double>;

// Of the first layer of the op, without the parts that do not run.
Parts counted(const IntegerProgram &p, const std::string &op, Products products) {
  for (const ProgramLayer &l : p.layers) {
    if (l.op != op) continue;
    Parts parts;
    for (const CCall &call : op_by_name(op).c.get()(p, l))
      for (const auto &[part, times] : work_of(call, products, static_cast<double>(cost_of(p, l).macs), 0))
        if (times > 0) parts[part] += times;
    return parts;
  }
  ADD_FAILURE() << "no layer is " << op;
  return {};
}

IntegerProgram program_of(const Shape &shape, const std::vector<Layer> &layers) {
  return test::int8_program("counted", shape, layers);
}

// Outputs that are scaled up are counted apart; which they are depends on the weights.
void join_outputs(Parts &parts) {
  parts["output"] += parts["output_wide"];
  parts.erase("output_wide");
}

TEST(Work, of_a_convolution_inside_its_input) {
  // 9 positions of a kernel of 3 x 2 values: three groups of four, 12 columns of which three repeat another
  const IntegerProgram p = program_of({11, 2}, {Conv1D{5, 3}, Flatten{}, Dense{2}});
  Parts dual = counted(p, "conv2d", Products::kDual);
  join_outputs(dual);
  EXPECT_EQ(dual, (Parts{{"call", 1},
                         {"quad", 3},
                         {"block", 3},
                         {"product_call", 3},
                         {"gather", 12},
                         {"put", 12},
                         {"word", 12},  // of four of the six values
                         {"odd", 24},
                         {"filter", 15},
                         {"step", 30},
                         {"output", 40},
                         {"rest", 5}}));
  Parts single = counted(p, "conv2d", Products::kSingle);
  EXPECT_EQ(single.at("word"), 72);
  EXPECT_EQ(single.at("step"), 90);
  EXPECT_EQ(single.count("odd"), 0u);
  Parts vectors = counted(p, "conv2d", Products::kVectors);
  EXPECT_EQ(vectors.at("word"), 12);
  EXPECT_EQ(vectors.at("step"), 15);
  EXPECT_EQ(vectors.count("rest"), 0u);
}

TEST(Work, of_a_convolution_at_the_border_and_in_chunks) {
  // 4 positions, each with one or two taps outside: the kernel of 3 x 40 values takes chunks of 48
  const IntegerProgram p =
      program_of({4, 40}, {Conv1D{.filters = 20, .kernel = 3, .padding = same}, Flatten{}, Dense{2}});
  Parts dual = counted(p, "conv2d", Products::kDual);
  EXPECT_EQ(dual.at("quad"), 1);
  EXPECT_EQ(dual.at("block"), 2);         // of 16 filters
  EXPECT_EQ(dual.at("product_call"), 6);  // three chunks each
  EXPECT_EQ(dual.at("gather"), 24);       // again for each block
  EXPECT_EQ(dual.at("filter"), 60);
  EXPECT_EQ(dual.at("step"), 20 * 30);  // 12 + 12 + 6 quads
  EXPECT_GE(dual.at("edge"), 2 * 2);    // the first and the last position have a border
}

TEST(Work, of_a_depthwise_convolution) {
  // 5 channels, 4 of them side by side with dual products; 6 positions of 3 taps, of which the ends have 2
  const IntegerProgram p =
      program_of({6, 5}, {DepthwiseConv1D{.kernel = 3, .padding = same}, Flatten{}, Dense{2}});
  Parts dual = counted(p, "depthwise_conv2d", Products::kDual);
  join_outputs(dual);
  EXPECT_EQ(dual, (Parts{{"call", 1},
                         {"position", 6},
                         {"block", 6},
                         {"pass", 6},
                         {"vector", 6},
                         {"vector_row", 6},
                         {"vector_tap", 16},
                         {"single", 6},
                         {"single_row", 6},
                         {"single_tap", 16},
                         {"output", 30}}));
  const Parts vectors = counted(p, "depthwise_conv2d", Products::kVectors);
  EXPECT_EQ(vectors.at("single_tap"), 80);  // no eight channels
  EXPECT_EQ(vectors.count("vector"), 0u);
}

TEST(Work, of_dense_layers_pools_and_softmax) {
  // 21 outputs: blocks of 16 and 5, fours 4 + 2
  const IntegerProgram p = program_of({10}, {Dense{21}, Dense{2}, Softmax{}});
  Parts dual = counted(p, "dense", Products::kDual);
  join_outputs(dual);
  EXPECT_EQ(
      dual,
      (Parts{
          {"call", 1}, {"block", 2}, {"row_fours", 6}, {"row_quads", 12}, {"row_rest", 12}, {"output", 21}}));
  EXPECT_EQ(counted(p, "softmax", Products::kDual), (Parts{{"call", 1}, {"row", 1}, {"value", 2}}));
  const IntegerProgram pool = program_of({7, 6}, {MaxPool1D{2}, Flatten{}, Dense{2}});
  EXPECT_EQ(counted(pool, "max_pool2d", Products::kDual), (Parts{{"call", 1},
                                                                 {"position", 3},
                                                                 {"vector", 3},
                                                                 {"vector_row", 3},
                                                                 {"vector_tap", 6},
                                                                 {"single", 6},
                                                                 {"single_row", 6},
                                                                 {"single_tap", 12}}));
}

// Sums of 16 bits hold 256 values; more are added one channel at a time.
TEST(Work, of_average_pools_in_vectors_ends_at_256_values) {
  const auto pool_of = [](int size) {
    const IntegerProgram p = program_of({2 * size, 9}, {AveragePool1D{size}, Flatten{}, Dense{2}});
    Parts parts = counted(p, "avg_pool2d", Products::kVectors);
    parts.erase("clamped");
    return parts;
  };
  EXPECT_EQ(pool_of(256), (Parts{{"call", 1},
                                 {"position", 2},
                                 {"vector", 2},
                                 {"vector_row", 2},
                                 {"vector_tap", 2 * 256},
                                 {"single", 2},
                                 {"single_row", 2},
                                 {"single_tap", 2 * 256}}));
  EXPECT_EQ(pool_of(257), (Parts{{"call", 1},
                                 {"position", 2},
                                 {"single", 2 * 9},
                                 {"single_row", 2 * 9},
                                 {"single_tap", 2 * 257 * 9}}));
}

// Time and plane are one loop; the channels are outputs.
TEST(Work, of_global_averages) {
  const Parts expected = {{"call", 1}, {"output", 6}, {"row", 6}, {"value", 6 * 35}};
  for (const IntegerProgram &p : {program_of({35, 6}, {GlobalAveragePool1D{}, Dense{2}}),
                                  program_of({5, 7, 6}, {GlobalAveragePool2D{}, Dense{2}})}) {
    Parts parts = counted(p, "mean", Products::kVectors);
    parts.erase("carry");
    EXPECT_EQ(parts, expected);
  }
}

TEST(Work, of_recurrent_layers) {
  const IntegerProgram p = program_of({8, 3}, {GRU{6}, Dense{2}});
  const Parts dual = counted(p, "gru", Products::kDual);
  EXPECT_EQ(dual.at("step"), 8);
  EXPECT_EQ(dual.at("unit"), 48);
  EXPECT_EQ(dual.at("output"), 6);
  EXPECT_EQ(dual.at("input_fours"), 8 * 3 * 2);  // three gates of six units, two fours each
  EXPECT_EQ(dual.at("input_rest"), 8 * 3 * 2 * 3);
  EXPECT_EQ(dual.at("state_quads"), 8 * 3 * 2);
  EXPECT_EQ(dual.at("state_rest"), 8 * 3 * 2 * 2);
  IntegerProgram l = program_of({8, 3}, {LSTM{6}, Dense{2}});
  const Parts lstm = counted(l, "lstm", Products::kSingle);
  EXPECT_EQ(lstm.at("cell"), 48);
  EXPECT_EQ(lstm.at("input_values"), 48 * 3);
  EXPECT_EQ(lstm.at("recurrent_values"), 42 * 6);  // not of the first step
  // where a state is given, of all steps
  for (ProgramLayer &layer : l.layers) {
    if (layer.op != "lstm") continue;
    const auto like = [&](int output) {
      ProgramTensor t = l.tensor(layer.outputs.at(static_cast<size_t>(output)));
      t.shape = {1, 6};
      return l.add_tensor(t);
    };
    const int hidden = like(0), cell = like(1);
    layer.inputs.insert(layer.inputs.end(), {hidden, cell});
  }
  EXPECT_EQ(counted(l, "lstm", Products::kSingle).at("recurrent_values"), 48 * 6);
}

TEST(Work, of_what_is_around_the_layers) {
  const IntegerProgram p = program_of({10}, {Dense{4}, Dense{2}, Softmax{}});
  Parts parts;
  for (const auto &[part, times] : work_around(p)) parts[part] = times;
  EXPECT_EQ(parts, (Parts{{"call", 1}, {"layer", 3}, {"in", 10}, {"out", 2}}));
}

}  // namespace
}  // namespace mote
