"""A list as a feed, which tells a reader of news what is new in it."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.feedgenerator import Atom1Feed, get_tag_uri
from django.utils.html import escape
from django.utils.xmlutils import SimplerXMLGenerator

from optil_portal.records.addresses import address
from optil_portal.records.columns import follow
from optil_portal.records.formats.taking import Format, Taking
from optil_portal.records.licence import ATTRIBUTION, licence
from optil_portal.records.models import LONG_AGO

NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Feed(Atom1Feed):
    """An Atom feed that is as old as its list, so that it reads the same as long as that does."""

    def latest_post_date(self) -> datetime:
        """When the list changed."""
        return self.feed["changed"]

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        """Add the icon of the portal."""
        super().add_root_elements(handler)
        handler.addQuickElement("icon", self.feed["icon"])


def plain(text: str) -> str:
    """A text without the signs that XML cannot hold."""
    return NOT_IN_XML.sub("", text)


def write(taking: Taking) -> Iterator[bytes]:
    """An entry for each record, in the order of the list."""
    feed = Feed(
        title=plain(f"{taking.title} · IGS cultuur"),
        link=taking.page,
        description=taking.dataset.description,
        language="nl-BE",
        author_name="OP/TIL",
        author_link="https://www.cultuuroptil.be/",
        feed_url=taking.beside("atom"),
        feed_guid=taking.page,
        feed_copyright=f"{licence().name}. {ATTRIBUTION}.",
        changed=taking.changed or LONG_AGO,
        icon=f"{taking.base}{address('favicon')}",
    )
    for record in taking.records:
        add(feed, taking, record)
    yield feed.writeString("utf-8").encode()


def add(feed: Feed, taking: Taking, record: Any) -> None:
    """Add the entry of a record."""
    link = f"{taking.base}{record.get_absolute_url()}"
    find = taking.dataset.summary
    summary = find(record) if callable(find) else follow(record, find)
    feed.add_item(
        title=plain(str(record)),
        link=link,
        description=escape(plain(summary or "")),
        unique_id=get_tag_uri(link.rstrip("/"), record.created),
        pubdate=record.created,
        updateddate=record.changed,
    )


ATOM = Format(
    "atom",
    "Atom",
    "application/atom+xml",
    "Voor een nieuwslezer: wat erbij komt of verandert in deze lijst, ook in een zoekvraag, krijg je te zien.",
    False,
    write,
)
