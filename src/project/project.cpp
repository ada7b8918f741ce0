#include "project/project.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "base/toml.h"

namespace mote {

namespace {

// One table of mote.toml. Every key is asked for by name; what was not asked for is unknown.
class Section {
 public:
  Section(const toml::table *table, std::string name, std::string where)
      : table_(table), name_(std::move(name)), where_(std::move(where)) {}

  [[noreturn]] void fail(const std::string &key, const std::string &message,
                         const std::string &hint = "") const {
    const toml::node *node = table_ ? table_->get(key) : nullptr;
    throw Error(ErrorCode::kInvalidArgument,
                at_line(where_, node ? static_cast<long>(node->source().begin.line) : 0),
                fmt::format("{}: {}", full(key), message), hint);
  }

  void number(const char *key, double &value, double low = -1e300, double high = 1e300) {
    const toml::node *node = find(key);
    if (!node) return;
    const auto read = node->value<double>();
    if (!node->is_number() || !read) fail(key, "expected a number");
    if (!(*read >= low && *read <= high)) fail(key, fmt::format("{} is outside {} .. {}", *read, low, high));
    value = *read;
  }
  void number(const char *key, float &value, double low, double high) {
    double wide = static_cast<double>(value);
    number(key, wide, low, high);
    value = static_cast<float>(wide);
  }
  template <class Integer>
  void integer(const char *key, Integer &value, int64_t low, int64_t high) {
    const toml::node *node = find(key);
    if (!node) return;
    const auto read = node->is_integer() ? node->value<int64_t>() : std::nullopt;
    if (!read) fail(key, "expected an integer");
    if (*read < low || *read > high) fail(key, fmt::format("{} is outside {} .. {}", *read, low, high));
    value = static_cast<Integer>(*read);
  }
  void boolean(const char *key, bool &value) {
    const toml::node *node = find(key);
    if (!node) return;
    if (!node->is_boolean()) fail(key, "expected true or false");
    value = *node->value<bool>();
  }
  void text(const char *key, std::string &value) {
    const toml::node *node = find(key);
    if (!node) return;
    if (!node->is_string()) fail(key, "expected a string");
    value = *node->value<std::string>();
  }
  template <class T>
  void choice(const char *key, T &value, const std::vector<std::pair<std::string, T>> &choices) {
    std::string name;
    text(key, name);
    if (!find(key)) return;
    std::vector<std::string> names;
    for (const auto &[choice, meaning] : choices) {
      if (choice == name) {
        value = meaning;
        return;
      }
      names.push_back(choice);
    }
    fail(key, fmt::format("'{}' is not one of {}", name, fmt::join(names, ", ")));
  }
  void texts(const char *key, std::vector<std::string> &values) {
    const toml::node *node = find(key);
    if (!node) return;
    if (!node->is_array()) fail(key, "expected a list of strings");
    for (const toml::node &item : *node->as_array()) {
      if (!item.is_string()) fail(key, "expected a list of strings");
      values.push_back(*item.value<std::string>());
    }
  }
  const toml::node *find(const char *key) {
    known_.push_back(key);
    return table_ ? table_->get(key) : nullptr;
  }
  Section section(const char *key) {
    const toml::node *node = find(key);
    if (node && !node->is_table()) fail(key, "expected a table", fmt::format("write [{}]", full(key)));
    return Section(node ? node->as_table() : nullptr, full(key), where_);
  }
  // Of a table whose keys are names that the user gave.
  template <class F>
  void each(F f) const {
    if (!table_) return;
    for (const auto &[key, node] : *table_) f(std::string(key.str()), node);
  }
  bool exists() const { return table_ != nullptr; }
  const std::string &where() const { return where_; }

  void finish() const {
    if (!table_) return;
    for (const auto &[key, node] : *table_) {
      const std::string name(key.str());
      if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
      const std::string near = nearest(name, known_);
      fail(name, "unknown key",
           near.empty() ? fmt::format("known here: {}", fmt::join(known_, ", "))
                        : fmt::format("did you mean '{}'?", full(near)));
    }
  }

