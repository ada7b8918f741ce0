// Reads tables of text back: words of a line, rows of CSV.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace mote::test {

inline std::vector<std::string> split(const std::string &line, char at) {
  std::vector<std::string> cells;
  std::istringstream in(line);
  for (std::string cell; std::getline(in, cell, at);) cells.push_back(cell);
  return cells;
}

inline std::vector<std::string> words(const std::string &line) {
  std::vector<std::string> list;
  std::istringstream in(line);
  for (std::string word; in >> word;) list.push_back(word);
  return list;
}

// Rows of a CSV file by the names in its head.
inline std::vector<std::map<std::string, double>> read_csv(const std::string &text) {
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  const std::vector<std::string> head = split(line, ',');
  std::vector<std::map<std::string, double>> rows;
  while (std::getline(lines, line)) {
    const std::vector<std::string> cells = split(line, ',');
    EXPECT_EQ(cells.size(), head.size());
    for (size_t i = 0; i < cells.size(); ++i) {
      if (i == 0) rows.emplace_back();
      rows.back()[head[i]] = std::stod(cells[i]);
    }
  }
  return rows;
}

}  // namespace mote::test
