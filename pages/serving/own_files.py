"""Files and uploads belong to whoever signed in: an address alone opens nothing.

Streamlit serves a download to anybody who asks for its address, which is a hash of its content, and takes an upload for
any session whose id is in the address. Here both are for readers who are signed in now, may still see anything, and
whose own session the file was made or is uploaded for. Without sign-in there is one reader, and nothing to keep apart.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.runtime import Runtime, exists
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.media_file_storage import MediaFileStorageError
from streamlit.url_util import make_url_path

from kpi.access import Person, Right
from kpi.errors import KpiError
from pages.serving.limits import UPLOAD, Refusal, refuse
from pages.serving.readers import Reader, claims_in, reader_of, subject_of
from pages.shared import refusals
from pages.shared.downloads import A_FILE

MEDIA = "media"
READER = "reader"  # what we keep beside Streamlit's own words about a file that is made when asked for
NOT_THERE = Refusal("foreign_file", 404, "File not found")  # the same words for what is another's and for what is not


class OwnFiles(MediaFileManager):
    """Streamlit's keeper of files, which also knows whose each is."""

    # By file, who each subject was to the policy when it was made; two readers may hold one file of the same content.
    owners: dict[str, dict[str, Person]]

    def add(self, *args: Any, **kwargs: Any) -> str:
        """As Streamlit's; the file is of whoever's run this is."""
        address = super().add(*args, **kwargs)
        self._give(address, reader_of(st.user.to_dict()))
        return address

    def add_deferred(self, *args: Any, **kwargs: Any) -> str:
        """As Streamlit's; what will be made is for whoever's run this is."""
        reader = reader_of(st.user.to_dict())
        file_id = super().add_deferred(*args, **kwargs)
        with self._lock:
            self._deferred_callables[file_id][READER] = reader  # type: ignore[literal-required]
        return file_id

    def execute_deferred(self, file_id: str) -> str:
        """As Streamlit's, unless the reader is signed out since, or may do something else than when it was offered."""
        with self._lock:
            kept: dict[str, Any] = dict(self._deferred_callables.get(file_id) or {})
        reader: Reader | None = kept.get(READER)
        if reader is not None:
            try:
                now = reader_of(reader.claims)
            except KpiError as error:
                refusals.refused(Right.EXPORT, A_FILE, reader.person.identity)
                raise MediaFileStorageError("The reader may not be here any more") from error
            if now is None or now.person != reader.person:
                refusals.refused(Right.EXPORT, A_FILE, reader.person.identity)
                raise MediaFileStorageError("What the reader may do has changed; the screen has to be drawn anew")
        address = super().execute_deferred(file_id)
        self._give(address, reader)
        return address

    def is_of(self, file_id: str, reader: Reader) -> bool:
        """Whether it was made for this reader, and they may still see and take out what they might then."""
        then = self.owners.get(file_id, {}).get(reader.subject)
        return then is not None and all(
            reader.person.scope(right).covers(then.scope(right)) for right in (Right.READ, Right.EXPORT)
        )

    def _give(self, address: str, reader: Reader | None) -> None:
        if reader is not None:
            with self._lock:
                self.owners.setdefault(file_of(address), {})[reader.subject] = reader.person

    def _delete_file(self, file_id: str) -> None:
        self.owners.pop(file_id, None)
        super()._delete_file(file_id)


def keep_files_apart() -> None:
    """Has the running server keep whose each file is. To be called before the first reader comes."""
    manager = Runtime.instance().media_file_mgr if exists() else None
    if manager is not None and not isinstance(manager, OwnFiles):
        manager.__class__ = OwnFiles
        manager.owners = {}  # type: ignore[attr-defined]


class GuardFiles:
    """Refuses, in the words for what is not there, files and uploads of others."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] != "http"
            or scope["method"] == "OPTIONS"
            or not is_about_files(scope["path"])
            or await run_in_threadpool(_may, scope["path"], Request(scope).cookies)
        ):
            await self.app(scope, receive, send)
        else:
            await refuse(NOT_THERE, scope, receive, send)


def is_about_files(path: str) -> bool:
    return path.startswith(_below(MEDIA)) or UPLOAD in path


def file_of(address: str) -> str:
    """The id of the file at an address, as Streamlit reads it."""
    return os.path.splitext(address.rpartition("/")[2])[0]


def _below(route: str) -> str:
    return make_url_path(st.get_option("server.baseUrlPath") or "", route) + "/"


def _may(path: str, cookies: Mapping[str, str]) -> bool:
    try:
        reader = reader_of(claims_in(cookies))
    except KpiError:
        return False
    if reader is None:
        return True
    if UPLOAD in path:
        return subject_of(path.partition(UPLOAD)[2].partition("/")[0]) == reader.subject
    manager = Runtime.instance().media_file_mgr if exists() else None
    asked = os.path.splitext(path.removeprefix(_below(MEDIA)))[0]
    return isinstance(manager, OwnFiles) and manager.is_of(asked, reader)
