#!/usr/bin/python3
"""usage: check_png.py PICTURE.png PICTURE.svg

The two pictures are of one result. Every colour that the .svg draws a contestant in is in the .png, as a line is: more
than the sample in the legend has. Other checks of what a picture shows are made on the .svg.
"""
import collections
import re
import struct
import sys
import zlib

LEGEND = 200  # pixels; the sample has fewer
NEAR = 24  # of 255 in each channel: edges of a line are blended with what is below


def rows(path):
    """The pixels of each row, as bytes of three channels."""
    data = open(path, "rb").read()
    assert data.startswith(b"\x89PNG\r\n\x1a\n"), "not a PNG"
    at, packed = 8, b""
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        content = data[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour, *_ = struct.unpack(">IIBBBBB", content)
        if kind == b"IDAT":
            packed += content
        at += 12 + length
    assert depth == 8 and colour in (2, 6), "not 8 bits of red, green and blue"
    size = 3 if colour == 2 else 4
    raw, stride, above = zlib.decompress(packed), width * size, bytes(width * size)
    for y in range(height):
        kind, row = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1 : (y + 1) * (stride + 1)])
        for x in range(stride):
            left, up = row[x - size] if x >= size else 0, above[x]
            corner = above[x - size] if x >= size else 0
            straight = left + up - corner
            nearest = min((left, up, corner), key=lambda value: abs(straight - value))
            row[x] = (row[x] + (0, left, up, (left + up) // 2, nearest)[kind]) & 255
        above = bytes(row)
        yield [tuple(row[i : i + 3]) for i in range(0, stride, size)]


strokes = re.findall(r"stroke='rgb\(\s*(\d+),\s*(\d+),\s*(\d+)\)'", open(sys.argv[2]).read())
lines = {tuple(map(int, stroke)) for stroke in strokes}
coloured = [colour for colour in lines if max(colour) - min(colour) > NEAR]  # axes and texts are grey
counted = collections.Counter(pixel for row in rows(sys.argv[1]) for pixel in row)
wrong = []
for colour in coloured:
    near = sum(n for pixel, n in counted.items() if all(abs(a - b) <= NEAR for a, b in zip(pixel, colour)))
    if near <= LEGEND:
        wrong.append(f"{near} pixels are of the colour {colour}")
if len(coloured) < 2:
    wrong.append("no two colours were found in the .svg: this check sees nothing")
print("\n".join(wrong))
sys.exit(bool(wrong))
