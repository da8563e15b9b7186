"""Turns the TFLite face networks of MediaPipe into ONNX files."""
