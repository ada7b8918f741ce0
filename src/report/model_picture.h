// The architecture of a model as a picture that people know from model viewers: a box for each layer with its
// attributes, parameters and int8 range, an arrow for each tensor with its shape.
//
// What a model is made of: model_nodes.cpp; where its boxes stand: model_layout.cpp.
#pragma once

#include <string>
#include <vector>

#include "formats/model_format.h"
#include "mote/files.h"
#include "report/drawing.h"

namespace mote {

// A box. Inputs and outputs of the model are boxes too.
struct PictureNode {
  std::string title;               // what it does: the op
  std::vector<std::string> lines;  // its name, attributes, sizes
  Ink color = Ink::kGrey;
  std::vector<int> inputs = {};  // boxes before it
  std::string gives = {};        // the shape on the arrows that leave it; "": as those say that come to it
};
struct PictureGraph {
  std::string name;
  std::vector<PictureNode> nodes;  // each behind its inputs
};

// Of the deployable form, of a float graph, and of a file that mote cannot run.
PictureGraph picture_graph(const IntegerProgram &program);
PictureGraph picture_graph(const Model &model);
PictureGraph picture_graph(const FileDescription &file);

struct PictureLimits {
  double width = 900, height = 820;  // of one sheet
  size_t most_nodes = 3000;
};
// From top to bottom, in columns that go on where a small circle has the same number; sheets of `limits` at
// most, but for a layer with more branches than fit. Errors: kUnsupported for a graph with more nodes, or
// with more lines between them than can be told apart.
std::vector<Drawing> draw_model(const PictureGraph &graph, const PictureLimits &limits = {});
// All of it in one drawing, about as wide as high.
Drawing whole_model(const PictureGraph &graph);
inline Picture model_picture(const PictureGraph &graph) { return whole_model(graph).files(); }

}  // namespace mote
