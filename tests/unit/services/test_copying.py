from __future__ import annotations

import base64
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


def test_a_photograph_is_copied_as_readers_get_it(tmp_path: Path, app_home: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    data = io.BytesIO()
    Image.effect_noise((2400, 1600), 40).convert("RGB").save(data, "JPEG", exif=exif)
    assert b"secret place" in data.getvalue()
    with create_site(tmp_path / "站", "网") as site:
        site.settings.update(url="https://www.a.cn/")
        item = site.media.add_bytes(data.getvalue(), "图.jpg")
        body = f"![图]({item.path})\n\n[站内](/xinwen/a.html)，注[^1]。\n\n[^1]: 注释\n"
        article = site.articles.create({"title": "题", "body": body})
        made, plain = wechat_html(site, article), plain_html(site, article)
    inside = base64.b64decode(made.partition("base64,")[2].partition('"')[0])
    assert b"secret place" not in inside
    with Image.open(io.BytesIO(inside)) as image:
        assert image.width == 1600
    for text in (made, plain):
        assert "<source" not in text
        assert "srcset" not in text
        assert "↩" not in text
    assert f'src="https://www.a.cn/{item.path}"' in plain
    assert 'href="https://www.a.cn/xinwen/a.html"' in plain
