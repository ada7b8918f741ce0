// train() whole: preprocessing fitted, epochs of batches that a second thread fills, validation, early
// stopping, the best weights kept, and the state from which an interrupted run goes on.
//
// A step is train/network.cpp; loops of a user's own: training_loop.cpp. Nothing is written here,
// callbacks do.
#include "mote/train.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "base/cpu.h"
#include "base/error.h"
#include "base/random.h"
#include "features/preprocessing.h"
#include "train/batch_filler.h"
#include "train/callbacks.h"
#include "train/check_fit.h"
#include "train/extension.h"
#include "train/held_weights.h"
#include "train/keep_features.h"
#include "train/network.h"
#include "train/profile.h"
#include "train/run_facts.h"
#include "train/state.h"
#include "train/training_inputs.h"
#include "train/training_windows.h"

namespace mote {

namespace {

constexpr uint64_t kShuffleStream = 0x53485546;

// Goes through batches in the order of the epoch and keeps the weights that the callbacks ask for.
class Trainer {
 public:
  Trainer(const Model &model, const Splits &data, const TrainOptions &o, const TrainHooks &hooks)
      : o_(o),
        hooks_(hooks),
        extensions_(hooks.extensions),
        train_(data),
        val_(data.val),
        pool_(o.threads > 0 ? o.threads : hardware_threads()),
        features_(features_of(model, data, o, pool_)),
        model_(prepare(model, data, o, features_)),
        inputs_of_(model_.preprocessing, data, features_),
        input_floats_(output_shape(model_.preprocessing).elements()),
        network_(model_.graph, std::min<int>(o.batch, static_cast<int>(train_.size())), o.seed, pool_,
                 {.loss = o.loss, .forward = hooks.forward, .extensions = hooks.extensions}),
        state_(o.optimizer, network_.gradients().size()),
        class_weights_(class_weights_of(o, train_)),
        filler_(o, train_, inputs_of_, output_shape(model_.preprocessing), network_.outputs(), pool_),
        order_(train_.size()),
        held_(hooks.forward == nullptr),
        optimizer_(o.optimizer),
        stopping_(o.early_stopping),
        reduce_(o.reduce_lr) {
    if (HeldWeights::is_needed(model_.graph)) extensions_.push_back(&held_);
    std::iota(order_.begin(), order_.end(), size_t{0});
    for (Batch *b : {&now_, &next_}) filler_.make_room(*b, network_.batch());
  }

  TrainedRun run() {
    if (o_.resume) restore(*o_.resume);
    for (TrainExtension *e : extensions_) e->begin(model_.graph, network_.params());
    if (o_.has_profile) {
      profile_.threads = pool_.threads();
      profile_.peak_flops = measure_peak_flops(pool_);
      network_.start_profile();
    }
    if (!o_.resume) network_.start_ranges();
    TrainedRun result;
    last_save_ = Clock::now();
    for (; epoch_ <= o_.epochs && !result.stopped_early; ++epoch_) {
      const auto start = Clock::now();
      EpochRecord record;
      record.epoch = epoch_;
      record.is_regression = o_.target != ModelTarget::kClasses;
      record.has_validation = val_.size() > 0;
      // of the epoch's first step, also where the training goes on in the middle
      record.learning_rate = learning_rate_of(optimizer_) * schedule_at(step_ - batches_);
      train_epoch(record);
      epoch_ranges_ = network_.ranges();
      record.ranges = named(epoch_ranges_);
      if (record.has_validation) validate(record);
      if (watches_stream()) record.val_stream = o_.judge_stream(model_now());
      network_.start_ranges();  // without what validation passed through
      epoch_ranges_.clear();
      record.seconds = seconds_since(start);
      batches_ = 0;
      total_ = {};
      history_.push_back(record);
      if (end_epoch(record, result)) break;
    }
    if (!best_.empty())
      network_.weights() = best_;
    else
      best_epoch_ = history_.back().epoch;
    result.best_epoch = best_epoch_;
    result.history = std::move(history_);
    result.facts = facts_of(result, model_.graph, train_, val_.size(), o_);
    if (o_.has_profile) {
      profile_.rows = profile_rows(model_.graph, network_.profile(), profiled_rows_);
      result.profile = std::move(profile_);
    }
    result.model = std::move(model_);
    network_.store(result.model.graph);
    return result;
  }

