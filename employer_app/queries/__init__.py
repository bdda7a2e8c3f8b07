"""Reads, never writes. Every query takes `viewer`."""
