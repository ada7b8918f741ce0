// A document as one HTML page. The frame and the style sheet are templates (templates/page.*.in); texts of
// users and files pass as_html().
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/escape.h"
#include "base/template.h"
#include "base/text.h"
#include "base/version.h"
#include "report/document.h"
#include "report/drawing.h"
#include "report/picture_data.h"
#include "report/templates.h"

namespace mote {

namespace {

std::string as_html(const std::string &text) { return escaped(Language::kHtml, text); }

// A sentence: what stands between two backticks is a command.
std::string prose(const std::string &text) {
  std::string out;
  const std::string safe = as_html(text);
  bool is_open = false;
  size_t left = static_cast<size_t>(std::count(safe.begin(), safe.end(), '`'));
  for (const char c : safe) {
    if (c != '`') {
      out += c;
      continue;
    }
    --left;
    if (!is_open && left == 0) {  // it has no other end
      out += c;
      continue;
    }
    out += is_open ? "</code>" : "<code>";
    is_open = !is_open;
  }
  return out;
}

// The lines stay, which as_html() makes one of.
std::string lines_as_html(const std::string &text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    out += as_html(text.substr(at, end - at)) + "\n";
    at = end + 1;
  }
  return out;
}

// Below it letters of a picture are no longer read: it is moved under the thumb instead of made smaller.
int narrowest(const std::string &svg) {
  constexpr double kSmallest = 0.65;
  return static_cast<int>(kSmallest * picture_width(svg));
}

// What is wider than a phone is moved within the page, by a keyboard too.
std::string scrolled(const std::string &inside, const std::string &name, const std::string &kind = "") {
  return fmt::format("<div class=\"scroll{}\" tabindex=\"0\" role=\"group\" aria-label=\"{}\">{}</div>\n",
                     kind, as_html(name), inside);
}

std::string html_image(const DocPicture &p) {
  const std::string source =
      p.narrow.empty()
          ? ""
          : fmt::format("<source media=\"(max-width:600px)\" srcset=\"{}\">", picture_data(p.narrow));
  // of pixels there are two for a point
  const std::string width = p.png.empty()
                                ? fmt::format("min-width:{}px", narrowest(p.svg))
                                : fmt::format("width:{0}px;min-width:min({0}px,35rem)", png_width(p.png) / 2);
  return fmt::format("<picture{}>{}<img alt=\"{}\" style=\"{}\" src=\"{}\"></picture>",
                     p.narrow.empty() ? "" : " class=\"two\"", source, as_html(p.alt), width,
                     p.png.empty() ? picture_data(p.svg) : png_data(p.png));
}

class HtmlWriter {
 public:
  std::string text;
  bool has_sortable = false;

  void operator()(const DocText &b) { text += "<p>" + prose(b.words) + "</p>\n"; }
  void operator()(const DocWarning &b) { text += "<p class=\"warn\">" + prose(b.words) + "</p>\n"; }
  void operator()(const DocHeading &b) { text += "<h3>" + as_html(b.words) + "</h3>\n"; }
  void operator()(const DocList &b) {
    constexpr size_t kFew = 6;  // which need not be asked for, and are on paper too
    if (!b.summary.empty())
      text += fmt::format("<details{}><summary>{}</summary>", b.items.size() <= kFew ? " open" : "",
                          as_html(b.summary));
    text += "<ul>\n";
    for (const std::string &item : b.items) text += "<li>" + prose(item) + "</li>\n";
    text += b.summary.empty() ? "</ul>\n" : "</ul></details>\n";
  }
  void operator()(const DocCode &b) {
    text += fmt::format("<pre tabindex=\"0\" role=\"group\" aria-label=\"{}\">{}</pre>\n",
                        as_html(b.name.empty() ? "commands" : b.name), lines_as_html(b.text));
  }
  void operator()(const DocCards &b) {
    text += "<div class=\"cards\">\n";
    for (const DocCard &card : b.cards)
      text += fmt::format("<div class=\"card\"><b>{}</b><span>{}</span></div>\n", as_html(card.value),
                          as_html(card.label));
    text += "</div>\n";
  }
  void operator()(const DocTable &b) {
    if (!b.summary.empty()) text += "<details><summary>" + as_html(b.summary) + "</summary>\n";
    constexpr size_t kShort = 24;  // rows that stay on one page of paper
    std::string table = fmt::format("<table{}>", b.is_sortable()    ? " class=\"sortable\""
                                                 : b.shades.empty() ? ""
                                                                    : " class=\"matrix\"");
    has_sortable = has_sortable || b.is_sortable();
    if (!b.caption.empty()) table += "<caption>" + as_html(b.caption) + "</caption>";
    table += "<thead><tr>";
    for (size_t c = 0; c < b.head.size(); ++c)
      table += fmt::format("<th scope=\"col\"{}>{}</th>", kind_of(b, c), as_html(b.head[c]));
    table += "</tr></thead>\n<tbody>";
    for (size_t r = 0; r < b.rows.size(); ++r) {
      const bool is_total = b.has_total && r + 1 == b.rows.size();
      table += is_total ? "<tr class=\"total\">" : "<tr>";
      for (size_t c = 0; c < b.rows[r].size(); ++c) table += cell_of(b, r, c);
      table += "</tr>\n";
    }
    text += scrolled(table + "</tbody></table>", b.caption.empty() ? b.head.at(0) : b.caption,
                     b.rows.size() <= kShort ? " short" : "");
    if (!b.summary.empty()) text += "</details>\n";
  }
  void operator()(const DocPicture &b) {
    constexpr double kHalf = 460;  // of the page's width: two beside each other
    const bool is_small = b.drawings.size() == 1 && picture_width(b.drawings[0]) < kHalf;
    text += is_small ? "<figure class=\"half\">\n" : "<figure>\n";
    if (!b.svg.empty() || !b.png.empty())
      text += scrolled(html_image(b), b.alt, b.is_photo ? " photo" : " chart");
    drawings(b.drawings, b, b.narrow_drawings.empty() ? "" : " wide");
    drawings(b.narrow_drawings, b, " narrow");
    if (!b.caption.empty()) text += "<figcaption>" + as_html(b.caption) + "</figcaption>\n";
    text += "</figure>\n";
  }
  void operator()(const DocStages &b) {
    text += "<ol class=\"stages\">\n";
    for (const DocStage &s : b.stages) {
      text += fmt::format("<li><h3>{}</h3><p>{}</p><ul>", as_html(s.name), as_html(s.purpose));
      for (const std::string &figure : s.figures) text += "<li>" + prose(figure) + "</li>";
      text += fmt::format("</ul><p class=\"watch\"><b>On a device:</b> {}</p></li>\n", as_html(s.watch));
    }
    text += "</ol>\n";
  }

