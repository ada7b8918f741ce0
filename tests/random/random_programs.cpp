// Draws programs that are valid by construction: shapes, layers, scales and constants from a seed.
//
// What is done with them: random_test.cpp on the desk, tests/e2e/random_programs.sh in the standard
// interpreter, and the seeds of the fuzzers.
#include "random/random_programs.h"

#include <algorithm>
#include <cmath>

#include "graph/op_def.h"
#include "program/program.h"

namespace mote::test {

namespace {

using Values = std::vector<int64_t>;

class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed, {0x52414E44}) {}

  IntegerProgram make() {
    p_.name = "random";
    batch_ = below(5) == 0 ? 2 : 1;
    const int inputs = below(4) == 0 ? 2 : 1;
    const bool wide = below(4) == 0;
    for (int i = 0; i < inputs; ++i) {
      const Shape shape =
          i > 0 ? p_.tensor(values_[0]).shape : Shape{batch_, 2 + below(9), 1 + below(9), 1 + below(7)};
      const float fine = uniform(0.01, 0.06);
      p_.inputs.push_back(wide ? value(shape, fine / 256, 0, DType::kInt16) : value(shape, fine, zero()));
      values_.push_back(p_.inputs.back());
    }
    const size_t wanted = 3 + static_cast<size_t>(below(8));
    for (int tries = 0; p_.layers.size() < wanted && tries < 200; ++tries) grow();
    for (int t : values_)
      if (!is_read(t) && std::find(p_.inputs.begin(), p_.inputs.end(), t) == p_.inputs.end())
        p_.outputs.push_back(t);
    drop_unread_inputs();
    return std::move(p_);
  }

 private:
  int below(int n) { return static_cast<int>(random_.below(static_cast<uint64_t>(n))); }
  float uniform(double low, double high) {
    return static_cast<float>(low + (high - low) * random_.uniform());
  }
  int zero() { return below(81) - 40; }
  template <class T>
  T pick(std::initializer_list<T> list) {
    return *(list.begin() + below(static_cast<int>(list.size())));
  }
  std::string activation() { return pick<std::string>({"none", "none", "relu", "relu6", "relu_n1_to_1"}); }

  int value(const Shape &shape, float scale, int zero_point, DType dtype = DType::kInt8) {
    const std::string name = "v" + std::to_string(p_.tensors.size());
    return p_.add_tensor({name, shape, dtype, {{scale}, {zero_point}, 0}, {}, false});
  }
  // Like x, with another scale; int16 has the zero point 0.
  int result(int x, const Shape &shape, double scale) {
    const bool wide = p_.tensor(x).dtype == DType::kInt16;
    return value(shape, static_cast<float>(scale), wide ? 0 : zero(), p_.tensor(x).dtype);
  }
  int same_scale(int x, const Shape &shape) {
    const ProgramTensor t = p_.tensor(x);
    return value(shape, t.quant.scale[0], t.quant.zero_point[0], t.dtype);
  }
  double scale(int x) const { return static_cast<double>(p_.tensor(x).quant.scale[0]); }
  double spread(int x) const {
    return p_.tensor(x).dtype == DType::kInt16 ? 19000 : 74;
  }  // of uniform values
  double levels(int x) const { return p_.tensor(x).dtype == DType::kInt16 ? 32768 : 128; }

  bool is_read(int tensor) const {
    for (const ProgramLayer &l : p_.layers)
      if (std::find(l.inputs.begin(), l.inputs.end(), tensor) != l.inputs.end()) return true;
    return false;
  }

  void drop_unread_inputs() {
    std::erase_if(p_.inputs, [&](int t) { return !is_read(t); });
    drop_unused_tensors(p_);
  }

  void layer(const std::string &op, const Attrs &attrs, std::vector<int> inputs, std::vector<int> outputs) {
    const std::string name = op + "_" + std::to_string(p_.layers.size());
    p_.layers.push_back(
        {op, name, complete_attrs(name, op_by_name(op).attrs, attrs), std::move(inputs), outputs});
    values_.insert(values_.end(), outputs.begin(), outputs.end());
  }

