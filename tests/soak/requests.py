"""The requests that mean harm of `tests/test_requests.py`, many more of them: `python -m tests.soak.requests 50000`."""

import sys

import pytest

if __name__ == "__main__":
    times = sys.argv[1] if len(sys.argv) > 1 else "50000"
    sys.exit(pytest.main(["-q", "--durations=3", "tests/test_requests.py", "--times", times]))
