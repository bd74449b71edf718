"""The linter: files become commands, commands become decisions, decisions become findings in files.

A layer beside judge.py: above decide, below cli. It composes intake, plan, decide and policy, which do not
import each other, and adds no rule of its own.
"""
