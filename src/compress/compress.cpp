// compress(): what is done to the weights, in this order (channels or zeros, then values), each followed by a
// training that keeps it. The parts are files of their own; here is what goes together and what does not.
#include "mote/compress.h"

#include <fmt/format.h>

#include <algorithm>
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

namespace {

// Why a kernel stays as it is, for each kernel of the graph; "": it does not.
using Left = std::map<int, std::string>;

std::vector<bool> kept_params(const Graph &graph, const std::vector<std::string> &layers) {
  std::vector<bool> is_kept(graph.params.size(), false);
  for (const std::string &name : layers) {
    const GraphLayer &layer = layer_by_name(graph, name, "compress.keep");
    for (int i = layer.first_node; i < layer.last_node; ++i)
      for (int p : graph.nodes[i].params) is_kept[p] = true;
  }
  return is_kept;
}

template <class Why>
Left left_of(const Graph &graph, const CompressSettings &s, Why why) {
  const std::vector<bool> is_kept = kept_params(graph, s.keep_layers);
  Left left;
  for (size_t p = 0; p < graph.params.size(); ++p)
    if (graph.params[p].is_kernel())
      left[p] = is_kept[p] ? std::string("it is to be kept") : why(graph.params[p]);
  return left;
}

Left left_by_pruning(const Graph &graph, const CompressSettings &s) {
  return left_of(graph, s, [&](const Parameter &p) { return why_not_pruned(p, s.prune); });
}

int index_bits(int values) {
  int bits = 1;
  while (1 << bits < values) ++bits;
  return bits;
}

// Of a table of values and an index for each weight, beside a byte for each.
Left left_by_clusters(const Graph &graph, const CompressSettings &s) {
  return left_of(graph, s, [&](const Parameter &p) -> std::string {
    const size_t tables = s.is_cluster_per_channel ? p.channels() : 1, weights = p.shape.elements();
    const size_t bytes = tables * s.clusters + weights * index_bits(s.clusters) / 8;
    if (bytes < weights) return "";
    return fmt::format("{} weights with {} tables of {} values would need {} bytes", weights, tables,
                       s.clusters, bytes);
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
  if (s.prune.kind == PruneKind::kNone && s.clusters == 0 && s.bits == 8 && !has_teachers)
    refuse("compress", "says nothing that should be done", "give compress.prune, cluster, bits or distill");
  if (s.clusters != 0 && (s.clusters < s.kFewestClusters || s.clusters > s.kMostClusters))
    refuse("compress.cluster",
           fmt::format("{} is not {} .. {}", s.clusters, s.kFewestClusters, s.kMostClusters));
  if (s.bits != 8 && s.bits != 4) refuse("compress.bits", fmt::format("{} is neither 8 nor 4", s.bits));
  if (s.bits == 4 && s.clusters > 0)
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
    if ((s.bits == 4 && p.form.clusters > 0) || (s.clusters > 0 && p.form.bits == 4))
      refuse("compress.bits", fmt::format("{} cannot have both clusters and 4 bits", p.name),
             "use one of them");
  }
}

// Sums of a batch's gradients over some batches, for each parameter.
std::vector<std::vector<double>> gradients_of(const Model &model, const Splits &data, const TrainOptions &o) {
  constexpr size_t kMostBatches = 64;
  TrainingLoop loop(model, data.train, o);
  std::vector<std::vector<double>> sums;
  for (const Parameter &p : model.graph.params)
    sums.emplace_back(p.is_trainable() ? p.shape.elements() : 0, 0.0);
  const size_t rows = std::min(data.train.size(), static_cast<size_t>(o.batch));
  for (size_t b = 0; b < kMostBatches && (b + 1) * rows <= data.train.size(); ++b) {
    std::vector<size_t> examples;
    const size_t step = data.train.size() / rows;  // examples of a class lie side by side
    for (size_t r = 0; r < rows; ++r) examples.push_back((r * step + b) % data.train.size());
    loop.compute(examples);
    const float *g = loop.gradients().data();
    for (std::vector<double> &list : sums)
      for (double &sum : list) sum += *g++;
  }
  return sums;
}

Model with_fewer_channels(const Model &model, const Splits &data, const CompressSettings &s,
                          const CompressHelp &help, const TrainOptions &o, std::vector<std::string> &notes) {
  const ChannelMap map(model.graph);
  const std::vector<double> scores =
      importance_of(model.graph, map, s.importance,
                    s.importance == Importance::kTaylor ? gradients_of(model, data, o)
                                                        : std::vector<std::vector<double>>{});
  const CostOfGraph macs = [](const Graph &g) { return static_cast<double>(size_of(g).macs); };
  const Dataset &judged = data.val.size() > 0 ? data.val : data.train;
  const LossOfGraph loss = [&](const Graph &g) {
    Model changed = model;
    changed.graph = g;
    return TrainingLoop(changed, judged, o).score(judged).loss;
  };
  ChannelsLeft left = remove_channels(model.graph, s.prune.share, scores, s.keep_layers,
                                      help.cost ? help.cost : macs, s.shares, loss);
  notes = std::move(left.notes);
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
  kept_params(model.graph, s.keep_layers);
  if (!help.teachers.empty()) Distillation(model, help.teachers, {s.temperature, s.teacher_weight}, training);
  if (s.prune.kind == PruneKind::kChannels) {
    std::vector<std::string> notes;
    CompressSettings quick = s;  // whether any channel is free does not depend on what they are worth
    quick.importance = Importance::kL1;
    quick.shares = ChannelShares::kUniform;
    with_fewer_channels(model, data, quick, {}, compress_options(s, training), notes);
  } else if (s.prune.kind != PruneKind::kNone) {
    require_any(model.graph, left_by_pruning(model.graph, s), "compress.prune");
  }
  if (s.clusters > 0) require_any(model.graph, left_by_clusters(model.graph, s), "compress.cluster");
  if (s.bits == 4) require_any(model.graph, left_by_bits(model.graph, s), "compress.bits");
}

TrainOptions compress_options(const CompressSettings &s, const TrainOptions &training) {
  constexpr uint64_t kCompressStream = 0x434F4D50;  // "COMP"
  constexpr int kFewestEpochs = 3;
  TuneSettings tune = s.tune;
  Optimizer optimizer = training.optimizer;
  if (tune.epochs == 0) tune.epochs = std::max(kFewestEpochs, training.epochs);
  if (tune.learning_rate == 0) tune.learning_rate = learning_rate_of(optimizer) / 2;
  TrainOptions o = tuning_options(tune, training);
  o.callbacks = training.callbacks;
  o.is_fine_tuning = true;
  o.seed = training.seed ^ kCompressStream;  // draws that the training before has not seen
  return o;
}

int compress_stages(const CompressSettings &s) {
  const bool has_values = s.clusters > 0 || s.bits == 4;
  return (s.prune.kind != PruneKind::kNone || !has_values) + has_values;
}

namespace {

// A model on its way through the steps, each followed by a training.
class Steps {
 public:
  Steps(const Model &model, const Splits &data, const CompressSettings &s, const TrainOptions &o,
        const CompressHelp &help)
      : data_(data), s_(s), o_(o), help_(help), now_(model) {
    result_.before = size_of(model.graph);
  }

  void remove_channels() {
    now_ = with_fewer_channels(now_, data_, s_, help_, o_, result_.notes);
    go_on();
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
    left_ = s_.clusters > 0 ? left_by_clusters(now_.graph, s_) : left_by_bits(now_.graph, s_);
    each([&](int p) {
      Parameter &kernel = now_.graph.params[p];
      if (s_.clusters > 0) {
        kernel.form.clusters = s_.clusters;
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
      teachers.emplace(now_, help_.teachers, DistillationOptions{s_.temperature, s_.teacher_weight}, o_);
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
  const TrainOptions &o_;
  const CompressHelp &help_;
  Model now_;
  Left left_, not_pruned_;  // of the last step, and of that which makes zeros
  CompressedModel result_;
};

}  // namespace

CompressedModel compress(const Model &model, const Splits &data, const CompressSettings &s,
                         const TrainOptions &training, const CompressHelp &help) {
  check_compression(model, data, s, help, training);
  const TrainOptions o = compress_options(s, training);
  Steps steps(model, data, s, o, help);
  const bool has_values = s.clusters > 0 || s.bits == 4;
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
