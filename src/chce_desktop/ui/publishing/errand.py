"""What the publish dialog is opened for: to bring out the newest state, or to put an earlier publication back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chce_desktop.domain.publication import Target
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import Progress
from chce_desktop.services.publishing import Comparison, PublishReceipt, compare, compare_earlier, publish, roll_back
from chce_desktop.services.site import Site


@dataclass(frozen=True, slots=True)
class Errand:
    """`put_back` is the generation to put back, 0 for the newest state of the library."""

    put_back: int = 0

    def look(self, site: Site, target: Target, password: str | None, progress: Progress) -> Comparison:
        """What would change. Raises what the use case raises."""
        if self.put_back:
            return compare_earlier(site, target.id, self.put_back, password=password, progress=progress)
        return compare(site, target.id, password=password, progress=progress)

    def carry_out(
        self,
        site: Site,
        target: Target,
        accept: Iterable[str],
        password: str | None,
        progress: Progress,
        *,
        thorough: bool,
    ) -> PublishReceipt:
        """Do it. Raises what the use case raises."""
        if self.put_back:
            return roll_back(site, target.id, self.put_back, accept=accept, password=password, progress=progress)
        return publish(site, target.id, accept=accept, thorough=thorough, password=password, progress=progress)

    def heading(self, name: str) -> str:
        """Above what will change."""
        if self.put_back:
            return tr("No. {number} put back on “{name}”: what will change", number=self.put_back, name=name)
        return tr("What will change on “{name}”", name=name)

    def verb(self) -> str:
        """On the button."""
        return tr("Put back") if self.put_back else tr("Publish")

    def going_on(self, name: str) -> str:
        """While it is done."""
        return tr("Publishing to “{name}”", name=name)
