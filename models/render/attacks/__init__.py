"""Presentation attacks before the simulated sensor: one file for each species.

Every species draws what a perfect camera would see, frame by frame; `stage.Stage` puts the same
colour and depth noise on it as on living people.
"""
