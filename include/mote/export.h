// Files: .mote, .tflite, standalone C and packages of it.
//
//   mote::export_c(q, "out/gesture_c");
//   mote::export_package(q, "arduino", "out/gesture_arduino");
//   mote::export_tflite(q, "out/gesture.tflite");
//   auto model = mote::load("gesture.mote");  // std::variant<Model, IntegerProgram>; reads .tflite too
#pragma once

#include "codegen/c/export_c.h"
#include "codegen/c/package.h"
#include "formats/model_format.h"
#include "formats/mote/mote_file.h"
#include "formats/tflite/tflite.h"
