// Routines on packed weights beside those on plain ones, of which sums_test.cpp shows that they are their
// definition: the portable ones, and those for dual products, whose instructions are computed in plain C.
#include "mote_packed.h"
#include "packed_weights.h"
#include "test_support.h"

#define MOTE_EMULATE_DSP
#define MOTE_DUAL(name) dual_##name
#define mote_conv2d_codebook1_s8 MOTE_DUAL(conv2d_codebook1)
#define mote_conv2d_codebook2_s8 MOTE_DUAL(conv2d_codebook2)
#define mote_conv2d_codebook3_s8 MOTE_DUAL(conv2d_codebook3)
#define mote_conv2d_codebook4_s8 MOTE_DUAL(conv2d_codebook4)
#define mote_conv2d_codebook5_s8 MOTE_DUAL(conv2d_codebook5)
#define mote_conv2d_codebook6_s8 MOTE_DUAL(conv2d_codebook6)
#define mote_conv2d_int4_s8 MOTE_DUAL(conv2d_int4)
#define mote_conv2d_sparse_2_4_s8 MOTE_DUAL(conv2d_sparse_2_4)
#define mote_conv2d_sparse_1_4_s8 MOTE_DUAL(conv2d_sparse_1_4)
#define mote_conv2d_sparse_1_8_s8 MOTE_DUAL(conv2d_sparse_1_8)
#define mote_conv2d_sparse_1_16_s8 MOTE_DUAL(conv2d_sparse_1_16)
#define mote_conv2d_blocks_s8 MOTE_DUAL(conv2d_blocks)
#define mote_fully_connected_codebook1_s8 MOTE_DUAL(dense_codebook1)
#define mote_fully_connected_codebook2_s8 MOTE_DUAL(dense_codebook2)
#define mote_fully_connected_codebook3_s8 MOTE_DUAL(dense_codebook3)
#define mote_fully_connected_codebook4_s8 MOTE_DUAL(dense_codebook4)
#define mote_fully_connected_codebook5_s8 MOTE_DUAL(dense_codebook5)
#define mote_fully_connected_codebook6_s8 MOTE_DUAL(dense_codebook6)
#define mote_fully_connected_int4_s8 MOTE_DUAL(dense_int4)
#define mote_fully_connected_sparse_2_4_s8 MOTE_DUAL(dense_sparse_2_4)
#define mote_fully_connected_sparse_1_4_s8 MOTE_DUAL(dense_sparse_1_4)
#define mote_fully_connected_sparse_1_8_s8 MOTE_DUAL(dense_sparse_1_8)
#define mote_fully_connected_sparse_1_16_s8 MOTE_DUAL(dense_sparse_1_16)
#define mote_fully_connected_blocks_s8 MOTE_DUAL(dense_blocks)
#include "../../runtime/conv2d_packed_s8.c"
#include "../../runtime/fully_connected_packed_s8.c"
#undef mote_conv2d_codebook1_s8
#undef mote_conv2d_codebook2_s8
#undef mote_conv2d_codebook3_s8
#undef mote_conv2d_codebook4_s8
#undef mote_conv2d_codebook5_s8
#undef mote_conv2d_codebook6_s8
#undef mote_conv2d_int4_s8
#undef mote_conv2d_sparse_2_4_s8
#undef mote_conv2d_sparse_1_4_s8
#undef mote_conv2d_sparse_1_8_s8
#undef mote_conv2d_sparse_1_16_s8
#undef mote_conv2d_blocks_s8
#undef mote_fully_connected_codebook1_s8
#undef mote_fully_connected_codebook2_s8
#undef mote_fully_connected_codebook3_s8
#undef mote_fully_connected_codebook4_s8
#undef mote_fully_connected_codebook5_s8
#undef mote_fully_connected_codebook6_s8
#undef mote_fully_connected_int4_s8
#undef mote_fully_connected_sparse_2_4_s8
#undef mote_fully_connected_sparse_1_4_s8
#undef mote_fully_connected_sparse_1_8_s8
#undef mote_fully_connected_sparse_1_16_s8
#undef mote_fully_connected_blocks_s8

