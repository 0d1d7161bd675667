"""What the fields of front matter mean: one table for the names that Hugo, Hexo, Jekyll, Pelican and people use."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import tzinfo

from chce_desktop.domain import oneline
from chce_desktop.domain.article import ArticlePatch, Flag, FlagSetting, State
from chce_desktop.domain.dates import parse_date
from chce_desktop.foundation.i18n import tr
from chce_desktop.importing.front_matter import Value

#: Longer titles are cut: no page has room for them.
MAX_TITLE = 300

_NAMES = {
    "title": "title 标题 题目",
    "short_title": "short_title shorttitle linktitle 短标题 列表标题",
    "prefix": "prefix 前缀",
    "subtitle": "subtitle sub_title 副标题",
    "title_color": "title_color titlecolor",
    "slug": "slug",
    "date": "date datetime publish_date publishdate pubdate published_at created 日期 发布日期 发布时间 时间",
    "summary": "summary description abstract excerpt desc 摘要 导语",
    "source": "source 来源 出处",
    "source_url": "source_url sourceurl source_link original_url 来源网址",
    "author": "author authors byline 作者",
    "editor": "editor 责任编辑 编辑 责编",
    "keywords": "keywords keyword 关键词 关键字",
    "cover": "cover cover_image coverimage featured_image featuredimage thumbnail image images banner 封面 封面图",
    "tags": "tags tag 标签",
    "column": "column 栏目",
    "columns": "columns categories category 分类",
    "flags": "flags flag",
    "state": "status state 状态",
    "draft": "draft 草稿",
    "published": "published",
    "reads": "reads views hits 浏览 浏览量 阅读量",
    "withdraw_at": "withdraw_at withdrawat expirydate expiry_date expires 撤回时间",
    "headline": "headline 头条",
    "recommended": "recommended recommend 今日导读 推荐",
    "pinned": "pinned pin sticky top 置顶",
}
#: Name as written in files, lower case, to meaning. For a meaning the names that stand first win.
_MEANINGS = {name: (meaning, rank) for meaning, names in _NAMES.items() for rank, name in enumerate(names.split())}
#: Fields of other programs that say nothing about the article itself, so that nobody needs to be told.
_IGNORED = frozenset(
    {"layout", "type", "id", "uid", "weight", "lang", "language", "comments", "comment", "toc", "mathjax", "math"}
    | {"updated", "lastmod", "modified", "url", "aliases", "permalink", "version"}
)
_TRUE = frozenset({"true", "yes", "on", "1", "y", "是"})
_STATES = {
    "draft": State.DRAFT,
    "草稿": State.DRAFT,
    "review": State.REVIEW,
    "待审": State.REVIEW,
    "ready": State.READY,
    "published": State.READY,
    "待发布": State.READY,
    "已发布": State.READY,
    "withdrawn": State.WITHDRAWN,
    "已撤回": State.WITHDRAWN,
}
_FLAGS = {
    "headline": Flag.HEADLINE,
    "头条": Flag.HEADLINE,
    "recommended": Flag.RECOMMENDED,
    "今日导读": Flag.RECOMMENDED,
    "推荐": Flag.RECOMMENDED,
    "pinned": Flag.PINNED,
    "置顶": Flag.PINNED,
}
_PLAIN = ("short_title", "prefix", "subtitle", "slug", "summary", "source_url", "editor", "title_color")
_LIST = re.compile(r"[,，、;；\n]")


@dataclass(slots=True)
class Reading:
    """What front matter said: fields of the article, and what is no field of it."""

    patch: ArticlePatch = field(default_factory=ArticlePatch)
    columns: tuple[tuple[str, ...], ...] = ()
    cover: str = ""
    unknown: tuple[str, ...] = ()
    warnings: list[str] = field(default_factory=list)


def read_fields(fields: dict[str, Value], local: tzinfo) -> Reading:
    """Read every field that means something here. `local`: the zone of dates that name none."""
    reading = Reading()
    found: dict[str, tuple[int, Value]] = {}
    unknown = []
    for name, value in fields.items():
        key = name.strip().lower().replace("-", "_").replace(" ", "_")
        meaning, rank = _MEANINGS.get(key, ("", 0))
        if not meaning:
            if key not in _IGNORED and value is not None:
                unknown.append(name.strip()[:60])
        elif value is not None and (meaning not in found or rank < found[meaning][0]):
            found[meaning] = (rank, value)
    values = {meaning: value for meaning, (_, value) in found.items()}
    reading.unknown = tuple(unknown)
    _read_texts(values, reading)
    _read_dates(values, reading, local)
    _read_state(values, reading)
    paths = [_path(_text(values.get("column")).split("/")), *_columns(values.get("columns"))]
    reading.columns = tuple(dict.fromkeys(path for path in paths if path))
    cover = values.get("cover")
    reading.cover = _text(_first(cover, "image", "src", "url", "path"))
    return reading


def _read_texts(values: dict[str, Value], reading: Reading) -> None:
    patch = reading.patch
    title = _line(_text(values.get("title"), " "))
    if len(title) > MAX_TITLE:
        reading.warnings.append(tr("The title was cut after {n} characters.", n=MAX_TITLE))
        title = title[:MAX_TITLE]
    if title:
        patch["title"] = title
    for name in _PLAIN:
        text = _line(_text(values.get(name), " "))
        if text:
            patch[name] = text  # type: ignore[literal-required]  # keys are checked by what makes it
    source = values.get("source")
    if isinstance(source, dict):
        patch["source"] = _line(_text(_first(source, "name", "title")))
        patch.setdefault("source_url", _line(_text(_first(source, "url", "link"))))
    elif text := _line(_text(source, "、")):
        patch["source"] = text
    if author := _line(_text(_names(values.get("author")), "、")):
        patch["author"] = author
    if keywords := _unique(_items(values.get("keywords"))):
        patch["keywords"] = ",".join(keywords)
    if tags := _unique(item.lstrip("#").strip() for item in _items(values.get("tags"))):
        patch["tags"] = tuple(tags)
    reads = _text(values.get("reads")).replace(",", "").strip()
    if reads.isdecimal() and len(reads) <= 9:
        patch["reads"] = int(reads)


def _read_dates(values: dict[str, Value], reading: Reading, local: tzinfo) -> None:
    for name in ("date", "withdraw_at"):
        text = _text(values.get(name)).strip()
        if name == "date" and not text and parse_date(_text(values.get("published")), local) is not None:
            text = _text(values.get("published"))
        if not text:
            continue
        moment = parse_date(text, local)
        if moment is None:
            reading.warnings.append(tr("“{text}” is no date that could be understood.", text=text[:60]))
        elif name == "date":
            reading.patch["date"] = moment
        else:
            reading.patch["withdraw_at"] = moment


def _read_state(values: dict[str, Value], reading: Reading) -> None:
    state = _STATES.get(_text(values.get("state")).strip().lower())
    if state is not None:
        reading.patch["state"] = state
    published = values.get("published")
    if _true(values.get("draft")) or (published is not None and _text(published).strip().lower() in ("false", "no")):
        reading.patch["state"] = State.DRAFT
    flags: set[Flag] = set()
    for item in _items(values.get("flags")):
        flag = _FLAGS.get(item.lower())
        if flag is None:
            reading.warnings.append(tr("“{text}” is no flag.", text=item[:60]))
        else:
            flags.add(flag)
    for flag in Flag:
        value = values.get(flag.value)
        if _true(value) or (flag is Flag.PINNED and _text(value).strip().isdecimal() and int(_text(value)) > 0):
            flags.add(flag)
    if flags:
        reading.patch["flags"] = tuple(FlagSetting(flag) for flag in Flag if flag in flags)


def _columns(value: Value) -> Iterable[tuple[str, ...]]:
    """`A/B` is a path; a list or commas name several columns; a list in a list (Hexo) is one path."""
    entries: Iterable[Value] = value if isinstance(value, list) else _LIST.split(_text(value))
    for entry in entries:
        yield _path(entry if isinstance(entry, list) else _text(entry).split("/"))


def _path(names: Iterable[Value]) -> tuple[str, ...]:
    return tuple(name for item in names if (name := column_name(_text(item))))


def column_name(text: str) -> str:
    """`text` as one column's name: one line, no `/`, at most 60 characters."""
    return oneline.name(oneline.name(oneline.title(text.replace("/", " ")))[:60])  # what is cut ends in no joiner


def _first(value: Value, *names: str) -> Value:
    if isinstance(value, list):
        return _first(value[0], *names) if value else None
    if isinstance(value, dict):
        return next((value[name] for name in names if value.get(name) is not None), None)
    return value


def _names(value: Value) -> Value:
    """Authors may be mappings with a name."""
    return [_first(item, "name") for item in value] if isinstance(value, list) else _first(value, "name")


def _text(value: Value, joint: str = ", ") -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return joint.join(item for item in value if isinstance(item, str))
    return ""


def _items(value: Value) -> list[str]:
    if isinstance(value, list):
        return [line for item in value if isinstance(item, str) and (line := _line(item))]
    text = _text(value)
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
    return [line for item in _LIST.split(text) if (line := _line(item))]


def _unique(items: Iterable[str]) -> list[str]:
    return [item[:60] for item in dict.fromkeys(items) if item]


def _line(text: str) -> str:
    return " ".join(text.split())


def _true(value: Value) -> bool:
    return isinstance(value, str) and value.strip().lower() in _TRUE
