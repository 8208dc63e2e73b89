"""The answer to a press of a download's button: the file's address, or why there is none.

Streamlit says "Failed to generate file for download" for five seconds, whatever happened. Here the reader is told, by
the button and, where it was refused, on a screen that is drawn anew for what they may see now.
"""

from __future__ import annotations

import asyncio

from streamlit.proto.BackMsg_pb2 import BackendOperationRequest
from streamlit.proto.ForwardMsg_pb2 import BackendOperationResponse
from streamlit.runtime import Runtime
from streamlit.runtime.backend_operation_handler import DeferredFileHandler
from streamlit.runtime.media_file_storage import MediaFileStorageError

from kpi.errors import InputRefused, KpiError
from kpi.incidents import record
from pages.shared import refused_files

NOT_OFFERED_NOW = "This file was not handed out: its button was of an earlier state of this screen. Press it again."
CHANGED = "This file was not handed out: what you may see or do has changed since its button was drawn."
NOT_SIGNED_IN = "This file was not handed out: your sign-in or your access has ended."
LOOKS, SECONDS_BETWEEN = 250, 0.02  # whether an answer has been sent; it takes one or two

_drawing: set[asyncio.Task[None]] = set()  # a task that nobody holds may vanish before it is done


class NotHandedOut(MediaFileStorageError):
    """A file that its reader may not have any more; the text is for them."""


def tell_why() -> None:
    """Has the server answer so from now on. To be called before the first reader comes."""
    DeferredFileHandler.handle = _answer  # type: ignore[assignment, method-assign]


async def _answer(
    handler: DeferredFileHandler, request: BackendOperationRequest, session_id: str
) -> BackendOperationResponse:
    answer = BackendOperationResponse(request_id=request.request_id)
    try:
        keeper = handler._get_media_file_mgr()
        answer.deferred_file.url = await asyncio.to_thread(keeper.execute_deferred, request.deferred_file.file_id)
    except Exception as error:
        answer.error_msg, refused = why(error)
        if refused:
            refused_files.keep(session_id, answer.error_msg)
            drawing = asyncio.create_task(_draw_anew(session_id))
            _drawing.add(drawing)
            drawing.add_done_callback(_drawing.discard)
    return answer


def why(error: Exception) -> tuple[str, bool]:
    """The sentence for the reader, and whether the file was refused rather than could not be made."""
    if isinstance(error, NotHandedOut):
        return str(error), True
    cause = error.__cause__  # of what Streamlit raises where a file cannot be made
    if isinstance(cause, KpiError):
        return str(cause), isinstance(cause, InputRefused)
    if cause is None and isinstance(error, MediaFileStorageError):
        return NOT_OFFERED_NOW, True
    incident = record(cause or error, "a download")
    return f"The file could not be made. Please quote incident {incident.id} to whoever runs this dashboard.", False


async def _draw_anew(session_id: str) -> None:
    """The run that a reload would start, with the tab's own query and screen; once the answer has been sent.

    A run that begins throws away what still waits to be sent: without its answer the button would turn for minutes.
    """
    found = Runtime.instance()._session_mgr.get_active_session_info(session_id)
    if found is None:
        return
    for _ in range(LOOKS):
        if found.session._browser_queue.is_empty():
            break
        await asyncio.sleep(SECONDS_BETWEEN)
    found.session.request_rerun(found.session._client_state)
