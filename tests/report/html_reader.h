// Reads the report's page back: tables, cards, inlined pictures and the text as a browser would show it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace mote::test {

struct HtmlTable {
  std::vector<std::vector<std::string>> rows;  // of cells, the head first
};

inline std::string unescaped(const std::string &text) {
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    bool is_entity = false;
    for (const auto &[entity, character] :
         {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}, {"&quot;", "\""}, {"&middot;", "\u00b7"}}) {
      if (text.compare(at, std::string(entity).size(), entity) != 0) continue;
      out += character;
      at += std::string(entity).size() - 1;
      is_entity = true;
      break;
    }
    if (!is_entity) out += text[at];
  }
  return out;
}

// What is between tags, without the style sheet.
inline std::string text_of(const std::string &page) {
  std::string out;
  for (size_t at = 0; at < page.size();) {
    if (page[at] == '<') {
      const bool is_style = page.compare(at, 7, "<style>") == 0;
      const size_t end = is_style ? page.find("</style>", at) + 7 : page.find('>', at);
      if (end == std::string::npos) break;
      at = end + 1;
    } else {
      out += page[at++];
    }
  }
  return unescaped(out);
}

// The texts of `<tag>...</tag>` in order, whatever attributes they have.
inline std::vector<std::string> inside(const std::string &page, const std::string &tag) {
  std::vector<std::string> list;
  const std::string open = "<" + tag, close = "</" + tag + ">";
  for (size_t at = page.find(open); at != std::string::npos; at = page.find(open, at + 1)) {
    if (page[at + open.size()] != '>' && page[at + open.size()] != ' ') continue;
    const size_t begin = page.find('>', at) + 1;
    list.push_back(page.substr(begin, page.find(close, begin) - begin));
  }
  return list;
}

inline std::vector<HtmlTable> tables_of(const std::string &page) {
  std::vector<HtmlTable> tables;
  for (const std::string &table : inside(page, "table")) {
    HtmlTable t;
    for (const std::string &row : inside(table, "tr")) {
      std::vector<std::string> cells;
      for (size_t at = row.find("<t"); at != std::string::npos; at = row.find("<t", at + 1))
        cells.push_back(text_of(row.substr(at, row.find("</t", at) - at)));
      t.rows.push_back(cells);
    }
    tables.push_back(t);
  }
  return tables;
}

// The table with that column; an empty one, and a failure, where there is none.
inline HtmlTable table_with(const std::string &page, const std::string &column) {
  for (const HtmlTable &t : tables_of(page))
    for (const std::string &head : t.rows.at(0))
      if (head == column) return t;
  ADD_FAILURE() << "no table has a column '" << column << "'";
  return {};
}

// Value and label of each card.
inline std::vector<std::pair<std::string, std::string>> cards_of(const std::string &page) {
  std::vector<std::pair<std::string, std::string>> cards;
  const std::string open = "<div class=\"card\">";
  for (size_t at = page.find(open); at != std::string::npos; at = page.find(open, at + 1)) {
    const std::string card = page.substr(at, page.find("</div>", at) - at);
    cards.emplace_back(unescaped(inside(card, "b").at(0)), unescaped(inside(card, "span").at(0)));
  }
  return cards;
}

// Alternative text and decoded SVG of each inlined picture.
inline std::vector<std::pair<std::string, std::string>> pictures_of(const std::string &page) {
  std::vector<std::pair<std::string, std::string>> pictures;
  const std::string source = "src=\"data:image/svg+xml,";
  for (size_t at = page.find("<img "); at != std::string::npos; at = page.find("<img ", at + 1)) {
    const std::string tag = page.substr(at, page.find('>', at) - at);
    const size_t alt = tag.find("alt=\"") + 5, data = tag.find(source) + source.size();
    const std::string coded = tag.substr(data, tag.find('"', data) - data);
    std::string svg;
    for (size_t i = 0; i < coded.size(); ++i)
      if (coded[i] == '%') {
        svg += static_cast<char>(std::stoi(coded.substr(i + 1, 2), nullptr, 16));
        i += 2;
      } else
        svg += coded[i];
    pictures.emplace_back(unescaped(tag.substr(alt, tag.find('"', alt) - alt)), svg);
  }
  return pictures;
}

}  // namespace mote::test
