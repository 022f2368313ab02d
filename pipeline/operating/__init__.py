"""What operators do with a stage that runs: tune it, price it, look into it, replay what failed."""
