"""Where networks look: saliency maps, and shares of attention inside boxes."""
