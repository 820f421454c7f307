"""scramble.py FILE SEED: overwrites a few stretches of a namespace's file with random bytes, but not its header."""
import random
import sys

HEADER = 512
path, seed = sys.argv[1], int(sys.argv[2])
source = random.Random(seed)
with open(path, "r+b") as file:
    size = file.seek(0, 2)
    for _ in range(8):
        length = source.choice((8, 64, 512, 4096))
        file.seek(source.randrange(HEADER, size - length))
        file.write(source.randbytes(length))
