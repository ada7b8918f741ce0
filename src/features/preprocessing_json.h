// A preprocessing as JSON: one writer and one reader for float and int8 .mote files and the metadata of a
// .tflite.
//
// {window, channels, rate_hz, channel_names, steps: [{block, formula, ...}]}, where a step has the names of
// its settings and tables. A last step that stood in the object itself in format 1 still does; without others
// there is no `steps`, so that files without new blocks are those of format 1. channel_ranges is there
// where it is known; as no answer depends on it, it is of no format.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "base/form.h"
#include "mote/preprocessing.h"

namespace mote {

nlohmann::json preprocessing_json(const Preprocessing &p);
// The format of .mote that a reader must know to apply it.
int preprocessing_format(const Preprocessing &p);

// What the fields must be.
std::optional<Misfit> preprocessing_misfit(const nlohmann::json &j);

// Of a value without misfit. Errors: kUnsupported for an unknown block; kInvalidArgument; kDataFormat for
// ranges of other channels. See check_fits() for the rest.
Preprocessing preprocessing_from(const nlohmann::json &j);

}  // namespace mote
