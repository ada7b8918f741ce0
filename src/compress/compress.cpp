// compress(): what is done to the weights, in this order (channels or zeros, then values), each followed by a
// training that keeps it. The parts are files of their own; here is what goes together and what does not.
#include "mote/compress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "base/error.h"
#include "compress/cluster.h"
#include "compress/kernels.h"
#include "compress/positive_factors.h"
#include "compress/prune.h"
#include "compress/structured.h"
#include "graph/cost.h"
#include "mote/training_loop.h"
#include "train/distillation.h"
#include "train/extension.h"

namespace mote {

GraphSize size_of(const Graph &graph) {
  GraphSize size{graph.parameter_count(), 0};
  for (const Node &node : graph.nodes) size.macs += cost_of(graph, node).macs;
  return size;
}

std::vector<KernelSummary> kernels_of(const Graph &graph) {
  constexpr size_t kMost = 256;
  std::vector<KernelSummary> list;
  for (const Parameter &p : graph.params) {
    if (!p.is_kernel()) continue;
    KernelSummary k{p.name, p.data.size(), 0, 0, p.form.bits, ""};
    const size_t groups = p.form.is_per_channel ? p.channels() : 1;
    size_t most = 0;
    for (size_t g = 0; g < groups; ++g) {
      std::set<float> values;
      for (size_t i = g; i < p.data.size() && values.size() <= kMost; i += groups) values.insert(p.data[i]);
      most = std::max(most, values.size());
    }
    k.values = most <= kMost ? most : 0;
    k.zeros = std::count(p.data.begin(), p.data.end(), 0.0f);
    list.push_back(std::move(k));
  }
  return list;
}

std::vector<bool> params_of_layers(const Graph &graph, const std::vector<std::string> &layers) {
  std::vector<bool> is_kept(graph.params.size(), false);
  for (const std::string &name : layers) {
    const GraphLayer &layer = layer_by_name(graph, name, "compress.keep");
    for (int i = layer.first_node; i < layer.last_node; ++i)
      for (int p : graph.nodes[i].params) is_kept[p] = true;
  }
  return is_kept;
}

namespace {

// Why a kernel stays as it is, for each kernel of the graph; "": it does not.
using Left = std::map<int, std::string>;

template <class Why>
Left left_of(const Graph &graph, const CompressSettings &s, Why why) {
  const std::vector<bool> is_kept = params_of_layers(graph, s.keep_layers);
  Left left;
  for (size_t p = 0; p < graph.params.size(); ++p)
    if (graph.params[p].is_kernel())
      left[p] = is_kept[p] ? std::string("it is to be kept") : why(graph.params[p]);
  return left;
}

Left left_by_pruning(const Graph &graph, const CompressSettings &s) {
  return left_of(graph, s, [&](const Parameter &p) { return why_not_pruned(p, s.prune); });
}

// That the weights of a kernel share; 0: they share none.
int values_of(const CompressSettings &s, const Parameter &p) {
  const auto own = s.kernel_clusters.find(p.name);
  return own == s.kernel_clusters.end() ? s.clusters : own->second;
}

bool has_clusters(const CompressSettings &s) { return s.clusters > 0 || !s.kernel_clusters.empty(); }

int index_bits(int values) {
  int bits = 1;
  while (1 << bits < values) ++bits;
  return bits;
}

// Of a table of values and an index for each weight, beside a byte for each.
Left left_by_clusters(const Graph &graph, const CompressSettings &s) {
  return left_of(graph, s, [&](const Parameter &p) -> std::string {
    const int values = values_of(s, p);
    if (values == 0) return "it keeps 8 bits";
    const size_t tables = s.is_cluster_per_channel ? p.channels() : 1, weights = p.shape.elements();
    const size_t bytes = tables * values + weights * index_bits(values) / 8;
    if (bytes < weights) return "";
    return fmt::format("{} weights with {} table{} of {} values would need {} bytes", weights, tables,
                       tables == 1 ? "" : "s", values, bytes);
  });
}

Left left_by_bits(const Graph &graph, const CompressSettings &s) {
  return left_of(graph, s, [](const Parameter &) { return ""; });
}

void require_any(const Graph &graph, const Left &left, const std::string &setting) {
  std::vector<std::string> reasons;
  for (const auto &[p, why] : left) {
    if (why.empty()) return;
    reasons.push_back(fmt::format("{}: {}", graph.params[p].name, why));
  }
  throw Error(ErrorCode::kUnsupported, setting,
              fmt::format("nothing in this model would gain by it{}{}", reasons.empty() ? "" : ": ",
                          fmt::join(reasons, "; ")));
}

[[noreturn]] void refuse(const std::string &setting, const std::string &message,
                         const std::string &hint = "") {
  throw Error(ErrorCode::kInvalidArgument, setting, message, hint);
}

void check_ranges(const CompressSettings &s, bool has_teachers) {
  if (s.prune.kind == PruneKind::kNone && !has_clusters(s) && s.bits == 8 && !has_teachers)
    refuse("compress", "says nothing that should be done",
           "say what, as with --prune 2:4, --cluster 16, --bits 4, --distill RUN, or a budget as with "
           "--flash 12k --drop 1.0");
  const auto check_values = [&](int values) {
    if (values != 0 && (values < s.kFewestClusters || values > s.kMostClusters))
      refuse("compress.cluster",
             fmt::format("{} is not {} .. {}", values, s.kFewestClusters, s.kMostClusters));
  };
  check_values(s.clusters);
  for (const auto &[kernel, values] : s.kernel_clusters) check_values(values);
  if (s.steps < 1 || s.steps > s.kMostSteps)
    refuse("compress.steps", fmt::format("{} is not 1 .. {}", s.steps, s.kMostSteps));
  if (s.bits != 8 && s.bits != 4) refuse("compress.bits", fmt::format("{} is neither 8 nor 4", s.bits));
  if (s.bits == 4 && has_clusters(s))
    refuse("compress.bits", "4 does not go together with clusters: weights of 4 bits have 15 values already",
           "use one of them");
  const bool is_share = s.prune.kind == PruneKind::kWeights || s.prune.kind == PruneKind::kBlocks;
  if (s.schedule == PruneSchedule::kPolynomial && !is_share)
    refuse("compress.schedule", "polynomial is of a share of weights or of blocks, which can grow",
           "use constant");
}

// What an earlier compression left in the weights, and what this one would make of it.
void check_forms(const Graph &graph, const CompressSettings &s) {
  for (const Parameter &p : graph.params) {
    if (!p.form.is_set()) continue;
    if (s.prune.kind == PruneKind::kChannels)
      refuse("compress.prune", fmt::format("{} is compressed already, and channels go before that", p.name),
             "remove channels from the run that it was made from");
    if (s.prune.kind != PruneKind::kNone && p.form.clusters > 0)
      refuse("compress.prune", fmt::format("{} has clusters already, and zeros go before them", p.name),
             "prune the run that it was made from, then cluster");
    if ((s.bits == 4 && p.form.clusters > 0) || (has_clusters(s) && p.form.bits == 4))
      refuse("compress.bits", fmt::format("{} cannot have both clusters and 4 bits", p.name),
             "use one of them");
  }
}

// What channels are worth by the loss of some batches.
std::vector<double> taylor_scores(const Model &model, const ChannelMap &map, const Splits &data,
                                  const TrainOptions &o) {
  constexpr size_t kMostBatches = 64;
  TrainingLoop loop(model, data.train, o);
  std::vector<double> scores(map.classes(), 0.0);
  const size_t rows = std::min(data.train.size(), static_cast<size_t>(o.batch));
  for (size_t b = 0; b < kMostBatches && (b + 1) * rows <= data.train.size(); ++b) {
    std::vector<size_t> examples;
    const size_t step = data.train.size() / rows;  // examples of a class lie side by side
    for (size_t r = 0; r < rows; ++r) examples.push_back((r * step + b) % data.train.size());
    loop.compute(examples);
    add_taylor(model.graph, map, loop.gradients().data(), scores);
  }
  return scores;
}

double macs_of(const Graph &graph) { return static_cast<double>(size_of(graph).macs); }

// `share`: of the cost, that goes.
Model with_fewer_channels(const Model &model, double share, const Splits &data, const CompressSettings &s,
                          const CompressHelp &help, const TrainOptions &o, std::vector<std::string> &notes) {
  const ChannelMap map(model.graph);
  const std::vector<double> scores = s.importance == Importance::kTaylor
                                         ? taylor_scores(model, map, data, o)
                                         : importance_of(model.graph, map, s.importance, &notes);
  const Dataset &judged = data.val.size() > 0 ? data.val : data.train;
  const LossOfGraph loss = [&](const Graph &g) {
    Model changed = model;
    changed.graph = g;
    return TrainingLoop(changed, judged, o).score(judged).loss;
  };
  ChannelsLeft left = remove_channels(model.graph, share, scores, s.keep_layers,
                                      help.cost ? help.cost : CostOfGraph(macs_of), s.shares, loss);
  notes.insert(notes.end(), left.notes.begin(), left.notes.end());
  Model result = model;
  result.graph = std::move(left.graph);
  return result;
}

uint64_t steps_of(const Splits &data, const TrainOptions &o) {
  const size_t windows = data.train.size() + data.stream.size(), rows = o.batch;
  return static_cast<uint64_t>(o.epochs) * ((windows + rows - 1) / rows);
}

}  // namespace

void check_compression(const Model &model, const Splits &data, const CompressSettings &s,
                       const CompressHelp &help, const TrainOptions &training) {
  check_ranges(s, !help.teachers.empty());
  check_forms(model.graph, s);
  check_deployable(model);
  params_of_layers(model.graph, s.keep_layers);
  if (!help.teachers.empty()) Distillation(model, help.teachers, s.teaching, training);
  if (s.prune.kind == PruneKind::kChannels) {
    std::vector<std::string> notes;
    CompressSettings quick = s;  // whether enough can go depends neither on the loss nor on its gradients
    if (s.importance == Importance::kTaylor) quick.importance = Importance::kL1;
    quick.shares = ChannelShares::kUniform;
    with_fewer_channels(model, s.prune.share, data, quick, help, compress_options(s, training), notes);
  } else if (s.prune.kind != PruneKind::kNone) {
    require_any(model.graph, left_by_pruning(model.graph, s), "compress.prune");
  }
  if (has_clusters(s)) require_any(model.graph, left_by_clusters(model.graph, s), "compress.cluster");
  if (s.bits == 4) require_any(model.graph, left_by_bits(model.graph, s), "compress.bits");
}

TrainOptions compress_options(const CompressSettings &s, const TrainOptions &training) {
  constexpr uint64_t kCompressStream = 0x434F4D50;  // "COMP"
  constexpr int kFewestEpochs = 3;
  TuneSettings tune = s.tune;
  Optimizer optimizer = training.optimizer;
  if (tune.epochs == 0) tune.epochs = std::max(kFewestEpochs, training.epochs);
  // what is left takes fewer multiply-adds, so that as many as before make more epochs; how many more is
  // bounded, since windows take as long to draw as ever
  const bool is_rewound = s.prune.kind == PruneKind::kChannels;
  constexpr double kMostTimes = 2;
  if (is_rewound && s.tune.epochs == 0)
    tune.epochs = static_cast<int>(std::min<double>(
        std::ceil(tune.epochs * std::min(kMostTimes, 1 / (1 - s.prune.share))), TrainOptions::kMostEpochs));
  if (tune.learning_rate == 0) tune.learning_rate = learning_rate_of(optimizer) / (is_rewound ? 1 : 2);
  TrainOptions o = tuning_options(tune, training);
  o.callbacks = training.callbacks;
  o.is_fine_tuning = true;
  o.seed = training.seed ^ kCompressStream;  // draws that the training before has not seen
  return o;
}

int compress_stages(const CompressSettings &s) {
  const bool has_values = has_clusters(s) || s.bits == 4;
  const int zeros = s.prune.kind == PruneKind::kChannels ? s.steps : 1;
  return (s.prune.kind != PruneKind::kNone || !has_values ? zeros : 0) + has_values;
}

namespace {

// A model on its way through the steps, each followed by a training.
class Steps {
 public:
  Steps(const Model &model, const Splits &data, const CompressSettings &s, const TrainOptions &training,
        const CompressHelp &help)
      : data_(data), s_(s), training_(training), o_(compress_options(s, training)), help_(help), now_(model) {
    result_.before = size_of(model.graph);
  }

