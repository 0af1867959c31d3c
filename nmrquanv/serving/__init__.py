"""The program as other programs ask it: data sets of some folders described, read and searched."""
