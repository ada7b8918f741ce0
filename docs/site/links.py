"""For mkdocs: links that lead out of docs/, which a forge follows and the site has no page for, become the path as text."""
import os
import re

from mkdocs.structure.nav import Link


def on_page_markdown(markdown, page, config, files):
    here = os.path.dirname(os.path.join(config["docs_dir"], page.file.src_path))

    def inside(match):
        text, target = match.groups()
        path = target.split("#")[0]
        if not path or re.match(r"[a-z]+:", path):
            return match.group(0)
        full = os.path.normpath(os.path.join(here, path))
        if full.startswith(os.path.normpath(config["docs_dir"]) + os.sep):
            if os.path.isdir(full):  # a folder has no page
                return text
            return match.group(0)
        return f"{text} (`{os.path.relpath(full, os.path.dirname(config['docs_dir']))}`)"

    return re.sub(r"\[([^\]]+)\]\(([^)\s]+)\)", inside, markdown)


def on_nav(nav, config, files):
    """Beside the pages what doxygen puts there (./dev docs)."""
    nav.items.append(Link("C and C++ interface", "api/html/index.html"))
    return nav
