// Parts of a document as Markdown, for what is made of such parts.
#pragma once

#include <string>

#include "report/document.h"

namespace mote {

std::string markdown_of(const DocBlock &block, bool has_pictures);
std::string markdown_head(const DocSection &section);

}  // namespace mote
