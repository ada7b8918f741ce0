// int8 convolutions on the host: the image with its border as uint8, the rows of windows through
// int8_gemm, then the requantization of whole rows. Depthwise ones sum over taps.
//
// Its oracle is runtime/conv2d_s8.c, whose bits it must give; nothing of this goes to a device.
#include "kernels/int8_conv.h"

#include <algorithm>

namespace mote::kernels {

namespace {

int padded(int out, int stride, int kernel, int dilation, int in, int before) {
  return std::max((out - 1) * stride + (kernel - 1) * dilation + 1, in + before);
}

// Sets what lies around the rows of an image that has room for its border.
template <class T>
void fill_border(T *to, int padded_h, ptrdiff_t padded_row, int top, int rows, ptrdiff_t left, ptrdiff_t row,
                 T value) {
  std::fill_n(to, top * padded_row, value);
  std::fill_n(to + (top + rows) * padded_row, (padded_h - top - rows) * padded_row, value);
  if (left == 0 && row == padded_row) return;
  for (int h = top; h < top + rows; ++h) {
    T *at = to + h * padded_row;
    std::fill_n(at, left, value);
    std::fill_n(at + left + row, padded_row - left - row, value);
  }
}

// Memory of a thread for the layer at work.
template <class T>
T *scratch(size_t count) {
  static thread_local std::vector<T> memory;
  if (memory.size() < count) memory.resize(count);
  return memory.data();
}

}  // namespace

Int8Conv::Int8Conv(const Int8ConvGeometry &geometry, const int8_t *weights, Requantization q) : g_(geometry) {
  const Int8ConvGeometry &g = g_;
  padded_h_ = padded(g.out_h, g.stride_h, g.kernel_h, g.dilation_h, g.in_h, g.pad_top);
  padded_w_ = padded(g.out_w, g.stride_w, g.kernel_w, g.dilation_w, g.in_w, g.pad_left);
  const int filter_c = g.in_c / g.groups, group_outputs = g.out_c / g.groups;
  // the taps of a kernel row are neighbours in memory unless something lies between them
  const bool is_joined = g.groups == 1 && g.dilation_w == 1;
  const int length = is_joined ? g.kernel_w * filter_c : filter_c, per_row = is_joined ? 1 : g.kernel_w,
            segments = g.kernel_h * per_row;
  for (int h = 0; h < g.kernel_h; ++h)
    for (int w = 0; w < per_row; ++w)
      segments_.push_back((ptrdiff_t{h} * g.dilation_h * padded_w_ + ptrdiff_t{w} * g.dilation_w) * g.in_c);
  for (int group = 0; group < g.groups; ++group) {
    const int first = group * group_outputs;
    weights_.push_back(
        pack_int8(weights + ptrdiff_t{first} * segments * length, group_outputs, segments, length));
    Requantization r{{}, {}, {}, {}, q.zero_point, q.low, q.high};
    for (int i = 0; i < group_outputs; ++i) {
      const size_t c = first + i;
      // sum w (x - zp) = sum w (x + 128) - (zp + 128) sum w
      r.add(q.bias[c] - (g.input_zero_point + 128) * weights_.back().sums[i], q.multiplier[c],
            q.left[c] - q.right[c]);
    }
    r.pad();
    requantize_.push_back(std::move(r));
  }
}

void Int8Conv::run(const int8_t *x, int8_t *y) const {
  const Int8ConvGeometry &g = g_;
  constexpr size_t kBehind = 64;  // the last quad reads past its segment
  const size_t padded = padded_h_ * static_cast<size_t>(padded_w_) * g.in_c;
  auto *input = scratch<uint8_t>(padded + kBehind);  // x + 128 with its border
  auto *sums = scratch<int32_t>((g.out_w * static_cast<size_t>(weights_[0].blocks()) + 1) * kInt8Block);
  fill_border(input, padded_h_, ptrdiff_t{padded_w_} * g.in_c, g.pad_top, g.in_h,
              ptrdiff_t{g.pad_left} * g.in_c, ptrdiff_t{g.in_w} * g.in_c,
              static_cast<uint8_t>(g.input_zero_point + 128));
  const int filter_c = g.in_c / g.groups, group_outputs = g.out_c / g.groups, row = g.in_w * g.in_c;
  for (int n = 0; n < g.batches; ++n) {
    for (int h = 0; h < g.in_h; ++h, x += row) {
      uint8_t *to = input + (ptrdiff_t{h + g.pad_top} * padded_w_ + g.pad_left) * g.in_c;
      for (int i = 0; i < row; ++i) to[i] = x[i] ^ -128;
    }
    for (int h = 0; h < g.out_h; ++h, y += ptrdiff_t{g.out_w} * g.out_c)
      for (int group = 0; group < g.groups; ++group) {
        const size_t i = group;
        const uint8_t *a = input + ptrdiff_t{h} * g.stride_h * padded_w_ * g.in_c + group * filter_c;
        int8_gemm({a, ptrdiff_t{g.stride_w} * g.in_c, segments_.data(), g.out_w, &weights_[i], sums});
        requantize_rows(requantize_[i], sums, weights_[i].y_row(), g.out_w, group_outputs,
                        y + group * group_outputs, g.out_c);
      }
  }
}

Int8Depthwise::Int8Depthwise(const Int8ConvGeometry &geometry, const int8_t *weights, Requantization q)
    : g_(geometry), requantize_(std::move(q)) {
  const Int8ConvGeometry &g = g_;
  padded_h_ = padded(g.out_h, g.stride_h, g.kernel_h, g.dilation_h, g.in_h, g.pad_top);
  padded_w_ = padded(g.out_w, g.stride_w, g.kernel_w, g.dilation_w, g.in_w, g.pad_left);
  weights_.assign(weights, weights + ptrdiff_t{g.kernel_h} * g.kernel_w * g.in_c);
  for (int h = 0; h < g.kernel_h; ++h)
    for (int w = 0; w < g.kernel_w; ++w)
      taps_.push_back((ptrdiff_t{h} * g.dilation_h * padded_w_ + ptrdiff_t{w} * g.dilation_w) * g.in_c);
  requantize_.pad();
}

void Int8Depthwise::run(const int8_t *x, int8_t *y) const {
  const Int8ConvGeometry &g = g_;
  const size_t padded = padded_h_ * static_cast<size_t>(padded_w_) * g.in_c;
  auto *input = scratch<int16_t>(padded);              // x - zero point, 0 at the border
  const ptrdiff_t sums_row = requantize_.bias.size();  // padded to whole blocks
  auto *sums = scratch<int32_t>(requantize_.bias.size() * g.out_w);
  fill_border(input, padded_h_, ptrdiff_t{padded_w_} * g.in_c, g.pad_top, g.in_h,
              ptrdiff_t{g.pad_left} * g.in_c, ptrdiff_t{g.in_w} * g.in_c, int16_t{0});
  const int row = g.in_w * g.in_c;
  for (int n = 0; n < g.batches; ++n) {
    for (int h = 0; h < g.in_h; ++h, x += row) {
      int16_t *to = input + (ptrdiff_t{h + g.pad_top} * padded_w_ + g.pad_left) * g.in_c;
      for (int i = 0; i < row; ++i) to[i] = x[i] - g.input_zero_point;
    }
    for (int h = 0; h < g.out_h; ++h, y += ptrdiff_t{g.out_w} * g.in_c) {
      const int16_t *at = input + ptrdiff_t{h} * g.stride_h * padded_w_ * g.in_c;
      for (int w = 0; w < g.out_w; ++w, at += ptrdiff_t{g.stride_w} * g.in_c)
        int8_depthwise(at, taps_.data(), taps_.size(), weights_.data(), g.in_c, sums + w * sums_row);
      requantize_rows(requantize_, sums, sums_row, g.out_w, g.in_c, y, g.in_c);
    }
  }
}

}  // namespace mote::kernels
