"""Hosts without a login of one's own: object storage with its presets, Git pages, and a ZIP for an upload form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit
from urllib.request import url2pathname

from chce_desktop.domain.publication import Target
from chce_desktop.foundation.i18n import mark, tr
from chce_desktop.ui.publishing.hostfields import (
    NAME,
    PASSWORD,
    PUBLIC,
    Entry,
    Field,
    Kind,
    Values,
    key_file_problem,
    plain_folder_problem,
    required,
    same_host,
    web_address_problem,
)

_OTHER = "other"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_REPOSITORY = re.compile(r"(?:file:///|https://[^\s/@]+/|(?:ssh://)?[\w.-]+@[^\s/:@]+(?::\d+)?[:/])[^\s:]+/[^\s:/]+")
_SHORT_SSH = re.compile(r"([\w.-]+)@([^\s/:@]+):(?!\d+/)(.+)")

#: What `{region}` of an endpoint is exchanged for, and how a bucket is named: in the host (virtual) or in the path.
S3_SERVICES: Mapping[str, Values] = {
    "aliyun": {"endpoint": "https://oss-{region}.aliyuncs.com", "region": "cn-hangzhou", "style": "virtual"},
    "tencent": {"endpoint": "https://cos.{region}.myqcloud.com", "region": "ap-guangzhou", "style": "virtual"},
    "aws": {"endpoint": "https://s3.{region}.amazonaws.com", "region": "us-east-1", "style": "virtual"},
    "r2": {"endpoint": "https://ACCOUNT-ID.r2.cloudflarestorage.com", "region": "auto", "style": "path"},
    "minio": {"endpoint": "https://minio.example.cn:9000", "region": "us-east-1", "style": "path"},
}
_CHINA_AWS = "https://s3.{region}.amazonaws.com.cn"


def _bucket_problem(text: str) -> str:
    good = _BUCKET.fullmatch(text.strip())
    return "" if good else tr("A bucket's name has small letters, digits and hyphens, at least three.")


def _repository_problem(text: str) -> str:
    if not text.strip():
        return required(text)
    if _REPOSITORY.fullmatch(text.strip()):
        return ""
    return tr(
        "Copy the address from the repository's page: https://gitee.com/name/site.git or git@gitee.com:name/site.git"
    )


def _zip_problem(text: str) -> str:
    path = Path(text.strip())
    good = path.is_absolute() and path.suffix.lower() == ".zip"
    return "" if good else tr("Choose where the ZIP file shall lie; its name ends in .zip.")


def endpoint_of(values: Values) -> str:
    """The endpoint with its region filled in."""
    region = values["region"].strip()
    template = values["endpoint"].strip().rstrip("/")
    if template == S3_SERVICES["aws"]["endpoint"] and region.startswith("cn-"):
        template = _CHINA_AWS
    return template.replace("{region}", region)


def _s3_target(values: Values, before: Target) -> Target:
    folder, style = values["folder"].strip().strip("/"), values["style"]
    query = {"endpoint": endpoint_of(values), "region": values["region"].strip()}
    if style == "virtual":
        query["style"] = style
    path = f"/{quote(folder)}" if folder else ""
    key = quote(values["user"], safe="")
    return replace(
        before,
        name=values["name"],
        url=f"s3://{key}@{values['bucket'].strip()}{path}?{urlencode(query, safe=':/')}",
        public_url=values["public_url"],
    )


def _s3_values(target: Target) -> Values:
    parts = urlsplit(target.url)
    query = dict(parse_qsl(parts.query))
    bucket, region = parts.hostname or "", query.get("region", "")
    style = query.get("style", "") or target.options.get("style", "") or "path"
    endpoint = query.get("endpoint", "") or target.options.get("endpoint", "")
    found = {"endpoint": endpoint, "region": region, "style": style}
    service = _OTHER
    for name, preset in S3_SERVICES.items():
        if endpoint_of({**preset, "region": region}) == endpoint and preset["style"] == style:
            service, found["endpoint"] = name, preset["endpoint"]
    if endpoint.endswith(".r2.cloudflarestorage.com"):
        service = "r2"
    return {
        "name": target.name,
        "service": service,
        "bucket": bucket,
        "user": unquote(parts.username or ""),
        "folder": f"/{unquote(parts.path).strip('/')}".rstrip("/"),
        "public_url": target.public_url,
        **found,
    }


def _git_target(values: Values, before: Target) -> Target:
    address = values["repository"].strip()
    if short := _SHORT_SSH.fullmatch(address):
        address = f"ssh://{short[1]}@{short[2]}/{short[3]}"
    elif "://" not in address:
        address = f"ssh://{address}"
    parts = urlsplit(address)
    if parts.scheme == "https":
        user = quote(values["user"], safe="")
        netloc = f"{user}@{parts.netloc.rpartition('@')[2]}" if user else parts.netloc.rpartition("@")[2]
    else:
        netloc = parts.netloc
    url = f"git+{parts.scheme}://{netloc}{parts.path}#{quote(values['branch'].strip(), safe='/')}"
    return replace(
        before,
        name=values["name"],
        url=url,
        public_url=values["public_url"],
        key_file=values["key_file"] if values["login"] == "key" else "",
        host_key=before.host_key if same_host(before.url, url) else "",
    )


def _git_values(target: Target) -> Values:
    parts = urlsplit(target.url)
    scheme = parts.scheme.removeprefix("git+")
    host = parts.netloc.rpartition("@")[2]
    with_key = scheme == "ssh"
    repository = f"ssh://{parts.netloc}{parts.path}" if with_key else f"{scheme}://{host}{parts.path}"
    service = next((name for name, home in _GIT_HOMES.items() if host.partition(":")[0] == home), _OTHER)
    return {
        "name": target.name,
        "service": service,
        "repository": repository,
        "login": "key" if with_key else "token",
        "user": "" if with_key else unquote(parts.username or ""),
        "key_file": target.key_file,
        "branch": unquote(parts.fragment) or "main",
        "public_url": target.public_url,
    }


def _zip_target(values: Values, before: Target) -> Target:
    path = Path(values["file"]).as_uri().removeprefix("file")
    return replace(before, name=values["name"], url=f"zip{path}", public_url=values["public_url"])


def _zip_values(target: Target) -> Values:
    return {
        "name": target.name,
        "file": url2pathname(urlsplit(target.url).path),
        "public_url": target.public_url,
    }


_GIT_HOMES = {"gitee": "gitee.com", "github": "github.com", "gitlab": "gitlab.com"}

S3 = Kind(
    id="s3",
    schemes=("s3",),
    title=mark("Object storage (OSS, COS, S3)"),
    text=mark("A bucket at Aliyun, Tencent Cloud, AWS, Cloudflare or your own MinIO."),
    icon="cloud",
    fields=(
        NAME,
        Field(
            key="service",
            label=mark("Provider"),
            entry=Entry.LIST,
            default="aliyun",
            choices=(
                ("aliyun", mark("Aliyun OSS")),
                ("tencent", mark("Tencent Cloud COS")),
                ("aws", mark("AWS S3")),
                ("r2", mark("Cloudflare R2")),
                ("minio", mark("MinIO")),
                (_OTHER, mark("Another one")),
            ),
            presets=S3_SERVICES,
        ),
        Field(
            key="bucket",
            label=mark("Bucket"),
            help=mark("Its name in the provider's console. It must be open for reading, with static website hosting."),
            placeholder="my-site",
            helps=("service", {"tencent": mark("With the number at its end, such as my-site-1250000000.")}),
            problem=_bucket_problem,
        ),
        Field(
            key="region",
            label=mark("Region"),
            default=S3_SERVICES["aliyun"]["region"],
            help=mark("As the console shows it."),
            helps=(
                "service",
                {
                    "aliyun": mark("Console: Overview, “Endpoint”; oss-cn-hangzhou.aliyuncs.com means cn-hangzhou."),
                    "tencent": mark("Console: Bucket list, “Region”, such as ap-guangzhou."),
                    "r2": mark("Always “auto”."),
                },
            ),
            problem=required,
        ),
        Field(
            key="endpoint",
            label=mark("Endpoint"),
            default=S3_SERVICES["aliyun"]["endpoint"],
            help=mark("Filled in for the provider; {region} is exchanged for the region."),
            helps=(
                "service",
                {
                    "r2": mark("Console: R2, “S3 API”: exchange ACCOUNT-ID for yours."),
                    "minio": mark("The address of your own server, with its port."),
                },
            ),
            problem=web_address_problem,
        ),
        Field(
            key="style",
            label=mark("Bucket in"),
            entry=Entry.CHOICE,
            default=S3_SERVICES["aliyun"]["style"],
            choices=(("virtual", mark("the host name")), ("path", mark("the path"))),
            only_if=("service", (_OTHER, "minio")),
        ),
        Field(
            key="user",
            label=mark("Access key"),
            help=mark("Best one that may do nothing but write to this bucket."),
            helps=(
                "service",
                {
                    "aliyun": mark(
                        "Console: AccessKey management, “AccessKey ID”. Best of a RAM user for this bucket."
                    ),
                    "tencent": mark("Console: Access management, “SecretId”. Best of a sub-user for this bucket."),
                    "r2": mark("Console: R2, “Manage API tokens”, “Access Key ID”."),
                },
            ),
            problem=required,
        ),
        Field(
            key="password",
            label=mark("Secret key"),
            help=mark("Kept in this computer's keyring only."),
            entry=Entry.SECRET,
        ),
        Field(
            key="folder",
            label=mark("Folder"),
            help=mark("Empty for the whole bucket."),
            problem=plain_folder_problem,
        ),
        PUBLIC,
    ),
    compose=_s3_target,
    parse=_s3_values,
    place=lambda values: f"{values['bucket']}{values['folder']} · {urlsplit(endpoint_of(values)).netloc}",
)

GIT = Kind(
    id="git",
    schemes=("git+https", "git+ssh", "git+file"),
    title=mark("Git pages (Gitee, GitHub, GitLab)"),
    text=mark("A repository whose pages service shows the site. Each publish is a commit."),
    icon="code",
    fields=(
        NAME,
        Field(
            key="service",
            label=mark("Provider"),
            entry=Entry.LIST,
            default="gitee",
            choices=(
                ("gitee", mark("Gitee")),
                ("github", mark("GitHub")),
                ("gitlab", mark("GitLab")),
                (_OTHER, mark("Another one")),
            ),
        ),
        Field(
            key="repository",
            label=mark("Repository"),
            help=mark("On the repository's page: “Clone”, then copy the HTTPS or SSH address."),
            placeholder="https://gitee.com/name/site.git",
            problem=_repository_problem,
        ),
        Field(
            key="branch",
            label=mark("Branch"),
            help=mark("The one that the pages service shows, often main, master or gh-pages."),
            default="main",
            problem=required,
        ),
        Field(
            key="login",
            label=mark("Log in with"),
            help=mark("A token goes with an https address, a key file with an SSH address."),
            entry=Entry.CHOICE,
            default="token",
            choices=(("token", mark("Token")), ("key", mark("Key file"))),
        ),
        Field(
            key="user",
            label=mark("User name"),
            help=mark("Your account's name, which Gitee wants beside the token; elsewhere it may stay empty."),
            only_if=("login", ("token",)),
        ),
        Field(
            key="key_file",
            label=mark("Key file"),
            help=mark("Your private key, often id_ed25519 in the folder .ssh."),
            entry=Entry.FILE,
            only_if=("login", ("key",)),
            problem=key_file_problem,
        ),
        replace(
            PASSWORD,
            label=mark("Token"),
            help=mark("Kept in this computer's keyring only; with a key file, the key's passphrase if it has one."),
            helps=(
                "service",
                {
                    "gitee": mark("Gitee: Settings, “Personal access tokens”, with the right “projects”."),
                    "github": mark("GitHub: Settings, Developer settings, “Fine-grained tokens”, right: Contents."),
                    "gitlab": mark("GitLab: Preferences, “Access tokens”, with “write_repository”."),
                },
            ),
        ),
        PUBLIC,
    ),
    compose=_git_target,
    parse=_git_values,
    place=lambda values: f"{values['repository']} · {values['branch']}",
)

ZIP = Kind(
    id="zip",
    schemes=("zip",),
    title=mark("ZIP file"),
    text=mark("For hosts that only have an upload form: a file with the whole site, which you upload yourself."),
    icon="archive",
    fields=(
        NAME,
        Field(
            key="file",
            label=mark("ZIP file"),
            help=mark("Written anew by every publish. Upload it with your provider's form afterwards."),
            entry=Entry.NEW_FILE,
            problem=_zip_problem,
        ),
        PUBLIC,
    ),
    compose=_zip_target,
    parse=_zip_values,
    place=lambda values: values["file"],
)
