"""What a site that asks for sign-off shows to readers: the texts that were signed, wherever they are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from chce_desktop.domain.article import Article, ArticleInfo, ArticlePatch, State
from chce_desktop.domain.length import count_characters
from chce_desktop.domain.media import MediaItem
from chce_desktop.domain.signoff import READ, SignOff, Step, standing, text_hash
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr
from chce_desktop.storage import articles as rows
from chce_desktop.storage import media_uses, nouns, revisions, signoffs
from chce_desktop.storage.engine import Transaction

#: Fields of a patch that are part of the text that is signed.
_TEXT = frozenset(READ) - {"body_hash"} | {"body"}


class SignedTextLost(ChceError):
    """The text that was signed off cannot be found in the article's history any more."""

    code = "signed_text_lost"


def asked_for(session: Transaction) -> bool:
    """Whether the site publishes only signed-off texts."""
    return nouns.settings(session).sign_off


def switch(session: Transaction, who: str, moment: datetime, *, on: bool) -> None:
    """The site begins to ask for sign-off, or ceases to: that is recorded.

    What readers see already counts as signed off as it stands when it begins.
    """
    step = Step.SWITCHED_ON if on else Step.SWITCHED_OFF
    signoffs.add(session, signoffs.OF_THE_SITE, step, who=who, made_at=moment, text_hash="")
    if on:
        _adopt(session, who, moment)


def _adopt(session: Transaction, who: str, moment: datetime) -> None:
    signoffs.release_words(session)
    published = rows.get_infos(session, rows.ids_in_state(session, State.PUBLISHED))
    records = signoffs.by_article(session)
    for info in published.values():
        digest = text_hash(info)
        if not standing(records.get(info.id, ()), digest).signed:
            signoffs.add(session, info.id, Step.ADOPTED, who=who, made_at=moment, text_hash=digest)


def protect(session: Transaction, before: Article, changed: Iterable[str], moment: datetime) -> None:
    """An article is about to be edited: keep its text for good if it is the signed one that readers see."""
    if _TEXT.isdisjoint(changed) or not asked_for(session):
        return
    if standing(signoffs.of(session, before.id), text_hash(before)).signed:
        revisions.record(session, before, now=moment, name=tr("Signed off"))


def protect_many(session: Transaction, ids: Iterable[int], changed: Iterable[str], moment: datetime) -> None:
    """The same for many articles."""
    keys = tuple(changed)
    if _TEXT.isdisjoint(keys) or not asked_for(session):
        return
    for article_id in ids:
        article = rows.get(session, article_id)
        if article is not None:
            protect(session, article, keys, moment)


def words_changed(session: Transaction, before: MediaItem, who: str, moment: datetime) -> None:
    """The words of a media file are other ones now: the sign-off of every text with the file is dropped.

    Readers go on seeing the words that were signed off until one of these texts is signed again.
    """
    if not asked_for(session):
        return
    infos = rows.get_infos(session, [number for number, _, _ in media_uses.articles(session, before.path)])
    records = signoffs.by_article(session, infos)
    signed = [info for info in infos.values() if _last_signed(records.get(info.id, ()))]
    for info in signed:
        signoffs.add(
            session,
            info.id,
            Step.DROPPED,
            who=who,
            made_at=moment,
            text_hash=text_hash(info),
            remark=before.original_name,
        )
    if signed:
        signoffs.keep_words(session, before)


def media_for_readers(session: Transaction, media: Mapping[str, MediaItem]) -> dict[str, MediaItem]:
    """Media files with the words that were signed off."""
    signed = dict(media)
    for path, (alt, caption, credit) in signoffs.kept_words(session).items():
        if path in signed:
            signed[path] = replace(signed[path], alt=alt, caption=caption, credit=credit)
    return signed


def for_readers(session: Transaction, infos: Sequence[ArticleInfo]) -> tuple[ArticleInfo, ...]:
    """Of these articles those that readers may see, with the text that was signed off.

    A ready article whose text is not signed is left out; a published one with an unsigned edit has its last signed
    text. Raises SignedTextLost.
    """
    records = signoffs.by_article(session)
    chosen = []
    for info in infos:
        steps = records.get(info.id, [])
        if standing(steps, text_hash(info)).signed:
            chosen.append(info)
        elif info.state is State.PUBLISHED and (digest := _last_signed(steps)):
            chosen.append(_signed_text(session, info, digest))
    return tuple(chosen)


def unsigned(session: Transaction, infos: Iterable[ArticleInfo]) -> frozenset[int]:
    """Those of these articles whose text of now is not signed off."""
    records = signoffs.by_article(session)
    return frozenset(info.id for info in infos if not standing(records.get(info.id, ()), text_hash(info)).signed)


def is_signed(records: Iterable[SignOff], info: ArticleInfo) -> bool:
    """Whether the text of an article is signed off by its records (oldest first)."""
    return standing(records, text_hash(info)).signed


def signed_body(session: Transaction, article_id: int, body_hash: str) -> str:
    """A body of the article's history by its hash. Raises SignedTextLost."""
    for revision in revisions.all_of(session, article_id):
        patch = revisions.content(session, article_id, revision.id) or {}
        if rows.hash_of(patch.get("body", "")) == body_hash:
            return patch.get("body", "")
    raise _lost(article_id)


def _last_signed(steps: Sequence[SignOff]) -> str:
    """The hash of the last text that went through every step."""
    for end in range(len(steps), 0, -1):
        last = steps[end - 1]
        if last.step in (Step.FINAL, Step.ADOPTED) and standing(steps[:end], last.text_hash).signed:
            return last.text_hash
    return ""


def _signed_text(session: Transaction, info: ArticleInfo, digest: str) -> ArticleInfo:
    for revision in revisions.all_of(session, info.id):
        patch = revisions.content(session, info.id, revision.id)
        found = _as_it_was(info, patch) if patch is not None else None
        if found is not None and text_hash(found) == digest:
            # A version stands for a text: an older one under the present version would pass for the present text.
            return replace(found, version=-(info.version << 40 | int(digest[:10], 16)))
    raise _lost(info.id, info.title)


def _as_it_was(info: ArticleInfo, patch: ArticlePatch) -> ArticleInfo:
    """The article with the text of a revision; where it stands and how it is emphasised is as it is now."""
    names = _TEXT & {field.name for field in fields(ArticleInfo)}
    values: dict[str, Any] = {name: value for name, value in patch.items() if name in names}
    body = patch.get("body", "")
    return replace(info, **values, body_hash=rows.hash_of(body), characters=count_characters(body))


def _lost(article_id: int, title: str = "") -> SignedTextLost:
    return SignedTextLost(
        tr("The signed text of “{title}” is not in its history any more.", title=title or article_id),
        hint=tr("Have the present text signed off, or withdraw the article."),
    )
