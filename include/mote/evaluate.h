// Evaluation.
//
//   auto score = mote::evaluate(q, data.test);   // float model or IntegerProgram
//   std::cout << score.report() << score.confusion_text();
#pragma once

#include "train/evaluate.h"
