"""Verbs: one public function is one transaction. Every verb takes `actor`."""
