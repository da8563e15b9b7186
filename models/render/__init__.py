"""Renderer of RGB-D pictures of people who do not exist, over the ICT face model."""
