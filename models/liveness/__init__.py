"""The scorecard of liveness: fitted on rendered people and attacks that test nobody."""
