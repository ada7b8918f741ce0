// Features that take part in a training from files of their own: a pruning and a teacher, as short as they
// get.
#include "train/extension.h"

#include <cmath>

#include "test_support.h"

namespace mote {
namespace {

Model small_model() {
  return sequential("m", {20, 3},
                    {Flatten{}, Dense{8}, BatchNorm{}, ReLU{}, Dropout{0.3f}, Dense{3}, Softmax{}});
}

std::vector<std::vector<float>> all_weights(const Model &model) {
  std::vector<std::vector<float>> list;
  for (const Parameter &p : model.graph.params) list.push_back(p.data);
  return list;
}

// From step kFrom on, kernels keep the half of their weights that was largest then.
class Pruning : public TrainExtension {
 public:
  static constexpr uint64_t kFrom = 4;
  void begin(const Graph &graph, const std::vector<float *> &) override {
    for (const Parameter &p : graph.params) size_.push_back(p.is_kernel() ? p.data.size() : 0);
  }
  void after_update(uint64_t step, const std::vector<float *> &params) override {
    if (step < kFrom) return;
    if (step == kFrom) choose(params);
    size_t at = 0;
    for (size_t p = 0; p < params.size(); ++p)
      for (size_t i = 0; i < size_[p]; ++i) params[p][i] *= kept_[at++];
  }
  std::vector<float> memory() const override { return kept_; }
  void restore(const std::vector<float> &memory) override { kept_ = memory; }

 private:
  void choose(const std::vector<float *> &params) {
    kept_.clear();
    for (size_t p = 0; p < params.size(); ++p) {
      std::vector<float> sizes;
      for (size_t i = 0; i < size_[p]; ++i) sizes.push_back(std::fabs(params[p][i]));
      std::vector<float> sorted = sizes;
      std::sort(sorted.begin(), sorted.end());
      for (float s : sizes) kept_.push_back(s >= sorted[sorted.size() / 2] ? 1.0f : 0.0f);
    }
  }
  std::vector<size_t> size_;
  std::vector<float> kept_;
};

// The squared error to the batch's own input, which this teacher gives back.
class Teacher : public TrainExtension {
 public:
  void begin(const Graph &graph, const std::vector<float *> &) override { floats_ = graph.input.elements(); }
  void before_step(const StepInput &input, ThreadPool &) override {
    values_.assign(input.x, input.x + input.rows * floats_);
    ++steps;
  }
  double loss(int row, size_t outputs, const float *x, double scale, float *dx) const override {
    std::vector<float> own(outputs);
    const Target target{.values = values_.data() + row * floats_};
    const double loss = example_loss({LossType::kMse}, outputs, x, target, scale, own.data());
    for (size_t i = 0; i < outputs; ++i) dx[i] += own[i];
    return loss;
  }
  int steps = 0;

 private:
  size_t floats_ = 0;
  std::vector<float> values_;
};

TEST(Extension, that_does_nothing_changes_nothing) {
  class Idle : public TrainExtension {
  } idle;
  const Splits data = test::toy_splits();
  const TrainOptions options{.epochs = 3, .batch = 5, .seed = 3, .threads = 2};
  EXPECT_EQ(all_weights(train(small_model(), data, options, {.extensions = {&idle}}).model),
            all_weights(train(small_model(), data, options).model));
}

TEST(Extension, moves_weights_after_each_update_for_any_number_of_threads) {
  const Splits data = test::toy_splits();
  std::vector<std::vector<float>> one_thread;
  for (int threads : {1, 3}) {
    Pruning pruning;
    const TrainedRun run =
        train(small_model(), data, {.epochs = 4, .batch = 5, .seed = 3, .threads = threads},
              {.extensions = {&pruning}});
    size_t zeros = 0, weights = 0;
    for (const Parameter &p : run.model.graph.params) {
      const auto n = static_cast<size_t>(std::count(p.data.begin(), p.data.end(), 0.0f));
      if (p.is_kernel()) {
        zeros += n;
        weights += p.data.size();
      }
    }
    EXPECT_EQ(zeros, weights / 2);
    if (threads == 1) one_thread = all_weights(run.model);
    EXPECT_EQ(all_weights(run.model), one_thread);
  }
}

TEST(Extension, goes_on_from_any_step_with_what_it_keeps) {
  const Splits data = test::toy_splits();
  TrainOptions options{.epochs = 3, .batch = 5, .seed = 3, .threads = 1};
  std::vector<TrainingState> states;
  options.save = [&](const TrainingState &s) { states.push_back(s); };
  options.save_seconds = 0;
  Pruning pruning;
  const TrainedRun whole = train(small_model(), data, options, {.extensions = {&pruning}});
  options.save = nullptr;
  for (size_t k = 1; k < states.size(); k += 4) {
    options.resume = std::make_shared<TrainingState>(states[k]);
    Pruning again;
    EXPECT_EQ(all_weights(train(small_model(), data, options, {.extensions = {&again}}).model),
              all_weights(whole.model))
        << k;
  }
  EXPECT_ERROR(train(small_model(), data, options), "does not fit the model");
}

// A teacher that asks for what the targets ask for doubles every gradient: as twice the learning rate does.
TEST(Extension, adds_its_loss_to_that_of_the_targets) {
  const Splits data = test::toy_splits();
  const Model model = sequential("m", {20, 3}, {Flatten{}, Dense{8, relu}, Dense{60}});
  TrainOptions options{.epochs = 2, .batch = 5, .optimizer = Sgd{0.01f}, .seed = 3, .threads = 2};
  options.loss.type = LossType::kMse;
  options.target = ModelTarget::kInput;
  Teacher teacher;
  const TrainedRun taught = train(model, data, options, {.extensions = {&teacher}});
  EXPECT_EQ(teacher.steps, 2 * static_cast<int>((data.train.size() + 4) / 5));
  options.optimizer = Sgd{0.02f};
  const TrainedRun faster = train(model, data, options);
  EXPECT_EQ(all_weights(taught.model), all_weights(faster.model));
  EXPECT_NEAR(taught.history[0].loss, 2 * faster.history[0].loss, 1e-9 * faster.history[0].loss);
  EXPECT_EQ(taught.history[0].val_loss, faster.history[0].val_loss);
}

}  // namespace
}  // namespace mote
