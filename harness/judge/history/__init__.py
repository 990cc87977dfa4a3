"""What is said of figures over nights: levels and their changes, links of anchors, what could have been seen."""

from harness.judge.history.history import histories_of, history_of, told_each_night
from harness.judge.history.models import ModelEffect, model_effect, pooled

__all__ = ["ModelEffect", "histories_of", "history_of", "model_effect", "pooled", "told_each_night"]