 private:
  static TrainingFeatures features_of(const Model &given, const Splits &data, const TrainOptions &o,
                                      ThreadPool &pool) {
    check_fit(given, data.train, data.val, o);
    check_step(given.graph, std::min(static_cast<size_t>(o.batch), data.train.size()));
    return training_features(given, data, o, pool);
  }
  static Model prepare(const Model &given, const Splits &data, const TrainOptions &o,
                       const TrainingFeatures &features) {
    return o.is_fine_tuning ? given : untrained(given, data.train, o, features.train.get());
  }

  using Clock = std::chrono::steady_clock;
  static double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  }

  bool watches_stream() const {
    return (o_.early_stopping.patience > 0 && o_.early_stopping.monitor == kStreamMonitor) ||
           (o_.reduce_lr.patience > 0 && o_.reduce_lr.monitor == kStreamMonitor);
  }

  // Callbacks and schedules; true: stop.
  bool end_epoch(const EpochRecord &record, TrainedRun &result) {
    const auto verdict = stopping_.end_of_epoch(record);
    if (o_.early_stopping.patience > 0) {
      if (verdict.is_best && o_.early_stopping.restore_best) {
        best_ = network_.weights();
        best_epoch_ = epoch_;
      }
      result.stopped_early = verdict.stop;
    }
    bool stop = result.stopped_early;
    for (const Callback &callback : o_.callbacks)
      if (!callback({record, history_, verdict.is_best, [this] { return model_now(); }})) stop = true;
    if (o_.reduce_lr.patience > 0)
      learning_rate_of(optimizer_) = reduce_.next_rate(record, learning_rate_of(optimizer_));
    return stop;
  }

  // What is between two steps: saving now and then, and the end that somebody asked for.
  void end_step() {
    const bool is_interrupted = o_.on_step && !o_.on_step({epoch_, batches_, batches_of_epoch()});
    if (o_.save && (is_interrupted || seconds_since(last_save_) >= o_.save_seconds)) save();
    if (is_interrupted)
      throw Error(
          ErrorCode::kInterrupted, "train",
          fmt::format("stopped in epoch {}, after {} of {} steps", epoch_, batches_, batches_of_epoch()));
  }

  void save() {
    o_.save({epoch_, batches_, step_, total_, network_.weights(), state_.memory(),
             learning_rate_of(optimizer_), stopping_.memory(), reduce_.memory(), history_, best_epoch_, best_,
             saved_ranges(), memories()});
    last_save_ = Clock::now();
  }

  std::vector<std::vector<float>> memories() const {
    std::vector<std::vector<float>> list;
    for (const TrainExtension *e : extensions_) list.push_back(e->memory());
    return list;
  }

  void restore(const TrainingState &s) {
    const auto require = [](bool fits) {
      if (!fits) throw Error(ErrorCode::kDataFormat, "train", "the saved state does not fit the model");
    };
    const OptimizerState::Memory &now = state_.memory();
    require(s.weights.size() == network_.weights().size() &&
            (s.best.empty() || s.best.size() == s.weights.size()));
    require(s.optimizer.first.size() == now.first.size() && s.optimizer.second.size() == now.second.size());
    require(s.epoch >= 1 && s.batches <= batches_of_epoch() &&
            s.history.size() + 1 == static_cast<size_t>(s.epoch));
    require(s.extensions.size() == extensions_.size());
    require(s.ranges.size() == (s.history.size() + 1) * network_.ranged_layers().size());
    for (size_t i = 0; i < s.extensions.size(); ++i) extensions_[i]->restore(s.extensions[i]);
    epoch_ = s.epoch;
    batches_ = s.batches;
    step_ = s.steps;
    total_ = s.total;
    network_.weights() = s.weights;
    state_.restore(s.optimizer);
    learning_rate_of(optimizer_) = s.learning_rate;
    stopping_.restore(s.stopping);
    reduce_.restore(s.reduce);
    history_ = s.history;
    for (EpochRecord &e : history_) e.has_validation = val_.size() > 0;  // not in the state
    best_epoch_ = s.best_epoch;
    best_ = s.best;
    restore_ranges(s.ranges);
  }

