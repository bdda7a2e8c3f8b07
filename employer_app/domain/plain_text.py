"""Markdown as plain text, as the text part of a mail and a terminal show it."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token


def plain_text(tokens: Sequence[Token]) -> str:
    """Markdown tokens as text: blank lines between paragraphs, signs before items, addresses after links."""
    blocks: list[str] = []
    lead: list[str] = []  # what stands before a line, one entry per open quotation or list item
    counters: list[int] = []
    sign = ""
    for token in tokens:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                counters.append(int(token.attrGet("start") or 1) if token.tag == "ol" else 0)
            case "bullet_list_close" | "ordered_list_close":
                counters.pop()
            case "list_item_open":
                sign = f"{counters[-1]}. " if counters[-1] else "- "
                counters[-1] += 1 if counters[-1] else 0
                lead.append(" " * len(sign))
            case "blockquote_open":
                lead.append("> ")
            case "list_item_close" | "blockquote_close":
                lead.pop()
            case "inline" | "hr":
                words = _inline(token.children or []) if token.type == "inline" else "---"
                indent = "".join(lead)
                first = indent[: len(indent) - len(sign)] + sign if sign else indent
                blocks.append(first + words.replace("\n", "\n" + indent))
                # Items of a list follow each other; everything else is a paragraph of its own.
                blocks.append("\n" if counters else "\n\n")
                sign = ""
        if token.type.endswith("list_close") and not counters and blocks:
            blocks[-1] = "\n\n"
    return "".join(blocks)


def _inline(children: Sequence[Token]) -> str:
    words: list[str] = []
    links: list[tuple[str, int]] = []
    for token in children:
        if token.type in ("softbreak", "hardbreak"):
            words.append("\n")
        elif token.type == "link_open":
            links.append((str(token.attrGet("href") or ""), len(words)))
        elif token.type == "link_close":
            href, since = links.pop()
            address = href.removeprefix("mailto:")
            if address not in "".join(words[since:]):
                words.append(f" ({address})")
        else:
            words.append(token.content)
    return "".join(words)
