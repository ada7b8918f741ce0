// Random float graphs of every op that can be trained: branches that meet in sums, products and
// concatenations, values that several layers read, reshapes, pools, recurrent ends. The same seed gives the
// same graph.
#pragma once

#include "base/random.h"
#include "graph/op_def.h"
#include "mote/model.h"

namespace mote::test {

class RandomGraph {
 public:
  explicit RandomGraph(uint64_t seed) : random_(seed, {0x47524150}) {
    g_.name = "random";
    g_.input = {below(5) + 4, below(4) + 3, below(5) + 1};
    images_ = {0};
    const int steps = below(9) + 3;
    for (int i = 0; i < steps; ++i) add_image();
    finish();
    initialize(g_, seed);
    for (Parameter &p : g_.params)
      for (float &w : p.data) {
        if (p.role == Role::kMovingVariance)
          w = random_.uniform(0.3f, 2.0f);
        else if (!p.is_kernel())
          w += random_.uniform(-0.5f, 0.5f);
      }
    g_.layers = {{"all", "all", 0, g_.count()}};
  }
  Graph graph() { return std::move(g_); }

 private:
  int below(int n) { return static_cast<int>(random_.below(static_cast<uint64_t>(n))); }
  std::string name() { return "n" + std::to_string(g_.count()); }
  int add(const std::string &op, const Attrs &attrs, const std::vector<int> &inputs) {
    return g_.add(op, name(), attrs, inputs);
  }
  int any() { return images_[static_cast<size_t>(below(static_cast<int>(images_.size())))]; }
  const Shape &shape(int v) { return g_.value_shape(v); }
  // One more value of the shape of `v`, or -1.
  int alike(int v) {
    std::vector<int> found;
    for (int o : images_)
      if (shape(o) == shape(v)) found.push_back(o);
    return found[static_cast<size_t>(below(static_cast<int>(found.size())))];
  }
  int conv(int x, int filters) {
    const int64_t k = below(2) * 2 + 1;
    return add("conv2d",
               {{"filters", int64_t{filters}},
                {"kernel", std::vector<int64_t>{k, k}},
                {"padding", std::string("same")},
                {"use_bias", int64_t{below(2)}}},
               {x});
  }
  int scale(int x) {  // squeeze and excitation
    const int c = shape(x)[-1];
    int s = add("mean", {{"axes", std::vector<int64_t>{0, 1}}}, {x});
    s = add("dense", {{"units", int64_t{below(4) + 2}}}, {s});
    s = add("relu", {}, {s});
    s = add("dense", {{"units", int64_t{c}}}, {s});
    s = add("logistic", {}, {s});
    s = add("reshape", {{"shape", std::vector<int64_t>{1, 1, c}}}, {s});
    return add("mul", {}, {x, s});
  }
  void add_image() {
    const int x = any();
    const Shape s = shape(x);
    const char *curves[] = {"relu", "relu6", "tanh", "leaky_relu", "hard_swish", "abs"};
    int y = x;
    switch (below(12)) {
      case 0:
      case 1:
        y = conv(x, below(7) + 2);
        break;
      case 2:
        y = add("depthwise_conv2d",
                {{"multiplier", int64_t{below(2) + 1}},
                 {"kernel", std::vector<int64_t>{3, 3}},
                 {"padding", std::string("same")}},
                {x});
        break;
      case 3:
        y = add("batch_norm", {}, {x});
        break;
      case 4:
        y = add(curves[below(6)], {}, {x});
        break;
      case 5:
        y = add(below(2) ? "add" : "mul", {}, {x, alike(x)});
        break;
      case 6:  // residual
        y = add("add", {}, {conv(x, s[-1]), x});
        break;
      case 7:
        y = add("concatenation", {{"axis", int64_t{-1}}}, {x, conv(x, below(4) + 1), x});
        break;
      case 8:
        y = scale(x);
        break;
      case 9:
        if (s[0] < 2 || s[1] < 2) break;
        y = add(below(2) ? "max_pool2d" : "avg_pool2d",
                {{"pool", std::vector<int64_t>{2, 2}}, {"strides", std::vector<int64_t>{2, 2}}}, {x});
        break;
      case 10:
        y = add("pad", {{"before", std::vector<int64_t>{1, 0, 0}}, {"after", std::vector<int64_t>{0, 1, 0}}},
                {x});
        break;
      case 11:  // rows beside each other, and back
        y = add("reshape", {{"shape", std::vector<int64_t>{s[0], s[1] * s[2]}}}, {x});
        y = add("reshape", {{"shape", std::vector<int64_t>{s[0], s[1], s[2]}}}, {y});
        break;
    }
    images_.push_back(y);
  }
  void finish() {
    int x = images_.back();
    const Shape s = shape(x);
    switch (below(4)) {
      case 0:
        x = add("reshape", {{"shape", std::vector<int64_t>{-1}}}, {x});
        break;
      case 1:
        x = add("mean", {{"axes", std::vector<int64_t>{0, 1}}}, {x});
        break;
      case 2: {
        x = add("reshape", {{"shape", std::vector<int64_t>{s[0] * s[1], s[2]}}}, {x});
        const char *units[] = {"gru", "lstm", "simple_rnn"};
        x = add(units[below(3)], {{"units", int64_t{below(5) + 2}}, {"return_sequences", int64_t{1}}}, {x});
        x = add(units[below(3)], {{"units", int64_t{below(5) + 2}}}, {x});
        break;
      }
      case 3:
        x = add("reshape", {{"shape", std::vector<int64_t>{s[0], s[1] * s[2]}}}, {x});
        x = add("gru", {{"units", int64_t{below(5) + 2}}, {"reset_after", int64_t{below(2)}}}, {x});
        break;
    }
    x = add("dense", {{"units", int64_t{below(5) + 3}}}, {x});
    x = add("relu", {}, {x});
    x = add("dense", {{"units", int64_t{3}}}, {x});
    if (below(2)) add("softmax", {}, {x});
  }

  Random random_;
  Graph g_;
  std::vector<int> images_;
};

}  // namespace mote::test
