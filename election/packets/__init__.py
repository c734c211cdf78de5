"""Sealed packets: what was packed at a station, under which seal, and whether it arrived unbroken."""
