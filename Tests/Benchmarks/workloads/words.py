"""Counts, parses, sorts and adds up the words of a text, ROUNDS times.

    python3 words.py TEXT ROUNDS
"""

import json
import re
import sys


class Tree:
    """Words by their letters."""

    def __init__(self):
        self.below, self.count = {}, 0

    def add(self, word):
        node = self
        for letter in word:
            node = node.below.setdefault(letter, Tree())
        node.count += 1

    def total(self):
        return self.count + sum(node.total() for node in self.below.values())


name, rounds = sys.argv[1], int(sys.argv[2])
with open(name, encoding="ascii") as file:
    lines = file.read().splitlines()
total = 0
for _ in range(rounds):
    tree = Tree()
    for line in lines:
        words = re.findall("[a-z]+", line)
        again = json.loads(json.dumps({"words": words, "length": len(line)}))
        for word in sorted(again["words"], key=lambda word: (len(word), word)):
            tree.add(word)
        total += again["length"] % 7
    total += tree.total()
print(total)
