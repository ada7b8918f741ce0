// Every key of mote.toml: it reaches its option, and a value out of its range is refused with its line.
#include "base/files.h"
#include "test_support.h"

namespace mote {
namespace {

const std::string kModel =
    "\n[model]\nlayers = [ { type = \"flatten\" }, { type = \"dense\", units = \"classes\" } ]\n";

Project parse(const std::string &text) { return parse_project(text + kModel, "mote.toml", "."); }

TEST(ProjectKeys, of_data_and_split_reach_their_options) {
  const Project p = parse(R"(name = "hand"
seed = 41
[data]
path = "x/../recordings"
window = 12
stride = 5
padding = "edge"
rate_hz = 62.5
rows_per_recording = 24
label_from = "folder"
time_column = "when"
group_column = "who"
channels = ["aX", "aZ"]
labels = ["b", "a"]
skip_bad_rows = true
image_channels = 3
[split]
train = 0.5
val = 0.2
test = 0.3
by = "group"
order = "in_file"
test_groups = ["ann", "bob"]
seed = 43
)");
  EXPECT_EQ(p.name, "hand");
  EXPECT_EQ(p.data_path, "recordings");
  EXPECT_EQ(p.train.seed, 41u);
  EXPECT_EQ(p.load.window, 12);
  EXPECT_EQ(p.load.stride, 5);
  EXPECT_EQ(p.load.short_recordings, ShortRecordings::kEdge);
  EXPECT_EQ(p.load.rate_hz, 62.5);
  EXPECT_EQ(p.load.rows_per_recording, 24);
  EXPECT_EQ(p.load.label_from, LabelFrom::kFolder);
  EXPECT_EQ(p.load.time_column, "when");
  EXPECT_EQ(p.load.group_column, "who");
  EXPECT_EQ(p.load.channels, (std::vector<std::string>{"aX", "aZ"}));
  EXPECT_EQ(p.load.labels, (std::vector<std::string>{"b", "a"}));
  EXPECT_TRUE(p.load.skip_bad_rows);
  EXPECT_EQ(p.load.image_channels, 3);
  EXPECT_TRUE(p.load.needs_classes);
  EXPECT_EQ(p.split.train, 0.5);
  EXPECT_EQ(p.split.val, 0.2);
  EXPECT_EQ(p.split.test, 0.3);
  EXPECT_EQ(p.split.by, GroupBy::kColumn);
  EXPECT_TRUE(p.split.in_order);
  EXPECT_EQ(p.split.test_groups, (std::vector<std::string>{"ann", "bob"}));
  EXPECT_EQ(p.split.seed, 43u);
}

TEST(ProjectKeys, that_are_absent_leave_the_defaults) {
  const Project p = parse("seed = 41\n");
  EXPECT_EQ(p.split.seed, 41u);  // the project's
  EXPECT_EQ(parse("").train.seed, TrainOptions().seed);
  EXPECT_EQ(parse("").split.seed, TrainOptions().seed);
  EXPECT_EQ(p.data_path, "data");
  EXPECT_EQ(p.load.window, 0);
  EXPECT_EQ(p.load.short_recordings, ShortRecordings::kSkip);
  EXPECT_EQ(p.split.by, GroupBy::kRecording);
  EXPECT_FALSE(p.split.in_order || p.load.skip_bad_rows || p.has_checkpoints || p.train.balance_classes);
  EXPECT_EQ(p.train.epochs, TrainOptions().epochs);
  EXPECT_EQ(p.train.batch, TrainOptions().batch);
  EXPECT_EQ(p.train.early_stopping.patience, 0);
  EXPECT_EQ(p.train.reduce_lr.patience, 0);
  EXPECT_FALSE(p.train.augment.is_on());
  EXPECT_TRUE(std::holds_alternative<Adam>(p.train.optimizer));
  EXPECT_EQ(std::get<Adam>(p.train.optimizer).learning_rate, 1e-3f);
  // a table that is there turns its callback on
  EXPECT_EQ(parse("[train.early_stopping]\n").train.early_stopping.patience, 10);
  EXPECT_EQ(parse("[train.reduce_lr]\n").train.reduce_lr.patience, 10);
}

TEST(ProjectKeys, of_train_reach_their_options) {
  const Project p = parse(R"([augment]
noise = 0.01
scale = 0.02
shift = 0.03
rotate_deg = 4
time_warp = 0.05
channel_dropout = 0.06
[train]
checkpoints = true
save_seconds = 2.5
epochs = 17
batch = 9
threads = 3
optimizer = "sgd"
learning_rate = 0.25
momentum = 0.8
nesterov = true
loss = "huber"
target = "input"
huber_delta = 0.75
clip_value = 1.5
clip_norm = 2.5
normalize = "feature"
class_weights = [1, 2.5]
[train.schedule]
type = "cosine"
every = 6
factor = 0.7
final = 0.05
warmup = 2
[train.early_stopping]
patience = 8
min_delta = 0.125
restore_best = false
monitor = "val_mae"
[train.reduce_lr]
patience = 4
factor = 0.3
min_delta = 0.375
min_rate = 0.0625
cooldown = 3
monitor = "mae"
)");
  const TrainOptions &o = p.train;
  EXPECT_EQ(o.augment.noise, 0.01f);
  EXPECT_EQ(o.augment.scale, 0.02f);
  EXPECT_EQ(o.augment.shift, 0.03f);
  EXPECT_EQ(o.augment.rotate_deg, 4.0f);
  EXPECT_EQ(o.augment.time_warp, 0.05f);
  EXPECT_EQ(o.augment.channel_dropout, 0.06f);
  EXPECT_TRUE(p.has_checkpoints);
  EXPECT_EQ(o.save_seconds, 2.5);
  EXPECT_EQ(o.epochs, 17);
  EXPECT_EQ(o.batch, 9);
  EXPECT_EQ(o.threads, 3);
  const Sgd &sgd = std::get<Sgd>(o.optimizer);
  EXPECT_EQ(sgd.learning_rate, 0.25f);
  EXPECT_EQ(sgd.momentum, 0.8f);
  EXPECT_TRUE(sgd.is_nesterov);
  EXPECT_EQ(o.loss.type, LossType::kHuber);
  EXPECT_EQ(o.loss.huber_delta, 0.75);
  EXPECT_EQ(o.target, ModelTarget::kInput);
  EXPECT_FALSE(p.load.needs_classes);
  EXPECT_EQ(o.clip.value, 1.5f);
  EXPECT_EQ(o.clip.norm, 2.5f);
  EXPECT_EQ(o.normalize, "feature");
  EXPECT_EQ(o.class_weights, (std::vector<float>{1, 2.5f}));
  EXPECT_EQ(o.schedule.type, "cosine");
  EXPECT_EQ(o.schedule.every, 6);
  EXPECT_EQ(o.schedule.factor, 0.7);
  EXPECT_EQ(o.schedule.final, 0.05);
  EXPECT_EQ(o.schedule.warmup, 2);
  EXPECT_EQ(o.early_stopping.patience, 8);
  EXPECT_EQ(o.early_stopping.min_delta, 0.125);
  EXPECT_FALSE(o.early_stopping.restore_best);
  EXPECT_EQ(o.early_stopping.monitor, "val_mae");
  EXPECT_EQ(o.reduce_lr.patience, 4);
  EXPECT_EQ(o.reduce_lr.factor, 0.3);
  EXPECT_EQ(o.reduce_lr.min_delta, 0.375);
  EXPECT_EQ(o.reduce_lr.min_rate, 0.0625);
  EXPECT_EQ(o.reduce_lr.cooldown, 3);
  EXPECT_EQ(o.reduce_lr.monitor, "mae");
}

TEST(ProjectKeys, of_optimizers_losses_and_quantization_reach_their_options) {
  const auto train = [](const std::string &text) { return parse("[train]\n" + text).train; };
  const RmsProp rms = std::get<RmsProp>(
      train("optimizer = \"rmsprop\"\nmomentum = 0.5\nrho = 0.75\nlearning_rate = 0.5").optimizer);
  EXPECT_EQ(rms.momentum, 0.5f);
  EXPECT_EQ(rms.rho, 0.75f);
  EXPECT_EQ(rms.learning_rate, 0.5f);
  const AdamW adamw = std::get<AdamW>(train("optimizer = \"adamw\"\nweight_decay = 0.5").optimizer);
  EXPECT_EQ(adamw.weight_decay, 0.5f);
  EXPECT_EQ(std::get<Adam>(train("optimizer = \"adam\"\nlearning_rate = 0.5").optimizer).learning_rate, 0.5f);
  EXPECT_EQ(train("label_smoothing = 0.25").loss.label_smoothing, 0.25);
  EXPECT_EQ(train("focal_gamma = 1.5").loss.focal_gamma, 1.5);
  const std::vector<std::pair<std::string, LossType>> losses = {
      {"categorical_crossentropy", LossType::kCategoricalCrossentropy},
      {"binary_crossentropy", LossType::kBinaryCrossentropy},
      {"mse", LossType::kMse},
      {"mae", LossType::kMae},
      {"huber", LossType::kHuber}};
  for (const auto &[name, type] : losses) EXPECT_EQ(train("loss = \"" + name + "\"").loss.type, type) << name;
  EXPECT_TRUE(train("class_weights = \"balanced\"").balance_classes);
  const Project p = parse(R"([quantize]
int16 = ["a"]
calibration = "percentile"
percentile = 99.5
examples = 77
drop_outliers = true
equalize = true
bias_correction = true
dense = "per-tensor"
[quantize.ranges]
b = "mse"
c = [-4, 2.5]
[quantize.qat]
epochs = 5
learning_rate = 0.25
)");
  const QuantizeSettings &q = p.quantize;
  EXPECT_EQ(q.int16_layers, std::vector<std::string>{"a"});
  EXPECT_EQ(q.calibration.method, RangeMethod::kPercentile);
  EXPECT_EQ(q.calibration.percentile, 99.5);
  EXPECT_EQ(q.examples, 77u);
  EXPECT_TRUE(q.drops_outliers && q.has_equalization && q.has_bias_correction && q.has_dense_per_tensor);
  ASSERT_EQ(q.calibration.layers.size(), 2u);
  EXPECT_EQ(q.calibration.layers[0].layer, "b");
  EXPECT_EQ(q.calibration.layers[0].method, RangeMethod::kMse);
  EXPECT_FALSE(q.calibration.layers[0].range);
  EXPECT_EQ(q.calibration.layers[1].range->low, -4.0f);
  EXPECT_EQ(q.calibration.layers[1].range->high, 2.5f);
  EXPECT_EQ(p.tune.epochs, 5);
  EXPECT_EQ(p.tune.learning_rate, 0.25f);
  const std::vector<std::pair<std::string, RangeMethod>> methods = {
      {"min-max", RangeMethod::kMinMax},
      {"moving-average", RangeMethod::kMovingAverage},
      {"percentile", RangeMethod::kPercentile},
      {"mse", RangeMethod::kMse},
      {"entropy", RangeMethod::kEntropy}};
  for (const auto &[name, method] : methods) {
    EXPECT_EQ(range_method(name), method);
    EXPECT_EQ(range_method_name(method), name);
  }
}

// Section, key, and what lies just outside and at the ends of its range.
struct Limit {
  const char *section, *key, *below, *low, *high, *above;
};

TEST(ProjectKeys, are_kept_within_their_limits) {
  const std::vector<Limit> limits = {{"", "seed", "-1", "0", "9223372036854775807", ""},
                                     {"data", "window", "0", "1", "16777216", "16777217"},
                                     {"data", "stride", "0", "1", "16777216", "16777217"},
                                     {"data", "rate_hz", "-0.1", "0", "1e9", "1.1e9"},
                                     {"data", "rows_per_recording", "0", "1", "16777216", "16777217"},
                                     {"data", "image_channels", "-1", "0", "3", "4"},
                                     {"split", "seed", "-1", "0", "9223372036854775807", ""},
                                     {"augment", "noise", "-0.1", "0", "10", "10.1"},
                                     {"augment", "scale", "-0.1", "0", "1", "1.1"},
                                     {"augment", "shift", "-0.1", "0", "1", "1.1"},
                                     {"augment", "rotate_deg", "-1", "0", "180", "181"},
                                     {"augment", "time_warp", "-0.1", "0", "0.9", "0.91"},
                                     {"augment", "channel_dropout", "-0.1", "0", "0.9", "0.91"},
                                     {"quantize", "percentile", "49", "50", "100", "101"},
                                     {"quantize", "examples", "0", "1", "1000000000", "1000000001"},
                                     {"quantize.qat", "epochs", "0", "1", "1000000", "1000001"},
                                     {"quantize.qat", "learning_rate", "0", "1e-9", "100", "101"},
                                     {"train", "save_seconds", "-1", "0", "1e9", "1.1e9"},
                                     {"train", "epochs", "0", "1", "1000000", "1000001"},
                                     {"train", "batch", "0", "1", "65536", "65537"},
                                     {"train", "threads", "-1", "0", "1024", "1025"},
                                     {"train", "learning_rate", "0", "1e-9", "100", "101"},
                                     {"train", "label_smoothing", "-0.1", "0", "0.999", "1"},
                                     {"train", "focal_gamma", "-0.1", "0", "20", "21"},
                                     {"train", "huber_delta", "0", "1e-9", "1e9", "1.1e9"},
                                     {"train", "clip_value", "-0.1", "0", "1e9", "1.1e9"},
                                     {"train", "clip_norm", "-0.1", "0", "1e9", "1.1e9"},
                                     {"train.schedule", "every", "0", "1", "1000000", "1000001"},
                                     {"train.schedule", "factor", "0", "1e-9", "1", "1.1"},
                                     {"train.schedule", "final", "-0.1", "0", "1", "1.1"},
                                     {"train.schedule", "warmup", "-1", "0", "1000000", "1000001"},
                                     {"train.early_stopping", "patience", "0", "1", "1000000", "1000001"},
                                     {"train.early_stopping", "min_delta", "-0.1", "0", "1e9", "1.1e9"},
                                     {"train.reduce_lr", "patience", "0", "1", "1000000", "1000001"},
                                     {"train.reduce_lr", "factor", "0", "1e-6", "0.999", "1"},
                                     {"train.reduce_lr", "min_delta", "-0.1", "0", "1e9", "1.1e9"},
                                     {"train.reduce_lr", "min_rate", "-0.1", "0", "100", "101"},
                                     {"train.reduce_lr", "cooldown", "-1", "0", "1000000", "1000001"}};
  for (const Limit &l : limits) {
    const std::string section = l.section, full = section.empty() ? l.key : section + "." + l.key;
    const auto with = [&](const std::string &value) {
      const std::string head = section.empty() ? "# none\n" : "[" + section + "]\n";
      return head + "\n" + l.key + " = " + value + "\n";
    };
    for (const std::string value : {l.low, l.high}) EXPECT_NO_THROW(parse(with(value))) << full << value;
    for (const std::string value : {l.below, l.above})
      if (!value.empty()) {
        const std::string message = test::error_of([&] { parse(with(value)); });
        EXPECT_EQ(message.find("mote.toml:3: " + full + ": "), 0u) << message;
        EXPECT_NE(message.find(" is outside "), std::string::npos) << message;
      }
    EXPECT_ERROR(parse(with("\"x\"")), "mote.toml:3: " + full + ": expected a");
  }
  EXPECT_ERROR(parse("[data]\n\nimage_channels = 2"), "mote.toml:3: data.image_channels: expected 1");
  const auto width = [](const std::string &value) {
    return parse_project("[model]\npreset = \"mobilenet_v1\"\nwidth = " + value + "\n", "mote.toml", ".")
        .preset_width;
  };
  EXPECT_EQ(width("8.0"), 8);
  EXPECT_EQ(width("0.01"), 0.01);
  for (const char *value : {"8.01", "0.009", "-1.0"})
    EXPECT_ERROR(width(value), "mote.toml:3: model.width: ");
  EXPECT_ERROR(parse("[split]\ntrain = 0.5\nval = 0.2\ntest = 0.2"), "mote.toml:2: split.train: train 0.5");
  EXPECT_ERROR(parse("[quantize.ranges]\na = [1, 2]"),
               "mote.toml:2: quantize.ranges.a: a range must include 0");
  EXPECT_ERROR(parse("[quantize.ranges]\na = [-2, -1]"), "a range must include 0");
  EXPECT_ERROR(parse("[quantize.ranges]\na = [0, 0]"), "a range must include 0 and more");
  EXPECT_ERROR(parse("[quantize.ranges]\na = [0]"), "expected a method or [low, high]");
  EXPECT_NO_THROW(parse("[quantize.ranges]\na = [0, 1]"));
  EXPECT_NO_THROW(parse("[quantize.ranges]\na = [-1, 0]"));
  EXPECT_ERROR(parse("[train]\nclass_weights = [1, -1]"), "mote.toml:2: train.class_weights: expected");
  EXPECT_ERROR(parse("[train]\nclass_weights = \"even\""), "mote.toml:2: train.class_weights: expected");
  EXPECT_ERROR(parse("[train]\nmomentum = 0.5"),
               "mote.toml:2: train.momentum: unknown key");  // adam has none
}

TEST(ProjectKeys, that_are_switches_or_lists_refuse_other_types) {
  for (const char *key : {"data.skip_bad_rows", "train.checkpoints", "train.early_stopping.restore_best",
                          "quantize.drop_outliers", "quantize.equalize", "quantize.bias_correction"})
    EXPECT_ERROR(parse(std::string("\n") + key + " = 1\n"),
                 "mote.toml:2: " + std::string(key) + ": expected true or false");
  for (const char *key : {"data.channels", "data.labels", "split.test_groups", "quantize.int16"}) {
    EXPECT_ERROR(parse(std::string("\n") + key + " = \"a\"\n"),
                 "mote.toml:2: " + std::string(key) + ": expected a list of strings");
    EXPECT_ERROR(parse(std::string("\n") + key + " = [1]\n"), "expected a list of strings");
  }
  for (const char *key :
       {"data.padding", "data.label_from", "split.by", "split.order", "train.optimizer", "train.loss",
        "train.target", "train.normalize", "train.schedule.type", "train.early_stopping.monitor",
        "train.reduce_lr.monitor", "quantize.calibration", "quantize.dense"})
    EXPECT_ERROR(parse(std::string("\n") + key + " = \"zebra\"\n"),
                 "mote.toml:2: " + std::string(key) + ": 'zebra' is not one of");
}

TEST(ProjectKeys, units_become_the_number_of_classes) {
  Recordings set;
  set.channels = {"x", "y"};
  set.labels = {"a", "b", "c", "d", "e"};
  set.options.window = 4;
  EXPECT_EQ(parse("").build_model(set).graph.output(), (Shape{5}));
  EXPECT_EQ(parse("").build_model(set).graph.input, (Shape{4, 2}));
}

TEST(ProjectKeys, the_initializer_is_that_of_layers_that_say_none) {
  Recordings set;
  set.channels = {"x", "y"};
  set.labels = {"a", "b"};
  set.options.window = 12;
  const auto starts_of = [&](const std::string &model) {
    std::vector<Init> starts;
    for (const Parameter &p :
         parse_project("[model]\n" + model, "mote.toml", ".").build_model(set).graph.params)
      if (p.role == Role::kKernel) starts.push_back(p.init);
    return starts;
  };
  const std::string layers =
      "layers = [ { type = \"conv1d\", filters = 3, initializer = \"he_normal\" }, { type = \"flatten\" }, "
      "{ type = \"dense\", units = \"classes\" } ]\n";
  EXPECT_EQ(starts_of(layers), (std::vector<Init>{Init::kHeNormal, Init::kGlorotUniform}));
  EXPECT_EQ(starts_of(layers + "initializer = \"pytorch_uniform\"\n"),
            (std::vector<Init>{Init::kHeNormal, Init::kPytorchUniform}));
  EXPECT_EQ(starts_of(layers + "kernel_initializer = \"truncated_normal\"\n"),
            (std::vector<Init>{Init::kHeNormal, Init::kTruncatedNormal}));
  EXPECT_EQ(starts_of("preset = \"gesture_dense\"\ninitializer = \"he_uniform_fan_out\"\n"),
            (std::vector<Init>(3, Init::kHeUniformFanOut)));
  EXPECT_ERROR(starts_of(layers + "initializer = \"xavier\"\n"), "model.initializer: 'xavier' is not one of");
}

TEST(Runs, the_newest_finished_run_is_found) {
  const test::TempFolder folder;
  EXPECT_ERROR(find_run("", folder.text()), "there is no finished run");
  const auto make = [&](const std::string &name, bool has_model, int age) {
    fs::create_directories(folder / "runs" / name);
    write_file(folder / "runs" / name / "run.json", "{}");
    if (has_model) write_file(folder / "runs" / name / "model.mote", "x");
    fs::last_write_time(folder / "runs" / name / "run.json",
                        fs::file_time_type::clock::now() - std::chrono::seconds(age));
  };
  make("a", true, 50);
  make("b", true, 100);
  make("c", false, 10);
  make(".d", true, 5);
  EXPECT_EQ(find_run("", folder.text()).path, (folder / "runs" / "b").string());  // by name, whatever its age
  EXPECT_EQ(find_run("b", folder.text()).path, (folder / "runs" / "b").string());
  EXPECT_EQ(find_run("b", folder.text()).project, folder.text());
  EXPECT_ERROR(find_run("z", folder.text()), "is not a run");
}

}  // namespace
}  // namespace mote
