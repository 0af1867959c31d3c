"""The torch training loop, its examples, losses and metrics. No Qt."""
