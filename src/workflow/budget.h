// What a model will need on its target, before it is trained: flash, RAM and time depend on shapes, not on
// weights.
#pragma once

#include "mote/device.h"
#include "mote/project.h"

namespace mote {

// The int8 program of the project's model with the weights that training would begin with. Ranges are those
// of the recordings; without any, of noise of the shape that mote.toml says.
struct UntrainedProgram {
  IntegerProgram program;
  bool has_data = false;
};
// Errors: as load_recordings and build_model; kNotFound when neither recordings nor data.window,
// data.channels and data.labels give the model's shape.
UntrainedProgram untrained_program(const Project &project);
IntegerProgram untrained_program(const Project &project, const Model &model, const Dataset &examples);

// The board of [target]; nullopt: none is named. Errors: kNotFound, kDataFormat (target.boards).
std::optional<Board> target_board(const Project &project);

// What exceeds [target], each in a sentence. Time counts when even its low end is too long.
std::vector<std::string> over_budget(const TargetBudget &budget, const Profile &profile);

}  // namespace mote