 private:
  static std::string kind_of(const DocTable &t, size_t c) {
    const auto is_one = [c](const std::vector<size_t> &list) {
      return std::find(list.begin(), list.end(), c) != list.end();
    };
    return is_one(t.words) ? " class=\"wrap\"" : is_one(t.names) ? " class=\"left\"" : "";
  }
  static std::string cell_of(const DocTable &t, size_t r, size_t c) {
    const std::string cell = as_html(t.rows[r][c]);
    if (c == 0) {
      const std::string to = r < t.links.size() ? t.links[r] : "";
      return "<th scope=\"row\">" +
             (to.empty() ? cell : fmt::format("<a href=\"{}\">{}</a>", as_html(to), cell)) + "</th>";
    }
    std::string attributes = kind_of(t, c);
    const auto &by_number = t.sorted_by_number;
    if (t.is_sortable() && std::find(by_number.begin(), by_number.end(), c) != by_number.end()) {
      const double key = t.sort_keys[r][c];
      attributes += std::isnan(key) ? " data-key=\"\"" : fmt::format(" data-key=\"{}\"", key);
    }
    if (r < t.shades.size() && c - 1 < t.shades[r].size()) {
      const double shade = t.shades[r][c - 1];
      constexpr double kStrongest = 0.55;
      if (shade != 0)
        attributes +=
            fmt::format(" style=\"background:rgba({},{:.2f})\"", shade > 0 ? "31,107,184" : "200,100,20",
                        kStrongest * std::min(1.0, std::fabs(shade)));
    }
    return "<td" + attributes + ">" + cell + "</td>";
  }
  void drawings(const std::vector<std::string> &list, const DocPicture &b, const char *where) {
    for (const std::string &drawing : list) {
      const int width = narrowest(drawing);
      text += scrolled(fmt::format("<div class=\"sheet\" style=\"min-width:{}px\">{}</div>", width, drawing),
                       b.alt, where);
    }
  }
};

std::string html_of(const std::vector<DocBlock> &blocks, bool &has_sortable) {
  HtmlWriter writer;
  for (const DocBlock &block : blocks) std::visit(writer, block);
  has_sortable = has_sortable || writer.has_sortable;
  return writer.text;
}

}  // namespace

std::string document_html(const Document &document) {
  std::string contents, sections;
  bool has_sortable = false;
  for (const DocSection &s : document.sections) {
    contents += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", s.id, as_html(s.title));
    sections += fmt::format("<section id=\"{}\">\n<h2>{}</h2>\n", s.id, as_html(s.title));
    if (!s.lead.empty()) sections += "<p class=\"lead\">" + as_html(s.lead) + "</p>\n";
    sections += html_of(s.blocks, has_sortable) + "</section>\n";
  }
  const std::string style =
      fill_template("page.css.in", report_template("page.css.in"), {{"drawing", drawing_style(true)}});
  const std::string begin = html_of(document.begin, has_sortable);
  const std::string script =
      has_sortable ? "<script>\n" + std::string(report_template("sort.js.in")) + "</script>" : "";
  return fill_template(
      "page.html.in", report_template("page.html.in"),
      {{"title", ForeignText{document.title}},
       {"subtitle", ForeignText{document.subtitle}},
       {"style", style},
       {"begin", begin},
       {"contents", document.sections.size() < 2
                        ? ""
                        : fmt::format("<nav aria-label=\"Contents\">\n<ul>\n{}</ul>\n</nav>", contents)},
       {"sections", sections},
       {"origin", document.origin},
       {"needs", has_sortable ? "; its script sorts tables" : ", and it needs no script"},
       {"script", script},
       {"version", kVersion}});
}

}  // namespace mote
