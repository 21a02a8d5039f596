"""Cuts texts into tokens.

  tokens.py TEXTS.jsonl OUT.npz

OUT.npz: ids (all tokens, one text after the other), ends (where each text ends), counts (how often each entry occurs).
"""

import json
import sys

import numpy as np

from teacher import tokenizer

VOCABULARY = 30522


def cut(texts):
    t = tokenizer()
    ids, ends = [], []
    for at in range(0, len(texts), 4096):
        for e in t.encode_batch(texts[at : at + 4096], add_special_tokens=False):
            ids.append(np.array(e.ids, np.uint16))
            ends.append(len(e.ids))
    return np.concatenate(ids), np.cumsum(ends)


def main(source, out):
    with open(source, encoding="utf-8") as f:
        texts = [json.loads(line)["text"] for line in f]
    ids, ends = cut(texts)
    np.savez(out, ids=ids, ends=ends, counts=np.bincount(ids, minlength=VOCABULARY))


if __name__ == "__main__":
    main(*sys.argv[1:])
