// The channels of a choice (layers that are coupled by an addition, say, lose the same ones) in the order of
// their worth, and how many of each choice go. What hangs together: channels.cpp.
#include "compress/structured.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "compress/kernels.h"
#include "graph/op_def.h"

namespace mote {

namespace {

// Adds the worth of one parameter's output channels, their mean being 1, so that layers that are coupled
// count alike.
void add_scores(const Parameter &p, const ChannelMap &map, int index,
                const std::function<double(size_t)> &worth, std::vector<double> &scores) {
  std::vector<double> own(scores.size(), 0.0);
  double sum = 0;
  size_t channels = 0;
  for (size_t i = 0; i < p.data.size(); ++i)
    if (const int c = map.output_class(p, index, i); c >= 0) {
      const double w = worth(i);
      own[c] += w;
      sum += w;
    }
  for (double v : own) channels += v != 0;
  for (size_t c = 0; c < own.size(); ++c)
    if (sum > 0) scores[c] += own[c] / sum * static_cast<double>(channels);
}

}  // namespace

void add_taylor(const Graph &graph, const ChannelMap &map, const float *gradients,
                std::vector<double> &scores) {
  std::vector<double> changes(scores.size(), 0.0);
  for (size_t p = 0; p < graph.params.size(); ++p) {
    const Parameter &weights = graph.params[p];
    if (!weights.is_trainable()) continue;
    for (size_t i = 0; i < weights.data.size(); ++i)
      if (const int c = map.output_class(weights, p, i); c >= 0)
        changes[c] += double{weights.data[i]} * gradients[i];
    gradients += weights.data.size();
  }
  for (size_t c = 0; c < scores.size(); ++c) scores[c] += changes[c] * changes[c];
}

namespace {

std::vector<double> scores_by_kernels(const Graph &graph, const ChannelMap &map, bool is_squared) {
  std::vector<double> scores(map.classes(), 0.0);
  for (size_t k = 0; k < graph.params.size(); ++k) {
    const Parameter &p = graph.params[k];
    if (!p.is_kernel()) continue;
    const auto worth = [&](size_t i) {
      const double w = std::fabs(p.data[i]);
      return is_squared ? w * w : w;
    };
    add_scores(p, map, k, worth, scores);
  }
  return scores;
}

}  // namespace

std::vector<double> importance_of(const Graph &graph, const ChannelMap &map, Importance kind,
                                  std::vector<std::string> *notes) {
  MOTE_CHECK(kind != Importance::kTaylor);
  std::vector<double> scores = scores_by_kernels(graph, map, kind == Importance::kL2);
  if (kind != Importance::kBatchNorm) return scores;
  std::vector<double> factors(scores.size(), 0.0);
  std::vector<bool> has_factors(map.choices(), false), is_free(map.choices(), false);
  for (size_t k = 0; k < graph.params.size(); ++k) {
    const Parameter &p = graph.params[k];
    if (p.role != Role::kGamma) continue;
    add_scores(
        p, map, k, [&](size_t i) { return std::fabs(double{p.data[i]}); }, factors);
    for (size_t i = 0; i < p.data.size(); ++i)
      if (const int c = map.output_class(p, k, i); c >= 0) has_factors[map.choice_of(c)] = true;
  }
  std::vector<std::string> without;
  bool has_any = false;
  for (int c = 0; c < map.classes(); ++c) {
    const int choice = map.choice_of(c);
    if (has_factors[choice]) scores[c] = factors[c];
    if (map.is_frozen(c) || is_free[choice]) continue;
    is_free[choice] = true;
    has_any |= has_factors[choice];
    const std::vector<int> &makers = map.makers(choice);
    if (!has_factors[choice]) without.push_back(makers.empty() ? graph.name : graph.nodes[makers[0]].name);
  }
  if (!has_any && !without.empty())
    throw Error(ErrorCode::kInvalidArgument, "compress.importance",
                fmt::format("no layer whose channels can go has a batch normalization behind it ({})",
                            fmt::join(without, ", ")),
                "use l1, l2 or taylor");
  if (notes == nullptr) return scores;
  for (const std::string &layer : without)
    notes->push_back(
        fmt::format("the channels of {} went by l1: it has no batch normalization behind it", layer));
  return scores;
}

namespace {

class Choices {
 public:
  Choices(const Graph &graph, const std::vector<double> &scores, const std::vector<std::string> &keep)
      : graph_(graph), map_(graph), scores_(scores), order_(map_.choices()), size_(map_.choices(), 0) {
    std::vector<bool> is_kept(map_.choices(), false);
    for (const std::string &name : keep) {
      const GraphLayer &layer = layer_by_name(graph, name, "compress.keep");
      for (int choice = 0; choice < map_.choices(); ++choice)
        for (int maker : map_.makers(choice))
          if (maker >= layer.first_node && maker < layer.last_node) is_kept[choice] = true;
    }
    for (int c = 0; c < map_.classes(); ++c) {
      const int choice = map_.choice_of(c);
      ++size_[choice];
      if (!map_.is_frozen(c) && !is_kept[choice]) order_[choice].push_back(c);
    }
    for (std::vector<int> &list : order_)
      std::stable_sort(list.begin(), list.end(), [&](int a, int b) { return scores_[a] < scores_[b]; });
  }