  // Weights with scales around `typical`, and their bias; both named after the tensor they follow.
  std::pair<int, int> weights(const Shape &shape, int axis, int x, bool may_lack_bias) {
    const int channels = shape[axis];
    const bool per_tensor = below(3) == 0;
    ProgramTensor w{
        "w" + std::to_string(p_.tensors.size()), shape, DType::kInt8, {{}, {}, per_tensor ? 0 : axis},
        std::vector<uint8_t>(shape.elements()),  true};
    for (uint8_t &b : w.data) b = static_cast<uint8_t>(static_cast<int8_t>(below(255) - 127));
    const float common = uniform(0.002, 0.02);
    for (int c = 0; c < (per_tensor ? 1 : channels); ++c) {
      w.quant.scale.push_back(per_tensor ? common : common * uniform(0.3, 1.0));
      w.quant.zero_point.push_back(0);
    }
    const QuantParams scales = w.quant;
    const int index = p_.add_tensor(std::move(w));
    const bool wide = p_.tensor(x).dtype == DType::kInt16;
    // beside int16 some interpreters take any bias for an int64 one, and demand one
    if (may_lack_bias && !wide && below(4) == 0) return {index, -1};
    ProgramTensor b{"b" + std::to_string(p_.tensors.size()),
                    {channels},
                    wide ? DType::kInt64 : DType::kInt32,
                    {},
                    {},
                    true};
    for (int c = 0; c < channels; ++c) {
      const int64_t v = (below(20001) - 10000) * (wide ? 256 : 1);
      const auto *bytes = reinterpret_cast<const uint8_t *>(&v);
      b.data.insert(b.data.end(), bytes, bytes + (wide ? 8 : 4));
    }
    for (float s : scales.scale) {
      b.quant.scale.push_back(static_cast<float>(scale(x)) * s);
      b.quant.zero_point.push_back(0);
    }
    return {index, p_.add_tensor(std::move(b))};
  }
  // Of the output of a weighted layer over `terms` products.
  double weighted_scale(int x, int w, int terms) {
    const double typical = static_cast<double>(p_.tensor(w).quant.scale[0]);
    return scale(x) * spread(x) * typical * 74 * std::sqrt(terms) * static_cast<double>(uniform(1.5, 4)) /
           levels(x);
  }

  static int window(int in, int kernel, int stride, int dilation, bool same) {
    const int span = (kernel - 1) * dilation + 1;
    return same ? (in + stride - 1) / stride : span > in ? 0 : (in - span) / stride + 1;
  }

  void convolution(int x, bool depthwise) {
    const Shape in = p_.tensor(x).shape;
    const int kh = 1 + below(4), kw = 1 + below(4), sh = 1 + below(2), sw = below(3) == 0 ? 1 + below(3) : sh,
              d = below(4) == 0 && sh == 1 && sw == 1 ? 2 : 1;
    const bool same = below(2) == 0;
    const int oh = window(in[1], kh, sh, d, same), ow = window(in[2], kw, sw, d, same);
    if (oh == 0 || ow == 0) return;
    const int multiplicity = 1 + below(2), groups = !depthwise && in[3] % 2 == 0 && below(4) == 0 ? 2 : 1,
              out_c = depthwise ? in[3] * multiplicity : groups * (1 + below(9 / groups));
    const auto [w, b] = depthwise ? weights({1, kh, kw, out_c}, 3, x, true)
                                  : weights({out_c, kh, kw, in[3] / groups}, 0, x, true);
    const int terms = kh * kw * (depthwise ? 1 : in[3] / groups);
    const int y = result(x, {in[0], oh, ow, out_c}, weighted_scale(x, w, terms));
    std::vector<int> inputs = {x, w, b};
    layer(depthwise ? "depthwise_conv2d" : "conv2d",
          {{"strides", Values{sh, sw}},
           {"dilation", Values{d, d}},
           {"padding", std::string(same ? "same" : "valid")},
           {"activation", activation()}},
          inputs, {y});
  }

  void pool(int x) {
    const Shape in = p_.tensor(x).shape;
    const int ph = 1 + below(3), pw = 1 + below(3), sh = 1 + below(2), sw = 1 + below(2);
    const bool same = below(2) == 0;
    const int oh = window(in[1], ph, sh, 1, same), ow = window(in[2], pw, sw, 1, same);
    if (oh == 0 || ow == 0) return;
    layer(pick<std::string>({"max_pool2d", "avg_pool2d"}),
          {{"pool", Values{ph, pw}},
           {"strides", Values{sh, sw}},
           {"padding", std::string(same ? "same" : "valid")},
           {"activation", activation()}},
          {x}, {same_scale(x, {in[0], oh, ow, in[3]})});
  }

