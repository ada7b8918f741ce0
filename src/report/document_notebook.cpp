// A document as a Jupyter notebook, format 4.5: a cell for the beginning and for each section, its pictures
// as attachments of that cell, its commands as cells of their own that a shell runs ("!").
//
// Source: the schema nbformat.v4.5 (github.com/jupyter/nbformat).
#include <fmt/format.h>

#include "base/digest.h"
#include "base/version.h"
#include "report/document_markdown.h"
#include "report/picture_data.h"

namespace mote {

using nlohmann::json;

namespace {

// Lines, each with its end, as notebooks keep their texts.
json lines_of(const std::string &text) {
  json lines = json::array();
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    lines.push_back(text.substr(at, end - at));
    at = end;
  }
  return lines;
}

class Cells {
 public:
  json list = json::array();

  void add(const std::string &text) { text_ += text; }
  void block(const DocBlock &block) {
    if (const auto *code = std::get_if<DocCode>(&block); code && code->is_shell) {
      end();
      command(*code);
      return;
    }
    if (const auto *picture = std::get_if<DocPicture>(&block)) {
      const bool is_png = !picture->png.empty();
      const std::string &bytes = is_png ? picture->png : picture->svg.empty() ? picture->file : picture->svg;
      if (!bytes.empty()) {
        const std::string name = fmt::format("picture{}.{}", attachments_.size() + 1, is_png ? "png" : "svg");
        attachments_[name] = {{is_png ? "image/png" : "image/svg+xml", base64(bytes)}};
        DocText alt{picture->alt};
        std::string words = markdown_of(DocBlock{alt}, false);
        while (words.ends_with('\n')) words.pop_back();
        text_ += fmt::format("![{}](attachment:{})\n\n", words, name);
        if (!picture->caption.empty()) text_ += markdown_of(DocBlock{DocText{picture->caption}}, false);
        return;
      }
    }
    text_ += markdown_of(block, false);
  }
  // Of what was added since the last.
  void end() {
    while (text_.ends_with('\n')) text_.pop_back();
    if (text_.empty()) return;
    json cell = {{"cell_type", "markdown"}, {"metadata", json::object()}, {"source", lines_of(text_)}};
    if (!attachments_.empty()) cell["attachments"] = attachments_;
    push(std::move(cell));
    text_.clear();
    attachments_ = json::object();
  }

 private:
  void command(const DocCode &code) {
    std::string source;
    for (size_t at = 0; at < code.text.size();) {
      const size_t stop = std::min(code.text.find('\n', at), code.text.size());
      const std::string line = code.text.substr(at, stop - at);
      if (!line.empty()) source += (source.empty() ? "" : "\n") + (line[0] == '#' ? line : "!" + line);
      at = stop + 1;
    }
    push({{"cell_type", "code"},
          {"metadata", json::object()},
          {"execution_count", nullptr},
          {"outputs", json::array()},
          {"source", lines_of(source)}});
  }
  // The same document has the same cells with the same names.
  void push(json cell) {
    cell["id"] = fmt::format("{}-{}", list.size() + 1, sha256(cell["source"].dump()).substr(0, 8));
    list.push_back(std::move(cell));
  }

  std::string text_;
  json attachments_ = json::object();
};

}  // namespace

json document_notebook(const Document &document) {
  Cells cells;
  cells.add("# " + markdown_of(DocBlock{DocText{document.title}}, false) +
            markdown_of(DocBlock{DocText{document.subtitle}}, false));
  for (const DocBlock &block : document.begin) cells.block(block);
  cells.end();
  for (const DocSection &s : document.sections) {
    cells.add(markdown_head(s));
    for (const DocBlock &block : s.blocks) cells.block(block);
    cells.end();
  }
  return {{"nbformat", 4},
          {"nbformat_minor", 5},
          {"metadata",
           {{"kernelspec", {{"display_name", "Python 3"}, {"language", "python"}, {"name", "python3"}}},
            {"language_info", {{"name", "python"}}},
            {"mote", {{"version", kVersion}}}}},
          {"cells", cells.list}};
}

}  // namespace mote
