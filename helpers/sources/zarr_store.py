"""A Zarr store whose arrays are looked at before anything is read by them; imports zarr."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zarr.storage import WrapperStore

from helpers.errors import InputError
from helpers.sources import zarr_metadata

if TYPE_CHECKING:
    from zarr.abc.store import ByteRequest
    from zarr.core.buffer import Buffer, BufferPrototype


class CheckedStore(WrapperStore[Any]):
    """A store that gives out the metadata of arrays as :func:`zarr_metadata.checked` leaves it.

    A refused array is not there, and the refusal in `refusals`, to be raised when all are known:
    the library asks for arrays at the same time, and prints what it does not wait for.
    """

    def __init__(self, store: Any, refusals: list[InputError] | None = None) -> None:
        super().__init__(store)
        self.refusals: list[InputError] = [] if refusals is None else refusals

    def _with_store(self, store: Any) -> CheckedStore:
        return type(self)(store, self.refusals)

    async def get(  # noqa: PLR0917 - as in the library
        self, key: str, prototype: BufferPrototype, byte_range: ByteRequest | None = None
    ) -> Buffer | None:
        """Return what a key holds."""
        found = await self._store.get(key, prototype, byte_range)
        folder, _, name = key.rpartition("/")
        if found is None or name not in zarr_metadata.ARRAYS:
            return found
        place = str(self._store).removeprefix("file://")
        try:
            content = zarr_metadata.checked(found.to_bytes(), name=folder, place=place)
        except InputError as error:
            self.refusals.append(error)
            return None
        return prototype.buffer.from_bytes(content)
