"""The guesses at passwords of `tests/test_attempts.py`, many more of them: `python -m tests.soak.passwords 5000`."""

import sys

import pytest

if __name__ == "__main__":
    times = sys.argv[1] if len(sys.argv) > 1 else "5000"
    sys.exit(pytest.main(["-q", "--durations=3", "tests/test_attempts.py", "-k", "nobody_comes_in", "--times", times]))
