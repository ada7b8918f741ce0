// int8 programs of our own against TensorFlow Lite's specification (int8_spec.h), on the host and as C: these
// need no recorded data.
#include "golden/int8_spec.h"

#include <fmt/format.h>

#include "mote/host_program.h"
#include "ops/program_cases.h"
#include "test_support.h"

namespace mote::test {
namespace {

using List = std::vector<int64_t>;

// One layer of the program with how far its bytes may be from the specification: 0 where that is exact.
struct Checked {
  ProgramLayer layer;
  int tolerance;
};

// Many layers side by side, each from inputs of its own to an output of its own.
class SpecProgram {
 public:
  SpecProgram() : b_("spec") {
    weighted();
    pools_and_sums();
    curves();
    moves();
    recurrent();
  }
  const IntegerProgram &program() const { return b_.p; }
  const std::vector<Checked> &layers() const { return layers_; }

 private:
  int in(const Shape &s, float scale, int zero) { return b_.input(s, scale, zero); }
  int out(const Shape &s, float scale, int zero) { return b_.output(s, scale, zero); }
  void add(const std::string &op, const Attrs &attrs, std::vector<int> x, int y, int tolerance = 0) {
    b_.layer(op, attrs, std::move(x), {y});
    ProgramLayer &l = b_.p.layers.back();
    l.name += std::to_string(layers_.size());
    layers_.push_back({l, tolerance});
  }

  void weighted() {
    const auto conv = [&](const Shape &x, const Shape &w, const Shape &y, const List &strides,
                          const List &dilation, const char *padding, const char *activation, bool has_bias) {
      std::vector<int> inputs = {in(x, 0.02f, -9), b_.weights(w, 0, seed_++)};
      if (has_bias) inputs.push_back(b_.bias(w[0], seed_++));
      add("conv2d",
          {{"filters", int64_t{w[0]}},
           {"kernel", List{w[1], w[2]}},
           {"strides", strides},
           {"dilation", dilation},
           {"padding", std::string(padding)},
           {"activation", std::string(activation)}},
          inputs, out(y, 0.06f, 11));
    };
    conv({1, 7, 6, 3}, {5, 3, 3, 3}, {1, 7, 6, 5}, {1, 1}, {1, 1}, "same", "none", true);
    conv({1, 9, 8, 2}, {4, 3, 2, 2}, {1, 4, 3, 4}, {2, 3}, {1, 1}, "valid", "relu", true);
    conv({2, 8, 7, 3}, {3, 2, 3, 3}, {2, 8, 7, 3}, {1, 1}, {2, 2}, "same", "relu6", true);
    conv({1, 1, 20, 4}, {16, 1, 5, 4}, {1, 1, 16, 16}, {1, 1}, {1, 1}, "valid", "none", false);
    conv({1, 5, 6, 8}, {17, 1, 1, 8}, {1, 3, 3, 17}, {2, 2}, {1, 1}, "same", "relu_n1_to_1", true);
    const auto depthwise = [&](const Shape &x, const Shape &w, const Shape &y, const List &strides,
                               const List &dilation, const char *padding, const char *activation) {
      add("depthwise_conv2d",
          {{"multiplier", int64_t{w[3] / x[3]}},
           {"kernel", List{w[1], w[2]}},
           {"strides", strides},
           {"dilation", dilation},
           {"padding", std::string(padding)},
           {"activation", std::string(activation)}},
          {in(x, 0.03f, 7), b_.weights(w, 3, seed_++), b_.bias(w[3], seed_++)}, out(y, 0.05f, -20));
    };
    depthwise({1, 7, 7, 5}, {1, 3, 3, 5}, {1, 7, 7, 5}, {1, 1}, {1, 1}, "same", "none");
    depthwise({1, 8, 9, 3}, {1, 3, 2, 6}, {1, 3, 4, 6}, {2, 2}, {1, 1}, "valid", "relu6");
    depthwise({1, 9, 9, 16}, {1, 3, 3, 16}, {1, 5, 5, 16}, {1, 1}, {2, 2}, "valid", "relu");
    const auto dense = [&](int batches, int inputs, int outputs, bool per_tensor, bool has_bias,
                           const char *activation) {
      const int w = b_.weights({outputs, inputs}, 0, seed_++);
      if (per_tensor) b_.p.tensors[static_cast<size_t>(w)].quant = {{0.009f}, {0}, 0};
      std::vector<int> operands = {in({batches, inputs}, 0.025f, -30), w};
      if (has_bias) operands.push_back(b_.bias(outputs, seed_++));
      add("dense", {{"units", int64_t{outputs}}, {"activation", std::string(activation)}}, operands,
          out({batches, outputs}, 0.1f, 4));
    };
    dense(1, 33, 7, false, true, "none");
    dense(3, 16, 10, true, true, "relu");
    dense(1, 5, 1, false, false, "none");
  }

