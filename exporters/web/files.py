"""Where a page finds images and attachments that lie in files beside it."""

from __future__ import annotations

from collections.abc import Iterator

from exporters.document import Resource
from exporters.toolbox import urls
from exporters.toolbox.escaping import html_attribute
from exporters.toolbox.file_names import safe_name
from exporters.web.places import Places

_ENDINGS = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/svg+xml": (".svg",),
}


class Files(Places):
    """For a page that has its images in one folder, and attachments in another."""

    def __init__(self, images: str = "images/", attachments: str = "files/") -> None:
        super().__init__()
        self._folders = images, attachments
        self._paths: dict[int, str] = {}
        self._resources: dict[str, Resource] = {}
        self._taken: dict[str, int] = {}
        """How many files wanted each path."""

    def image(self, resource: Resource) -> str:
        return self._address(resource, self._folders[0], "image", _ENDINGS.get(resource.media_type, ()))

    def attachment(self, resource: Resource) -> str:
        return f' href="{self._address(resource, self._folders[1], "file", ())}" download=""'

    def files(self) -> Iterator[tuple[str, bytes]]:
        """The files that the page leads to, with their paths."""
        for path, resource in self._resources.items():
            yield path, resource.data

    def _address(self, resource: Resource, folder: str, usual: str, endings: tuple[str, ...]) -> str:
        path = self._paths.get(id(resource))
        if path is None:
            path = self._path(folder, safe_name(resource.name, usual, endings))
            self._paths[id(resource)] = path
            self._resources[path] = resource
        return html_attribute(urls.encoded(path))

    def _path(self, folder: str, name: str) -> str:
        """A path that nothing else has, on systems that take capitals for small letters, too."""
        stem, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
        path = folder + name
        while (again := path.casefold()) in self._taken:
            self._taken[again] += 1
            path = f"{folder}{stem}-{self._taken[again]}{dot}{ending}"
        self._taken[again] = 1
        return path
