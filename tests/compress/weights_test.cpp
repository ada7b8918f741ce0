// Zeros and shared values: which weights get them, and what every later step keeps.
#include <filesystem>
#include <map>
#include <regex>
#include <set>

#include "base/zip.h"
#include "compress/cluster.h"
#include "compress/positive_factors.h"
#include "compress/prune.h"
#include "graph/op_def.h"
#include "mote/export.h"
#include "mote/files.h"
#include "quant/qat.h"
#include "test_support.h"
#include "train/held_weights.h"

namespace mote {
namespace {

// The first kernel of a layer.
Parameter kernel_of(const Shape &input, const std::vector<Layer> &layers, uint64_t seed = 3) {
  Model model = sequential("m", input, layers);
  initialize(model.graph, seed);
  return model.graph.params[0];
}

float at(const Parameter &p, int tap, int in, int out) {
  const int inputs = p.shape[p.shape.rank() - 2], outputs = p.shape[-1];
  return p.data[static_cast<size_t>((tap * inputs + in) * outputs + out)];
}

TEST(Pruning, reads_what_people_write) {
  EXPECT_EQ(pruning_text(parse_pruning("0.5")), "0.5");
  EXPECT_EQ(pruning_text(parse_pruning("2:4")), "2:4");
  EXPECT_EQ(pruning_text(parse_pruning("block:0.75")), "block:0.75");
  EXPECT_EQ(pruning_text(parse_pruning("structured:0.3")), "structured:0.3");
  EXPECT_EQ(parse_pruning("").kind, PruneKind::kNone);
  for (const char *wrong : {"half", "1.5", "0", "4:2", "0:4", "2:32", "2:", ":4", "block:", "blocks:0.5",
                            "0.5x", "structured:1", "nan", "2:4:8"})
    EXPECT_ERROR(parse_pruning(wrong), "compress.prune");
}

TEST(Pruning, takes_the_smallest_share) {
  Parameter p = kernel_of({12, 4}, {Conv1D{.filters = 6, .kernel = 3}});
  std::vector<float> sizes;
  for (float w : p.data) sizes.push_back(std::fabs(w));
  std::sort(sizes.begin(), sizes.end());
  std::vector<float> left = p.data;
  prune_weights(p, parse_pruning("0.25"), 0.25, left.data());
  for (size_t i = 0; i < left.size(); ++i)
    EXPECT_EQ(left[i], std::fabs(p.data[i]) < sizes[18] ? 0.0f : p.data[i]);  // 72 weights
}

TEST(Pruning, leaves_n_of_m_along_the_input_channels) {
  Parameter p = kernel_of({12, 8}, {Conv1D{.filters = 5, .kernel = 3}});
  std::vector<float> left = p.data;
  prune_weights(p, parse_pruning("1:4"), 0, left.data());
  Parameter pruned = p;
  pruned.data = left;
  for (int tap = 0; tap < 3; ++tap)
    for (int out = 0; out < 5; ++out)
      for (int group = 0; group < 2; ++group) {
        float largest = 0;
        int zeros = 0;
        for (int k = 0; k < 4; ++k) {
          largest = std::max(largest, std::fabs(at(p, tap, 4 * group + k, out)));
          zeros += at(pruned, tap, 4 * group + k, out) == 0;
        }
        EXPECT_EQ(zeros, 3);
        for (int k = 0; k < 4; ++k)
          EXPECT_TRUE(at(pruned, tap, 4 * group + k, out) == 0 ||
                      std::fabs(at(pruned, tap, 4 * group + k, out)) == largest);
      }
}

TEST(Pruning, of_blocks_takes_four_input_channels_at_once) {
  Parameter p = kernel_of({12, 8}, {Conv1D{.filters = 5, .kernel = 3}});
  prune_weights(p, parse_pruning("block:0.5"), 0.5, p.data.data());
  int blocks = 0;
  for (int tap = 0; tap < 3; ++tap)
    for (int out = 0; out < 5; ++out)
      for (int group = 0; group < 2; ++group) {
        int zeros = 0;
        for (int k = 0; k < 4; ++k) zeros += at(p, tap, 4 * group + k, out) == 0;
        EXPECT_TRUE(zeros == 0 || zeros == 4);
        blocks += zeros == 4;
      }
  EXPECT_EQ(blocks, 15);
  EXPECT_EQ(
      why_not_pruned(kernel_of({12, 6}, {Conv1D{.filters = 5, .kernel = 3}}), parse_pruning("block:0.5")),
      "it reads 6 channels, which is no multiple of 4");
  EXPECT_NE(why_not_pruned(kernel_of({12, 8}, {DepthwiseConv1D{3}}), parse_pruning("0.5")), "");
}

// The least squared error of k values, by trying all ways to cut the sorted list (dynamic programming).
double least_error(std::vector<float> v, int k) {
  std::sort(v.begin(), v.end());
  const size_t n = v.size();
  const auto cost = [&](size_t from, size_t to) {
    double mean = 0, error = 0;
    for (size_t i = from; i < to; ++i) mean += v[i] / static_cast<double>(to - from);
    for (size_t i = from; i < to; ++i) error += (v[i] - mean) * (v[i] - mean);
    return error;
  };
  std::vector<double> best(n + 1, INFINITY);
  best[0] = 0;
  for (int round = 0; round < k; ++round) {
    std::vector<double> next(n + 1, INFINITY);
    next[0] = 0;
    for (size_t to = 1; to <= n; ++to)
      for (size_t from = 0; from < to; ++from) next[to] = std::min(next[to], best[from] + cost(from, to));
    best = next;
  }
  return best[n];
}

double error_of(const std::vector<float> &values, const std::vector<float> &centroids) {
  double error = 0;
  for (float v : values) {
    double least = INFINITY;
    for (float c : centroids) least = std::min(least, double{v - c} * double{v - c});
    error += least;
  }
  return error;
}

TEST(Clusters, are_near_the_best_there_are) {
  for (ClusterStart start : {ClusterStart::kKMeans, ClusterStart::kDensity, ClusterStart::kLinear}) {
    std::vector<double> ratios;
    for (uint64_t seed = 0; seed < 20; ++seed) {
      Random random(seed);
      std::vector<float> values(60);
      for (float &v : values) v = static_cast<float>(random.normal());
      const std::vector<float> centroids = cluster_values(values, 6, start, seed);
      EXPECT_LE(centroids.size(), 6u);
      EXPECT_TRUE(std::is_sorted(centroids.begin(), centroids.end()));
      ratios.push_back(error_of(values, centroids) / least_error(values, 6));
      EXPECT_GE(ratios.back(), 1 - 1e-6);
    }
    std::sort(ratios.begin(), ratios.end());
    EXPECT_LT(ratios[10], 1.25) << cluster_start_names().name_of(start);
  }
  EXPECT_EQ(cluster_values({2, 2, 2, 5}, 4, ClusterStart::kKMeans, 1), (std::vector<float>{2, 5}));
  EXPECT_EQ(cluster_values({}, 4, ClusterStart::kLinear, 1), std::vector<float>{});
}

Model small_model(uint64_t seed, const std::vector<Layer> &layers) {
  Model model = sequential("m", {20, 4}, layers);
  initialize(model.graph, seed);
  return model;
}

std::vector<Layer> conv_layers() {
  return {Conv1D{.filters = 8, .kernel = 5},
          BatchNorm{},
          ReLU{},
          Conv1D{.filters = 16, .kernel = 3},
          BatchNorm{},
          ReLU{},
          MaxPool1D{2},
          Flatten{},
          Dense{3, softmax}};
}
std::vector<Layer> recurrent_layers(bool is_lstm) {
  return {Conv1D{.filters = 8, .kernel = 5}, BatchNorm{}, ReLU{}, is_lstm ? Layer(LSTM{12}) : Layer(GRU{12}),
          Dense{3, softmax}};
}

// Different int8 values and zeros of each constant of weights.
struct Held {
  std::map<std::string, std::set<int>> values;
  std::map<std::string, size_t> zeros, count;
  int largest = 0;
};
Held held_in(const IntegerProgram &program) {
  Held h;
  for (const ProgramTensor &t : program.tensors) {
    if (!t.is_constant || t.dtype != DType::kInt8) continue;
    for (int8_t v : t.values<int8_t>()) {
      h.values[t.name].insert(v);
      h.zeros[t.name] += v == 0;
      h.largest = std::max(h.largest, std::abs(int{v}));
    }
    h.count[t.name] = t.shape.elements();
  }
  return h;
}

// The same of the arrays of the exported C: weights that lie there as they are.
std::map<std::string, std::set<int>> arrays_of(const std::string &folder) {
  std::map<std::string, std::set<int>> arrays;
  for (const auto &entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".c") continue;
    const std::string text = read_file(entry.path(), 1 << 24);
    static const std::regex kArray(R"(int8_t (\w*weights\w*)\[\d+\] = \{([^}]*)\})");
    for (std::sregex_iterator m(text.begin(), text.end(), kArray), end; m != end; ++m) {
      const std::string list = (*m)[2];
      static const std::regex kNumber(R"(-?\d+)");
      for (std::sregex_iterator n(list.begin(), list.end(), kNumber); n != end; ++n)
        arrays[(*m)[1]].insert(std::stoi((*n)[0]));
    }
  }
  return arrays;
}

// What an integer layer has of the weights of a recurrent kernel, in the order of the gates.
std::vector<float> gates_of(const IntegerProgram &program, const std::string &name) {
  std::vector<float> all;
  for (int gate = 0; gate < 4; ++gate)
    for (const ProgramTensor &t : program.tensors)
      if (t.name == name + std::to_string(gate)) {
        EXPECT_EQ(t.quant.scale.size(), 1u);
        for (const int8_t v : t.values<int8_t>()) all.push_back(t.quant.scale[0] * v);
      }
  return all;
}

struct Kept : public ::testing::Test {
  const Splits data = test::toy_splits(3, 20, 4);
  TrainOptions options{.epochs = 4, .batch = 8, .threads = 1};
  CompressSettings settings{.tune = {.epochs = 2, .learning_rate = 1e-3f}};
  Model trained(const std::vector<Layer> &layers) {
    return train(small_model(3, layers), data, options).model;
  }
  // By calibration, by fine-tuning, and after a file.
  std::vector<IntegerProgram> programs(const Model &model) {
    const QuantizeOptions quantize_options{data.train};
    std::vector<IntegerProgram> list = {quantize(model, quantize_options)};
    list.push_back(
        quantize_aware(model, data, quantize_options, {.epochs = 2, .learning_rate = 1e-3f}, options)
            .program);
    const Model read = std::get<Model>(parse_mote(format_mote(model), "m.mote"));
    list.push_back(quantize(read, quantize_options));
    list.push_back(std::get<IntegerProgram>(parse_mote(format_mote(list[1]), "q.mote")));
    return list;
  }
};

TEST_F(Kept, clusters_are_as_many_int8_values_in_every_program) {
  for (const auto &layers : {conv_layers(), recurrent_layers(false), recurrent_layers(true)})
    for (bool is_per_channel : {false, true}) {
      settings.clusters = 8;
      settings.is_cluster_per_channel = is_per_channel;
      const CompressedModel c = compress(trained(layers), data, settings, options);
      size_t clustered = 0;
      for (const KernelSummary &k : c.kernels)
        if (k.left.empty()) {
          EXPECT_LE(k.values, 8) << k.name;
          ++clustered;
        }
      ASSERT_GE(clustered, 1u);
      size_t looked_at = 0;
      const size_t least = is_per_channel ? 200 : 90;  // tables of each channel outweigh what is smaller
      for (const IntegerProgram &program : programs(c.run.model))
        for (const ProgramTensor &t : program.tensors) {
          if (!t.is_constant || t.dtype != DType::kInt8 || t.shape.elements() < least) continue;
          if (is_per_channel && t.name.find("recurrent") != std::string::npos)
            continue;  // tables outweigh it
          const std::vector<int8_t> v = t.values<int8_t>();
          // weights [channels, ..]
          const size_t groups = is_per_channel ? static_cast<size_t>(t.shape[0]) : 1,
                       size = v.size() / groups;
          ++looked_at;
          for (size_t g = 0; g < groups; ++g)
            EXPECT_LE(std::set<int8_t>(v.data() + g * size, v.data() + (g + 1) * size).size(), 8u)
                << t.name << (is_per_channel ? " of a channel" : "");
        }
      const std::vector<Node> &nodes = c.run.model.graph.nodes;
      const bool has_lstm =
          std::any_of(nodes.begin(), nodes.end(), [](const Node &n) { return n.op->name == "lstm"; });
      // of four programs
      EXPECT_GE(looked_at, is_per_channel && has_lstm ? 0u : 4u);
    }
}

TEST_F(Kept, factors_of_a_normalization_below_zero_make_no_further_values) {
  Model model = trained(conv_layers());
  size_t turned = 0;
  for (Parameter &p : model.graph.params)
    if (p.role == Role::kGamma)
      for (size_t c = 0; c < p.data.size(); c += 3, ++turned) p.data[c] = -0.7f;
  ASSERT_GE(turned, 2u);
  settings.clusters = 8;
  const CompressedModel c = compress(model, data, settings, options);
  for (const Parameter &p : c.run.model.graph.params)
    if (p.role == Role::kGamma)
      for (float gamma : p.data) EXPECT_GT(gamma, 0) << p.name;
  for (const IntegerProgram &program : programs(c.run.model)) {
    EXPECT_TRUE(judge_values(c.run.model, program).empty()) << judge_values(c.run.model, program)[0];
    for (const auto &[name, values] : held_in(program).values)
      if (name.ends_with("/weights")) EXPECT_LE(values.size(), 8u) << name;
  }
  // what turns them changes nothing that the network computes
  Graph graph = model.graph;
  const Model before = model;
  for (size_t p = 0; p < graph.params.size(); ++p)
    if (graph.params[p].is_kernel()) make_factors_positive(graph, p);
  Model after = model;
  after.graph = graph;
  const Evaluation a = evaluate(before, data.val), b = evaluate(after, data.val);
  EXPECT_EQ(a.predicted, b.predicted);
  // and where one is below 0 none the less, that is said
  Model spoiled = c.run.model;
  for (Parameter &p : spoiled.graph.params)
    if (p.role == Role::kGamma) p.data[0] = -p.data[0];
  EXPECT_FALSE(judge_values(spoiled, quantize(spoiled, {data.train})).empty());
  QuantizeOptions per_tensor{data.train};
  per_tensor.settings.has_dense_per_tensor = true;
  EXPECT_NO_THROW(quantize(c.run.model, per_tensor));  // no dense layer of it has a normalization behind it
}

TEST_F(Kept, zeros_stay_with_clusters_behind_them_and_in_the_exported_c) {
  settings.prune = parse_pruning("2:4");
  settings.clusters = 16;
  const CompressedModel c = compress(trained(conv_layers()), data, settings, options);
  std::map<std::string, size_t> zeros;
  for (const KernelSummary &k : c.kernels) {
    zeros[k.name] = k.zeros;
    if (k.left.empty()) EXPECT_GE(2 * k.zeros, k.weights) << k.name;
  }
  test::TempFolder folder;
  int number = 0;
  for (const IntegerProgram &program : programs(c.run.model)) {
    const Held h = held_in(program);
    for (const auto &[name, values] : h.values) {
      EXPECT_LE(values.size(), 16u) << name;
      EXPECT_GE(2 * h.zeros.at(name), h.count.at(name)) << name;
    }
    const std::string to = (folder / std::to_string(number++)).string();
    export_c(program, to);
    const std::map<std::string, std::set<int>> arrays = arrays_of(to);
    EXPECT_EQ(arrays.size(), 3u);
    for (const auto &[name, values] : arrays) {
      EXPECT_LE(values.size(), 16u) << name;
      EXPECT_TRUE(values.contains(0)) << name;
    }
  }
}

TEST_F(Kept, zeros_stay_in_a_training_that_goes_on) {
  settings.prune = parse_pruning("0.6");
  settings.schedule = PruneSchedule::kPolynomial;
  const CompressedModel c = compress(trained(conv_layers()), data, settings, options);
  TrainOptions more = options;
  more.is_fine_tuning = true;
  const TrainedRun on = train(c.run.model, data, more);
  size_t checked = 0;
  for (size_t k = 0; k < on.model.graph.params.size(); ++k) {
    const Parameter &before = c.run.model.graph.params[k], &after = on.model.graph.params[k];
    if (!before.is_kernel()) continue;
    EXPECT_EQ(before.form, after.form);
    size_t zeros = 0;
    for (size_t i = 0; i < before.data.size(); ++i) {
      zeros += before.data[i] == 0;
      EXPECT_TRUE(before.data[i] != 0 || after.data[i] == 0);
    }
    EXPECT_NEAR(static_cast<double>(zeros), 0.6 * static_cast<double>(before.data.size()), 1);
    ++checked;
  }
  EXPECT_EQ(checked, 3u);
  // a training anew has new weights, with nothing to keep
  for (const Parameter &p : train(c.run.model, data, options).model.graph.params)
    EXPECT_FALSE(p.form.is_set());
}

TEST_F(Kept, weights_of_four_bits_are_so_in_every_program) {
  settings.bits = 4;
  for (const auto &layers : {conv_layers(), recurrent_layers(false), recurrent_layers(true)}) {
    const CompressedModel c = compress(trained(layers), data, settings, options);
    for (const KernelSummary &k : c.kernels) EXPECT_EQ(k.bits, 4);
    for (const IntegerProgram &program : programs(c.run.model)) {
      EXPECT_LE(held_in(program).largest, 7);
      EXPECT_GE(held_in(program).largest, 5);
    }
  }
}

// One scale of each gate: the weights that the float network was trained with are those of the integer layer.
TEST_F(Kept, four_bits_of_an_lstm_are_rounded_as_they_are_deployed) {
  settings.bits = 4;
  const Model model = compress(trained({LSTM{12}, Dense{3, softmax}}), data, settings, options).run.model;
  const IntegerProgram program = quantize(model, {data.train});
  for (const Parameter &p : model.graph.params) {
    if (!p.name.starts_with("lstm/") || !p.is_kernel()) continue;
    const size_t rows = p.data.size() / 48;  // [rows, 4 * 12]; of a gate [12, rows]
    const std::vector<float> deployed = gates_of(program, p.name.substr(0, p.name.find("_kernel")));
    ASSERT_EQ(deployed.size(), p.data.size()) << p.name;
    for (size_t i = 0; i < deployed.size(); ++i) {
      const size_t column = i / rows, row = i % rows;
      EXPECT_NEAR(deployed[i], p.data[row * 48 + column], 1e-6) << p.name << " " << i;
    }
  }
}

TEST_F(Kept, a_file_of_such_weights_is_of_a_format_of_its_own) {
  const auto format = [](const Model &model) {
    const std::string manifest = parse_zip(format_mote(model), "m", 1 << 24).at("model.json");
    const size_t at = manifest.find("\"format\": ");
    return manifest.substr(at + 10, manifest.find(',', at) - at - 10);
  };
  const Model plain = trained(conv_layers());
  EXPECT_EQ(format(plain), "1");
  settings.prune = parse_pruning("0.5");
  EXPECT_EQ(format(compress(plain, data, settings, options).run.model), "6");
}

// A tuned model is folded: its weights are values times factors of their channels. Shared anew, they are
// shared as they are.
TEST_F(Kept, values_are_shared_anew_whatever_factors_they_had) {
  settings.clusters = 16;
  const Model first = compress(trained(conv_layers()), data, settings, options).run.model;
  const Model folded =
      quantize_aware(first, data, {data.train}, {.epochs = 1, .learning_rate = 1e-3f}, options).run.model;
  EXPECT_TRUE(std::any_of(folded.graph.params.begin(), folded.graph.params.end(),
                          [](const Parameter &p) { return !p.form.gain.empty(); }));
  settings.clusters = 8;
  const CompressedModel c = compress(folded, data, settings, options);
  size_t checked = 0;
  for (const auto &[name, values] : held_in(quantize(c.run.model, {data.train})).values) {
    if (!name.ends_with("/weights")) continue;
    EXPECT_LE(values.size(), 8u) << name;
    ++checked;
  }
  EXPECT_EQ(checked, 3u);
}

// Stopped after any step and gone on with, clusters and rounded weights give the same bits.
TEST_F(Kept, goes_on_from_any_step) {
  for (bool is_4_bits : {false, true}) {
    Model model = trained(conv_layers());
    for (Parameter &p : model.graph.params) {
      if (!p.is_kernel()) continue;
      p.form = {.keeps_zeros = true, .clusters = is_4_bits ? 0 : 6, .bits = is_4_bits ? 4 : 8};
      prune_weights(p, parse_pruning("0.3"), 0.3, p.data.data());
      if (!is_4_bits) cluster_weights(p, ClusterStart::kDensity, 1);
    }
    TrainOptions o = options;
    o.epochs = 2;
    o.is_fine_tuning = true;
    std::vector<std::shared_ptr<const TrainingState>> states;
    o.save = [&](const TrainingState &s) { states.push_back(kept(s)); };
    o.save_seconds = 0;
    const std::vector<float> whole = test::weights_of(train(model, data, o).model);
    o.save = nullptr;
    for (size_t k = 1; k < states.size(); k += 5) {
      o.resume = states[k];
      EXPECT_EQ(test::weights_of(train(model, data, o).model), whole) << k;
    }
  }
}

// One step by hand: each value moves by the sum of its members' gradients, in double precision.
TEST_F(Kept, a_value_moves_by_the_gradients_of_its_members) {
  Model model = small_model(3, {Flatten{}, Dense{6, relu}, Dense{3, softmax}});
  model = train(model, data, {.epochs = 1, .batch = 8, .threads = 1}).model;
  Parameter &p = model.graph.params[0];
  p.form.clusters = 4;
  cluster_weights(p, ClusterStart::kLinear, 1);
  const TrainOptions o{.batch = 8, .optimizer = Sgd{0.1f}, .threads = 1, .is_fine_tuning = true};
  TrainingLoop loop(model, data.train, o);
  loop.compute(std::vector<size_t>{0, 9, 17, 25, 30});
  std::map<float, double> sums;
  for (size_t i = 0; i < p.data.size(); ++i) sums[p.data[i]] += loop.gradients()[i];
  loop.update();
  const std::vector<float> now = loop.model().graph.params[0].data;
  ASSERT_EQ(sums.size(), 4u);
  for (size_t i = 0; i < now.size(); ++i)
    EXPECT_NEAR(now[i], p.data[i] - 0.1 * sums.at(p.data[i]), 1e-5) << i;
  EXPECT_EQ(std::set<float>(now.begin(), now.end()).size(), 4u);
}

TEST_F(Kept, equalization_is_refused_where_values_are_shared) {
  settings.clusters = 16;
  const CompressedModel c = compress(trained(conv_layers()), data, settings, options);
  EXPECT_ERROR(quantize(c.run.model, {data.train, {.has_equalization = true}}), "share 16 values");
}

TEST_F(Kept, one_scale_of_a_dense_layer_is_refused_for_four_bits) {
  Model model = trained({Flatten{}, Dense{6, relu}, Dense{3, softmax}});
  EXPECT_NO_THROW(check_weight_forms(model, {.has_dense_per_tensor = true}));
  for (Parameter &p : model.graph.params)
    if (p.is_kernel()) p.form.bits = 4;
  EXPECT_NO_THROW(check_weight_forms(model, {}));
  EXPECT_ERROR(check_weight_forms(model, {.has_dense_per_tensor = true}), "weights of 4 bits have one each");
  EXPECT_ERROR(quantize(model, {data.train, {.has_dense_per_tensor = true}}), "compress without 4 bits");
}

TEST(Rounding, to_four_bits_keeps_what_is_on_the_grid) {
  const std::vector<float> w = {0.7f, -0.14f, 0.0f, 0.36f, 0.07f, -0.7f};  // two channels
  std::vector<float> once(6), twice(6);
  round_to_4_bits(w.data(), 6, 2, once.data());
  round_to_4_bits(once.data(), 6, 2, twice.data());
  EXPECT_EQ(once, twice);
  EXPECT_NEAR(once[3], 0.4f, 1e-6);  // 3.6 steps of 0.7 / 7
  EXPECT_NEAR(once[1], -0.1f, 1e-6);
  round_to_4_bits(w.data(), 6, 2, once.data(), 2);  // with one scale for both
  EXPECT_NEAR(once[3], 0.4f, 1e-6);
  EXPECT_NEAR(once[4], 0.1f, 1e-6);  // 0.7 steps of 0.1; of its own channel's scale it is exact
}

}  // namespace
}  // namespace mote
