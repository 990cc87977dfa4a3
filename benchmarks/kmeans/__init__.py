"""KMeans on one machine and distributed."""
