"""What a camera would see of the code on a printed page."""

import re

from PIL import Image

SCALE = 4


def drawn_code(page: str) -> Image.Image:
    """The first QR code of an HTML page, drawn from its SVG path."""
    boxes = re.search(r'<svg[^>]*viewBox="0 0 (\d+) \d+"', page)
    path = re.search(r'<path[^>]*class="qrline"[^>]*d="([^"]+)"', page)
    assert boxes
    assert path
    size = int(boxes[1])
    image = Image.new("L", (size * SCALE, size * SCALE), 255)
    x, y = 0.0, 0.0
    for verb, numbers in re.findall(r"([Mmh])([-\d. ]*)", path[1]):
        values = [float(one) for one in re.findall(r"-?[\d.]+", numbers)]
        if verb == "M":
            x, y = values
        elif verb == "m":
            x, y = x + values[0], y + values[1]
        else:
            box = (int(x) * SCALE, int(y) * SCALE, int(x + values[0]) * SCALE, (int(y) + 1) * SCALE)
            image.paste(0, box)
            x += values[0]
    return image
