"""Declared sheets: one declaration gives template, safe reader, row check, marked copy and export."""

from park_workers.foundation.file_judgement import FileLimits, FileRefused
from park_workers.foundation.spreadsheets.cleaning import CleanedRow
from park_workers.foundation.spreadsheets.declaration import Column, DeclaredSheet, Issue
from park_workers.foundation.spreadsheets.layout import RawRow
from park_workers.foundation.spreadsheets.marked_copy import mark_copy
from park_workers.foundation.spreadsheets.reader import SheetReading, read_sheet
from park_workers.foundation.spreadsheets.writer import write_rows, write_template

__all__ = [
    "CleanedRow",
    "Column",
    "DeclaredSheet",
    "FileLimits",
    "FileRefused",
    "Issue",
    "RawRow",
    "SheetReading",
    "mark_copy",
    "read_sheet",
    "write_rows",
    "write_template",
]
