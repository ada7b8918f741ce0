// compress(): a trained float model made smaller and trained on: weights that are 0 in patterns which
// routines for microcontrollers skip, channels that are removed from the graph, weights that share few
// values, weights of four bits; with one or several trained models as teachers.
//
// What was done to the weights is part of the model (WeightForm of mote/model.h): trainings that go on from
// it, quantize(), quantize_aware() and files keep it. Which of it makes an export smaller or faster depends
// on the forms in which weights are stored; choose_forms() of mote/device.h says so.
//
// Errors: kInvalidArgument for settings that are out of range or exclude each other, kUnsupported for a model
// that cannot gain, with the reason of each layer; both before the first step. Else as train().
// Ownership/Threads: arguments are only read; threads as train().
//
// Example:
//   const mote::CompressedModel half = mote::compress(
//       run.model, data, {.prune = mote::parse_pruning("structured:0.5"), .tune = {.epochs = 3}}, {});
//   std::cout << half.before.macs << " -> " << half.after.macs << " multiply-adds\n";
//   const mote::CompressedModel few = mote::compress(
//       half.run.model, data, {.clusters = 16, .tune = {.epochs = 3}}, {}, {.teachers = {run.model}});
//   const mote::IntegerProgram q = mote::quantize(few.run.model, {.calibrate_on = data.train});
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "mote/model.h"
#include "mote/names.h"
#include "mote/quantize.h"
#include "mote/recordings.h"
#include "mote/train.h"

namespace mote {

enum class PruneKind {
  kNone,
  kWeights,   // a share of each kernel
  kNofM,      // n of each m weights along the input channels stay
  kBlocks,    // a share of the blocks of four weights along the input channels
  kChannels,  // removed from the graph, as many as take this share of the multiply-adds
};
struct Pruning {
  PruneKind kind = PruneKind::kNone;
  double share = 0;  // that goes
  int n = 0, m = 0;
};
// "0.5", "2:4", "block:0.5", "structured:0.5"; "": none. Errors: kInvalidArgument.
Pruning parse_pruning(const std::string &text);
std::string pruning_text(const Pruning &pruning);

enum class PruneSchedule { kConstant, kPolynomial };  // at once; or more and more over the training
// What a channel is worth: the magnitudes of the weights that make it, or their squares (Li et al. 2017); the
// factor of a batch normalization behind it (Liu et al. 2017); how much the loss would change to first order
// (Molchanov et al. 2019).
enum class Importance { kL1, kL2, kBatchNorm, kTaylor };
// How many channels each layer loses: the same share of all; or more of layers whose loss rises less by it
// (Li et al. 2017, section 3.2).
enum class ChannelShares { kUniform, kSensitivity };
// Where k-means starts: from values far from each other; as dense as the weights; evenly.
enum class ClusterStart { kKMeans, kDensity, kLinear };
const NameTable<PruneSchedule> &prune_schedule_names();
const NameTable<Importance> &importance_names();
const NameTable<ChannelShares> &channel_shares_names();
const NameTable<ClusterStart> &cluster_start_names();

struct CompressSettings {
  static constexpr int kFewestClusters = 2, kMostClusters = 64, kMostSteps = 16;
  Pruning prune = {};
  PruneSchedule schedule = PruneSchedule::kConstant;
  Importance importance = Importance::kL1;
  ChannelShares shares = ChannelShares::kUniform;
  int steps = 1;     // in which channels go, each followed by a training
  int clusters = 0;  // values of a kernel, a 0 of pruned weights among them; 0: not clustered
  // The same of single kernels, by the parameter's name ("conv1d/kernel"); 0: of these none.
  std::map<std::string, int> kernel_clusters = {};
  bool is_cluster_per_channel = false;
  ClusterStart cluster_start = ClusterStart::kKMeans;
  int bits = 8;                               // 4: weights of -7 .. 7 times the scale of their channel
  Teaching teaching = {};                     // of teachers, where there are any
  std::vector<std::string> keep_layers = {};  // stay as they are
  // Of each training. Epochs 0: as many as the training before had, behind channels for as many
  // multiply-adds, but at most twice as many (the budget of Liu et al. 2019, section 3); rate 0: half of its
  // rate, or all of it behind channels (Renda et al. 2020: a schedule that begins anew does as well as any,
  // or better).
  TuneSettings tune = {};
};

struct CompressHelp {
  std::vector<Model> teachers = {};
  // What channels are removed for; nullptr: the multiply-adds of a graph.
  std::function<double(const Graph &)> cost = nullptr;
};

struct KernelSummary {
  std::string name;  // "conv1d/kernel"
  size_t weights = 0, zeros = 0;
  int values = 0;  // different ones, of a channel where clusters are of channels; 0: more than 256
  int bits = 8;
  std::string left;  // why it stayed as it was; "": it did not
};
struct GraphSize {
  size_t parameters = 0;
  uint64_t macs = 0;
};
GraphSize size_of(const Graph &graph);
std::vector<KernelSummary> kernels_of(const Graph &graph);

struct CompressedModel {
  TrainedRun run;
  GraphSize before, after;
  std::vector<KernelSummary> kernels;
  std::vector<std::string> notes;  // what could not be removed, each in a sentence
};

// Errors of compress() that need no training.
void check_compression(const Model &model, const Splits &data, const CompressSettings &settings,
                       const CompressHelp &help, const TrainOptions &training);
// The training options are those of the training before; callbacks see each stage's epochs anew.
CompressedModel compress(const Model &model, const Splits &data, const CompressSettings &settings,
                         const TrainOptions &training, const CompressHelp &help = {});
// A size to be reached, and what it may cost.
struct CompressGoal {
  double bytes = 0;  // of the int8 program, as bytes_of counts them
  double drop = 1;   // points of validation accuracy, beside the int8 program of the model as it is
  std::function<double(const IntegerProgram &)> bytes_of = nullptr;
  QuantizeSettings quantize = {};
  // Behind channels only this: each kernel's weights share 16, 8 or 4 values or keep 8 bits, by what that
  // costs the loss, as is needed for the bytes.
  bool has_mixed_bits = false;
};
struct TriedCompression {
  std::string what;  // "structured:0.5, cluster 16"
  double bytes = 0, accuracy = 0;
};
struct FoundCompression {
  CompressedModel made;
  std::vector<TriedCompression> tried;  // the first is the model as it is
  size_t chosen = 0;                    // of these
};
// Tries channels, and behind these shared values or four bits, from little to much; `settings` says how, and
// `on_tried` is told of each. Errors: as compress(); kUnsupported with the nearest where nothing reaches the
// goal, or where there is nothing to do.
FoundCompression compress_to(const Model &model, const Splits &data, const CompressGoal &goal,
                             const CompressSettings &settings, const TrainOptions &training,
                             const CompressHelp &help = {},
                             const std::function<void(const TriedCompression &)> &on_tried = nullptr);

// What compress() trains with at first, and how many trainings one after the other it takes.
TrainOptions compress_options(const CompressSettings &settings, const TrainOptions &training);
int compress_stages(const CompressSettings &settings);

}  // namespace mote
