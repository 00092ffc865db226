"""Money: funds and their movements, payments matched three ways, accounts that change."""
