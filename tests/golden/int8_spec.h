// TensorFlow Lite's int8 operators, written from their specification in 64-bit integers and double precision,
// without the runtime and the ops: what the runtime must give where the recorded outputs are not at hand.
//
// Source: "TensorFlow Lite 8-bit quantization specification"; the double rounding of gemmlowp's fixed point.
#pragma once

#include <algorithm>
#include <cmath>
#include "program/program.h"

namespace mote::test::spec {

using Values = std::vector<int64_t>;

// x * real, real as a 31-bit fraction and a power of two: the doubled high half to nearest, then the power.
inline int64_t requantize(int64_t x, double real) {
  if (real == 0) return 0;
  int exponent;
  int64_t fraction = std::llround(std::frexp(real, &exponent) * 2147483648.0);
  if (fraction == int64_t{1} << 31) {
    fraction /= 2;
    ++exponent;
  }
  if (exponent < -31) return 0;
  const int64_t product = (exponent > 0 ? x * (int64_t{1} << exponent) : x) * fraction;
  const int64_t nudge = product >= 0 ? int64_t{1} << 30 : 1 - (int64_t{1} << 30);
  const int64_t high = (product + nudge) / (int64_t{1} << 31);
  if (exponent >= 0) return high;
  const int64_t power = int64_t{1} << -exponent, size = std::llabs(high);
  const int64_t rounded = (size + power / 2) / power;  // halves away from zero
  return high < 0 ? -rounded : rounded;
}

struct Tensor {
  const ProgramTensor &t;
  const Values &v;
  double scale(size_t channel = 0) const {
    return static_cast<double>(t.quant.scale[t.quant.scale.size() == 1 ? 0 : channel]);
  }
  int64_t zero() const { return t.quant.zero_point.empty() ? 0 : t.quant.zero_point[0]; }
  int dim(int d) const { return t.shape[d]; }
  int64_t at(int n, int h, int w, int c) const {
    return v[static_cast<size_t>(((n * dim(1) + h) * dim(2) + w) * dim(3) + c)];
  }
};

inline int64_t clamped(int64_t q, const Tensor &y, const std::string &activation) {
  int64_t low = -128, high = 127;
  const auto bound = [&](double real) -> int64_t { return y.zero() + std::llround(real / y.scale()); };
  if (activation == "relu" || activation == "relu6") low = std::max(low, bound(0));
  if (activation == "relu6") high = std::min(high, bound(6));
  if (activation == "relu_n1_to_1") {
    low = std::max(low, bound(-1));
    high = std::min(high, bound(1));
  }
  return std::clamp(q, low, high);
}

// SAME: as many outputs as strides fit into the input, the smaller half of the padding before it.
inline int padding_before(const Attrs &a, int in, int out, int span, int stride) {
  return a.text("padding") == "same" ? std::max((out - 1) * stride + span - in, 0) / 2 : 0;
}

// Visits the taps of every output of a window over height and width that lie inside the input.
template <class Visit, class Done>
void windows(const Attrs &a, const Tensor &x, const Tensor &y, const char *size_key, Visit visit, Done done) {
  const auto size = a.list(size_key), stride = a.list("strides");
  const std::vector<int64_t> dilation =
      a.contains("dilation") ? a.list("dilation") : std::vector<int64_t>{1, 1};
  int before[2], step[2], taps[2], spread[2];
  for (size_t d = 0; d < 2; ++d) {
    taps[d] = static_cast<int>(size[d]);
    step[d] = static_cast<int>(stride[d]);
    spread[d] = static_cast<int>(dilation[d]);
    const int axis = static_cast<int>(d) + 1;
    before[d] = padding_before(a, x.dim(axis), y.dim(axis), (taps[d] - 1) * spread[d] + 1, step[d]);
  }
  for (int n = 0; n < y.dim(0); ++n)
    for (int oh = 0; oh < y.dim(1); ++oh)
      for (int ow = 0; ow < y.dim(2); ++ow)
        for (int c = 0; c < y.dim(3); ++c) {
          for (int kh = 0; kh < taps[0]; ++kh)
            for (int kw = 0; kw < taps[1]; ++kw) {
              const int h = oh * step[0] - before[0] + kh * spread[0],
                        w = ow * step[1] - before[1] + kw * spread[1];
              if (h >= 0 && h < x.dim(1) && w >= 0 && w < x.dim(2)) visit(n, h, w, kh, kw, c);
            }
          done(c);
        }
}

inline Values convolution(const Attrs &a, const Tensor &x, const Tensor &w, const Values *bias,
                          const Tensor &y, bool is_depthwise) {
  Values out;
  int64_t sum = 0;
  const int multiplier = y.dim(3) / x.dim(3);
  Attrs sized = a;
  sized["kernel"] = std::vector<int64_t>{w.dim(1), w.dim(2)};
  windows(
      sized, x, y, "kernel",
      [&](int n, int h, int v, int kh, int kw, int c) {
        if (is_depthwise) {
          sum += (x.at(n, h, v, c / multiplier) - x.zero()) * w.at(0, kh, kw, c);
          return;
        }
        for (int i = 0; i < x.dim(3); ++i) sum += (x.at(n, h, v, i) - x.zero()) * w.at(c, kh, kw, i);
      },
      [&](int c) {
        if (bias) sum += (*bias)[static_cast<size_t>(c)];
        const int64_t q = requantize(sum, x.scale() * w.scale(static_cast<size_t>(c)) / y.scale()) + y.zero();
        out.push_back(clamped(q, y, a.text("activation")));
        sum = 0;
      });
  return out;
}

inline Values dense(const Attrs &a, const Tensor &x, const Tensor &w, const Values *bias, const Tensor &y) {
  Values out;
  const auto outputs = static_cast<size_t>(w.dim(0)), inputs = static_cast<size_t>(w.dim(1));
  for (size_t n = 0; n < x.v.size() / inputs; ++n)
    for (size_t o = 0; o < outputs; ++o) {
      int64_t sum = bias ? (*bias)[o] : 0;
      for (size_t i = 0; i < inputs; ++i) sum += (x.v[n * inputs + i] - x.zero()) * w.v[o * inputs + i];
      // one scale for all: the product of the scales is a float
      const double product = w.t.quant.scale.size() == 1
                                 ? static_cast<double>(x.t.quant.scale[0] * w.t.quant.scale[0])
                                 : x.scale() * w.scale(o);
      out.push_back(clamped(requantize(sum, product / y.scale()) + y.zero(), y, a.text("activation")));
    }
  return out;
}

inline Values pool(const Attrs &a, const Tensor &x, const Tensor &y, bool is_mean) {
  Values out;
  int64_t sum = 0, count = 0, largest = -128;
  windows(
      a, x, y, "pool",
      [&](int n, int h, int w, int, int, int c) {
        sum += x.at(n, h, w, c);
        ++count;
        largest = std::max(largest, x.at(n, h, w, c));
      },
      [&](int) {
        const int64_t mean = (sum > 0 ? sum + count / 2 : sum - count / 2) / count;
        out.push_back(clamped(is_mean ? mean : largest, y, a.text("activation")));
        sum = count = 0;
        largest = -128;
      });
  return out;
}

// 'b' may be broadcast along any axis of four.
inline Values binary(const std::string &op, const Attrs &a, const Tensor &x, const Tensor &b,
                     const Tensor &y) {
  Values out;
  for (int n = 0; n < y.dim(0); ++n)
    for (int h = 0; h < y.dim(1); ++h)
      for (int w = 0; w < y.dim(2); ++w)
        for (int c = 0; c < y.dim(3); ++c) {
          const auto of = [&](const Tensor &t) {
            return t.at(t.dim(0) > 1 ? n : 0, t.dim(1) > 1 ? h : 0, t.dim(2) > 1 ? w : 0,
                        t.dim(3) > 1 ? c : 0) -
                   t.zero();
          };
          int64_t q;
          if (op == "mul") {
            q = requantize(of(x) * of(b), x.scale() * b.scale() / y.scale());
          } else {
            const double twice = 2 * std::max(x.scale(), b.scale());
            // TensorFlow Lite Micro divides the scales of SUB in float (sub_common.cc), those of ADD in
            // double
            const auto ratio = [&](double above, double below) {
              return op == "add" ? above / below : double{float(above) / float(below)};
            };
            const int64_t headroom = 1 << 20, p = requantize(of(x) * headroom, ratio(x.scale(), twice)),
                          r = requantize(of(b) * headroom, ratio(b.scale(), twice));
            q = requantize(op == "add" ? p + r : p - r, ratio(twice, headroom * y.scale()));
          }
          out.push_back(clamped(q + y.zero(), y, a.text("activation")));
        }
  return out;
}

// In double precision, each value to the nearest step.
template <class Function>
Values curve(const Tensor &x, const Tensor &y, Function f) {
  Values out;
  for (int64_t q : x.v)
    out.push_back(std::clamp<int64_t>(
        std::llround(f(x.scale() * static_cast<double>(q - x.zero())) / y.scale()) + y.zero(), -128, 127));
  return out;
}

inline Values softmax(const Attrs &a, const Tensor &x, const Tensor &y) {
  Values out;
  const auto columns = static_cast<size_t>(x.t.shape[-1]);
  for (size_t r = 0; r < x.v.size(); r += columns) {
    double sum = 0;
    const auto weight = [&](size_t i) {
      return std::exp(a.number("beta") * x.scale() * static_cast<double>(x.v[r + i] - 127));
    };
    for (size_t i = 0; i < columns; ++i) sum += weight(i);
    for (size_t i = 0; i < columns; ++i)
      out.push_back(std::clamp<int64_t>(std::llround(weight(i) / sum * 256) + y.zero(), -128, 127));
  }
  return out;
}

// Keras' equations in double precision; the state that goes back is the int8 output. Gates i, f, g, o.
inline Values lstm(const std::vector<Tensor> &in, const Tensor &y, double cell_clip) {
  const Tensor &x = in[0];
  const auto steps = static_cast<size_t>(x.dim(1)), inputs = static_cast<size_t>(x.dim(2)),
             cells = static_cast<size_t>(y.dim(2));
  const auto sigmoid = [](double v) { return 1 / (1 + std::exp(-v)); };
  Values out;
  for (size_t n = 0; n < static_cast<size_t>(x.dim(0)); ++n) {
    std::vector<double> h(cells, 0.0), cell(cells, 0.0);
    for (size_t t = 0; t < steps; ++t) {
      std::vector<double> next(cells);
      for (size_t j = 0; j < cells; ++j) {
        double gate[4];
        for (size_t g = 0; g < 4; ++g) {
          const Tensor &w = in[1 + g], &r = in[5 + g];
          gate[g] = static_cast<double>(in[9 + g].v[j]) * x.scale() * w.scale();
          for (size_t i = 0; i < inputs; ++i)
            gate[g] += x.scale() * static_cast<double>(x.v[(n * steps + t) * inputs + i] - x.zero()) *
                       w.scale() * static_cast<double>(w.v[j * inputs + i]);
          for (size_t i = 0; i < cells; ++i)
            gate[g] += h[i] * r.scale() * static_cast<double>(r.v[j * cells + i]);
          gate[g] = std::clamp(gate[g], -8.0, 8.0);
        }
        cell[j] = sigmoid(gate[1]) * cell[j] + sigmoid(gate[0]) * std::tanh(gate[2]);
        if (cell_clip > 0) cell[j] = std::clamp(cell[j], -cell_clip, cell_clip);
        const double real = sigmoid(gate[3]) * std::tanh(cell[j]);
        out.push_back(std::clamp<int64_t>(std::llround(real / y.scale()) + y.zero(), -128, 127));
        next[j] = y.scale() * static_cast<double>(out.back() - y.zero());
      }
      h = next;
    }
  }
  return out;
}

}  // namespace mote::test::spec
