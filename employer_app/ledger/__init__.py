"""The ledger of owed answers: append what happened, fold it, write what we owe, in one transaction."""
