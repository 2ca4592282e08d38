"""What closes the sidebar on a narrow page: our own component without a face, assets/narrow.js."""

from __future__ import annotations

from pages._kit.components import mount


def narrow() -> None:
    """Mounts the component, once a page."""
    mount.component("narrow", "narrow", ())(key="narrow", data={})
