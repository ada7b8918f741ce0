// A document in its three forms: the same words in each, none of them able to break out of it.
#include "report/document.h"

#include <cmath>
#include <set>

#include "report/html_reader.h"
#include "report/picture_data.h"
#include "test_support.h"

namespace mote {
namespace {

using nlohmann::json;

const std::string kEvil = "<b>x</b> | `a` \"q\" & [l](javascript:1)\n# h";

Document some_document() {
  Document d{"wave", "run 1", {DocCards{{{"57.1 %", "float"}}}}, {}};
  DocSection s{"one", "One", "What it is for."};
  s.blocks = {DocText{"A sentence."}, DocWarning{"Beware."}, DocList{{"first", "second"}, "2 findings"},
              DocTable{"Bytes", {"layer", "bytes"}, {{"conv", "1,312"}, {"total", "1,340"}}, true},
              DocCode{"mote train\nmote report\n", true}};
  d.sections = {s};
  return d;
}

std::string joined(const json &source) {
  std::string text;
  for (const json &line : source) text += line.get<std::string>();
  return text;
}

TEST(Document, markdown_has_its_words_and_tables) {
  const std::string text = document_markdown(some_document());
  for (const char *part :
       {"# wave\n", "| **57.1 %** | float |", "## One\n", "What it is for.", "A sentence.", "> Beware.",
        "2 findings:\n\n- first\n- second\n", "Bytes\n\n| layer | bytes |\n|---|---:|\n| conv | 1,312 |\n",
        "```sh\nmote train\nmote report\n```\n"})
    EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
}

// The schema nbformat.v4.5 by hand: every cell has a type, metadata, a source of lines and an id of its own.
TEST(Document, notebooks_have_cells_that_a_reader_takes) {
  const json n = document_notebook(some_document());
  EXPECT_EQ(n.at("nbformat"), 4);
  EXPECT_EQ(n.at("nbformat_minor"), 5);
  std::set<std::string> ids;
  std::string all;
  size_t commands = 0;
  for (const json &cell : n.at("cells")) {
    const std::string id = cell.at("id");
    EXPECT_TRUE(ids.insert(id).second) << id;
    EXPECT_LE(id.size(), 64u);
    EXPECT_EQ(id.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"),
              std::string::npos);
    EXPECT_TRUE(cell.at("metadata").is_object());
    const std::string type = cell.at("cell_type");
    if (type == "code") {
      ++commands;
      EXPECT_TRUE(cell.at("execution_count").is_null());
      EXPECT_TRUE(cell.at("outputs").empty());
      EXPECT_EQ(joined(cell.at("source")), "!mote train\n!mote report");
    } else {
      EXPECT_EQ(type, "markdown");
    }
    all += joined(cell.at("source"));
  }
  EXPECT_EQ(commands, 1u);
  for (const char *part : {"# wave", "A sentence.", "| conv | 1,312 |"})
    EXPECT_NE(all.find(part), std::string::npos) << part;
}

TEST(Document, pictures_of_notebooks_are_attachments_of_their_cell) {
  Document d = some_document();
  DocPicture p{"a curve", "How it went."};
  p.svg = "<svg width=\"10\">?</svg>";
  d.sections[0].blocks = {p};
  const json cell = document_notebook(d).at("cells").at(1);
  EXPECT_NE(joined(cell.at("source")).find("![a curve](attachment:picture1.svg)"), std::string::npos);
  // base64 by hand: "<sv" is PHN2
  const std::string coded = cell.at("attachments").at("picture1.svg").at("image/svg+xml");
  EXPECT_TRUE(coded.starts_with("PHN2")) << coded;
  EXPECT_EQ(coded.size(), (p.svg.size() + 2) / 3 * 4);
}

TEST(Document, base64_is_that_of_rfc_4648) {
  const std::pair<const char *, const char *> cases[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto &[bytes, coded] : cases) EXPECT_EQ(base64(bytes), coded);
}

TEST(Document, texts_of_others_stay_texts) {
  Document d{kEvil, kEvil, {DocCards{{{kEvil, kEvil}}}}, {}};
  DocPicture picture{kEvil, kEvil};
  picture.svg = "<svg></svg>";
  DocSection s{"one", kEvil, kEvil};
  s.blocks = {DocText{kEvil},
              DocWarning{kEvil},
              DocHeading{kEvil},
              DocList{{kEvil}, kEvil},
              DocTable{kEvil, {kEvil}, {{kEvil}}},
              DocCode{kEvil, false, kEvil},
              picture,
              DocStages{{{kEvil, kEvil, {kEvil}, kEvil}}}};
  d.sections = {s};
  const std::string page = document_html(d);
  EXPECT_EQ(page.find("<b>x"), std::string::npos);
  EXPECT_EQ(page.find("\"q\""), std::string::npos);
  const std::string text = document_markdown(d);
  EXPECT_EQ(text.find("\n# h\n\n#"), std::string::npos);
  for (size_t at = text.find("<b>"); at != std::string::npos; at = text.find("<b>", at + 1)) {
    const size_t fence = text.rfind("```", at);  // in code it may stand as it is
    EXPECT_NE(fence, std::string::npos);
    EXPECT_LT(text.find(kEvil, fence == std::string::npos ? 0 : fence), at + 1);
  }
}

// A page loads nothing and runs nothing: no address but those within it, and names of formats.
TEST(Document, pages_are_whole) {
  Document d = some_document();
  DocPicture p{"a curve", ""};
  p.svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\"></svg>";
  d.sections[0].blocks.emplace_back(p);
  const std::string page = document_html(d);
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_EQ(page.find("<link"), std::string::npos);
  EXPECT_EQ(page.find("@import"), std::string::npos);
  EXPECT_EQ(page.find("url("), std::string::npos);
  for (const std::string attribute : {"src=\"", "srcset=\"", "href=\""})
    for (size_t at = page.find(attribute); at != std::string::npos; at = page.find(attribute, at + 1)) {
      const std::string value = page.substr(at + attribute.size(), 5);
      EXPECT_TRUE(value.starts_with("data:") || value[0] == '#') << value;
    }
}

TEST(Document, tables_say_what_their_cells_are) {
  Document d = some_document();
  EXPECT_EQ(document_html(d).find("<nav"), std::string::npos);  // of one section there is nothing to choose
  d.sections.push_back({"two", "Two", ""});
  const std::string page = document_html(d);
  EXPECT_NE(page.find("<caption>Bytes</caption>"), std::string::npos);
  EXPECT_NE(page.find("<th scope=\"col\">layer</th>"), std::string::npos);
  EXPECT_NE(page.find("<th scope=\"row\">conv</th>"), std::string::npos);
  EXPECT_NE(page.find("<tr class=\"total\"><th scope=\"row\">total</th>"), std::string::npos);
  EXPECT_NE(page.find("<html lang=\"en\">"), std::string::npos);
  EXPECT_NE(page.find("<a href=\"#one\">One</a>"), std::string::npos);
}

TEST(Document, tables_that_are_sorted_have_keys_and_links) {
  DocTable table{"", {"run", "flash, bytes", "note"}, {{"a", "1,024", "x"}, {"b", "", "y"}}};
  table.links = {"runs/a/report.html", ""};
  table.sort_keys = {{0, 1024, 0}, {0, std::nan(""), 0}};
  table.sorted_by_number = {1};
  Document d{"all", "", {}, {{"runs", "Runs", "", {table}}}};
  const std::string page = document_html(d);
  for (const char *part :
       {"<a href=\"runs/a/report.html\">a</a>", "<th scope=\"row\">b</th>", "data-key=\"1024\">1,024",
        "data-key=\"\"></td>", "<td>x</td>", "<script>", "aria-sort"})
    EXPECT_NE(page.find(part), std::string::npos) << part;
  EXPECT_NE(document_markdown(d).find("| [a](runs/a/report.html) | 1,024 | x |"), std::string::npos);
}

}  // namespace
}  // namespace mote
