"""Every site setting: on which page it stands, what it is called, how it is explained and when it is wrong."""

from __future__ import annotations

import functools
import re
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from urllib.parse import urlsplit

from chce_desktop.domain.hostnames import is_host
from chce_desktop.domain.settings import is_site_code
from chce_desktop.foundation.i18n import mark, tr

#: The one field that belongs to this computer and not to the site.
PERSON = "person"


class Control(Enum):
    """How a setting is edited."""

    LINE = auto()
    TEXT = auto()
    LINES = auto()
    NUMBER = auto()
    SWITCH = auto()
    PICTURE = auto()
    CHOICE = auto()
    THEME = auto()
    TIMEZONE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One setting. `problem` returns what is wrong with a value, or an empty text."""

    key: str
    label: str
    help: str = ""
    control: Control = Control.LINE
    placeholder: str = ""
    unit: str = ""
    least: int = 0
    most: int = 0
    choices: Callable[[], tuple[tuple[str, str], ...]] | None = None
    editable: bool = False
    problem: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the dialog."""

    name: str
    title: str
    icon: str
    fields: tuple[Field, ...]


_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def address_problem(text: str) -> str:
    """What is wrong with a public address; empty is allowed."""
    if not text:
        return ""
    if any(character.isspace() for character in text):
        return tr("An address contains no spaces.")
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return tr("This is not a complete web address, such as https://www.example.cn.")
    if parts.scheme not in ("http", "https"):
        return tr("Begin the address with https:// (or http://).")
    if not is_host(host):
        return tr("This is not a complete web address, such as https://www.example.cn.")
    if parts.query or parts.fragment:
        return tr("Leave out everything after “?” or “#”.")
    return ""


def email_problem(text: str) -> str:
    """What is wrong with an e-mail address; empty is allowed."""
    if text and not _EMAIL.fullmatch(text):
        return tr("This is not a complete e-mail address.")
    return ""


def name_problem(text: str) -> str:
    """A site needs a name."""
    return "" if text.strip() else tr("Readers see the name at the top of every page; please give one.")


def hosts_problem(text: str) -> str:
    """What is wrong with a list of host names, one a line."""
    for line in text.splitlines():
        if line.strip() and not is_host(line.strip()):
            return tr("“{text}” is not a host name, such as player.bilibili.com.", text=line.strip())
    return ""


def site_code_problem(text: str) -> str:
    """What is wrong with the code of a government site; empty is allowed."""
    return "" if is_site_code(text) else tr("The code has ten digits, or two letters and eight digits.")


def date_format_problem(text: str) -> str:
    """What is wrong with a strftime format."""
    if not text:
        return tr("Choose how dates are written.")
    try:
        written = format_date(text, datetime(2026, 1, 9))  # noqa: DTZ001 - only an example of writing
    except ValueError:
        return tr("This format of dates is not understood.")
    return "" if written != text else tr("A format needs at least one part such as %Y, %m or %d.")


def format_date(date_format: str, moment: datetime) -> str:
    """`moment` written by the format. Raises ValueError for one that is not understood."""
    portable = date_format.replace("%-", "%")  # Windows does not know `%-m`; the site writes it on every system
    return moment.strftime(portable.encode("unicode-escape").decode()).encode().decode("unicode-escape")


def _date_formats() -> tuple[tuple[str, str], ...]:
    example = datetime(2026, 1, 9)  # noqa: DTZ001 - only an example of writing
    formats = ("%Y-%m-%d", "%Y年%m月%d日", "%Y/%m/%d", "%Y.%m.%d", "%Y-%m-%d %H:%M")
    return tuple((value, format_date(value, example)) for value in formats)


def _windows() -> tuple[tuple[str, str], ...]:
    return (
        ("all", tr("all time")),
        ("month", tr("a month")),
        ("week", tr("a week")),
        ("day", tr("a day")),
    )


def _languages() -> tuple[tuple[str, str], ...]:
    return (
        ("zh-CN", "简体中文 (zh-CN)"),
        ("zh-TW", "繁體中文 (zh-TW)"),
        ("zh-HK", "繁體中文 (zh-HK)"),
        ("en", "English (en)"),
    )


@functools.cache
def timezones() -> tuple[str, ...]:
    """The names of all time zones, those of China first."""
    first = ("Asia/Shanghai", "Asia/Urumqi", "Asia/Hong_Kong", "Asia/Macau", "Asia/Taipei", "UTC")
    every = (
        name
        for name in zoneinfo.available_timezones()
        if "/" in name and not name.startswith(("Etc/", "posix", "right"))
    )
    return (*first, *sorted(set(every) - set(first)))


def timezone_problem(text: str) -> str:
    """A time zone is one of the list."""
    return "" if text in timezones() else tr("Choose a time zone from the list, such as Asia/Shanghai.")


