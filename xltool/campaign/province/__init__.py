"""The tables of many campaigns as one: a province from its counties. Imports ``report``; reads Parquet only."""
