// The recurrent int8 routines of the runtime against their definition: the portable ones, and those for
// processors with dual 16-bit products, whose instructions are computed here in plain C.
#include "base/random.h"
#include "mote_runtime.h"
#include "test_support.h"

extern "C" {
#include "mote_sigmoid_s16.h"
}

#define MOTE_EMULATE_DSP
#include "mote_recurrent_s8.h"
#include "mote_sums.h"
namespace dual_lstm {
#include "../../runtime/lstm_s8.c"
}
namespace dual_gru {
#include "../../runtime/gru_s8.c"
}
namespace dual_simple_rnn {
#include "../../runtime/simple_rnn_s8.c"
}

namespace mote {
namespace {

struct Draw {
  Random random;
  int32_t operator()(int64_t low, int64_t high) {
    return static_cast<int32_t>(low +
                                static_cast<int64_t>(random.below(static_cast<uint64_t>(high - low + 1))));
  }
  template <class T>
  std::vector<T> list(int32_t count, int64_t low, int64_t high) {
    std::vector<T> values;
    for (int32_t i = 0; i < count; ++i) values.push_back(static_cast<T>((*this)(low, high)));
    return values;
  }
};

// sum w (x - zero_point) of row `row`.
template <class T>
int64_t product(const std::vector<int8_t> &w, int32_t row, const T *x, int32_t count, int32_t zero_point) {
  int64_t sum = 0;
  for (int32_t i = 0; i < count; ++i) sum += w[static_cast<size_t>(row * count + i)] * (x[i] - zero_point);
  return sum;
}

std::vector<int32_t> less_zero_point(std::vector<int32_t> bias, const std::vector<int8_t> &w, int32_t by) {
  const size_t size = w.size() / bias.size();
  for (size_t i = 0; i < w.size(); ++i) bias[i / size] -= w[i] * by;
  return bias;
}

int32_t cut(int64_t v) { return mote_saturate_s16(static_cast<int32_t>(v)); }

// An LSTM as its exporter gets it: zero points, shifts as they are.
struct Lstm {
  mote_lstm_s8_params p{};
  int32_t zero_point = 0;
  std::vector<int8_t> x, w, r, hidden0;
  std::vector<int32_t> bias;
  std::vector<int16_t> cell0;
  bool has_initial = false;
  int32_t wide = 0;  // gates whose shifts hold MOTE_WIDE_SUM though they need not, as bits

  explicit Lstm(Draw &draw) {
    p.batches = draw(1, 2);
    p.steps = draw(1, 4);
    p.inputs = draw(1, 13);
    p.cells = draw(1, 13);
    zero_point = draw(-128, 127);
    p.hidden_zero_point = draw(-128, 127);
    p.cell_clip = draw(0, 3) == 0 ? draw(100, 32000) : 0;
    p.cell_scale_power = draw(-15, -9);
    p.forget_multiplier = p.update_multiplier = 1 << 30;
    p.forget_shift = -14;
    p.update_shift = -29 - p.cell_scale_power;
    p.output_multiplier = draw(1 << 30, INT32_MAX);
    p.output_shift = draw(-24, -18);
    for (int g = 0; g < 4; ++g) {
      p.input_multiplier[g] = draw(1 << 30, INT32_MAX);
      p.input_shift[g] = draw(-9, 1);
      p.recurrent_multiplier[g] = draw(1 << 30, INT32_MAX);
      p.recurrent_shift[g] = draw(-9, 1);
    }
    x = draw.list<int8_t>(p.batches * p.steps * p.inputs, -128, 127);
    w = draw.list<int8_t>(4 * p.cells * p.inputs, -127, 127);
    r = draw.list<int8_t>(4 * p.cells * p.cells, -127, 127);
    hidden0 = draw.list<int8_t>(p.cells, -128, 127);
    bias = draw.list<int32_t>(4 * p.cells, -30000, 30000);
    cell0 = draw.list<int16_t>(p.cells, -32768, 32767);
    has_initial = draw(0, 1) == 1;
    wide = draw(0, 15);
  }

  std::vector<int8_t> expected() const {
    std::vector<int8_t> y;
    for (int32_t n = 0; n < p.batches; ++n) {
      std::vector<int32_t> hidden(static_cast<size_t>(p.cells), p.hidden_zero_point);
      std::vector<int32_t> cell(static_cast<size_t>(p.cells));
      if (has_initial) {
        hidden.assign(hidden0.begin(), hidden0.end());
        cell.assign(cell0.begin(), cell0.end());
      }
      for (int32_t t = 0; t < p.steps; ++t) {
        const std::vector<int32_t> before = hidden;
        for (int32_t j = 0; j < p.cells; ++j) {
          const auto at = static_cast<size_t>(j);
          hidden[at] = output(x.data() + (n * p.steps + t) * p.inputs, before, j, cell[at]);
          y.push_back(static_cast<int8_t>(hidden[at]));
        }
      }
    }
    return y;
  }

