// Data: recordings, windows, splits, augmentation.
//
//   auto data = mote::load_recordings("data/", {.window = 100, .stride = 50}).split({.by = mote::recording,
//   .seed = 7});
//   // data.train, data.val, data.test are Datasets; data.classes() is the number of classes
#pragma once

#include "data/augment.h"
#include "data/recordings.h"
#include "data/synth.h"
