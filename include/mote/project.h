// Projects: a folder with mote.toml and its runs.
//
//   auto project = mote::read_project(".");
//   auto run = mote::train_run(project);        // runs/<time>-<name>/
//   mote::quantize_run(run.folder);
//   mote::write_report(run.folder);
#pragma once

#include "project/project.h"
#include "project/propose.h"
#include "project/setting.h"
#include "runs/unfinished.h"
#include "workflow/budget.h"
#include "workflow/workflow.h"
