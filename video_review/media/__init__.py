"""Everything that touches bytes of film: encryption, the sandbox, scratch space and ffmpeg.

A pure package: it knows no models. Above it, `processing` decides what to do and keeps the rows.
"""