  std::vector<LayerOutputRange> named(const std::vector<ValueRange> &ranges) const {
    std::vector<LayerOutputRange> list;
    for (size_t l = 0; l < ranges.size(); ++l) list.push_back({network_.ranged_layers()[l], ranges[l]});
    return list;
  }

  std::vector<ValueRange> saved_ranges() const {
    std::vector<ValueRange> all;
    for (const EpochRecord &e : history_)
      for (const LayerOutputRange &r : e.ranges) all.push_back(r.range);
    const std::vector<ValueRange> now = epoch_ranges_.empty() ? network_.ranges() : epoch_ranges_;
    all.insert(all.end(), now.begin(), now.end());
    return all;
  }

  void restore_ranges(const std::vector<ValueRange> &all) {
    const size_t layers = network_.ranged_layers().size();
    auto at = all.begin();
    for (EpochRecord &e : history_) {
      const auto from = std::exchange(at, at + layers);
      e.ranges = named({from, at});
    }
    network_.start_ranges({at, all.end()});
  }

  Model model_now() const {
    Model model = model_;
    network_.store(model.graph);
    return model;
  }

  int rows_of(size_t batch) const {
    const size_t rows = network_.batch();
    return std::min(rows, order_.size() - batch * rows);
  }
  // By all threads, and then the step by all threads: the two at once, each waiting for the other's cores at
  // every barrier, take longer (docs/decisions/0047).
  void fill_batch() {
    const size_t from = batches_ * network_.batch();
    const auto fill = [&](int row) {
      const FlushDenormals as_on_the_device(false);
      filler_.fill(next_, row, order_[from + row], epoch_);
    };
    const int rows = rows_of(batches_);
    if (!filler_.keeps_inputs()) return pool_.run(rows, fill);
    for (int row = 0; row < rows; ++row) fill(row);
  }

  Targets targets() const {
    return {o_.target == ModelTarget::kClasses ? now_.classes.data() : nullptr,
            now_.values.empty() ? nullptr : now_.values.data()};
  }

  size_t batches_of_epoch() const {
    const size_t batch = network_.batch();
    return (train_.size() + batch - 1) / batch;
  }
  double schedule_at(uint64_t step) const {
    return schedule_factor(o_.schedule, step, batches_of_epoch(), o_.epochs);
  }

  void train_epoch(EpochRecord &record) {
    Random random(o_.seed, {kShuffleStream, static_cast<uint64_t>(epoch_)});
    std::iota(order_.begin(), order_.end(), size_t{0});
    random.shuffle(order_);
    while (batches_ < batches_of_epoch()) {
      const int rows = rows_of(batches_);
      const auto start = Clock::now();
      fill_batch();
      std::swap(now_, next_);
      std::swap(now_.x, network_.input_values());
      const auto filled = Clock::now();
      for (TrainExtension *e : extensions_) e->before_step({step_, rows, network_.input()}, pool_);
      const double factor = schedule_at(step_);
      const StepResult step = network_.step(rows, targets(), class_weights_, step_);
      const auto stepped = Clock::now();
      if (!std::isfinite(step.loss_sum)) refuse_loss(rows);
      Optimizer scheduled = optimizer_;
      float &rate = learning_rate_of(scheduled);
      rate = rate * factor;
      clip(o_.clip, network_.gradients());
      for (TrainExtension *e : extensions_) e->before_update(network_.param_gradients(), network_.params());
      state_.apply(scheduled, network_.gradients(), network_.weights());
      for (TrainExtension *e : extensions_) e->after_update(step_, network_.params());
      total_ += step;
      ++step_;
      ++batches_;
      if (o_.has_profile) note_times(rows, start, filled, stepped);
      end_step();
    }
    const double n = train_.size();
    record.loss = total_.loss_sum / n;
    record.accuracy = static_cast<double>(total_.correct) / static_cast<double>(train_.of_classes());
    record.mae = total_.absolute_error_sum / n;
  }

