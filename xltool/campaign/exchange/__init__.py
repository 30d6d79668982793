"""Figures in and out of other workbooks: platform tables, migration of returns."""
