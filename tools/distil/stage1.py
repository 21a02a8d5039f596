"""Stage 1: a table from the teacher's vectors of single vocabulary entries, as Model2Vec does it.

  stage1.py VOCABULARY.npy OUT.npy TOKENS.npz... [--dim 256] [--a 0.0001] [--zipf] [--drop 0] [--no-centre]

TOKENS.npz tells how often each entry occurs in text (tokens.py). Rows are centred, reduced by PCA, and weighted by
a / (a + p), the weight of SIF (Arora, Liang, Ma 2017), where p is the share of the entry among all tokens; --zipf takes p
from the entry's rank instead, for lack of text.
"""

import argparse

import numpy as np

SPECIAL = 999


def pca(x, dim, drop=0, centre=True):
    if centre:
        x = x - x.mean(0)
    _, _, axes = np.linalg.svd(x, full_matrices=False)
    return x @ axes[drop : drop + dim].T


def shares(counts, zipf):
    if zipf:
        rank = np.arange(len(counts)) - SPECIAL + 1
        p = np.where(rank > 0, 1 / np.maximum(rank, 1), 0)
    else:
        p = counts + 0.5
    return p / p.sum()


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("vocabulary")
    ap.add_argument("out")
    ap.add_argument("tokens", nargs="+")
    ap.add_argument("--dim", type=int, default=256)
    ap.add_argument("--a", type=float, default=1e-4)
    ap.add_argument("--drop", type=int, default=0)
    ap.add_argument("--zipf", action="store_true")
    ap.add_argument("--no-centre", action="store_true")
    a = ap.parse_args()
    x = np.load(a.vocabulary).astype(np.float32)
    rows = np.zeros((len(x), a.dim), np.float32)
    rows[SPECIAL:] = pca(x[SPECIAL:], a.dim, a.drop, not a.no_centre)
    p = shares(sum(np.load(t)["counts"].astype(np.float64) for t in a.tokens), a.zipf)
    rows *= (a.a / (a.a + p))[:, None].astype(np.float32)
    np.save(a.out, rows)


if __name__ == "__main__":
    main()
