"""The durable queue of mail: enqueue, claim, fence, settle, sweep. Only this floor opens the wire.

States and moves are domain/message.py; docs/outbox.md says what a crash leaves behind at each point.
"""