  // The same share of what is left in each step.
  void remove_channels() {
    const CostOfGraph cost = help_.cost ? help_.cost : CostOfGraph(macs_of);
    const double before = cost(now_.graph);
    for (int step = 1; step <= s_.steps; ++step) {
      const double wanted = before * std::pow(1 - s_.prune.share, static_cast<double>(step) / s_.steps);
      const double share = 1 - wanted / cost(now_.graph);
      result_.notes.clear();  // those of the last step are those of all
      if (share > 0) now_ = with_fewer_channels(now_, share, data_, s_, help_, o_, result_.notes);
      go_on();
    }
  }

  void zero_weights() {
    left_ = left_by_pruning(now_.graph, s_);
    not_pruned_ = left_;
    if (s_.schedule == PruneSchedule::kPolynomial) {
      std::vector<int> pruned;
      each([&](int p) { pruned.push_back(p); });
      GrowingPruning growing(s_.prune, pruned, steps_of(data_, o_));
      go_on(&growing);
    } else {
      each([&](int p) {
        Parameter &kernel = now_.graph.params[p];
        prune_weights(kernel, s_.prune, s_.prune.share, kernel.data.data());
        kernel.form.keeps_zeros = true;
      });
      go_on();
    }
    each([&](int p) { now_.graph.params[p].form.keeps_zeros = true; });
  }

