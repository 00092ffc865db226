"""The declared sheets of this floor."""


def register() -> None:
    """Make them known to the import pipeline."""
    from park_workers.services.imports import register_import
    from subsidies.sheets import applications, bank_returns, city_answers

    for sheet in (applications, city_answers, bank_returns):
        register_import(sheet.IMPORT)
