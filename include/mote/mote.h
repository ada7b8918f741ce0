// Everything, for small programs:
//
//   #include <mote/mote.h>
//   int main() {
//     auto data  = mote::load_recordings("data/", {.window = 100, .stride = 50}).split({.seed = 7});
//     auto model = mote::sequential("gesture", {100, 3}, {mote::Flatten{}, mote::Dense{data.classes()}});
//     auto run   = mote::train(model, data, {.epochs = 50});
//     mote::export_c(mote::quantize(run.model, {.calibrate_on = data.train}), "out/gesture_c");
//   }
#pragma once

#include "mote/data.h"
#include "mote/device.h"
#include "mote/error.h"
#include "mote/evaluate.h"
#include "mote/export.h"
#include "mote/layers.h"
#include "mote/project.h"
#include "mote/quantize.h"
#include "mote/report.h"
#include "mote/train.h"
#include "mote/workflow.h"