  void share_values() {
    CompressSettings alone = s_;
    alone.prune = {};
    o_ = compress_options(alone, training_);
    left_ = has_clusters(s_) ? left_by_clusters(now_.graph, s_) : left_by_bits(now_.graph, s_);
    each([&](int p) {
      Parameter &kernel = now_.graph.params[p];
      if (has_clusters(s_)) {
        kernel.form.clusters = values_of(s_, kernel);
        kernel.form.gain.clear();  // the weights share values as they are now
        kernel.form.is_per_channel = s_.is_cluster_per_channel;
        if (!s_.is_cluster_per_channel) make_factors_positive(now_.graph, static_cast<size_t>(p));
        cluster_weights(kernel, s_.cluster_start, o_.seed);
      } else {
        kernel.form.bits = s_.bits;
      }
    });
    go_on();
  }

  void go_on(TrainExtension *extension = nullptr) {
    TrainHooks hooks;
    std::optional<Distillation> teachers;
    if (!help_.teachers.empty()) {
      teachers.emplace(now_, help_.teachers, s_.teaching, o_);
      hooks.extensions.push_back(&*teachers);
    }
    if (extension) hooks.extensions.push_back(extension);
    result_.run = train(now_, data_, o_, hooks);
    now_ = result_.run.model;
  }

