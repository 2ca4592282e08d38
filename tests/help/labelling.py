"""What tests of labels share: a click."""

import uuid

from ssl_core.labels.log import Action


def click(picture, name, set_name="scenes"):
    return Action(set_name, picture, name, str(uuid.uuid4()))
