"""Stage 2: trains a table so that sums of its rows stand to one another as the teacher's vectors of the same texts do.

  train.py VOCABULARY.npy OUT.npy TEXTS.jsonl... [options]

Beside each NAME.jsonl lie NAME.npy (teacher.py) and NAME.npz (tokens.py). The table starts from stage 1, projected as the
texts are. A batch is of pairs: a short text (title or sentence) and a passage of the same article. Two losses:
  rank   for each short text, the Kullback-Leibler divergence from the teacher's distribution over the passages of the batch
         (softmax of cosine / --heat) to the table's; and the same from each passage over the short texts
  point  1 - cosine to the teacher's vector, reduced to --dim by PCA, as tokenlearn does
One article in 20 is kept out and tells the loss on unseen text. Run again, it gives the same
numbers but for rounding (2e-5, where a number is 1 on average).
"""

import argparse
import json
import pathlib
import time
import zlib

import numpy as np
import scipy.sparse as sp
import torch
import torch.nn.functional as F

import stage1
import tokens


class Texts:
    """Short texts and passages, their bags of tokens and the teacher's vectors; arrays over all texts."""

    def __init__(self, paths):
        vectors, self.kind, self.doc, bags, docs = [], [], [], [], {}
        for path in map(pathlib.Path, paths):
            vectors.append(np.load(path.with_suffix(".npy")))
            with open(path, encoding="utf-8") as f:
                for line in f:
                    r = json.loads(line)
                    self.kind.append(r["kind"] == "passage")
                    self.doc.append(docs.setdefault(r["doc"], len(docs)))
            z = np.load(path.with_suffix(".npz"))
            shape = (len(z["ends"]), tokens.VOCABULARY)
            bags.append(sp.csr_matrix((np.ones(len(z["ids"]), np.float32), z["ids"].astype(np.int32), np.r_[0, z["ends"]]), shape))
            bags[-1].sum_duplicates()
        self.vectors = np.concatenate(vectors)
        self.kind, self.doc = np.array(self.kind), np.array(self.doc)
        held = np.array([zlib.crc32(name.encode()) % 20 == 0 for name in docs])
        self.held = held[self.doc]
        self.bags = sp.vstack(bags, format="csr")
        self.by_doc = {}
        for i in np.flatnonzero(np.diff(self.bags.indptr)):
            self.by_doc.setdefault(self.doc[i], ([], []))[int(self.kind[i])].append(i)

    def counts(self):
        """How often each entry of the vocabulary occurs."""
        return np.asarray(self.bags.sum(0, dtype=np.float64)).ravel()

    def sums(self, table, chosen):
        """The sums of the rows of each chosen text, at unit length."""
        b = self.bags[chosen]
        ids, ends, weights = map(torch.from_numpy, (b.indices, b.indptr[:-1], b.data))
        return F.normalize(F.embedding_bag(ids, table, ends, mode="sum", per_sample_weights=weights), dim=1)


def projection(vectors, dim, rng):
    """The axes on which the teacher's vectors of texts vary most, the origin kept so that cosines are too."""
    sample = vectors[rng.permutation(len(vectors))[:40000]].astype(np.float32)
    _, axes = np.linalg.eigh(sample.T @ sample)
    return axes[:, ::-1][:, :dim].copy()


def divergence(scores, target):
    return F.kl_div(F.log_softmax(scores, 1), F.softmax(target, 1), reduction="batchmean")


def losses(table, texts, short, long, axes, a):
    """The losses of a batch: short[i] and long[i] come from one article."""
    both = np.r_[short, long]
    x = texts.sums(table, both)
    y = torch.from_numpy(texts.vectors[both].astype(np.float32))
    if a.loss == "point":
        return 1 - (x * F.normalize(y @ axes, dim=1)).sum(1).mean()
    (q, p), (tq, tp) = x.split(len(short)), y.split(len(short))
    scores, target = q @ p.T / a.heat, tq @ tp.T / a.heat
    return divergence(scores, target) + divergence(scores.T, target.T)


def batches(texts, docs, rng, size):
    """One round: each passage once, with a short text of its article."""
    short, long = [], []
    for d in docs:
        s, p = texts.by_doc.get(d, ([], []))
        if s and p:
            short += list(rng.choice(s, len(p), replace=len(s) < len(p)))
            long += p
    order = rng.permutation(len(long))
    short, long = np.array(short)[order], np.array(long)[order]
    return [(short[i : i + size], long[i : i + size]) for i in range(0, len(long) - size + 1, size)]


def options():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("vocabulary")
    ap.add_argument("out")
    ap.add_argument("texts", nargs="+")
    ap.add_argument("--dim", type=int, default=256)
    ap.add_argument("--loss", choices=("rank", "point"), default="rank")
    ap.add_argument("--heat", type=float, default=0.05)
    ap.add_argument("--epochs", type=int, default=6)
    ap.add_argument("--batch", type=int, default=1024)
    ap.add_argument("--rate", type=float, default=0.02, help="step; a number of the table is 1 on average at the start")
    ap.add_argument("--a", type=float, default=1e-4, help="of the SIF weights at the start")
    return ap.parse_args()


def start(a, axes, counts):
    """Stage 1 on the given axes, scaled so that a number is 1 on average."""
    x = np.load(a.vocabulary).astype(np.float32)
    p = stage1.shares(counts, False)
    rows = ((x - x[stage1.SPECIAL :].mean(0)) @ axes) * (a.a / (a.a + p))[:, None]
    rows[: stage1.SPECIAL] = 0
    return (rows / np.abs(rows[stage1.SPECIAL :]).mean()).astype(np.float32)


def step(adam, table, loss, rate):
    for group in adam.param_groups:
        group["lr"] = rate
    adam.zero_grad()
    loss.backward()
    table.grad[: stage1.SPECIAL] = 0
    adam.step()


def main():
    a = options()
    rng = np.random.default_rng(1)
    texts = Texts(a.texts)
    axes = projection(texts.vectors[~texts.held], a.dim, rng)
    table = torch.from_numpy(start(a, axes, texts.counts())).requires_grad_()
    axes = torch.from_numpy(axes)
    adam = torch.optim.Adam([table], betas=(0.9, 0.99), fused=True)
    train_docs, held_docs = np.unique(texts.doc[~texts.held]), np.unique(texts.doc[texts.held])
    held = batches(texts, held_docs, np.random.default_rng(2), a.batch)
    steps, done, began = None, 0, time.time()
    for epoch in range(a.epochs):
        seen = 0.0
        training = batches(texts, train_docs, rng, a.batch)
        steps = steps or len(training) * a.epochs
        for k in rng.permutation(len(training)):
            loss = losses(table, texts, *training[k], axes, a)
            step(adam, table, loss, a.rate * min(1, (done + 1) / 50) * max(0.02, 1 - done / steps))
            seen += loss.item() / len(training)
            done += 1
        with torch.no_grad():
            unseen = np.mean([losses(table, texts, *batch, axes, a).item() for batch in held])
        print(f"epoch {epoch + 1}: loss {seen:.4f}, unseen {unseen:.4f}, {time.time() - began:.0f} s", flush=True)
        np.save(a.out, table.detach().numpy())


if __name__ == "__main__":
    main()
