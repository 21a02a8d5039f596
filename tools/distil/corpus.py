"""Reads folders of text and cuts them into the short texts that the teacher embeds.

  corpus.py OUT.jsonl FOLDER_OR_FILE...

Understands .txt and .md (one article a file, its first line taken as the title), .jsonl and .json, each also with .gz
(one article a record, fields "title" and "text" or "body"; of a record without these, every string found under a key "text").
Writes one line for each text: {"doc", "kind", "text"}. Kinds: "passage" (title and up to WORDS words, cut between
sentences), "sentence" (one sentence by itself) and "title".
"""

import gzip
import hashlib
import html
import json
import pathlib
import random
import re
import sys

WORDS = 100  # of a passage: with its title about 140 word pieces, all of which the teacher reads
SENTENCES_PER_PASSAGE = 1.0  # how many single sentences are drawn for each passage
SUFFIXES = (".txt", ".md", ".jsonl", ".json", ".jsonl.gz", ".json.gz")

END_OF_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9])|\n+")
TAG = re.compile(r"<[^>]+>")


def strings(node):
    """Every string under a key "text" anywhere in a JSON value, in order."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "text" and isinstance(value, str):
                yield html.unescape(TAG.sub(" ", value))
            else:
                yield from strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from strings(value)


def articles(path):
    """Yields (title, text) for each article of a file."""
    name = path.name.removesuffix(".gz")
    opener = gzip.open if path.name.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8", errors="replace") as f:
        body = f.read()
    if not name.endswith((".json", ".jsonl")):
        title, _, text = body.strip().partition("\n")
        yield title, text
        return
    records = json.loads(body) if name.endswith(".json") else [json.loads(line) for line in body.split("\n") if line.strip()]
    for record in records if isinstance(records, list) else [records]:
        text = record.get("text") or record.get("body")
        yield record.get("title") or "", text or "\n".join(strings(record))


def sentences(text):
    return [s.strip() for s in END_OF_SENTENCE.split(text) if s and s.strip()]


def passages(text, limit=WORDS):
    """Cuts text between sentences into parts of at most limit words; a longer sentence is cut between words."""
    part, count = [], 0
    for sentence in sentences(text):
        words = sentence.split()
        for at in range(0, len(words), limit):
            piece = words[at : at + limit]
            if count + len(piece) > limit and part:
                yield " ".join(part)
                part, count = [], 0
            part.append(" ".join(piece))
            count += len(piece)
    if count >= 8:
        yield " ".join(part)


def head(title, text):
    title = title.strip()
    return f"{title}. {text}" if title else text


def main(out, *sources):
    files = []
    for source in map(pathlib.Path, sources):
        found = [source] if source.is_file() else sorted(p for p in source.rglob("*") if p.name.endswith(SUFFIXES))
        files += found
    rng = random.Random(1)
    seen = set()
    with open(out, "w", encoding="utf-8") as f:

        def write(doc, kind, text):
            digest = hashlib.sha1(text.encode()).digest()
            if digest not in seen:
                seen.add(digest)
                f.write(json.dumps({"doc": doc, "kind": kind, "text": text}, ensure_ascii=False) + "\n")

        for path in files:
            for number, (title, text) in enumerate(articles(path)):
                doc = f"{path.parent.name}/{path.name}:{number}"
                parts = list(passages(text))
                for part in parts:
                    write(doc, "passage", head(title, part))
                if title:
                    write(doc, "title", title)
                pool = [s for s in sentences(text) if 6 <= len(s.split()) <= 60]
                for sentence in rng.sample(pool, min(len(pool), round(len(parts) * SENTENCES_PER_PASSAGE))):
                    write(doc, "sentence", sentence)


if __name__ == "__main__":
    main(*sys.argv[1:])
