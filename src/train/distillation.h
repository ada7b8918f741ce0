// Distillation: a network learns from what others answer, beside its targets. For a classifier with logits z
// and the mean p of the teachers' softmax(z' / T):
//
//   loss + weight T^2 KL(p || softmax(z / T))
//
// of each row; a single output is taken as that of two classes. For values: weight times the mean squared
// error to the teachers' mean. Teachers see the very inputs that the network sees, augmented as they are.
// Source: Hinton et al. 2015; several teachers: You et al. 2017.
#pragma once

#include <memory>
#include <vector>

#include "mote/train.h"
#include "train/extension.h"
#include "train/network.h"

namespace mote {

class Distillation : public TrainExtension {
 public:
  // `teachers` are copied. Errors: kShape for one that takes other inputs or gives other outputs than
  // `student`, kInvalidArgument without any; each names the teacher.
  Distillation(const Model &student, const std::vector<Model> &teachers, const Teaching &teaching,
               const TrainOptions &training);

  void before_step(const StepInput &input, ThreadPool &pool) override;
  double loss(int row, size_t outputs, const float *x, double scale, float *dx) const override;

 private:
  Loss loss_;
  int batch_;
  Teaching teaching_;
  std::vector<Graph> graphs_;
  std::vector<std::unique_ptr<Network>> networks_;  // made at the first step
  size_t outputs_ = 0;
  std::vector<float> targets_;     // [rows, outputs]
  std::vector<double> entropies_;  // of each row of targets
};

// Why the first network cannot learn from the second; "": it can.
std::string why_no_teacher(const Model &student, const Model &teacher);

}  // namespace mote
