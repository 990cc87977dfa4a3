"""What runs inside the measured environment: holds one pytest-benchmark item ready and runs it when told.

Standard library only, Python 3.7 and later, so that old environments can be measured and nothing of the
harness's own dependencies comes into the picture. It talks to the conductor over its first standard
input and output, one JSON message a line; see `docs/protocol.md`.
"""

PROTOCOL = 1
