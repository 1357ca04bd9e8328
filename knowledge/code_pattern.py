"""What looks like a code of four parts; light, for the process that reads a file imports it before anything else."""

import re

PART = r"\s?\.\s?([1-9]\d?)"
FOUR_PARTS = re.compile(rf"(?<![\d.])(1[0-2]|[1-9]){PART}{PART}{PART}(?![\d.]*\d)")
