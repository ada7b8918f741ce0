// FeatureDef: everything mote knows about one block of preprocessing, in one value. The one list of blocks is
// src/features/feature_list.def; everything else loops over it or asks feature_by_name().
//
// A facet is either given or refused with a reason, as those of an OpDef. Data is row-major, [rows, values];
// a block may give another shape than it takes.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "features/feature_call.h"
#include "graph/op_def.h"
#include "mote/preprocessing.h"

namespace mote {

// The numbers of a table on a device. A step keeps them as floats, which hold them exactly.
struct FeatureTable {
  std::string name;
  std::string c_type = "float";  // or int16_t, uint16_t, int32_t
  bool is_exact = false;         // memory is read by it, so a file's must be what the settings make
};

// Rows of what a block gives that are made of `length` rows of what comes, the first of the window's first
// ones and each of those `hop` rows later: row t is what the block makes of these rows as if they were its
// window, whatever is around them.
struct FrameGrid {
  int length, hop;
};

using WindowRows = std::function<const float *(size_t window)>;

struct FeatureDef {
  template <class Result, class... Arguments>
  using Function = std::function<Result(Arguments...)>;

  std::string name;
  std::string formula;  // for those who read a .tflite's metadata
  std::vector<AttrSpec> attrs;
  std::vector<FeatureTable> tables;
  // Of a block that learns: the step's tables fit into windows of this shape. nullptr: they follow from its
  // settings, see step_fits().
  Function<bool, const PreprocessingStep &, const Shape &> fits = nullptr;
  // Errors: kInvalidArgument for settings that do not go together or with such windows: what a user reads.
  Function<Shape, const PreprocessingStep &, const Shape &> shape;
  // Fills the step's tables from training windows [examples, rows, values]; its attrs are set. Blocks that
  // do not learn compute them from their attrs and look at no window. Errors: kInvalidArgument.
  Facet<Function<void, PreprocessingStep &, const Shape &, const float *, size_t>> fit;
  // The same from windows that do not lie in one piece, each where the function says; nullptr: cannot.
  Function<void, PreprocessingStep &, const Shape &, const WindowRows &, size_t> fit_rows = nullptr;
  // One window, float to float, by the routine of runtime/: x, work, y, which do not overlap.
  Facet<Function<void, const PreprocessingStep &, const Shape &, const float *, float *, float *>> apply;
  // The same on a device, bit for bit. A block without it can only be the last one.
  Facet<Function<FeatureCall, const PreprocessingStep &, const Shape &>> c;
  // This step and the quantization behind it (scale and zero point of the network's input) as one step.
  Facet<Function<PreprocessingStep, const PreprocessingStep &, const QuantParams &>> with_quantization;
  // Whether a stream's frames can be computed one by one, as with these settings; else why not.
  Facet<Function<Facet<FrameGrid>, const PreprocessingStep &, const Shape &>> frames;
  // Format 1 of .mote knew no list of steps: these keep their fields in the object that has the window.
  bool stands_flat = false;
  // The same block in integers, a value of its own: tables, apply_fixed and c are other ones.
  Facet<const FeatureDef *> fixed = NotSupported{"has no routine in integers"};
  // Of such a one instead of `apply`. x: int16; y: int32 of 24 bits, of which value i of a row is
  // y * 2^-result_exponents[i], or of all rows' values where there is one exponent.
  Function<void, const PreprocessingStep &, const Shape &, const int16_t *, int32_t *, int32_t *>
      apply_fixed = nullptr;
  Function<std::vector<int>, const PreprocessingStep &, const Shape &> result_exponents = nullptr;
  bool takes_samples = false;  // in integers it takes int16 samples of sound as they are
  // In integers another block can take its results, as int16 without their last MOTE_SIGNAL_BITS bits.
  bool gives_signal = false;
  // Floats of `work`, or int32 as many.
  Function<size_t, const PreprocessingStep &, const Shape &> work_floats =
      [](const PreprocessingStep &, const Shape &) { return size_t{0}; };
  // Additions, multiplications and comparisons of one window, for estimates before one is measured; nullptr:
  // guessed from its shapes and the length of its transform.
  Function<double, const PreprocessingStep &, const Shape &> operations = nullptr;
  // Rows per second of what it gives when the window has so many; nullptr: its rows are none of time.
  Function<double, const PreprocessingStep &, double> rate_behind = nullptr;
  // What one result is, as `mote features` writes it: the .npy type of its values.
  std::string array_type = "<f4";
  // At the begin of a chain it gets pictures as [height, width, channels] instead of as rows.
  bool takes_pictures = false;
  // For the list of blocks in documents: one sentence without full stop.
  std::string doc = "";
};

const std::vector<const FeatureDef *> &all_features();
// Errors: kUnsupported.
const FeatureDef &feature_by_name(const std::string &name);
// Of the step's arithmetic. Errors: kUnsupported, also for a block that has none in integers.
const FeatureDef &feature_of(const PreprocessingStep &step);

// The step's settings go together and with windows of this shape, and so do its tables: files may hold
// anything. Errors: kUnsupported for an unknown block.
bool step_fits(const PreprocessingStep &step, const Shape &in);

namespace features {

#define MOTE_FEATURE(name) const FeatureDef &name##_feature();
#include "features/feature_list.def"
#undef MOTE_FEATURE

}  // namespace features

}  // namespace mote
