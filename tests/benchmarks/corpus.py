"""A seeded newsroom: any number of Chinese articles that look and count like a portal's.

Words are real: common news words first, then the 46,000 words and idioms of pypinyin's dictionary, drawn with
frequencies that fall as 1/rank (Zipf). Every column prefers some words of its own, so that words cluster as they do in
life. Article `n` of a seed is always the same, whatever was made before it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from pypinyin.phrases_dict import phrases_dict

from chce_desktop.domain.article import ArticlePatch, State

COLUMNS = (
    "教育新闻", "政务公开", "素质教育", "基础教育", "高等教育", "职业教育", "科技前沿", "文化艺术",
    "体育健康", "校园生活", "教师发展", "专题报道",
)  # fmt: skip
_PARTICLES = "的 了 在 和 是 与 对 将 为 等 从 中 把 被 也 都 以 及 上 下 并 有 不 要 更 让 向 由".split()  # noqa: SIM905 - a table to read
_NEWS = """
教育 学校 学生 教师 工作 发展 记者 中国 活动 建设 社会 国家 开展 全国 进行 我们 学习 组织 表示 人民 服务 通过 文化
通知 管理 单位 北京 项目 研究 加强 部门 推进 培养 实施 提高 课程 义务教育 高质量发展 企业 科技 创新 会议 改革 要求
青少年 孩子 家长 大学 中小学 教育部 工程 精神 领导 政策 能力 水平 问题 方面 重要 基础 健康 体育 安全 参加 举行 举办
素质教育 人才 有限公司 教学 专业 技术 合作 生活 传统 优秀 时代 世界 国际 支持 保障 完善 落实 地区 农村 城市 乡村振兴
职业教育 家庭教育 立德树人 思想政治 马克思主义 校长 老师 同学 同时 以来 目前 今年 去年 今天 近日 日前 其中 据了解 负责人
相关 积极 坚持 深入 全面 共同 未来 信息化 人工智能 互联网 数据 平台 标准 评价 质量 资源 公平 均衡 优质 示范 基地 志愿者
公益 捐赠 阅读 艺术 音乐 美术 书法 比赛 冠军 运动 足球 体质 心理 关爱 留守儿童 残疾 贫困 资助 奖学金 就业 毕业生 招生
考试 高考 中考 录取 报名 审核 公示 结果 名单 附件 下载 中国共产党 中央 总书记 讲话 报告 代表 委员 建议 提案 法律 法规
办法 规定 条例 制度 机制 体系 模式 经验 成果 成效 影响 推广 宣传 新闻 媒体 报道 采访 介绍 认为 指出 强调 希望 祝愿
感谢 欢迎 出席 致辞 签约
""".split()  # noqa: SIM905 - a table to read
_LATIN = ("AI", "C++", "5G", "STEAM", "PISA 2025", "GDP", "Wi-Fi", "OECD", "100%", "3.5万", "https://www.chce.cn")
_SOURCES = ("新华社", "人民日报", "中国教育报", "本网", "光明日报", "教育部网站", "央视新闻", "科技日报")
_STATES = (State.PUBLISHED,) * 92 + (State.DRAFT,) * 4 + (State.REVIEW,) * 2 + (State.READY, State.WITHDRAWN)
_FIRST_DAY = datetime(2006, 3, 1, 1, tzinfo=UTC)
_LAST_DAY = datetime(2026, 3, 1, 1, tzinfo=UTC)
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"


class Corpus:
    """The articles of a seed, `total` of them over twenty years, of about `characters` characters each."""

    def __init__(self, seed: int = 2026, *, total: int = 100_000, characters: int = 1200) -> None:
        self._seed, self._total, self._characters = seed, total, characters
        dealer = random.Random(seed)  # noqa: S311 - nothing here is secret
        rest = sorted(word for word in phrases_dict if 2 <= len(word) <= 4 and word not in _NEWS)
        dealer.shuffle(rest)
        # Idioms are rarer than words: a third of the four-character ones come among the common words, the rest last.
        rest.sort(key=lambda word: len(word) + dealer.random() * 3)
        self.words = [*_NEWS, *rest]
        self._weights = list(accumulate(1 / (rank + 8) for rank in range(len(self.words))))
        self._topics = [dealer.sample(self.words[200:6000], 150) for _ in COLUMNS]
        self._authors = [
            dealer.choice(_SURNAMES) + "".join(dealer.choices("明华伟芳娟静强磊军洋勇艳杰涛", k=2)) for _ in range(300)
        ]

    def article(self, number: int, column_ids: tuple[int, ...] = ()) -> ArticlePatch:
        """Article `number` (from 0); dates grow with it but for some that were entered late."""
        dealer = random.Random(f"{self._seed}/{number}")  # noqa: S311
        column = dealer.randrange(len(COLUMNS))
        step = (_LAST_DAY - _FIRST_DAY) / self._total
        late = timedelta(days=dealer.randrange(2000)) if dealer.random() < 0.05 else timedelta(0)
        date = max(_FIRST_DAY, _FIRST_DAY + step * number - late)
        title = "".join(self._some(dealer, column, dealer.randint(5, 9)))[:40]
        summary = self._sentence(dealer, column) if dealer.random() < 0.5 else ""
        patch = ArticlePatch(
            title=title,
            body=self._body(dealer, column),
            summary=summary,
            date=date.replace(microsecond=0),
            state=dealer.choice(_STATES),
            source=dealer.choice(_SOURCES),
            author=dealer.choice(self._authors),
            reads=int(dealer.paretovariate(0.9) * 10),
            tags=tuple(dict.fromkeys(dealer.choices(self.words[:400], k=dealer.randint(0, 4)))),
            cover=f"media/aa/{number:016x}.jpg" if dealer.random() < 0.3 else "",
        )
        if column_ids:
            patch["column_id"] = column_ids[column]
            if dealer.random() < 0.1:
                patch["further_columns"] = (dealer.choice(column_ids),)
        return patch

    def articles(self, count: int, column_ids: tuple[int, ...] = ()) -> Iterator[ArticlePatch]:
        """The first `count` articles."""
        for number in range(count):
            yield self.article(number, column_ids)

    def queries(self, characters: int, count: int, *, seed: int = 7) -> list[str]:
        """What people search: words of the vocabulary by their frequency, longer ones as they stand in articles."""
        dealer = random.Random(seed)  # noqa: S311
        if characters <= 4:
            known = [word for word in self.words[:8000] if len(word) >= characters]
            weights = [1 / (self.words.index(word) + 50) for word in known]
            picked = dealer.choices(known, weights, k=count * 4)
            return list(dict.fromkeys(word[:characters] for word in picked))[:count]
        found: list[str] = []
        while len(found) < count:
            body = self.article(dealer.randrange(self._total))["body"]
            start = dealer.randrange(len(body) - characters)
            piece = body[start : start + characters]
            if not any(c.isspace() or c == '"' for c in piece):
                found.append(piece)
        return found

    def _some(self, dealer: random.Random, column: int, count: int) -> list[str]:
        picked = dealer.choices(self.words, cum_weights=self._weights, k=count)
        topic = self._topics[column]
        return [topic[int(dealer.random() ** 2 * 150)] if dealer.random() < 0.12 else word for word in picked]

    def _sentence(self, dealer: random.Random, column: int) -> str:
        parts = []
        for word in self._some(dealer, column, dealer.randint(8, 22)):
            chance = dealer.random()
            if chance < 0.3:
                parts.append(dealer.choice(_PARTICLES))
            elif chance < 0.4:
                parts.append("，")
            elif chance < 0.42:
                parts.append(f"{dealer.randint(1, 12)}月{dealer.randint(1, 28)}日")
            elif chance < 0.43:
                parts.append(dealer.choice(_LATIN))
            elif chance < 0.44:
                parts.append(f"“{word}”")
            parts.append(word)
        return "".join(parts) + "。"

    def _body(self, dealer: random.Random, column: int) -> str:
        paragraphs, length = [], 0
        while length < self._characters:
            paragraph = "".join(self._sentence(dealer, column) for _ in range(dealer.randint(2, 4)))
            if dealer.random() < 0.08:
                paragraph = "## " + "".join(self._some(dealer, column, 3))
            length += len(paragraph) + 2
            paragraphs.append(paragraph)
        return "\n\n".join(paragraphs)[: self._characters]
