// Edge Impulse's flatten: statistics of each axis.
#include "features/edge_impulse_support.h"
#include "mote_edge_impulse_flatten.h"

namespace mote::features {

namespace {

using FlattenParams = mote_edge_impulse_flatten_params;

// Members in the order of the struct, which is that of the features.
const std::vector<std::pair<std::string, int32_t FlattenParams::*>> &flatten_wishes() {
  static const std::vector<std::pair<std::string, int32_t FlattenParams::*>> kWishes = {
      {"average", &FlattenParams::average},   {"minimum", &FlattenParams::minimum},
      {"maximum", &FlattenParams::maximum},   {"rms", &FlattenParams::rms},
      {"stdev", &FlattenParams::stdev},       {"skewness", &FlattenParams::skewness},
      {"kurtosis", &FlattenParams::kurtosis},
  };
  return kWishes;
}

FlattenParams flatten_params(const PreprocessingStep &step, const Shape &in) {
  FlattenParams p{};
  p.rows = static_cast<int32_t>(in[0]);
  p.axes = static_cast<int32_t>(in[1]);
  p.scale = static_cast<float>(step.attrs.number("scale_axes"));
  for (const auto &[name, member] : flatten_wishes()) p.*member = edge_impulse::is_true(step, name);
  return p;
}

Shape flatten_shape(const PreprocessingStep &step, const Shape &in) {
  int wanted = 0;
  for (const auto &[name, member] : flatten_wishes()) wanted += edge_impulse::is_true(step, name);
  if (wanted == 0) edge_impulse::refuse(step, "no statistic is wanted", "set one of them to true");
  return {1, in[1] * wanted};
}

FeatureCall flatten_call(const PreprocessingStep &step, const Shape &in) {
  std::vector<FeatureMember<FlattenParams>> members = {
      {"rows", &FlattenParams::rows}, {"axes", &FlattenParams::axes}, {"scale", &FlattenParams::scale}};
  for (const auto &[name, member] : flatten_wishes()) members.push_back({name, member});
  return feature_call("edge_impulse_flatten", members, flatten_params(step, in));
}

std::vector<AttrSpec> flatten_attrs() {
  std::vector<AttrSpec> attrs = {edge_impulse::version_attr(1),
                                 rows_rate_attr(),
                                 {"scale_axes", 1.0, "multiplies every value", {}, -1e30, 1e30}};
  for (const auto &[name, member] : flatten_wishes())
    attrs.push_back(edge_impulse::truth_attr(name, true, "whether it is a feature of each axis"));
  return attrs;
}

}  // namespace

const FeatureDef &edge_impulse_flatten_feature() {
  static const FeatureDef kDef = edge_impulse::with_tables(
      {.name = "edge_impulse_flatten",
       .formula =
           "per axis mean, least, largest, root of the mean square, deviation, skewness and kurtosis - 3",
       .attrs = flatten_attrs(),
       .tables = {},
       .shape = flatten_shape,
       .fit = NotSupported{""},
       .apply =
           [](const PreprocessingStep &step, const Shape &in, const float *x, float *work, float *y) {
             const FlattenParams p = flatten_params(step, in);
             mote_edge_impulse_flatten(&p, x, work, y);
           },
       .c = flatten_call,
       .with_quantization = NotSupported{"gives other values than it takes"},
       .frames = NotSupported{"is of the whole window"},
       .doc = "statistics of each axis, as Edge Impulse's Flatten block has them"},
      [](const PreprocessingStep &, const Shape &) { return edge_impulse::Tables{}; });
  return kDef;
}

}  // namespace mote::features