PAGES: tuple[Page, ...] = (
    Page(
        "basics",
        mark("Basics"),
        "house",
        (
            Field(
                key="name",
                label=mark("Site name"),
                help=mark("At the top of every page and in its title."),
                problem=name_problem,
            ),
            Field(key="slogan", label=mark("Slogan"), help=mark("A short line beside or below the name.")),
            Field(
                key="logo",
                label=mark("Logo"),
                help=mark("A picture instead of the written name; PNG or WebP with a clear ground looks best."),
                control=Control.PICTURE,
            ),
            Field(
                key="url",
                label=mark("Public address"),
                help=mark("Where readers find the site. Feeds, the site map and search engines need it."),
                placeholder="https://www.example.cn",
                problem=address_problem,
            ),
            Field(
                key="email",
                label=mark("E-mail"),
                help=mark("Shown in the footer."),
                placeholder="news@example.cn",
                problem=email_problem,
            ),
            Field(
                key="description",
                label=mark("Description"),
                help=mark("One or two sentences that search engines show."),
                control=Control.TEXT,
            ),
            Field(key="keywords", label=mark("Keywords"), help=mark("Separated by commas.")),
            Field(key="language", label=mark("Language of the site"), control=Control.CHOICE, choices=_languages),
            Field(
                key="timezone",
                label=mark("Time zone"),
                help=mark("Dates on the pages are written in this zone."),
                control=Control.TIMEZONE,
                problem=timezone_problem,
            ),
        ),
    ),
    Page(
        "footer",
        mark("Footer and filings"),
        "panel-bottom",
        (
            Field(key="copyright", label=mark("Copyright"), help=mark("Who holds the rights.")),
            Field(
                key="icp_number",
                label=mark("ICP filing number"),
                help=mark("Linked to the filing site by itself."),
                placeholder="京ICP备00000000号",
            ),
            Field(
                key="police_number",
                label=mark("Police filing number"),
                help=mark("Linked to the police filing site by itself."),
                placeholder="京公网安备 00000000000000号",
            ),
            Field(
                key="registration_label",
                label=mark("Registration: label"),
                help=mark("What stands before the number below."),
                placeholder="通用网址注册证号",
            ),
            Field(key="registration_number", label=mark("Registration: number")),
            Field(
                key="site_id_code",
                label=mark("Government site code"),
                help=mark("Ten digits, or two letters and eight digits; only sites of public bodies have one."),
                problem=site_code_problem,
            ),
            Field(
                key="footer_lines",
                label=mark("Further lines"),
                help=mark("One a line, at the end of every page."),
                control=Control.LINES,
            ),
        ),
    ),
    Page(
        "lists",
        mark("Lists and display"),
        "rows-3",
        (
            Field(
                key="theme",
                label=mark("Theme"),
                help=mark("Colours, fonts and the home page are chosen under Site › Look of the site."),
                control=Control.THEME,
            ),
            Field(
                key="date_format",
                label=mark("Dates are written"),
                control=Control.CHOICE,
                choices=_date_formats,
                editable=True,
                problem=date_format_problem,
            ),
            Field(
                key="home_list_length",
                label=mark("Titles per column on the home page"),
                control=Control.NUMBER,
                least=1,
                most=50,
            ),
            Field(key="list_length", label=mark("Titles on a list page"), control=Control.NUMBER, least=5, most=200),
            Field(
                key="recommended_length",
                label=mark("Titles under “Recommended today”"),
                help=mark("0 leaves the block out."),
                control=Control.NUMBER,
                most=50,
            ),
            Field(
                key="popular_length",
                label=mark("Titles under “Most read”"),
                help=mark("0 leaves the block out."),
                control=Control.NUMBER,
                most=50,
            ),
            Field(
                key="popular_window",
                label=mark("“Most read” counts the readers of"),
                help=mark("Recent days weigh more. Count a log first: Site → Reading counts."),
                control=Control.CHOICE,
                choices=_windows,
            ),
            Field(key="sidebar_links", label=mark("Friendly links before “more”"), control=Control.NUMBER, most=200),
            Field(key="feed_length", label=mark("Articles in the feed"), control=Control.NUMBER, least=1, most=200),
            Field(
                key="title_cut",
                label=mark("Cut titles in narrow lists after"),
                help=mark("In Latin letters; a Han character counts as two. 0 never cuts."),
                unit=mark(" letters"),
                control=Control.NUMBER,
                most=200,
            ),
            Field(
                key="indent_paragraphs",
                label=mark("Begin paragraphs with an indent of two characters"),
                control=Control.SWITCH,
            ),
        ),
    ),
    Page(
        "review",
        mark("Review and publishing"),
        "shield-check",
        (
            Field(
                key="sign_off",
                label=mark("Publish only what went through three reviews"),
                help=mark(
                    "Each text is submitted, then signed in a first, second and final review. An edit drops the "
                    "signatures. Articles that are published when this is switched on count as signed."
                ),
                control=Control.SWITCH,
            ),
            Field(
                key="auto_link_times",
                label=mark("Links for a word in one article"),
                help=mark("How often a word of the link table becomes a link. 0 makes no links."),
                control=Control.NUMBER,
                most=20,
            ),
            Field(
                key="server_includes",
                label=mark("The web server puts today's blocks into all pages (SSI)"),
                help=mark(
                    "For nginx and Apache with server-side includes: old pages show new titles without JavaScript too. "
                    "Their configuration is in the folder “server” of the site."
                ),
                control=Control.SWITCH,
            ),
            Field(
                key=PERSON,
                label=mark("Your name"),
                help=mark("For sign-offs and decisions, on this computer only. Empty: the name that you log in with."),
            ),
        ),
    ),
    Page(
        "embeds",
        mark("Embedded video"),
        "monitor-play",
        (
            Field(
                key="embed_hosts",
                label=mark("Players allowed in articles"),
                help=mark(
                    "One host name a line. Video from other places is left out of pages and preview, "
                    "so that no article can load what you do not know."
                ),
                control=Control.LINES,
                problem=hosts_problem,
            ),
        ),
    ),
)


def fields() -> tuple[Field, ...]:
    """All settings in the order of the dialog."""
    return tuple(field for page in PAGES for field in page.fields)
