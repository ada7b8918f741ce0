// Batch normalization that nothing before it can take in: why it stays, and whether int8 loses there.
//
// Its input has one scale for all channels. A channel that is small beside the others has few steps of it,
// and normalizing makes these as large as the values of the others. Folding is graph/fold.cpp; what each
// layer loses, and further remedies: explain.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.h"
#include "graph/fold.h"
#include "graph/op_def.h"
#include "mote/evaluate.h"
#include "quant/quantize.h"

namespace mote {

namespace {

const GraphLayer *layer_of(const Graph &g, int node) {
  for (const GraphLayer &l : g.layers)
    if (node >= l.first_node && node < l.last_node) return &l;
  return nullptr;
}

std::string name_of(const Graph &g, int node) {
  const GraphLayer *layer = layer_of(g, node);
  return layer ? layer->name : g.nodes[node].name;
}

// The node that makes the value behind views and what acts in training only; -1: the input.
int maker_of(const Graph &g, int value) {
  const auto is_transparent = [](const Node &n) {
    return n.op->has(Property::kView) || n.op->has(Property::kIdentityAtInference);
  };
  while (value > 0 && is_transparent(g.nodes[value - 1])) value = g.nodes[value - 1].inputs[0];
  return value - 1;
}

std::string why_left(const Graph &g, int node) {
  const int maker = maker_of(g, g.nodes[node].inputs[0]);
  if (maker < 0)
    return only_reader(g, 0) == node ? "it comes first, and no normalization of the input can take it in"
                                     : "it normalizes the input, which other layers read too";
  const std::string behind =
      fmt::format("it stands behind '{}' ({})", name_of(g, maker), g.nodes[maker].op->name);
  if (!g.nodes[maker].op->has(Property::kTakesChannelAffine))
    return behind + ", which has no weights that could take it in";
  if (only_reader(g, maker + 1) != node) return behind + ", which other layers read too";
  return behind + ", whose channels another shape has mixed";
}

// The layers that the node's values come through, back to those with weights, in the order of the graph.
std::vector<std::string> layers_of(const Graph &g, int node) {
  std::set<int> nodes = {node};
  std::vector<int> open = {node};
  while (!open.empty()) {
    const int at = open.back();
    open.pop_back();
    for (int value : g.nodes[at].inputs) {
      const int maker = maker_of(g, value);
      if (maker < 0 || !nodes.insert(maker).second) continue;
      if (!g.nodes[maker].op->has(Property::kTakesChannelAffine)) open.push_back(maker);
    }
  }
  std::vector<std::string> layers;
  for (int n : nodes)
    if (const std::string name = name_of(g, n); layers.empty() || layers.back() != name)
      layers.push_back(name);
  return layers;
}

std::vector<int> left_nodes(const Graph &g) {
  std::vector<int> nodes;
  for (int i = 0; i < g.count(); ++i)
    if (g.nodes[i].op->channel_affine) nodes.push_back(i);
  return nodes;
}

LeftNormalization left_at(const Graph &g, int node) {
  return {name_of(g, node), why_left(g, node), layers_of(g, node)};
}

// How the float model answers some windows, and what an int8 model loses beside it.
class Comparison {
 public:
  Comparison(const Model &model, const QuantizeOptions &options)
      : model_(model),
        options_(options),
        windows_(calibration_set(model, options)),
        real_(answers(model, windows_)) {}

  // Of a classifier the share of windows that are answered otherwise; else the squared error of the outputs
  // as a share of their variance.
  double lost(const QuantizeSettings &settings) const {
    const Answers integer = answers(quantize(model_, {options_.calibrate_on, settings}), windows_);
    if (real_.classes > 0) {
      double otherwise = 0;
      for (size_t i = 0; i < real_.answered.size(); ++i)
        otherwise += real_.answered[i] != integer.answered[i];
      return otherwise / std::max<size_t>(1, real_.answered.size());
    }
    double error = 0, sum = 0, squares = 0;
    for (size_t i = 0; i < real_.values.size(); ++i) {
      const double x = real_.values[i], d = x - integer.values[i];
      error += d * d;
      sum += x;
      squares += x * x;
    }
    const double variance = squares - sum * sum / std::max<size_t>(1, real_.values.size());
    return variance > 0 ? error / variance : 0;
  }
  std::string text(double lost) const {
    if (real_.classes == 0) return fmt::format("an error of {:.0f} % of the outputs' variance", 100 * lost);
    const double count = windows_.size();
    return fmt::format("{:.0f} of {} windows answered otherwise than by the float model", lost * count,
                       windows_.size());
  }

