// Quantization.
//
//   auto q = mote::quantize(run.model, {.calibrate_on = data.train});  // a mote::IntegerProgram
#pragma once

#include "quant/explain.h"
#include "quant/qat.h"
#include "quant/quantize.h"
