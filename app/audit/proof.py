"""The proof of one record: a text that anybody can check offline against a signed head of the tree."""

import base64
from collections.abc import Sequence

TITLE = "c2sp.org/tlog-proof@v1"


def text_of(*, index: int, path: Sequence[bytes], checkpoint: str, extra: bytes) -> str:
    """The proof.

    Args:
        index: the record's leaf.
        path: its inclusion proof in the checkpoint's tree, from the leaf's sibling up.
        checkpoint: the signed note, verbatim.
        extra: the leaf hash, or the record's bytes: what is proved. Not part of what is signed.

    Source: C2SP tlog-proof.
    """
    lines = [TITLE, f"extra {_base64(extra)}", f"index {index}", *map(_base64, path)]
    return "\n".join(lines) + "\n\n" + checkpoint


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
