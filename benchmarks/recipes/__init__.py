"""What the presets for a processor are chosen by: settings tried at equal processor time on a part of train kept aside."""
