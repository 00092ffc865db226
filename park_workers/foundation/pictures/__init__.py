"""Pictures that people take: judged by content, decoded in a limited process of their own, drawn anew and watermarked."""

from park_workers.foundation.pictures.intake import CleanPicture, clean_picture, draw_pages, mark_picture, read_codes
from park_workers.foundation.pictures.judgement import DEFAULT_LIMITS, PictureLimits, judge_picture

__all__ = [
    "DEFAULT_LIMITS", "CleanPicture", "PictureLimits", "clean_picture", "draw_pages", "judge_picture", "mark_picture", "read_codes",
]  # fmt: skip
