"""whole_page.py [--links] PAGE...: each page is one file that needs nothing else: tags close, parts that are led to are there, nothing
is loaded, nothing runs, pictures and tables have names. --links: it may lead to files beside it, which are there, and sort by a script."""
import html.parser
import os
import re
import sys
import urllib.parse

VOID = ("meta", "img", "source", "br", "rect", "polyline", "polygon", "circle", "path")


class Page(html.parser.HTMLParser):
    def __init__(self, path, has_links):
        super().__init__()
        self.path, self.has_links = path, has_links
        self.open, self.ids, self.wrong, self.targets, self.texts = [], set(), [], [], 0

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        if tag in ("link", "iframe", "object", "embed", "base", "form") or (tag == "script" and not (self.has_links and not a)):
            self.wrong.append(tag)
        for name, value in attributes:
            if name.startswith("on"):
                self.wrong.append(name)
            if name in ("src", "srcset") and not value.startswith("data:image/"):
                self.wrong.append(value[:60])
            if name == "href":
                self.lead(value)
        if tag == "img" and not a.get("alt"):
            self.wrong.append("img without alt")
        if tag == "th" and "scope" not in a:
            self.wrong.append("th without scope")
        if tag == "svg" and not a.get("aria-label"):
            self.wrong.append("svg without a name")
        if "id" in a:
            self.ids.add(a["id"])
        if tag not in VOID:
            self.open.append(tag)

    def lead(self, to):
        if to.startswith("#"):
            self.targets.append(to[1:])
        elif not self.has_links or re.match(r"[a-z]+:|/", to) or not os.path.exists(
                os.path.join(os.path.dirname(self.path), urllib.parse.unquote(to))):
            self.wrong.append(f"leads to {to}")

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append("</" + tag + ">")

    def handle_data(self, data):
        self.texts += len(data.strip())


def faults(path, has_links):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    page = Page(path, has_links)
    page.feed(text)
    page.close()
    page.wrong += [t for t in page.targets if t not in page.ids] + page.open
    if page.texts < 500 or not text.startswith("<!doctype html>"):
        page.wrong.append("is no page")
    all_of_it = urllib.parse.unquote(text)  # with the pictures
    page.wrong += [u for u in re.findall(r"https?://[^\s\"'<]+", all_of_it) if "www.w3.org" not in u]
    return page.wrong


def main():
    has_links, paths = "--links" in sys.argv, [a for a in sys.argv[1:] if not a.startswith("--")]
    wrong = [f"{path}: {found[:5]}" for path in paths if (found := faults(path, has_links))]
    if wrong or not paths:
        sys.exit("\n".join(wrong) or "no page")


if __name__ == "__main__":
    main()