 private:
  const Model &model_;
  const QuantizeOptions &options_;
  Dataset windows_;
  Answers real_;
};

// The factor of each channel that is not the same in all of some examples; of the others, which int8 has
// exactly enough, 0.
std::vector<float> live_scales(std::vector<float> scales, const float *values, size_t count) {
  for (size_t c = 0; c < scales.size(); ++c) {
    bool is_live = false;
    for (size_t i = c; i < count; i += scales.size()) is_live |= values[i] != values[c];
    if (!is_live) scales[c] = 0;
  }
  return scales;
}

// Channels of the input that no normalization brings to one size.
bool has_raw_channels(const Preprocessing &p) {
  if (p.channels < 2) return false;
  for (const PreprocessingStep &step : p.steps)
    if (step.block == "normalization" && step.table("gain").size() > 1) return false;
  return true;
}

// The steps of an int8 input, so far apart behind the layer, do not tell values apart: below so many of them
// in the range of the output. Measured (tests/quant/left_normalization_test.cpp): above, no net lost an
// answer by it; below, some do and some do not, as many coarse values together may still tell classes apart.
constexpr double kFewLevels = 4;
constexpr double kNoLoss = 0.02;  // of the windows, or of the variance: as int8 has without such a layer

}  // namespace

std::vector<LeftNormalization> left_normalizations(const Model &model) {
  const Graph g = folded(model).graph;
  std::vector<LeftNormalization> list;
  for (int node : left_nodes(g)) list.push_back(left_at(g, node));
  return list;
}

std::vector<LeftNormalization> measured_normalizations(const Model &model, const QuantizeOptions &options) {
  if (left_normalizations(model).empty()) return {};
  const DeployedModel d = prepare_deployment(model, options);
  const Graph &g = d.model.graph;
  const Lowerer lowerer(d.model, d.calibration, d.lowering);
  const Dataset examples = calibration_set(model, options);
  const size_t rows = std::min(kObserved, examples.size());
  Observer observer(d.model, rows);
  observer.run(examples, 0, rows);
  std::vector<LeftNormalization> list;
  for (int i : left_nodes(g)) {
    const Node &node = g.nodes[i];
    LeftNormalization left = left_at(g, i);
    std::vector<const std::vector<float> *> params;
    for (int p : node.params) params.push_back(&g.params[p].data);
    const ChannelAffine affine = node.op->channel_affine(node.attrs, params);
    const std::vector<float> scales =
        live_scales({affine.scale.begin(), affine.scale.end()}, observer.value(node.inputs[0]),
                    rows * observer.value_floats(node.inputs[0]));
    const auto largest = std::max_element(scales.begin(), scales.end(),
                                          [](float a, float b) { return std::fabs(a) < std::fabs(b); });
    left.channel = largest - scales.begin();
    const ValueRange &reached = d.calibration.values[i + 1];
    const double step = double{lowerer.stored(node.inputs[0]).quant.scale[0]} * std::fabs(*largest);
    left.levels = step > 0 ? (double{reached.high} - reached.low) / step : INFINITY;
    list.push_back(std::move(left));
  }
  return list;
}

std::vector<std::string> judge_normalizations(const Model &model, const QuantizeOptions &options) {
  std::vector<LeftNormalization> coarse = measured_normalizations(model, options);
  std::erase_if(coarse, [](const LeftNormalization &n) { return n.levels >= kFewLevels; });
  if (coarse.empty()) return {};
  const Comparison comparison(model, options);
  const double lost = comparison.lost(options.settings);
  if (lost <= kNoLoss) return {};
  std::vector<std::string> findings;
  for (const LeftNormalization &n : coarse) {
    std::string text = fmt::format(
        "batch normalization '{}' stays a layer of its own ({}), and int8 loses by it: channel {} of its "
        "input "
        "is so small beside the others that {:.2g} steps are left of it; {}",
        n.layer, n.why, n.channel, n.levels, comparison.text(lost));
    text += has_raw_channels(model.preprocessing)
                ? ". train.normalize = \"channel\" brings the channels of the input to one size"
                : ". Put it right behind a layer with weights, before its activation, where it costs nothing";
    QuantizeSettings wide = options.settings, even = options.settings;
    wide.int16_layers.insert(wide.int16_layers.end(), n.layers.begin(), n.layers.end());
    even.has_equalization = true;
    for (const auto &[settings, name] :
         {std::pair(wide, fmt::format("--int16 {}", fmt::join(n.layers, " --int16 "))), {even, "--equalize"}})
      try {
        if (const double then = comparison.lost(settings); then < lost / 2)
          text += fmt::format("; with {}: {}", name, comparison.text(then));
      } catch (const Error &) {  // an op that takes no int16
      }
    findings.push_back(std::move(text));
  }
  return findings;
}

}  // namespace mote