  CompressedModel result() {
    result_.run.model = now_;
    result_.after = size_of(now_.graph);
    result_.kernels = kernels_of(now_.graph);
    size_t k = 0;
    for (size_t p = 0; p < now_.graph.params.size(); ++p)
      if (now_.graph.params[p].is_kernel()) result_.kernels[k++].left = reason_of(p);
    return std::move(result_);
  }

 private:
  // Kernels that do not stay as they are.
  template <class Work>
  void each(Work work) const {
    for (const auto &[p, why] : left_)
      if (why.empty()) work(p);
  }

  // Why a kernel stayed as it is, in one step or in both.
  std::string reason_of(size_t p) const {
    const auto of = [p](const Left &left) { return left.contains(p) ? left.at(p) : std::string(); };
    const std::string zeros = of(not_pruned_), last = of(left_);
    if (zeros.empty() || left_ == not_pruned_) return last;
    return "not pruned: " + zeros + (last.empty() ? "" : "; " + last);
  }

  const Splits &data_;
  const CompressSettings &s_;
  const TrainOptions &training_;  // that of the model
  TrainOptions o_;
  const CompressHelp &help_;
  Model now_;
  Left left_, not_pruned_;  // of the last step, and of that which makes zeros
  CompressedModel result_;
};

}  // namespace

CompressedModel compress(const Model &model, const Splits &data, const CompressSettings &s,
                         const TrainOptions &training, const CompressHelp &help) {
  check_compression(model, data, s, help, training);
  Steps steps(model, data, s, training, help);
  const bool has_values = has_clusters(s) || s.bits == 4;
  if (s.prune.kind == PruneKind::kChannels)
    steps.remove_channels();
  else if (s.prune.kind != PruneKind::kNone)
    steps.zero_weights();
  else if (!has_values)
    steps.go_on();  // teachers alone
  if (has_values) steps.share_values();
  return steps.result();
}

}  // namespace mote
