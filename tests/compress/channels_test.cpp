// Channels removed from graphs: where nothing reads a channel any more, no output changes.
#include "compress/channels.h"

#include <set>

#include "compress/kernels.h"
#include "compress/structured.h"
#include "random_graphs.h"
#include "test_support.h"
#include "train/network.h"

namespace mote {
namespace {

constexpr int kRows = 3;

std::vector<float> outputs_of(const Graph &graph) {
  ThreadPool pool(1);
  Network network(graph, kRows, 0, pool, {.is_whole = true});
  Random random(5);
  for (float &x : network.input_values()) x = random.uniform(-1.0f, 1.0f);
  network.predict(kRows);
  std::vector<float> all;
  for (int r = 0; r < kRows; ++r)
    all.insert(all.end(), network.output(r), network.output(r) + network.outputs());
  return all;
}

// Weights that read these channels are 0: of kernels the rows before the last axis. Filters of a channel of
// its own make it and do not read others.
void stop_reading(Graph &graph, const ChannelMap &map, const std::vector<bool> &is_removed) {
  for (size_t k = 0; k < graph.params.size(); ++k) {
    Parameter &p = graph.params[k];
    if (!p.is_kernel() || !reads_channels(p)) continue;
    const std::vector<int> &rows = map.param(static_cast<int>(k))[static_cast<size_t>(p.shape.rank() - 2)];
    const auto columns = static_cast<size_t>(p.shape[-1]);
    for (size_t i = 0; !rows.empty() && i < p.data.size(); ++i)
      if (is_removed[static_cast<size_t>(rows[i / columns % rows.size()])]) p.data[i] = 0;
  }
}

size_t graphs_to_try(size_t usual) {
  const char *given = std::getenv("MOTE_RANDOM_GRAPHS");
  return given ? std::stoul(given) : usual;
}

TEST(Channels, that_nothing_reads_can_go_from_any_graph) {
  size_t removed = 0, smaller = 0;
  std::set<std::string> ops;
  const size_t graphs = graphs_to_try(300);
  for (uint64_t seed = 0; seed < graphs; ++seed) {
    Graph graph = test::RandomGraph(seed).graph();
    for (const Node &node : graph.nodes) ops.insert(node.op->name);
    const ChannelMap map(graph);
    Random random(seed, {1});
    std::vector<bool> is_removed(static_cast<size_t>(map.classes()), false);
    std::vector<double> scores;
    for (int c = 0; c < map.classes(); ++c) {
      scores.push_back(random.uniform());
      if (!map.is_frozen(c)) is_removed[static_cast<size_t>(c)] = random.below(2) == 0;
    }
    leave_some(graph, map, scores, is_removed);
    stop_reading(graph, map, is_removed);
    const Graph left = without_channels(graph, map, is_removed);
    // equal, not near: what is left out added zeros to sums in a fixed order
    ASSERT_EQ(outputs_of(left), outputs_of(graph)) << "seed " << seed;
    ASSERT_EQ(left.output(), graph.output());
    removed += static_cast<size_t>(std::count(is_removed.begin(), is_removed.end(), true));
    smaller += left.parameter_count() < graph.parameter_count();
  }
  EXPECT_GT(removed, graphs);
  EXPECT_GT(smaller, graphs / 2);
  EXPECT_GE(ops.size(), graphs < 100 ? 0u : 22u);
}

Model built(const Shape &input, const std::vector<Layer> &layers) {
  Model model = sequential("m", input, layers);
  initialize(model.graph, 3);
  return model;
}

Graph halved(const Graph &graph, const std::vector<std::string> &keep = {}) {
  const ChannelMap map(graph);
  return remove_channels(
             graph, 0.5, importance_of(graph, map, Importance::kL1), keep,
             [](const Graph &g) { return static_cast<double>(size_of(g).macs); }, ChannelShares::kUniform,
             nullptr)
      .graph;
}

TEST(Channels, of_a_residual_network_are_removed_together) {
  const Model model =
      built({20, 3},
            {Layer(Conv1D{.filters = 8, .kernel = 3, .padding = same}).named("a"), BatchNorm{},
             Layer(ReLU{}).named("r"), Layer(Conv1D{.filters = 8, .kernel = 3, .padding = same}).named("b"),
             Layer(Add{}).from({"r", "b"}), GlobalAveragePool1D{}, Dense{4, softmax}});
  const Graph half = halved(model.graph);
  EXPECT_LE(size_of(half).macs * 2, size_of(model.graph).macs);
  const int filters = half.nodes[1].attrs.integer("filters");
  EXPECT_LT(filters, 8);
  for (const Node &node : half.nodes)
    if (node.op->name == "conv2d") EXPECT_EQ(node.attrs.integer("filters"), filters);
  EXPECT_EQ(half.output(), model.graph.output());
  EXPECT_EQ(half.layers.size(), model.graph.layers.size());
}

TEST(Channels, that_are_coupled_to_the_input_stay) {
  // x + f(x): every channel is one of the input's
  const Model model =
      built({12, 4}, {Layer(ReLU{}).named("x"), Layer(Conv1D{.filters = 4, .kernel = 1}).named("c"),
                      Layer(Add{}).from({"x", "c"}), GlobalAveragePool1D{}, Dense{3}});
  EXPECT_ERROR(halved(model.graph), "no channel can be removed");
  EXPECT_ERROR(halved(model.graph), "c stay");
}

TEST(Channels, of_layers_to_be_kept_stay) {
  const Model model =
      built({12, 4}, {Layer(Conv1D{.filters = 16, .kernel = 3}).named("one"),
                      Layer(Conv1D{.filters = 16, .kernel = 3}).named("two"), Flatten{}, Dense{3}});
  const Graph half = halved(model.graph, {"one"});
  std::vector<int> filters;
  for (const Node &node : half.nodes)
    if (node.op->name == "conv2d") filters.push_back(node.attrs.integer("filters"));
  EXPECT_EQ(filters[0], 16);
  EXPECT_LT(filters[1], 9);
  EXPECT_ERROR(halved(model.graph, {"three"}), "no layer 'three'");
}

TEST(Channels, of_the_least_worth_go_first) {
  Model model = built({12, 4}, {Conv1D{.filters = 6, .kernel = 3}, GlobalAveragePool1D{}, Dense{3}});
  Parameter &kernel = model.graph.params[0];
  for (size_t i = 0; i < kernel.data.size(); ++i) kernel.data[i] = static_cast<float>(1 + (i * 5) % 6);
  const Graph half = halved(model.graph);  // channel c has weights 1 + 5 c mod 6: 1, 6, 5, 4, 3, 2
  const Parameter &left = half.params[0];
  const int channels = left.shape[-1];
  ASSERT_EQ(channels, 3);
  EXPECT_EQ(std::vector<float>(left.data.begin(), left.data.begin() + channels),
            (std::vector<float>{6, 5, 4}));
}

TEST(Channels, are_worth_what_their_normalization_says) {
  Model model =
      built({12, 4}, {Conv1D{.filters = 4, .kernel = 3}, BatchNorm{}, GlobalAveragePool1D{}, Dense{3}});
  for (Parameter &p : model.graph.params)
    if (p.role == Role::kGamma) p.data = {0.1f, -3.0f, 0.2f, 2.0f};
  const ChannelMap map(model.graph);
  const std::vector<double> scores = importance_of(model.graph, map, Importance::kBatchNorm);
  const std::vector<int> &channels = map.value(2);
  const auto score = [&](size_t c) { return scores[static_cast<size_t>(channels[c])]; };
  EXPECT_GT(score(1), score(3));
  EXPECT_GT(score(3), score(2));
  EXPECT_GT(score(2), score(0));
  const Model plain = built({12, 4}, {Conv1D{.filters = 4, .kernel = 3}, Flatten{}, Dense{3}});
  EXPECT_ERROR(importance_of(plain.graph, ChannelMap(plain.graph), Importance::kBatchNorm),
               "no layer whose channels can go has a batch normalization behind it (conv1d)");
}

// The loss is that of one layer alone: the other one is to lose all channels that go.
TEST(Channels, are_taken_where_the_loss_rises_least) {
  const Model model =
      built({12, 4}, {Layer(Conv1D{.filters = 16, .kernel = 3}).named("one"),
                      Layer(Conv1D{.filters = 16, .kernel = 3}).named("two"), Flatten{}, Dense{3}});
  const ChannelMap map(model.graph);
  const auto filters_of = [](const Graph &g) {
    std::vector<int> list;
    for (const Node &node : g.nodes)
      if (node.op->name == "conv2d") list.push_back(node.attrs.integer("filters"));
    return list;
  };
  const Graph left = remove_channels(
                         model.graph, 0.4, importance_of(model.graph, map, Importance::kL1), {},
                         [](const Graph &g) { return static_cast<double>(size_of(g).macs); },
                         ChannelShares::kSensitivity, [&](const Graph &g) { return 16.0 - filters_of(g)[0]; })
                         .graph;
  EXPECT_EQ(filters_of(left)[0], 16);
  EXPECT_LT(filters_of(left)[1], 10);
  EXPECT_LE(static_cast<double>(size_of(left).macs), 0.6 * static_cast<double>(size_of(model.graph).macs));
}

}  // namespace
}  // namespace mote
