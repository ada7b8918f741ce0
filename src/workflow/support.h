// What steps that make a run share.
#pragma once

#include <string>

#include "mote/report.h"

namespace mote {

// A picture that says inside which model and data it is of: a comment of the SVG, a text chunk of the PNG.
Picture signed_picture(const Picture &picture, const std::string &model_digest,
                       const std::string &data_digest);
bool is_signed(const std::string &svg, const std::string &model_digest, const std::string &data_digest);

}  // namespace mote