  void binary(int x) {
    const ProgramTensor a = p_.tensor(x);
    std::vector<int> partners = {x};
    for (int v : values_) {
      const ProgramTensor &t = p_.tensor(v);
      if (t.dtype != a.dtype || t.shape.rank() != a.shape.rank()) continue;
      bool fits = true;
      for (int d = 0; d < t.shape.rank(); ++d) fits = fits && (t.shape[d] == a.shape[d] || t.shape[d] == 1);
      if (fits) partners.push_back(v);
    }
    const int z = partners[static_cast<size_t>(below(static_cast<int>(partners.size())))];
    const auto op = pick<std::string>({"add", "sub", "mul"});
    const double sy = op == "mul" ? scale(x) * scale(z) * spread(x) * static_cast<double>(uniform(0.6, 3))
                                  : std::max(scale(x), scale(z)) * static_cast<double>(uniform(0.8, 2.5));
    const int y = result(x, a.shape, sy);
    layer(op, {{"activation", activation()}}, {x, z}, {y});
  }

  void dense(int x) {
    const Shape in = p_.tensor(x).shape;
    const int inputs = static_cast<int>(in.elements()) / in[0], units = 1 + below(12);
    const auto [w, b] = weights({units, inputs}, 0, x, true);
    layer("dense", {{"activation", activation()}}, {x, w, b},
          {result(x, {in[0], units}, weighted_scale(x, w, inputs))});
  }

  void mean(int x) {
    const Shape in = p_.tensor(x).shape;
    const bool keep = below(2) == 0;
    const int y = result(x, keep ? Shape{in[0], 1, 1, in[3]} : Shape{in[0], in[3]},
                         scale(x) * static_cast<double>(uniform(0.2, 1)));
    layer("mean", {{"axes", Values{1, 2}}}, {x}, {y});
  }

  void curve(int x) {
    const bool wide = p_.tensor(x).dtype == DType::kInt16;
    const Shape shape = p_.tensor(x).shape;
    const auto op =
        wide ? pick<std::string>({"logistic", "tanh", "leaky_relu", "abs", "relu"})
             : pick<std::string>({"logistic", "tanh", "leaky_relu", "abs", "relu", "relu6", "hard_swish"});
    if (op == "logistic")
      return layer(op, {}, {x},
                   {wide ? value(shape, 1.0f / 32768, 0, DType::kInt16) : value(shape, 1.0f / 256, -128)});
    if (op == "tanh")
      return layer(op, {}, {x},
                   {wide ? value(shape, 1.0f / 32768, 0, DType::kInt16) : value(shape, 1.0f / 128, 0)});
    if (op == "relu6") return layer(op, {}, {x}, {same_scale(x, shape)});
    const Attrs attrs =
        op == "leaky_relu" ? Attrs{{"alpha", static_cast<double>(uniform(0.05, 0.4))}} : Attrs{};
    layer(op, attrs, {x}, {result(x, shape, scale(x) * static_cast<double>(uniform(0.6, 1.2)))});
  }

  void softmax(int x) {
    const bool wide = p_.tensor(x).dtype == DType::kInt16;
    const Shape shape = p_.tensor(x).shape;
    layer("softmax", {}, {x},
          {wide ? value(shape, 1.0f / 32768, 0, DType::kInt16) : value(shape, 1.0f / 256, -128)});
  }

  void rescale(int x) {
    const ProgramTensor from = p_.tensor(x);
    const bool to_wide = below(2) == 0, from_wide = from.dtype == DType::kInt16;
    const double finer = (from_wide ? 256 : 1) / (to_wide ? 256.0 : 1.0);
    const double sy = scale(x) * finer * static_cast<double>(uniform(0.6, 1.7));
    const int y = value(from.shape, static_cast<float>(sy), to_wide ? 0 : zero(),
                        to_wide ? DType::kInt16 : DType::kInt8);
    layer("quantize", {}, {x}, {y});
  }

