"""What a reader sees of a PDF, and what a screen reader hears of it, to hold one PDF against another."""

import io
import json

import pdfplumber


def seen(content):
    """Return what is drawn on each page, and the structure of each: tag, attributes and texts of every element.

    Elements that only wrap text are left out.
    """
    with pdfplumber.open(io.BytesIO(content)) as opened:
        return [_drawn(page) for page in opened.pages], _spoken(opened)


def drawn(content, pages=slice(None)):
    """Return what stands on each page: characters with font and place, rules and fills, each sorted."""
    with pdfplumber.open(io.BytesIO(content)) as opened:
        return [_drawn(page) for page in opened.pages[pages]]


def _drawn(page):
    characters = sorted((one["text"], one["fontname"], round(one["x0"], 2), round(one["top"], 2), round(one["size"], 2))
                        for one in page.chars)
    paths = sorted((round(x0, 2), round(y0, 2), round(x1, 2), round(y1, 2)) for path in page.curves + page.lines + page.rects
                   for (x0, y0), (x1, y1) in zip(path["pts"], path["pts"][1:], strict=False))
    return characters, sorted(set(paths))


def _spoken(opened):
    texts = [{} for _ in opened.pages]
    for page, found in zip(opened.pages, texts, strict=True):
        for one in page.chars:
            if one["mcid"] is not None:
                found[one["mcid"]] = found.get(one["mcid"], "") + one["text"]

    def said(node, page):
        page = node.get("page_number", page)
        # A mark around nothing that shows, such as a blank at the end of a line, has no characters.
        text = "".join(texts[page - 1].get(mark, "") for mark in node.get("mcids", ()))
        kids = [said(kid, page) for kid in node.get("children", ())]
        while any(kid[0] in ("Span", "NonStruct") for kid in kids):
            kids = [inner for kid in kids for inner in (kid[3] or [("", None, kid[2], [])] if kid[0] in ("Span", "NonStruct") else [kid])]
        if node["type"] in ("TD", "TH"):
            text += "".join(inner[2] for inner in kids)
            kids = []
        attributes = json.dumps(node.get("attributes"), sort_keys=True, default=str)
        return node["type"], attributes, text, kids

    return [said(node, 1) for node in opened.structure_tree]
