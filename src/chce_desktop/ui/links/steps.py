"""What the link manager does to the library, each with its way back.

The way back is made on the way there, from what the library holds then: what shows may be older.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from chce_desktop.domain.link import Link, LinkGroup, LinkPatch
from chce_desktop.services.site import Site
from chce_desktop.ui.steps import Aliases

_LAST = 1_000_000


@dataclass(frozen=True, slots=True)
class Move:
    """Both ways of one change."""

    forward: Callable[[], object]
    backward: Callable[[], object]


class LinkMoves:
    """Makes the two ways. Ids are those of the time when the move was made; `Aliases` follows them through undo."""

    def __init__(self, site: Site) -> None:
        self._links = site.links
        self._link = Aliases()
        self._group = Aliases()

    def add(self, name: str, url: str, group_id: int | None, *, note: str = "", logo: str = "") -> Move:
        """A new link at the end of a group."""
        made: list[int] = []

        def forward() -> None:
            group = None if group_id is None else self._group(group_id)
            link = self._links.add(name, url, group_id=group, note=note, logo=logo)
            if made:
                self._link.became(made[0], link.id)
            else:
                self._link.fresh(link.id)
                made.append(link.id)

        return Move(forward, lambda: self._links.remove([self._link(made[0])]) if made else None)

    def change(self, link_id: int, patch: LinkPatch) -> Move:
        """Other values for a link."""
        before: list[Link] = []

        def forward() -> None:
            before[:] = [self._links.get(self._link(link_id))]
            self._links.change(self._link(link_id), patch)

        def backward() -> None:
            for link in before:
                values = LinkPatch(name=link.name, url=link.url, logo=link.logo, note=link.note, visible=link.visible)
                self._links.change(self._link(link_id), values)
                if link.check is not None:
                    self._links.record_check(self._link(link_id), link.check)

        return Move(forward, backward)

    def change_all(self, moves: Sequence[Move]) -> Move:
        """Several moves as one."""

        def backward() -> None:
            for move in reversed(moves):
                move.backward()

        def forward() -> None:
            for move in moves:
                move.forward()

        return Move(forward, backward)

    def remove(self, ids: Iterable[int]) -> Move:
        """Delete links."""
        wanted, gone = tuple(ids), list[tuple[Link, int]]()

        def forward() -> None:
            chosen = {self._link(link_id) for link_id in wanted}
            groups = self._links.groups()
            gone[:] = [(link, index) for group in groups for index, link in enumerate(group.links) if link.id in chosen]
            self._links.remove([link.id for link, _ in gone])

        def backward() -> None:
            for link, index in gone:
                self._put_back(link, link.group_id, index)

        return Move(forward, backward)

    def place(self, ids: Sequence[int], group_id: int, before: int | None) -> Move:
        """Put links, in this order, into a group: before the link `before` (which is none of them), or at the end."""

        def start(others: Sequence[int], _first: int) -> int:
            anchor = -1 if before is None else self._link(before)
            return others.index(anchor) if anchor in others else len(others)

        return self._placed(ids, group_id, start)

    def shift(self, ids: Sequence[int], group_id: int, by: int) -> Move:
        """Move links of a group on by so many places, or back where `by` is below zero."""
        return self._placed(ids, group_id, lambda others, first: max(0, min(len(others), first + by)))

    def _placed(self, ids: Sequence[int], group_id: int, start: Callable[[Sequence[int], int], int]) -> Move:
        """`start` is given the others of the group, and the place of the first of these: where they begin now."""
        origin: list[tuple[int, int, int]] = []

        def forward() -> None:
            chosen, groups = [self._link(link_id) for link_id in ids], self._links.groups()
            there = [link.id for group in groups if group.id == self._group(group_id) for link in group.links]
            origin[:] = [
                (link.id, group.id, index)
                for group in groups
                for index, link in enumerate(group.links)
                if link.id in chosen
            ]
            first = next((place for place, link_id in enumerate(there) if link_id in chosen), len(there))
            begin = start([link_id for link_id in there if link_id not in chosen], first)
            self._arrange([(link_id, group_id, begin + offset) for offset, link_id in enumerate(chosen)])

        return Move(forward, lambda: self._arrange(origin))

    def _arrange(self, places: Sequence[tuple[int, int, int]]) -> None:
        """All to the ends first, so that the indexes of those that stay are what they were counted by."""
        for link_id, group_id, _ in places:
            self._links.move(self._link(link_id), self._group(group_id), _LAST)
        for link_id, group_id, index in places:
            self._links.move(self._link(link_id), self._group(group_id), index)

    def add_group(self, name: str) -> Move:
        """A new group as the last one."""
        made: list[int] = []

        def forward() -> None:
            group = self._links.add_group(name)
            if made:
                self._group.became(made[0], group.id)
            else:
                self._group.fresh(group.id)
                made.append(group.id)

        return Move(forward, lambda: self._links.remove_group(self._group(made[0])) if made else None)

    def rename_group(self, group_id: int, name: str) -> Move:
        """Another name for a group."""
        before: list[str] = []

        def forward() -> None:
            before[:] = [group.name for group in self._links.groups() if group.id == self._group(group_id)]
            self._links.rename_group(self._group(group_id), name)

        return Move(forward, lambda: self._links.rename_group(self._group(group_id), before[0]) if before else None)

    def place_group(self, group_id: int, index: int) -> Move:
        """A group to another place."""
        return self._placed_group(group_id, lambda _: index)

    def shift_group(self, group_id: int, by: int) -> Move:
        """A group on by so many places, or back where `by` is below zero."""
        return self._placed_group(group_id, lambda place: max(0, place + by))

    def _placed_group(self, group_id: int, target: Callable[[int], int]) -> Move:
        before: list[int] = []

        def forward() -> None:
            groups = self._links.groups()
            before[:] = [place for place, group in enumerate(groups) if group.id == self._group(group_id)]
            self._links.move_group(self._group(group_id), target(before[0] if before else 0))

        return Move(forward, lambda: self._links.move_group(self._group(group_id), before[0]) if before else None)

    def remove_group(self, group_id: int, into: int | None) -> Move:
        """Delete a group; its links go into another one, or with it."""
        gone: list[tuple[LinkGroup, int]] = []

        def forward() -> None:
            groups = self._links.groups()
            gone[:] = [(group, n) for n, group in enumerate(groups) if group.id == self._group(group_id)]
            self._links.remove_group(self._group(group_id), None if into is None else self._group(into))

        def backward() -> None:
            for group, index in gone:
                again = self._links.add_group(group.name)
                self._group.became(group_id, again.id)
                self._links.move_group(again.id, index)
                for place, link in enumerate(group.links):
                    if into is None:
                        self._put_back(link, group_id, place)
                    else:
                        self._links.move(self._link(link.id), again.id, place)

        return Move(forward, backward)

    def _put_back(self, link: Link, group_id: int, index: int) -> None:
        again = self._links.add(
            link.name,
            link.url,
            group_id=self._group(group_id),
            logo=link.logo,
            note=link.note,
            visible=link.visible,
        )
        self._link.became(link.id, again.id)
        self._links.move(again.id, again.group_id, index)
        if link.check is not None:
            self._links.record_check(again.id, link.check)
