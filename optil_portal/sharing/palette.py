"""The colours of the house for what is drawn outside a browser: those of the tokens in static/css/site.css."""

GROUND = "#fbf8f1"
INK = "#1a1b1e"
SOFT = "#5a5a58"
WHITE = "#ffffff"
# By the names of igs.models.Colour.
FILLS = {
    "brick": "#c2492f",
    "lagoon": "#1f6f78",
    "violet": "#5a4a9c",
    "cobalt": "#2b62a6",
    "ochre": "#976112",
    "moss": "#3f7a3a",
    "rose": "#b03a6b",
}
