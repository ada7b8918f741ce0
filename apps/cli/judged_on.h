// --data and --resplit of commands that work on the windows of a run.
#pragma once

#include <CLI/CLI.hpp>

#include "mote/workflow.h"

namespace mote::cli {

inline void add_judged_on(CLI::App &command, JudgedOn &on) {
  auto *data = command.add_option("--data", on.data,
                                  "these recordings instead of the run's own, split as mote.toml says");
  command
      .add_flag(
          "--resplit", on.is_resplit,
          "a new split of what is in the data folder now, instead of the recordings and the split of the run")
      ->excludes(data);
}

}  // namespace mote::cli
