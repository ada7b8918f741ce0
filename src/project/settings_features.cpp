// Settings of the features: blocks between the window and the network.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "features/feature_def.h"
#include "project/entries.h"

namespace mote {

Attr attr_from(const std::string &name, const Value &v) {
  if (v.is_boolean()) return int64_t{v.get<bool>()};
  if (v.is_number_integer()) return v.get<int64_t>();
  if (v.is_number_float()) return v.get<double>();
  if (v.is_string()) return v.get<std::string>();
  if (!v.is_array()) throw Refusal{fmt::format("{}: a value of this type is not known", name)};
  std::vector<int64_t> list;
  for (const Value &item : v) {
    if (!item.is_number_integer()) throw Refusal{fmt::format("{}: expected a list of integers", name)};
    list.push_back(item.get<int64_t>());
  }
  return list;
}

Value attr_value(const Attr &attr) {
  return std::visit([](const auto &v) { return Value(v); }, attr);
}

namespace {

constexpr const char *kBlock = "block";

// A list in a setting that is a text with commas: values = ["peaks", "entropy"], bands = [0.5, 2, 8].
Value as_one_text(const FeatureDef &block, const std::string &key, const Value &v) {
  const auto spec =
      std::find_if(block.attrs.begin(), block.attrs.end(), [&](const AttrSpec &s) { return s.name == key; });
  if (!v.is_array() || spec == block.attrs.end() || !std::holds_alternative<std::string>(spec->fallback))
    return v;
  std::string text;
  for (const Value &item : v) {
    if (!item.is_string() && !item.is_number())
      throw Refusal{fmt::format("{}: expected a list of words or numbers", key)};
    text += (text.empty() ? "" : ",") + (item.is_string() ? item.get<std::string>() : item.dump());
  }
  return text;
}

PreprocessingStep block_from(const Value &v) {
  if (!v.is_object() || !v.contains(kBlock) || !v[kBlock].is_string())
    throw Refusal{"names no block", "write { block = \"mfe\" }; mote features lists them"};
  const FeatureDef &block = feature_by_name(v[kBlock].get<std::string>());
  if (block.stands_flat) throw Refusal{"is no block of features", "train.normalize sets it"};
  PreprocessingStep step{block.name, {}, {}};
  for (const auto &[key, value] : v.items()) {
    if (key == kBlock) continue;
    // a switch is text in the table of a block
    step.attrs[key] = value.is_boolean() ? Attr(std::string(value.get<bool>() ? "true" : "false"))
                                         : attr_from(key, as_one_text(block, key, value));
  }
  complete_attrs("", block.attrs, step.attrs);
  return step;
}

// Where in the list, for messages: a block of the only chain, or a chain.
template <class Read>
void at_each(const Value &list, Read read) {
  for (size_t i = 0; i < list.size(); ++i) try {
      read(list[i], static_cast<int>(i));
    } catch (const Error &e) {
      throw Refusal{e.message(), e.hint(), Value::array({i})};
    } catch (Refusal &r) {
      Value way = Value::array({i});
      if (!r.at.is_null()) way.insert(way.end(), r.at.begin(), r.at.end());
      r.at = std::move(way);
      throw;
    }
}

std::vector<PreprocessingStep> chain_from(const Value &v, int chain) {
  if (v.empty()) throw Refusal{"is an empty chain", "write [{ block = \"raw\" }] for the window itself"};
  std::vector<PreprocessingStep> steps;
  at_each(v, [&](const Value &block, int) {
    steps.push_back(block_from(block));
    steps.back().chain = chain;
  });
  return steps;
}

std::vector<PreprocessingStep> blocks_from(const Value &v) {
  if (!v.is_array()) throw Refusal{"expected a list of blocks, or a list of such lists"};
  const auto lists = std::count_if(v.begin(), v.end(), [](const Value &item) { return item.is_array(); });
  if (lists == 0) return v.empty() ? std::vector<PreprocessingStep>{} : chain_from(v, 0);
  std::vector<PreprocessingStep> all;
  at_each(v, [&](const Value &item, int chain) {
    if (!item.is_array())
      throw Refusal{"is a block among lists of blocks", "put it into a list of its own: [{ block = ... }]"};
    for (PreprocessingStep &step : chain_from(item, chain)) all.push_back(std::move(step));
  });
  return all;
}

Value block_value(const PreprocessingStep &step) {
  Value block = {{kBlock, step.block}};
  for (const auto &[key, attr] : step.attrs) block[key] = attr_value(attr);
  return block;
}

Value blocks_value(const std::vector<PreprocessingStep> &steps) {
  Value list = Value::array();
  if (steps.empty() || steps.back().chain == 0) {
    for (const PreprocessingStep &step : steps) list.push_back(block_value(step));
    return list;
  }
  for (const PreprocessingStep &step : steps) {
    if (list.size() <= static_cast<size_t>(step.chain)) list.push_back(Value::array());
    list.back().push_back(block_value(step));
  }
  return list;
}

}  // namespace

std::vector<Setting> feature_settings() {
  return {
      Setting{"features.blocks", SettingKind::kOther,
              "a list of blocks, each on what the one before it gives: `{ block = \"mfe\", filters = 32 }`; "
              "`mote features` lists them and their settings; a list of such lists: chains side by side",
              [](const Project &p) { return blocks_value(p.train.features); },
              [](Project &p, const Value &v) { p.train.features = blocks_from(v); }}
          .or_else("none: the window itself"),
      choice(
          "features.arithmetic", [](auto &p) -> auto & { return p.arithmetic; }, arithmetic_names(),
          "of blocks, in training and on the board: `fixed` computes with integers, for cores without an "
          "FPU; `auto`: so where target.board has such a core and every block can, else `float`")};
}

}  // namespace mote
