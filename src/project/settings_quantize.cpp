// Settings of quantization, and of the device that the model is for.
#include <cmath>

#include "base/error.h"
#include "project/entries.h"

namespace mote {

namespace {

const NameTable<bool> kDense({{"per-channel", false}, {"per-tensor", true}});

// conv1d = "mse" or conv1d = [-4, 4]
LayerRange range_of(const std::string &layer, const Value &v) {
  LayerRange range{layer};
  if (v.is_string()) {
    try {
      range.method = range_method(v.get<std::string>());
    } catch (const Error &e) {
      throw Refusal{e.message(), e.hint(), layer};
    }
    return range;
  }
  if (!v.is_array() || v.size() != 2 || !v[0].is_number() || !v[1].is_number())
    throw Refusal{"expected a method or [low, high]", "", layer};
  range.range = ValueRange{v[0].get<float>(), v[1].get<float>()};
  const auto [low, high] = *range.range;
  if (!(low <= 0 && high >= 0 && low < high) || std::isinf(low) || std::isinf(high))
    throw Refusal{"a range must include 0 and more", "", layer};
  return range;
}

Setting ranges_setting() {
  return Setting{"quantize.ranges", SettingKind::kOther,
                 "one line per layer that differs: `conv1d = \"mse\"` or `conv1d = [-4, 4]`",
                 [](const Project &p) {
                   Value table = Value::object();
                   for (const LayerRange &r : p.quantize.calibration.layers)
                     table[r.layer] = r.range ? Value{as_written(r.range->low), as_written(r.range->high)}
                                              : Value(range_method_name(*r.method));
                   return table;
                 },
                 [](Project &p, const Value &v) {
                   if (!v.is_object()) throw Refusal{"expected a table", "write [quantize.ranges]"};
                   p.quantize.calibration.layers.clear();
                   for (const auto &[layer, range] : v.items())
                     p.quantize.calibration.layers.push_back(range_of(layer, range));
                 }}
      .or_else("none");
}

}  // namespace

std::vector<Setting> quantize_settings() {
  return {
      choice(
          "quantize.calibration", [](auto &p) -> auto & { return p.quantize.calibration.method; },
          range_method_names(), "how ranges are chosen, see section 5"),
      number(
          "quantize.percentile", [](auto &p) -> auto & { return p.quantize.calibration.percentile; },
          CalibrationOptions::kLeastPercentile, 100, "of `percentile`")
          .in("%"),
      integer(
          "quantize.examples", [](auto &p) -> auto & { return p.quantize.examples; }, 1, 1000000000,
          "windows to calibrate on, as many of each class as can be"),
      ranges_setting(),
      texts(
          "quantize.int16", [](auto &p) -> auto & { return p.quantize.int16_layers; },
          "layers that work on int16 activations, see section 5")
          .or_else("none"),
      toggle(
          "quantize.drop_outliers", [](auto &p) -> auto & { return p.quantize.drops_outliers; },
          "calibrate without windows that reach four times as far as the others"),
      toggle(
          "quantize.equalize", [](auto &p) -> auto & { return p.quantize.has_equalization; },
          "scale channels between layers so that they use their ranges alike"),
      toggle(
          "quantize.bias_correction", [](auto &p) -> auto & { return p.quantize.has_bias_correction; },
          "take the mean error of rounded weights out of the biases"),
      choice(
          "quantize.dense", [](auto &p) -> auto & { return p.quantize.has_dense_per_tensor; }, kDense,
          "scales of dense weights; `per-tensor` for interpreters before 2022"),
      integer(
          "quantize.qat.epochs", [](auto &p) -> auto & { return p.tune.epochs; }, 1,
          TrainOptions::kMostEpochs, "of `--method qat`")
          .or_else("a tenth of the training's, at least 3"),
      number(
          "quantize.qat.learning_rate", [](auto &p) -> auto & { return p.tune.learning_rate; }, 1e-9, 100,
          "of `--method qat`")
          .also({"lr"})
          .or_else("a tenth of the training's"),
      number(
          "quantize.qat.distill", [](auto &p) -> auto & { return p.tune_teaching.weight; }, 0, 1e6,
          "weight of the float model's answers beside the targets; 0: targets alone"),
      number(
          "quantize.qat.temperature", [](auto &p) -> auto & { return p.tune_teaching.temperature; }, 0.01,
          1000, "that softens these answers"),
  };
}

std::vector<Setting> target_settings() {
  return {
      text(
          "target.board", [](auto &p) -> auto & { return p.target.board; },
          "what the model is for; `mote boards` lists them")
          .or_else("none"),
      text(
          "target.boards", [](auto &p) -> auto & { return p.target.boards; },
          "a TOML file with boards of your own")
          .or_else("none"),
      bytes(
          "target.flash", [](auto &p) -> auto & { return p.target.flash_bytes; },
          "for code and weights, as a number or `\"256k\"`")
          .in("bytes")
          .or_else("the board's"),
      bytes(
          "target.ram", [](auto &p) -> auto & { return p.target.ram_bytes; },
          "for buffer and stack, as a number or `\"32k\"`")
          .in("bytes")
          .or_else("the board's"),
      number(
          "target.ms", [](auto &p) -> auto & { return p.target.ms; }, 1e-6, 1e9, "per inference, at most")
          .in("ms")
          .or_else("no limit"),
  };
}

}  // namespace mote
