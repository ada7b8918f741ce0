// The architecture as a picture, read back from its SVG: a box for each layer, arrows between those that are
// joined, nothing over another, columns that go on.
#include "report/model_picture.h"

#include <regex>

#include "mote/layer.h"
#include "mote/layers.h"
#include "test_support.h"

namespace mote {
namespace {

struct Box {
  double x, y, w, h;
};

// The coloured boxes, which are the layers; the inside of a box has the class f-c.
std::vector<Box> boxes_of(const std::string &svg) {
  static const std::regex kBox(
      "<rect class=\"f-(\\w+)\" x=\"([-\\d.]+)\" y=\"([-\\d.]+)\" width=\"([\\d.]+)\" height=\"([\\d.]+)\"");
  std::vector<Box> boxes;
  for (std::sregex_iterator it(svg.begin(), svg.end(), kBox), end; it != end; ++it)
    if ((*it)[1] != "c")
      boxes.push_back({std::stod((*it)[2]), std::stod((*it)[3]), std::stod((*it)[4]), std::stod((*it)[5])});
  return boxes;
}

size_t count_of(const std::string &text, const std::string &what) {
  size_t n = 0;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

void expect_apart(const std::vector<Box> &boxes) {
  for (size_t i = 0; i < boxes.size(); ++i)
    for (size_t j = i + 1; j < boxes.size(); ++j) {
      const Box &a = boxes[i], &b = boxes[j];
      EXPECT_TRUE(a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y)
          << i << " and " << j;
    }
}

PictureNode node(const std::string &title, std::vector<int> inputs) {
  return {title, {title + " line"}, Ink::kBlue, std::move(inputs), "8 \u00d7 4"};
}

TEST(ModelPicture, branches_stand_beside_each_other) {
  const PictureGraph g{
      "net", {node("in", {}), node("a", {0}), node("b", {0}), node("c", {1}), node("sum", {2, 3, 0})}};
  const std::vector<Drawing> sheets = draw_model(g);
  ASSERT_EQ(sheets.size(), 1u);
  const std::string svg = sheets[0].inlined("net");
  const std::vector<Box> boxes = boxes_of(svg);
  ASSERT_EQ(boxes.size(), 5u);
  expect_apart(boxes);
  for (const Box &b : boxes) {
    EXPECT_GE(b.x, 0);
    EXPECT_LE(b.x + b.w, sheets[0].width);
    EXPECT_LE(b.y + b.h, sheets[0].height);
  }
  // an arrow's head ends at each box that reads: a, b, c once, sum three times
  EXPECT_EQ(count_of(svg, "<polygon"), 6u);
  EXPECT_EQ(count_of(svg, ">8 \u00d7 4<"), 4u);  // the shapes on what leaves a box
}

TEST(ModelPicture, long_nets_go_on_in_columns) {
  PictureGraph g{"net", {node("n0", {})}};
  for (int i = 1; i < 70; ++i) g.nodes.push_back(node("n" + std::to_string(i), {i - 1}));
  size_t boxes = 0, circles = 0;
  for (const Drawing &sheet : draw_model(g)) {
    EXPECT_LE(sheet.width, PictureLimits{}.width);
    EXPECT_LE(sheet.height, PictureLimits{}.height + 1);
    const std::string svg = sheet.inlined("net");
    expect_apart(boxes_of(svg));
    boxes += boxes_of(svg).size();
    circles += count_of(svg, "<circle");
  }
  EXPECT_EQ(boxes, 70u);
  EXPECT_GT(circles, 0u);
  EXPECT_EQ(circles % 2, 0u);  // each is where a column ends and where the next begins
}

TEST(ModelPicture, a_thousand_layers_are_drawn_and_more_are_refused) {
  PictureGraph g{"net", {node("n0", {})}};
  for (int i = 1; i < 1000; ++i)
    g.nodes.push_back(node("n" + std::to_string(i),
                           i > 3 && i % 3 == 0 ? std::vector<int>{i - 1, i - 3} : std::vector<int>{i - 1}));
  size_t boxes = 0;
  for (const Drawing &sheet : draw_model(g)) boxes += boxes_of(sheet.inlined("net")).size();
  EXPECT_EQ(boxes, 1000u);
  while (g.nodes.size() <= PictureLimits{}.most_nodes) g.nodes.push_back(node("x", {0}));
  EXPECT_ERROR(draw_model(g), "3000 can be looked at");
  PictureGraph dense{"dense", {node("n0", {})}};  // each reads all before it: lines pass every row
  for (int i = 1; i < 500; ++i) {
    dense.nodes.push_back(node("n", {}));
    for (int k = std::max(0, i - 200); k < i; ++k) dense.nodes.back().inputs.push_back(k);
  }
  EXPECT_ERROR(draw_model(dense), "lines beside each other");
}

TEST(ModelPicture, names_of_others_stay_names) {
  const std::string evil = "<script>alert(1)</script>\"&";
  const PictureGraph g{evil, {{evil, {evil}, Ink::kBlue, {}, evil}, {evil, {evil}, Ink::kRed, {0}, evil}}};
  const std::string svg = draw_model(g)[0].inlined(evil);
  EXPECT_EQ(svg.find("<script"), std::string::npos);
  EXPECT_EQ(model_picture(g).svg.find("<script"), std::string::npos);
}

TEST(ModelPicture, a_model_has_a_box_for_each_node_and_its_ends) {
  const Model model = sequential("net", {20, 3}, {Conv1D{8, 5, relu}, MaxPool1D{2}, Flatten{}, Dense{4}});
  const PictureGraph g = picture_graph(model);
  ASSERT_EQ(g.nodes.size(), model.graph.nodes.size() + 2);
  EXPECT_EQ(g.nodes.front().title, "input");
  EXPECT_EQ(g.nodes.back().title, "output");
  EXPECT_EQ(g.nodes.back().inputs, std::vector<int>{model.graph.count()});
  bool has_weights = false;
  for (size_t i = 0; i < model.graph.nodes.size(); ++i) {
    const PictureNode &n = g.nodes[i + 1];
    EXPECT_EQ(n.title, model.graph.nodes[i].op->name);
    EXPECT_EQ(n.inputs.size(), model.graph.nodes[i].inputs.size());
    // 5 * 3 * 8 + 8 parameters, 16 * 5 * 3 * 8 multiply-adds
    for (const std::string &line : n.lines) has_weights = has_weights || line == "128 parameters, 1,920 MACs";
  }
  EXPECT_TRUE(has_weights);
}

}  // namespace
}  // namespace mote
