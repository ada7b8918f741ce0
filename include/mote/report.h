// Reports: records as JSON, text and pictures.
//
//   std::cout << mote::summary_json(mote::summarize(model)).dump(1);
#pragma once

#include "report/callbacks.h"
#include "report/plot.h"
#include "report/records.h"
