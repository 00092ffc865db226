"""What a bank writes about a payment."""

from __future__ import annotations

from tests.conftest import Cast
from tests.standing import standing
from tests.subsidies import stage as on
from tests.subsidies.stage import Day, Stage, bank_rows, give_return


@standing
def stage(cast: Cast) -> Stage:
    """A file of two payments (4,000 and 2,000 yuan) is at the bank."""
    return on.take_to(on.set_stage(cast), "paying")


def test_a_card_in_the_words_of_the_bank_is_kept_masked_and_the_answer_is_known_again(stage: Stage) -> None:
    file, words = stage.batch.payment_files.get(), "账号6212280200141664948不存在"
    rows = [row | ({"失败原因": words} if row["结果"] == "失败" else {}) for row in bank_rows(file, failed=[2])]
    give_return(stage, file, *rows)
    assert file.disbursements.get(line_number=2).failure_reason == "账号****4948不存在"
    again = give_return(stage, file, *reversed(rows), day=Day.LATER)
    assert (again.result["new"], again.result["known"]) == (0, 2)
