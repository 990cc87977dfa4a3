"""What is said of figures over nights: levels and their changes, links of anchors, what could have been seen."""

from harness.judge.history.history import histories_of, history_of, told_each_night
from harness.judge.history.kept import Judged, Kept, judged_on, kept_of
from harness.judge.history.models import ModelEffect, model_effect, pooled

__all__ = [
    "Judged",
    "Kept",
    "ModelEffect",
    "histories_of",
    "history_of",
    "judged_on",
    "kept_of",
    "model_effect",
    "pooled",
    "told_each_night",
]