  void note_times(int rows, Clock::time_point start, Clock::time_point filled, Clock::time_point stepped) {
    const auto between = [](auto from, auto to) { return std::chrono::duration<double>(to - from).count(); };
    profile_.feed_s += between(start, filled);
    profile_.step_s += between(filled, stepped);
    profile_.update_s += seconds_since(stepped);
    ++profile_.steps;
    profiled_rows_ += rows;
  }

  [[noreturn]] void refuse_loss(int rows) {
    const std::string origin = network_.first_not_finite(model_.graph, rows, step_);
    throw Error(ErrorCode::kInvalidArgument, "train",
                fmt::format("the loss is not finite in epoch {}, step {}{}", epoch_, batches_ + 1,
                            origin.empty() ? "" : fmt::format(": first in {}", origin)),
                "use a smaller learning rate, clip_norm, or normalize the data");
  }

  void validate(EpochRecord &record) {
    if (hooks_.forward) {
      network_.store(model_.graph);
      return hooks_.forward->validate(model_.graph, val_, record);
    }
    StepResult total;
    const size_t batch = network_.batch();
    for (size_t from = 0; from < val_.size(); from += batch) {
      const size_t rows = std::min(batch, val_.size() - from);
      for (size_t r = 0; r < rows; ++r)
        inputs_of_.of_validation(from + r, network_.input() + r * input_floats_);
      const float *x = network_.input();
      Targets t;
      if (o_.target == ModelTarget::kClasses)
        t.classes = val_.classes.data() + from;
      else if (o_.target == ModelTarget::kInput)
        t.values = x;
      else
        t.values = val_.targets.data() + from * network_.outputs();
      total += network_.evaluate(rows, t);
      end_step();
    }
    const double n = val_.size();
    record.val_loss = total.loss_sum / n;
    record.val_accuracy = total.correct / n;
    record.val_mae = total.absolute_error_sum / n;
  }

  const TrainOptions &o_;
  const TrainHooks &hooks_;
  std::vector<TrainExtension *> extensions_;
  const TrainingWindows train_;
  const Dataset &val_;
  ThreadPool pool_;
  const TrainingFeatures features_;
  Model model_;
  const TrainingInputs inputs_of_;
  const size_t input_floats_;  // of one preprocessed window
  Network network_;
  OptimizerState state_;
  std::vector<float> class_weights_;
  const BatchFiller filler_;
  Batch now_, next_;
  std::vector<size_t> order_;

  HeldWeights held_;

  // where the training stands: see TrainingState
  Optimizer optimizer_;
  EarlyStoppingState stopping_;
  ReduceLROnPlateauState reduce_;
  int epoch_ = 1, best_epoch_ = 0;
  uint64_t batches_ = 0, step_ = 0;
  StepResult total_;
  std::vector<EpochRecord> history_;
  std::vector<ValueRange> epoch_ranges_;  // of the epoch whose steps are done, until it is in the history
  std::vector<float> best_;
  Clock::time_point last_save_;
  TrainingProfile profile_;
  uint64_t profiled_rows_ = 0;
};

}  // namespace

std::shared_ptr<const TrainingState> kept(const TrainingState &state) {
  return std::make_shared<const TrainingState>(state);
}

TrainedRun train(const Model &model, const Splits &data, const TrainOptions &options) {
  return train(model, data, options, {});
}

TrainedRun train(const Model &model, const Splits &data, const TrainOptions &options,
                 const TrainHooks &hooks) {
  return Trainer(model, data, options, hooks).run();
}

}  // namespace mote
