"""What a site is called and how its pages are made."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from chce_desktop.domain.homepage import HomeBlock

_SITE_CODE = re.compile(r"(?:[0-9]{2}|[A-Za-z]{2})[0-9]{8}")


def is_site_code(text: str) -> bool:
    """Whether this can be the 政府网站标识码 of a site, or is empty: only public bodies have one."""
    return not text or _SITE_CODE.fullmatch(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSettings:
    """The settings of one site. Every field is a key of `chce settings`.

    `url` is the public address, with a scheme, used for feeds, sitemap and canonical links. Lengths are numbers of
    entries; `title_cut` is the display width of list titles in units of one Latin letter (a Han character is two), 0
    for no cut. `date_format` is strftime's. `footer_lines` are free lines at the end of every page.
    `popular_window` is over how long 热门文章 are counted: `day`, `week`, `month` or `all`.
    `sidebar_links` is how many friendly links stand before 更多. `accent` is `#rrggbb`, `fonts` `hei` or `song`; both
    empty leave it to the theme. `home_blocks` empty is `homepage.USUAL_BLOCKS`.
    `sign_off`: only signed-off texts are published. `check_levels` are `rule=level` (see `domain.findings`), for rules
    that are taken otherwise than usual. `auto_link_times` is how often a word of the link table becomes a link in one
    article. `server_includes`: the web server puts the blocks of every page in as they are now (SSI).
    """

    name: str = ""
    slogan: str = ""
    description: str = ""
    keywords: str = ""
    url: str = ""
    email: str = ""
    logo: str = ""
    registration_number: str = ""
    registration_label: str = ""
    icp_number: str = ""
    police_number: str = ""
    site_id_code: str = ""
    copyright: str = ""
    footer_lines: tuple[str, ...] = ()
    language: str = "zh-CN"
    timezone: str = "Asia/Shanghai"
    date_format: str = "%Y-%m-%d"
    theme: str = "portal"
    accent: str = ""
    fonts: str = ""
    home_blocks: tuple[HomeBlock, ...] = ()
    list_length: int = 20
    recommended_length: int = 10
    popular_length: int = 10
    popular_window: str = "all"
    home_list_length: int = 8
    feed_length: int = 20
    sidebar_links: int = 14
    title_cut: int = 28
    indent_paragraphs: bool = True
    sign_off: bool = False
    check_levels: tuple[str, ...] = ()
    auto_link_times: int = 1
    server_includes: bool = False
    embed_hosts: tuple[str, ...] = field(default=("player.bilibili.com", "v.qq.com", "player.youku.com", "tv.cctv.com"))
