// A document about a run as a value: sections of sentences, tables, pictures and commands. What is said is
// said once (report_sections.h); a page, Markdown and a notebook are ways to write it down.
//
// Texts are plain: each form escapes them for itself.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

namespace mote {

struct DocText {
  std::string words;
};
struct DocWarning {
  std::string words;
};
struct DocHeading {
  std::string words;  // below that of the section
};
struct DocList {
  std::vector<std::string> items;
  std::string summary = {};  // of a list that opens when it is asked for; "": it is open
};
struct DocCode {
  std::string text;
  bool is_shell = false;
  std::string name = {};  // what a reader is told that it is
};

// A figure that stands out, with what it is and how it is known.
struct DocCard {
  std::string value, label;
};
struct DocCards {
  std::vector<DocCard> cards;
};

struct DocTable {
  std::string caption;
  std::vector<std::string> head;               // units are in it
  std::vector<std::vector<std::string>> rows;  // the first cell names the row
  bool has_total = false;                      // the last row is one
  std::vector<size_t> words = {};              // columns of sentences, which break into lines
  std::vector<size_t> names = {};              // columns of names, beside the first
  std::string summary = {};                    // of a table that opens when it is asked for; "": it is open
  // Of a matrix: how strong each cell's colour is, 0 .. 1, below 0 in the colour of what is wrong.
  std::vector<std::vector<double>> shades = {};
  std::vector<std::string> links =
      {};  // where the first cell of a row leads, relative to the document; "": nowhere
  // Of a table that a reader may sort: what a cell counts as, NaN where it has no value; a column without
  // keys is sorted by its words.
  std::vector<std::vector<double>> sort_keys = {};
  std::vector<size_t> sorted_by_number = {};  // these columns
  bool is_sortable() const { return !sort_keys.empty(); }
};

struct DocPicture {
  std::string alt, caption;
  std::string svg = {};     // of its own, shown as an image
  std::string narrow = {};  // the same for a phone; "": there is none
  std::string png = {};     // or of pixels, where an SVG would be large
  // Or drawings that are a part of the page, in order; for a phone those of `narrow_drawings`.
  std::vector<std::string> drawings = {}, narrow_drawings = {};
  std::string file = {};  // the same as SVG file, for what has no page; "": `svg`
  bool is_photo = false;  // its colours are those of a camera
};

// What data go through from recordings to a board.
struct DocStage {
  std::string name, purpose;
  std::vector<std::string> figures;
  std::string watch;  // what to watch for on a device
};
struct DocStages {
  std::vector<DocStage> stages;
};

using DocBlock = std::variant<DocText, DocWarning, DocHeading, DocList, DocCode, DocCards, DocTable,
                              DocPicture, DocStages>;

struct DocSection {
  std::string id, title, lead;  // `lead`: what it is for, in a sentence
  std::vector<DocBlock> blocks = {};
};
struct Document {
  std::string title, subtitle;
  std::vector<DocBlock> begin;  // in front of the sections
  std::vector<DocSection> sections;
  std::string origin = "the records of the run";  // what it is made from
};

// One file, nothing loaded; light and dark, on a phone and on paper. Without scripts, but for tables that a
// reader may sort.
std::string document_html(const Document &document);
// GitHub's Markdown; pictures are data in it where `has_pictures`, else left out with their words.
std::string document_markdown(const Document &document, bool has_pictures = false);
// A Jupyter notebook (nbformat 4.5): sections are cells, commands are cells that run in a shell.
nlohmann::json document_notebook(const Document &document);

}  // namespace mote