 private:
  std::string full(const std::string &key) const { return name_.empty() ? key : name_ + "." + key; }

  const toml::table *table_;
  std::string name_, where_;
  std::vector<std::string> known_;
};

constexpr const char *kClasses = "classes";

Layer read_layer(const toml::node &node, size_t index, const std::string &where) {
  const long line = static_cast<long>(node.source().begin.line);
  const auto fail = [&](const std::string &message, const std::string &hint = "") -> Error {
    return Error(ErrorCode::kInvalidArgument, at_line(where, line),
                 fmt::format("model.layers[{}]: {}", index, message), hint);
  };
  if (!node.is_table()) throw fail("expected a table", "write { type = \"dense\", units = 16 }");
  const toml::table &table = *node.as_table();
  const auto type = table["type"].value<std::string>();
  if (!type) throw fail("has no type", "write type = \"dense\"");
  Layer layer;
  try {
    const LayerDef &def = layer_by_type(*type);
    layer.type = def.type;
    for (const auto &[key, value] : table) {
      const std::string name(key.str());
      if (name == "type") continue;
      if (name == "name") {
        layer.name = value.value<std::string>().value_or("");
        if (layer.name.empty()) throw fail("name: expected a string");
        continue;
      }
      if (name == "inputs") {
        for (const toml::node &item : value.is_array() ? *value.as_array() : toml::array()) {
          if (!item.is_string()) throw fail("inputs: expected a list of names");
          layer.inputs.push_back(*item.value<std::string>());
        }
        if (layer.inputs.empty()) throw fail("inputs: expected a list of names");
        continue;
      }
      if (name == "units" && value.value<std::string>() == kClasses)
        layer.attrs[name] = std::string(kClasses);
      else if (value.is_integer())
        layer.attrs[name] = *value.value<int64_t>();
      else if (value.is_boolean())
        layer.attrs[name] = int64_t{*value.value<bool>()};
      else if (value.is_floating_point())
        layer.attrs[name] = *value.value<double>();
      else if (value.is_string())
        layer.attrs[name] = *value.value<std::string>();
      else if (value.is_array()) {
        std::vector<int64_t> list;
        for (const toml::node &item : *value.as_array()) {
          if (!item.is_integer()) throw fail(fmt::format("{}: expected a list of integers", name));
          list.push_back(*item.value<int64_t>());
        }
        layer.attrs[name] = list;
      } else {
        throw fail(fmt::format("{}: a value of this type is not known", name));
      }
    }
    Attrs check = layer.attrs;
    if (check.count("units") && std::holds_alternative<std::string>(check.at("units")) &&
        check.text("units") == kClasses)
      check["units"] = int64_t{2};
    complete_attrs("", def.attrs, check);
  } catch (const Error &e) {
    if (e.where() == at_line(where, line)) throw;
    throw fail(e.message(), e.hint());
  }
  return layer;
}

void read_data(Section s, Project &p) {
  std::string path = "data";
  s.text("path", path);
  p.data_path = fs::path(path).is_absolute() ? path : (fs::path(p.folder) / path).lexically_normal().string();
  LoadOptions &o = p.load;
  s.integer("window", o.window, 1, 1 << 24);
  s.integer("stride", o.stride, 1, 1 << 24);
  s.choice<ShortRecordings>(
      "padding", o.short_recordings,
      {{"skip", ShortRecordings::kSkip}, {"zero", ShortRecordings::kZero}, {"edge", ShortRecordings::kEdge}});
  s.number("rate_hz", o.rate_hz, 0, 1e9);
  s.integer("rows_per_recording", o.rows_per_recording, 1, 1 << 24);
  s.choice<LabelFrom>("label_from", o.label_from,
                      {{"auto", LabelFrom::kAuto},
                       {"stem", LabelFrom::kStem},
                       {"folder", LabelFrom::kFolder},
                       {"top", LabelFrom::kTopFolder}});
  s.text("time_column", o.time_column);
  s.text("group_column", o.group_column);
  s.text("label_column", o.label_column);
  s.text("id_column", o.id_column);
  s.texts("channels", o.channels);
  s.texts("drop_columns", o.drop_columns);
  s.texts("files", o.files);
  s.texts("exclude", o.exclude);
  s.choice<RowsAre>(
      "rows", o.rows,
      {{"auto", RowsAre::kAuto}, {"samples", RowsAre::kSamples}, {"examples", RowsAre::kExamples}});
  s.boolean("resample", o.is_resampled);
  s.texts("class_names", o.class_names);
  s.texts("labels", o.labels);
  s.boolean("skip_bad_rows", o.skip_bad_rows);
  s.integer("image_channels", o.image_channels, 0, 3);
  if (o.is_resampled && o.rate_hz == 0)
    s.fail("resample", "needs data.rate_hz, the rate to bring the rows to");
  if (o.image_channels == 2) s.fail("image_channels", "expected 1 (grey) or 3 (colour)");
  s.finish();
}

void read_split(Section s, SplitOptions &o) {
  s.number("train", o.train, 0, 1);
  s.number("val", o.val, 0, 1);
  s.number("test", o.test, 0, 1);
  s.choice<GroupBy>("by", o.by,
                    {{"recording", GroupBy::kRecording},
                     {"file", GroupBy::kFile},
                     {"folder", GroupBy::kFolder},
                     {"group", GroupBy::kColumn}});
  s.choice<bool>("order", o.in_order, {{"shuffled", false}, {"in_file", true}});
  s.texts("test_groups", o.test_groups);
  s.integer("seed", o.seed, 0, INT64_MAX);
  if (s.exists() && std::fabs(o.train + o.val + o.test - 1) > 1e-6)
    s.fail("train", fmt::format("train {}, val {} and test {} must add up to 1", o.train, o.val, o.test));
  s.finish();
}

void read_augment(Section s, AugmentOptions &o) {
  s.number("noise", o.noise, 0, 10);
  s.number("scale", o.scale, 0, 1);
  s.number("shift", o.shift, 0, 1);
  s.number("rotate_deg", o.rotate_deg, 0, 180);
  s.number("time_warp", o.time_warp, 0, 0.9);
  s.number("channel_dropout", o.channel_dropout, 0, 0.9);
  s.finish();
}

// conv1d = "mse" or conv1d = [-4, 4]
LayerRange read_range(const Section &s, const std::string &layer, const toml::node &node) {
  LayerRange range{layer};
  if (const auto name = node.value<std::string>()) {
    try {
      range.method = range_method(*name);
    } catch (const Error &e) {
      s.fail(layer, e.message(), e.hint());
    }
    return range;
  }
  const toml::array *ends = node.as_array();
  if (ends == nullptr || ends->size() != 2 || !(*ends)[0].is_number() || !(*ends)[1].is_number())
    s.fail(layer, "expected a method or [low, high]");
  range.range = ValueRange{*(*ends)[0].value<float>(), *(*ends)[1].value<float>()};
  if (!(range.range->low <= 0 && range.range->high >= 0 && range.range->low < range.range->high))
    s.fail(layer, "a range must include 0 and more");
  return range;
}

void read_quantize(Section s, Project &p) {
  QuantizeSettings &q = p.quantize;
  s.texts("int16", q.int16_layers);
  s.choice<RangeMethod>("calibration", q.calibration.method, range_method_names());
  s.number("percentile", q.calibration.percentile, 50, 100);
  s.integer("examples", q.examples, 1, 1000000000);
  s.boolean("drop_outliers", q.drops_outliers);
  s.boolean("equalize", q.has_equalization);
  s.boolean("bias_correction", q.has_bias_correction);
  s.choice<bool>("dense", q.has_dense_per_tensor, {{"per-channel", false}, {"per-tensor", true}});
  Section ranges = s.section("ranges");
  ranges.each([&](const std::string &layer, const toml::node &node) {
    q.calibration.layers.push_back(read_range(ranges, layer, node));
  });
  Section qat = s.section("qat");
  qat.integer("epochs", p.tune.epochs, 1, 1000000);
  qat.number("learning_rate", p.tune.learning_rate, 1e-9, 100);
  qat.finish();
  s.finish();
}

void read_train(Section s, TrainOptions &o, bool &has_checkpoints) {
  s.boolean("checkpoints", has_checkpoints);
  s.number("save_seconds", o.save_seconds, 0, 1e9);
  s.integer("epochs", o.epochs, 1, 1000000);
  s.integer("batch", o.batch, 1, 65536);
  s.integer("threads", o.threads, 0, 1024);
  s.choice<Optimizer>("optimizer", o.optimizer,
                      {{"adam", Adam{}}, {"adamw", AdamW{}}, {"sgd", Sgd{}}, {"rmsprop", RmsProp{}}});
  s.number("learning_rate", learning_rate_of(o.optimizer), 1e-9, 100);
  // a setting of another optimizer is an unknown key
  if (auto *sgd = std::get_if<Sgd>(&o.optimizer))
    s.number("momentum", sgd->momentum, 0, 0.9999), s.boolean("nesterov", sgd->is_nesterov);
  if (auto *rms = std::get_if<RmsProp>(&o.optimizer))
    s.number("momentum", rms->momentum, 0, 0.9999), s.number("rho", rms->rho, 0, 0.9999);
  if (auto *adamw = std::get_if<AdamW>(&o.optimizer)) s.number("weight_decay", adamw->weight_decay, 0, 1);
  s.choice<LossType>("loss", o.loss.type, loss_names());
  s.choice<ModelTarget>("target", o.target,
                        {{"classes", ModelTarget::kClasses}, {"input", ModelTarget::kInput}});
  s.number("label_smoothing", o.loss.label_smoothing, 0, 0.999);
  s.number("focal_gamma", o.loss.focal_gamma, 0, 20);
  s.number("huber_delta", o.loss.huber_delta, 1e-9, 1e9);
  s.number("clip_value", o.clip.value, 0, 1e9);
  s.number("clip_norm", o.clip.norm, 0, 1e9);
  Section schedule = s.section("schedule");
  schedule.choice<std::string>(
      "type", o.schedule.type,
      {{"constant", "constant"}, {"step", "step"}, {"exponential", "exponential"}, {"cosine", "cosine"}});
  schedule.integer("every", o.schedule.every, 1, 1000000);
  schedule.number("factor", o.schedule.factor, 1e-9, 1);
  schedule.number("final", o.schedule.final, 0, 1);
  schedule.integer("warmup", o.schedule.warmup, 0, 1000000);
  schedule.finish();
  s.choice<std::string>("normalize", o.normalize,
                        {{"auto", ""}, {"channel", "channel"}, {"feature", "feature"}, {"none", "none"}});
  if (const toml::node *node = s.find("class_weights")) {
    if (node->is_string() && *node->value<std::string>() == "balanced")
      o.balance_classes = true;
    else if (node->is_array()) {
      for (const toml::node &item : *node->as_array()) {
        const auto value = item.value<double>();
        if (!value || !(*value >= 0))
          s.fail("class_weights", "expected \"balanced\" or a list of numbers, one per class");
        o.class_weights.push_back(static_cast<float>(*value));
      }
    } else {
      s.fail("class_weights", "expected \"balanced\" or a list of numbers, one per class");
    }
  }
  const std::vector<std::pair<std::string, std::string>> kMonitors = {
      {"val_loss", "val_loss"}, {"val_accuracy", "val_accuracy"}, {"val_mae", "val_mae"},
      {"loss", "loss"},         {"accuracy", "accuracy"},         {"mae", "mae"}};
  Section stop = s.section("early_stopping");
  if (stop.exists()) o.early_stopping.patience = 10;
  stop.integer("patience", o.early_stopping.patience, 1, 1000000);
  stop.number("min_delta", o.early_stopping.min_delta, 0, 1e9);
  stop.boolean("restore_best", o.early_stopping.restore_best);
  stop.choice<std::string>("monitor", o.early_stopping.monitor, kMonitors);
  stop.finish();
  Section reduce = s.section("reduce_lr");
  if (reduce.exists()) o.reduce_lr.patience = 10;
  reduce.integer("patience", o.reduce_lr.patience, 1, 1000000);
  reduce.number("factor", o.reduce_lr.factor, 1e-6, 0.999);
  reduce.number("min_delta", o.reduce_lr.min_delta, 0, 1e9);
  reduce.number("min_rate", o.reduce_lr.min_rate, 0, 100);
  reduce.integer("cooldown", o.reduce_lr.cooldown, 0, 1000000);
  reduce.choice<std::string>("monitor", o.reduce_lr.monitor, kMonitors);
  reduce.finish();
  s.finish();
}

}  // namespace

Project parse_project(const std::string &text, const std::string &where, const std::string &folder) {
  toml::table root = parse_toml(text, where);
  Project p;
  p.folder = folder, p.toml = text;
  Section s(&root, "", where);
  p.name = fs::absolute(folder).lexically_normal().filename().string();
  if (!is_utf8(p.name))
    for (char &c : p.name)
      if (static_cast<unsigned char>(c) >= 128) c = '_';
  if (p.name.empty() || p.name == ".") p.name = "model";
  s.text("name", p.name);
  if (p.name.empty()) s.fail("name", "must not be empty");
  s.integer("seed", p.train.seed, 0, INT64_MAX);
  p.split.seed = p.train.seed;
  read_data(s.section("data"), p);
  read_split(s.section("split"), p.split);
  read_augment(s.section("augment"), p.train.augment);
  read_train(s.section("train"), p.train, p.has_checkpoints);
  p.load.needs_classes = p.train.target == ModelTarget::kClasses;
  read_quantize(s.section("quantize"), p);
  Section model = s.section("model");
  model.text("preset", p.preset);
  model.number("width", p.preset_width, 0.01, 8);
  if (const toml::node *layers = model.find("layers")) {
    if (!layers->is_array() || layers->as_array()->empty()) model.fail("layers", "expected a list of layers");
    size_t index = 0;
    for (const toml::node &layer : *layers->as_array()) p.layers.push_back(read_layer(layer, index++, where));
  }
  model.finish();
  s.finish();
  if (!p.preset.empty()) {
    if (!p.layers.empty()) model.fail("preset", "does not go together with layers");
    try {
      preset(p.preset, {.width = p.preset_width});
    } catch (const Error &e) {
      model.fail("preset", e.message(), e.hint());
    }
  } else if (p.preset_width != 0) {
    model.fail("width", "belongs to a preset");
  } else if (p.layers.empty())
    throw Error(
        ErrorCode::kInvalidArgument, where, "describes no model",
        "add [model] with layers = [ { type = \"flatten\" }, { type = \"dense\", units = \"classes\" } ]");
  return p;
}

Project read_project(const std::string &folder) {
  const fs::path path = fs::is_directory(folder) ? fs::path(folder) / "mote.toml" : fs::path(folder);
  if (!fs::exists(path))
    throw Error(ErrorCode::kNotFound, path.string(), "no such file", "`mote init DIR` makes a new project");
  constexpr size_t kLargest = 1 << 20;
  std::string text = read_file(path, kLargest);
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.erase(0, 3);
  return parse_project(text, path.string(), path.parent_path().empty() ? "." : path.parent_path().string());
}

Model Project::build_model(const Recordings &recordings) const {
  std::vector<Layer> resolved = layers;
  if (!preset.empty()) {
    PresetOptions options{0, recordings.input_shape(), preset_width};
    if (train.target == ModelTarget::kClasses) options.classes = static_cast<int>(recordings.labels.size());
    resolved = mote::preset(preset, options).layers;
  }
  for (Layer &layer : resolved) {
    const auto units = layer.attrs.find("units");
    if (units != layer.attrs.end() && std::holds_alternative<std::string>(units->second))
      units->second = static_cast<int64_t>(recordings.labels.size());
  }
  // a list of features needs no layer that makes it flat
  const bool is_flat = recordings.is_features && !resolved.empty() && resolved[0].type == "dense";
  return sequential(name, is_flat ? Shape{recordings.window()} : recordings.input_shape(), resolved);
}

}  // namespace mote
