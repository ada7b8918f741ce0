// What steps that make a run share.
#pragma once

#include <string>

#include "mote/evaluate.h"
#include "mote/project.h"
#include "mote/report.h"

namespace mote {

// A picture that says inside which model and data it is of: a comment of the SVG, a text chunk of the PNG.
Picture signed_picture(const Picture &picture, const std::string &model_digest,
                       const std::string &data_digest);
// `wrong`, the surest of the wrong answers, and `wrong_count`. Places are from the project's folder, so that
// a copy of it has the same record.
void add_wrong(nlohmann::json &record, const Evaluation &evaluation, const std::string &project);
// data.json: what there is, what was found of it (`judged`, then what reading found), places from the
// project's folder.
nlohmann::json data_record(const Project &project, const Recordings &recordings,
                           const std::vector<Finding> &judged);
bool is_signed(const std::string &svg, const std::string &model_digest, const std::string &data_digest);

}  // namespace mote
