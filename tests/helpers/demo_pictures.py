"""Makes the demo site's pictures and its attachment: `python -m tests.helpers.demo_pictures`.

Flat landscapes in a few colours each, drawn twice as large and made smaller, so that edges are smooth and files small.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "demo" / "media"
WIDTH, HEIGHT = 1200, 675
SCALE = 2
_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc",
)

Colour = tuple[int, int, int]


def colour(code: str) -> Colour:
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


def mixed(a: Colour, b: Colour, share: float) -> Colour:
    red, green, blue = (round(x + (y - x) * share) for x, y in zip(a, b, strict=True))
    return red, green, blue


class Canvas:
    """A picture in units of the finished size."""

    def __init__(self, top: str, bottom: str, size: tuple[int, int] = (WIDTH, HEIGHT)) -> None:
        self.size = size
        self.image = Image.new("RGB", (size[0] * SCALE, size[1] * SCALE))
        self.draw = ImageDraw.Draw(self.image)
        for y in range(size[1] * SCALE):
            line = mixed(colour(top), colour(bottom), y / (size[1] * SCALE))
            self.draw.line([(0, y), (size[0] * SCALE, y)], fill=line)

    def shape(self, points: list[tuple[float, float]], fill: str) -> None:
        self.draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=colour(fill))

    def box(self, x: float, y: float, width: float, height: float, fill: str, radius: float = 0) -> None:
        area = (x * SCALE, y * SCALE, (x + width) * SCALE, (y + height) * SCALE)
        self.draw.rounded_rectangle(area, radius * SCALE, fill=colour(fill))

    def disc(self, x: float, y: float, radius: float, fill: str) -> None:
        area = ((x - radius) * SCALE, (y - radius) * SCALE, (x + radius) * SCALE, (y + radius) * SCALE)
        self.draw.ellipse(area, fill=colour(fill))

    def line(self, points: list[tuple[float, float]], fill: str, width: float) -> None:
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self.draw.line(scaled, fill=colour(fill), width=round(width * SCALE), joint="curve")

    def hills(self, base: float, height: float, fill: str, seed: float) -> None:
        width = self.size[0]
        top = [
            (x, base - height * (0.6 * math.sin(x / 210 + seed) + 0.4 * math.sin(x / 97 + seed * 2.3)))
            for x in range(0, width + 8, 8)
        ]
        self.shape([*top, (width, self.size[1]), (0, self.size[1])], fill)

    def tree(self, x: float, y: float, size: float, leaf: str, trunk: str = "6b4f3a") -> None:
        self.box(x - size * 0.06, y - size * 0.5, size * 0.12, size * 0.5, trunk)
        self.disc(x, y - size * 0.75, size * 0.36, leaf)
        self.disc(x - size * 0.22, y - size * 0.58, size * 0.26, leaf)
        self.disc(x + size * 0.22, y - size * 0.58, size * 0.26, leaf)

    def person(self, x: float, y: float, size: float, shirt: str, head: str = "f3d2b3") -> None:
        self.box(x - size * 0.17, y - size * 0.68, size * 0.34, size * 0.68, shirt, size * 0.16)
        self.disc(x, y - size * 0.86, size * 0.165, "4a3a32")
        self.disc(x, y - size * 0.8, size * 0.14, head)

    def save(self, name: str) -> None:
        finished = self.image.resize(self.size, Image.Resampling.LANCZOS)
        path = FOLDER / name
        if path.suffix == ".png":
            finished.quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
        else:
            finished.save(path, quality=76, optimize=True, progressive=True)


def school() -> None:
    canvas = Canvas("f7c59f", "fdf0d5")
    canvas.disc(930, 250, 90, "fff4e0")
    canvas.hills(470, 60, "c9d6c3", 0.4)
    canvas.hills(530, 40, "9fbfa4", 2.0)
    canvas.box(300, 280, 600, 290, "f4f1ea")
    canvas.box(540, 220, 120, 350, "e8e1d3")
    canvas.shape([(525, 220), (600, 160), (675, 220)], "b5533c")
    canvas.disc(600, 270, 30, "ffffff")
    canvas.line([(600, 270), (600, 252)], "4a4a4a", 3)
    canvas.line([(600, 270), (614, 276)], "4a4a4a", 3)
    for row in range(3):
        for column in range(9):
            if column != 4:
                canvas.box(322 + column * 64, 305 + row * 82, 40, 54, "8fb8c9" if (row + column) % 4 else "ffe3a3", 3)
    canvas.box(570, 480, 60, 90, "7a5c46", 4)
    canvas.box(0, 566, WIDTH, 109, "7fa37f")
    canvas.shape([(560, 566), (640, 566), (760, 675), (440, 675)], "e6dcc6")
    for x in (90, 190, 1010, 1110):
        canvas.tree(x, 590, 150, "5f8f6a")
    canvas.save("xinzhou.jpg")


def record() -> None:
    canvas = Canvas("e8f1f5", "d6e6ee")
    for x, fill, dark in ((130, "ffffff", "4f86a6"), (460, "fffaf0", "d98e4a"), (790, "ffffff", "6a9c78")):
        canvas.box(x + 10, 130, 280, 430, "c3d6df", 18)
        canvas.box(x, 118, 280, 430, fill, 18)
        canvas.box(x, 118, 280, 60, dark, 18)
        canvas.box(x, 150, 280, 28, dark)
        for line in range(6):
            canvas.box(x + 36, 390 + line * 24, 208 - (line * 37) % 90, 8, "d5dfe4", 4)
    canvas.shape([(200, 340), (320, 220), (350, 250), (230, 370)], "f0b429")
    canvas.shape([(200, 340), (230, 370), (185, 385)], "f3d2b3")
    canvas.disc(600, 280, 52, "d98e4a")
    canvas.disc(600, 280, 30, "fffaf0")
    canvas.disc(600, 280, 15, "4a3a2a")
    canvas.line([(880, 360), (880, 240), (980, 240)], "6a9c78", 12)
    canvas.shape([(980, 205), (1045, 240), (980, 275)], "6a9c78")
    canvas.save("pingjia.png")


def lesson() -> None:
    canvas = Canvas("f4ead9", "e7d8bf")
    canvas.box(360, 70, 480, 210, "3f6b57", 8)
    canvas.line([(430, 230), (520, 150), (680, 150), (770, 230)], "cfe0d6", 6)
    for x in (520, 600, 680):
        canvas.line([(x, 150), (x, 230)], "cfe0d6", 4)
    canvas.line([(400, 230), (800, 230)], "cfe0d6", 6)
    for x in (70, 930):
        canvas.box(x, 80, 200, 240, "bfdce8", 8)
        canvas.disc(x + 140, 140, 26, "fff7dc")
        canvas.shape([(x, 320), (x, 260), (x + 80, 220), (x + 200, 280), (x + 200, 320)], "8fb79a")
        canvas.box(x + 96, 80, 8, 240, "fffaf0")
    canvas.box(0, 480, WIDTH, 195, "c79a6b")
    shirts = ("2f6f9f", "d94f4f", "3d8f6b", "f0b429", "7a5ea8", "e07b39", "4a8fa8", "b5533c", "5f8f6a")
    for group in range(3):
        x = 110 + group * 360
        for child in range(3):
            canvas.person(x + 50 + child * 80, 530, 150, shirts[group * 3 + child])
        canvas.box(x, 500, 260, 20, "8a6a4f", 5)
        for leg in (x + 16, x + 228):
            canvas.box(leg, 520, 16, 110, "6b4f3a")
        canvas.line([(x + 60, 500), (x + 90, 462), (x + 170, 462), (x + 200, 500)], "fdf6e3", 7)
        canvas.line([(x + 40, 462), (x + 220, 462)], "fdf6e3", 7)
        canvas.box(x + 105, 440, 50, 18, "b5533c", 3)
    canvas.save("xianchanghui.jpg")


def playground() -> None:
    canvas = Canvas("9ccbe8", "f3f8f2")
    seed = 3
    canvas.disc(220, 150, 60, "fff2cc")
    canvas.hills(360, 50, "a8c7b5", seed)
    canvas.hills(410, 30, "86b394", seed + 1.7)
    canvas.box(0, 440, WIDTH, 235, "c8643f")
    for lane in range(6):
        canvas.line([(0, 460 + lane * lane * 7), (WIDTH, 446 + lane * lane * 9)], "eadbd0", 3)
    pick = random.Random(seed)  # noqa: S311 - a drawing, not a secret
    shirts = ("2f6f9f", "f0b429", "ffffff", "3d8f6b", "d94f4f", "7a5ea8")
    for number in range(13):
        x, y = 80 + number * 84 + pick.randint(-16, 16), pick.randint(500, 640)
        canvas.person(x, y, 66 + (y - 500) * 0.35, shirts[number % len(shirts)])
        if number % 3 == 0:
            rope = [(x - 42 + t * 4.2, y - 84 - 34 * math.sin(t / 20 * math.pi)) for t in range(21)]
            canvas.line(rope, "5b4636", 3)
    canvas.save("caochang.jpg")


def books() -> None:
    canvas = Canvas("fbeed7", "f3dcb8")
    canvas.box(90, 90, 460, 380, "bfdce8", 10)
    canvas.disc(430, 190, 46, "fff7dc")
    canvas.shape([(90, 470), (90, 380), (240, 290), (360, 400), (470, 330), (550, 400), (550, 470)], "8fb79a")
    canvas.box(312, 90, 14, 380, "fffaf0")
    canvas.box(90, 272, 460, 14, "fffaf0")
    fills = ("b5533c", "2f6f9f", "e0a030", "5f8f6a", "7a5ea8", "d9cbb3", "3c5a6f", "c97b63")
    for shelf in range(3):
        x = 640.0
        number = shelf * 3
        while x < 1090:
            width, height = 24 + (number * 13) % 26, 96 + (number * 29) % 44
            canvas.box(x, 210 + shelf * 160 - height, width, height, fills[number % len(fills)], 3)
            canvas.box(x + 4, 210 + shelf * 160 - height + 16, width - 8, 5, "f7efe0")
            x += width + 5
            number += 1
        canvas.box(620, 210 + shelf * 160, 500, 14, "8a6a4f")
    canvas.box(0, 560, WIDTH, 115, "a67c58")
    canvas.shape([(220, 560), (330, 520), (440, 545), (550, 520), (660, 560), (440, 590)], "ffffff")
    canvas.line([(440, 545), (440, 588)], "cfc4b2", 4)
    canvas.save("yuedu.jpg")


def station() -> None:
    canvas = Canvas("7fb2d6", "eaf4f8")
    for x, y, size in ((200, 130, 44), (250, 120, 58), (310, 138, 40), (820, 90, 40), (870, 82, 52)):
        canvas.disc(x, y, size, "ffffff")
    canvas.hills(420, 120, "9db8c9", 0.2)
    canvas.hills(500, 80, "6f9f8a", 1.5)
    canvas.hills(580, 40, "4f8a63", 3.1)
    canvas.box(594, 250, 12, 330, "5b4636")
    canvas.line([(520, 260), (690, 236)], "5b4636", 6)
    canvas.shape([(690, 216), (745, 230), (690, 256)], "d94f4f")
    for dx in (-1, 1):
        canvas.disc(600 + dx * 60, 320, 20, "f2f2f2")
    canvas.line([(540, 320), (660, 320)], "8a8a8a", 5)
    canvas.box(700, 430, 110, 110, "ffffff", 6)
    for line in range(5):
        canvas.box(708, 444 + line * 19, 94, 6, "c9d3d8")
    canvas.box(720, 540, 8, 70, "5b4636")
    canvas.box(784, 540, 8, 70, "5b4636")
    canvas.person(430, 610, 130, "f0b429")
    canvas.person(350, 615, 116, "2f6f9f")
    canvas.save("qixiangzhan.jpg")


def wall() -> None:
    canvas = Canvas("cfe3ee", "f2f7f4")
    for x in (60, 330, 700, 1040):
        canvas.tree(x, 250, 190, "8fb79a")
    canvas.box(0, 200, WIDTH, 330, "eadfce")
    canvas.box(0, 190, WIDTH, 22, "b5533c")
    pick = random.Random(5)  # noqa: S311 - a drawing, not a secret
    fills = ("e76f51", "2a9d8f", "e9c46a", "457b9d", "f4a261", "8ab17d", "b56576", "6d597a")
    for row in range(3):
        for column in range(12):
            x, y = 42 + column * 94, 236 + row * 94
            canvas.box(x, y, 78, 78, pick.choice(fills), 6)
            kind, light = pick.randrange(4), pick.choice(("fdf6e3", "264653", "ffd9a0"))
            if kind == 0:
                canvas.disc(x + 39, y + 39, 22, light)
            elif kind == 1:
                canvas.shape([(x + 12, y + 64), (x + 39, y + 14), (x + 66, y + 64)], light)
            elif kind == 2:
                canvas.line([(x + 10 + t, y + 39 + 16 * math.sin(t / 8)) for t in range(0, 60, 3)], light, 6)
            else:
                canvas.box(x + 20, y + 20, 38, 38, light, 10)
    canvas.box(0, 530, WIDTH, 145, "c9c2b5")
    for x, shirt in ((260, "2f6f9f"), (330, "d94f4f"), (880, "3d8f6b")):
        canvas.person(x, 640, 150, shirt)
    canvas.save("huazhan.jpg")


def garden() -> None:
    canvas = Canvas("a9d3e5", "f4f7e6")
    canvas.disc(1010, 140, 70, "ffe9a8")
    for number, height in enumerate((190, 260, 150, 300, 220, 170, 280, 200)):
        canvas.box(number * 155 - 20, 400 - height, 120, height, ("c3d3da", "b4c7d0")[number % 2], 4)
    canvas.box(0, 400, WIDTH, 275, "d9cbb3")
    for bed in range(3):
        y = 430 + bed * 84
        canvas.box(60, y, 1080, 56, "7a5a43", 10)
        for number in range(16):
            x = 96 + number * 68
            leaf = ("5f9f5f", "7fb86a", "4f8a53")[(bed + number) % 3]
            canvas.disc(x - 10, y + 2, 15, leaf)
            canvas.disc(x + 10, y - 2, 16, leaf)
            if (number + bed) % 3 == 0:
                canvas.disc(x, y - 8, 8, ("e0523f", "f0b429", "8b5aa8")[bed])
    canvas.box(936, 250, 12, 190, "6b4f3a")
    canvas.line([(860, 310), (1024, 310)], "6b4f3a", 10)
    canvas.disc(942, 240, 34, "f2d7a7")
    canvas.shape([(886, 222), (998, 222), (942, 170)], "b5533c")
    canvas.save("caiyuan.webp")


def office() -> None:
    canvas = Canvas("efe6d8", "e2d3bd")
    canvas.box(120, 90, 420, 250, "3f6b57", 8)
    for line, width in enumerate((260, 320, 180)):
        canvas.box(156, 140 + line * 50, width, 8, "cfe0d6", 4)
    canvas.box(700, 80, 360, 300, "bfdce8", 8)
    canvas.box(874, 80, 12, 300, "fffaf0")
    canvas.tree(960, 380, 220, "8fb79a")
    canvas.box(0, 540, WIDTH, 135, "b98f6a")
    canvas.person(440, 580, 300, "2f6f9f")
    canvas.person(740, 580, 300, "b5533c")
    canvas.box(330, 500, 520, 26, "7a5a43", 6)
    canvas.box(370, 526, 20, 120, "6b4f3a")
    canvas.box(790, 526, 20, 120, "6b4f3a")
    canvas.box(540, 470, 44, 30, "ffffff", 6)
    canvas.box(600, 486, 110, 14, "f0b429", 3)
    canvas.save("jiaoshi.jpg")


def stage() -> None:
    canvas = Canvas("3a2f4f", "6d597a")
    for x in (200, 600, 1000):
        canvas.shape([(x - 30, 0), (x + 30, 0), (x + 190, 520), (x - 190, 520)], "7d6a8c")
    canvas.shape([(0, 0), (150, 0), (90, 520), (0, 540)], "9b2f3a")
    canvas.shape([(1200, 0), (1050, 0), (1110, 520), (1200, 540)], "9b2f3a")
    canvas.box(0, 510, WIDTH, 165, "a67c58")
    for x, shirt in ((420, "ffffff"), (530, "2f6f9f"), (650, "3d8f6b"), (770, "f0b429")):
        canvas.person(x, 520, 170, shirt)
    canvas.box(340, 450, 520, 90, "b5533c", 8)
    canvas.box(340, 450, 520, 16, "d9cbb3", 4)
    for x in range(60, 1200, 88):
        canvas.disc(x, 660, 34, "2a2238")
        canvas.shape([(x - 40, 622), (x, 606), (x + 40, 622), (x, 638)], "1d1728")
    canvas.save("biye.jpg")


def workshop() -> None:
    canvas = Canvas("dfe5e8", "c7d2d6")
    canvas.box(80, 80, 1040, 230, "b9c6cb", 8)
    for number in range(7):
        x = 140 + number * 150
        canvas.box(x, 110, 14, 120, "8a6a4f", 5)
        if number % 3 == 0:
            canvas.box(x - 34, 104, 82, 34, "4a5a63", 6)
        elif number % 3 == 1:
            canvas.shape([(x - 20, 230), (x + 34, 230), (x + 7, 286)], "7c8c94")
        else:
            canvas.disc(x + 7, 240, 28, "7c8c94")
            canvas.disc(x + 7, 240, 13, "b9c6cb")
    canvas.box(0, 560, WIDTH, 115, "9a8672")
    canvas.box(180, 430, 840, 34, "a9794e", 6)
    for x in (220, 950):
        canvas.box(x, 464, 30, 150, "8a6a4f")
    canvas.shape([(470, 430), (470, 320), (492, 320), (492, 400), (610, 400), (610, 430)], "d9a76a")
    canvas.box(470, 396, 140, 16, "c48f54", 4)
    canvas.person(340, 440, 190, "3d8f6b")
    canvas.person(760, 440, 190, "d98e4a")
    canvas.box(640, 414, 90, 16, "4a5a63", 4)
    canvas.save("jineng.jpg")


def course() -> None:
    canvas = Canvas("14466b", "2a7a9b", (1200, 400))
    canvas.disc(1010, 110, 220, "1f5f86")
    canvas.disc(1090, 300, 140, "2f8aa8")
    canvas.shape([(120, 320), (330, 250), (540, 320), (330, 350)], "ffffff")
    canvas.shape([(120, 320), (330, 350), (330, 372), (120, 342)], "d5e3ea")
    canvas.shape([(540, 320), (330, 350), (330, 372), (540, 342)], "bcd0da")
    canvas.line([(330, 250), (330, 350)], "c9d6dd", 4)
    for number, length in enumerate((150, 120, 90)):
        canvas.line([(330, 240 - number * 42), (330 + length, 200 - number * 50)], "f0b429", 8)
        canvas.disc(330 + length, 200 - number * 50, 14, "ffe3a3")
    canvas.save("yanxiu.jpg")


def logo() -> None:
    canvas = Canvas("9b1f2a", "b5333c", (512, 512))
    canvas.disc(256, 188, 92, "ffe3a3")
    canvas.disc(256, 188, 72, "b5333c")
    canvas.shape([(60, 300), (256, 340), (256, 440), (60, 396)], "ffffff")
    canvas.shape([(452, 300), (256, 340), (256, 440), (452, 396)], "f4e6e0")
    canvas.box(249, 120, 14, 228, "ffe3a3", 7)
    canvas.shape([(256, 236), (196, 176), (214, 226)], "ffe3a3")
    canvas.shape([(256, 216), (316, 156), (298, 206)], "ffe3a3")
    rounded = Image.new("L", canvas.image.size)
    ImageDraw.Draw(rounded).rounded_rectangle((0, 0, *canvas.image.size), 110 * SCALE, fill=255)
    canvas.image.putalpha(rounded)
    small = canvas.image.resize((256, 256), Image.Resampling.LANCZOS)
    small.quantize(64, method=Image.Quantize.FASTOCTREE).save(FOLDER / "logo.png", optimize=True)


def form() -> None:
    """The attachment: one page with a form to fill in."""
    path = next((font for font in _FONTS if Path(font).exists()), None)
    if path is None:
        raise SystemExit("no font with Chinese characters")
    page = Image.new("L", (1240, 1754), 255)
    draw = ImageDraw.Draw(page)
    draw.text((620, 150), "教师招聘报名表（示例）", fill=0, font=ImageFont.truetype(path, 56), anchor="mm")
    font = ImageFont.truetype(path, 34)
    rows = (
        ("姓名", "性别"),
        ("出生年月", "学历"),
        ("毕业院校", "所学专业"),
        ("报考岗位", "联系电话"),
        ("教师资格证号", "电子信箱"),
    )
    for number, names in enumerate(rows):
        for side, name in enumerate(names):
            x, y = 120 + side * 500, 260 + number * 100
            draw.rectangle((x, y, x + 220, y + 100), outline=0, width=3)
            draw.rectangle((x + 220, y, x + 500, y + 100), outline=0, width=3)
            draw.text((x + 110, y + 50), name, fill=0, font=font, anchor="mm")
    for number, name in enumerate(("学习与工作经历", "教学特长与成果", "本人承诺所填内容真实（签名）")):
        y = 760 + number * 290
        draw.rectangle((120, y, 1120, y + 290), outline=0, width=3)
        draw.text((150, y + 20), name, fill=0, font=font)
    made = time.gmtime(1_735_689_600)  # always the same, so that the file only changes with its content
    page.convert("1", dither=Image.Dither.NONE).save(
        FOLDER / "baomingbiao.pdf", resolution=150.0, creationDate=made, modDate=made
    )


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    makers: tuple[Callable[[], None], ...] = (
        school, record, lesson, playground, books, station, wall, garden, office, stage, workshop, course, logo, form,
    )  # fmt: skip
    for make in makers:
        make()


if __name__ == "__main__":
    main()