  std::vector<int8_t> computed(decltype(&mote_lstm_s8) routine, std::vector<int16_t> &cell) const {
    mote_lstm_s8_params q = p;
    for (int g = 0; g < 4; ++g) {
      const bool is_wide = (wide >> g & 1) != 0;
      if (q.input_shift[g] >= 0 || is_wide) q.input_shift[g] += MOTE_WIDE_SUM;
      if (q.recurrent_shift[g] >= 0 || is_wide) q.recurrent_shift[g] += MOTE_WIDE_SUM;
    }
    const std::vector<int32_t> b = less_zero_point(bias, w, zero_point);
    const std::vector<int32_t> rb =
        less_zero_point(std::vector<int32_t>(bias.size()), r, p.hidden_zero_point);
    std::vector<int8_t> y(static_cast<size_t>(p.batches * p.steps * p.cells));
    cell.assign(static_cast<size_t>(p.cells), 0);
    routine(&q, x.data(), has_initial ? hidden0.data() : nullptr, has_initial ? cell0.data() : nullptr,
            w.data(), r.data(), b.data(), rb.data(), cell.data(), y.data());
    return y;
  }

 private:
  static int32_t tanh_of(int32_t v, int power) {  // v 2^power; the table takes 3 * 4096 steps a unit
    const int left = 12 + power;
    return mote_tanh_q15(left >= 0 ? v * 3 * (1 << left) : (v * 3 + (1 << (-left - 1))) >> -left);
  }
  int32_t output(const int8_t *in, const std::vector<int32_t> &hidden, int32_t j, int32_t &cell) const {
    int32_t gate[4];  // input, forget, cell, output
    for (int32_t g = 0; g < 4; ++g) {
      const int32_t row = g * p.cells + j;
      const int64_t a = product(w, row, in, p.inputs, zero_point) + bias[static_cast<size_t>(row)];
      const int64_t b = product(r, row, hidden.data(), p.cells, p.hidden_zero_point);
      gate[g] =
          cut(cut(mote_requantize(static_cast<int32_t>(a), p.input_multiplier[g], p.input_shift[g])) +
              cut(mote_requantize(static_cast<int32_t>(b), p.recurrent_multiplier[g], p.recurrent_shift[g])));
    }
    const auto open = [&](int g) { return int32_t{mote_sigmoid_q15(3 * gate[g])}; };
    const int32_t kept = mote_requantize(open(1) * cell, p.forget_multiplier, p.forget_shift);
    const int32_t added =
        mote_requantize(open(0) * tanh_of(gate[2], -12), p.update_multiplier, p.update_shift);
    cell = cut(cut(kept) + cut(added));
    if (p.cell_clip > 0) cell = std::clamp(cell, -p.cell_clip, p.cell_clip);
    const int32_t out =
        mote_requantize(tanh_of(cell, p.cell_scale_power) * open(3), p.output_multiplier, p.output_shift);
    return std::clamp(out + p.hidden_zero_point, -128, 127);
  }
};

TEST(Recurrent, lstm_is_its_definition) {
  Draw draw{Random(5)};
  for (int round = 0; round < 500; ++round) {
    const Lstm lstm(draw);
    const std::vector<int8_t> expected = lstm.expected();
    std::vector<int16_t> portable, dual;
    ASSERT_EQ(lstm.computed(mote_lstm_s8, portable), expected) << "round " << round;
    ASSERT_EQ(lstm.computed(dual_lstm::mote_lstm_s8, dual), expected) << "dual, round " << round;
    ASSERT_EQ(portable, dual);
  }
}

// A GRU, or a simple recurrent layer, which has one gate.
struct Recurrent {
  bool is_gru;
  mote_recurrent_s8_params p{};
  std::vector<int8_t> x, w, r;
  std::vector<int32_t> bias, state_bias, multiplier, state_multiplier;
  std::vector<int8_t> shift, state_shift;
  std::vector<int16_t> initial;
  bool has_initial = false, is_folded = false;

  Recurrent(Draw &draw, bool gru) : is_gru(gru) {
    p.batches = draw(1, 2);
    p.steps = draw(1, 4);
    p.inputs = draw(1, 13);
    p.units = draw(1, 13);
    p.reset_after = draw(0, 1);
    p.returns_sequence = draw(0, 1);
    p.input_zero_point = draw(-128, 127);
    p.output_zero_point = draw(-128, 127);
    p.output_multiplier = draw(1 << 30, INT32_MAX);
    p.output_shift = draw(-8, -6);
    const int32_t rows = (is_gru ? 3 : 1) * p.units;
    x = draw.list<int8_t>(p.batches * p.steps * p.inputs, -128, 127);
    w = draw.list<int8_t>(rows * p.inputs, -127, 127);
    r = draw.list<int8_t>(rows * p.units, -127, 127);
    bias = draw.list<int32_t>(rows, -300000, 300000);
    state_bias = draw.list<int32_t>(rows, -3000000, 3000000);
    multiplier = draw.list<int32_t>(rows, draw(0, 5) == 0 ? 0x7FFEF000 : 1 << 30, INT32_MAX);
    state_multiplier = draw.list<int32_t>(rows, 1 << 30, INT32_MAX);
    shift = draw.list<int8_t>(rows, -20, -7);
    state_shift = draw.list<int8_t>(rows, -18, -8);
    initial = draw.list<int16_t>(p.units, -32768, 32767);
    has_initial = draw(0, 1) == 1;
    is_folded = draw(0, 2) > 0;
  }

