// Everything, for small programs. Larger ones name the headers they need; those which use nlohmann/json say
// so.
//
// Example:
//   auto data = mote::load_recordings("data/", {.window = 100, .stride = 50}).split({.seed = 7});
//   auto model = mote::sequential("gesture", {100, 6}, {mote::Flatten{}, mote::Dense{data.classes()}});
//   auto run = mote::train(model, data, {.epochs = 3});
//   mote::export_c(mote::quantize(run.model, {.calibrate_on = data.train}), "out/gesture_c");
#pragma once

#include "mote/attrs.h"
#include "mote/augment.h"
#include "mote/collect.h"
#include "mote/compress.h"
#include "mote/dataset.h"
#include "mote/decision.h"
#include "mote/detector.h"
#include "mote/device.h"
#include "mote/error.h"
#include "mote/evaluate.h"
#include "mote/explain.h"
#include "mote/export.h"
#include "mote/features.h"
#include "mote/files.h"
#include "mote/host_program.h"
#include "mote/layer.h"
#include "mote/layers.h"
#include "mote/loss.h"
#include "mote/model.h"
#include "mote/names.h"
#include "mote/optimizer.h"
#include "mote/portfolio.h"
#include "mote/predict.h"
#include "mote/preprocessing.h"
#include "mote/presets.h"
#include "mote/program.h"
#include "mote/project.h"
#include "mote/quantize.h"
#include "mote/recordings.h"
#include "mote/replay.h"
#include "mote/report.h"
#include "mote/runs.h"
#include "mote/settings.h"
#include "mote/shape.h"
#include "mote/sketches.h"
#include "mote/spill.h"
#include "mote/stream_evaluation.h"
#include "mote/stream_scores.h"
#include "mote/synth.h"
#include "mote/train.h"
#include "mote/training_loop.h"
#include "mote/workflow.h"
