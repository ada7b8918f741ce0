// Settings of the model: a list of layers, or a published network.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "nn/keras.h"
#include "nn/layer.h"
#include "project/entries.h"

namespace mote {

namespace {

constexpr const char *kClasses = "classes", *kInputs = "inputs";  // units = "classes"

std::vector<std::string> inputs_of(const Value &v) {
  std::vector<std::string> names;
  if (v.is_array())
    for (const Value &item : v) {
      if (!item.is_string()) throw Refusal{"inputs: expected a list of names"};
      names.push_back(item.get<std::string>());
    }
  if (names.empty()) throw Refusal{"inputs: expected a list of names"};
  return names;
}

Layer layer_of(const Value &v) {
  if (!v.is_object()) throw Refusal{"expected a table", "write { type = \"dense\", units = 16 }"};
  if (!v.contains("type") || !v["type"].is_string()) throw Refusal{"has no type", "write type = \"dense\""};
  Layer layer;
  const LayerDef &def = layer_by_type(v["type"].get<std::string>());
  layer.type = def.type;
  for (const auto &[key, value] : v.items()) {
    if (key == "type") continue;
    if (key == "name") {
      if (!value.is_string() || value.get<std::string>().empty()) throw Refusal{"name: expected a string"};
      layer.name = value.get<std::string>();
    } else if (key == "inputs") {
      layer.inputs = inputs_of(value);
    } else {
      layer.attrs[key] = attr_from(key, value);
    }
  }
  layer.attrs = keras_attrs("", def.attrs, layer.attrs);
  Attrs check = layer.attrs;
  for (const char *word : {kClasses, kInputs})
    if (check.count("units") && check["units"] == Attr(std::string(word))) check["units"] = int64_t{2};
  complete_attrs("", def.attrs, check);
  return layer;
}

Setting covariance_setting() {
  Setting s = text(
      "model.covariance", [](auto &p) -> auto & { return p.detector.covariance; },
      "of the features of normal windows; `full` also knows how they go together");
  s.kind = SettingKind::kChoice;
  s.choices = {"diagonal", "full"};
  s.set = [names = s.choices](Project &p, const Value &v) {
    const std::string name = v.get<std::string>();
    if (std::find(names.begin(), names.end(), name) == names.end()) throw Refusal{};
    p.detector.covariance = name;
  };
  return std::move(s).only("model.detector", {detector_names().name_of(DetectorKind::kGaussian)});
}

Setting layers_setting() {
  return {"model.layers", SettingKind::kOther, "a list, see [layers.md](../layers.md)",
          [](const Project &p) {
            Value list = Value::array();
            for (const Layer &l : p.layers) {
              Value layer = {{"type", l.type}};
              if (!l.name.empty()) layer["name"] = l.name;
              if (!l.inputs.empty()) layer["inputs"] = l.inputs;
              for (const auto &[key, attr] : l.attrs) layer[key] = attr_value(attr);
              list.push_back(std::move(layer));
            }
            return list;
          },
          [](Project &p, const Value &v) {
            if (!v.is_array() || v.empty()) throw Refusal{"expected a list of layers"};
            p.layers.clear();
            for (size_t i = 0; i < v.size(); ++i) try {
                p.layers.push_back(layer_of(v[i]));
              } catch (const Error &e) {
                throw Refusal{e.message(), e.hint(), i};
              } catch (Refusal &r) {
                r.at = i;
                throw;
              }
          }};
}

// The names are those of a layer's own setting.
Setting initializer_setting() {
  Setting s = text(
      "model.initializer", [](auto &p) -> auto & { return p.initializer; },
      "how the weights of layers start that do not say it, see [layers.md](../layers.md)");
  s.kind = SettingKind::kChoice;
  s.choices = kLayerInitializer.choices;
  s.set = [names = s.choices](Project &p, const Value &v) {
    const std::string name = v.get<std::string>();
    if (std::find(names.begin(), names.end(), name) == names.end()) throw Refusal{};  // the reader lists them
    p.initializer = name;
  };
  return std::move(s).or_else("as each layer has it");
}

}  // namespace

std::vector<Setting> model_settings() {
  return {
      choice(
          "model.detector", [](auto &p) -> auto & { return p.detector.kind; }, detector_names(),
          "a detector of anomalies, which learns from normal windows alone, see "
          "[anomalies.md](../anomalies.md): an "
          "`autoencoder` of these layers, or without layers `kmeans` or a `gaussian` of the features"),
      covariance_setting(),
      integer(
          "model.centroids", [](auto &p) -> auto & { return p.detector.centroids; }, 1, 4096,
          "clusters of normal windows")
          .only("model.detector", {detector_names().name_of(DetectorKind::kKmeans)}),
      std::move(layers_setting()).or_else("needed, unless there is a preset"),
      text(
          "model.preset", [](auto &p) -> auto & { return p.preset; },
          "a published network instead, see [layers.md](../layers.md)")
          .or_else("none"),
      text(
          "model.tflite", [](auto &p) -> auto & { return p.tflite; },
          "an int8 model that others trained instead, beside mote.toml: `mote import` takes it, see "
          "[from TensorFlow Lite Micro](../howto/from-tflite-micro.md)")
          .or_else("none"),
      number(
          "model.width", [](auto &p) -> auto & { return p.preset_width; }, 0.01, 8,
          "of a preset that has one: a factor on its channels")
          .or_else("as published"),
      toggle(
          "model.streaming", [](auto &p) -> auto & { return p.is_streaming; },
          "push() computes of layers over time only what no window before had, or the training is refused "
          "with "
          "the layer that does not allow it; a preset goes without padding in time"),
      initializer_setting().also({"kernel_initializer"}),
  };
}

}  // namespace mote
