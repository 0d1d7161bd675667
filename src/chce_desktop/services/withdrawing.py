"""Taking articles away from readers: off the site, out of the library, and what outside of our reach may hold them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from chce_desktop.domain.addresses import UNFILED, article_path
from chce_desktop.domain.article import ArticleInfo, State
from chce_desktop.domain.slugs import RESERVED
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.foundation.files import inside
from chce_desktop.foundation.i18n import mark, tr
from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.services import formeraddresses, snapshot, targetfolder
from chce_desktop.services.errors import ArticleNotFound
from chce_desktop.services.site import Site
from chce_desktop.storage import redirects

_LISTED = re.compile(r"/(?:index|page-\d+)\.html$")


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Somebody who may still hold what was withdrawn. `name` and `text` are English, marked for translation."""

    name: str
    text: str
    url: str = ""


#: What a withdrawal cannot reach, with where to ask for removal.
ELSEWHERE = (
    Elsewhere(
        mark("Baidu"),
        mark("Report the dead address in the webmaster platform, or complain about its snapshot."),
        "https://ziyuan.baidu.com/",
    ),
    Elsewhere(
        mark("Google"),
        mark("Ask for the outdated result to be removed."),
        "https://search.google.com/search-console/remove-outdated-content",
    ),
    Elsewhere(
        mark("Bing"),
        mark("Ask for the outdated page to be removed."),
        "https://www.bing.com/webmasters/tools/contentremoval",
    ),
    Elsewhere(mark("360 Search"), mark("Report the page in the webmaster platform."), "https://zhanzhang.so.com/"),
    Elsewhere(mark("Sogou"), mark("Report the page in the webmaster platform."), "https://zhanzhang.sogou.com/"),
    Elsewhere(
        mark("Internet Archive (archive.org)"),
        mark("Write to them; the page says how."),
        "https://help.archive.org/help/how-do-i-request-to-remove-something-from-archive-org/",
    ),
    Elsewhere(
        mark("CDN of your provider"),
        mark("Refresh (purge) the address in the provider's console, else its copy lives on until it expires."),
    ),
    Elsewhere(
        mark("WeChat, Weibo and other sites that took it over"),
        mark("Ask whoever reposted it, or complain to the platform."),
        "https://mp.weixin.qq.com/",
    ),
    Elsewhere(
        mark("RSS readers and e-mail"),
        mark("Copies that subscribers received cannot be called back."),
    ),
)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What was taken away. `paths` are the public paths; `addresses` are full, one for each target that has one."""

    articles: tuple[ArticleInfo, ...]
    paths: tuple[str, ...]
    addresses: tuple[str, ...]


def withdraw(site: Site, ids: Iterable[int]) -> Withdrawal:
    """Take articles off the site: with the next publish no page mentions them, and their own pages say so.

    The library keeps them, as withdrawn. Raises ArticleNotFound.
    """
    found = _found(site, ids)
    site.articles.set_many([info.id for info in found.articles], {"state": State.WITHDRAWN})
    return found


def purge(site: Site, ids: Iterable[int], *, progress: Progress = SILENT) -> Withdrawal:
    """Delete articles for good: text, history, and every earlier publication on this computer that shows them.

    With the next publish their pages vanish from the site. What was deleted is overwritten in the library's file;
    backups that were made before still hold it (see `backups`). Raises ArticleNotFound.
    """
    found = _found(site, ids)
    gone = [info.id for info in found.articles]
    with site.connection.read() as session:
        former = [each.old_path for each in redirects.all_of(session) if each.article_id in gone]
    site.articles.trash(gone, progress=progress)
    site.articles.purge(gone, progress=progress)
    with site.connection.write() as session:
        formeraddresses.forget_for_good(session, (*found.paths, *former))
    site.connection.database.write_back()
    targetfolder.forget_texts(site, (*found.paths, *former))
    return found


def backups(site: Site) -> tuple[Path, ...]:
    """Copies of the library in the site's own folder, which a purge does not change."""
    return tuple(sorted((site.folder / "backups").glob("*.db")))


def shown_in(site: Site, root: Path, public_paths: Mapping[str, object]) -> tuple[str, ...]:
    """The pages of a tree of files that show an article which is withdrawn or in the trash now."""
    taken = snapshot.take(site)
    found = []
    for path, info in zip(_paths(site, taken.withdrawn), taken.withdrawn, strict=True):
        if path in public_paths:
            text = inside(root, path).read_text(encoding="utf-8", errors="replace")
            if html.escape(info.title, quote=False) in text:
                found.append(path)
    return tuple(sorted(found))


def taken_away(taken: SiteSnapshot) -> frozenset[str]:
    """The public paths at which readers are told that an article is not there any more.

    Without those that were planned with a time: nobody has to be asked about them.
    """
    planned = [info for info in taken.withdrawn if info.withdraw_at is not None and info.withdraw_at <= taken.taken_at]
    once = {path for path in taken.published if _is_article(path)}
    spared = {info.id for info in (*taken.articles, *planned)}
    moved = {each.old_path for each in taken.redirects if each.article_id is None or each.article_id in spared}
    homes = _homes(taken, taken.articles) | _homes(taken, planned)
    return frozenset((once | _homes(taken, taken.withdrawn)) - homes - moved)


def unknown(taken: SiteSnapshot) -> frozenset[str]:
    """Those of `taken_away` that stand for no article which was withdrawn in this library."""
    known = {info.id for info in taken.withdrawn}
    former = {each.old_path for each in taken.redirects if each.article_id in known}
    return taken_away(taken) - _homes(taken, taken.withdrawn) - former


def _homes(taken: SiteSnapshot, infos: Iterable[ArticleInfo]) -> frozenset[str]:
    """Where the pages of these articles stand."""
    slugs = {column.id: column.slug for column in taken.columns}
    return frozenset(article_path(info.slug, slugs.get(info.column_id) if info.column_id else None) for info in infos)


def _is_article(path: str) -> bool:
    """Whether an article's page may have stood there, in a column of today or not."""
    folder = path.partition("/")[0]
    return path.count("/") == 1 and (folder == UNFILED or folder not in RESERVED) and not _LISTED.search(path)


def told(elsewhere: Elsewhere) -> tuple[str, str, str]:
    """Name, what to do there, and its address, in the user's language."""
    return tr(elsewhere.name), tr(elsewhere.text), elsewhere.url


def _found(site: Site, ids: Iterable[int]) -> Withdrawal:
    wanted = list(dict.fromkeys(ids))
    infos = site.articles.infos(wanted)
    for article_id in wanted:
        if article_id not in infos:
            raise ArticleNotFound(article_id)
    articles = tuple(infos[article_id] for article_id in wanted)
    paths = _paths(site, articles)
    homes = dict.fromkeys(
        home.rstrip("/")
        for home in (site.settings.get().url, *(target.public_url for target in site.targets.all()))
        if home
    )
    return Withdrawal(articles, paths, tuple(f"{home}/{path}" for path in paths for home in homes))


def _paths(site: Site, infos: Iterable[ArticleInfo]) -> tuple[str, ...]:
    tree = site.columns.tree()
    found = []
    for info in infos:
        column = tree.get(info.column_id)
        found.append(article_path(info.slug, column.slug if column else None))
    return tuple(found)