  std::vector<int8_t> expected() const {
    std::vector<int8_t> y;
    for (int32_t n = 0; n < p.batches; ++n) {
      std::vector<int32_t> h(static_cast<size_t>(p.units));
      if (has_initial) h.assign(initial.begin(), initial.end());
      for (int32_t t = 0; t < p.steps; ++t) {
        const int8_t *in = x.data() + (n * p.steps + t) * p.inputs;
        h = is_gru ? gru_step(in, h) : simple_step(in, h);
        if (p.returns_sequence || t + 1 == p.steps)
          for (int32_t v : h)
            y.push_back(static_cast<int8_t>(std::clamp(
                mote_requantize(v, p.output_multiplier, p.output_shift) + p.output_zero_point, -128, 127)));
      }
    }
    return y;
  }

  std::vector<int8_t> computed(decltype(&mote_gru_s8) routine, std::vector<int16_t> &state) const {
    mote_recurrent_s8_params q = p;
    if (is_folded) q.input_zero_point = 0;
    const std::vector<int32_t> b = is_folded ? less_zero_point(bias, w, 128 * p.input_zero_point) : bias;
    const auto reduced = [](const std::vector<int32_t> &values) {
      std::vector<int16_t> list;
      for (int32_t v : values) list.push_back(static_cast<int16_t>(mote_reduced(v)));
      return list;
    };
    const std::vector<int16_t> m = reduced(multiplier), rm = reduced(state_multiplier);
    std::vector<int8_t> y(static_cast<size_t>(p.batches * (p.returns_sequence ? p.steps : 1) * p.units));
    state.assign(static_cast<size_t>(p.units), 0);
    std::vector<int16_t> scratch(2 * state.size());
    routine(&q, x.data(), has_initial ? initial.data() : nullptr, w.data(), b.data(), m.data(), shift.data(),
            r.data(), state_bias.data(), rm.data(), state_shift.data(), state.data(), scratch.data(),
            y.data());
    return y;
  }

 private:
  int32_t from_input(const int8_t *in, int32_t row) const {
    const auto at = static_cast<size_t>(row);
    return cut(mote_requantize_wide(product(w, row, in, p.inputs, p.input_zero_point) * 128 + bias[at],
                                    multiplier[at], shift[at]));
  }
  int32_t from_state(const std::vector<int32_t> &h, int32_t row) const {
    const auto at = static_cast<size_t>(row);
    return cut(mote_requantize_wide(product(r, row, h.data(), p.units, 0) + state_bias[at],
                                    state_multiplier[at], state_shift[at]));
  }
  static int32_t times(int32_t a, int32_t b) { return cut(mote_requantize(a * b, 1 << 30, -14)); }

  std::vector<int32_t> simple_step(const int8_t *in, const std::vector<int32_t> &h) const {
    std::vector<int32_t> next;
    for (int32_t j = 0; j < p.units; ++j)
      next.push_back(mote_tanh_q15(3 * cut(from_input(in, j) + from_state(h, j))));
    return next;
  }
  std::vector<int32_t> gru_step(const int8_t *in, const std::vector<int32_t> &h) const {
    const auto gate = [&](int32_t row) {
      return int32_t{mote_sigmoid_q15(3 * cut(from_input(in, row) + from_state(h, row)))};
    };
    std::vector<int32_t> next, gated;
    for (int32_t j = 0; j < p.units; ++j)
      gated.push_back(times(gate(p.units + j), h[static_cast<size_t>(j)]));
    for (int32_t j = 0; j < p.units; ++j) {
      const int32_t z = gate(j), row = 2 * p.units + j;
      const int32_t inner =
          p.reset_after ? times(gate(p.units + j), from_state(h, row)) : from_state(gated, row);
      const int32_t fresh = mote_tanh_q15(3 * cut(from_input(in, row) + inner));
      next.push_back(cut(times(z, h[static_cast<size_t>(j)]) + times(cut(32768 - z), fresh)));
    }
    return next;
  }
};

void expect_definition(bool is_gru, decltype(&mote_gru_s8) portable, decltype(&mote_gru_s8) dual) {
  Draw draw{Random(6)};
  for (int round = 0; round < 500; ++round) {
    const Recurrent layer(draw, is_gru);
    const std::vector<int8_t> expected = layer.expected();
    std::vector<int16_t> state, dual_state;
    ASSERT_EQ(layer.computed(portable, state), expected) << "round " << round;
    ASSERT_EQ(layer.computed(dual, dual_state), expected) << "dual, round " << round;
    ASSERT_EQ(state, dual_state);
  }
}

TEST(Recurrent, gru_is_its_definition) { expect_definition(true, mote_gru_s8, dual_gru::mote_gru_s8); }

TEST(Recurrent, simple_rnn_is_its_definition) {
  expect_definition(false, mote_simple_rnn_s8, dual_simple_rnn::mote_simple_rnn_s8);
}

}  // namespace
}  // namespace mote
