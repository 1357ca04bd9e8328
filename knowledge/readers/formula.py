"""A formula of a Word document as one line of characters: fractions with a bar, powers with a caret, roots with a sign."""

from collections.abc import Mapping

from lxml import etree

MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
FORMS: Mapping[str, str] = {
    "f": "{num}/{den}",
    "sSup": "{e}^{sup}",
    "sSub": "{e}_{sub}",
    "sSubSup": "{e}_{sub}^{sup}",
    "rad": "√{deg}{e}",
    "nary": "∑{sub}{sup}{e}",
}
DEEPEST = 40


def linear(element: etree._Element, depth: int = 0) -> str:
    """The characters of a formula; a part of more than one character that must stay together stands in brackets."""
    name = str(element.tag).rpartition("}")[2]
    if name == "t":
        return element.text or ""
    if depth > DEEPEST:
        return "".join(str(one) for one in element.itertext())
    if (form := FORMS.get(name)) is not None:
        parts = {part: "" for part in ("num", "den", "e", "sup", "sub", "deg")}
        for child in element:
            part = str(child.tag).rpartition("}")[2]
            if part in parts:
                text = linear(child, depth + 1)
                parts[part] = text if len(text) <= 1 or text.isalnum() else f"({text})"
        return form.format_map(parts)
    inside = "".join(linear(child, depth + 1) for child in element if isinstance(child.tag, str))
    return f"({inside})" if name == "d" else inside