  void pools_and_sums() {
    for (const char *op : {"avg_pool2d", "max_pool2d"}) {
      const auto pool = [&](const Shape &x, const Shape &y, const List &size, const List &strides,
                            const char *padding, const char *activation) {
        add(op,
            {{"pool", size},
             {"strides", strides},
             {"padding", std::string(padding)},
             {"activation", std::string(activation)}},
            {in(x, 0.05f, -12)}, out(y, 0.05f, -12));
      };
      pool({1, 7, 8, 3}, {1, 4, 4, 3}, {2, 3}, {2, 2}, "same", "none");
      pool({2, 6, 5, 9}, {2, 2, 3, 9}, {3, 3}, {3, 1}, "valid", "relu");
      pool({1, 4, 4, 16}, {1, 1, 1, 16}, {4, 4}, {4, 4}, "valid", "relu6");
    }
    for (const char *op : {"add", "sub", "mul"}) {
      const auto binary = [&](const Shape &a, const Shape &b, float sa, float sb, float sy,
                              const char *activation) {
        const int x = in(a, sa, 5);
        add(op, {{"activation", std::string(activation)}}, {x, in(b, sb, -17)}, out(a, sy, 9));
      };
      binary({1, 3, 4, 5}, {1, 3, 4, 5}, 0.02f, 0.05f, 0.06f, "none");
      binary({1, 2, 3, 7}, {1, 1, 1, 7}, 0.07f, 0.011f, 0.08f, "relu");
      binary({1, 2, 3, 4}, {1, 2, 1, 1}, 0.04f, 0.04f, 0.03f, "relu6");
    }
    add("mean", {{"axes", List{1, 2}}}, {in({1, 5, 3, 4}, 0.05f, 8)}, out({1, 4}, 0.03f, -6), 1);
    add("mean", {{"axes", List{-1}}}, {in({2, 3, 7}, 0.02f, -8)}, out({2, 3}, 0.02f, -8), 1);
  }

  void curves() {
    const float scales[] = {0.04f, 0.5f};
    for (float scale : scales)
      for (int zero : {0, -60}) {
        add("logistic", {}, {in({1, 300}, scale, zero)}, out({1, 300}, 1.0f / 256, -128), 1);
        add("tanh", {}, {in({1, 300}, scale, zero)}, out({1, 300}, 1.0f / 128, 0), 1);
      }
    add("hard_swish", {}, {in({1, 300}, 0.05f, -3)}, out({1, 300}, 0.04f, -110), 1);
    add("abs", {}, {in({1, 300}, 0.05f, 20)}, out({1, 300}, 0.06f, -90), 1);
    add("leaky_relu", {{"alpha", 0.3}}, {in({1, 300}, 0.05f, 20)}, out({1, 300}, 0.06f, 7), 1);
    add("relu", {}, {in({1, 300}, 0.05f, 20)}, out({1, 300}, 0.03f, -50), 1);
    add("relu6", {}, {in({1, 300}, 0.07f, -20)}, out({1, 300}, 0.07f, -20));
    add("quantize", {}, {in({1, 300}, 0.05f, 20)}, out({1, 300}, 0.07f, -4), 1);
    add("softmax", {{"beta", 1.0}}, {in({1, 10}, 0.1f, 3)}, out({1, 10}, 1.0f / 256, -128), 1);
    add("softmax", {{"beta", 0.5}}, {in({3, 30}, 0.02f, 3)}, out({3, 30}, 1.0f / 256, -128), 1);
  }

