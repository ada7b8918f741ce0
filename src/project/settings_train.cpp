// Settings of training.
#include "features/normalization.h"
#include "mote/optimizer.h"
#include "project/entries.h"

namespace mote {

namespace {

constexpr int64_t kMost = 1000000;
constexpr double kLargest = 1e9;

NameTable<std::string> normalize_names() {
  std::vector<NameTable<std::string>::Entry> names = {{"auto", ""}};
  for (const std::string &kind : normalization_kinds()) names.emplace_back(kind, kind);
  names.emplace_back("given", "given");
  return NameTable<std::string>(std::move(names));
}

Setting optimizer_setting() {
  Setting s{"train.optimizer", SettingKind::kChoice, "see below for the settings of each",
            [](const Project &p) { return Value(optimizer_name(p.train.optimizer)); },
            [](Project &p, const Value &v) {
              const Optimizer *found = optimizer_names().find(v.get<std::string>());
              if (!found) throw Refusal{};
              p.train.optimizer = *found;
            }};
  s.choices = optimizer_names().names();
  return s;
}

Setting rate_setting() {
  Setting s = number(
      "train.learning_rate", [](auto &p) -> auto & { return p.tune.learning_rate; }, 1e-9, 100,
      "of the optimizer; 0.01 with `sgd`");
  s.get = [](const Project &p) {
    Optimizer o = p.train.optimizer;
    return Value(as_written(learning_rate_of(o)));
  };
  s.set = [](Project &p, const Value &v) { learning_rate_of(p.train.optimizer) = v.get<float>(); };
  return std::move(s).also({"lr"});
}

// A setting that only some optimizers have. `member` gives a pointer to it, nullptr where there is none.
template <class Member>
Setting of_optimizer(Setting s, Member member) {
  for (const auto &[name, optimizer] : optimizer_names())
    if (Optimizer copy = optimizer; member(copy)) s.only_for.push_back(name);
  s.only_with = "train.optimizer";
  s.get = [member](const Project &p) {
    Optimizer copy = p.train.optimizer;
    return Value(as_written(*member(copy)));
  };
  s.set = [member](Project &p, const Value &v) { *member(p.train.optimizer) = v.get<float>(); };
  return s;
}
constexpr auto kNowhere = [](auto &p) -> auto & { return p.tune.learning_rate; };

Setting momentum_setting() {
  return of_optimizer(
      number("train.momentum", kNowhere, 0, 0.9999, "share of the last step kept in the next"),
      [](Optimizer &o) -> float * {
        if (auto *sgd = std::get_if<Sgd>(&o)) return &sgd->momentum;
        if (auto *rms = std::get_if<RmsProp>(&o)) return &rms->momentum;
        return nullptr;
      });
}
Setting rho_setting() {
  return of_optimizer(number("train.rho", kNowhere, 0, 0.9999, "share of the old mean square kept"),
                      [](Optimizer &o) {
                        auto *rms = std::get_if<RmsProp>(&o);
                        return rms ? &rms->rho : nullptr;
                      });
}
Setting decay_setting() {
  return of_optimizer(
      number("train.weight_decay", kNowhere, 0, 1, "share of a weight taken off at each step"),
      [](Optimizer &o) {
        auto *adamw = std::get_if<AdamW>(&o);
        return adamw ? &adamw->weight_decay : nullptr;
      });
}
Setting nesterov_setting() {
  Setting s = toggle(
      "train.nesterov", [](auto &p) -> auto & { return p.has_checkpoints; }, "look one step ahead");
  s.get = [](const Project &p) { return Value(std::get<Sgd>(p.train.optimizer).is_nesterov); };
  s.set = [](Project &p, const Value &v) { std::get<Sgd>(p.train.optimizer).is_nesterov = v.get<bool>(); };
  return std::move(s).only("train.optimizer", {optimizer_name(Sgd{})});
}

Setting target_setting() {
  Setting s = choice(
      "train.target", [](auto &p) -> auto & { return p.train.target; }, model_target_names(),
      "`input`: an autoencoder gives its (normalized) window again");
  s.choices = {"classes", "input"};  // values come from code alone
  s.set = [](Project &p, const Value &v) {
    const ModelTarget *found = model_target_names().find(v.get<std::string>());
    if (!found || *found == ModelTarget::kValues) throw Refusal{};
    p.train.target = *found;
    p.load.needs_classes = *found == ModelTarget::kClasses;
  };
  return s;
}

Setting class_weights_setting() {
  return Setting{"train.class_weights", SettingKind::kOther,
                 "`\"balanced\"`, or a list of numbers, one per class",
                 [](const Project &p) {
                   if (p.train.balance_classes) return Value("balanced");
                   Value list = Value::array();
                   for (float w : p.train.class_weights) list.push_back(as_written(w));
                   return list;
                 },
                 [](Project &p, const Value &v) {
                   const Refusal wrong{"expected \"balanced\" or a list of numbers, one per class"};
                   p.train.balance_classes = v == "balanced";
                   p.train.class_weights = {};
                   if (p.train.balance_classes) return;
                   if (!v.is_array()) throw wrong;
                   for (const Value &item : v) {
                     if (!item.is_number() || !(item.get<double>() >= 0)) throw wrong;
                     p.train.class_weights.push_back(item.get<float>());
                   }
                 }}
      .also({"class_weight"})
      .or_else("all 1");
}

// A table that turns a callback on by being there.
template <class Kept>
Setting callback(std::string name, Kept kept, std::string doc) {
  constexpr int kPatience = 10;  // as Keras' ReduceLROnPlateau
  return {std::move(name), SettingKind::kSection, std::move(doc),
          [kept](const Project &p) { return Value(kept(p).patience > 0); },
          [kept](Project &p, const Value &v) { kept(p).patience = v.get<bool>() ? kPatience : 0; }};
}

void add_schedule(std::vector<Setting> &list) {
  list.insert(list.end(),
              {choice(
                   "train.schedule.type", [](auto &p) -> auto & { return p.train.schedule.type; },
                   table_of(schedule_types()), "of the learning rate, over the epochs"),
               integer(
                   "train.schedule.every", [](auto &p) -> auto & { return p.train.schedule.every; }, 1, kMost,
                   "`step`, `exponential`: epochs from one `factor` to the next")
                   .in("epochs"),
               number(
                   "train.schedule.factor", [](auto &p) -> auto & { return p.train.schedule.factor; }, 1e-9,
                   1, "`step` at once, `exponential` smoothly"),
               number(
                   "train.schedule.final", [](auto &p) -> auto & { return p.train.schedule.final; }, 0, 1,
                   "`cosine`: the share of the rate at the end"),
               integer(
                   "train.schedule.warmup", [](auto &p) -> auto & { return p.train.schedule.warmup; }, 0,
                   kMost, "in which the rate grows from 0")
                   .in("epochs")});
}

void add_callbacks(std::vector<Setting> &list) {
  constexpr auto kStop = [](auto &p) -> auto & { return p.train.early_stopping; };
  constexpr auto kReduce = [](auto &p) -> auto & { return p.train.reduce_lr; };
  const auto monitors = table_of(monitor_names());
  list.insert(
      list.end(),
      {callback("train.early_stopping", kStop, "stop when nothing improves; on when the table is there"),
       integer(
           "train.early_stopping.patience", [](auto &p) -> auto & { return p.train.early_stopping.patience; },
           1, kMost, "without an improvement")
           .in("epochs"),
       number(
           "train.early_stopping.min_delta",
           [](auto &p) -> auto & { return p.train.early_stopping.min_delta; }, 0, kLargest,
           "what counts as one"),
       toggle(
           "train.early_stopping.restore_best",
           [](auto &p) -> auto & { return p.train.early_stopping.restore_best; },
           "keep the weights of the best epoch")
           .also({"restore_best_weights"}),
       integer(
           "train.early_stopping.start_from_epoch",
           [](auto &p) -> auto & { return p.train.early_stopping.start_from_epoch; }, 0, kMost,
           "at the beginning that do not count")
           .in("epochs"),
       choice(
           "train.early_stopping.monitor", [](auto &p) -> auto & { return p.train.early_stopping.monitor; },
           monitors, "what is watched; `val_stream`: false accepts on a stream first, events missed second"),
       callback("train.reduce_lr", kReduce,
                "lower the rate when nothing improves; on when the table is there"),
       integer(
           "train.reduce_lr.patience", [](auto &p) -> auto & { return p.train.reduce_lr.patience; }, 1, kMost,
           "without an improvement")
           .in("epochs"),
       number(
           "train.reduce_lr.factor", [](auto &p) -> auto & { return p.train.reduce_lr.factor; }, 1e-6, 0.999,
           "on the rate"),
       number(
           "train.reduce_lr.min_delta", [](auto &p) -> auto & { return p.train.reduce_lr.min_delta; }, 0,
           kLargest, "what counts as an improvement"),
       number(
           "train.reduce_lr.min_rate", [](auto &p) -> auto & { return p.train.reduce_lr.min_rate; }, 0, 100,
           "the rate goes no lower")
           .also({"min_lr"}),
       integer(
           "train.reduce_lr.cooldown", [](auto &p) -> auto & { return p.train.reduce_lr.cooldown; }, 0, kMost,
           "after lowering it, before counting anew")
           .in("epochs"),
       choice(
           "train.reduce_lr.monitor", [](auto &p) -> auto & { return p.train.reduce_lr.monitor; }, monitors,
           "what is watched")});
}

}  // namespace

std::vector<Setting> train_settings() {
  std::vector<Setting> list = {
      integer(
          "train.epochs", [](auto &p) -> auto & { return p.train.epochs; }, 1, TrainOptions::kMostEpochs,
          "passes over the training windows"),
      integer(
          "train.batch", [](auto &p) -> auto & { return p.train.batch; }, 1, TrainOptions::kLargestBatch,
          "examples per step")
          .also({"batch_size"}),
      optimizer_setting(),
      rate_setting(),
      momentum_setting(),
      nesterov_setting(),
      rho_setting(),
      decay_setting(),
      choice(
          "train.loss", [](auto &p) -> auto & { return p.train.loss.type; }, loss_names(),
          "what is made small"),
      target_setting(),
      number(
          "train.label_smoothing", [](auto &p) -> auto & { return p.train.loss.label_smoothing; }, 0, 0.999,
          "of the cross-entropies"),
      number(
          "train.focal_gamma", [](auto &p) -> auto & { return p.train.loss.focal_gamma; }, 0, 20,
          "of the cross-entropies: a factor (1 - p)^gamma; 0: off"),
      number(
          "train.huber_delta", [](auto &p) -> auto & { return p.train.loss.huber_delta; }, 1e-9, kLargest,
          "of `huber`: where the parabola becomes a line")
          .also({"delta"}),
      class_weights_setting(),
      number(
          "train.clip_value", [](auto &p) -> auto & { return p.train.clip.value; }, 0, kLargest,
          "largest gradient; 0: off")
          .also({"clipvalue"}),
      number(
          "train.clip_norm", [](auto &p) -> auto & { return p.train.clip.norm; }, 0, kLargest,
          "largest norm of all gradients together; 0: off")
          .also({"global_clipnorm"}),
      choice(
          "train.normalize", [](auto &p) -> auto & { return p.train.normalize; }, normalize_names(),
          "fitted on training windows only, carried in the model; `auto`: `feature` for lists of features, "
          "else `channel`; `given`: by the data's `mean.npy` and `std.npy`"),
      integer(
          "train.threads", [](auto &p) -> auto & { return p.train.threads; }, 0, 1024,
          "0: all cores; the result does not depend on it"),
      toggle(
          "train.checkpoints", [](auto &p) -> auto & { return p.has_checkpoints; },
          "`checkpoints/last.mote` after every epoch, `best.mote` at the best so far"),
      number(
          "train.save_seconds", [](auto &p) -> auto & { return p.train.save_seconds; }, 0, kLargest,
          "how often the state is saved for `--resume`")
          .in("s"),
  };
  add_schedule(list);
  add_callbacks(list);
  return list;
}

}  // namespace mote
