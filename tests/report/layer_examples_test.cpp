// The examples of docs/layers.md: each is built, trained for an epoch and quantized, and every layer has one.
#include <set>
#include <sstream>

#include "base/files.h"
#include "test_support.h"

namespace mote {
namespace {

// Examples of the shape with two classes that a network can tell apart.
Splits data_of(const Shape &input) {
  Splits splits;
  for (Dataset *set : {&splits.train, &splits.val}) {
    set->channels = input.rank() == 1 ? 1 : input[-1];
    set->window = static_cast<int>(input.elements()) / set->channels;
    set->labels = {"a", "b"};
    for (int c = 0; c < set->channels; ++c) set->channel_names.push_back("c" + std::to_string(c));
    Random random(3);
    for (int i = 0; i < 24; ++i) {
      set->classes.push_back(i % 2);
      for (size_t k = 0; k < input.elements(); ++k)
        set->values.push_back(static_cast<float>(random.normal() + (i % 2 ? 1 : -1)));
    }
  }
  return splits;
}

TEST(LayerExamples, build_train_and_quantize_and_leave_out_no_layer) {
  const std::string page = read_file(std::string(MOTE_SOURCE_DIR) + "/docs/layers.md");
  const std::string opening = "```toml\n# input (", closing = "```";
  std::set<std::string> seen;
  size_t examples = 0;
  for (size_t at = page.find(opening); at != std::string::npos; at = page.find(opening, at)) {
    at += opening.size();
    const size_t shape_end = page.find(")\n", at), end = page.find(closing, at);
    std::vector<int> dims;
    std::istringstream sizes(page.substr(at, shape_end - at));
    for (std::string size; std::getline(sizes, size, ',');) dims.push_back(std::stoi(size));
    const std::string text = page.substr(shape_end + 2, end - shape_end - 2);
    const Shape input(dims);
    SCOPED_TRACE(text);
    const Project project = parse_project("[model]\n" + text, "layers.md", ".");
    std::vector<Layer> layers = project.layers;
    for (Layer &layer : layers) {
      seen.insert(layer.type);
      if (layer.attrs.contains("units") && std::holds_alternative<std::string>(layer.attrs.at("units")))
        layer.attrs["units"] = int64_t{2};
    }
    Model model = sequential("example", input, layers);
    if (model.graph.output() != Shape{2}) {  // the rest of the network
      if (model.graph.output().rank() > 1) layers.push_back({"flatten", {}});
      layers.push_back({"dense", {{"units", int64_t{2}}}});
      model = sequential("example", input, layers);
    }
    const Splits data = data_of(input);
    const TrainedRun run = train(model, data, {.epochs = 1, .batch = 8});
    const IntegerProgram program = quantize(run.model, {data.train});
    EXPECT_EQ(evaluate(program, data.val).truth.size(), 24u);
    ++examples;
  }
  const auto count = [&](const std::string &what) {
    size_t n = 0;
    for (size_t at = page.find(what); at != std::string::npos; at = page.find(what, at + 1)) ++n;
    return n;
  };
  EXPECT_EQ(examples, count("```toml"));
  for (const LayerDef *layer : all_layers()) EXPECT_TRUE(seen.contains(layer->type)) << layer->type;
}

}  // namespace
}  // namespace mote
