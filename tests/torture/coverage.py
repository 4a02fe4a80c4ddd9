#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""coverage.py lines|branches GOAL GCOV REASONS LISTING: adds up what gcov says in the file GCOV (one
JSON document after another: a source may have been compiled twice) of the files below src/; writes
what has not been executed to LISTING, by function, with its reason from the file REASONS; and prints
"TRIED GOOD BAD : NOTE"."""
import collections, json, re, sys

what, goal, gcov, reasons, listing = sys.argv[1:]
lines = collections.Counter()       # (file, line): times executed
branches = collections.Counter()    # (file, line, branch): times taken
function = {}                       # (file, line): its function

decoder, text, at = json.JSONDecoder(), open(gcov).read(), 0
while at < len(text):
    document, at = decoder.raw_decode(text, at)
    while at < len(text) and text[at].isspace():
        at += 1
    for file in document['files']:
        name = file['file']
        if not re.fullmatch(r'src/(?!linked/examples).*\.c', name):
            continue
        for line in file['lines']:
            key = name, line['line_number']
            lines[key] += line['count']
            function[key] = line.get('function_name', '?')
            for n, branch in enumerate(line['branches']):
                branches[key + (n,)] += branch['count']

reasons_of = []
for line in open(reasons):
    if line.strip() and not line.startswith('#'):
        where, reason = line.split(None, 1)
        reasons_of.append((re.compile(where), reason.strip()))


def why(where):
    return next((reason for name, reason in reasons_of if name.fullmatch(where)), None)


groups = collections.defaultdict(list)
for (name, number), count in sorted(lines.items()):
    if count == 0:
        groups[f'{name[4:]}:{function[name, number]}'].append(number)
unexplained = 0
with open(listing, 'w') as out:
    for where, numbers in groups.items():
        source = open('src/' + where.split(':')[0]).read().splitlines()
        unexplained += why(where) is None
        print(f'{where}: {why(where) or "NO REASON GIVEN"}', file=out)
        for number in numbers:
            print(f'{number:6} {source[number - 1].strip()}', file=out)

counts = lines if what == 'lines' else branches
tried, good = len(counts), sum(1 for n in counts.values() if n)
short = max(0, -(-tried * int(goal) // 100) - good)
note = f'{100 * good / tried:.1f} %, goal {goal} %'
if what == 'lines':
    note += f'; {len(groups)} functions with lines not executed, {unexplained} without a reason'
    short += unexplained
print(tried, good, short, ':', note)
