// A document as Markdown that GitHub and Jupyter read: tables with pipes, pictures as data or as their words.
#include <fmt/format.h>

#include <algorithm>

#include "base/escape.h"
#include "base/text.h"
#include "report/document.h"
#include "report/document_markdown.h"
#include "report/picture_data.h"

namespace mote {

namespace {

std::string as_markdown(const std::string &text) { return escaped(Language::kMarkdown, text); }

// A sentence: what stands between two backticks is a command.
std::string markdown_prose(const std::string &text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t open = text.find('`', at), close = open == text.npos ? text.npos : text.find('`', open + 1);
    const std::string code = close == text.npos ? "" : text.substr(open, close + 1 - open);
    const bool is_code =
        code.size() > 2 && std::all_of(code.begin(), code.end(), [](char c) { return byte_of(c) >= ' '; });
    if (!is_code) return out + as_markdown(text.substr(at));
    out += as_markdown(text.substr(at, open - at)) + code;
    at = close + 1;
  }
  return out;
}

// In a table a pipe ends a cell.
std::string markdown_cell(const std::string &text) {
  std::string out;
  for (const char c : as_markdown(text)) {
    if (c == '|' && (out.empty() || out.back() != '\\')) out += '\\';
    out += c;
  }
  return out.empty() ? " " : out;
}

// A fence that the text does not hold.
std::string fenced(const DocCode &code) {
  std::string fence = "```";
  while (code.text.find(fence) != std::string::npos) fence += '`';
  const bool is_ended = code.text.ends_with('\n');
  return fence + (code.is_shell ? "sh" : "") + "\n" + code.text + (is_ended ? "" : "\n") + fence + "\n\n";
}

class MarkdownWriter {
 public:
  explicit MarkdownWriter(bool has_pictures) : has_pictures_(has_pictures) {}
  std::string text;

  void operator()(const DocText &b) { text += markdown_prose(b.words) + "\n\n"; }
  void operator()(const DocWarning &b) { text += "> " + markdown_prose(b.words) + "\n\n"; }
  void operator()(const DocHeading &b) { text += "### " + as_markdown(b.words) + "\n\n"; }
  void operator()(const DocCode &b) { text += fenced(b); }
  void operator()(const DocList &b) {
    if (!b.summary.empty()) text += as_markdown(b.summary) + ":\n\n";
    for (const std::string &item : b.items) text += "- " + markdown_prose(item) + "\n";
    text += "\n";
  }
  void operator()(const DocCards &b) {
    text += "| | |\n|---|---|\n";
    for (const DocCard &c : b.cards)
      text += fmt::format("| **{}** | {} |\n", markdown_cell(c.value), markdown_cell(c.label));
    text += "\n";
  }
  void operator()(const DocTable &b) {
    if (!b.caption.empty()) text += as_markdown(b.caption) + "\n\n";
    text += "|";
    for (const std::string &cell : b.head) text += " " + markdown_cell(cell) + " |";
    text += "\n|";
    for (size_t c = 0; c < b.head.size(); ++c) text += c == 0 ? "---|" : "---:|";
    text += "\n";
    for (size_t r = 0; r < b.rows.size(); ++r) {
      text += "|";
      for (size_t c = 0; c < b.rows[r].size(); ++c) {
        const bool is_link = c == 0 && r < b.links.size() && !b.links[r].empty();
        const std::string cell = markdown_cell(b.rows[r][c]);
        text += " " + (is_link ? fmt::format("[{}]({})", cell, b.links[r]) : cell) + " |";
      }
      text += "\n";
    }
    text += "\n";
  }
  void operator()(const DocPicture &b) {
    const std::string &svg = b.svg.empty() ? b.file : b.svg;
    if (has_pictures_ && !b.png.empty())
      text += fmt::format("![{}]({})\n\n", as_markdown(b.alt), png_data(b.png));
    else if (has_pictures_ && !svg.empty())
      text += fmt::format("![{}]({})\n\n", as_markdown(b.alt), picture_data(svg));
    else if (b.caption.empty())
      text += fmt::format("(Picture: {}.)\n\n", as_markdown(b.alt));
    if (!b.caption.empty()) text += as_markdown(b.caption) + "\n\n";
  }
  void operator()(const DocStages &b) {
    int number = 1;
    for (const DocStage &s : b.stages) {
      text += fmt::format("{}. **{}**: {}\n", number++, as_markdown(s.name), as_markdown(s.purpose));
      for (const std::string &figure : s.figures) text += "   - " + markdown_prose(figure) + "\n";
      text += "   - On a device: " + as_markdown(s.watch) + "\n";
    }
    text += "\n";
  }

 private:
  bool has_pictures_;
};

}  // namespace

std::string markdown_of(const DocBlock &block, bool has_pictures) {
  MarkdownWriter writer(has_pictures);
  std::visit(writer, block);
  return writer.text;
}

std::string markdown_head(const DocSection &s) {
  return "## " + as_markdown(s.title) + "\n\n" + (s.lead.empty() ? "" : as_markdown(s.lead) + "\n\n");
}

std::string document_markdown(const Document &document, bool has_pictures) {
  std::string text = "# " + as_markdown(document.title) + "\n\n" + as_markdown(document.subtitle) + "\n\n";
  for (const DocBlock &block : document.begin) text += markdown_of(block, has_pictures);
  for (const DocSection &s : document.sections) {
    text += markdown_head(s);
    for (const DocBlock &block : s.blocks) text += markdown_of(block, has_pictures);
  }
  return text;
}

}  // namespace mote