  void moves() {
    const int a = in({1, 3, 2}, 0.05f, 3), b = in({1, 3, 4}, 0.05f, 3);
    add("concatenation", {{"axis", int64_t{2}}}, {a, b}, out({1, 3, 6}, 0.05f, 3));
    add("transpose", {{"perm", List{0, 2, 1}}}, {in({1, 4, 5}, 0.05f, 3)}, out({1, 5, 4}, 0.05f, 3));
    add("pad", {{"before", List{0, 1, 2}}, {"after", List{0, 2, 0}}}, {in({1, 3, 2}, 0.05f, 3)},
        out({1, 6, 4}, 0.05f, 3));
    add("strided_slice", {{"begin", List{0, 1, 3}}, {"count", List{1, 2, 2}}, {"step", List{1, 2, -1}}},
        {in({1, 5, 4}, 0.05f, 3)}, out({1, 2, 2}, 0.05f, 3));
  }

  void recurrent() {
    for (const double clip : {0.0, 0.7}) {
      std::vector<int> x = {in({2, 6, 4}, 0.02f, -5)};
      const auto matrix = [&](int columns) {
        const int w = b_.weights({5, columns}, 0, seed_++);
        b_.p.tensors[static_cast<size_t>(w)].quant = {
            {0.006f + 0.001f * static_cast<float>(seed_ % 4)}, {0}, 0};
        x.push_back(w);
      };
      for (int g = 0; g < 4; ++g) matrix(4);
      for (int g = 0; g < 4; ++g) matrix(5);
      for (int g = 0; g < 4; ++g) x.push_back(b_.bias(5, seed_++));
      const int y = out({2, 6, 5}, 1.0f / 128, 3);
      const int cell = b_.p.add_tensor({"cell", {5}, DType::kInt16, {{1.0f / 2048}, {0}, 0}, {}, false});
      add("lstm", {{"cell_scale", 1.0 / 2048}, {"cell_clip", clip}}, x, y, 2);
      b_.p.layers.back().outputs.push_back(cell);
      layers_.back().layer.outputs.push_back(cell);
    }
  }

