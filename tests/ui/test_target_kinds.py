"""The forms of all kinds of hosts: what is typed, what is kept, and what a provider's choice fills in."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QMessageBox, QPushButton, QWidget

from chce_desktop.services.publishing import SCHEMES
from chce_desktop.services.site import Site
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.publishing import TargetWizard
from chce_desktop.ui.publishing.clouds import S3_SERVICES, endpoint_of
from chce_desktop.ui.publishing.form import TargetForm
from chce_desktop.ui.publishing.hostfields import Entry, Kind, Values
from chce_desktop.ui.publishing.kinds import _ALL, KINDS, Draft, kind_of, where
from chce_desktop.ui.publishing.testing import found_out
from tests.helpers.qt import wait_until

pytestmark = pytest.mark.gui
_PUBLIC = "https://www.example.cn"


def _kind(name: str) -> Kind:
    return next(kind for kind in _ALL if kind.id == name)


@pytest.mark.parametrize(
    ("kind", "values", "url"),
    [
        ("file", {"folder": "/srv/网站 目录"}, "file:///srv/%E7%BD%91%E7%AB%99%20%E7%9B%AE%E5%BD%95"),
        (
            "sftp",
            {"host": "www.example.cn", "port": "2222", "user": "编辑@社", "folder": "~/public html/新闻"},
            "sftp://%E7%BC%96%E8%BE%91%40%E7%A4%BE@www.example.cn:2222/~/public%20html/%E6%96%B0%E9%97%BB",
        ),
        (
            "sftp",
            {"host": "2001:db8::1", "port": "22", "user": "web", "login": "key", "key_file": "/home/a/.ssh/id"}
            | {"folder": "/var/www/html"},
            "sftp://web@[2001:db8::1]/var/www/html",
        ),
        (
            "ftp",
            {"security": "ftps", "host": "ftp.example.cn", "user": "web@example.cn", "folder": "/htdocs"},
            "ftps://web%40example.cn@ftp.example.cn/htdocs",
        ),
        (
            "ftp",
            {"security": "ftps-implicit", "host": "ftp.example.cn", "user": "a", "folder": "/"},
            "ftps-implicit://a@ftp.example.cn",
        ),
        (
            "ftp",
            {"security": "ftp", "host": "10.0.0.8", "port": "2121", "user": "a", "folder": "/网站", "encoding": "gbk"},
            "ftp://a@10.0.0.8:2121/%E7%BD%91%E7%AB%99",
        ),
        (
            "webdav",
            {"address": "https://dav.example.cn:8443/www/站点", "user": "a@b.cn"},
            "davs://a%40b.cn@dav.example.cn:8443/www/%E7%AB%99%E7%82%B9",
        ),
        ("webdav", {"address": "http://nas.local/dav", "user": ""}, "dav://nas.local/dav"),
        (
            "s3",
            {"service": "aliyun", "bucket": "my-site", "user": "LTAI5t", "region": "cn-beijing"}
            | {"endpoint": S3_SERVICES["aliyun"]["endpoint"], "style": "virtual", "folder": ""},
            "s3://LTAI5t@my-site?endpoint=https://oss-cn-beijing.aliyuncs.com&region=cn-beijing&style=virtual",
        ),
        (
            "s3",
            {"service": "tencent", "bucket": "site-1250000000", "user": "AKID", "region": "ap-shanghai"}
            | {"endpoint": S3_SERVICES["tencent"]["endpoint"], "style": "virtual", "folder": "/www"},
            "s3://AKID@site-1250000000/www?endpoint=https://cos.ap-shanghai.myqcloud.com&region=ap-shanghai&style=virtual",
        ),
        (
            "s3",
            {"service": "r2", "bucket": "site", "user": "k/+=", "region": "auto"}
            | {"endpoint": "https://abc.r2.cloudflarestorage.com", "style": "path", "folder": ""},
            "s3://k%2F%2B%3D@site?endpoint=https://abc.r2.cloudflarestorage.com&region=auto",
        ),
        (
            "s3",
            {"service": "other", "bucket": "site", "user": "k", "region": "us-east-1"}
            | {"endpoint": "http://127.0.0.1:9000", "style": "path", "folder": ""},
            "s3://k@site?endpoint=http://127.0.0.1:9000&region=us-east-1",
        ),
        (
            "git",
            {"service": "gitee", "repository": "https://gitee.com/name/site.git", "login": "token", "user": "name"}
            | {"branch": "gh-pages"},
            "git+https://name@gitee.com/name/site.git#gh-pages",
        ),
        (
            "git",
            {"service": "github", "repository": "ssh://git@github.com/name/site.git", "login": "key", "user": ""}
            | {"key_file": "/home/a/.ssh/id", "branch": "main"},
            "git+ssh://git@github.com/name/site.git#main",
        ),
        ("zip", {"file": "/home/编辑/站点.zip"}, "zip:///home/%E7%BC%96%E8%BE%91/%E7%AB%99%E7%82%B9.zip"),
    ],
)
def test_what_the_form_says_and_what_is_kept_are_the_same(kind: str, values: Values, url: str) -> None:
    row = _kind(kind)
    typed = Draft(row).values | {"name": "正式", "public_url": _PUBLIC} | values
    typed.pop("password", None)
    made = row.compose(typed, Draft(row).target)
    assert made.url == url
    assert made.public_url == _PUBLIC
    assert row.parse(made) == typed
    assert row.compose(row.parse(made), made) == made
    if row in KINDS:
        assert kind_of(made) is row
        assert where(made)


def test_every_scheme_that_can_be_published_to_has_a_form() -> None:
    formed = {scheme for kind in _ALL for scheme in kind.schemes}
    assert set(SCHEMES) <= formed


def test_the_short_form_of_an_ssh_repository_is_understood() -> None:
    git = _kind("git")
    typed = Draft(git).values | {"name": "n", "repository": "git@gitee.com:name/site.git", "login": "key"}
    assert git.compose(typed, Draft(git).target).url == "git+ssh://git@gitee.com/name/site.git#main"
    ported = typed | {"repository": "ssh://git@git.example.cn:2222/name/site.git"}
    assert git.compose(ported, Draft(git).target).url == "git+ssh://git@git.example.cn:2222/name/site.git#main"


@pytest.mark.parametrize(("service", "preset"), list(S3_SERVICES.items()))
def test_a_provider_fills_in_endpoint_region_and_style(desk: Desk, qapp: object, service: str, preset: Values) -> None:
    holder = QWidget()
    form = TargetForm(Draft(_kind("s3")), holder)
    chooser = form.findChild(QComboBox, "target_service_list")
    assert chooser is not None
    chooser.setCurrentIndex(chooser.findData("other"))
    chooser.setCurrentIndex(chooser.findData(service))
    values = {key: row.value() for key, row in form.rows.items()}
    assert {key: values[key] for key in preset} == preset
    assert "{" not in endpoint_of(values)
    assert form.rows["style"].isHidden() == (service != "minio")
    holder.deleteLater()


def test_in_china_aws_has_addresses_of_its_own() -> None:
    values = {**S3_SERVICES["aws"], "region": "cn-north-1"}
    assert endpoint_of(values) == "https://s3.cn-north-1.amazonaws.com.cn"


@pytest.mark.parametrize(
    ("kind", "key", "wrong", "right"),
    [
        ("s3", "bucket", ("", "My_Site", "ab"), ("my-site", "site-1250000000")),
        ("s3", "endpoint", ("", "oss.aliyuncs.com", "ftp://a.cn"), ("https://a.example.cn",)),
        (
            "git",
            "repository",
            ("", "name/site", "https://gitee.com"),
            ("git@gitee.com:a/b.git", "https://gitee.com/a/b"),
        ),
        ("webdav", "address", ("", "dav.example.cn"), ("https://dav.example.cn/www",)),
        ("ftp", "folder", ("htdocs", "/a/../b", "/a\\b"), ("/htdocs", "/", "")),
        ("ftp", "port", ("70000", "x"), ("", "2121")),
        ("zip", "file", ("", "a.zip", "/srv/a.tar"), ("/srv/a.zip",)),
    ],
)
def test_what_is_wrong_is_told_at_the_field(
    kind: str, key: str, wrong: tuple[str, ...], right: tuple[str, ...]
) -> None:
    field = next(field for field in _kind(kind).fields if field.key == key)
    assert field.problem is not None
    assert all(map(field.problem, wrong))
    assert not any(map(field.problem, right))


def test_presets_and_conditions_name_fields_that_exist() -> None:
    for kind in _ALL:
        keys = {field.key for field in kind.fields}
        for field in kind.fields:
            named = {key for preset in field.presets.values() for key in preset}
            named |= {field.only_if[0]} if field.only_if else set()
            named |= {field.helps[0]} if field.helps else set()
            assert named <= keys
            if field.entry in (Entry.LIST, Entry.CHOICE):
                assert field.default in {key for key, _ in field.choices}


def test_plain_ftp_is_used_only_after_a_warning(desk: Desk, site: Site) -> None:
    wizard = TargetWizard(desk)
    card = wizard.findChild(QWidget, "target_kind_ftp")
    card.click()  # type: ignore[union-attr]
    wizard.next_button.click()
    assert wizard.form is not None
    for key, value in {
        "name": "旧空间",
        "security": "ftp",
        "host": "192.0.2.1",
        "user": "a",
        "password": "geheim",
    }.items():
        wizard.form.rows[key].choose(value)
    wizard.next_button.click()
    question = wizard.findChild(QMessageBox, "question")
    assert question is not None
    assert "password" in question.informativeText()
    assert not wizard.test.is_running
    cancel = question.findChild(QPushButton, "question_cancel")
    assert cancel is not None
    assert question.defaultButton() is cancel
    cancel.click()
    assert not wizard.test.is_running
    wizard.form.rows["security"].choose("ftps")
    wizard.next_button.click()
    wait_until(lambda: wizard.test.is_running)
    wizard.close()
    wait_until(lambda: not desk.operations.running)


def test_a_target_is_set_up_with_the_keyboard_alone(desk: Desk, site: Site, tmp_path: Path) -> None:
    wizard = TargetWizard(desk)
    wizard.show()
    wizard.activateWindow()
    wait_until(lambda: QApplication.focusWidget() is wizard.focusWidget() is not None)
    for _ in range([kind.id for kind in KINDS].index("file")):
        QTest.keyClick(wizard.focusWidget(), Qt.Key.Key_Down)
    QTest.keyClick(wizard.focusWidget(), Qt.Key.Key_Return)
    assert wizard.form is not None
    assert wizard.form.draft_kind.id == "file"
    QTest.keyClicks(wizard.focusWidget(), "disk")
    QTest.keyClick(wizard.focusWidget(), Qt.Key.Key_Tab)
    assert wizard.focusWidget() is wizard.form.rows["folder"].line
    QTest.keyClicks(wizard.focusWidget(), (tmp_path / "www").as_posix())
    QTest.keyClick(wizard.focusWidget(), Qt.Key.Key_Return)
    wait_until(lambda: wizard._passed)
    QTest.keyClick(wizard.focusWidget(), Qt.Key.Key_Return)
    wait_until(lambda: bool(site.targets.all()))
    assert site.targets.all()[0].name == "disk"
    wait_until(lambda: not desk.operations.running)


def test_what_a_test_found_out_is_said_in_words() -> None:
    assert found_out({}) == ()
    assert "at once" in found_out({"rename": True, "atomic_replace": True})[0]
    assert "miss a page" in found_out({"rename": True, "atomic_replace": False})[0]
    assert len(found_out({"rename": False, "case_sensitive": False, "free_space": True})) == 3


def test_what_was_found_out_is_kept(desk: Desk, site: Site, tmp_path: Path) -> None:
    wizard = TargetWizard(desk)
    kept: list[Any] = []
    wizard.saved.connect(kept.append)
    card = wizard.findChild(QWidget, "target_kind_file")
    card.click()  # type: ignore[union-attr]
    wizard.next_button.click()
    assert wizard.form is not None
    wizard.form.rows["name"].choose("本机")
    wizard.form.rows["folder"].choose(str(tmp_path / "www"))
    wizard.next_button.click()
    wait_until(lambda: wizard._passed)
    assert wizard.test.findChild(QWidget, "target_finding_0") is not None
    wizard.next_button.click()
    wait_until(lambda: bool(kept))
    (target,) = site.targets.all()
    assert target.capabilities["atomic_replace"] is True
    wait_until(lambda: not desk.operations.running)


def test_addresses_of_object_storage_hold_no_secret() -> None:
    s3 = _kind("s3")
    made = s3.compose(Draft(s3).values | {"name": "n", "bucket": "abc", "user": "key"}, Draft(s3).target)
    assert set(parse_qs(urlsplit(made.url).query)) == {"endpoint", "region", "style"}
