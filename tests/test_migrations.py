"""The migrations go from the first state of the portal to this one with all that was in it, and all the way back."""

import json
from pathlib import Path

from tests.running import manage


def test_what_was_there_at_first_is_kept_on_the_way_here_and_back_and_nothing_stays_at_zero(empty: dict[str, str]):
    Path(empty["PORTAL_VAR"]).mkdir()
    result = manage(empty, "shell", "-v0", "-c", "from tests.migrating import main; main()")
    assert result.stderr == ""
    assert json.loads(result.stdout) == {
        "empty": ["igs.KeyFigure", "igs.Outline"],
        "forward": [],
        "consent": ["unknown", ""],  # there was a portrait of the first, of which nobody knew the ground
        "back": [],
        "left": [],
        "lacking": [],
    }
