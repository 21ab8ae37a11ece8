"""A backend and a codec as another company would write them."""
