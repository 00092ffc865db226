"""评审纪要: panel, seed and digests, scores, outliers, results, and lines to sign on; drawn from what is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from park_workers.foundation.documents import HEIGHT, MARGIN, SECOND, WIDTH, PdfPaper, write_block
from park_workers.models import Membership
from training.models import PanelSeat, ReviewRound
from training.panel_scores import points_text
from training.services.review_results import CandidateScores, score_table

LEFT, RIGHT = MARGIN + 4, WIDTH - MARGIN - 4
FOOT = HEIGHT - 18
LINE_HEIGHT = 6.4
Block = tuple[str, float, bool]


def minutes_pdf(*, reader: Membership, round_: ReviewRound, day: date) -> bytes:
    """The minutes as they stand on a day, with the reader's name at the foot; raises TransitionRefused before the opening."""
    table = score_table(reader=reader, round_=round_)
    seats = list(
        round_.seats.select_related("expert__membership__user", "replaces__expert__membership__user").order_by("place")
    )
    blocks = [*_head(round_), *_panel(round_, seats), *_scores(round_, table), *_signatures(seats)]
    pages = _paged(blocks)
    paper = PdfPaper(f"{round_.title}评审纪要")
    for number, page in enumerate(pages, start=1):
        if number > 1:
            paper.next_page()
        y = 24.0
        for text, size, is_bold in page:
            if text:
                y = write_block(paper, LEFT, y, text, width=RIGHT - LEFT, size=size, lines=4, is_bold=is_bold)
            y += 1.2 if text else 3.0
        paper.rule(LEFT, FOOT + 3, RIGHT, FOOT + 3)
        paper.text(
            LEFT,
            FOOT + 8,
            f"{reader.user.display_name} 于 {day:%Y-%m-%d} 生成　评审编号 {round_.reference}",
            8,
            colour=SECOND,
        )
        paper.text(RIGHT, FOOT + 8, f"第 {number} 页 共 {len(pages)} 页", 8, colour=SECOND, align="right")
    return paper.content()


def _paged(blocks: list[Block]) -> list[list[Block]]:
    """Blocks by page, by the lines they can take."""
    pages: list[list[Block]] = [[]]
    used = 24.0
    for block in blocks:
        text, size, _ = block
        rows = max(1, -(-_width(text) // int((RIGHT - LEFT) / (size * 0.3528))))
        height = 3.0 if not text else min(rows, 4) * size * 0.54 + 1.2
        if used + height > FOOT:
            pages.append([])
            used = 24.0
        pages[-1].append(block)
        used += height
    return pages


def _width(text: str) -> int:
    """Signs of full width, two narrow ones counted as one."""
    narrow = sum(sign.isascii() for sign in text)
    return len(text) - narrow // 2


def _head(round_: ReviewRound) -> Iterator[Block]:
    yield f"{round_.bureau.name}", 10.5, False
    yield f"{round_.title}评审纪要", 17, True
    yield "", 6, False
    yield (
        f"评审工种：{round_.trade}　评审日期：{round_.review_day:%Y年%-m月%-d日}　评分标准：第 {round_.rubric_version.number} 版",
        10.5,
        False,
    )
    yield f"开封日期：{round_.scores_opened_on:%Y年%-m月%-d日}（全部评委封存后同时开封）", 10.5, False
    yield f"合成方法：{round_.rubric_version.get_mean_kind_display()}，保留两位小数，四舍五入；与中位数相差超过 " \
          f"{points_text(round_.rubric_version.outlier_allowance)} 分的须合议记录。", 10.5, False  # fmt: skip


def _panel(round_: ReviewRound, seats: list[PanelSeat]) -> Iterator[Block]:
    made = round_.draw
    yield "", 6, False
    yield "一、评委抽取", 12, True
    yield (
        f"{made.drawn_on:%Y年%-m月%-d日}按算法 {made.algorithm} 自专家库抽取，可参评 {len(made.order)} 人，抽取 {round_.panel_size} 人。",
        10.5,
        False,
    )
    for label, value in (("种子", made.seed), ("种子承诺值", round_.commitment), ("专家库摘要", made.pool_digest)):
        yield f"{label}：{value}", 9, False
    for seat in seats:
        note = f"递补 {seat.replaces.expert.name}" if seat.replaces else "抽取"
        left = f"；{seat.declined_on:%Y-%m-%d} 退出：{seat.decline_reason}" if seat.declined_on else ""
        yield (
            f"第 {seat.place} 顺位　{seat.expert.name}（专家编号 {seat.expert.reference[:8]}）　{note}{left}",
            10.5,
            False,
        )


def _scores(round_: ReviewRound, table: list[CandidateScores]) -> Iterator[Block]:
    yield "", 6, False
    yield "二、评分与等次", 12, True
    for row in table:
        marks = "　".join(
            f"{mark.seat.expert.name} {points_text(mark.score.total)}{'※' if mark.is_outlier else ''}"
            for mark in row.marks
        )
        name, firm = row.application.worker.name, row.application.enterprise.name
        yield (
            f"{row.application.blind_number} 号　{name}（{firm}）　总评分 {points_text(row.total)}　{row.grade or '未达合格线'}",
            10.5,
            True,
        )
        yield f"{marks}　中位数 {points_text(row.median)}", 9.5, False
    yield "", 6, False
    yield "三、离群评分合议（带 ※ 者，评分不作改动）", 12, True
    odd = [(row, mark) for row in table for mark in row.marks if mark.is_outlier]
    for row, mark in odd:
        said = mark.note or "尚未记录合议情况"
        yield (
            f"{row.application.blind_number} 号　{mark.seat.expert.name} {points_text(mark.score.total)}：{said}",
            10.5,
            False,
        )
    if not odd:
        yield "没有超出允许差的评分。", 10.5, False


def _signatures(seats: list[PanelSeat]) -> Iterator[Block]:
    yield "", 6, False
    yield "四、签字", 12, True
    for seat in seats:
        if seat.status == PanelSeat.Status.SEATED:
            yield f"评委 {seat.expert.name}：＿＿＿＿＿＿＿＿＿＿　　日期：＿＿＿＿＿＿", 11, False
    yield "经办：＿＿＿＿＿＿＿＿　　复核：＿＿＿＿＿＿＿＿　　（盖章）", 11, False
