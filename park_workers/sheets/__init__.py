"""The declared sheets of this floor."""


def register() -> None:
    """Make them known to the import pipeline."""
    from park_workers.services.imports import register_import
    from park_workers.sheets import account_changes, enterprises, insurance, other_subsidies, roster, worker_register

    for sheet in (enterprises, account_changes, roster, insurance, worker_register, other_subsidies):
        register_import(sheet.IMPORT)
