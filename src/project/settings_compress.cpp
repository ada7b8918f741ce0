// Settings of compression.
#include "base/error.h"
#include "project/entries.h"

namespace mote {

static Setting prune_setting() {
  return Setting{"compress.prune", SettingKind::kText,
                 "`0.5` of the weights, `2:4` (2 of 4 stay), `block:0.5` of the blocks of four, or "
                 "`structured:0.5`: channels, until half of the multiply-adds are gone",
                 [](const Project &p) { return Value(pruning_text(p.compress.prune)); },
                 [](Project &p, const Value &v) {
                   try {
                     p.compress.prune = parse_pruning(v.get<std::string>());
                   } catch (const Error &e) {
                     throw Refusal{e.message(), e.hint()};
                   }
                 }}
      .or_else("none");
}

static Setting bits_setting() {
  Setting s{"compress.bits",
            SettingKind::kInteger,
            "of weights",
            [](const Project &p) { return Value(p.compress.bits); },
            [](Project &p, const Value &v) {
              p.compress.bits = v.get<int>();
              if (p.compress.bits != 4 && p.compress.bits != 8) throw Refusal{"must be 8 or 4"};
            },
            4,
            8};
  return s;
}

std::vector<Setting> compress_settings() {
  return {
      prune_setting(),
      choice(
          "compress.schedule", [](auto &p) -> auto & { return p.compress.schedule; }, prune_schedule_names(),
          "zeros at once, or more and more over the training"),
      choice(
          "compress.importance", [](auto &p) -> auto & { return p.compress.importance; }, importance_names(),
          "what a channel is worth, of `structured`"),
      choice(
          "compress.shares", [](auto &p) -> auto & { return p.compress.shares; }, channel_shares_names(),
          "how many channels each layer loses, of `structured`"),
      integer(
          "compress.steps", [](auto &p) -> auto & { return p.compress.steps; }, 1,
          CompressSettings::kMostSteps, "in which channels go, each followed by a training"),
      integer(
          "compress.cluster", [](auto &p) -> auto & { return p.compress.clusters; },
          CompressSettings::kFewestClusters, CompressSettings::kMostClusters,
          "values that the weights of a kernel share")
          .or_else("none"),
      toggle(
          "compress.cluster_per_channel", [](auto &p) -> auto & { return p.compress.is_cluster_per_channel; },
          "each output channel has values of its own"),
      choice(
          "compress.cluster_start", [](auto &p) -> auto & { return p.compress.cluster_start; },
          cluster_start_names(), "where k-means starts"),
      bits_setting(),
      texts(
          "compress.distill", [](auto &p) -> auto & { return p.teachers; },
          "runs that teach, of the same recordings and split; `parent`: the run that is compressed")
          .or_else("none"),
      number(
          "compress.temperature", [](auto &p) -> auto & { return p.compress.teaching.temperature; }, 0.01,
          1000, "of the teachers' answers"),
      number(
          "compress.teacher_weight", [](auto &p) -> auto & { return p.compress.teaching.weight; }, 1e-6, 1e6,
          "of their loss beside that of the targets"),
      texts(
          "compress.keep", [](auto &p) -> auto & { return p.compress.keep_layers; },
          "layers that stay as they are")
          .or_else("none"),
      integer(
          "compress.epochs", [](auto &p) -> auto & { return p.compress.tune.epochs; }, 1,
          TrainOptions::kMostEpochs, "of each training behind a step of it")
          .or_else("as many as the training had, of `structured` up to twice"),
      number(
          "compress.learning_rate", [](auto &p) -> auto & { return p.compress.tune.learning_rate; }, 1e-9,
          100, "at their beginning; it falls to zero as half a cosine")
          .also({"lr"})
          .or_else("half of the training's, of `structured` all of it"),
  };
}

}  // namespace mote
