"""Matching: conditions over a population's columns become two bitmaps a policy, certainly true and possibly true."""
