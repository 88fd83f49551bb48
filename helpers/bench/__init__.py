"""Measuring speed and memory beside other programs, each as a whole process, in one run.

``sinkbook bench`` makes its inputs, runs all programs in interleaved rounds and writes the ratios;
``sinkbook bench --accept`` makes them the record that the book shows.
"""
