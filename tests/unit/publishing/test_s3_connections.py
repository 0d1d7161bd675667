"""How many connections a storage service is given."""

from __future__ import annotations

import resource

from chce_desktop.publishing.address import Access, parse_address
from chce_desktop.publishing.transports.s3 import S3


def test_an_app_that_may_open_few_files_asks_for_more_before_it_opens_many_connections() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))  # as macOS starts an app
    try:
        store = S3(Access(address=parse_address("s3://key@bucket/site?endpoint=http://127.0.0.1:9")))
        assert store.capabilities.in_flight < resource.getrlimit(resource.RLIMIT_NOFILE)[0] / 2
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
