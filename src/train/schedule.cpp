// The factor on the learning rate at a step: warm-up, then a rule of the table. Cosine: Loshchilov,
// Hutter 2017, without restarts.
//
// The plateau, which looks at the history, is callbacks.cpp. The numbers are exact_ ones, for they reach
// weights.
#include "mote/optimizer.h"

#include <algorithm>

#include "base/math.h"
#include "mote/names.h"

namespace mote {

namespace {

// Where training stands: steps since the warm-up, of how many, and how many are `every` epochs.
struct Place {
  uint64_t since, total, period;
};

double constant(const Schedule &, const Place &) { return 1; }

double steps(const Schedule &s, const Place &p) {
  double factor = 1;
  for (uint64_t i = 0; i < p.since / p.period; ++i) factor *= s.factor;
  return factor;
}

double exponential(const Schedule &s, const Place &p) {
  return exact_exp(exact_log(s.factor) * p.since / p.period);
}

double half_cosine(const Schedule &s, const Place &p) {
  constexpr double kPi = 3.14159265358979323846;
  double sine, cosine;
  exact_sincos(kPi * std::min(1.0, p.since / static_cast<double>(p.total)), &sine, &cosine);
  return s.final + (1 - s.final) * 0.5 * (1 + cosine);
}

using Rule = double (*)(const Schedule &, const Place &);
const NameTable<Rule> &rules() {
  static const NameTable<Rule> kRules(
      {{"constant", constant}, {"step", steps}, {"exponential", exponential}, {"cosine", half_cosine}});
  return kRules;
}

}  // namespace

std::vector<std::string> schedule_types() { return rules().names(); }

double schedule_factor(const Schedule &s, uint64_t step, uint64_t steps_per_epoch, int epochs) {
  const uint64_t warmup = s.warmup * steps_per_epoch;
  if (step < warmup) return static_cast<double>(step + 1) / warmup;
  const Rule *rule = rules().find(s.type);
  const uint64_t total = std::max<uint64_t>(epochs * steps_per_epoch, warmup + 1);
  return rule ? (*rule)(s, {step - warmup, total - warmup, s.every * steps_per_epoch}) : 1;
}

bool depends_on_epochs(const Schedule &s) { return s.type == "cosine"; }

}  // namespace mote
