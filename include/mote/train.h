// Training.
//
//   auto run = mote::train(model, data, {.epochs = 200, .batch = 16, .optimizer = mote::Adam{1e-3f}, .seed =
//   7});
//   // run.model is the trained model, run.history one record per epoch
#pragma once

#include "train/train.h"
