"""Charts: plain arrays in, a fixed-size drawing out; the only place that knows the plotting library."""
