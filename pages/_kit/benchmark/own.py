"""A researcher's own network in a comparison: a file of weights on this machine, and the network that it is of."""

from __future__ import annotations

import streamlit as st

import ssl_core as core
from pages._kit.screen import frame, links

WEIGHTS = "weights"  # query parameter: FILE?backbone=NAME of the network of one's own that is compared
NETWORKS = ("resnet18", "resnet34", "resnet50", "mobilenet_v2", "convnext_tiny", "vit_b_16", "resnet&depth=18", "convnet", "vit")


def asked() -> list[str]:
    """The target of the network that the address names, [] without one; a file that isn't there gives a sentence on screen."""
    said = links.asked(WEIGHTS)
    if not said:
        return []
    try:
        return [core.Target.parse(core.OWN + said).text]
    except core.SettingsError as error:
        frame.problem(error)
        return []


def field() -> str:
    """A path and the network: what the address is to name, "" for none."""
    path, _, query = links.asked(WEIGHTS).rpartition("?")
    known = query.removeprefix("backbone=")
    with st.expander("A network of your own", expanded=bool(path)):
        note = "safetensors, or a state_dict of torch.save; nothing in it is run. Prefixes such as module.encoder_q. are taken off."
        path = st.text_input(
            "File of weights on the machine where the app runs", path, key="own-path", help=note, placeholder="/path/net.pth"
        )
        options = [*NETWORKS, *([known] if known and known not in NETWORKS else [])]
        named = st.selectbox(
            "Network", options, options.index(known) if known else 0, key="own-backbone", accept_new_options=True,
            help="A classifier of torchvision, or convnet, resnet or vit with settings, as vit&patch=8&width=192.",
        )  # fmt: skip
    return f"{path.strip()}?backbone={named}" if path.strip() else ""


def take(said: str) -> bool:
    """Puts the network into the address; whether that could be done. A file of another network gives a sentence that names the nearest."""
    if not said:
        st.query_params.pop(WEIGHTS, None)
        return True
    try:
        core.Target.parse(core.OWN + said).network()
    except core.SettingsError as error:
        frame.problem(error)
        return False
    st.query_params[WEIGHTS] = said
    return True
