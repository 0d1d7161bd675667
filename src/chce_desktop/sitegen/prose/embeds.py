"""Films of allow-listed hosts: a link alone on its line becomes a frame."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

_ALONE = re.compile(r'<p((?: data-line="\d+")?)><a href="(https?://[^"]+)">([^<]*)</a></p>')
#: Address of a page with a film → address of its player.
_PLAYERS = (
    (
        re.compile(r"https?://(?:www\.|m\.)?bilibili\.com/video/(BV[0-9A-Za-z]+)"),
        "https://player.bilibili.com/player.html?bvid={0}&autoplay=0",
    ),
    (
        re.compile(r"https?://v\.qq\.com/x/(?:page|cover/[^/]+)/([0-9a-z]+)\.html"),
        "https://v.qq.com/txp/iframe/player.html?vid={0}",
    ),
    (re.compile(r"https?://v\.youku\.com/v_show/id_([0-9A-Za-z=]+)"), "https://player.youku.com/embed/{0}"),
)


def player_address(address: str, hosts: Sequence[str]) -> str | None:
    """The address to put into a frame for a film's address, None where its host is not allowed."""
    for pattern, player in _PLAYERS:
        found = pattern.match(address)
        if found:
            address = player.format(found[1])
            break
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.hostname not in hosts or parts.username or parts.path in ("", "/"):
        return None
    return f"https://{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")


def with_embeds(body: str, hosts: Sequence[str], label: str) -> str:
    """`body` (already sanitised) with frames, titled `label`, in place of paragraphs that are one link to a film.

    No `sandbox`: players need scripts and their own origin, and both together are what the web's checker calls an
    error. They are of another origin than the page, and the policy names their hosts.
    """
    if "<p" not in body or "://" not in body:
        return body

    def one(match: re.Match[str]) -> str:
        address, text = html.unescape(match[2]), html.unescape(match[3])
        if text != address:
            return match[0]
        player = player_address(address, hosts)
        if player is None:
            return match[0]
        return (
            f'<div class="embed"{match[1]}><iframe src="{html.escape(player)}" title="{html.escape(label)}"'
            ' loading="lazy" allowfullscreen referrerpolicy="strict-origin-when-cross-origin"></iframe></div>'
        )

    return _ALONE.sub(one, body)
