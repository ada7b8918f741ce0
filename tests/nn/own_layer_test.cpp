// Layers of one's own: named, completed and checked like mote's, and part of a model that trains.
#include "mote/layer.h"
#include "mote/layers.h"
#include "mote/train.h"
#include "test_support.h"

namespace mote::test {

static const LayerDef &residual() {
  static const LayerDef kLayer{
      "residual",
      "Residual",
      {},
      {{"units", int64_t{8}, "as many as the input has", {}, 1, 64}},
      [](Graph &g, const std::string &name, const Attrs &a, int x) {
        const int y = g.add("dense", name, {{"units", a.at("units")}}, {x});
        return g.add("add", name + "/sum", {}, {x, add_activation(g, name + "/relu", "relu", y)});
      }};
  return kLayer;
}

TEST(OwnLayer, takes_part_like_the_others) {
  const Splits data = toy_splits();
  const Model model = sequential(
      "m", {20, 3},
      {Flatten{}, Dense{8}, own_layer(residual()), own_layer(residual()).named("last"), Dense{3}, Softmax{}});
  const Summary summary = summarize(model);
  EXPECT_EQ(summary.rows[2].name, "residual");
  EXPECT_EQ(summary.rows[2].type, "Residual");
  EXPECT_EQ(summary.rows[2].parameters, 8u * 8u + 8u);
  EXPECT_EQ(summary.rows[3].name, "last");
  const TrainedRun run = train(model, data, {.epochs = 20});
  EXPECT_LT(run.history.back().loss, run.history.front().loss);
}

TEST(OwnLayer, settings_are_checked) {
  EXPECT_ERROR(sequential("m", {8}, {own_layer(residual(), {{"units", int64_t{65}}})}), "units");
  EXPECT_ERROR(sequential("m", {8}, {own_layer(residual(), {{"unit", int64_t{8}}})}),
               "unknown setting 'unit'");
  EXPECT_ERROR(sequential("m", {8}, {own_layer(residual(), {{"units", int64_t{4}}})}), "residual/sum");
}

TEST(OwnLayer, ops_are_listed_with_their_settings) {
  const std::string table = op_table();
  EXPECT_NE(table.find("dense"), std::string::npos);
  EXPECT_NE(table.find("use_bias"), std::string::npos);
  EXPECT_EQ(table.find("dequantize"), std::string::npos);  // of foreign files only
}

}  // namespace mote::test
