"""What breaks and comes back by itself, the database or room on the disk: a 503 that says when to come back."""

import errno

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import DatabaseError, InterfaceError, OperationalError
from django.test import RequestFactory

from optil_portal.errors import broken
from optil_portal.staff.sessions import SessionStore


def answered(error: Exception) -> tuple[int, str]:
    """The status that an error gives, and after how many seconds to come back."""
    try:
        raise error
    except type(error):
        response = broken(RequestFactory().get("/"))
    return response.status_code, response.headers.get("Retry-After", "")


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        pytest.param(OperationalError("gone"), (503, "10"), id="database-gone"),
        pytest.param(InterfaceError("closed"), (503, "10"), id="connection-closed"),
        pytest.param(OSError(errno.ENOSPC, "full"), (503, "10"), id="disk-full"),
        pytest.param(OSError(errno.EACCES, "not yours"), (500, ""), id="file-not-ours"),
        pytest.param(DatabaseError("wrong"), (500, ""), id="query-wrong"),
        pytest.param(ValueError("ours"), (500, ""), id="our-mistake"),
    ],
)
def test_only_what_comes_back_by_itself_asks_to_come_back(error: Exception, answer: tuple[int, str]):
    assert answered(error) == answer


@pytest.fixture
def session() -> SessionStore:
    """The session of somebody who is logged in."""
    session = SessionStore()
    session["name"] = "consulent"
    session.save()
    return session


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_goes_ends_no_session(
    session: SessionStore, error: type[Exception], monkeypatch: pytest.MonkeyPatch
):
    def gone(*args: object, **kwargs: object) -> None:
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(Session, "save", gone)
        with pytest.raises(error):
            session.save()
    assert SessionStore(session.session_key)["name"] == "consulent"


def test_a_session_that_somebody_else_ended_is_over(session: SessionStore):
    Session.objects.all().delete()
    with pytest.raises(UpdateError):
        session.save()
