"""One change of many articles: what it sets on each depends on what the article has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chce_desktop.domain.article import ArticleInfo, ArticlePatch, Flag, FlagSetting


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkChange:
    """Short fields that are set on each article, flags that are set or taken away, tags that are added or dropped."""

    fields: ArticlePatch = field(default_factory=ArticlePatch)
    flags: Mapping[Flag, bool] = field(default_factory=dict)
    add_tags: tuple[str, ...] = ()
    drop_tags: tuple[str, ...] = ()

    def __call__(self, info: ArticleInfo) -> ArticlePatch:
        """What is set on one article."""
        patch: ArticlePatch = {**self.fields}
        if "column_id" in patch:
            patch |= in_column(info, patch["column_id"])
        flags = info.flags
        for flag, on in self.flags.items():
            flags = with_flag(flags, flag, on=on)
        if flags != info.flags:
            patch["flags"] = flags
        if self.add_tags or self.drop_tags:
            dropped = {tag.casefold() for tag in self.drop_tags}
            kept = [tag for tag in info.tags if tag.casefold() not in dropped]
            known = {tag.casefold() for tag in kept}
            patch["tags"] = (*kept, *(tag for tag in self.add_tags if tag.casefold() not in known))
        return patch


def with_flag(flags: tuple[FlagSetting, ...], flag: Flag, *, on: bool) -> tuple[FlagSetting, ...]:
    """Flags with one more, or one less; one that is set already stays as it is."""
    others = tuple(setting for setting in flags if setting.flag is not flag)
    if not on:
        return others
    return flags if len(others) < len(flags) else (*others, FlagSetting(flag))


def in_column(info: ArticleInfo, column_id: int | None) -> ArticlePatch:
    """What files an article; a further column that becomes the main one is no further one any more."""
    further = tuple(each for each in info.further_columns if each != column_id)
    return {"column_id": column_id, "further_columns": further}


def taken_back(before: tuple[str, ...], after: tuple[str, ...], now: tuple[str, ...]) -> tuple[str, ...]:
    """Tags with the change from `before` to `after` undone; what somebody has added or dropped since stays so."""
    if now == after:
        return before
    added, gone = set(after) - set(before), set(after) - set(now)
    kept = [tag for tag in before if tag in now or (tag not in after and tag not in gone)]
    return (*kept, *(tag for tag in now if tag not in added and tag not in kept))
