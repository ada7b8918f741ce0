// Every check of every op, from its case list.
#include <cmath>
#include <cstring>
#include <map>

#include "base/cpu.h"
#include "base/files.h"
#include "base/process.h"
#include "features/preprocessing.h"
#include "flatbuffer_walk.h"
#include "graph/op_def.h"
#include "mote/host_program.h"
#include "one_executable.h"
#include "ops/integer_support.h"
#include "ops/op_cases.h"
#include "ops/single_op.h"
#include "program_runs.h"
#include "test_support.h"

namespace mote::test {

OpCases cases_of(const std::string &op) {
  static const std::map<std::string, OpCases (*)()> kCases = {
#define MOTE_OP(name) {#name, name##_cases},
#include "ops/op_list.def"
#undef MOTE_OP
  };
  return kCases.at(op)();
}

namespace {

class OpChecks : public ::testing::TestWithParam<const OpDef *> {
 protected:
  const OpDef &op() const { return *GetParam(); }
};
// What an op does not have is not checked; `forms_that_are_missing_are_known` below holds it to its case
// list, which says so.
bool is_quantized(const OpDef &op) { return has_float_form(op) && op.integer.is_given(); }
bool is_written(const OpDef &op) {
  return op.standard_form || (op.tflite.is_given() && op.tflite->write.is_given());
}
bool is_exported(const OpDef &op) { return op.c.is_given(); }
class FloatForm : public OpChecks {};
class QuantizedForm : public OpChecks {};
class FileForm : public OpChecks {};
class CForm : public OpChecks {};

#define FOR_EACH_CASE(cases, c)              \
  const OpCases cases = cases_of(op().name); \
  for (const OpCase &c : cases.cases)

TEST_P(FloatForm, shape_is_inferred) {
  FOR_EACH_CASE(cases, c) EXPECT_EQ(SingleOp(op(), c, 1, 1).node->shape, c.out);
}

TEST_P(FloatForm, forward_agrees_with_the_oracle) {
  FOR_EACH_CASE(cases, c) for (int rows : {1, 3}) {
    const SingleOp s(op(), c, rows, 2);
    const std::vector<float> y = s.forward();
    const Values expected = s.oracle(cases.oracle);
    ASSERT_EQ(y.size(), expected.size());
    for (size_t i = 0; i < y.size(); ++i)
      ASSERT_NEAR(y[i], expected[i], 2e-5 * (1 + std::fabs(expected[i]))) << c.in[0].text() << " at " << i;
  }
}

TEST_P(FloatForm, gradient_agrees_with_central_differences_of_the_oracle) {
  FOR_EACH_CASE(cases, c) {
    SingleOp s(op(), c, 2, 3);
    Random random(4);
    const std::vector<float> weight = random_floats(2 * c.out.elements(), random);
    const auto loss = [&] {
      double sum = 0;
      const Values y = s.oracle(cases.oracle);
      for (size_t i = 0; i < y.size(); ++i) sum += static_cast<double>(weight[i]) * y[i];
      return sum;
    };
    const auto check = [&](std::vector<float> &values, const std::vector<float> &gradient,
                           const std::string &what) {
      for (size_t i = 0; i < values.size(); i += 1 + values.size() / 60) {
        const float keep = values[i], h = 1.0f / 256;
        values[i] = keep + h;
        const double above = loss(), high = values[i];
        values[i] = keep - h;
        const double below = loss(), low = values[i];
        values[i] = keep;
        ASSERT_NEAR(gradient[i], (above - below) / (high - low), 2e-3 * (1 + std::fabs(gradient[i])))
            << what << " of " << c.in[0].text() << " at " << i;
      }
    };
    const SingleOp::Gradients g = s.backward(weight);
    for (size_t i = 0; i < s.x.size(); ++i) check(s.x[i], g.dx[i], "dx");
    for (size_t i = 0; i < s.graph.params.size(); ++i)
      if (s.graph.params[i].is_trainable())
        check(s.graph.params[i].data, g.dparams[i], s.graph.params[i].name);
  }
}

TEST_P(FloatForm, gradients_are_added_or_written) {
  FOR_EACH_CASE(cases, c) {
    const SingleOp s(op(), c, 3, 5);
    Random random(6);
    const std::vector<float> weight = random_floats(3 * c.out.elements(), random);
    EXPECT_EQ(s.backward(weight, true).dx, s.backward(weight, false).dx);  // to zeros; over what was there
  }
}

TEST_P(FloatForm, every_tier_gives_the_same_bits) {
  FOR_EACH_CASE(cases, c) {
    const SingleOp s(op(), c, 3, 5);
    Random random(6);
    const std::vector<float> weight = random_floats(3 * c.out.elements(), random);
    const Tier before = active_tier();
    force_tier(Tier::kScalar);
    const auto y = s.forward();
    const auto g = s.backward(weight);
    for (Tier tier : available_tiers()) {
      force_tier(tier);
      EXPECT_EQ(s.forward(), y) << tier_name(tier);
      const auto other = s.backward(weight);
      EXPECT_EQ(other.dx, g.dx) << tier_name(tier);
      EXPECT_EQ(other.dparams, g.dparams) << tier_name(tier);
    }
    force_tier(before);
  }
}

TEST_P(FloatForm, a_saved_model_is_read_back_unchanged) {
  FOR_EACH_CASE(cases, c) {
    if (c.in.size() != 1) continue;
    const Model m = model_of(SingleOp(op(), c, 1, 7));
    const std::string bytes = format_mote(m);
    const Model back = std::get<Model>(parse_mote(bytes, "x"));
    EXPECT_EQ(format_mote(back), bytes);
    for (size_t i = 0; i < m.graph.params.size(); ++i)
      EXPECT_EQ(back.graph.params[i].data, m.graph.params[i].data);
  }
}

TEST_P(QuantizedForm, quantized_output_is_near_the_float_one) {
  FOR_EACH_CASE(cases, c) {
    if (c.in.size() != 1) continue;
    const SingleOp s(op(), c, 16, 8);
    const Dataset data = data_of(s);
    const IntegerProgram program = quantize(model_of(s), {data});
    HostProgram host(program);
    const std::vector<float> y = s.forward();
    const QuantParams &quant = program.tensor(program.outputs[0]).quant;
    const double weights_step =
        s.graph.params.empty() ? 0 : 0.06 * std::sqrt(static_cast<double>(c.in[0].elements()));
    for (size_t r = 0; r < 16; ++r) {
      std::vector<int8_t> q(host.output_bytes());
      host.predict(data.example(r), q.data());
      for (size_t i = 0; i < q.size(); ++i)
        ASSERT_NEAR(quant.scale[0] * static_cast<float>(q[i] - quant.zero_point[0]), y[r * q.size() + i],
                    cases.integer_tolerance_steps * quant.scale[0] + weights_step * 0.2)
            << c.in[0].text();
    }
  }
}

TEST_P(FileForm, the_tflite_file_read_back_gives_the_same_bytes) {
  for (const IntegerProgram &program : programs_of(op())) {
    HostProgram host(program), back(parse_tflite(format_tflite(program), "x.tflite"));
    const auto inputs = random_inputs(host, 20, 10);
    EXPECT_EQ(run_all(host, inputs), run_all(back, inputs));
    HostProgram saved(std::get<IntegerProgram>(parse_mote(format_mote(program), "x.mote")));
    EXPECT_EQ(run_all(host, inputs), run_all(saved, inputs));
  }
}

TEST_P(FileForm, the_tflite_file_states_the_operator_versions_of_the_table) {
  const std::vector<IntegerProgram> programs = programs_of(op());
  ASSERT_FALSE(programs.empty());
  for (const IntegerProgram &program : programs) {
    const WalkedFile file = walk_tflite(format_tflite(program));
    ASSERT_FALSE(file.operators.empty());
    std::map<int, int> needed;  // of an operator code, by the operators that share it
    for (const WalkedOperator &o : file.operators)
      needed[o.code_index] = std::max(needed[o.code_index], lowest_version(file, o));
    for (const WalkedOperator &o : file.operators) {
      EXPECT_EQ(o.version, needed[o.code_index]) << program.name << " operator " << o.code;
      EXPECT_EQ(o.deprecated_code, std::min(o.code, 127));
    }
  }
}

TEST_P(CForm, the_generated_c_gives_the_same_bytes) {
  TempFolder folder;
  OneExecutable all(folder / "");
  for (IntegerProgram program : programs_of(op())) {
    program.front_end = {};  // straight from the int8 input
    all.add(program, 24);
  }
  const ProcessResult run = all.run({"cc", "-O2"});
  EXPECT_EQ(run.status, 0) << run.output;
  int whole = 0;
  for (size_t at = 0; (at = run.output.find(": 24 of 24 ", at)) != std::string::npos; ++at) ++whole;
  EXPECT_EQ(whole, all.packages()) << run.output;
}

auto ops_with(bool (*form)(const OpDef &)) {
  std::vector<const OpDef *> ops;
  for (const OpDef *op : all_ops())
    if (form(*op)) ops.push_back(op);
  return ::testing::ValuesIn(ops);
}
std::string name_of(const ::testing::TestParamInfo<const OpDef *> &info) { return info.param->name; }
INSTANTIATE_TEST_SUITE_P(AllOps, FloatForm, ops_with(has_float_form), name_of);
INSTANTIATE_TEST_SUITE_P(AllOps, QuantizedForm, ops_with(is_quantized), name_of);
INSTANTIATE_TEST_SUITE_P(AllOps, FileForm, ops_with(is_written), name_of);
INSTANTIATE_TEST_SUITE_P(AllOps, CForm, ops_with(is_exported), name_of);

// An op that loses a form, or a case list without an oracle, would otherwise leave its checks in silence.
TEST(Forms, that_are_missing_are_known) {
  for (const OpDef *op : all_ops()) {
    const OpCases cases = cases_of(op->name);
    std::set<Form> missing;
    if (!has_float_form(*op)) missing.insert(Form::kFloat);
    if (!is_quantized(*op)) missing.insert(Form::kQuantized);
    if (!is_written(*op)) missing.insert(Form::kFile);
    if (!is_exported(*op)) missing.insert(Form::kC);
    EXPECT_EQ(missing, cases.lacks) << op->name;
    EXPECT_FALSE(cases.oracle ? cases.cases.empty() : cases.programs.empty()) << op->name << " has no cases";
    if (!cases.oracle)
      EXPECT_FALSE(op->structure.why().empty()) << op->name;  // throws for an op that has one
    if (!op->integer.is_given()) EXPECT_FALSE(op->integer.why().empty()) << op->name;
    if (!op->c.is_given()) EXPECT_FALSE(op->c.why().empty()) << op->name;
  }
}

// What the interpreter tests read: every program of every op, with inputs and our outputs.
TEST(Programs, are_written_for_the_standard_interpreter) {
  const char *folder = std::getenv("MOTE_WRITE_PROGRAMS");
  if (folder == nullptr) GTEST_SKIP() << "MOTE_WRITE_PROGRAMS names no folder";
  fs::create_directories(folder);
  std::string index;
  for (const OpDef *op : all_ops()) {
    if (!is_written(*op)) continue;
    int n = 0;
    for (const IntegerProgram &program : programs_of(*op)) {
      const std::string name = op->name + "_" + std::to_string(n++);
      HostProgram host(program);
      const auto inputs = random_inputs(host, 40, 12), outputs = run_all(host, inputs);
      write_file(fs::path(folder) / (name + ".tflite"), format_tflite(program));
      write_file(fs::path(folder) / (name + ".in"),
                 {reinterpret_cast<const char *>(inputs.data()), inputs.size()});
      write_file(fs::path(folder) / (name + ".out"),
                 {reinterpret_cast<const char *>(outputs.data()), outputs.size()});
      const DType dtype = program.tensor(program.outputs[0]).dtype;
      index += name + "\t" + op->name + "\t" + std::to_string(host.input_bytes()) + "\t" +
               std::to_string(host.output_bytes()) + "\t" + dtype_name(dtype) + "\n";
    }
  }
  write_file(fs::path(folder) / "index.tsv", index);
}

TEST(Dropout, zeroes_its_share_scales_the_rest_and_depends_on_row_and_step) {
  OpCase c{{{"rate", 0.25}}, {{1000}}, {1000}};
  SingleOp s(op_by_name("dropout"), c, 2, 1);
  for (auto &v : s.x[0]) v = 1;
  const NodeView view = s.graph.view(*s.node);
  const auto run = [&](uint64_t step, int first_row) {
    std::vector<float> y(2000), state(2000);
    const float *x = s.x[0].data();
    ForwardArgs a;
    a.rows = 2;
    a.x = &x;
    a.y = y.data();
    a.state = state.data();
    a.is_training = true;
    a.seed = 3;
    a.step = step;
    a.first_row = first_row;
    s.node->op->forward->compile(view)(a);
    return y;
  };
  const auto y = run(0, 0);
  const auto zeros = std::count(y.begin(), y.end(), 0.0f);
  EXPECT_NEAR(static_cast<double>(zeros), 500, 60);
  EXPECT_EQ(std::count(y.begin(), y.end(), 1.0f / 0.75f), 2000 - zeros);
  EXPECT_EQ(y, run(0, 0));
  EXPECT_NE(y, run(1, 0));
  const auto shifted = run(0, 1);
  EXPECT_TRUE(
      std::equal(y.begin() + 1000, y.end(), shifted.begin()));  // row 1 of the batch, whatever the shard
}

}  // namespace
}  // namespace mote::test
