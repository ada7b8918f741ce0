// judge_history(): what the curves of a training say. Figures are those of the kept epoch; over- and
// underfitting are weighed against what answering the largest class would reach, and against how few
// validation windows there are; what was tried already is no advice. The limits are rules of thumb,
// tests/train/judge_test.cpp stands on either side of each.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "mote/evaluate.h"
#include "mote/train.h"

namespace mote {

namespace {

constexpr int kFewestEpochs = 5;  // to judge by
constexpr int kOldBest = 3;       // epochs behind the best one in which the loss may wander
constexpr double kRise = 1.3, kRiseOffset = 0.02;
constexpr double kGap = 0.1;         // between training and validation accuracy
constexpr double kFitted = 0.8;      // training accuracy that is no underfitting
constexpr double kLeastSkill = 0.5;  // of the way from the largest class's share to 1
constexpr double kFalls = 0.9, kSmallLoss = 0.02;
constexpr double kUneven = 1.2;      // the largest class, of what each has where all are equal
constexpr double kNearChance = 0.1;  // validation accuracy above the largest class's share

std::string listed(const std::vector<std::string> &items) {
  if (items.size() < 2) return items.empty() ? "" : items[0];
  const std::vector<std::string> before(items.begin(), items.end() - 1);
  return fmt::format("{}, or {}", fmt::join(before, ", "), items.back());
}

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

class Judge {
 public:
  Judge(const std::vector<EpochRecord> &history, const TrainingFacts &facts)
      : h_(history), f_(facts), last_(history.back()), kept_(kept(history, facts)) {
    const auto lower = [](const EpochRecord &a, const EpochRecord &b) { return monitored(a) < monitored(b); };
    best_ = &*std::min_element(h_.begin(), h_.end(), lower);
    const auto further = [](const EpochRecord &a, const EpochRecord &b) { return a.accuracy < b.accuracy; };
    closest_ = &*std::max_element(h_.begin(), h_.end(), further);
  }

  std::string say() const {
    if (last_.is_fit) return "";
    if (last_.is_regression) return last_.has_validation && rises() ? regression() : "";
    if (is_chance()) return chance();
    if (last_.has_validation && is_overfitted()) return overfitting();
    if (fitted() < kFitted || skill() < kLeastSkill) return underfitting();
    if (still_falls() && !f_.stopped_early && monitored(last_) > kSmallLoss)
      return "The loss is still falling: more epochs should help.";
    return last_.has_validation && gap() > kGap ? few_windows() : "";
  }

 private:
  static const EpochRecord &kept(const std::vector<EpochRecord> &h, const TrainingFacts &f) {
    for (const EpochRecord &e : h)
      if (e.epoch == f.kept_epoch) return e;
    return h.back();
  }
  static double monitored(const EpochRecord &e) { return e.has_validation ? e.val_loss : e.loss; }

  // Weights of the epoch of the lowest loss do not suffer from what came after it.
  bool rises() const {
    return best_->epoch + kOldBest < kept_.epoch &&
           kept_.val_loss > kRise * best_->val_loss + (last_.is_regression ? 0 : kRiseOffset);
  }
  double gap() const { return kept_.accuracy - kept_.val_accuracy; }
  // The gap is not one of too few windows.
  bool is_certain() const {
    if (f_.val_windows == 0) return true;
    return kept_.accuracy > val_interval().high;
  }
  Interval val_interval() const {
    if (f_.val_interval) return *f_.val_interval;
    const size_t right = std::lround(kept_.val_accuracy * f_.val_windows);
    return wilson_interval(right, f_.val_windows);
  }
  bool is_overfitted() const {
    return is_fitted_later() ||
           (kept_.val_accuracy <= kept_.accuracy && (rises() || (gap() > kGap && is_certain())));
  }
  // Early stopping keeps an epoch before the weights knew the training windows; that they came to know them
  // while validation did not follow is no lack of capacity.
  bool is_fitted_later() const {
    return kept_.accuracy < kFitted && closest_->accuracy >= kFitted && closest_->epoch > kept_.epoch &&
           closest_->accuracy - std::max(kept_.val_accuracy, closest_->val_accuracy) > kGap;
  }
  // Dropout and augmentation hold the training accuracy below what the weights can do.
  double fitted() const {
    return last_.has_validation ? std::max(kept_.accuracy, kept_.val_accuracy) : kept_.accuracy;
  }
  double skill() const {
    return f_.largest_share < 1 ? (fitted() - f_.largest_share) / (1 - f_.largest_share) : 1;
  }
  bool is_chance() const {
    return f_.largest_share > 0 && f_.largest_share < 1 && kept_.accuracy <= f_.largest_share + 1e-9 &&
           skill() < kLeastSkill;
  }
  bool is_uneven() const { return f_.largest_share * f_.classes > kUneven; }
  // A validation accuracy that answering the largest class would reach, too.
  bool is_validation_chance() const {
    return f_.largest_share > 0 && f_.largest_share < 1 &&
           kept_.val_accuracy <= f_.largest_share + kNearChance;
  }
  bool still_falls() const {
    const EpochRecord &earlier = h_[h_.size() * 3 / 4];
    return last_.loss < kFalls * earlier.loss && best_->epoch >= last_.epoch - 2;
  }

