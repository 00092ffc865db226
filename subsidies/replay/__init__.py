"""Plays a year of a bureau from a folder of files through the services, and compares what came out with what should."""