  void move(int x) {
    const Shape in = p_.tensor(x).shape;
    std::vector<int> dims = in.dims();
    const int rank = in.rank(), axis = 1 + below(rank - 1);
    const auto at = static_cast<size_t>(axis);
    switch (below(7)) {
      case 0: {
        Values before(static_cast<size_t>(rank), 0), after = before;
        before[at] = below(3);
        after[at] = 1 + below(2);
        dims[at] += static_cast<int>(before[at] + after[at]);
        Attrs attrs{{"before", before}, {"after", after}};
        if (below(3) == 0) attrs["value"] = int64_t{below(200) - 100};
        return layer("pad", attrs, {x}, {same_scale(x, Shape(dims))});
      }
      case 1: {
        dims[at] *= 2;
        return layer("concatenation", {{"axis", int64_t{axis}}}, {x, x}, {same_scale(x, Shape(dims))});
      }
      case 2: {
        Values perm(static_cast<size_t>(rank));
        for (size_t d = 0; d < perm.size(); ++d) perm[d] = static_cast<int64_t>(d);
        std::swap(perm[at], perm.back());
        std::swap(dims[at], dims.back());
        return layer("transpose", {{"perm", perm}}, {x}, {same_scale(x, Shape(dims))});
      }
      case 3: {
        Values begin(static_cast<size_t>(rank), 0), count(dims.begin(), dims.end()),
            step(static_cast<size_t>(rank), 1);
        if (dims[at] < 2) return;
        begin[at] = below(dims[at] - 1);
        step[at] = 1 + below(2);
        count[at] = (dims[at] - begin[at] + step[at] - 1) / step[at];
        dims[at] = static_cast<int>(count[at]);
        return layer("strided_slice", {{"begin", begin}, {"count", count}, {"step", step}}, {x},
                     {same_scale(x, Shape(dims))});
      }
      case 4: {
        if (dims[at] < 2) return;
        const int all = dims[at], first = 1 + below(all - 1);
        dims[at] = first;
        const int a = same_scale(x, Shape(dims));
        dims[at] = all - first;
        return layer("split", {{"axis", int64_t{axis}}}, {x}, {a, same_scale(x, Shape(dims))});
      }
      case 5: {
        if (dims[at] > 4 || rank < 3) return;
        const int parts = dims[at];
        dims.erase(dims.begin() + axis);
        std::vector<int> outputs;
        for (int i = 0; i < parts; ++i) outputs.push_back(same_scale(x, Shape(dims)));
        layer("unpack", {{"axis", int64_t{axis}}}, {x}, outputs);
        dims.insert(dims.begin() + axis, parts);
        return layer("pack", {{"axis", int64_t{axis}}}, outputs, {same_scale(x, Shape(dims))});
      }
      default: {
        const int rest = static_cast<int>(in.elements()) / in[0];
        return layer("reshape", {{"shape", Values{rest}}}, {x}, {same_scale(x, {in[0], rest})});
      }
    }
  }

  void grow() {
    // the newest values more often than the old ones
    const int count = static_cast<int>(values_.size());
    const int x =
        values_[static_cast<size_t>(below(2) ? count - 1 - below(std::min(count, 2)) : below(count))];
    const Shape shape = p_.tensor(x).shape;
    const bool is_image = shape.rank() == 4;
    if (shape.elements() > 4000) return;
    switch (below(14)) {
      case 0:
      case 1:
        return is_image ? convolution(x, false) : dense(x);
      case 2:
      case 3:
        return is_image ? convolution(x, true) : dense(x);
      case 4:
        return is_image ? pool(x) : softmax(x);
      case 5:
      case 6:
        return binary(x);
      case 7:
        return is_image ? mean(x) : dense(x);
      case 8:
      case 9:
        return curve(x);
      case 10:
        return rescale(x);
      case 11:
        return below(3) == 0 ? dense(x) : move(x);
      default:
        return move(x);
    }
  }

  Random random_;
  IntegerProgram p_;
  std::vector<int> values_;
  int batch_ = 1;
};

}  // namespace

// Of every fourth, callers see the int8 inputs and outputs as uint8.
IntegerProgram random_program(uint64_t seed) {
  IntegerProgram p = Generator(seed).make();
  for (const std::vector<int> *ports : {&p.inputs, &p.outputs})
    for (int t : *ports)
      p.tensors[static_cast<size_t>(t)].is_uint8_port = seed % 4 == 0 && p.tensor(t).dtype == DType::kInt8;
  return p;
}

IntegerProgram with_all_outputs(IntegerProgram p) {
  p.outputs.clear();
  for (const ProgramLayer &l : p.layers)
    for (int t : l.outputs) p.outputs.push_back(t);
  return p;
}

}  // namespace mote::test
