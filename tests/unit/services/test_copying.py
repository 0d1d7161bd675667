from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from chce_desktop.services.copying import plain_html, wechat_html
from chce_desktop.services.site import create_site


def test_for_wechat_everything_is_inside(tmp_path: Path) -> None:
    data = io.BytesIO()
    Image.new("RGB", (4, 3), "red").save(data, "PNG")
    with create_site(tmp_path / "站", "网") as site:
        item = site.media.add_bytes(data.getvalue(), "图.png")
        body = (
            f"## 题\n\n看[这里](https://a.cn/?a=1&b=2)。\n\n![图]({item.path})\n\n| 甲 | 乙 |\n| --- | --- |\n| 1 | 2 |"
        )
        article = site.articles.create({"title": "题", "body": body})
        made = wechat_html(site, article)
        plain = plain_html(site, article)
    assert "<a " not in made
    assert "[1] https://a.cn/?a=1&amp;b=2" in made
    assert "data:image/png;base64," in made
    assert "class=" not in made
    assert made.count("style=") >= 8
    assert '<a href="https://a.cn/' in plain
    assert f'src="{item.path}"' in plain
