"""Seeded snapshots of sites of any size, with text of our own, for tests and measurements of the site generator."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chce_desktop.domain.article import Article, ArticleInfo, Flag, FlagSetting, State
from chce_desktop.domain.column import Column
from chce_desktop.domain.link import Link, LinkGroup
from chce_desktop.domain.media import MediaItem
from chce_desktop.domain.notice import Notice, NoticeLink
from chce_desktop.domain.redirect import Redirect
from chce_desktop.domain.settings import SiteSettings
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.sitegen import Generator

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)

_SUBJECTS = [
    "实验学校",
    "区教育局",
    "青年教师",
    "社区图书馆",
    "科学社团",
    "校园合唱团",
    "家长委员会",
    "乡村小学",
    "职业学院",
    "研究团队",
    "志愿者协会",
    "体育教研组",
    "少年宫",
    "师范学院",
    "课程中心",
    "心理辅导室",
    "劳动实践基地",
    "教学督导组",
]
_ACTIONS = [
    "启动",
    "举办",
    "推出",
    "完成",
    "探索",
    "交流",
    "总结",
    "发布",
    "改进",
    "调整",
    "丰富",
    "检查",
    "展示",
    "编写",
    "评选",
    "整理",
    "开放",
    "介绍",
]
_OBJECTS = [
    "阅读计划",
    "科学实验课",
    "劳动课程",
    "校园开放日",
    "古诗文诵读",
    "美育展演",
    "课后服务",
    "教师研修",
    "数学建模活动",
    "体质监测",
    "家校沟通平台",
    "乡土教材",
    "合作学习项目",
    "研学路线",
    "毕业生作品展",
    "读书沙龙",
    "课堂观察量表",
    "安全演练",
]
_TAILS = [
    "受到学生欢迎",
    "为新学期做好准备",
    "形成一批可以推广的做法",
    "吸引两百多名家长参加",
    "得到兄弟学校的关注",
    "取得初步成效",
    "让更多孩子受益",
    "持续到本月底",
    "将在下学期全面铺开",
    "记录了孩子们的成长",
]
_SENTENCES = (
    "活动分为准备、实施和总结三个阶段，每个阶段都有明确的目标和记录。",
    "老师们认为，孩子在动手的过程中更容易理解书本上的道理。",
    "据介绍，今年参加的班级比去年增加了{n}个，覆盖全部年级。",
    "现场陈列了{n}件学生作品，其中不少来自乡村学校。",
    "“把时间还给学生，把兴趣还给课堂”，一位校长这样概括他们的做法。",
    "图书馆在周末延长开放时间，新增座位{n}个，并安排志愿者值守。",
    "教研员建议，评价要看过程，也要看学生能否说清自己的思路。",
    "参加者用一个下午走完全程，记录下沿途的植物、桥梁和老房子。",
    "下一步，学校将把好的经验写进校本课程，并向周边学校开放资源。",
    "课程组编写了{n}份学习单，每一份都可以在家里独立完成。",
    "家长们在留言本上写道，希望这样的活动能够长期办下去。",
    "学校还邀请退休工程师走进课堂，讲述他们年轻时遇到的难题。",
)
_COLUMNS = (
    ("新闻中心", "xinwen", None),
    ("教育要闻", "yaowen", "新闻中心"),
    ("地方动态", "difang", "新闻中心"),
    ("政务公开", "zhengwu", None),
    ("政策解读", "jiedu", "政务公开"),
    ("通知公告", "tongzhi", "政务公开"),
    ("教学研究", "jiaoyan", None),
    ("课堂实录", "ketang", "教学研究"),
    ("论文选登", "lunwen", "教学研究"),
    ("校园文化", "xiaoyuan", None),
    ("家庭教育", "jiating", None),
    ("职业教育", "zhijiao", None),
)
_TAGS = ["阅读", "劳动教育", "科学教育", "美育", "体育", "课后服务", "教师发展", "家校共育", "乡村教育", "安全"]
_LINKS = [
    "教育部",
    "科技部",
    "中国科学院",
    "中国政府网",
    "中国教育新闻网",
    "人民网",
    "国家图书馆",
    "中国科普网",
    "中国教育网",
    "中国校长网",
    "公安部",
    "卫生部",
    "建设部",
    "全国高教工委素质教育委员会",
    "职业技能评审中心",
    "省教育厅",
]


class Texts:
    """Bodies from memory; `asked` counts the articles that were asked for."""

    def __init__(self, bodies: Mapping[int, str]) -> None:
        self._bodies = dict(bodies)
        self.asked = 0

    def get(self, article_ids: Iterable[int]) -> Mapping[int, str]:
        """The bodies of these articles."""
        wanted = list(article_ids)
        self.asked += len(wanted)
        return {article_id: self._bodies[article_id] for article_id in wanted if article_id in self._bodies}


def uid(number: int) -> str:
    """A uid that looks like a real one."""
    return f"018f0000-0000-7000-8000-{number:012x}"


def columns() -> tuple[Column, ...]:
    """Twelve columns in a tree."""
    ids = {name: number for number, (name, _, _) in enumerate(_COLUMNS, 1)}
    return tuple(
        Column(
            id=ids[name],
            uid=uid(ids[name]),
            name=name,
            slug=slug,
            parent_id=ids[parent] if parent else None,
            position=ids[name],
            description=f"{name}栏目的最新内容。",
            keywords=name,
        )
        for name, slug, parent in _COLUMNS
    )


def body(chance: random.Random, characters: int) -> str:
    """Markdown of about that many characters."""
    paragraphs: list[str] = []
    length = 0
    while length < characters:
        sentences = [chance.choice(_SENTENCES).format(n=chance.randint(3, 400)) for _ in range(chance.randint(3, 5))]
        paragraph = "".join(sentences)
        if len(paragraphs) == 2:
            paragraph = f"## {chance.choice(_OBJECTS)}怎样{chance.choice(_ACTIONS)}"
        elif chance.random() < 0.12:
            paragraph = "\n".join(
                f"- {chance.choice(_SUBJECTS)}{chance.choice(_ACTIONS)}{chance.choice(_OBJECTS)}" for _ in range(3)
            )
        elif chance.random() < 0.15:
            paragraph = f"**{chance.choice(_SUBJECTS)}**{paragraph}"
        paragraphs.append(paragraph)
        length += len(paragraph)
    return "\n\n".join(paragraphs) + "\n"


def title(chance: random.Random) -> str:
    """A headline."""
    return chance.choice(_SUBJECTS) + chance.choice(_ACTIONS) + chance.choice(_OBJECTS) + chance.choice(["", *_TAILS])


def article(number: int, text: str, **values: object) -> Article:
    """An article with everything that must be there."""
    fields: dict[str, object] = {
        "id": number,
        "uid": uid(1000 + number),
        "version": 1,
        "title": f"第{number}篇文章",
        "slug": f"wenzhang-{number}",
        "state": State.PUBLISHED,
        "date": NOW - timedelta(hours=number),
        "created_at": NOW - timedelta(hours=number),
        "updated_at": NOW - timedelta(hours=number),
        "body_hash": hashlib.sha256(text.encode()).hexdigest(),
        "characters": len(text),
        "body": text,
    }
    return Article(**{**fields, **values})  # type: ignore[arg-type]


def info_of(whole: Article) -> ArticleInfo:
    """The article without its body."""
    names = [name for base in reversed(ArticleInfo.__mro__) for name in getattr(base, "__slots__", ())]
    return ArticleInfo(**{name: getattr(whole, name) for name in names})


def links() -> tuple[LinkGroup, ...]:
    """Two groups of friendly links, one link hidden."""
    made = [
        Link(
            id=n, uid=uid(500 + n), group_id=1 if n < 12 else 2, name=name, url=f"https://link{n}.example/", position=n
        )
        for n, name in enumerate(_LINKS)
    ]
    made[3] = replace(made[3], note="国家级科学研究机构")
    hidden = Link(id=99, uid=uid(599), group_id=2, name="隐藏的链接", url="https://hidden.example/", visible=False)
    return (
        LinkGroup(id=1, uid=uid(301), name="政府机构", links=tuple(made[:12])),
        LinkGroup(id=2, uid=uid(302), name="合作媒体", position=1, links=(*made[12:], hidden)),
    )


SETTINGS = SiteSettings(
    name="素质教育示范网",
    slogan="让每一个孩子全面发展",
    description="面向教师、家长和学生的教育资讯门户。",
    keywords="素质教育，教育资讯",
    url="https://www.example.org/",
    email="editor@example.org",
    registration_number="20260101000000001",
    registration_label="通用网址注册证号",
    icp_number="京ICP备00000000号",
    police_number="京公网安备11000000000000号",
    copyright="素质教育示范网",
    footer_lines=("建议使用新版浏览器访问本站",),
    date_format="%Y-%-m-%-d",
)


def site(
    count: int,
    folder: Path,
    *,
    seed: int = 1,
    characters: int = 400,
    settings: SiteSettings = SETTINGS,
    extra: Iterable[Article] = (),
) -> SiteSnapshot:
    """A site of `count` articles over the twelve columns; `extra` articles are added to them."""
    chance = random.Random(seed)  # noqa: S311 - repeatable text, no secret
    every = columns()
    bodies: dict[int, str] = {}
    articles: list[ArticleInfo] = []
    for number in range(1, count + 1):
        text = body(chance, characters)
        flags = []
        if chance.random() < min(0.2, 12 / count):
            flags.append(FlagSetting(Flag.RECOMMENDED))
        if number in (3, 8):
            flags.append(FlagSetting(Flag.HEADLINE))
        made = article(
            number,
            text,
            title=title(chance),
            date=NOW - timedelta(hours=7 * (count - number), minutes=chance.randint(0, 300)),
            column_id=every[number % len(every)].id,
            further_columns=(every[(number * 5) % len(every)].id,) if number % 9 == 0 else (),
            tags=tuple(chance.sample(_TAGS, chance.randint(0, 3))),
            source=chance.choice(("教育部", "本站", "省教育厅", "")),
            author=chance.choice(("", "林一鸣", "周小满")),
            editor="陈编辑",
            prefix="[论文]" if number % 17 == 0 else "",
            summary=chance.choice(("", "", body(chance, 60).strip().split("\n")[0])),
            reads=chance.randint(0, 5000),
            flags=tuple(flags),
        )
        bodies[number] = text
        articles.append(info_of(made))
    for whole in extra:
        bodies[whole.id] = whole.body
        articles.append(info_of(whole))
    articles.sort(key=lambda info: (info.date, info.id), reverse=True)
    notice = Notice(
        id=1,
        uid=uid(700),
        title="第八届素质教育成果展征集作品",
        text="面向全国中小学征集，截止日期为本月底。",
        links=(NoticeLink("查看详情", "article:1"), NoticeLink("网上报名", "https://signup.example/")),
    )
    return SiteSnapshot(
        taken_at=NOW,
        settings=settings,
        columns=every,
        articles=tuple(articles),
        link_groups=links(),
        notices=(notice,),
        media={},
        redirects=(Redirect("xinwen/jiu-dizhi.html", article_id=1), Redirect("jiu-lanmu/index.html", column_id=2)),
        withdrawn=(info_of(article(900_001, "", slug="yi-chehui", column_id=1)),),
        bodies=Texts(bodies),
        site_folder=folder,
    )


def with_picture(
    snapshot: SiteSnapshot, name: str, size: tuple[int, int], colour: tuple[int, int, int]
) -> SiteSnapshot:
    """The snapshot with one more picture in its media, drawn in one colour."""
    from PIL import Image

    path = f"media/{hashlib.sha256(name.encode()).hexdigest()[:2]}/{name}"
    target = snapshot.site_folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(target)
    data = target.read_bytes()
    item = MediaItem(
        id=len(snapshot.media) + 1,
        uid=uid(800 + len(snapshot.media)),
        path=path,
        original_name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        mime="image/png" if name.endswith(".png") else "image/jpeg",
        size=len(data),
        width=size[0],
        height=size[1],
        alt=f"{name}的图像",
    )
    return replace(snapshot, media={**snapshot.media, path: item})


def published(snapshot: SiteSnapshot, moment: int) -> SiteSnapshot:
    """The site after a host was given all its pages at a time, in ms since 1970."""
    pages = (output.path for output in Generator(snapshot).outputs() if output.path.endswith(".html"))
    return replace(snapshot, published=dict.fromkeys(pages, moment) | dict(snapshot.published))
