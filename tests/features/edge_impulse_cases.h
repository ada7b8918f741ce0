// The recorded cases of Edge Impulse's blocks in the shared data: inputs, settings, outputs or refusals.
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>

#include "data/npy.h"
#include "fitted_block.h"

namespace mote::test {

inline std::string edge_impulse_folder() { return shared_data() + "/features/edge_impulse/"; }

inline NpyArray edge_impulse_array(const std::string &file) {
  return parse_npy(read_file(edge_impulse_folder() + file), file);
}

struct EdgeImpulseCase {
  std::string name, block;
  Attrs settings;
  Shape window;
  std::vector<std::vector<float>> inputs;
  std::vector<double> expected;  // of all inputs; empty: the block refuses
  std::vector<std::string> labels;
};

inline Attr attr_of(const nlohmann::json &value) {
  if (value.is_boolean()) return std::string(value.get<bool>() ? "true" : "false");
  if (value.is_number_integer()) return value.get<int64_t>();
  if (value.is_number()) return value.get<double>();
  return value.get<std::string>();
}

inline EdgeImpulseCase edge_impulse_case(const nlohmann::json &index, const nlohmann::json &j) {
  EdgeImpulseCase c{j["case"], j["block"], {}, {}, {}, {}, {}};
  c.block = "edge_impulse_" + (c.block == "spectral_analysis" ? "spectral" : c.block);
  for (const auto &[key, value] : j["parameters"].items()) c.settings[key] = attr_of(value);
  c.settings["version"] = j["implementation_version"].get<int64_t>();
  if (!j["sampling_freq"].is_null()) c.settings["rate_hz"] = j["sampling_freq"].get<double>();
  const NpyArray in = edge_impulse_array(j["input"]);
  const size_t size = in.values.size() / in.shape[0];
  const size_t values = in.shape.size() > 2 ? in.shape.back() : 1;
  c.window = {static_cast<int>(size / values), static_cast<int>(values)};
  for (const size_t row : j["input_rows"])
    c.inputs.emplace_back(in.values.begin() + row * size, in.values.begin() + (row + 1) * size);
  if (!j.contains("error")) {
    const NpyArray out = edge_impulse_array(j["output"]);
    c.expected.assign(out.values.begin(), out.values.end());
  }
  if (j.contains("labels") && j["labels"].is_string())
    c.labels = index["label_sets"][j["labels"].get<std::string>()].get<std::vector<std::string>>();
  return c;
}

inline std::vector<EdgeImpulseCase> edge_impulse_cases(const std::string &block) {
  const auto index = nlohmann::json::parse(read_file(edge_impulse_folder() + "index.json"));
  std::vector<EdgeImpulseCase> cases;
  for (const nlohmann::json &j : index["cases"])
    if (EdgeImpulseCase c = edge_impulse_case(index, j); c.block == block) cases.push_back(std::move(c));
  return cases;
}

}  // namespace mote::test