  ProgramBuilder b_;
  std::vector<Checked> layers_;
  uint64_t seed_ = 1;
};

spec::Values moved(const ProgramLayer &l, const std::vector<spec::Tensor> &in, const spec::Tensor &y) {
  const Shape &s = y.t.shape;
  spec::Values out;
  for (int i = 0; i < s[1]; ++i)
    for (int k = 0; k < s[2]; ++k) {
      const auto of = [&](const spec::Tensor &t, int64_t r, int64_t c) {
        const bool is_inside = r >= 0 && r < t.dim(1) && c >= 0 && c < t.dim(2);
        return is_inside ? t.v[static_cast<size_t>(r * t.dim(2) + c)] : t.zero();
      };
      if (l.op == "concatenation")
        out.push_back(k < in[0].dim(2) ? of(in[0], i, k) : of(in[1], i, k - in[0].dim(2)));
      else if (l.op == "transpose")
        out.push_back(of(in[0], k, i));
      else if (l.op == "pad")
        out.push_back(of(in[0], i - l.attrs.list("before")[1], k - l.attrs.list("before")[2]));
      else
        out.push_back(of(in[0], l.attrs.list("begin")[1] + i * l.attrs.list("step")[1],
                         l.attrs.list("begin")[2] + k * l.attrs.list("step")[2]));
    }
  return out;
}

spec::Values specified(const IntegerProgram &p, const ProgramLayer &l,
                       const std::map<int, spec::Values> &values) {
  std::vector<spec::Tensor> in;
  for (int t : l.inputs) in.push_back({p.tensor(t), values.at(t)});
  static const spec::Values kNone;
  const spec::Tensor &x = in[0], y{p.tensor(l.outputs[0]), kNone};
  const Attrs &a = l.attrs;
  const spec::Values *bias = in.size() > 2 ? &in[2].v : nullptr;
  const auto curve = [&](auto f) { return spec::curve(x, y, f); };
  if (l.op == "conv2d" || l.op == "depthwise_conv2d")
    return spec::convolution(a, x, in[1], bias, y, l.op != "conv2d");
  if (l.op == "dense") return spec::dense(a, x, in[1], bias, y);
  if (l.op == "avg_pool2d" || l.op == "max_pool2d") return spec::pool(a, x, y, l.op == "avg_pool2d");
  if (l.op == "add" || l.op == "sub" || l.op == "mul") return spec::binary(l.op, a, x, in[1], y);
  if (l.op == "softmax") return spec::softmax(a, x, y);
  if (l.op == "lstm") return spec::lstm(in, y, a.number("cell_clip"));
  if (l.op == "logistic") return curve([](double v) { return 1 / (1 + std::exp(-v)); });
  if (l.op == "tanh") return curve([](double v) { return std::tanh(v); });
  if (l.op == "hard_swish") return curve([](double v) { return v * std::clamp(v + 3, 0.0, 6.0) / 6; });
  if (l.op == "abs") return curve([](double v) { return std::fabs(v); });
  if (l.op == "leaky_relu") return curve([&](double v) { return v > 0 ? v : a.number("alpha") * v; });
  if (l.op == "relu") return curve([](double v) { return std::max(v, 0.0); });
  if (l.op == "relu6") return curve([](double v) { return std::clamp(v, 0.0, 6.0); });
  if (l.op == "quantize") return curve([](double v) { return v; });
  if (l.op == "mean") {
    const size_t n = y.t.shape.elements(), all = x.v.size();
    const bool is_last = a.list("axes")[0] == -1;
    std::vector<double> sum(n);
    for (size_t i = 0; i < all; ++i)
      sum[is_last ? i / (all / n) : i % n] += static_cast<double>(x.v[i] - x.zero());
    spec::Values out;
    for (double s : sum)
      out.push_back(std::clamp<int64_t>(
          std::llround(s * x.scale() / (static_cast<double>(all / n) * y.scale())) + y.zero(), -128, 127));
    return out;
  }
  return moved(l, in, y);
}

TEST(Specification, every_layer_gives_its_bytes) {
  const SpecProgram s;
  const IntegerProgram &p = s.program();
  HostProgram host(p);
  std::map<int, spec::Values> values;
  for (size_t t = 0; t < p.tensors.size(); ++t) {
    const ProgramTensor &c = p.tensors[t];
    if (!c.is_constant) continue;
    for (size_t i = 0; i < c.shape.elements(); ++i)
      values[static_cast<int>(t)].push_back(c.dtype == DType::kInt8 ? int64_t{c.values<int8_t>()[i]}
                                                                    : c.values<int32_t>()[i]);
  }
  Random random(11);
  std::map<std::string, size_t> different;  // of an op: bytes that are a step away, where that is allowed
  std::map<std::string, size_t> compared;
  for (int round = 0; round < 12; ++round) {
    std::vector<int8_t> in(host.input_bytes()), out(host.output_bytes());
    for (int8_t &v : in) {  // full range, near one value, or the ends
      const uint64_t draw = random.below(256);
      v = static_cast<int8_t>(round % 3 == 0   ? draw
                              : round % 3 == 1 ? draw % 32 + 240
                              : draw % 2       ? 127
                                               : 128);
    }
    host.invoke(in.data(), out.data());
    const int8_t *at = in.data();
    for (int t : p.inputs) {
      values[t].assign(at, at + p.tensor(t).bytes());
      at += p.tensor(t).bytes();
    }
    const int8_t *got = out.data();
    ASSERT_EQ(p.outputs.size(), s.layers().size());
    for (size_t k = 0; k < s.layers().size(); ++k) {
      const Checked &c = s.layers()[k];
      ASSERT_EQ(c.layer.outputs[0], p.outputs[k]);
      const spec::Values expected = specified(p, c.layer, values);
      ASSERT_EQ(expected.size(), p.tensor(p.outputs[k]).bytes()) << c.layer.name;
      for (size_t i = 0; i < expected.size(); ++i) {
        ASSERT_LE(std::abs(got[i] - expected[i]), c.tolerance)
            << c.layer.name << " round " << round << " at " << i;
        different[c.layer.op] += got[i] != expected[i];
      }
      compared[c.layer.op] += expected.size();
      got += expected.size();
    }
  }
  EXPECT_EQ(compared.size(), 23u);
  for (const auto &[op, n] : different) EXPECT_LE(n, compared[op] / 5) << op;  // most are the nearest
}

// The same routines as they are shipped: compiled C against the bytes above.
TEST(Specification, the_exported_c_gives_the_same_bytes) {
  const SpecProgram s;
  TempFolder folder;
  export_c(s.program(), (folder / "c").string(), {.golden_count = 12});
  const std::string verdict = verify_c((folder / "c").string());
  EXPECT_NE(verdict.find("12 of 12 golden vectors equal"), std::string::npos) << verdict;
}

}  // namespace
}  // namespace mote::test
