"""What a Kinect v2 does to the depth of a face: measured on a real one, modelled, compared."""
