// Blocks of features on one file: what a step of a preprocessing makes of a sound, a table, an array or an
// image, before there is a project.
//
// Shapes: a file is one window [rows, channels], an array [n, ...] of more than one dimension n of them; each
// gives [frames, features], or [features] where the block has no frames.
// Units: sounds in units of 16 bits (full scale 32768), pixels 0 to 255, tables and arrays as they are.
// Ownership/Threads: plain values; calls from several threads are safe.
// Errors: kInvalidArgument for settings, kUnsupported for an unknown block, kDataFormat and kNotFound for the
// file.
//
// Example:
//   for (const mote::FeatureBlock &block : mote::feature_blocks())
//     std::cout << block.name << ": " << block.doc << "\n";
#pragma once

#include <string>
#include <vector>

#include "mote/attrs.h"

namespace mote {

struct FeatureBlock {
  std::string name, doc;
  std::vector<AttrSpec> settings;
};
// Those that take windows by themselves; in the order of their names.
std::vector<FeatureBlock> feature_blocks();
std::string setting_text(const Attr &value);  // as it stands behind KEY=: hann, 0.02
std::string feature_blocks_markdown();        // the tables of docs/features.md

struct FeatureArray {
  std::vector<size_t> shape;
  std::vector<float> values;  // in C order
  std::string type;           // "<f4", "<u2", ...: how .npy has them
  std::vector<std::string> notes;
};
// `assignments`: "KEY=VALUE" of the block's settings.
FeatureArray run_feature_block(const std::string &block, const std::vector<std::string> &assignments,
                               const std::string &input);
std::string format_feature_array(const FeatureArray &features);  // as .npy

}  // namespace mote
