"""Whether eyes are shut: training of the small network over their pixels."""