  size_t count() const { return order_.size(); }
  bool is_free(size_t choice) const { return !order_[choice].empty() && size_[choice] > 1; }
  bool has_free() const {
    for (size_t i = 0; i < count(); ++i)
      if (is_free(i)) return true;
    return false;
  }
  Graph without(const std::vector<double> &shares) const {
    std::vector<bool> is_removed(map_.classes(), false);
    for (size_t i = 0; i < count(); ++i) {
      if (!is_free(i)) continue;
      const auto wanted = static_cast<size_t>(std::floor(shares[i] * static_cast<double>(size_[i]) + 1e-9));
      for (size_t k = 0; k < std::min({wanted, order_[i].size(), size_[i] - 1}); ++k)
        is_removed[order_[i][k]] = true;
    }
    leave_some(graph_, map_, scores_, is_removed);
    return without_channels(graph_, map_, is_removed);
  }
  size_t size(size_t choice) const { return size_[choice]; }
  std::string names(size_t choice) const {
    std::vector<std::string> names;
    for (int maker : map_.makers(choice)) names.push_back(graph_.nodes[maker].name);
    return fmt::format("{}", fmt::join(names, ", "));
  }
  // Layers whose channels stay, but for the last, whose are the answers.
  std::vector<std::string> notes() const {
    std::vector<std::string> list;
    for (size_t i = 0; i < count(); ++i) {
      const std::vector<int> &makers = map_.makers(i);
      const bool has_weights =
          std::any_of(makers.begin(), makers.end(), [&](int m) { return !graph_.nodes[m].params.empty(); });
      const std::vector<int> &answers = map_.value(graph_.count());
      const bool is_last = std::any_of(answers.begin(), answers.end(),
                                       [&](int c) { return map_.choice_of(c) == static_cast<int>(i); });
      if (has_weights && !is_free(i) && !is_last)
        list.push_back(fmt::format(
            "the channels of {} stay: they are coupled to the input, to the output or to a layer that needs "
            "all of them, or are to be kept",
            names(i)));
    }
    return list;
  }

 private:
  const Graph &graph_;
  ChannelMap map_;
  const std::vector<double> &scores_;
  std::vector<std::vector<int>> order_;  // free classes of each choice, the least worth first
  std::vector<size_t> size_;             // all classes of each choice
};

// The same share of every choice, the least that is enough.
std::vector<double> uniform_shares(const Choices &choices, double most, const CostOfGraph &cost) {
  double low = 0, high = 1;
  constexpr int kRounds = 24;
  for (int round = 0; round < kRounds; ++round) {
    const double middle = (low + high) / 2;
    const bool is_enough = cost(choices.without(std::vector<double>(choices.count(), middle))) <= most;
    (is_enough ? high : low) = middle;
  }
  return std::vector<double>(choices.count(), high);
}

// Of each choice the loss at some shares, the others as they are; then again and again a sixteenth more of
// the choice where the cost falls the most for what the loss rises.
std::vector<double> shares_by_sensitivity(const Choices &choices, double most, const CostOfGraph &cost,
                                          const LossOfGraph &loss) {
  constexpr double kStep = 1.0 / 16;
  const std::vector<double> at = {0, 0.25, 0.5, 0.75, 1};
  std::vector<double> shares(choices.count(), 0.0);
  const double base = loss(choices.without(shares));
  std::vector<std::vector<double>> rise(choices.count());
  for (size_t i = 0; i < choices.count(); ++i)
    for (double share : at) {
      if (!choices.is_free(i)) break;
      std::vector<double> alone(choices.count(), 0.0);
      alone[i] = share;
      const double before = rise[i].empty() ? 0 : rise[i].back();
      rise[i].push_back(share == 0 ? 0 : std::max(before, loss(choices.without(alone)) - base));
    }
  const auto rise_at = [&](size_t i, double share) {
    const double x = share * static_cast<double>(at.size() - 1);
    const size_t k = std::min(at.size() - 2, static_cast<size_t>(x));
    return rise[i][k] + (x - static_cast<double>(k)) * (rise[i][k + 1] - rise[i][k]);
  };
  double now = cost(choices.without(shares));
  while (now > most) {
    size_t best = choices.count();
    double least = INFINITY, best_cost = now, best_share = 0;
    for (size_t i = 0; i < choices.count(); ++i) {
      if (!choices.is_free(i) || shares[i] >= 1) continue;
      std::vector<double> more = shares;
      double fallen = now;
      // until a channel goes
      while (more[i] < 1 && fallen >= now) {
        more[i] = std::min(1.0, more[i] + kStep);
        fallen = cost(choices.without(more));
      }
      if (fallen >= now) continue;
      const double price = (rise_at(i, more[i]) - rise_at(i, shares[i]) + 1e-9) / (now - fallen);
      if (price < least) {
        least = price;
        best = i;
        best_cost = fallen;
        best_share = more[i];
      }
    }
    if (best == choices.count()) break;
    shares[best] = best_share;
    now = best_cost;
  }
  return shares;
}

}  // namespace

ChannelsLeft remove_channels(const Graph &graph, double share, const std::vector<double> &scores,
                             const std::vector<std::string> &keep, const CostOfGraph &cost,
                             ChannelShares shares, const LossOfGraph &loss) {
  const Choices choices(graph, scores, keep);
  std::vector<std::string> notes = choices.notes();
  if (!choices.has_free())
    throw Error(
        ErrorCode::kUnsupported, "compress.prune",
        fmt::format("no channel can be removed{}{}", notes.empty() ? "" : ": ", fmt::join(notes, "; ")),
        "prune weights (0.5, 2:4, block:0.5) or cluster them");
  const double before = cost(graph), most = (1 - share) * before;
  const double least = cost(choices.without(std::vector<double>(choices.count(), 1)));
  if (least > most)
    throw Error(ErrorCode::kUnsupported, "compress.prune",
                fmt::format("at most {:.0f} % can go with one channel left in each layer",
                            100 * (1 - least / before)),
                "ask for less");
  Graph left =
      choices.without(shares == ChannelShares::kUniform ? uniform_shares(choices, most, cost)
                                                        : shares_by_sensitivity(choices, most, cost, loss));
  return {std::move(left), std::move(notes)};
}

}  // namespace mote
