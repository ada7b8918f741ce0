// The table of settings: each entry is refused out of its range with its line, has a default that can be
// written down and read back, and means the same from mote.toml, --set and a record.
#include <algorithm>
#include <regex>
#include <set>
#include <sstream>

#include "base/files.h"
#include "graph/op_def.h"
#include "mote/settings.h"
#include "nn/keras.h"
#include "test_support.h"

namespace mote {
namespace {

const std::string kLayers = "layers = [ { type = \"flatten\" }, { type = \"dense\", units = \"classes\" } ]";
const std::string kModel = "\n[model]\n" + kLayers + "\n";

// mote.toml with one setting at line 3 and what it belongs to.
std::string toml_of(const Setting &s, const std::string &key, const std::string &value) {
  if (!s.only_with.empty() && setting(s.only_with).section() != s.section())  // of model.detector
    return "model = { detector = \"" + s.only_for.front() + "\", " + kLayers + " }\n[" + s.section() + "]\n" +
           key + " = " + value + "\n";
  std::string text = s.section().empty() ? "# a\n" : "[" + s.section() + "]\n";
  text += s.only_with.empty() ? "# b\n" : setting(s.only_with).key() + " = \"" + s.only_for.front() + "\"\n";
  text += key + " = " + value + "\n";
  if (s.name == "model.layers") return text;
  if (s.section() == "model") return text + "layers = [ { type = \"flatten\" } ]\n";
  return text + kModel;
}

Project parse(const std::string &text, const std::vector<std::string> &assignments = {}) {
  return parse_project(text, "mote.toml", ".", assignments);
}

// A value that differs from the default, as TOML; "" where the entry has a reader of its own.
std::string other_value(const Setting &s) {
  const Value fallback = default_of(s);
  switch (s.kind) {
    case SettingKind::kInteger:
      return s.name == "data.image_channels" ? "3"
             : fallback == s.low             ? value_text(s.low.get<int64_t>() + 1)
                                             : value_text(s.low);
    case SettingKind::kNumber:
      return fallback == s.high ? value_text(s.low) : value_text(s.high);
    case SettingKind::kBytes:
      return "12345";
    case SettingKind::kSwitch:
      return fallback.get<bool>() ? "false" : "true";
    case SettingKind::kText:
      return s.name == "target.board"     ? "\"nano33ble\""
             : s.name == "model.preset"   ? "\"gesture_gru\""
             : s.name == "compress.prune" ? "\"2:4\""
                                          : "\"other\"";
    case SettingKind::kChoice:
      return value_text(fallback == s.choices[0] ? s.choices[1] : s.choices[0]);
    case SettingKind::kTexts:
      return "[\"a\", \"b\"]";
    case SettingKind::kOther:
    case SettingKind::kSection:
      break;
  }
  return "";
}

// Those that stand alone; shares of a split, a preset beside layers, a time without a board and resampling to
// no rate do not.
bool stands_alone(const Setting &s) {
  return !other_value(s).empty() && s.section() != "model" && s.name != "target.ms" &&
         s.name != "data.resample" &&
         (s.section() != "split" || (s.key() != "train" && s.key() != "val" && s.key() != "test"));
}

Value value_in(const nlohmann::json &settings, const Setting &s) {
  const nlohmann::json *at = &settings;
  std::istringstream words(s.name);
  for (std::string word; std::getline(words, word, '.');) at = &at->at(word);
  return *at;
}

TEST(Settings, are_named_once_and_documented) {
  std::set<std::string> names;
  for (const Setting &s : all_settings()) {
    EXPECT_TRUE(names.insert(s.name).second) << s.name;
    EXPECT_FALSE(s.doc.empty()) << s.name;
    for (const std::string &alias : s.aliases)
      EXPECT_TRUE(names.insert(s.section() + "." + alias).second) << s.name << alias;
  }
  EXPECT_GT(names.size(), 70u);
  EXPECT_EQ(find_setting("train.batch_size"), find_setting("train.batch"));
  EXPECT_EQ(find_setting("train.batches"), nullptr);
}

TEST(Settings, out_of_range_is_refused_with_its_line) {
  size_t checked = 0;
  for (const Setting &s : all_settings()) {
    if (s.low.is_null()) continue;
    const bool is_whole = s.low.is_number_integer();
    const Value below = is_whole ? Value(s.low.get<int64_t>() - 1) : Value(s.low.get<double>() - 1);
    std::vector<Value> outside = {below};
    if (s.high != INT64_MAX)
      outside.push_back(is_whole ? Value(s.high.get<int64_t>() + 1) : Value(s.high.get<double>() * 1.01));
    for (const Value &v : outside) {
      const std::string text = value_text(v);
      EXPECT_ERROR(parse(toml_of(s, s.key(), text)), "mote.toml:3: " + s.name + ": ");
      EXPECT_ERROR(parse(toml_of(s, s.key(), text)), " is outside ");
      if (s.only_with.empty() && s.section() != "model")
        EXPECT_ERROR(parse(kModel, {s.name + "=" + text}),
                     "--set " + s.name + "=" + text + ": " + s.name + ": ");
    }
    ++checked;
  }
  EXPECT_GT(checked, 40u);
  for (const Setting &s : all_settings())  // a date is of no setting's type
    if (s.kind != SettingKind::kSection)
      EXPECT_ERROR(parse(toml_of(s, s.key(), "1979-05-27")), "mote.toml:3: " + s.name + ": expected ");
}

// Under sanitizers a parse takes thirty times as long: one setting in four is enough for them.
#ifdef MOTE_SANITIZED
constexpr size_t kOneIn = 4;
#else
constexpr size_t kOneIn = 1;
#endif

TEST(Settings, mote_toml_set_and_record_agree) {
  size_t checked = 0, seen = 0;
  for (const Setting &s : all_settings()) {
    if (!stands_alone(s) || seen++ % kOneIn != 0) continue;
    SCOPED_TRACE(s.name);
    const std::string value = other_value(s);
    const nlohmann::json written = settings_json(parse(toml_of(s, s.key(), value)));
    EXPECT_NE(value_in(written, s), default_of(s));
    std::vector<std::string> assignments;
    if (!s.only_with.empty()) assignments.push_back(s.only_with + "=" + s.only_for.front());
    for (const std::string &alias : s.aliases) {
      EXPECT_EQ(settings_json(parse(toml_of(s, alias, value))), written);
      auto by_alias = assignments;
      by_alias.push_back(s.section() + "." + alias + "=" + value);
      EXPECT_EQ(settings_json(parse(kModel, by_alias)), written);
      EXPECT_ERROR(parse(toml_of(s, s.key(), value + "\n" + alias + " = " + value)),
                   "mote.toml:4: " + s.section() + "." + alias + ": is another name of " + s.name);
    }
    assignments.push_back(s.name + " = " + value);
    EXPECT_EQ(settings_json(parse(kModel, assignments)), written);
    EXPECT_EQ(settings_json(project_from_settings(written, "record", ".")), written);
    ++checked;
  }
  EXPECT_GT(checked, 60u / kOneIn);
}

TEST(Settings, defaults_are_those_of_the_structs_and_can_be_written_down) {
  EXPECT_EQ(default_of(setting("train.epochs")), TrainOptions().epochs);
  EXPECT_EQ(default_of(setting("quantize.examples")), QuantizeSettings().examples);
  EXPECT_EQ(default_of(setting("train.weight_decay")), 0.004);
  EXPECT_EQ(default_of(setting("train.reduce_lr.patience")), 10);
  const nlohmann::json defaults = settings_json(parse(kModel));
  for (const Setting &s : all_settings()) {
    const Value value = default_of(s);
    if (value.is_null() || !stands_alone(s)) continue;
    SCOPED_TRACE(s.name);
    const nlohmann::json written = settings_json(parse(toml_of(s, s.key(), value_text(value))));
    EXPECT_EQ(value_in(written, s), value);
    if (s.only_with.empty() && find_setting(s.section()) == nullptr) EXPECT_EQ(written, defaults);
  }
}

TEST(Settings, set_takes_words_lists_and_parts) {
  const std::string two =
      "\n[model]\nlayers = [\n { type = \"flatten\" },\n { type = \"dense\", units = 4 } ]\n";
  EXPECT_EQ(parse(two, {"model.layers[1].units=9"}).layers[1].attrs.integer("units"), 9);
  EXPECT_EQ(parse(two, {"data.path=2024"}).data_given, "2024");
  EXPECT_EQ(parse(two, {"data.path=\"a b\""}).data_given, "a b");
  EXPECT_EQ(parse(two, {"data.channels=aX, aY"}).load.channels, (std::vector<std::string>{"aX", "aY"}));
  EXPECT_EQ(parse(two, {"train.early_stopping.min_delta=1"}).train.early_stopping.patience, 10);
  EXPECT_EQ(parse("[train]\nbatch_size = 4" + two, {"train.batch=5"}).train.batch, 5);
  EXPECT_EQ(parse("[train]\nbatch = 4" + two, {"train.batch=5", "train.batch_size=6"}).train.batch, 6);
  EXPECT_EQ(parse(two, {"quantize.ranges.dense=mse"}).quantize.calibration.layers[0].method,
            RangeMethod::kMse);
  EXPECT_EQ(parse("seed = 3" + two, {"seed=4"}).split.seed, 4u);
  const std::string chains =
      "[features]\nblocks = [[{ block = \"raw\" }], [{ block = \"raw\" }, { block = \"mfe\" }]]" + two;
  const Project scaled =
      parse(chains, {"features.blocks[1][0].scale=2.5", "features.blocks[1][1].filters=7"});
  EXPECT_EQ(scaled.train.features[1].attrs.number("scale"), 2.5);
  EXPECT_EQ(scaled.train.features[2].attrs.integer("filters"), 7);
  EXPECT_FALSE(scaled.train.features[0].attrs.contains("scale"));
  EXPECT_ERROR(parse(chains, {"features.blocks[1][0].filters=0"}), "--set features.blocks[1][0].filters=0: ");
  EXPECT_ERROR(parse(chains, {"features.blocks[1][2].filters=7"}), "features.blocks[1] has 2 entries");
  EXPECT_ERROR(parse(two, {"model.layers[1].units=0"}),
               "--set model.layers[1].units=0: model.layers[1]: units: 0 is outside");
  EXPECT_ERROR(parse("[train]\nepoch = 3" + two, {"train.batch=3"}), "mote.toml:2: train.epoch: unknown key");
  EXPECT_ERROR(parse(two, {"train.epoch=3"}),
               "--set train.epoch=3: train.epoch: unknown key; did you mean 'train.epochs'?");
  EXPECT_ERROR(parse(two, {"model.layers[2].units=1"}), "model.layers has 2 entries");
  for (const char *bad :
       {"", "=", "=3", "train", "train..epochs=3", ".a=3", "a.=3", "model.layers[x].units=3",
        "model.layers[0]=3", "model.layers[0]x=3", "model.layers[0][1].a=3", "[0].a=3", "name.x=3",
        "model.layers[0", "data.path=\xff"})
    EXPECT_ERROR(parse("name = \"a\"\n" + two, {bad}), std::string("--set ") + bad);
}

TEST(Settings, of_another_optimizer_say_whose_they_are) {
  EXPECT_ERROR(parse("[train]\nmomentum = 0.5" + kModel),
               "mote.toml:2: train.momentum: unknown key; it belongs to train.optimizer = sgd, rmsprop");
  EXPECT_EQ(parse("[train]\noptimizer = \"SGD\"" + kModel).train.optimizer.index(), Optimizer(Sgd{}).index());
  EXPECT_EQ(parse("[train]\nloss = \"mean_squared_error\"" + kModel).train.loss.type, LossType::kMse);
}

TEST(Settings, of_a_target_are_checked) {
  const auto target = [](const std::string &text) { return parse("[target]\n" + text + kModel).target; };
  EXPECT_EQ(target("flash = \"256k\"\nram = 4096").flash_bytes, 256u * 1024);
  EXPECT_ERROR(target("board = \"nano33bl\""), "mote.toml:2: target.board: ");
  EXPECT_ERROR(target("board = \"nano33bl\""), "did you mean 'nano33ble'?");
  EXPECT_ERROR(target("ram = \"much\""), "mote.toml:2: target.ram: 'much' is no number of bytes");
  EXPECT_ERROR(target("ms = 3"), "mote.toml:2: target.ms: needs a board");
}

// Integers where the board has no FPU and every block has them.
TEST(Settings, of_a_target_choose_the_arithmetic_of_blocks) {
  const auto is_fixed = [](const std::string &features, const std::string &board) {
    const Project p = parse("[features]\n" + features + "\n[target]\nboard = \"" + board + "\"" + kModel);
    return p.train.features.at(0).arithmetic == Arithmetic::kFixed;
  };
  const std::string statistics = "blocks = [{ block = \"statistics\" }]";
  EXPECT_TRUE(is_fixed(statistics, "pico"));
  EXPECT_FALSE(is_fixed(statistics, "nano33ble"));
  EXPECT_FALSE(is_fixed(statistics + "\narithmetic = \"float\"", "pico"));
  EXPECT_TRUE(is_fixed(statistics + "\narithmetic = \"fixed\"", "nano33ble"));
  EXPECT_FALSE(is_fixed("blocks = [{ block = \"tf_signal\" }]", "pico"));
  EXPECT_FALSE(is_fixed("blocks = [{ block = \"mfe\", log = \"none\" }]", "pico"));
  EXPECT_TRUE(is_fixed("blocks = [{ block = \"magnitude\" }, { block = \"statistics\" }]", "pico"));
  EXPECT_FALSE(is_fixed("blocks = [{ block = \"statistics\" }, { block = \"wavelet\" }]", "pico"));
  EXPECT_ERROR(is_fixed("arithmetic = \"fixed\"\nblocks = [{ block = \"tf_signal\" }]", "pico"),
               "mote.toml:2: features.arithmetic: is fixed, and tf_signal ");
}

TEST(Settings, of_the_size_of_pictures_have_a_bound_with_its_reason) {
  EXPECT_EQ(parse("[data]\nimage_size = [512, 2048]" + kModel).load.image.width, 2048);
  EXPECT_ERROR(parse("[data]\nimage_size = 4096" + kModel),
               "mote.toml:2: data.image_size: 16777216 pixels are 201 MB for each colour picture");
  EXPECT_ERROR(parse("[data]\nimage_size = [1024, 1025]" + kModel), "at most 1048576 pixels");
  EXPECT_ERROR(parse("[data]\nimage_size = 5000" + kModel), "each from 1 to 4096");
}

TEST(Settings, of_data_are_checked_together) {
  EXPECT_ERROR(parse("[data]\nresample = true" + kModel), "mote.toml:2: data.resample: needs data.rate_hz");
  EXPECT_TRUE(parse("[data]\nresample = true\nrate_hz = 50" + kModel).load.is_resampled);
  EXPECT_EQ(parse(kModel, {"data.exclude=a.csv:12, b.csv"}).load.exclude,
            (std::vector<std::string>{"a.csv:12", "b.csv"}));
  EXPECT_EQ(parse(kModel).train.normalize, "");
  EXPECT_EQ(parse("[train]\nnormalize = \"Auto\"" + kModel).train.normalize, "");
}

// Every attribute by Keras' name gives the same layer.
TEST(Keras, names_of_layers_and_settings_are_read) {
  const auto layers = [](const std::string &list) {
    return settings_json(parse("[model]\nlayers = [ " + list + " ]")).at("model").at("layers");
  };
  EXPECT_EQ(
      layers(
          R"({ type = "Conv1D", filters = 8, kernel_size = 5, strides = 2, dilation_rate = 1, kernel_initializer = "he_normal", activation = "ReLU", padding = "SAME" },
                      { type = "MaxPooling1D", pool_size = 2 }, { type = "BatchNormalization" },
                      { type = "DepthwiseConv1D", kernel_size = 3, depth_multiplier = 2 },
                      { type = "LeakyReLU", negative_slope = 0.1 }, { type = "GlobalAveragePooling1D" },
                      { type = "ZeroPadding1D", padding = 2 })"),
      layers(
          R"({ type = "conv1d", filters = 8, kernel = 5, stride = 2, dilation = 1, initializer = "he_normal", activation = "ReLU", padding = "SAME" },
                      { type = "max_pool1d", pool = 2 }, { type = "batch_norm" },
                      { type = "depthwise_conv1d", kernel = 3, multiplier = 2 },
                      { type = "leaky_relu", alpha = 0.1 }, { type = "global_average_pool1d" },
                      { type = "zero_padding1d", before = 2, after = 2 })"));
  EXPECT_EQ(layers("{ type = \"ZeroPadding2D\", padding = [1, 2] }"),
            layers("{ type = \"zero_padding2d\", top = 1, bottom = 1, left = 2, right = 2 }"));
  EXPECT_EQ(layers("{ type = \"Cropping1D\", cropping = [1, 2] }"),
            layers("{ type = \"cropping1d\", before = 1, after = 2 }"));
  EXPECT_ERROR(layers("{ type = \"conv1d\", filters = 8, kernel = 3, kernel_size = 3 }"),
               "mote.toml:2: model.layers[0]: kernel_size: is another name of kernel, which is given too");
  EXPECT_ERROR(layers("{ type = \"ZeroPadding1D\", padding = [1, 2, 3] }"),
               "padding: 3 values for before, after");
  EXPECT_ERROR(layers("{ type = \"dense\", units = 3, kernel_size = 3 }"), "unknown setting 'kernel_size'");
  for (const KerasName &k : keras_names()) {  // each is of some layer
    bool is_known = false;
    for (const LayerDef *layer : all_layers())
      is_known |= std::all_of(k.ours.begin(), k.ours.end(), [&](const std::string &ours) {
        return std::any_of(layer->attrs.begin(), layer->attrs.end(),
                           [&](const AttrSpec &spec) { return spec.name == ours; });
      });
    EXPECT_TRUE(is_known) << k.keras;
  }
}

TEST(Keras, activations_build_the_same_graph) {
  const auto ops = [](const std::string &activation) {
    const Model m = sequential("m", {4}, {{"dense", {{"units", int64_t{2}}, {"activation", activation}}}});
    std::string all;
    for (const Node &node : m.graph.nodes) all += node.op->name + " ";
    return all;
  };
  EXPECT_EQ(ops("linear"), ops("none"));
  EXPECT_EQ(ops("hard_silu"), ops("hard_swish"));
  EXPECT_EQ(ops("ReLU"), ops("relu"));
  EXPECT_NE(ops("relu"), ops("none"));
}

// A sentence that advises a setting names one that there is.
TEST(Settings, that_sentences_name_are_settings) {
  std::set<std::string> known = {"data.json"};  // a file of a run
  for (const Setting &s : all_settings()) {
    known.insert(s.name);
    known.insert(s.aliases.begin(), s.aliases.end());
    known.insert(s.section());
  }
  // words of a string with a blank in it: others are names of settings in tables, of files or of options
  const std::regex text("\"((?:[^\"\\\\]|\\\\.)*)\""),
      name("\\b(data|split|train|augment|quantize|decision)\\.([a-z][a-z0-9_.]*[a-z0-9])");
  const std::set<std::string> extensions = {"h", "c", "cpp", "npy", "csv", "toml", "json", "svg", "mote"};
  size_t found = 0;
  for (const char *folder : {"src", "apps"})
    for (const auto &entry : fs::recursive_directory_iterator(fs::path(MOTE_SOURCE_DIR) / folder)) {
      if (entry.path().extension() != ".cpp") continue;
      std::istringstream lines(read_file(entry.path()));
      for (std::string line; std::getline(lines, line);)
        for (std::sregex_iterator t(line.begin(), line.end(), text), end; t != end; ++t) {
          const std::string said = (*t)[1];
          if (said.find(' ') == std::string::npos) continue;
          for (std::sregex_iterator n(said.begin(), said.end(), name); n != end; ++n) {
            if (extensions.contains((*n)[2].str())) continue;
            ++found;
            EXPECT_TRUE(known.contains(n->str())) << entry.path() << ": " << line;
          }
        }
    }
  EXPECT_GT(found, 100u);
}

}  // namespace
}  // namespace mote
