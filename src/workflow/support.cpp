#include "workflow/support.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/version.h"
#include "project/setting.h"
#include "report/plot.h"
#include "report/records.h"
#include "runs/json_file.h"

namespace mote {

using nlohmann::json;

static std::string now_text() {
  return fmt::format("{:%Y-%m-%d %H:%M:%S}",
                     fmt::localtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())));
}

json run_record(const Project &p, const std::string &kind) {
  return {{"name", p.name},   {"kind", kind},        {"created", now_text()}, {"seed", p.train.seed},
          {"mote", kVersion}, {"data", p.data_path}, {"set", p.assignments},  {"settings", settings_json(p)}};
}

void add_evaluation(StagedFolder &staged, const Evaluation &e) {
  staged.write("evaluation.json", json_text(json::array({evaluation_json(e)})));
  if (e.is_regression) return;
  const Picture matrix = draw_confusion(e);
  staged.write("confusion.png", matrix.png);
  staged.write("confusion.svg", matrix.svg);
}

}  // namespace mote
