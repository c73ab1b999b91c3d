"""Decisions: plain functions of values. The caller brings the clock and the dice."""
