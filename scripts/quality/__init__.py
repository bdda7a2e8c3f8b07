"""How well the app reads what other systems export, measured on real files that are not kept here."""
