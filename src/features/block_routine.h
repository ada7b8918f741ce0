// A block that is one routine of runtime/: from the names of its numbers and tables, all facets but those
// that say what it computes.
#pragma once

#include <list>
#include <variant>

#include "features/block_support.h"
#include "mote_fixed.h"

namespace mote::features {

// Ownership: nothing; functions and names.
template <class Params>
struct BlockRoutine {
  std::string name;  // mote_NAME of runtime/features/NAME.c
  void (*run)(const Params *, const float *, float *, float *);
  std::vector<FeatureMember<Params>> members;
  Params (*numbers)(const PreprocessingStep &, const Shape &);  // all but its tables
};

// The same in integers.
template <class Params>
struct FixedRoutine {
  std::string name;  // mote_NAME of runtime/features/NAME.c
  void (*run)(const Params *, const int16_t *, int32_t *, int32_t *);
  std::vector<FeatureMember<Params>> members;
  std::function<Params(const PreprocessingStep &, const Shape &)> numbers;  // all but its tables
  std::vector<int> (*result_exponents)(const PreprocessingStep &, const Shape &);
};

// A step's numbers and tables as the routine takes them; valid as long as the step is.
template <class Params>
class BoundParams {
 public:
  template <class Routine>
  BoundParams(const Routine &routine, const PreprocessingStep &step, const Shape &in)
      : params_(routine.numbers(step, in)) {
    for (const FeatureMember<Params> &m : routine.members)
      std::visit([&](auto member) { bind(member, step, m.name); }, m.member);
  }
  const Params &params() const { return params_; }

 private:
  void bind(int32_t Params::*, const PreprocessingStep &, const std::string &) {}
  void bind(float Params::*, const PreprocessingStep &, const std::string &) {}
  void bind(const float *Params::*member, const PreprocessingStep &step, const std::string &name) {
    const std::vector<float> &table = step.table(name);
    params_.*member = table.empty() ? nullptr : table.data();
  }
  template <class Integer>
  void bind(const Integer *Params::*member, const PreprocessingStep &step, const std::string &name) {
    const std::vector<float> &table = step.table(name);
    const auto &kept = whole_.emplace_back(std::vector<Integer>(table.begin(), table.end()));
    params_.*member = table.empty() ? nullptr : std::get<std::vector<Integer>>(kept).data();
  }

  std::list<std::variant<std::vector<int16_t>, std::vector<uint16_t>, std::vector<int32_t>>> whole_;
  Params params_;
};

inline Tables no_tables(const PreprocessingStep &, const Shape &) { return {}; }

// The other half of such a block.
struct RoutineBlock {
  std::string name, formula, doc;
  std::vector<AttrSpec> attrs;
  std::vector<FeatureTable> tables = {};
  std::function<Shape(const PreprocessingStep &, const Shape &)> shape;
  Facet<FeatureDef::Function<Facet<FrameGrid>, const PreprocessingStep &, const Shape &>> frames;
  TablesOf tables_of = no_tables;
  std::function<size_t(const PreprocessingStep &, const Shape &)> work_floats =
      [](const PreprocessingStep &, const Shape &) { return size_t{0}; };
  std::function<double(const PreprocessingStep &, const Shape &)> operations;
  std::function<double(const PreprocessingStep &, double)> rate_behind = nullptr;
  bool takes_pictures = false;
  const FeatureDef *fixed = nullptr;                 // the block in integers, where there is one
  bool takes_samples = false, gives_signal = false;  // of the block in integers
};

// Of blocks that give a row for each row, whatever is around it.
inline double same_rate(const PreprocessingStep &, double rate_hz) { return rate_hz; }
inline Facet<FrameGrid> row_by_row(const PreprocessingStep &, const Shape &) { return FrameGrid{1, 1}; }

// Of blocks in integers that keep the channels and their units.
inline std::vector<int> signal_exponents(const PreprocessingStep &step, const Shape &) {
  std::vector<int> exponents = step.exponents;
  for (int &exponent : exponents) exponent += MOTE_SIGNAL_BITS;
  return exponents;
}

inline Facet<const FeatureDef *> fixed_of(const RoutineBlock &block) {
  if (block.fixed == nullptr) return NotSupported{"has no routine in integers"};
  return block.fixed;
}

// What both arithmetics have.
template <class Params, class Routine>
FeatureDef block_of_routine(const RoutineBlock &block, const Routine &routine) {
  return {.name = block.name,
          .formula = block.formula,
          .attrs = block.attrs,
          .tables = block.tables,
          .shape = block.shape,
          .fit = NotSupported{""},
          .apply = NotSupported{"computes with integers"},
          .c =
              [routine](const PreprocessingStep &step, const Shape &in) {
                return feature_call(routine.name, routine.members,
                                    BoundParams<Params>(routine, step, in).params());
              },
          .with_quantization = NotSupported{"is a step of its own in front of the quantization"},
          .frames = block.frames,
          .work_floats = block.work_floats,
          .operations = block.operations,
          .rate_behind = block.rate_behind,
          .takes_pictures = block.takes_pictures,
          .doc = block.doc};
}

template <class Params>
FeatureDef routine_feature(const RoutineBlock &block, const BlockRoutine<Params> &routine) {
  FeatureDef def = block_of_routine<Params>(block, routine);
  def.apply = [routine](const PreprocessingStep &step, const Shape &in, const float *x, float *work,
                        float *y) {
    const BoundParams<Params> bound(routine, step, in);
    routine.run(&bound.params(), x, work, y);
  };
  def.fixed = fixed_of(block);
  return with_tables(std::move(def), block.tables_of);
}

template <class Params>
FeatureDef fixed_feature(const RoutineBlock &block, const FixedRoutine<Params> &routine) {
  FeatureDef def = block_of_routine<Params>(block, routine);
  def.apply_fixed = [routine](const PreprocessingStep &step, const Shape &in, const int16_t *x, int32_t *work,
                              int32_t *y) {
    const BoundParams<Params> bound(routine, step, in);
    routine.run(&bound.params(), x, work, y);
  };
  def.result_exponents = routine.result_exponents;
  def.takes_samples = block.takes_samples;
  def.gives_signal = block.gives_signal;
  return with_tables(std::move(def), block.tables_of);
}

}  // namespace mote::features
