"""A small site with one of everything, so that every template of a theme can be tried without a site."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chce_desktop.domain.article import ArticleInfo, Flag, FlagSetting, State
from chce_desktop.domain.column import Column
from chce_desktop.domain.homepage import BlockKind, BlockLayout, HomeBlock
from chce_desktop.domain.link import Link, LinkGroup
from chce_desktop.domain.media import MediaItem
from chce_desktop.domain.notice import Notice, NoticeLink
from chce_desktop.domain.redirect import Redirect
from chce_desktop.domain.settings import SiteSettings
from chce_desktop.domain.snapshot import SiteSnapshot

_NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
_PICTURE, _FILE = "media/ab/tupian.jpg", "media/cd/wenjian.pdf"
#: More than two pages of a list.
_ARTICLES = 7
#: The page of each kind that a theme has a template for.
PAGES: Mapping[str, str] = {
    "home": "index.html",
    "list": "yi/index.html",
    "article": "yi/wen-5.html",
    "search": "search/index.html",
    "links": "links/index.html",
    "tags": "tags/index.html",
    "archive": "archive/index.html",
    "404": "404.html",
    "withdrawn": "yi/chehui.html",
    "redirect": "yi/jiu.html",
}


class _Bodies:
    def get(self, article_ids: Iterable[int]) -> Mapping[int, str]:
        """The same text for all."""
        text = f"正文的一段。\n\n![图]({_PICTURE})\n\n[文件]({_FILE})"
        return dict.fromkeys(article_ids, text)


def snapshot(theme: str, language: str, theme_folder: Path | None) -> SiteSnapshot:
    """The site in a theme and a language of readers."""
    settings = SiteSettings(
        name="示例",
        slogan="口号",
        description="说明",
        url="https://www.example.org/",
        email="editor@example.org",
        registration_number="1",
        registration_label="注册证号",
        icp_number="京ICP备1号",
        police_number="1",
        copyright="版权甲",
        footer_lines=("页脚一行",),
        logo=_PICTURE,
        language=language,
        theme=theme,
        list_length=2,
        recommended_length=2,
        popular_length=2,
        sidebar_links=1,
        home_blocks=tuple(
            HomeBlock(kind, "区块甲", layout=layout, column=1) for kind in BlockKind for layout in BlockLayout
        ),
    )
    columns = (
        Column(id=1, uid="c1", name="一", slug="yi", description="说明"),
        Column(id=2, uid="c2", name="二", slug="er", parent_id=1),
    )
    picture = MediaItem(
        id=1, uid="m1", path=_PICTURE, original_name="图.jpg", sha256="0" * 64, mime="image/jpeg", size=9, width=600,
        height=400, alt="图",
    )  # fmt: skip
    file = MediaItem(
        id=2, uid="m2", path=_FILE, original_name="文件.pdf", sha256="0" * 64, mime="application/pdf", size=9,
    )  # fmt: skip
    link = Link(id=1, uid="l1", group_id=1, name="链接甲", url="https://link.example/", logo=_PICTURE, note="注")
    more = Link(id=2, uid="l2", group_id=1, name="链接乙", url="https://more.example/")
    notice = Notice(
        id=1, uid="n1", title="公告甲", text="内容", image=_PICTURE, links=(NoticeLink("详情", "article:1"),)
    )  # fmt: skip
    return SiteSnapshot(
        taken_at=_NOW,
        settings=settings,
        columns=columns,
        articles=tuple(_article(number) for number in range(_ARTICLES, 0, -1)),
        link_groups=(LinkGroup(id=1, uid="g1", name="组", links=(link, more)),),
        notices=(notice,),
        media={_PICTURE: picture, _FILE: file},
        redirects=(Redirect("yi/jiu.html", article_id=1),),
        withdrawn=(_article(9, slug="chehui"),),
        bodies=_Bodies(),
        site_folder=Path(),
        theme_folder=theme_folder,
    )


def _article(number: int, slug: str = "") -> ArticleInfo:
    moment = _NOW - timedelta(days=20 * (_ARTICLES - number))
    return ArticleInfo(
        id=number,
        uid=f"a{number}",
        version=1,
        title=f"文章{number}",
        slug=slug or f"wen-{number}",
        state=State.PUBLISHED,
        date=moment,
        created_at=moment,
        updated_at=moment,
        prefix="[论文]",
        subtitle="副题甲",
        title_color="#aa0000",
        summary="摘要",
        source="来源甲",
        source_url="https://source.example/",
        author="作者甲",
        editor="编辑甲",
        cover=_PICTURE if number % 2 else "",
        column_id=1,
        further_columns=(2,),
        tags=("标签甲",),
        reads=_ARTICLES + 1 - number,  # the most read are old, so that blocks show others than lists
        flags=tuple(FlagSetting(flag) for flag in Flag) if number == 3 else (),
        characters=10,
        body_hash=str(number),
    )
