"""The face shape that photographs are fitted with, out of the ICT face model."""
