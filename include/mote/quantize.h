// Quantization.
//
//   auto q = mote::quantize(run.model, {.calibrate_on = data.train});  // a mote::IntegerProgram
//   auto tuned = mote::quantize_aware(run.model, data, {.calibrate_on = data.train}, {.epochs = 5}, {});
//   std::cout << mote::explanation_text(mote::explain(run.model, q, data));
#pragma once

#include "quant/explain.h"
#include "quant/qat.h"
#include "quant/quantize.h"
