"""The log keeps what helps and hides what must not leave the computer."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.foundation import logs


@pytest.fixture(autouse=True)
def stopped() -> Iterator[None]:
    yield
    logs.stop()
    logging.getLogger("chce_desktop").setLevel(logging.NOTSET)
    logging.getLogger().setLevel(logging.WARNING)


@pytest.mark.parametrize(
    "text",
    [
        "sftp://editor:SECRET@host:22/www",
        "ftp://编辑:SECRET@主机/",
        "sftp://editor:SEC@RET/SECRET@host/www",
        "password=SECRET",
        "Password: SECRET",
        "{'password': 'SECRET', 'user': 'editor'}",
        '{"api_key": "SEC RET SECRET"}',
        "CHCE_TARGET_PASSWORD=SECRET",
        "PUT https://s3.example/x?X-Amz-Signature=SECRET&X-Amz-Date=2024",
        "headers: Authorization: Basic SECRET SECRET",
        "(sqlite3.OperationalError) disk full\n[SQL: INSERT …]\n[parameters: ('SECRET', [1], '\nSECRET')]\n(Background",
        "[SQL: UPDATE …]\n[parameters: ('SECRET]', 3)]",
    ],
)
def test_secrets_are_masked(text: str) -> None:
    masked = logs.mask(text)
    assert "SECRET" not in masked
    assert "RET" not in masked
    assert "***" in masked


@pytest.mark.parametrize(
    "text",
    [
        "published 12 files to sftp://editor@host:2222/var/www/新闻",
        "https://www.chce.org.cn/xinwen/index.html took 0.3 s",
        "article 12 saved, version 3",
        "opened /home/编辑/我的 网站: 12 columns @ 3.4 MB",
    ],
)
def test_ordinary_lines_stay_as_they_are(text: str) -> None:
    assert logs.mask(text) == text


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("Z", "C")), min_size=1).filter(
        lambda text: not set("*") & set(text)
    )
)
def test_no_password_in_an_address_survives(password: str) -> None:
    assert logs.mask(f"see sftp://user:{password}@host/path now") == "see sftp://user:***@host/path now"


def test_the_file_holds_our_records_masked_and_those_of_libraries_from_warnings_on(app_home: Path) -> None:
    file = logs.start("chce")
    assert file == app_home / "logs" / "chce.log"
    ours = logging.getLogger("chce_desktop.services")
    ours.debug("too small")
    ours.info("打开 %s", "sftp://u:geheim@host")
    logging.getLogger("asyncssh").info("chatter")
    logging.getLogger("asyncssh").warning("password=geheim")
    logs.stop()
    lines = file.read_text(encoding="utf-8").splitlines()
    assert [line.split(": ", 1)[1] for line in lines] == ["打开 sftp://u:***@host", "password=***"]
    assert all(line[10] == "T" and "Z " in line for line in lines)


@pytest.mark.allow_log("failed")
def test_tracebacks_are_masked_too() -> None:
    file = logs.start("chce")
    assert file is not None
    try:
        raise ValueError("token=geheim")
    except ValueError:
        logging.getLogger("chce_desktop").exception("failed")
    logs.stop()
    text = file.read_text(encoding="utf-8")
    assert "Traceback" in text
    assert "geheim" not in text


def test_starting_again_writes_each_line_once() -> None:
    logs.start("window")
    file = logs.start("window")
    assert file is not None
    logging.getLogger("chce_desktop").info("once")
    logs.stop()
    assert file.read_text(encoding="utf-8").count("once") == 1


def test_a_full_file_makes_room_and_old_ones_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_MOST_BYTES", 2_000)
    file = logs.start("window")
    assert file is not None
    for number in range(500):
        logging.getLogger("chce_desktop").info("line %d", number)
    logs.stop()
    assert "line 499" in file.read_text(encoding="utf-8")
    kept = list(file.parent.iterdir())
    assert len(kept) == 5
    assert all(path.stat().st_size <= 2_000 for path in kept)


def test_without_a_folder_the_log_goes_to_stderr_and_says_why(
    app_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (app_home / "logs").write_text("a file where the folder should be", encoding="utf-8")
    assert logs.start("chce") is None
    assert "no log file" in capsys.readouterr().err