  bool validation_falls() const {
    const EpochRecord &earlier = h_[h_.size() * 3 / 4];
    return last_.has_validation && !f_.stopped_early && best_->epoch == last_.epoch &&
           last_.val_loss < kFalls * earlier.val_loss;
  }

  std::vector<std::string> against_overfitting() const {
    std::vector<std::string> list;
    if (validation_falls()) list.push_back("more epochs (the validation loss is still falling)");
    list.push_back("more recordings");
    if (last_.is_regression) {
      list.push_back("a smaller model");
    } else {
      if (!f_.has_augmentation) list.push_back("augmentation");
      if (!f_.has_dropout) list.push_back("dropout");
      list.push_back("a smaller model");
    }
    if (!f_.has_early_stopping) list.push_back("early stopping");
    return list;
  }
  std::string against_underfitting() const {
    std::vector<std::string> list;
    if (still_falls() && !f_.stopped_early) list.push_back("more epochs (the loss is still falling)");
    if (still_falls() && f_.stopped_early) list.push_back("a larger train.early_stopping.patience");
    list.push_back("a larger model");
    list.push_back("a higher learning rate");
    if (f_.has_augmentation) list.push_back("weaker augmentation");
    if (f_.has_dropout) list.push_back("less dropout");
    return listed(list);
  }

  std::string regression() const {
    return fmt::format(
        "Overfitting: validation loss was lowest in epoch {} ({:.4g}) and is now {:.4g}. Try {}.",
        best_->epoch, best_->val_loss, kept_.val_loss, listed(against_overfitting()));
  }
  std::string chance() const {
    return fmt::format(
        "Nothing learned: training accuracy {}, and always answering '{}' is right in {} of the training "
        "windows. "
        "Try {}{}.",
        percent(kept_.accuracy), f_.largest_class, percent(f_.largest_share),
        is_uneven() && !f_.has_class_weights
            ? "train.class_weights = \"balanced\", more recordings of the other classes, "
            : "",
        against_underfitting());
  }
  std::string overfitting() const {
    if (is_fitted_later())
      return fmt::format(
          "Overfitting: training accuracy reached {} in epoch {}, validation {} (kept: epoch {}){}. Try {}.",
          percent(closest_->accuracy), closest_->epoch, percent(closest_->val_accuracy), kept_.epoch,
          is_validation_chance()
              ? ", which is hardly better than always giving one answer: what was learned holds only "
                "of the training recordings"
              : "",
          listed(against_overfitting()));
    return fmt::format(
        "Overfitting: training accuracy {}, validation {}; validation loss was lowest in epoch {}. Try {}.",
        percent(kept_.accuracy), percent(kept_.val_accuracy), best_->epoch, listed(against_overfitting()));
  }
  std::string underfitting() const {
    const std::string chance = f_.largest_share > 0.5
                                   ? fmt::format(", and always answering '{}' is right in {}",
                                                 f_.largest_class, percent(f_.largest_share))
                                   : "";
    return fmt::format("Underfitting: training accuracy is only {}{}. Try {}.", percent(kept_.accuracy),
                       chance, against_underfitting());
  }
  std::string few_windows() const {
    const auto n = f_.val_windows;
    const Interval i = val_interval();
    if (i.low <= 0 && i.high >= 1)
      return fmt::format(
          "Validation accuracy {} is of one group alone: whether the model overfits or that group is harder "
          "cannot be told. Validation recordings of more groups would.",
          percent(kept_.val_accuracy));
    return fmt::format(
        "Validation accuracy {} of {} windows may be anything from {} to {}: too few to tell whether the "
        "model "
        "overfits. More validation recordings would.",
        percent(kept_.val_accuracy), n, percent(i.low), percent(i.high));
  }

  const std::vector<EpochRecord> &h_;
  const TrainingFacts &f_;
  const EpochRecord &last_, &kept_;
  const EpochRecord *best_ = nullptr;     // lowest loss
  const EpochRecord *closest_ = nullptr;  // highest training accuracy
};

}  // namespace

std::string judge_history(const std::vector<EpochRecord> &history, const TrainingFacts &facts) {
  return history.size() < kFewestEpochs ? "" : Judge(history, facts).say();
}

}  // namespace mote
