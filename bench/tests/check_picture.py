#!/usr/bin/python3
"""usage: check_picture.py PICTURE.svg RESULT.json

Every contestant that was measured is in the legend, the legend stands beside the plot, and no two contestants of a panel
look alike. A contestant that is in two panels looks the same in both. The axis of each panel has figures of four digits at
most, in a unit that fits what was measured.
"""
import json
import re
import sys
import xml.etree.ElementTree as tree

SVG = "{http://www.w3.org/2000/svg}"
root = tree.parse(sys.argv[1]).getroot()
result = json.load(open(sys.argv[2]))


def panels():
    for measurement, _ in enumerate(result["measurements"]):
        yield [t["name"] for t in result["thread"].values() if t["measurement"] == measurement and "missing" not in t]


def shift(group):
    return float(re.search(r"translate\(\s*([-0-9.]+)", group.get("transform"))[1])


# gnuplot writes a group with a title for each plotted line. Its path begins with the sample of the legend.
plots = []
for group in root.iter(f"{SVG}g"):
    title = group.find(f"{SVG}title")
    if title is None or ": p50 " not in (title.text or ""):
        continue
    text = min(shift(inner) for inner in group.iter(f"{SVG}g") if inner.get("transform"))
    path = list(group.iter(f"{SVG}path"))[-1]
    data = path.get("d").split("M", 2)[2]
    reach = max(float(x) for x in re.findall(r"([0-9.]+),[0-9.]+", data))
    look = (path.get("stroke"), path.get("stroke-dasharray"))
    plots.append((title.text.split(": p50 ")[0], text, reach, look))

wrong = []
looks = {}
at = 0
for names in panels():
    here = plots[at : at + len(names)]
    at += len(names)
    if [plot[0] for plot in here] != names:
        wrong.append(f"the legend has {[plot[0] for plot in here]}, measured were {names}")
    for name, text, _, look in here:
        right = max(plot[2] for plot in here)
        if text < right:
            wrong.append(f"the legend of {name} begins at {text}, the data reach to {right}")
        if looks.setdefault(name, look) != look:
            wrong.append(f"{name} looks different in two panels")
    alike = [name for name, _, _, look in here if [plot[3] for plot in here].count(look) > 1]
    if alike:
        wrong.append(f"these look alike: {alike}")
UNITS = {"ns": 1, "us": 1e3, "ms": 1e6}
texts = [text.text or "" for text in root.iter(f"{SVG}text")]
labels = [i for i, text in enumerate(texts) if text.startswith("latency, ")]
for measurement, (label, before) in enumerate(zip(labels, [0, *labels])):
    threads = [t for t in result["thread"].values() if t["measurement"] == measurement and "missing" not in t]
    last = [float(text) for text in texts[before:label] if re.fullmatch(r" [0-9.]+", text)][-1]
    reach = last * UNITS[texts[label].removeprefix("latency, ")]
    if last > 9999 or not min(t["percentiles"]["50"] for t in threads) / 2 <= reach <= 2 * max(t["max"] for t in threads):
        wrong.append(f"{texts[label]}: the axis ends at {last}")
if len(labels) != len(result["measurements"]):
    wrong.append(f"{len(labels)} axes for {len(result['measurements'])} measurements")
if not plots:
    wrong.append("no contestant was found in the picture: this check sees nothing")
print("\n".join(wrong))
sys.exit(bool(wrong))
