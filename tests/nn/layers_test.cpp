// Layers as users write them: shapes and parameters as Keras has them, names, branches, refusals.
//
// A layer of one's own: own_layer_test.cpp; published networks: presets_test.cpp.
#include "features/preprocessing.h"
#include "mote/evaluate.h"
#include "test_support.h"

namespace mote {
namespace {

TEST(Reference, the_dense_network_has_10211_parameters) {
  const Model m = sequential("a", {100, 3}, {Flatten{}, Dense{32, relu}, Dense{16, relu}, Dense{3, softmax}});
  const Summary s = summarize(m);
  EXPECT_EQ(s.parameters, 10211u);
  EXPECT_EQ(s.rows[1].parameters, 9632u);
  EXPECT_EQ(s.rows[2].parameters, 528u);
  EXPECT_EQ(s.rows[3].parameters, 51u);
  EXPECT_EQ(s.macs, 300u * 32 + 32 * 16 + 16 * 3);
}

TEST(Reference, the_conv_network_has_12371_parameters) {
  const Model m = sequential(
      "b", {100, 3},
      {Conv1D{8, 5, relu}, MaxPool1D{2}, Conv1D{16, 3, relu}, Flatten{}, Dense{16, relu}, Dense{3, softmax}});
  const Summary s = summarize(m);
  EXPECT_EQ(s.parameters, 12371u);
  EXPECT_EQ(s.rows[0].output, (Shape{96, 8}));
  EXPECT_EQ(s.rows[1].output, (Shape{48, 8}));
  EXPECT_EQ(s.rows[2].output, (Shape{46, 16}));
  EXPECT_EQ(s.rows[3].output, (Shape{736}));
  EXPECT_EQ(s.macs, 96u * 5 * 3 * 8 + 46 * 3 * 8 * 16 + 736 * 16 + 16 * 3);
}

TEST(Conv1D, shapes_follow_keras_for_padding_stride_and_dilation) {
  const auto out = [](const Layer &layer) { return sequential("x", {20, 2}, {layer}).graph.output(); };
  EXPECT_EQ(out(Conv1D{.filters = 4, .kernel = 5, .padding = same}), (Shape{20, 4}));
  EXPECT_EQ(out(Conv1D{.filters = 4, .kernel = 5, .stride = 3, .padding = same}), (Shape{7, 4}));
  EXPECT_EQ(out(Conv1D{.filters = 4, .kernel = 5, .stride = 3}), (Shape{6, 4}));
  EXPECT_EQ(out(Conv1D{.filters = 4, .kernel = 5, .dilation = 3}), (Shape{8, 4}));
  EXPECT_EQ(out(MaxPool1D{3}), (Shape{6, 2}));
  EXPECT_EQ(out(AveragePool1D{3}), (Shape{6, 2}));
  EXPECT_EQ(out(GlobalAveragePool1D{}), (Shape{2}));
  EXPECT_EQ(out(MaxPool1D{.pool = 3, .stride = 2, .padding = same}), (Shape{10, 2}));
}

TEST(Powers, keep_the_shape_and_have_the_slopes_of_their_formulas) {
  const Model m = sequential("p", {4, 2}, {Abs{}, Square{}, Flatten{}});
  EXPECT_EQ(summarize(m).rows[1].output, (Shape{4, 2}));
  EXPECT_EQ(summarize(m).parameters, 0u);
  Dataset data = test::toy_splits(2, 4, 2, 4).train;
  Model model = m;
  model.preprocessing = {4, 2, 0, data.channel_names, {normalization("none")}, ModelTarget::kInput};
  fit(model.preprocessing, data.values.data(), data.size());
  const std::vector<float> y = float_outputs(model, data);
  for (size_t i = 0; i < y.size(); ++i) EXPECT_EQ(y[i], data.values[i] * data.values[i]);
}

TEST(GRU, shapes_and_parameters_are_those_of_keras) {
  const Summary s =
      summarize(sequential("g", {100, 3}, {GRU{16, true}, GRU{.units = 8, .reset_after = false}}));
  EXPECT_EQ(s.rows[0].output, (Shape{100, 16}));
  EXPECT_EQ(s.rows[0].parameters, 3u * 16 * (3 + 16 + 2));
  EXPECT_EQ(s.rows[1].output, (Shape{8}));
  EXPECT_EQ(s.rows[1].parameters, 3u * 8 * (16 + 8 + 1));
}

Shape out_2d(const Layer &layer) { return sequential("x", {9, 8, 4}, {layer}).graph.output(); }
size_t parameters_2d(const Layer &layer) { return summarize(sequential("x", {9, 8, 4}, {layer})).parameters; }

TEST(Layers2D, shapes_and_parameters_follow_keras) {
  EXPECT_EQ(out_2d(Conv2D{6}), (Shape{7, 6, 6}));
  EXPECT_EQ(parameters_2d(Conv2D{6}), 3u * 3 * 4 * 6 + 6);
  EXPECT_EQ(parameters_2d(Conv2D{.filters = 6, .kernel = {1, 5}, .use_bias = false}), 5u * 4 * 6);
  EXPECT_EQ(out_2d(Conv2D{.filters = 6, .kernel = 3, .stride = {2, 1}, .padding = same}), (Shape{5, 8, 6}));
  EXPECT_EQ(out_2d(DepthwiseConv2D{.kernel = 3, .multiplier = 2}), (Shape{7, 6, 8}));
  EXPECT_EQ(parameters_2d(DepthwiseConv2D{.kernel = 3, .multiplier = 2}), 3u * 3 * 8 + 8);
  EXPECT_EQ(out_2d(SeparableConv2D{10}), (Shape{7, 6, 10}));
  EXPECT_EQ(parameters_2d(SeparableConv2D{10}), 3u * 3 * 4 + 4 * 10 + 10);
  EXPECT_EQ(out_2d(MaxPool2D{}), (Shape{4, 4, 4}));
  EXPECT_EQ(out_2d(AveragePool2D{.pool = 3, .stride = 2, .padding = same}), (Shape{5, 4, 4}));
  EXPECT_EQ(out_2d(GlobalAveragePool2D{}), (Shape{4}));
  EXPECT_EQ(out_2d(GlobalMaxPool2D{}), (Shape{4}));
  EXPECT_EQ(out_2d(ZeroPadding2D{1, 2, 3, 4}), (Shape{12, 15, 4}));
  EXPECT_EQ(out_2d(Cropping2D{1, 2, 3, 4}), (Shape{6, 1, 4}));
}

TEST(Layers1D, shapes_and_parameters_follow_keras) {
  const auto s = [](const Layer &layer) { return summarize(sequential("x", {20, 3}, {layer})); };
  EXPECT_EQ(s(DepthwiseConv1D{5}).rows[0].output, (Shape{16, 3}));
  EXPECT_EQ(s(DepthwiseConv1D{5}).parameters, 5u * 3 + 3);
  EXPECT_EQ(s(SeparableConv1D{8, 5}).rows[0].output, (Shape{16, 8}));
  EXPECT_EQ(s(SeparableConv1D{8, 5}).parameters, 5u * 3 + 3 * 8 + 8);
  EXPECT_EQ(s(Conv1D{.filters = 4, .kernel = 5, .dilation = 3, .padding = causal}).rows[0].output,
            (Shape{20, 4}));
  EXPECT_EQ(s(GlobalMaxPool1D{}).rows[0].output, (Shape{3}));
  EXPECT_EQ(s(ZeroPadding1D{2, 3}).rows[0].output, (Shape{25, 3}));
  EXPECT_EQ(s(Cropping1D{2, 3}).rows[0].output, (Shape{15, 3}));
}

TEST(Branches, are_named_and_merged) {
  const Model m =
      sequential("r", {8, 8, 3},
                 {Layer(Conv2D{.filters = 4, .activation = relu, .padding = same}).named("stem"),
                  Conv2D{.filters = 4, .padding = same}, Layer(Add{relu}).from({"conv2d_1", "stem"}),
                  Layer(Conv2D{.filters = 2, .kernel = 1}).named("left"),
                  Layer(MaxPool2D{3, 1, same}).named("right").from({"add"}),
                  Layer(Concatenate{}).from({"left", "right"}), GlobalAveragePool2D{}, Dense{2}});
  EXPECT_EQ(m.graph.output(), (Shape{2}));
  EXPECT_EQ(summarize(m).rows[5].output, (Shape{8, 8, 6}));
  const auto build = [](const std::vector<Layer> &layers) { sequential("r", {8, 8, 3}, layers); };
  EXPECT_ERROR(build({Layer(Conv2D{4}).named("a"), Layer(Add{}).from({"a", "input"})}),
               "[add 'add'] its inputs (6, 6, 4) and (8, 8, 3) do not fit each other; give both branches");
  EXPECT_ERROR(build({Conv2D{4}, Add{}}), "[add 'add'] needs two inputs");
  EXPECT_ERROR(build({Conv2D{4}, Layer(Add{}).from({"conv2", "input"})}), "did you mean 'conv2d'?");
  EXPECT_ERROR(build({Conv2D{4}, Layer(Conv2D{4}).from({"input"})}), "nothing reads the layer 'conv2d'");
  EXPECT_ERROR(build({Layer(Conv2D{4}).named("a"), Layer(Conv2D{4}).named("a")}),
               "another layer has this name");
  EXPECT_ERROR(build({Conv2D{.filters = 4, .kernel = 3, .stride = 20}}),
               "a stride of 20 is larger than the input's 8");
  EXPECT_ERROR(build({MaxPool2D{.pool = 2, .stride = 9}}), "a stride of 9 is larger than the input's 8");
  EXPECT_ERROR(build({LSTM{4}}), "[lstm 'lstm'] input (8, 8, 3): expected (time, values)");
  EXPECT_ERROR(build({Conv1D{4, 3}}), "use a Reshape layer");
  EXPECT_ERROR(build({GRU{4}}), "[gru 'gru'] input (8, 8, 3): expected (time, values)");
}

TEST(Errors, name_the_layer_the_shapes_and_the_fix) {
  EXPECT_ERROR(
      sequential("x", {10, 2}, {Conv1D{4, 11}}),
      "[conv2d 'conv1d'] a window of 11 does not fit into an input of length 10; use a smaller kernel");
  EXPECT_ERROR(sequential("x", {10, 2}, {Flatten{}, Conv1D{4, 3}}),
               "[conv1d 'conv1d'] input (20): expected (time, channels)");
  EXPECT_ERROR(sequential("x", {10, 2}, {Dense{4}}), "put a Flatten");
  EXPECT_ERROR(sequential("x", {10, 2}, {Flatten{}, GRU{4}}),
               "[gru 'gru'] input (20): expected (time, values)");
  EXPECT_ERROR(sequential("x", {10, 2}, {Reshape{{7, 3}}}),
               "input (10, 2) has 20 values, the target shape (7, 3) has 21");
  EXPECT_ERROR(sequential("x", {10, 2}, {Layer{"cnv1d", {}}}), "did you mean 'conv1d'?");
  EXPECT_ERROR(sequential("x", {10, 2}, {}), "no layers");
  EXPECT_ERROR(sequential("x", {10, 2}, {Dropout{1.5}}), "outside");
}

TEST(Summary, warns_above_200_kb) {
  EXPECT_EQ(summarize(sequential("x", {100}, {Dense{100}})).text().find("Warning"), std::string::npos);
  EXPECT_NE(summarize(sequential("x", {3000}, {Dense{100}})).text().find("Warning"), std::string::npos);
}

TEST(Layers, are_found_in_any_spelling) {
  for (const char *name : {"max_pool1d", "MaxPool1D", "maxpooling1d", "MaxPooling1D"})
    EXPECT_EQ(layer_by_type(name).type, "max_pool1d");
}

}  // namespace
}  // namespace mote