namespace mote::test {
namespace {

using Conv = void (*)(MOTE_PACKED_CONV2D);
using Dense = void (*)(MOTE_PACKED_DENSE);

// In the order of packed_forms(): portable, with dual products.
constexpr std::pair<Conv, Conv> kConvs[] = {{mote_conv2d_codebook1_s8, dual_conv2d_codebook1},
                                            {mote_conv2d_codebook2_s8, dual_conv2d_codebook2},
                                            {mote_conv2d_codebook3_s8, dual_conv2d_codebook3},
                                            {mote_conv2d_codebook4_s8, dual_conv2d_codebook4},
                                            {mote_conv2d_codebook5_s8, dual_conv2d_codebook5},
                                            {mote_conv2d_codebook6_s8, dual_conv2d_codebook6},
                                            {mote_conv2d_int4_s8, dual_conv2d_int4},
                                            {mote_conv2d_sparse_2_4_s8, dual_conv2d_sparse_2_4},
                                            {mote_conv2d_sparse_1_4_s8, dual_conv2d_sparse_1_4},
                                            {mote_conv2d_sparse_1_8_s8, dual_conv2d_sparse_1_8},
                                            {mote_conv2d_sparse_1_16_s8, dual_conv2d_sparse_1_16},
                                            {mote_conv2d_blocks_s8, dual_conv2d_blocks}};
constexpr std::pair<Dense, Dense> kDenses[] = {{mote_fully_connected_codebook1_s8, dual_dense_codebook1},
                                               {mote_fully_connected_codebook2_s8, dual_dense_codebook2},
                                               {mote_fully_connected_codebook3_s8, dual_dense_codebook3},
                                               {mote_fully_connected_codebook4_s8, dual_dense_codebook4},
                                               {mote_fully_connected_codebook5_s8, dual_dense_codebook5},
                                               {mote_fully_connected_codebook6_s8, dual_dense_codebook6},
                                               {mote_fully_connected_int4_s8, dual_dense_int4},
                                               {mote_fully_connected_sparse_2_4_s8, dual_dense_sparse_2_4},
                                               {mote_fully_connected_sparse_1_4_s8, dual_dense_sparse_1_4},
                                               {mote_fully_connected_sparse_1_8_s8, dual_dense_sparse_1_8},
                                               {mote_fully_connected_sparse_1_16_s8, dual_dense_sparse_1_16},
                                               {mote_fully_connected_blocks_s8, dual_dense_blocks}};

int32_t between(Random &random, int low, int high) {
  return low + static_cast<int32_t>(random.below(static_cast<uint64_t>(high - low + 1)));
}

struct Drawn {
  std::vector<int8_t> x, shift;
  std::vector<int32_t> bias, multiplier;
  Drawn(Random &random, int32_t values, int32_t outputs) {
    for (int32_t i = 0; i < values; ++i) x.push_back(static_cast<int8_t>(between(random, -128, 127)));
    for (int32_t i = 0; i < outputs; ++i) {
      bias.push_back(between(random, -9000, 9000));
      multiplier.push_back(between(random, 1 << 30, INT32_MAX));
      shift.push_back(static_cast<int8_t>(random.below(5) == 0 ? MOTE_WIDE_SUM : between(random, -12, -5)));
    }
  }
};

// Bytes of exactly their size, in memory of their own: a read beyond them is seen by sanitizers.
std::vector<uint8_t> packed(const Storage &form, const Shape &shape, const std::vector<int8_t> &values) {
  ProgramTensor t{"w", shape, DType::kInt8, {{0.1f}, {0}, 0}, {}, true};
  t.store(values);
  return stored_as(t, form)->data;
}

TEST(PackedSums, convolutions_are_those_on_plain_weights) {
  Random random(1);
  for (int round = 0; round < 1800; ++round) {
    const size_t form = static_cast<size_t>(round) % std::size(kConvs);
    mote_conv2d_params p{};
    p.batches = between(random, 1, 2);
    p.groups = 1;
    p.in_h = between(random, 1, 6);
    p.in_w = between(random, 1, 7);
    p.in_c = round % 2 ? 8 * between(random, 1, 10) : between(random, 1, 13);
    p.out_c = between(random, 1, 36);
    p.kernel_h = between(random, 1, 3);
    p.kernel_w = between(random, 1, 3);
    p.stride_h = between(random, 1, 2);
    p.stride_w = between(random, 1, 2);
    p.dilation_h = round % 10 == 0 ? 2 : 1;
    p.dilation_w = round % 11 == 0 ? 2 : 1;
    if (round % 5 == 0) p.kernel_h = p.kernel_w = p.stride_h = p.stride_w = 1;
    p.pad_top = between(random, 0, p.kernel_h - 1);
    p.pad_left = between(random, 0, p.kernel_w - 1);
    p.out_h = std::max(1, (p.in_h + p.pad_top - 1) / p.stride_h);
    p.out_w = std::max(1, (p.in_w + p.pad_left - 1) / p.stride_w);
    p.input_zero_point = between(random, -128, 127);
    p.output_zero_point = between(random, -128, 127);
    p.act_min = round % 3 == 0 ? -100 : -128;
    p.act_max = 127;
    const Shape shape{p.out_c, p.kernel_h, p.kernel_w, p.in_c};
    const std::vector<int8_t> w = values_for(packed_forms()[form]->name, shape, random);
    const std::vector<uint8_t> bytes = packed(*packed_forms()[form], shape, w);
    const Drawn d(random, p.batches * p.in_h * p.in_w * p.in_c, p.out_c);
    std::vector<int8_t> expected(static_cast<size_t>(p.batches * p.out_h * p.out_w * p.out_c));
    mote_conv2d_s8(&p, d.x.data(), w.data(), d.bias.data(), d.multiplier.data(), d.shift.data(),
                   expected.data());
    for (const Conv routine : {kConvs[form].first, kConvs[form].second}) {
      std::vector<int8_t> y(expected.size());
      routine(&p, d.x.data(), bytes.data(), d.bias.data(), d.multiplier.data(), d.shift.data(), y.data());
      ASSERT_EQ(y, expected) << packed_forms()[form]->name << ", round " << round
                             << (routine == kConvs[form].second ? ", dual" : "");
    }
  }
}

TEST(PackedSums, dense_layers_are_those_on_plain_weights) {
  Random random(2);
  for (int round = 0; round < 1200; ++round) {
    const size_t form = static_cast<size_t>(round) % std::size(kDenses);
    mote_fully_connected_s8_params p{};
    p.batches = between(random, 1, 3);
    p.inputs = between(random, 1, 150);
    p.outputs = between(random, 1, 40);
    p.output_zero_point = between(random, -128, 127);
    p.per_channel = static_cast<int32_t>(random.below(2));
    p.act_min = -128;
    p.act_max = 127;
    const Shape shape{p.outputs, p.inputs};
    const std::vector<int8_t> w = values_for(packed_forms()[form]->name, shape, random);
    const std::vector<uint8_t> bytes = packed(*packed_forms()[form], shape, w);
    const Drawn d(random, p.batches * p.inputs, p.outputs);
    std::vector<int8_t> expected(static_cast<size_t>(p.batches * p.outputs));
    mote_fully_connected_s8(&p, d.x.data(), w.data(), d.bias.data(), d.multiplier.data(), d.shift.data(),
                            expected.data());
    for (const Dense routine : {kDenses[form].first, kDenses[form].second}) {
      std::vector<int8_t> y(expected.size());
      routine(&p, d.x.data(), bytes.data(), d.bias.data(), d.multiplier.data(), d.shift.data(), y.data());
      ASSERT_EQ(y, expected) << packed_forms()[form]->name << ", round " << round
                             << (routine == kDenses[form].second ? ", dual" : "");
    }
  }
}

}  // namespace
}  // namespace mote::test
