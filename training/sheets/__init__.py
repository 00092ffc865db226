"""The declared sheets of this floor."""


def register() -> None:
    """Make them known to the import pipeline."""
    from park_workers.services.imports import register_import
    from training.sheets import (
        attendance,
        class_roster,
        pass_list,
        referrals,
        review_experts,
        sitting_results,
        training_history,
    )

    sheets = (attendance, class_roster, pass_list, referrals, review_experts, sitting_results, training_history)
    for sheet in sheets:
        register_import(sheet.IMPORT)
